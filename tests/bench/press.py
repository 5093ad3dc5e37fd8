"""What pictures cost: seconds per size and form, and a server that gets 20 requests at once.

    python -m tests.bench.press [--place hengelo] [--rounds 2] [--requests 20] [--changes 24]

Draws each picture in this process first, after a warm-up. Then starts the dashboard on a free
loopback port, waits until it is at rest (it fits its model after it has opened), asks for different
pictures at the same moment, and prints how many came, how many were refused for the moment, and the
memory of the server with its picture process before and at its highest; pages that both processes
share count once. Last, it moves a filter in a browser by turns with and without a crowd that asks
for pictures, and prints the ratio.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from playwright.sync_api import sync_playwright

from dashboard.facts.snapshot import Facts
from dashboard.press.request import PictureRequest
from dashboard.press.sizes import FORMATS, SIZES
from dashboard.press.studio import Studio
from dashboard.selection import permalink
from dashboard.session import visitor
from data import catalogue
from tests.bench.server import CHROMIUM, FLAGS, change, free_port, ready, wait_until_up

_BETWEEN_S = 0.2


def draw(place: str, rounds: int) -> None:
    """Print the median processor seconds of each size and form."""
    facts = Facts(catalogue.open(catalogue.EMBEDDED))
    selection, _ = permalink.parse({"plaats": place}, visitor.vocabulary(facts))
    studio = Studio(facts)
    for form in FORMATS:
        studio.picture(PictureRequest(selection), form)
    for name, size in SIZES.items():
        for form in FORMATS:
            spent = []
            for _ in range(rounds):
                start = time.process_time()
                made = studio.picture(PictureRequest(selection, size=size), form)
                spent.append(time.process_time() - start)
            print(
                f"{name:12} {form}  {statistics.median(spent):6.2f} s "
                f" {len(made.content) / 1000:7.0f} kB"
            )


def tree(pid: int) -> list[int]:
    """A process and everything it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = [
        int(word)
        for task in children.parents[1].glob("*/children")
        for word in task.read_text().split()
    ]
    return [pid, *(other for child in found for other in tree(child))]


def memory_mb(pid: int) -> float:
    """Memory of a process and everything it started, in MB; a page that n processes share counts
    for 1/n in each.
    """
    kilobytes = 0
    for one in tree(pid):
        try:
            found = re.search(
                r"^Pss:\s+(\d+)", Path(f"/proc/{one}/smaps_rollup").read_text(), re.MULTILINE
            )
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended between the list and the look
        kilobytes += int(found[1]) if found else 0
    return kilobytes * 1024 / 1e6


def rest(pid: int, *, longest_s: float = 180.0) -> None:
    """Wait until a process has spent next to nothing for eight seconds; raises TimeoutError when it
    never does.

    Two would do, but for the model, which a server begins to fit some seconds after its start.
    """

    def spent_s() -> float:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    end = time.monotonic() + longest_s
    before = spent_s()
    while time.monotonic() < end:
        time.sleep(8.0)
        now = spent_s()
        if now - before < 0.1:
            return
        before = now
    raise TimeoutError(f"the server was still at work after {longest_s:.0f} s")


def ask(url: str) -> tuple[int, float]:
    """The status of an answer and its seconds."""
    start = time.perf_counter()
    try:
        with urllib.request.urlopen(url, timeout=90) as answer:
            answer.read()
            return answer.status, time.perf_counter() - start
    except urllib.error.HTTPError as refused:
        return refused.code, time.perf_counter() - start


def addresses(base: str, requests: int, wave: int = 0) -> list[str]:
    """Different pictures of every size, of maps and of the model; each `wave` is new to
    the server.
    """
    sizes, subjects = list(SIZES), ("kaart", "koopstromen", "cijfers")
    return [
        f"{base}/export/kaart.png?formaat={sizes[n % len(sizes)]}"
        f"&onderwerp={subjects[n % len(subjects)]}&kop=Beeld+{wave}+{n}"
        for n in range(requests)
    ]


def crowd(requests: int, changes: int) -> None:
    """Print what a crowd of different pictures got, what it cost in memory, and what others
    noticed.
    """
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "STADSHART_TILES": "off"},
    )
    base = f"http://127.0.0.1:{port}"
    try:
        wait_until_up(base)
        ask(f"{base}/overzicht.json")
        rest(server.pid)
        idle_mb = memory_mb(server.pid)
        urls = addresses(base, requests)
        highest, over = [idle_mb], threading.Event()

        def watch() -> None:
            while not over.wait(_BETWEEN_S):
                highest.append(memory_mb(server.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        with ThreadPoolExecutor(requests) as pool:
            answers = list(pool.map(ask, urls))
        over.set()
        watcher.join()
        came = [spent for status, spent in answers if status == 200]
        refused = [spent for status, spent in answers if status == 503]
        print(
            f"{requests} at once: {len(came)} pictures, {len(refused)} told to come back,"
            f" {requests - len(came) - len(refused)} else"
        )
        print(
            f"slowest picture {max(came, default=0.0):.1f} s, slowest refusal"
            f" {max(refused, default=0.0):.2f} s"
        )
        print(
            f"memory: {idle_mb:.0f} MB before, {max(highest):.0f} MB at its highest:"
            f" {max(highest) - idle_mb:+.0f} MB"
        )
        if changes:
            beside(base, requests, changes)
    finally:
        server.terminate()
        server.wait(20)


def beside(base: str, requests: int, changes: int) -> None:
    """Print how long a filter change takes alone and beside a crowd that asks for pictures, by
    turns.
    """
    spent: dict[bool, list[float]] = {False: [], True: []}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{base}/kaart")
        while ready(page) is None:
            page.wait_for_timeout(50)
        page.get_by_text("Periode 2").click()
        page.get_by_role("slider").last.focus()
        for key in ("ArrowLeft", "ArrowRight") * 3:
            change(page, [], key)
        for turn in range(changes // 4):
            crowded = turn % 2 == 1
            pool = ThreadPoolExecutor(requests)
            asked = [
                pool.submit(ask, url)
                for url in addresses(base, requests if crowded else 0, wave=turn + 1)
            ]
            if crowded:
                time.sleep(0.5)
            spent[crowded] += [
                change(page, [], key)[0]
                for key in ("ArrowLeft", "ArrowLeft", "ArrowRight", "ArrowRight")
            ]
            for future in asked:
                future.result()
            pool.shutdown()
        browser.close()
    alone, crowded_ms = (statistics.median(spent[key]) for key in (False, True))
    print(
        f"filter change, key to redrawn: {alone:.0f} ms alone, {crowded_ms:.0f} ms beside the"
        f" crowd: x{crowded_ms / alone:.2f}"
    )


def main() -> None:
    """Measure and print."""
    command = argparse.ArgumentParser(description=__doc__)
    command.add_argument("--place", default="hengelo")
    command.add_argument("--rounds", type=int, default=2)
    command.add_argument("--requests", type=int, default=20)
    command.add_argument("--changes", type=int, default=24)
    options = command.parse_args()
    if options.rounds:
        draw(options.place, options.rounds)
    crowd(options.requests, options.changes)


if __name__ == "__main__":
    main()
