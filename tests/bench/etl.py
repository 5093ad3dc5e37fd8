"""How many units a run publishes per second, and in how much memory.

    python tests/bench/etl.py                 bare steps, a region of 100,000 units in every form,
                                              and a country of a million
    python tests/bench/etl.py --dask          the country on a local Dask cluster as well
    python tests/bench/etl.py --units 10000000 --no-region --only "2 workers"

Everything is made up: square municipalities with a lattice of streets, units scattered along them.
The region is one run: read, check, join to streets and places, check against the contract, write,
publish. The country is partitioned by municipality: each is a run and a snapshot of its own, so
that memory stays that of one, and any number of workers share the municipalities. Whichever way,
the tables must be the same, or the bench fails.

Start-up and the making of the input are not counted; all between input file and published version
is: copy, decoding, checks, joins, contracts, hashes and manifest. CPU seconds stand beside the wall
clock, which other work on the same computer lengthens. The region is run three times and that with
the least CPU counts; what is compiled is compiled before. The country counts the runs only, not the
making of the input between them.

The cost is not linear. A place costs about 0.07 s of CPU on a busy core whatever its units
(streets, footfall and a dozen small tables), and a version 0.08 s, which the table of stages shows
in its first column. Decoding, the join to streets, the stored parts, hash and file grow with
the units. What units add to streets saturates once every street has some: the column of `each unit
more` is too high for `streets`. The bare steps beside a region say what the computer of the day can
do: they read, place, join and write the same rows and leave out checks, copies for a restart,
footfall, hashes and the fixed part.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

# Run as a script its folder comes first, and there this file would be taken for the room of its
# name.
if Path(sys.path[0]) == Path(__file__).parent:
    sys.path[0] = str(Path(__file__).parents[2])

import geopandas as gpd

from data import catalogue
from etl import area as areas
from etl.pipeline.executors import SerialExecutor
from etl.pipeline.run import RunOptions, run
from etl.sources.reference import place_table
from geo.nearest import nearest
from tests.bench.made_up_towns import FIRST, Town, collection_lines, prepared

FORMS = ("parquet", "gpkg", "geojson")


def partition(town: Town, root: str) -> tuple[str, float, float, float]:
    """One municipality of the country as a run of its own: content hash, wall and CPU seconds of
    the run, and MB at most in this process.
    """
    folder = Path(root) / town.place_id
    shutil.rmtree(folder, ignore_errors=True)
    options = prepared([town], folder, "parquet")
    took, cpu = _once(options)
    table = catalogue.open(options.data).manifest.table("premises")
    assert table is not None and table.rows == town.units
    shutil.rmtree(folder)
    return table.content_hash, took, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def processes(count: int) -> Iterator[Executor]:
    """So many processes, started and warm."""
    if count == 1:
        yield SerialExecutor()
        return
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_warm, range(count * 4)))
        yield pool


@contextmanager
def cluster(count: int) -> Iterator[Executor]:
    """A Dask cluster on this computer."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=None) as here,
        Client(here) as client,
    ):
        executor = client.get_executor(pure=False)
        list(executor.map(_warm, range(count * 4)))
        yield executor


def _warm(_: int) -> None:
    """A process that has loaded and compiled everything."""
    with tempfile.TemporaryDirectory() as folder:
        partition(Town(1, 30_000), folder)


