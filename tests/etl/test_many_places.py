"""One file with many places is read once, or by its index, and says the same in every form."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
from shapely.geometry import Point

from data import catalogue
from etl import area as areas
from etl.area import Area
from etl.errors import ContentError
from etl.parsing import map_file, vector_layers
from etl.pipeline.parts_store import PartsStore
from etl.pipeline.run import RunOptions, run
from etl.source import Piece
from etl.sources import bag
from etl.sources.reference import place_table
from geo.crs import RD, WGS84
from tests.etl.made_up_town import X, Y, place_file
from tests.etl.sources.source_runs import piece
from tests.etl.three_towns import FORMS, TOWNS, places, units, write

pytestmark = [pytest.mark.usefixtures("quick_disk"), pytest.mark.slow]
PER_TOWN = 20


def options(folder: Path, *, workers: int = 1) -> RunOptions:
    return RunOptions(
        data=folder / "data",
        inputs=folder / "inputs",
        places=folder / "places",
        only_sources=("bag",),
        workers=workers,
    )


@pytest.fixture
def country(tmp_path: Path) -> Callable[[str], RunOptions]:
    """A run over three towns whose units lie in one file of that form."""

    def prepared(form: str, *, workers: int = 1) -> RunOptions:
        folder = tmp_path / f"{form}-{workers}"
        places(folder / "places")
        write(units(PER_TOWN), folder / "inputs" / "bag", form)
        return options(folder, workers=workers)

    return prepared


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Content of the units when each town has a file of its own."""
    folder = tmp_path_factory.mktemp("each")
    places(folder / "places")
    for town in TOWNS:
        whole = units(PER_TOWN)
        own = whole[whole["identificatie"].str.startswith(f"999{list(TOWNS).index(town) + 1}")]
        write(own, folder / "inputs" / "bag" / town, "parquet")
    run(options(folder))
    return content(folder / "data")


def content(data: Path) -> str:
    table = catalogue.open(data).manifest.table("premises")
    assert table is not None and table.rows == PER_TOWN * len(TOWNS)
    return table.content_hash


def tree(folder: Path) -> dict[str, str]:
    """Every file with the checksum of its bytes."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("form", FORMS)
def test_one_file_of_all_says_what_a_file_of_each_says(
    country: Callable[[str], RunOptions], expected: str, form: str
):
    asked = country(form)
    run(asked)
    assert content(asked.data) == expected
    parts = PartsStore(asked.data).index().parts
    assert [part.counts for part in parts.values()] == [{"dropped-elsewhere": 2 * PER_TOWN}] * 3
    assert [path.name for path in PartsStore(asked.data).folder.glob(".new-*")] == []


@pytest.mark.slow
def test_two_workers_publish_the_same(country: Callable[..., RunOptions], expected: str):
    asked = country("gpkg-plain", workers=2)
    run(asked)
    assert content(asked.data) == expected


@pytest.mark.parametrize("form", ["gpkg", "gpkg-plain", "geojson"])
def test_the_same_file_again_changes_no_byte_and_is_not_read(
    country: Callable[[str], RunOptions], monkeypatch: pytest.MonkeyPatch, form: str
):
    asked = country(form)
    run(asked)
    before = tree(asked.data)

    def never(*given: object, **named: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(bag, "parse", never)
    monkeypatch.setattr(bag, "split", never, raising=False)
    assert not run(asked).changed
    assert tree(asked.data) == before


class Seen:
    """What was read of map files, and how."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.boxes: list[tuple[float, ...] | None] = []
        self.columns: list[list[str] | None] = []
        self.layers: list[str] = []
        self.passes = 0
        read, opened, text = pyogrio.read_dataframe, pyogrio.open_arrow, Piece.read

        def read_dataframe(path: Path, **named: object) -> object:
            if "sql" not in named:
                self.layers.append(named["layer"])
                self.boxes.append(named.get("bbox"))
                self.columns.append(named.get("columns"))
            return read(path, **named)

        def open_arrow(path: Path, **named: object) -> object:
            self.passes += 1
            return opened(path, **named)

        def whole(one: Piece) -> bytes:
            # What lies in the raw store under its checksum is the file as it was brought.
            self.passes += one.path.name == one.sha256
            return text(one)

        monkeypatch.setattr(pyogrio, "read_dataframe", read_dataframe)
        monkeypatch.setattr(pyogrio, "open_arrow", open_arrow)
        monkeypatch.setattr(Piece, "read", whole)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    return Seen(monkeypatch)


def test_with_an_index_only_the_box_of_each_town_is_read(
    country: Callable[[str], RunOptions], seen: Seen
):
    run(country("gpkg"))
    assert len(seen.boxes) == 3 and seen.passes == 0
    for box, east in zip(sorted(seen.boxes), TOWNS.values(), strict=True):
        assert box == pytest.approx((X + east - 1500, Y - 1500, X + east + 1500, Y + 1500), abs=1.0)


@pytest.mark.parametrize("form", ["gpkg-plain", "geojson"])
def test_without_an_index_the_file_is_read_once(
    country: Callable[[str], RunOptions], seen: Seen, form: str
):
    run(country(form))
    assert (seen.passes, seen.boxes) == (1, [])


