"""Outlines of inner cities: which district is one, whose it is, and what a run does with it."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pyproj import Transformer
from shapely.geometry import Point

from data import catalogue
from etl import area as areas
from etl.errors import ContentError
from etl.pipeline.parts_store import PartsStore
from etl.source import Parsed
from etl.sources import brt_places
from etl.sources.reference import REFERENCE, place_table
from geo.crs import RD, WGS84
from tests.etl import made_up_town
from tests.etl.made_up_town import Town, serve_normal_answers
from tests.etl.sources.source_runs import (
    HENGELO,
    SourceRunner,
    area,
    codes,
    piece,
    place,
    write_piece,
)
from tests.etl.upstream import FastClock, Reply, Upstream, as_json

FLAT, MULTIPLE = (
    urlsplit(brt_places.ADDRESS.format(name=name)).path for name in brt_places.COLLECTIONS
)
_TO_DEGREES = Transformer.from_crs(RD, WGS84, always_xy=True)
Metres = tuple[float, float, float, float]
TOWN: Metres = (-200, -200, 200, 200)
"""A square of 16 ha around the core: west, south, east, north of it."""


def ring(box: Metres, middle: Point = HENGELO) -> list[tuple[float, float]]:
    """The corners (RD) of a rectangle given in metres from a spot."""
    west, south, east, north = box
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return [(middle.x + x, middle.y + y) for x, y in corners]


def district(
    name: object = "Binnenstad",
    box: Metres = TOWN,
    *,
    kind: object = "wijk",
    middle: Point = HENGELO,
    **known: object,
) -> dict[str, object]:
    """A place as the OGC API gives it."""
    outline = [_TO_DEGREES.transform(*spot) for spot in ring(box, middle)]
    return {
        "type": "Feature",
        "id": f"{kind} {name} {box}",
        "properties": {"typegebied": kind, "naamnl": name} | known,
        "geometry": {"type": "Polygon", "coordinates": [outline]},
    }


def page(*features: dict[str, object]) -> Reply:
    return as_json({"type": "FeatureCollection", "links": [], "features": list(features)})


def parsed(folder: Path, *features: dict[str, object]) -> Parsed:
    given = write_piece(folder, "plaats.geojson", page(*features).body)
    return brt_places.parse([given], area())


def outline(result: Parsed) -> tuple[str, Metres]:
    """Name and metres from the core of the only outline."""
    (row,) = result.frames["outlines"].itertuples()
    west, south, east, north = row.geometry.bounds
    corners = (west - HENGELO.x, south - HENGELO.y, east - HENGELO.x, north - HENGELO.y)
    return row.name, tuple(round(side) for side in corners)


def test_the_inner_city_is_asked_of_two_collections_around_the_dutch_centres(
    upstream: Upstream, clock: FastClock, tmp_path: Path, quick_disk: None
):
    upstream.serve(FLAT, page(district(), district("De Nijverheid"), district(kind="woonkern")))
    upstream.serve(MULTIPLE, page())
    result = SourceRunner(upstream, clock, tmp_path).run(brt_places, area())
    assert outline(result) == ("Binnenstad", TOWN)
    assert list(result.frames["outlines"]["place_id"]) == ["hengelo"]
    assert result.counts == {"dropped-other-kind": 2}
    assert [urlsplit(asked.path).path for asked in upstream.requests] == [FLAT, MULTIPLE]


def test_only_dutch_centres_are_asked_about():
    abroad, edge = place("gronau", None), place("rand", role="periphery")
    assert brt_places.requests(area(abroad, edge)) == []


@pytest.mark.parametrize(
    "name",
    ["Binnenstad", "Centrum", "City", "Stadscentrum", "Hengelo-Centrum", "Binnenstad Hengelo"],
)
def test_an_inner_city_has_one_of_a_few_names_with_or_without_its_town(tmp_path: Path, name: str):
    assert outline(parsed(tmp_path, district(name)))[0] == name


@pytest.mark.parametrize("name", ["Centrum-Noord", "Winkelcentrum", "Almelo-Centrum", "Hengelo"])
def test_another_name_is_no_inner_city(tmp_path: Path, name: str):
    result = parsed(tmp_path, district(name))
    assert result.frames["outlines"].empty and result.counts == {"dropped-other-kind": 1}


@pytest.mark.parametrize(
    ("kind", "name"), [("wijk", ["Noord", "City"]), (["woonkern", "wijk"], "City")]
)
def test_several_kinds_and_names_of_an_object_all_count(tmp_path: Path, kind: object, name: object):
    assert outline(parsed(tmp_path, district(name, kind=kind))) == ("City", TOWN)


def test_a_district_outside_every_centre_is_elsewhere(tmp_path: Path):
    away = Point(HENGELO.x + 3000, HENGELO.y)
    result = parsed(tmp_path, district(middle=away))
    assert result.frames["outlines"].empty and result.counts == {"dropped-elsewhere": 1}


def test_of_two_the_one_that_holds_the_core_is_taken(tmp_path: Path):
    beside = district("Centrum", (300, -100, 500, 100))
    result = parsed(tmp_path, beside, district())
    assert outline(result) == ("Binnenstad", TOWN)
    assert result.counts == {"dropped-other-outline": 1} and codes(result) == []


def test_without_one_that_holds_the_core_the_nearest_is_taken_and_the_other_named(tmp_path: Path):
    near, far = (300, -100, 500, 100), (-900, -100, -700, 100)
    result = parsed(tmp_path, district("Centrum", far), district("City", near))
    assert outline(result) == ("City", near)
    assert [finding.en for finding in result.findings] == [
        "hengelo has more than one outline of its inner city: City is taken, left out is Centrum."
    ]


def test_the_same_outline_in_two_files_is_one(tmp_path: Path):
    given = [
        write_piece(tmp_path, name, page(district()).body) for name in ("a.geojson", "b.geojson")
    ]
    result = brt_places.parse(given, area())
    assert outline(result)[1] == TOWN and result.counts == {}


def test_the_day_of_the_source_is_that_of_the_outline(tmp_path: Path):
    other = district("Elders", bronactualiteit="2026-01-01")
    assert parsed(tmp_path, district(bronactualiteit="2025-07-01"), other).surveyed == "2025-07-01"


def test_a_service_without_kinds_is_refused(tmp_path: Path):
    changed = district() | {"properties": {"naamnl": "Binnenstad"}}
    with pytest.raises(ContentError, match="typegebied"):
        parsed(tmp_path, changed)


def gml(*names: str, polygons: str, kind: str = "wijk", system: str = "EPSG::28992") -> str:
    """A delivery of the Kadaster with one place."""
    named = "".join(f"<t:naamNL>{name}</t:naamNL>" for name in names)
    return (
        '<t:FeatureCollectionT10NL xmlns:t="http://register.geostandaarden.nl/gmlapplicatieschema/'
        'top10nl/1.2.0" xmlns:brt="http://register.geostandaarden.nl/gmlapplicatieschema/'
        'brt-algemeen/1.2.0" xmlns:gml="http://www.opengis.net/gml/3.2"><t:FeatureMember>'
        '<t:Plaats gml:id="nl.top10nl.1"><t:bronactualiteit>2025-07-01</t:bronactualiteit>'
        "<t:geometrie><brt:BRTPuntOfVlak><brt:multivlakGeometrie>"
        f'<gml:MultiSurface srsName="urn:ogc:def:crs:{system}">{polygons}</gml:MultiSurface>'
        "</brt:multivlakGeometrie></brt:BRTPuntOfVlak></t:geometrie>"
        f"<t:typeGebied>buurtschap</t:typeGebied><t:typeGebied>{kind}</t:typeGebied>{named}"
        "</t:Plaats></t:FeatureMember></t:FeatureCollectionT10NL>"
    )


def surface(box: Metres, *holes: Metres) -> str:
    def line(side: str, corners: Metres) -> str:
        spots = " ".join(f"{x} {y}" for x, y in ring(corners))
        ring_of = f"<gml:LinearRing><gml:posList>{spots}</gml:posList></gml:LinearRing>"
        return f"<gml:{side}>{ring_of}</gml:{side}>"

    rings = line("exterior", box) + "".join(line("interior", hole) for hole in holes)
    return f"<gml:surfaceMember><gml:Polygon>{rings}</gml:Polygon></gml:surfaceMember>"


def test_gml_of_two_parts_and_a_hole_is_one_outline(tmp_path: Path):
    # 16 ha less a hole of 1 ha, and 2 ha beside it.
    parts = surface(TOWN, (-50, -50, 50, 50)) + surface((300, 0, 400, 200))
    given = write_piece(tmp_path, "plaats.gml", gml("Binnestêd", "Binnenstad", polygons=parts))
    result = brt_places.parse([given], area())
    assert outline(result) == ("Binnenstad", (-200, -200, 400, 200))
    assert result.frames["outlines"].area.tolist() == [170_000.0]
    assert (result.surveyed, result.counts) == ("2025-07-01", {})


def test_heights_of_gml_are_left_out(tmp_path: Path):
    flat = " ".join(f"{x} {y}" for x, y in ring(TOWN))
    high = " ".join(f"{x} {y} 12.5" for x, y in ring(TOWN))
    text = gml("Binnenstad", polygons=surface(TOWN).replace(flat, high), system="EPSG::7415")
    text = text.replace("<gml:MultiSurface ", '<gml:MultiSurface srsDimension="3" ')
    given = write_piece(tmp_path, "plaats.gml", text)
    assert outline(brt_places.parse([given], area())) == ("Binnenstad", TOWN)


def test_gml_in_another_system_is_refused(tmp_path: Path):
    text = gml("Binnenstad", polygons=surface(TOWN), system="EPSG::4258")
    with pytest.raises(ContentError, match="28992"):
        brt_places.parse([write_piece(tmp_path, "plaats.gml", text)], area())


def test_gml_with_half_a_position_has_no_outline(tmp_path: Path):
    text = gml("Binnenstad", polygons=surface(TOWN)).replace("</gml:posList>", " 1</gml:posList>")
    result = brt_places.parse([write_piece(tmp_path, "plaats.gml", text)], area())
    assert result.frames["outlines"].empty and result.counts == {"dropped-no-geometry": 1}
    assert codes(result) == ["outlines-broken", "rows-unusable"]


def test_a_file_without_an_inner_city_beside_a_good_one_is_an_error(tmp_path: Path):
    good, other = (
        write_piece(tmp_path, name, page(*features).body)
        for name, features in (
            ("goed.geojson", [district()]),
            ("woonkernen.geojson", [district("Hengelo", kind="woonkern"), district("Noord")]),
        )
    )
    result = brt_places.parse([good, other], area())
    assert codes(result) == ["rows-unusable"]
    assert result.findings[0].en.startswith(
        "woonkernen.geojson: none of the 2 rows can be used (other kind: 2)."
    )


def test_a_file_about_elsewhere_beside_a_good_one_is_no_error(tmp_path: Path):
    away = district(middle=Point(HENGELO.x + 3000, HENGELO.y))
    given = [
        write_piece(tmp_path, name, page(feature).body)
        for name, feature in (("goed.geojson", district()), ("elders.geojson", away))
    ]
    result = brt_places.parse(given, area())
    assert (codes(result), result.counts) == ([], {"dropped-elsewhere": 1})
    assert outline(result) == ("Binnenstad", TOWN)


def kadaster_file() -> Path:
    return Path(os.environ["STADSHART_FACTS"]) / "centre_outlines_top10nl_2025.geojson"


with_facts = pytest.mark.skipif(
    "STADSHART_FACTS" not in os.environ,
    reason="STADSHART_FACTS names no folder with outlines of the Kadaster",
)


@with_facts
def test_of_two_files_of_the_kadaster_the_one_without_districts_is_named(tmp_path: Path):
    # The same six places, as if they were towns.
    towns = kadaster_file().read_text("utf-8").replace('"wijk"', '"woonkern"')
    given = [piece(kadaster_file()), write_piece(tmp_path, "woonkernen.geojson", towns)]
    result = brt_places.parse(given, areas.area_of_places(place_table()))
    assert [finding.en.partition(" Expected")[0] for finding in result.findings] == [
        "woonkernen.geojson: none of the 6 rows can be used (other kind: 6)."
    ]
    assert len(result.frames["outlines"]) == 5


@with_facts
def test_the_five_outlines_of_2025_are_found_where_the_curated_points_say():
    given = piece(kadaster_file())
    result = brt_places.parse([given], areas.area_of_places(place_table()))
    rows = result.frames["outlines"].set_index("place_id")
    assert rows["name"].to_dict() == {
        "almelo": "Binnenstad",
        "borne": "Centrum",
        "enschede": "City",
        "hengelo": "Binnenstad",
        "oldenzaal": "Binnenstad",
    }
    # Westermaat is a district too, and lies around an edge site.
    assert sum(result.counts.values()) == 1 and result.surveyed == "2025-07-01"
    published = {"almelo": 131.2, "borne": 76.0, "enschede": 55.5, "hengelo": 68.8}
    assert {name: round(rows.area[name] / 10_000, 1) for name in published} == published
    with (REFERENCE / "points.csv").open(encoding="utf-8") as file:
        points = [row for row in csv.DictReader(file) if row["kind"] == "outline"]
    to_rd = Transformer.from_crs(WGS84, RD, always_xy=True)
    for row in points:
        spot = Point(to_rd.transform(float(row["lon"]), float(row["lat"])))
        assert rows.geometry[row["place_id"]].centroid.distance(spot) < 2.0, row["place_id"]


@pytest.fixture
def town(tmp_path: Path, upstream: Upstream, clock: FastClock, quick_disk: None) -> Town:
    serve_normal_answers(upstream)
    upstream.serve(FLAT, page(made_up_district()))
    upstream.serve(MULTIPLE, page())
    return Town(tmp_path, upstream, clock)


def made_up_district() -> dict[str, object]:
    """An inner city from the core to 200 m east of it."""
    core = Point(made_up_town.X, made_up_town.Y)
    return district(box=(0, -200, 200, 200), middle=core)


def run_with_outlines(town: Town) -> str:
    """The status of the source after a run with it."""
    url = town.upstream.url()
    names = ("brt_places", "osm")
    report = town.run(only_sources=names, base_urls=dict.fromkeys(names, url))
    records = {source.record.source_id: source.record for source in report.sources}
    return records["brt_places"].status


def rewrite_place(town: Town, **known: object) -> None:
    """Change the place file: `geometry`, or a property."""
    path = town.places / "voorbeeldstad.geojson"
    feature = json.loads(path.read_text())
    feature["geometry"] = known.pop("geometry", feature["geometry"])
    feature["properties"] |= known
    path.write_text(json.dumps(feature))


def notes(town: Town) -> list[str]:
    return [finding.en for finding in PartsStore(town.data).index().notes]


@pytest.mark.slow
def test_a_run_gives_a_place_its_outline_and_joins_by_it(town: Town):
    assert run_with_outlines(town) == "fresh"
    opened = catalogue.open(town.data)
    (row,) = opened.table("places").itertuples()
    assert round(row.geometry.area) == pytest.approx(80_000, abs=50)
    assert (row.boundary_basis, row.core_basis) == ("top10nl", "outline")
    assert row.core.distance(Point(made_up_town.X + 100, made_up_town.Y)) < 0.5
    assert notes(town) == [
        "voorbeeldstad now has the outline of Binnenstad (8 ha) from the map of the Kadaster.",
        "The core of voorbeeldstad now lies 100 m away (outline).",
    ]
    # The fourth unit stands 220 m east of the core.
    assert set(opened.table("premises")["premises_id"]) == {
        "osm:node/11",
        "osm:node/12",
        "osm:node/13",
    }
    assert PartsStore(town.data).index().joins["voorbeeldstad"] == {
        "osm-units": 3,
        "osm-on-street": 3,
        "osm-outside-outline": 1,
    }
    places = next(table for table in opened.manifest.tables if table.name == "places")
    assert "brt_places" in places.sources


@pytest.mark.slow
def test_an_outline_and_a_square_set_by_hand_win(town: Town):
    drawn = [made_up_town.degrees(*spot) for spot in ring((-300, -300, 300, 300), Point(0, 0))]
    rewrite_place(town, geometry={"type": "Polygon", "coordinates": [drawn]}, core_basis="square")
    assert run_with_outlines(town) == "fresh"
    (row,) = catalogue.open(town.data).table("places").itertuples()
    assert round(row.geometry.area) == pytest.approx(360_000, abs=200)
    assert (row.core_basis, notes(town)) == ("square", [])
    assert row.core.distance(Point(made_up_town.X, made_up_town.Y)) < 0.5


@pytest.mark.slow
def test_a_square_stays_the_core_of_a_place_that_gets_an_outline(town: Town):
    rewrite_place(town, core_basis="square")
    run_with_outlines(town)
    (row,) = catalogue.open(town.data).table("places").itertuples()
    assert (row.core_basis, row.boundary_basis) == ("square", "top10nl")
    assert row.core.distance(Point(made_up_town.X, made_up_town.Y)) < 0.5


@pytest.mark.slow
def test_an_outline_that_is_gone_leaves_the_last_one(town: Town):
    run_with_outlines(town)
    town.wait_days(brt_places.SOURCE.settled_days + 1)
    town.upstream.serve(FLAT, page(district("Elders", middle=Point(made_up_town.X, 530_000.0))))
    assert run_with_outlines(town) == "stale"
    (row,) = catalogue.open(town.data).table("places").itertuples()
    assert row.boundary_basis == "top10nl"
