"""What pictures cost: seconds per size and form after warm-up, and a server that gets 20 requests at once.

    python tests/bench/press.py [--place hengelo] [--requests 20]

Draws each picture in this process first. Then starts the dashboard on a free loopback port, asks for different
pictures at the same moment, and prints how many came, how many were told to come back, and the memory of the server
with its picture process before and at its highest.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dashboard import state
from dashboard.facts import Facts
from dashboard.press.picture import Studio
from dashboard.press.request import Request
from dashboard.press.sizes import FORMATS, SIZES
from data import catalogue

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def draw(place: str, rounds: int) -> None:
    """Print the median seconds of each size and form."""
    facts = Facts(catalogue.open(catalogue.EMBEDDED))
    centres = tuple(one.place_id for one in facts.places.values() if one.role == "centre")
    selection, _ = state.parse({"plaats": place}, state.Vocabulary(centres, facts.street_keys, facts.years))
    studio = Studio(facts)
    for form in FORMATS:
        studio.picture(Request(selection), form)
    for name, size in SIZES.items():
        for form in FORMATS:
            spent = []
            for _ in range(rounds):
                start = time.perf_counter()
                made = studio.picture(Request(selection, size=size), form)
                spent.append(time.perf_counter() - start)
            print(f"{name:12} {form}  {statistics.median(spent):6.2f} s  {len(made.content) / 1000:7.0f} kB")


def tree(pid: int) -> list[int]:
    """A process and everything it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(word) for task in children.parents[1].glob("*/children") for word in task.read_text().split()]
    return [pid, *(other for child in found for other in tree(child))]


def resident_mb(pid: int) -> float:
    """Resident memory of a process and everything it started, in MB."""
    pages = 0
    for one in tree(pid):
        try:
            pages += int(Path(f"/proc/{one}/statm").read_text().split()[1])
        except FileNotFoundError:
            continue  # it ended between the list and the look
    return pages * _PAGE_BYTES / 1e6


def ask(url: str) -> tuple[int, float]:
    """The status of an answer and its seconds."""
    start = time.perf_counter()
    try:
        with urllib.request.urlopen(url, timeout=90) as answer:
            answer.read()
            return answer.status, time.perf_counter() - start
    except urllib.error.HTTPError as refused:
        return refused.code, time.perf_counter() - start


def crowd(requests: int) -> None:
    """Print what a crowd of different pictures got, and what it cost in memory."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "STADSHART_TILES": "off"},
    )
    base = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                ask(f"{base}/_stcore/health")
                break
            except OSError:
                time.sleep(0.1)
        ask(f"{base}/overzicht.json")
        idle_mb = resident_mb(server.pid)
        sizes = list(SIZES)
        urls = [f"{base}/export/kaart.png?formaat={sizes[n % len(sizes)]}&kop=Beeld+{n}" for n in range(requests)]
        highest, over = [idle_mb], threading.Event()

        def watch() -> None:
            while not over.wait(0.05):
                highest.append(resident_mb(server.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        with ThreadPoolExecutor(requests) as pool:
            answers = list(pool.map(ask, urls))
        over.set()
        watcher.join()
        came = [spent for status, spent in answers if status == 200]
        refused = [spent for status, spent in answers if status == 503]
        print(f"{requests} at once: {len(came)} pictures, {len(refused)} told to come back, {requests - len(came) - len(refused)} else")
        print(f"slowest picture {max(came, default=0.0):.1f} s, slowest refusal {max(refused, default=0.0):.2f} s")
        print(f"memory: {idle_mb:.0f} MB before, {max(highest):.0f} MB at its highest (with the picture process)")
    finally:
        server.terminate()
        server.wait(20)


def main() -> None:
    """Measure and print."""
    command = argparse.ArgumentParser(description=__doc__)
    command.add_argument("--place", default="hengelo")
    command.add_argument("--rounds", type=int, default=2)
    command.add_argument("--requests", type=int, default=20)
    options = command.parse_args()
    draw(options.place, options.rounds)
    crowd(options.requests)


if __name__ == "__main__":
    main()