def test_of_parquet_only_row_groups_near_the_town_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = write(units(PER_TOWN), tmp_path, "parquet-sorted")
    asked = areas.areas_per_place(areas.area_of_places(place_table(places(tmp_path / "places"))))
    read: list[list[int]] = []
    original = pq.ParquetFile.read_row_groups

    def watched(file: pq.ParquetFile, groups: list[int], **more: object) -> object:
        read.append(groups)
        return original(file, groups, **more)

    monkeypatch.setattr(pq.ParquetFile, "read_row_groups", watched)
    for area in asked:
        met = vector_layers.read([piece(path)], area, columns=bag.READ, near=True)
        assert len(met.frame) == PER_TOWN
    assert read == [[0], [1], [2]]
    assert bag.split(piece(path), asked, tmp_path) == [piece(path)] * 3


@pytest.mark.parametrize(("form", "code"), [("geojson", "json-broken"), ("parquet", "input-kind")])
def test_a_damaged_file_fails_in_every_town_and_stops_nothing_else(
    country: Callable[[str], RunOptions], form: str, code: str
):
    asked = country(form)
    path = asked.inputs / "bag" / f"units.{form}"
    path.write_bytes(path.read_bytes()[:-300])
    report = run(asked)
    (state,) = [one for one in report.sources if one.record.source_id == "bag"]
    assert state.record.status == "failed"
    assert [finding.code for _, finding in state.findings] == [code] * 3


@pytest.fixture
def town(tmp_path: Path) -> Area:
    return areas.area_of_places(place_table(place_file(tmp_path / "places", "aadorp")))


def read(path: Path, area: Area) -> vector_layers.VectorFeatures:
    return vector_layers.read([piece(path)], area, columns=bag.READ, near=True)


@pytest.mark.parametrize("form", FORMS)
def test_another_system_finds_the_same_rows(tmp_path: Path, town: Area, form: str):
    path = write(units(PER_TOWN).to_crs(WGS84), tmp_path, form)
    met = read(path, town)
    own = [f"999101{at:010d}" for at in range(0, 3 * PER_TOWN, 3)]
    assert sorted(met.frame["identificatie"]) == own
    assert met.counts == {"dropped-elsewhere": 2 * PER_TOWN}


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_lies_nowhere_near_any_town_is_refused(tmp_path: Path, town: Area, form: str):
    rows = units(PER_TOWN)
    turned = gpd.GeoSeries([Point(one.y, one.x) for one in rows.geometry], crs=RD)
    swapped = rows.set_geometry(turned)
    with pytest.raises(ContentError, match="swap"):
        read(write(swapped, tmp_path, form), town)


@pytest.mark.parametrize("form", FORMS)
def test_a_file_of_another_town_brings_nothing_and_counts_all(
    tmp_path: Path, town: Area, form: str
):
    met = read(write(units(PER_TOWN, ["beek"]), tmp_path, form), town)
    assert (len(met.frame), met.counts) == (0, {"dropped-elsewhere": PER_TOWN})


@pytest.mark.parametrize("form", ["gpkg", "gpkg-plain", "parquet"])
def test_of_a_unit_given_twice_the_first_in_the_file_counts(tmp_path: Path, town: Area, form: str):
    # An index gives them in an order of its own.
    rows = units(100, ["aadorp"]).iloc[::-1]
    again = rows.assign(oppervlakte=9, geometry=rows.geometry.translate(yoff=-500.0))
    path = write(gpd.GeoDataFrame(pd.concat([rows, again], ignore_index=True)), tmp_path, form)
    own = bag.parse([piece(path)], town)
    assert own.counts["dropped-duplicate"] == 100
    assert own.frames["premises"]["floor_area_m2"].min() > 9.0


def test_a_file_nobody_may_write_beside_is_read_without_a_trace(tmp_path: Path, town: Area):
    path = write(units(PER_TOWN), tmp_path / "file", "gpkg")
    before = tree(path.parent)
    read(path, town)
    assert tree(path.parent) == before


def test_a_new_column_of_a_geopackage_is_told_though_it_is_not_read(
    tmp_path: Path, town: Area, seen: Seen
):
    path = write(units(PER_TOWN).assign(huurprijs=1.0), tmp_path, "gpkg")
    parsed = bag.parse([piece(path)], town)
    (finding,) = parsed.findings
    assert (finding.code, finding.values["columns"]) == ("column-new", "huurprijs")
    assert "huurprijs" not in seen.columns[0]


def test_a_pass_over_a_large_file_holds_some_rows_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(map_file, "BATCH_ROWS", 7)
    path = write(units(PER_TOWN), tmp_path, "gpkg-plain")
    asked = areas.areas_per_place(areas.area_of_places(place_table(places(tmp_path / "places"))))
    (tmp_path / "own").mkdir()
    parts = bag.split(piece(path), asked, tmp_path / "own")
    for part, area in zip(parts, asked, strict=True):
        assert len(vector_layers.read([part], area, near=True).frame) == PER_TOWN
    assert {part.elsewhere for part in parts} == {2 * PER_TOWN}
    shutil.rmtree(tmp_path / "own")
