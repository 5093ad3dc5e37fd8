"""A file of gigabytes as PDOK's BAG light: linked into the raw store, read where one town lies."""

from __future__ import annotations

import hashlib
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
from shapely.geometry import Point

from etl import area as areas
from etl.fetch import raw_store as fetch_raw_store
from etl.fetch.raw_store import RawStore
from etl.pipeline import collect
from etl.sources import bag
from etl.sources.reference import place_table
from geo.crs import RD
from tests.etl.made_up_town import X, Y, place_file
from tests.etl.sources.source_runs import codes, piece
from tests.etl.upstream import START, FastClock

pytestmark = pytest.mark.usefixtures("quick_disk")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
SHOPS = 5


def bag_light(folder: Path) -> Path:
    """The layers and columns of PDOK's BAG light: one town's shops in a country of dwellings."""
    path = folder / "bag-light.gpkg"
    count = 2_000
    number = np.arange(count)
    east = np.where(number < SHOPS, X + 10 * number, X + 10_000 + 50 * number)
    spots = [Point(x, Y) for x in east]
    ids = [f"999901{at:010d}" for at in number]
    links = [f"http://bag.example/bag/id/verblijfsobject/{one}" for one in ids]
    units = {
        "identificatie": ids,
        "rdf_seealso": links,
        "oppervlakte": 80,
        "status": "Verblijfsobject in gebruik",
        "gebruiksdoel": np.where(number < SHOPS, "winkelfunctie", "woonfunctie"),
        "openbare_ruimte": "Langestraat",
        "huisnummer": number + 1,
        "huisletter": None,
        "toevoeging": None,
        "postcode": "9999AB",
        "woonplaats": "Aadorp",
        "bouwjaar": 1990,
        "pandidentificatie": ids,
        "pandstatus": "Pand in gebruik",
    }
    buildings = {
        "identificatie": ids,
        "rdf_seealso": links,
        "bouwjaar": 1990,
        "status": "Pand in gebruik",
        "gebruiksdoel": "woonfunctie",
        "oppervlakte_min": 80,
        "oppervlakte_max": 80,
        "aantal_verblijfsobjecten": 1,
    }
    outlines = [one.buffer(5, cap_style="square") for one in spots]
    gpd.GeoDataFrame(buildings, geometry=outlines, crs=RD).to_file(path, layer="pand")
    gpd.GeoDataFrame(units, geometry=spots, crs=RD).to_file(path, layer="verblijfsobject")
    berth = gpd.GeoDataFrame({"identificatie": ids[:1]}, geometry=outlines[:1], crs=RD)
    for layer in ("ligplaats", "standplaats", "woonplaats"):
        berth.to_file(path, layer=layer)
    return path


