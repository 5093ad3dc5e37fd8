"""How many units a run publishes per second when one file holds those of many towns.

    python tests/bench/one_file.py                       100,000 units over 40 towns in every form
    python tests/bench/one_file.py --units 1000000 --form gpkg
    python tests/bench/one_file.py --country 2000000     one town out of a GeoPackage of a country

Everything is made up, as in `tests/bench/etl.py`: rows of all towns are mixed, so that only an
index or a pass over the whole file finds those of one. `gpkg-plain` has no spatial index, `parquet`
no covering boxes. The same input must publish the same units in every form and with any number of
workers, or the bench fails.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

# Run as a script its folder comes first, and there `etl.py` would be taken for the room.
if Path(sys.path[0]) == Path(__file__).parent:
    sys.path[0] = str(Path(__file__).parents[2])

import geopandas as gpd
import numpy as np
import pandas as pd

from data import catalogue
from etl.pipeline.run import RunOptions, run
from geo.crs import RD
from tests.bench.made_up_towns import FIRST, Town, lines, place_file, units

FORMS = ("gpkg", "gpkg-plain", "parquet", "parquet-boxes", "geojson")
KINDS = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def write(towns: Sequence[Town], folder: Path, form: str) -> Path:
    """The units of all towns in one file, in no order."""
    folder.mkdir(parents=True, exist_ok=True)
    frame = gpd.GeoDataFrame(pd.concat([units(town) for town in towns], ignore_index=True))
    frame = frame.sample(frac=1.0, random_state=1, ignore_index=True)
    path = folder / f"units.{form.partition('-')[0]}"
    if form.startswith("parquet"):
        boxes = form == "parquet-boxes"
        ordered = frame.iloc[frame.hilbert_distance().argsort()] if boxes else frame
        ordered.to_parquet(path, write_covering_bbox=boxes, row_group_size=20_000)
    elif form.startswith("gpkg"):
        index = "YES" if form == "gpkg" else "NO"
        frame.to_file(path, layer="verblijfsobject", SPATIAL_INDEX=index)
    else:
        frame.to_file(path, driver="GeoJSON")
    return path


def country(folder: Path, count: int) -> Path:
    """One town's units among `count` others, in layers as those of PDOK's BAG light."""
    folder.mkdir(parents=True)
    luck = np.random.default_rng(0)
    number = np.arange(count)
    own = units(Town(FIRST, 5_000)).assign(postcode="9999AB", woonplaats="Plaats")
    links = [f"http://bag.example/bag/id/verblijfsobject/{one:016d}" for one in number]
    others = pd.DataFrame(
        {
            "identificatie": [f"099901{one:010d}" for one in number],
            "rdf_seealso": links,
            "gebruiksdoel": "woonfunctie",
            "status": "Verblijfsobject in gebruik",
            "oppervlakte": luck.integers(20, 2000, count),
            "openbare_ruimte": "Langestraat",
            "huisnummer": number % 300 + 1,
            "postcode": "9999AB",
            "woonplaats": "Plaats",
        }
    )
    x, y = luck.uniform(40_000, 280_000, count), luck.uniform(320_000, 620_000, count)
    spots = gpd.points_from_xy(x, y)
    beside = gpd.GeoDataFrame(others, geometry=spots, crs=RD)
    whole = gpd.GeoDataFrame(pd.concat([own, beside], ignore_index=True))
    path = folder / "bag-light.gpkg"
    buildings = whole[["identificatie", "rdf_seealso", "status", "geometry"]].head(count // 2)
    buildings.set_geometry(buildings.buffer(5, cap_style="square")).to_file(path, layer="pand")
    whole.to_file(path, layer="verblijfsobject")
    return path


def once(folder: str, workers: int) -> tuple[str, float, float, float]:
    """Content hash, wall and CPU seconds of a run, and MB at most in its own process."""
    root = Path(folder)
    places, inputs = root / "places", root / "inputs"
    began, busy = time.perf_counter(), _cpu()
    options = RunOptions(
        data=root / f"data-{workers}", inputs=inputs, places=places, workers=workers
    )
    run(options)
    took = time.perf_counter() - began
    table = catalogue.open(options.data).manifest.table("premises")
    assert table is not None
    # What `resource` tells counts the process that started this one as well.
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    return table.content_hash, took, _cpu() - busy, peak


def _cpu() -> float:
    return sum(one.ru_utime + one.ru_stime for one in map(resource.getrusage, KINDS))


def measured(folder: Path, workers: int) -> tuple[str, float, float, float]:
    """The same in a process of its own, so that the memory is that of the run."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(once, str(folder), workers).result()


def main() -> None:
    """Measure as asked."""
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("--units", type=int, default=100_000, help="units in the file")
    asked.add_argument("--towns", type=int, default=40)
    asked.add_argument("--form", choices=FORMS, action="append")
    asked.add_argument("--workers", type=int, action="append")
    asked.add_argument("--country", type=int, help="units beside those of the one town")
    given = asked.parse_args()
    if given.country is not None:
        for count in (1_000, given.country):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                place_file(Town(FIRST, 5_000), folder / "places")
                size = country(folder / "inputs" / "bag", count).stat().st_size / 1e6
                _, took, busy, peak = measured(folder, 1)
                told = f"{took:6.1f} s, CPU {busy:5.1f} s, peak {peak:.0f} MB"
                print(f"country {size:6.0f} MB {told}", flush=True)
        return
    numbers = range(FIRST, FIRST + given.towns)
    towns = [Town(number, given.units // given.towns) for number in numbers]
    hashes: set[str] = set()
    for form in given.form or FORMS:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for town in towns:
                place_file(town, folder / "places")
                osm = folder / "inputs" / "osm" / town.place_id
                osm.mkdir(parents=True)
                (osm / "streets.geojson").write_bytes(lines(town))
            size = write(towns, folder / "inputs" / "bag", form).stat().st_size / 1e6
            for workers in given.workers or (1, 2):
                found, took, busy, peak = measured(folder, workers)
                hashes.add(found)
                print(
                    f"{form:13} {size:6.0f} MB  {workers} workers {given.units:>9,} units "
                    f"{took:7.1f} s, CPU {busy:6.1f} s "
                    f"{given.units / busy:>8,.0f} rows per CPU second  peak {peak:.0f} MB",
                    flush=True,
                )
    print("identical output:", len(hashes) == 1)
    if len(hashes) != 1:
        raise SystemExit("the same units were published otherwise in another form")


if __name__ == "__main__":
    main()
