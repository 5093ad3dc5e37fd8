"""Memory under visitors who come, move the period of the map, take files along and leave.

    python -m tests.bench.soak [--minutes 30] [--visitors 50] [--pause 2.5] [--data DIR]

Prints the slope of memory per process in the second half of the time, and whether the log tells
of a fault. `tests/dashboard/server/test_soak.py` holds the limit.
"""

import argparse
import asyncio
import random
import re
import statistics
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import crowd, server
from tests.conftest import serving

_SAMPLE_S = 5.0
# A visit lasts a minute on average; its place is taken at once.
_STAY_S = 60.0
_FILES = (
    "kaart.png?formaat=social",
    "kaart.gpkg?",
    "observations.xlsx?",
    "kaart.svg?",
    "places.csv?",
)
_HELD = re.compile(r'^stadshart_resident_memory_bytes\{process="(\w+)"\} (\S+)$', re.MULTILINE)


@dataclass
class Soak:
    """Samples of memory as (seconds, MB) per process, and what changes took."""

    memory: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    spent_ms: list[float] = field(default_factory=list)
    visits: int = 0
    files: int = 0

    def slope_mb_per_minute(self, process: str, after_s: float) -> float:
        """Growth of memory of a process, by least squares over the samples after `after_s`."""
        seconds, held = zip(
            *(sample for sample in self.memory[process] if sample[0] >= after_s), strict=True
        )
        return 60 * statistics.linear_regression(seconds, held).slope


def read(address: str) -> bytes:
    """The body of an answer; empty for a refusal of a full queue."""
    try:
        with urllib.request.urlopen(address, timeout=120) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as refused:
        if refused.code != 503:
            raise
        return b""


async def soak(address: str, *, visitors: int, minutes: float, pause_s: float) -> Soak:
    """Everything measured during these minutes."""
    measured, chance = Soak(), random.Random(2026)
    began = time.perf_counter()
    until = began + 60 * minutes
    page, _, query = server.MAP.strip("/").partition("?")

    async def sit() -> None:
        while (now := time.perf_counter()) < until:
            present = await crowd.visit(address, page, query)
            measured.visits += 1
            leave = min(until, now + chance.expovariate(1 / _STAY_S))
            await present.wander(pause_s, leave, chance)
            measured.spent_ms += present.spent_ms
            await present.socket.close()

    async def take_along() -> None:
        while time.perf_counter() < until:
            name = chance.choice(_FILES)
            first = chance.randrange(2000, 2020)
            await asyncio.to_thread(read, f"{address}/export/{name}&periode={first}-2026")
            measured.files += 1
            await asyncio.sleep(2 * pause_s)

    async def watch() -> None:
        while (now := time.perf_counter()) < until:
            figures = (await asyncio.to_thread(read, f"{address}/metrics")).decode()
            for process, held in _HELD.findall(figures):
                measured.memory[process].append((now - began, float(held) / 1e6))
            await asyncio.sleep(_SAMPLE_S)

    await asyncio.gather(watch(), take_along(), *(sit() for _ in range(visitors)))
    return measured


def run(
    log: Path, *, visitors: int, minutes: float, pause_s: float = 2.5, data: Path | None = None
) -> Soak:
    """The same on a server started for it, whose log goes to a file."""
    chosen = ["--data", str(data)] if data else []
    with serving(
        lambda port: [sys.executable, "-m", "dashboard", "--port", str(port), *chosen],
        log,
        env={"STADSHART_TILES": "off"},
    ) as site:
        return asyncio.run(soak(site.address, visitors=visitors, minutes=minutes, pause_s=pause_s))


def main() -> None:
    """Measure, and print what was found."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--minutes", type=float, default=30)
    options.add_argument("--visitors", type=int, default=50)
    options.add_argument("--pause", type=float, default=2.5, help="seconds between two changes")
    options.add_argument("--data", type=Path)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        measured = run(
            log,
            visitors=asked.visitors,
            minutes=asked.minutes,
            pause_s=asked.pause,
            data=asked.data,
        )
        told = log.read_text("utf-8").splitlines()[1:]
    took = sorted(measured.spent_ms)
    print(
        f"{asked.minutes:g} minutes, {asked.visitors} visitors at a time: {measured.visits} visits,"
        f" {len(took)} changes, median {statistics.median(took):.0f} ms,"
        f" p95 {took[int(0.95 * len(took))]:.0f} ms, {measured.files} files"
    )
    for process, samples in measured.memory.items():
        slope = measured.slope_mb_per_minute(process, 30 * asked.minutes)
        print(
            f"  {process}: {samples[0][1]:.0f} MB at first, {samples[-1][1]:.0f} MB at last,"
            f" at most {max(held for _, held in samples):.0f} MB, {slope:+.2f} MB a minute"
        )
    print(f"  log: {len(told)} lines", *told[:10], sep="\n    ")


if __name__ == "__main__":
    main()
