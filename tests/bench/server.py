"""What one filter change costs: bytes over the websocket, server CPU, and time until the map has redrawn.

    python tests/bench/server.py [--changes 50] [--data DIR]

Starts the dashboard on a free loopback port, drives it with Chromium, moves the period of the map back and forth, then
a filter of the streets of the made-up town on and off, and prints medians. Server CPU is
the processor time of the whole server process, divided by the changes.
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
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"]


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cpu_s(pid: int) -> float:
    """User and system seconds of a process so far, by its own clock: the ticks of /proc miss what is over between two."""
    return time.clock_gettime((~pid << 3) | 2)


def settle(pid: int, most_s: float = 120.0) -> None:
    """Nothing, once the server has done what it does after its first page: half a second with hardly any work."""
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
    return page.evaluate(
        """() => { for (const host of document.querySelectorAll('*')) {
             const found = (host.shadowRoot ?? host).querySelector?.('[data-ready]');
             if (found) return found.dataset.ready; } return null; }"""
    )


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
BARE += ["--server.port", "{port}", "--server.headless", "true", "--browser.gatherUsageStats", "false"]
BARE += ["--server.fileWatcherType", "none", "--server.address", "127.0.0.1"]
OURS = [sys.executable, "-m", "dashboard", "--port", "{port}"]
MAP = "/kaart?laag=leegstand,treinreizigers,initiatieven,randwinkels,inwoners"
SLIDER = ("slider", ("ArrowLeft", "ArrowLeft", "ArrowRight", "ArrowRight"))
TOGGLE = ("switch", ("Space",) * 4)


def measure(url: str, pid: int, changes: int, *, opens: str | None, moves: tuple[str, tuple[str, ...]]) -> float:
    """Drive the page, print what it cost, and return the server's CPU seconds per change."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        received: list[int] = []
        session: CDPSession = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on(
            "Network.webSocketFrameReceived",
            lambda event: received.append(len(event["response"]["payloadData"]) * 3 // 4),
        )
        start = time.perf_counter()
        page.goto(url)
        while ready(page) is None:
            if time.perf_counter() - start > 60:
                raise TimeoutError(f"{url} drew nothing within 60 s")
            page.wait_for_timeout(20)
        print(f"  first drawn after         {time.perf_counter() - start:8.2f} s")
        if opens is not None:
            page.get_by_text(opens).click()
        role, keys = moves
        page.get_by_role(role).last.focus()
        for key in (keys[0], keys[-1]) * 3:
            change(page, received, key)
        # A server begins to fit its model some seconds after its start, which is not the price of a change either.
        page.wait_for_timeout(6_000)
        settle(pid)
        # What the server spends on an open page that nobody touches is not the price of a change.
        idle = cpu_s(pid)
        page.wait_for_timeout(5_000)
        idle_share = (cpu_s(pid) - idle) / 5.0
        began, spent = time.perf_counter(), cpu_s(pid)
        done = [change(page, received, key) for key in keys * (changes // 4)]
        each = (cpu_s(pid) - spent - idle_share * (time.perf_counter() - began)) / len(done)
        print(f"  idle, CPU per second      {1000 * idle_share:8.1f} ms")
        print(f"  changes                   {len(done):8d}")
        print(f"  server CPU per change     {1000 * each:8.1f} ms")
        print(f"  key to redrawn, median    {statistics.median(ms for ms, _ in done):8.0f} ms")
        print(f"  websocket per change      {statistics.median(size for _, size in done) / 1000:8.1f} kB")
        print(f"  server memory             {resident_mb(pid):8.0f} MB")
        browser.close()
    return each


def serve_and_measure(
    name: str,
    command: list[str],
    path: str,
    changes: int,
    opens: str | None = None,
    moves: tuple[str, tuple[str, ...]] = SLIDER,
) -> float:
    """CPU seconds per change of a server started for this, and stopped again."""
    port = free_port()
    print(name)
    server = subprocess.Popen(
        [part.format(port=port) for part in command],
        env=os.environ | {"STADSHART_TILES": "off"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        print(f"  up after                  {wait_until_up(f'http://127.0.0.1:{port}'):8.2f} s")
        return measure(f"http://127.0.0.1:{port}{path}", server.pid, changes, opens=opens, moves=moves)
    finally:
        server.terminate()
        server.wait(10)


def main() -> None:
    """Measure the dashboard beside the least an app can do."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--changes", type=int, default=48)
    options.add_argument("--data", type=Path)
    asked = options.parse_args()
    data = ["--data", str(asked.data)] if asked.data else []
    least = serve_and_measure("one slider, one line of text", BARE, "/", asked.changes)
    each = serve_and_measure("the map with five layers", [*OURS, *data], MAP, asked.changes, "Periode 2")
    print(f"ratio of CPU per change     {each / least:8.2f}")
    town = [*OURS, "--example"]
    for name, street in (("the streets of the made-up town", ""), ("the same, one street chosen", "&keuze=straten:voorbeeldstad/langestraat")):
        each = serve_and_measure(name, town, f"/straten?plaats=voorbeeldstad{street}", asked.changes, "Filters (", TOGGLE)
        print(f"ratio of CPU per change     {each / least:8.2f}")


if __name__ == "__main__":
    main()
