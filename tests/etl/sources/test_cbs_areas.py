"""Areas of CBS: joined on codes, unpublished figures missing."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from etl import area as areas
from etl.area import Area
from etl.errors import ContentError
from etl.source import Piece
from etl.sources import cbs_areas
from etl.sources.reference import place_table
from tests.etl.made_up_town import X, Y, collection, municipality, place_file
from tests.etl.sources.source_runs import SourceRunner
from tests.etl.upstream import FastClock, Reply, Upstream

REAL = os.environ.get("STADSHART_REAL")


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> Area:
    return areas.area_of_places(place_table(place_file(tmp_path_factory.mktemp("places"))))


def piece(
    folder: Path, *features: dict[str, object], name: str = "gemeenten", crs: str = ""
) -> Piece:
    answer = json.loads(collection(features).body)
    named = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    return written(folder, json.dumps(answer | named).encode(), name=name)


def written(folder: Path, data: bytes, *, name: str = "gemeenten") -> Piece:
    path = folder / hashlib.sha256(data).hexdigest()
    path.write_bytes(data)
    return Piece(
        name=name,
        path=path,
        origin="fetched",
        url=cbs_areas.ADDRESS.format(name=name),
        sha256=path.name,
        retrieved=date(2026, 3, 1),
    )


def neighbourhood(code: str, municipality_code: str, **more: object) -> dict[str, object]:
    row = municipality()
    row["properties"] = {
        "buurtcode": code,
        "buurtnaam": "Centrum",
        "gemeentecode": municipality_code,
        **more,
    }
    return row


def test_a_place_abroad_asks_nothing(tmp_path: Path):
    abroad = areas.area_of_places(place_table(place_file(tmp_path / "abroad", code=None)))
    assert cbs_areas.requests(abroad) == []


def test_three_collections_are_asked_around_the_places(area: Area):
    assert [question.name for question in cbs_areas.requests(area)] == [
        "gemeenten",
        "wijken",
        "buurten",
    ]


@pytest.mark.parametrize("sentinel", [-99990, -99995, -99997, -99999])
def test_what_cbs_does_not_publish_is_missing(area: Area, tmp_path: Path, sentinel: int):
    frame = cbs_areas.parse([piece(tmp_path, municipality(population=sentinel))], area).frames[
        "areas"
    ]
    assert frame["population"].isna().all()


def test_nought_is_a_figure(area: Area, tmp_path: Path):
    assert cbs_areas.parse([piece(tmp_path, municipality(population=0))], area).frames["areas"][
        "population"
    ].tolist() == [0.0]


@pytest.mark.parametrize(
    "names",
    [
        {
            "gemeentecode": "gemeenteCode",
            "gemeentenaam": "gemeenteNaam",
            "aantal_inwoners": "aantalInwoners",
        },
        {"gemeentecode": "GM_CODE", "gemeentenaam": "GM_NAAM", "aantal_inwoners": "AANT_INW"},
        {
            "gemeentecode": "statCode",
            "gemeentenaam": "statNaam",
            "aantal_inwoners": "aantalInwoners",
        },
    ],
    ids=["camel", "shapefile", "statistics"],
)
def test_names_of_columns_are_read_in_every_spelling_of_cbs(
    area: Area, tmp_path: Path, names: dict[str, str]
):
    feature = municipality(population=81_000)
    plain = cbs_areas.parse([piece(tmp_path, feature)], area).frames["areas"]
    feature["properties"] = {
        names.get(name, name): value for name, value in feature["properties"].items()
    }
    frame = cbs_areas.parse([piece(tmp_path, feature)], area).frames["areas"]
    assert frame["population"].tolist() == [81_000.0]
    assert frame[["area_id", "name"]].equals(plain[["area_id", "name"]])


def test_the_code_decides_and_not_the_name(area: Area, tmp_path: Path):
    other = municipality("GM0248")
    parsed = cbs_areas.parse([piece(tmp_path, municipality(), other)], area)
    assert parsed.frames["areas"]["area_id"].tolist() == ["GM9999"]
    assert parsed.counts == {"dropped-other-municipality": 1}


def test_a_neighbourhood_lies_in_the_municipality_it_names(area: Area, tmp_path: Path):
    parsed = cbs_areas.parse(
        [piece(tmp_path, neighbourhood("BU99990000", "GM9999"), name="buurten")], area
    )
    row = parsed.frames["areas"].iloc[0]
    assert (row["area_id"], row["kind"], row["municipality_code"], row["year"]) == (
        "BU99990000",
        "neighbourhood",
        "GM9999",
        2024.0,
    )


def test_codes_may_hold_letters(area: Area, tmp_path: Path):
    parsed = cbs_areas.parse([piece(tmp_path, neighbourhood("BU9999AB00", "GM9999"))], area)
    assert parsed.frames["areas"]["area_id"].tolist() == ["BU9999AB00"]


def test_water_is_left_out_and_counted(area: Area, tmp_path: Path):
    water = municipality()
    water["properties"]["water"] = "JA"
    assert cbs_areas.parse([piece(tmp_path, municipality(), water)], area).counts == {
        "dropped-water": 1
    }


def test_two_parts_of_one_municipality_become_one_row(area: Area, tmp_path: Path):
    parsed = cbs_areas.parse([piece(tmp_path, municipality(), municipality(side_m=4000.0))], area)
    assert parsed.counts == {"merged-parts": 1}
    assert parsed.frames["areas"]["area_id"].tolist() == ["GM9999"]
    assert parsed.frames["areas"].area.tolist() == pytest.approx([64e6], rel=1e-3)


def test_a_file_without_codes_keeps_what_touches_a_place(area: Area, tmp_path: Path):
    near, far = municipality(side_m=500.0), municipality(side_m=500.0)
    near["properties"], far["properties"] = {"name": "City"}, {"name": "Elders"}
    far["geometry"]["coordinates"] = [
        [[lon + 0.2, lat] for lon, lat in far["geometry"]["coordinates"][0]]
    ]
    path = tmp_path / "stad.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [near, far]}))
    given = Piece(
        name=path.name, path=path, origin="file", url="", sha256="x", retrieved=date(2026, 3, 1)
    )
    frame = cbs_areas.parse([given], area).frames["areas"]
    assert frame["area_id"].tolist() == ["local:stad-city"] and frame["year"].isna().all()


def test_a_file_of_a_far_region_is_refused(area: Area, tmp_path: Path):
    far = municipality()
    far["geometry"]["coordinates"] = [
        [[lon + 1.5, lat - 1.0] for lon, lat in far["geometry"]["coordinates"][0]]
    ]
    with pytest.raises(ContentError, match="outside the box"):
        cbs_areas.parse([piece(tmp_path, far)], area)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda row: row["properties"].pop("gemeentenaam"), "gemeentenaam.*column-missing"),
        (lambda row: row["properties"].update(gemeentecode="9999"), "gemeentecode.*column-retyped"),
        (
            lambda row: row["properties"].update(aantal_inwoners="veel"),
            "aantal_inwoners.*column-retyped",
        ),
        (
            lambda row: row.update(geometry={"type": "Point", "coordinates": [5.4, 52.7]}),
            "geometry.*column-retyped",
        ),
    ],
    ids=["F39 missing", "F39 a code of another form", "F39 words for numbers", "F39 points"],
)
def test_a_column_missing_or_of_another_type_is_refused_by_name(
    area: Area, tmp_path: Path, change: Callable[[dict], object], message: str
):
    row = municipality()
    change(row)
    with pytest.raises(ContentError, match=message):
        cbs_areas.parse([piece(tmp_path, row)], area)


METRES = [[[X - 9, Y - 9], [X + 9, Y - 9], [X + 9, Y + 9], [X - 9, Y - 9]]]


@pytest.mark.parametrize(
    ("rings", "crs", "guess"),
    [
        (None, "urn:ogc:def:crs:EPSG::28992", "these are degrees"),
        (METRES, "urn:ogc:def:crs:OGC:1.3:CRS84", "RD metres"),
    ],
    ids=["F42 degrees called RD", "F42 RD called degrees"],
)
def test_a_wrong_coordinate_system_is_refused_with_the_guess_in_words(
    area: Area, tmp_path: Path, rings: list | None, crs: str, guess: str
):
    row = municipality()
    row["geometry"]["coordinates"] = rings or row["geometry"]["coordinates"]
    with pytest.raises(ContentError, match=guess):
        cbs_areas.parse([piece(tmp_path, row, crs=crs)], area)


def test_f42_metres_without_a_name_that_lie_in_the_area_are_read_and_told(
    area: Area, tmp_path: Path
):
    row = municipality()
    row["geometry"]["coordinates"] = METRES
    parsed = cbs_areas.parse([piece(tmp_path, row)], area)
    assert parsed.frames["areas"].total_bounds.tolist() == [X - 9, Y - 9, X + 9, Y + 9]
    assert [finding.code for finding in parsed.findings] == ["crs-by-range"]


@pytest.mark.real
@pytest.mark.skipif(not REAL, reason="STADSHART_REAL is not set")
def test_the_five_municipalities_of_the_real_file_are_found_by_code():
    path = Path(REAL or "") / "nl_municipalities_2022" / "gemeenten.geojson"
    given = Piece(
        name=path.name, path=path, origin="file", url="", sha256="x", retrieved=date(2026, 3, 1)
    )
    parsed = cbs_areas.parse([given], areas.area_of_places(place_table()))
    assert sorted(parsed.frames["areas"]["area_id"]) == [
        "GM0141",
        "GM0147",
        "GM0153",
        "GM0164",
        "GM0173",
    ]
    assert parsed.surveyed == "2022"


# Editions, over a socket.


@pytest.fixture
def runner(upstream: Upstream, clock: FastClock, tmp_path: Path, quick_disk: None) -> SourceRunner:
    return SourceRunner(upstream, clock, tmp_path)


def serve(upstream: Upstream, year: int, *names: str) -> None:
    """An edition with these collections; the others are not there."""
    for name in cbs_areas.COLLECTIONS:
        path = urlsplit(cbs_areas.ADDRESS.format(name=name)).path
        row = municipality() | {"id": name}
        row["properties"] = dict(row["properties"]) | {"jaar": year}  # type: ignore[call-overload]
        reply = collection([row]) if name in names else Reply(status=404)
        upstream.serve(path.replace(str(cbs_areas.YEAR), str(year)), reply)


def years(runner: SourceRunner, area: Area) -> set[str]:
    pieces = runner.pieces(cbs_areas, area)
    return {found.group(1) for one in pieces if (found := cbs_areas.EDITION.search(one.url))}


def test_all_collections_are_of_one_edition(
    runner: SourceRunner, upstream: Upstream, area: Area, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(cbs_areas, "_today", lambda: date(2026, 3, 1))
    serve(upstream, 2025, "gemeenten", "wijken")
    serve(upstream, 2024, *cbs_areas.COLLECTIONS)
    assert years(runner, area) == {"2024"}
    (note,) = [one for one in runner.findings if one.code == "edition-older"]
    assert "wijken-en-buurten-2024" in note.en and "http-404" in note.en


def test_a_newer_edition_that_fails_once_stays_in_use(
    runner: SourceRunner,
    upstream: Upstream,
    area: Area,
    clock: FastClock,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(cbs_areas, "_today", lambda: date(2025, 3, 1))
    for year in (2025, 2024):
        serve(upstream, year, *cbs_areas.COLLECTIONS)
    assert years(runner, area) == {"2025"}
    clock.slept.append(31 * 86_400.0)
    serve(upstream, 2025)
    assert years(runner, area) == {"2025"}
    assert "copy-stale" in [one.code for one in runner.findings]