def region(total: int, bare_s: float) -> None:
    """Rows per second of one run over five towns, per form of the input, and how many times the
    bare steps that is.
    """
    towns = [Town(number, total // 5) for number in range(FIRST, FIRST + 5)]
    _warm(0)
    for form in FORMS:
        with tempfile.TemporaryDirectory() as folder:
            options = prepared(towns, Path(folder), form)
            # The least of three: what else the computer does lengthens a run, and nothing shortens
            # it.
            took, cpu = min((_once(options) for _ in range(3)), key=lambda one: one[1])
            again = time.perf_counter()
            run(options)
            told(
                "region",
                form,
                total,
                took,
                cpu=(
                    f"{cpu:.2f} s ({total / cpu:,.0f} rows per CPU second, {cpu / bare_s:.1f} x the"
                    " bare steps)"
                ),
                unchanged=f"{time.perf_counter() - again:.2f} s",
                peak=_peak(),
            )


def _once(options: RunOptions) -> tuple[float, float]:
    """Wall clock and CPU seconds of a run into an empty folder."""
    shutil.rmtree(options.data, ignore_errors=True)
    began, busy = time.perf_counter(), time.process_time()
    run(options)
    return time.perf_counter() - began, time.process_time() - busy


def steps(total: int) -> float:
    """CPU seconds of the bare steps on one core, the least of three: read GeoParquet, place,
    nearest street, write GeoParquet.

    Nothing is checked, kept, joined, measured, hashed or published: less than this no run can cost.
    """
    towns = [Town(number, total // 5) for number in range(FIRST, FIRST + 5)]
    with tempfile.TemporaryDirectory() as folder:
        prepared(towns, Path(folder), "parquet")
        spent = min(
            (_bare(towns, Path(folder)) for _ in range(3)), key=lambda one: sum(one.values())
        )
    cpu = sum(spent.values())
    told(
        "steps",
        "parquet",
        total,
        cpu,
        **{name: f"{seconds:.3f} s" for name, seconds in spent.items()},
    )
    return cpu


def _bare(towns: Sequence[Town], folder: Path) -> dict[str, float]:
    """CPU seconds per bare step."""
    area = areas.area_of_places(place_table(folder / "places"))
    spent: dict[str, float] = dict.fromkeys(("read", "place", "street", "write"), 0.0)
    for town in towns:
        ways = collection_lines(town)
        clock = time.process_time()
        frame = gpd.read_parquet(folder / "inputs" / "bag" / town.place_id / "units.parquet")
        spent["read"], clock = spent["read"] + time.process_time() - clock, time.process_time()
        frame["place_id"] = area.owners(frame)
        spent["place"], clock = spent["place"] + time.process_time() - clock, time.process_time()
        frame["street"] = nearest(frame, ways)["street"]
        spent["street"], clock = spent["street"] + time.process_time() - clock, time.process_time()
        frame.to_parquet(folder / "out.parquet", schema_version="1.1.0", write_covering_bbox=True)
        spent["write"] += time.process_time() - clock
    return spent


STAGES = {
    "copy in": ("etl.pipeline.collect.from_files",),
    "decode": ("etl.parsing.vector_layers.read",),
    "units": ("etl.sources.bag.parse",),
    "map": ("etl.sources.osm.parse",),
    "place": ("etl.area.Area.owners",),
    "check": ("etl.pipeline.validate.as_table",),
    "keep parts": (
        "etl.pipeline.parts_store.PartsStore.save",
        "etl.pipeline.parts_store.PartsStore.frame",
    ),
    "streets": ("etl.pipeline.tasks.streets",),
    "unit to street": ("geo.frontage.assigned",),
    "vacancy": ("etl.pipeline.tasks.on_streets", "etl.pipeline.tasks.street_vacancy"),
    "join tables": ("etl.pipeline.merge.merge_tables",),
    "contract": ("data.snapshot.publish.check", "data.snapshot.publish.check_references"),
    "hash": ("data.snapshot.new_version.content_hash",),
    "file": ("data.snapshot.new_version.to_bytes", "data.snapshot.publish._write_version"),
}

DIRECT = ("decode", "place", "unit to street", "file")
"""What takes a unit from file to file: read, place, nearest street, write; the other stages check,
keep, measure and publish.
"""


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    """CPU seconds per stage of what runs inside, without those of stages within; the rest under
    `rest`.
    """
    spent = dict.fromkeys((*STAGES, "rest"), 0.0)
    within: list[float] = [0.0]
    originals: list[tuple[object, str, Callable[..., object]]] = []

    def watched(stage: str, function: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            began = time.process_time()
            within.append(0.0)
            try:
                return function(*given, **named)
            finally:
                took = time.process_time() - began
                spent[stage] += took - within.pop()
                within[-1] += took

        return call

    for stage, names in STAGES.items():
        for name in names:
            home, _, function = name.rpartition(".")
            module, _, kind = home.rpartition(".")
            owner = (
                getattr(importlib.import_module(module), kind)
                if kind[0].isupper()
                else importlib.import_module(home)
            )
            originals.append((owner, function, getattr(owner, function)))
            setattr(owner, function, watched(stage, getattr(owner, function)))
    began = time.process_time()
    try:
        yield spent
    finally:
        spent["rest"] = time.process_time() - began - within[0]
        for owner, function, original in originals:
            setattr(owner, function, original)


def stages(total: int) -> None:
    """CPU seconds per stage of a run over five towns, almost without units and with all; of three
    runs each the least.
    """
    few, many = (
        min((_staged(per_town) for _ in range(3)), key=lambda one: sum(one.values()))
        for per_town in (200, total // 5)
    )
    print(f"stage             1,000 units {total:>9,} units   each unit more")
    for stage in few:
        print(
            f"{stage:16} {few[stage]:10.3f} s {many[stage]:15.3f} s"
            f" {(many[stage] - few[stage]) / (total - 1000) * 1e6:10.2f} us"
        )
    print(
        f"{'all':16} {sum(few.values()):10.3f} s {sum(many.values()):15.3f} s"
        f" {(sum(many.values()) - sum(few.values())) / (total - 1000) * 1e6:10.2f} us"
    )
    direct = sum(many[stage] for stage in DIRECT)
    print(
        f"{' + '.join(DIRECT)}: {direct:.3f} s, {total / direct:,.0f} units per CPU second",
        flush=True,
    )


def _staged(per_town: int) -> dict[str, float]:
    """CPU seconds per stage of one run over five towns."""
    with tempfile.TemporaryDirectory() as folder:
        options = prepared(
            [Town(number, per_town) for number in range(FIRST, FIRST + 5)], Path(folder), "parquet"
        )
        with timed() as spent:
            run(options)
        return spent


def country(total: int, per_town: int, runners: dict[str, Callable[[], object]]) -> None:
    """Rows per second of all municipalities, per number of workers, with the same
    output each time.
    """
    towns = [Town(number, per_town) for number in range(FIRST, FIRST + total // per_town)]
    hashes: set[str] = set()
    for name, runner in runners.items():
        with tempfile.TemporaryDirectory() as folder, runner() as pool:  # type: ignore[attr-defined]
            began = time.perf_counter()
            results = []
            for done, one in enumerate(pool.map(partition, towns, [folder] * len(towns)), 1):
                results.append(one)
                if done % 40 == 0 and done < len(towns):
                    inside = sum(result[2] for result in results)
                    told(
                        "so far",
                        name,
                        done * per_town,
                        time.perf_counter() - began,
                        cpu=f"{inside:.1f} s in runs",
                    )
            took = time.perf_counter() - began
        hashes.add("".join(one[0] for one in results))
        workers, inside = 1 if name == "1 worker" else 2, sum(one[2] for one in results)
        # The input is made in the same processes, and not counted.
        told(
            "country",
            name,
            total,
            sum(one[1] for one in results) / workers,
            input_too=f"{took:.0f} s",
            cpu=(
                f"{inside:.1f} s in runs ({total / inside:,.0f} rows per CPU second;"
                f" {inside / 2:.0f} s on each of two cores)"
            ),
            peak=f"{max(one[3] for one in results):.0f} MB per process",
        )
    print("identical output:", len(hashes) == 1, flush=True)
    if len(hashes) != 1:
        raise SystemExit("the same input published other tables with another number of workers")


def told(what: str, how: str, rows: int, took: float, **more: str) -> None:
    """One line of the result."""
    print(
        f"{what:8} {how:12} {rows:>10,} units {took:8.2f} s {rows / took:>10,.0f} rows/s  "
        + "  ".join(f"{k} {v}" for k, v in more.items()),
        flush=True,
    )


def _peak() -> str:
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"


def main() -> None:
    """Measure as asked."""
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("--units", type=int, default=1_000_000, help="units of the country")
    asked.add_argument("--per-town", type=int, default=25_000)
    asked.add_argument("--region", type=int, default=100_000, help="units of the region")
    asked.add_argument("--no-region", action="store_true")
    asked.add_argument("--no-country", action="store_true")
    asked.add_argument(
        "--only", choices=("1 worker", "2 workers"), help="leave the other number of workers out"
    )
    asked.add_argument("--dask", action="store_true", help="also on a local Dask cluster")
    given = asked.parse_args()
    if not given.no_region:
        region(given.region, steps(given.region))
        stages(given.region)
    if not given.no_country:
        runners: dict[str, Callable[[], object]] = {
            "1 worker": lambda: processes(1),
            "2 workers": lambda: processes(2),
        }
        runners = {name: runner for name, runner in runners.items() if given.only in (None, name)}
        if given.dask:
            runners["Dask, 2"] = lambda: cluster(2)
        country(given.units, given.per_town, runners)


if __name__ == "__main__":
    main()
