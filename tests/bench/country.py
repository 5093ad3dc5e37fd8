"""What a country of 342 inner cities costs beside five places: run, publish, open, filter.

    python -m tests.bench.country [--towns 342] [--units 2000000] [--keep DIR]

Everything is made up: square municipalities with a lattice of streets, units along them, figures
of five years. The five places are as large as those of the country. A snapshot is made in a
process of its own, with two workers, and is opened by a server of its own; CPU seconds count, since
other work on the same computer lengthens the wall clock. A filter change is a websocket that moves
the period of the map: first to periods that nobody has seen, then to the same ones again.
`--keep` leaves the snapshots in a folder, and uses those that are there.
"""

import argparse
import asyncio
import itertools
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from etl.pipeline.run import RunOptions, run
from tests.bench import server as bench
from tests.bench.crowd import visit
from tests.bench.made_up_towns import FIRST, YEARS, Town, country

FEW = 5
PERIODS = [*itertools.combinations(YEARS, 2)]
MAPS = {
    "map of all": "plaats=twente",
    "map of a place": f"plaats=gemeente-{FIRST}&laag=leegstand,inwoners,straten,panden",
}
STARTUP_GOAL, FILTER_GOAL = 1.3, 1.2


@dataclass(frozen=True, slots=True)
class Opened:
    """CPU seconds until the first page is drawn, MB then, and per map CPU ms of a new and of a
    known filter change.
    """

    startup_s: float
    memory_mb: float
    filter_ms: dict[str, tuple[float, float]]


def publish(towns: int, units: int, folder: Path) -> None:
    """Make the snapshot, and print what that took."""
    options = country(
        [Town(number, units // towns) for number in range(FIRST, FIRST + towns)], folder
    )
    began = time.perf_counter()
    run(RunOptions(data=options.data, inputs=options.inputs, places=options.places, workers=2))
    took_s = time.perf_counter() - began
    own, workers = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    cpu_s = own.ru_utime + own.ru_stime + workers.ru_utime + workers.ru_stime
    version = next((options.data / "versions").iterdir())
    size_mb = sum(path.stat().st_size for path in version.iterdir()) / 1e6
    print(
        f"  run and publish {took_s:8.1f} s, {cpu_s:8.1f} s CPU with the making of the input;"
        f" peak {own.ru_maxrss / 1e3:.0f} MB, {workers.ru_maxrss / 1e3:.0f} MB in a worker;"
        f" {size_mb:.1f} MB published",
        flush=True,
    )


async def changes(address: str, pid: int, query: str) -> tuple[float, float]:
    """CPU ms of a filter change: to a period that nobody has seen, and to a known one."""
    visitor = await visit(address, "kaart", query)
    bench.settle(pid)
    spent_ms = []
    for _ in range(2):
        spent = bench.cpu_s(pid)
        for period in PERIODS:
            await visitor.run(period)
        spent_ms.append(1000 * (bench.cpu_s(pid) - spent) / len(PERIODS))
    await visitor.socket.close()
    return spent_ms[0], spent_ms[1]


def opened(data: Path) -> Opened:
    """Open the snapshot and move the filter."""
    case = bench.Case("", [*bench.OURS, "--data", str(data)], "")
    with bench.served(case) as (address, pid):
        bench.wait_until_up(address)
        asyncio.run(_first(address))
        startup_s = bench.cpu_s(pid)
        bench.settle(pid)
        memory_mb = bench.resident_mb(pid)
        filter_ms = {
            name: asyncio.run(changes(address, pid, query)) for name, query in MAPS.items()
        }
    return Opened(startup_s, memory_mb, filter_ms)


async def _first(address: str) -> None:
    visitor = await visit(address, "kaart", MAPS["map of a place"])
    await visitor.socket.close()


def least(data: Path, times: int = 3) -> Opened:
    """The least of several openings: what else the computer does lengthens them."""
    every = [opened(data) for _ in range(times)]
    return Opened(
        min(one.startup_s for one in every),
        statistics.median(one.memory_mb for one in every),
        {
            name: (
                min(one.filter_ms[name][0] for one in every),
                min(one.filter_ms[name][1] for one in every),
            )
            for name in MAPS
        },
    )


def report(name: str, few: float, many: float, unit: str, goal: float | None = None) -> None:
    """One figure of both, with the ratio."""
    wanted = "" if goal is None else f", goal {goal}"
    print(f"  {name:34s}{few:9.2f}{many:9.2f} {unit:4s} ratio {many / few:.2f}{wanted}")


def main() -> None:
    """Publish and open five places and the country."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--towns", type=int, default=342)
    options.add_argument("--units", type=int, default=2_000_000)
    options.add_argument("--keep", type=Path)
    options.add_argument("--publish", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.publish:
        publish(asked.towns, asked.units, Path(asked.publish))
        return
    with tempfile.TemporaryDirectory() as scratch:
        root = asked.keep or Path(scratch)
        made = {}
        for towns in (FEW, asked.towns):
            units = asked.units * towns // asked.towns
            print(f"{towns} places, {units:,} units")
            made[towns] = root / f"{towns}-{units}"
            if not (made[towns] / "data" / "current").is_file():
                subprocess.run(
                    [sys.executable, "-m", "tests.bench.country", "--publish", str(made[towns])]
                    + ["--towns", str(towns), "--units", str(units)],
                    check=True,
                )
        few, many = (least(folder / "data") for folder in made.values())
    print(f"opened: {FEW} places beside {asked.towns}")
    report("process start to first page, CPU", few.startup_s, many.startup_s, "s", STARTUP_GOAL)
    report("memory", few.memory_mb, many.memory_mb, "MB")
    for name in MAPS:
        for kind, words in enumerate(("new filter", "known filter")):
            five, all_ms = (one.filter_ms[name][kind] for one in (few, many))
            report(f"{name}, {words}, CPU", five, all_ms, "ms", FILTER_GOAL)


if __name__ == "__main__":
    main()