def test_of_a_country_only_the_box_of_the_town_and_the_columns_needed_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    read: list[dict[str, object]] = []
    rows: list[int] = []
    original = pyogrio.read_dataframe

    def watched(path: Path, **named: object) -> object:
        frame = original(path, **named)
        if "sql" not in named:
            read.append(named)
            rows.append(len(frame))
        return frame

    town = areas.area_of_places(place_table(place_file(tmp_path / "places")))
    given = piece(bag_light(tmp_path))
    monkeypatch.setattr(pyogrio, "read_dataframe", watched)
    monkeypatch.setattr(shutil, "copyfile", None)
    parsed = bag.parse([given], town)
    assert len(parsed.frames["premises"]) == SHOPS
    assert parsed.counts == {"dropped-elsewhere": 2_000 - SHOPS}
    assert codes(parsed) == []
    (one,) = read
    assert (one["layer"], rows) == ("verblijfsobject", [SHOPS])
    assert set(one["columns"]) == set(bag.READ) - {"openbare_ruimte_naam"}
    west, south, east, north = one["bbox"]
    assert east - west == pytest.approx(3000, abs=1) and north - south == pytest.approx(3000, abs=1)


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that counts as large."""
    monkeypatch.setattr(fetch_raw_store, "LARGE_BYTES", 1_000, raising=False)
    path = tmp_path / "brought" / "country.gpkg"
    path.parent.mkdir()
    path.write_bytes(b"SQLite format 3\x00" + b"x" * 5_000)
    return path


@pytest.fixture
def raw_store(tmp_path: Path) -> RawStore:
    return RawStore(tmp_path / "data", "bag")


def test_a_large_file_is_linked_into_the_store_under_its_checksum(
    large: Path, raw_store: RawStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shutil, "copyfile", None)
    record = raw_store.add_file(large, retrieved=NOW)
    whole = large.read_bytes()
    assert (record.sha256, record.size) == (hashlib.sha256(whole).hexdigest(), len(whole))
    assert raw_store.path(record).samefile(large) and raw_store.is_intact(record)
    assert raw_store.records() == (record,)


def test_a_large_file_is_read_once_for_its_checksum(
    large: Path, raw_store: RawStore, monkeypatch: pytest.MonkeyPatch
):
    raw_store.add_file(large, retrieved=NOW)
    monkeypatch.setattr(hashlib, "file_digest", None)
    before = {path.name: path.lstat().st_mtime_ns for path in raw_store.folder.iterdir()}
    raw_store.add_file(large, retrieved=NOW)
    assert set(before) == {path.name for path in raw_store.folder.iterdir()} and len(before) == 2


def test_a_small_file_is_copied(raw_store: RawStore, tmp_path: Path):
    path = tmp_path / "small.geojson"
    path.write_text("{}")
    record = raw_store.add_file(path, retrieved=NOW)
    path.write_text("[]")
    assert raw_store.read(record) == b"{}"


def refused(*given: object, **named: object) -> None:
    raise OSError(18, "Invalid cross-device link")


def test_on_another_disk_a_large_file_is_referred_to(
    large: Path, raw_store: RawStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(os, "link", refused)
    record = raw_store.add_file(large, retrieved=NOW)
    assert (
        raw_store.path(record).is_symlink() and raw_store.path(record).resolve() == large.resolve()
    )
    assert raw_store.path(record).read_bytes() == large.read_bytes()


def test_where_nothing_can_be_linked_it_is_copied(
    large: Path, raw_store: RawStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(os, "link", refused)
    monkeypatch.setattr(os, "symlink", refused)
    record = raw_store.add_file(large, retrieved=NOW)
    assert (
        not raw_store.path(record).samefile(large) and raw_store.read(record) == large.read_bytes()
    )


def test_a_large_file_that_was_taken_away_no_longer_exists_in_the_store(
    large: Path, raw_store: RawStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(os, "link", refused)
    raw_store.add_file(large, retrieved=NOW)
    moved = large.rename(large.with_name("again.gpkg"))
    assert raw_store.records() == () and raw_store.prune(NOW + timedelta(days=2)) == 0
    moved.rename(large)
    assert len(raw_store.records()) == 1


def test_a_large_file_changed_in_place_is_another_file_next_time(large: Path, raw_store: RawStore):
    first = raw_store.add_file(large, retrieved=NOW)
    with large.open("ab") as file:
        file.write(b"more")
    second = raw_store.add_file(large, retrieved=NOW)
    assert first.sha256 != second.sha256
    assert not raw_store.is_intact(first) and raw_store.is_intact(second)


@pytest.mark.parametrize("start", [b"<OGRVRTDataSource>", b"PK\x03\x04"])
def test_a_large_file_that_is_not_what_its_name_says_is_refused(
    large: Path, raw_store: RawStore, tmp_path: Path, start: bytes
):
    large.write_bytes(start + b" " * 5_000)
    town = areas.area_of_places(place_table(place_file(tmp_path / "places")))
    (met,) = collect.from_files(bag.SOURCE, [(large, None)], town, raw_store, FastClock(START))
    assert (met.status, [finding.code for finding in met.findings]) == ("failed", ["input-kind"])
