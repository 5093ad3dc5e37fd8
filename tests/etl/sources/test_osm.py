"""OpenStreetMap: every form it comes in says the same, and what nobody mapped is not known."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import date
from pathlib import Path

import pytest

from etl import area as areas
from etl.area import Area
from etl.errors import ContentError
from etl.source import Piece
from etl.sources import osm
from etl.sources.reference import place_table
from tests.etl import pbf
from tests.etl.made_up_town import (
    BACKGROUND,
    STREETS,
    UNITS,
    degrees,
    node,
    overpass,
    place_file,
    way,
)

REAL = os.environ.get("STADSHART_REAL")
SAMPLES = Path(REAL).parent / "samples" / "overpass" if REAL else Path("absent")


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> Area:
    return areas.area_of_places(place_table(place_file(tmp_path_factory.mktemp("places"))))


def piece(folder: Path, name: str, data: bytes, *, fetched: bool = False) -> Piece:
    path = folder / hashlib.sha256(data).hexdigest()
    path.write_bytes(data)
    return Piece(
        name=name,
        path=path,
        origin="fetched" if fetched else "file",
        url="",
        sha256=path.name,
        retrieved=date(2026, 3, 1),
    )


def json_piece(folder: Path, *elements: dict[str, object]) -> Piece:
    return piece(folder, "town.json", overpass(list(elements)).body)


def test_three_questions_lie_around_the_place_and_name_a_second_server(area: Area):
    questions = osm.requests(area)
    assert [question.name for question in questions] == ["streets", "units", "background"]
    assert all(
        question.request.method == "POST" and len(question.otherwise) == 1 for question in questions
    )
    body = dict(questions[0].request.form)["data"]
    south, west, north, east = (
        float(side) for side in body.partition('way["highway"](')[2].partition(")")[0].split(",")
    )
    lon, lat = degrees(0, 0)
    assert west < lon < east and south < lat < north


def test_streets_units_and_background_come_apart(area: Area, tmp_path: Path):
    parsed = osm.parse([json_piece(tmp_path, *STREETS, *UNITS, *BACKGROUND)], area)
    assert {name: len(frame) for name, frame in parsed.frames.items()} == {
        "lines": 2,
        "premises": 4,
        "background": 4,
    }
    assert sorted(parsed.frames["background"]["kind"]) == ["building", "rail", "road", "water"]
    assert parsed.surveyed == "2026-02-20T10:00:00Z"


def test_a_file_of_streets_says_nothing_of_units(area: Area, tmp_path: Path):
    assert "premises" not in osm.parse([json_piece(tmp_path, *STREETS)], area).frames


def test_an_answer_without_units_says_there_are_none(area: Area, tmp_path: Path):
    empty = piece(tmp_path, "units", overpass([]).body, fetched=True)
    assert len(osm.parse([empty], area).frames["premises"]) == 0


NOTED = [
    ({"shop": "clothes"}, "in_use", "shop=clothes"),
    ({"shop": "vacant"}, "vacant", "shop=vacant"),
    ({"disused:shop": "shoes"}, "vacant", "disused:shop=shoes"),
    ({"abandoned:shop": "yes"}, "vacant", "abandoned:shop=yes"),
    ({"disused:amenity": "pub"}, "vacant", "disused:amenity=pub"),
    ({"vacant": "yes", "building": "retail"}, "vacant", "vacant=yes"),
    ({"shop": "yes"}, "unknown", "shop=yes"),
    ({"shop": "no"}, "unknown", "shop=no"),
    ({"shop": "bakery", "disused:shop": "shoes"}, "unknown", "shop=bakery"),
    ({"shop": "bakery", "disused:shop": "no"}, "in_use", "shop=bakery"),
    ({"shop": "bakery", "disused:amenity": "telephone"}, "in_use", "shop=bakery"),
    ({"disused:amenity": "yes"}, "vacant", "disused:amenity=yes"),
    ({"vacant": "yes"}, "vacant", "vacant=yes"),
]


def test_only_what_somebody_noted_counts_as_vacant_or_in_use(area: Area, tmp_path: Path):
    nodes = [node(at, 10 + 10 * at, 10, tags) for at, (tags, _, _) in enumerate(NOTED, 1)]
    units = osm.parse([json_piece(tmp_path, *nodes)], area).frames["premises"]
    units = units.set_index("premises_id")
    read = [
        (tags, units.at[f"osm:node/{at}", "status"], units.at[f"osm:node/{at}", "evidence"])
        for at, (tags, _, _) in enumerate(NOTED, 1)
    ]
    assert read == NOTED


@pytest.mark.parametrize(
    "tags",
    [
        {"disused:amenity": "telephone"},
        {"disused:amenity": "post_box"},
        {"disused:shop": "no"},
        {"vacant": "no"},
        {"vacant": "yes", "building": "house"},
    ],
)
def test_a_disused_telephone_and_an_empty_home_are_no_vacant_units(
    area: Area, tmp_path: Path, tags: dict[str, str]
):
    kept = osm.parse(
        [json_piece(tmp_path, node(1, 10, 10, tags), node(2, 20, 20, {"shop": "bakery"}))], area
    ).frames["premises"]
    assert kept["premises_id"].tolist() == ["osm:node/2"]


def test_a_map_in_which_nothing_has_an_id_of_openstreetmap_is_refused(area: Area, tmp_path: Path):
    rows = [{"type": "Feature", "properties": {"highway": "residential"}, "geometry": None}]
    with pytest.raises(ContentError, match="@id"):
        osm.parse(
            [
                piece(
                    tmp_path,
                    "a.geojson",
                    json.dumps({"type": "FeatureCollection", "features": rows}).encode(),
                )
            ],
            area,
        )
    rows.append(
        {
            "type": "Feature",
            "id": "way/1",
            "properties": {"highway": "residential"},
            "geometry": {"type": "LineString", "coordinates": [degrees(0, 0), degrees(100, 0)]},
        }
    )
    parsed = osm.parse(
        [
            piece(
                tmp_path,
                "a.geojson",
                json.dumps({"type": "FeatureCollection", "features": rows}).encode(),
            )
        ],
        area,
    )
    assert (len(parsed.frames["lines"]), parsed.counts["dropped-no-id"]) == (1, 1)


def test_a_shop_drawn_as_node_and_as_area_counts_once(area: Area, tmp_path: Path):
    box = way(5, [(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)], shop="bakery", name="Bakker")
    near, far = (
        node(number, x, 5, {"shop": "bakery", "name": "Bakker"}) for number, x in ((6, 12), (7, 60))
    )
    parsed = osm.parse([json_piece(tmp_path, box, near, far)], area)
    assert sorted(parsed.frames["premises"]["premises_id"]) == ["osm:node/7", "osm:way/5"]
    assert parsed.counts == {"merged-node-and-area": 1}


def test_a_motorway_is_drawn_and_not_walked(area: Area, tmp_path: Path):
    parsed = osm.parse([json_piece(tmp_path, way(1, [(0, 0), (100, 0)], highway="motorway"))], area)
    assert parsed.frames["background"]["kind"].tolist() == ["road"] and "lines" not in parsed.frames


def test_background_is_cut_where_the_place_ends(area: Area, tmp_path: Path):
    parsed = osm.parse([json_piece(tmp_path, way(1, [(0, 0), (9000, 0)], railway="rail"))], area)
    assert parsed.frames["background"].length.sum() == pytest.approx(2500.0, abs=1.0)


def test_a_failure_inside_a_good_answer_is_never_no_shops(area: Area, tmp_path: Path):
    data = overpass(STREETS, remark="runtime error: out of memory").body
    with pytest.raises(ContentError, match="out of memory"):
        osm.parse([piece(tmp_path, "units", data, fetched=True)], area)


def test_coordinates_with_swapped_axes_are_refused_with_a_guess(area: Area, tmp_path: Path):
    turned = {
        "type": "node",
        "id": 1,
        "lon": degrees(0, 0)[1],
        "lat": degrees(0, 0)[0],
        "tags": {"shop": "bakery"},
    }
    with pytest.raises(ContentError, match="swap"):
        osm.parse([json_piece(tmp_path, turned)], area)


def forms(folder: Path) -> dict[str, Piece]:
    """The same street and shop in every form."""
    (west, lat), (east, _), (x, y) = degrees(-200, 0), degrees(200, 0), degrees(10, 5)
    tags, shop = (
        {"highway": "residential", "name": "`t Straatje"},
        {"shop": "bakery", "name": 'Bakker "Bol"'},
    )
    features = [
        {
            "type": "Feature",
            "properties": {"@id": "way/1", **tags},
            "geometry": {"type": "LineString", "coordinates": [[west, lat], [east, lat]]},
        },
        {
            "type": "Feature",
            "properties": {"@id": "node/2", **shop},
            "geometry": {"type": "Point", "coordinates": [x, y]},
        },
    ]
    kml = (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><description>Timestamp:'
        " 2026-02-20T10:00:00Z</description>"
    )
    for number, values, shape in (
        (
            "way/1",
            tags,
            f"<LineString><coordinates>{west},{lat} {east},{lat}</coordinates></LineString>",
        ),
        ("node/2", shop, f"<Point><coordinates>{x},{y}</coordinates></Point>"),
    ):
        told = "".join(
            f'<Data name="{key}"><value>{value}</value></Data>'
            for key, value in {"@id": number, **values}.items()
        )
        kml += f"<Placemark><ExtendedData>{told}</ExtendedData>{shape}</Placemark>"
    nodes = [pbf.Node(1, west, lat), pbf.Node(2, x, y, shop), pbf.Node(3, east, lat)]
    extract = pbf.written(nodes, [pbf.Way(1, [1, 3], tags)], at=1_771_581_600)
    line = {
        "type": "way",
        "id": 1,
        "geometry": [{"lon": west, "lat": lat}, {"lon": east, "lat": lat}],
        "tags": tags,
    }
    return {
        "json": piece(folder, "a.json", overpass([line, node(2, 10, 5, shop)]).body),
        "geojson": piece(
            folder,
            "a.geojson",
            json.dumps(
                {
                    "type": "FeatureCollection",
                    "timestamp": "2026-02-20T10:00:00Z",
                    "features": features,
                }
            ).encode(),
        ),
        "kml": piece(folder, "a.kml", (kml + "</Document></kml>").encode()),
        "pbf": piece(folder, "a.osm.pbf", extract),
    }


@pytest.mark.slow
def test_every_form_says_the_same(area: Area, tmp_path: Path):
    said = {form: osm.parse([one], area) for form, one in forms(tmp_path).items()}
    for form, parsed in said.items():
        assert parsed.surveyed == "2026-02-20T10:00:00Z", form
        assert parsed.frames["lines"]["name"].tolist() == ["`t Straatje"], form
        unit = parsed.frames["premises"].iloc[0]
        assert (unit["premises_id"], unit["branch"], unit["status"]) == (
            "osm:node/2",
            "bakery",
            "in_use",
        ), form
        assert parsed.frames["lines"].length.iloc[0] == pytest.approx(400.0, abs=0.1), form


def test_an_extract_that_is_cut_off_is_refused(area: Area, tmp_path: Path):
    whole = forms(tmp_path)["pbf"].read()
    with pytest.raises(ContentError, match="whole .osm.pbf"):
        osm.parse([piece(tmp_path, "a.osm.pbf", whole[:-20])], area)


@pytest.mark.slow
def test_a_ring_that_crosses_itself_is_mended_and_counted(area: Area, tmp_path: Path):
    corners = [degrees(x, y) for x, y in ((0, 0), (40, 40), (40, 0), (0, 40))]
    nodes = [pbf.Node(number, *spot) for number, spot in enumerate(corners, 1)]
    extract = pbf.written(nodes, [pbf.Way(9, [1, 2, 3, 4, 1], {"building": "yes"})])
    parsed = osm.parse([piece(tmp_path, "a.osm.pbf", extract)], area)
    assert parsed.counts == {"repaired-ring": 1}
    assert parsed.frames["background"].is_valid.all()


@pytest.mark.real
@pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="STADSHART_REAL names no folder with samples beside it"
)
@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.json")))
def test_recorded_answers_are_read_or_refused(area: Area, tmp_path: Path, name: str):
    data = (SAMPLES / name).read_bytes()
    given = piece(tmp_path, name, data, fetched=True)
    if b"runtime error" in data:
        with pytest.raises(ContentError, match="runtime error"):
            osm.parse([given], area)
    else:
        elements = [
            one
            for one in json.loads(data)["elements"]
            if set(one.get("tags", {})) & {"highway", "shop", "building", "amenity"}
        ]
        # They lie elsewhere in the world: read, and then refused by the box of this town.
        if elements:
            with pytest.raises(ContentError, match="outside"):
                osm.parse([given], area)


@pytest.mark.slow
@pytest.mark.real
@pytest.mark.skipif(not REAL, reason="STADSHART_REAL is not set")
def test_the_streets_of_enschede_are_read_whole():
    path = Path(REAL or "") / "enschede_osm_streets" / "enschede_highways_2023-12-24.kml"
    given = Piece(
        name=path.name, path=path, origin="file", url="", sha256="kml", retrieved=date(2026, 3, 1)
    )
    parsed = osm.parse([given], areas.area_of_places(place_table(), ["enschede"]))
    assert parsed.surveyed == "2023-12-24T11:30:45Z"
    assert len(parsed.frames["lines"]) > 8000 and parsed.counts == {}
    assert "Oude Markt" in set(parsed.frames["lines"]["name"])
