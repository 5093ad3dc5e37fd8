"""What one filter change costs: bytes, CPU of the server, and time until the map has redrawn.

    python tests/bench/server.py [--changes 48] [--data DIR]

Starts the dashboard on a free loopback port, drives it with Chromium, moves the period of the map
back and forth, then a filter of the streets of the made-up town on and off, and prints medians.
Bytes are those over the websocket. Server CPU is the processor time of the whole server process,
divided by the changes.
"""

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

CHROMIUM = (
    shutil.which("chromium-headless-shell") or shutil.which("chromium") or "/usr/bin/chromium"
)
FLAGS = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"]


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cpu_s(pid: int) -> float:
    """User and system seconds of a process so far, by its own clock: the ticks of /proc miss what
    is over between two.
    """
    return time.clock_gettime((~pid << 3) | 2)


def settle(pid: int, most_s: float = 120.0) -> None:
    """Nothing, once the server has done what it does after its first page: half a second with
    hardly any work.
    """
    before, start = cpu_s(pid), time.perf_counter()
    while time.perf_counter() - start < most_s:
        time.sleep(0.5)
        now = cpu_s(pid)
        if now - before <= 0.02:
            return
        before = now


def resident_mb(pid: int) -> float:
    """Resident memory of a process in MB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def wait_until_up(url: str, deadline_s: float = 60.0) -> float:
    """Seconds until the server answered."""
    start = time.perf_counter()
    while time.perf_counter() - start < deadline_s:
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).read()
        except OSError:
            time.sleep(0.05)
        else:
            return time.perf_counter() - start
    raise TimeoutError(f"no answer from {url} within {deadline_s} s")


def ready(page: Page) -> str | None:
    """The revision the map says it has drawn."""
    return page.evaluate("""() => { for (const host of document.querySelectorAll('*')) {
             const found = (host.shadowRoot ?? host).querySelector?.('[data-ready]');
             if (found) return found.dataset.ready; } return null; }""")


def change(page: Page, received: list[int], key: str) -> tuple[float, int]:
    """Milliseconds and bytes of one move of the period slider."""
    before, count = ready(page), len(received)
    start = time.perf_counter()
    page.keyboard.press(key)
    while ready(page) == before and time.perf_counter() - start < 5:
        page.wait_for_timeout(5)
    spent_ms = (time.perf_counter() - start) * 1000
    page.wait_for_timeout(250)
    return spent_ms, sum(received[count:])


BARE = [sys.executable, "-m", "streamlit", "run", str(Path(__file__).with_name("bare_app.py"))]
BARE += [
    "--server.port",
    "{port}",
    "--server.headless",
    "true",
    "--browser.gatherUsageStats",
    "false",
]
BARE += ["--server.fileWatcherType", "none", "--server.address", "127.0.0.1"]
OURS = [sys.executable, "-m", "dashboard", "--port", "{port}"]
MAP = "/kaart?laag=leegstand,treinreizigers,initiatieven,randwinkels,inwoners"
SLIDER = ("slider", ("ArrowLeft", "ArrowLeft", "ArrowRight", "ArrowRight"))
TOGGLE = ("switch", ("Space",) * 4)


@dataclass(frozen=True, slots=True)
class Case:
    """What is measured: a server's command, an address on it, what is opened on the page and which
    keys move what.
    """

    name: str
    command: Sequence[str]
    path: str
    opens: str | None = None
    moves: tuple[str, tuple[str, ...]] = SLIDER


@dataclass(slots=True)
class Measured:
    """A case that is served and open in a browser, and what its changes have cost so far."""

    case: Case
    pid: int
    page: Page
    received: list[int] = field(default_factory=list)
    idle_share: float = 0.0
    spent_s: float = 0.0
    """CPU seconds of the server during the changes, without what it spends when nobody moves
    anything.
    """
    done: list[tuple[float, int]] = field(default_factory=list)

    def watch(self) -> None:
        """Counts from now on the bytes that come in."""
        session: CDPSession = self.page.context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.on(
            "Network.webSocketFrameReceived",
            lambda event: self.received.append(len(event["response"]["payloadData"]) * 3 // 4),
        )

    def open(self, url: str) -> None:
        """Waits until the page has drawn, and moves what will be moved a few times."""
        start = time.perf_counter()
        self.page.goto(url)
        while ready(self.page) is None:
            if time.perf_counter() - start > 60:
                raise TimeoutError(f"{url} drew nothing within 60 s")
            self.page.wait_for_timeout(20)
        print(f"{self.case.name}: first drawn after {time.perf_counter() - start:.2f} s")
        if self.case.opens is not None:
            self.page.get_by_text(self.case.opens).click()
        role, keys = self.case.moves
        self.page.get_by_role(role).last.focus()
        for key in (keys[0], keys[-1]) * 3:
            change(self.page, self.received, key)

    def move(self) -> None:
        """One round of changes there and back."""
        began, spent = time.perf_counter(), cpu_s(self.pid)
        self.done += [change(self.page, self.received, key) for key in self.case.moves[1]]
        self.spent_s += cpu_s(self.pid) - spent - self.idle_share * (time.perf_counter() - began)

    @property
    def each_s(self) -> float:
        """CPU seconds of the server per change."""
        return self.spent_s / len(self.done)

    def tell(self) -> None:
        """Prints what it cost."""
        print(self.case.name)
        print(f"  idle, CPU per second      {1000 * self.idle_share:8.1f} ms")
        print(f"  changes                   {len(self.done):8d}")
        print(f"  server CPU per change     {1000 * self.each_s:8.1f} ms")
        print(f"  key to redrawn, median    {statistics.median(ms for ms, _ in self.done):8.0f} ms")
        print(
            "  websocket per change     "
            f" {statistics.median(size for _, size in self.done) / 1000:8.1f} kB"
        )
        print(f"  server memory             {resident_mb(self.pid):8.0f} MB")


def idle(cases: Sequence[Measured]) -> None:
    """What a server spends on an open page that nobody touches, which is not the price
    of a change.
    """
    before = [cpu_s(one.pid) for one in cases]
    cases[0].page.wait_for_timeout(5_000)
    for one, spent in zip(cases, before, strict=True):
        one.idle_share = (cpu_s(one.pid) - spent) / 5.0


@contextmanager
def served(case: Case) -> Iterator[tuple[str, int]]:
    """Address and process id of a server started for this, and stopped again."""
    port = free_port()
    server = subprocess.Popen(
        [part.format(port=port) for part in case.command],
        env=os.environ | {"STADSHART_TILES": "off"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        server.terminate()
        server.wait(10)


def serve_and_measure(changes: int, *cases: Case) -> list[float]:
    """CPU seconds per change of each case; of several in turns, so that a busy moment of the
    machine falls on all.
    """
    with ExitStack() as open_:
        servers = [open_.enter_context(served(case)) for case in cases]
        driver = open_.enter_context(sync_playwright())
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        measured: list[Measured] = []
        for case, (address, pid) in zip(cases, servers, strict=True):
            print(f"{case.name}: up after {wait_until_up(address):.2f} s")
            measured.append(
                one := Measured(
                    case, pid, browser.new_page(viewport={"width": 1440, "height": 900})
                )
            )
            one.watch()
            one.open(f"{address}{case.path}")
        # A server begins to fit its model some seconds after its start, which is not the price of a
        # change either.
        measured[0].page.wait_for_timeout(6_000)
        for one in measured:
            settle(one.pid)
        idle(measured)
        for _ in range(changes // 4):
            for one in measured:
                one.move()
        for one in measured:
            one.tell()
        browser.close()
    return [one.each_s for one in measured]


def main() -> None:
    """Measure the dashboard beside the least an app can do."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--changes", type=int, default=48)
    options.add_argument("--data", type=Path)
    asked = options.parse_args()
    data = ["--data", str(asked.data)] if asked.data else []
    (least,) = serve_and_measure(asked.changes, Case("one slider, one line of text", BARE, "/"))
    cases = [Case("the map with five layers", [*OURS, *data], MAP, "Periode 2")]
    for name, street in (
        ("the streets of the made-up town", ""),
        ("the same, one street chosen", "&keuze=straten:voorbeeldstad/langestraat"),
    ):
        cases.append(
            Case(
                name,
                [*OURS, "--example"],
                f"/straten?plaats=voorbeeldstad{street}",
                "Filters (",
                TOGGLE,
            )
        )
    for case in cases:
        (each,) = serve_and_measure(asked.changes, case)
        print(f"ratio of CPU per change     {each / least:8.2f}")


if __name__ == "__main__":
    main()
