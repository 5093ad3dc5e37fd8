import json
from pathlib import Path
from urllib.parse import urlsplit

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point

from etl.errors import ContentError
from etl.sources import bag
from geo.crs import RD
from tests.etl.sources.asking import (
    HENGELO,
    NO_REAL,
    NO_SAMPLES,
    Asking,
    Failed,
    area,
    checked,
    codes,
    piece,
    place,
    real,
    sample,
    written,
)
from tests.etl.upstream import Asked, FastClock, Reply, Upstream, as_json

WFS, OGC = urlsplit(bag.WFS).path, urlsplit(bag.OGC).path
RD_HEADER = (("Content-Crs", f"<{bag.RD_URI}>"),)


def unit(number: int, *, east: float = 0.0, **known: object) -> dict[str, object]:
    """A shop of 80 m2 at Marktstraat, so many metres east of the core."""
    properties = {
        "identificatie": f"016401{number:010d}",
        "oppervlakte": 80,
        "status": "Verblijfsobject in gebruik",
        "gebruiksdoel": "winkelfunctie",
        "openbare_ruimte": "Marktstraat",
        "huisnummer": number,
        "huisletter": None,
        "toevoeging": None,
    } | known
    geometry = {"type": "Point", "coordinates": [HENGELO.x + east, HENGELO.y]}
    return {
        "type": "Feature",
        "id": f"verblijfsobject.{number}",
        "properties": properties,
        "geometry": geometry,
    }


def collection(
    *features: dict[str, object], crs: str | None = "urn:ogc:def:crs:EPSG::28992", **more: object
) -> dict[str, object]:
    stated = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    return {"type": "FeatureCollection", "features": list(features), **stated, **more}


def premises(tmp_path: Path, *features: dict[str, object], asked=None, **more: object):
    given = written(tmp_path, "bag.geojson", json.dumps(collection(*features, **more)))
    return bag.parse([given], asked or area())


def test_a_shop_keeps_the_contract(tmp_path: Path):
    parsed = premises(
        tmp_path, unit(1), unit(2, huisletter="A", toevoeging="3"), timeStamp="2026-03-01T04:00:00Z"
    )
    rows = parsed.frames["premises"]
    assert rows["premises_id"].tolist() == ["bag:0164010000000001", "bag:0164010000000002"]
    assert rows["address"].tolist() == ["Marktstraat 1", "Marktstraat 2A-3"]
    assert (parsed.surveyed, rows["surveyed"].iloc[0]) == ("2026-03-01", pd.Timestamp("2026-03-01"))
    assert rows["place_id"].tolist() == ["hengelo", "hengelo"]
    assert len(checked(bag, parsed, area())["premises"]) == 2


def test_a_permit_says_nothing_about_vacancy(tmp_path: Path):
    assert premises(tmp_path, unit(1)).frames["premises"]["status"].tolist() == ["unknown"]


@pytest.mark.parametrize(
    ("purposes", "use"),
    [
        ("winkelfunctie", "retail"),
        ("winkelfunctie,woonfunctie", "retail"),
        ("bijeenkomstfunctie", "assembly"),
        ("bijeenkomstfunctie,winkelfunctie", "retail/assembly"),
        ("woonfunctie", None),
        ("onderwijsfunctie,woonfunctie", None),
        ("geen winkelfunctie", None),
        (None, None),
    ],
)
def test_purposes_are_split_never_compared_whole(
    tmp_path: Path, purposes: str | None, use: str | None
):
    parsed = premises(tmp_path, unit(1, gebruiksdoel=purposes), unit(2))
    met = parsed.frames["premises"].set_index("premises_id")["use"].get("bag:0164010000000001")
    assert met == use
    assert parsed.counts.get("dropped-other-purpose", 0) == (use is None)


@pytest.mark.parametrize("status", bag.KEPT)
def test_units_that_exist_are_kept(tmp_path: Path, status: str):
    assert len(premises(tmp_path, unit(1, status=status)).frames["premises"]) == 1


@pytest.mark.parametrize(
    ("status", "rule"),
    [
        *bag.LEFT_OUT.items(),
        ("Verblijfsobject gedroomd", "dropped-unheard-status"),
        (None, "dropped-unheard-status"),
    ],
)
def test_units_of_another_status_are_dropped_and_counted(
    tmp_path: Path, status: str | None, rule: str
):
    parsed = premises(tmp_path, unit(1, status=status), unit(2))
    assert (len(parsed.frames["premises"]), dict(parsed.counts)) == (1, {rule: 1})


@pytest.mark.parametrize("floor_area", [1, 999_999, 0])
def test_a_placeholder_is_no_floor_area(tmp_path: Path, floor_area: int):
    parsed = premises(tmp_path, unit(1, oppervlakte=floor_area), unit(2, oppervlakte=80))
    areas = parsed.frames["premises"]["floor_area_m2"]
    assert (areas.isna().tolist(), areas.max(), parsed.counts) == (
        [True, False],
        80.0,
        {"missing-placeholder-area": 1},
    )


def test_a_municipality_younger_than_the_register_is_asked_by_box():
    # Units of Sneek keep the number of the municipality that issued it, 0091; a filter on 1900
    # would miss them all.
    asked = [
        question.name
        for code in ("GM0164", "GM1900")
        for question in bag.requests(area(place(code=code)))
    ]
    assert asked == ["municipality-GM0164", "box-hengelo"]


def test_a_null_property_may_be_absent_in_every_row(tmp_path: Path):
    bare = [unit(number) for number in (1, 2)]
    for one in bare:
        for name in ("huisletter", "toevoeging"):
            del one["properties"][name]
    assert premises(tmp_path, *bare).frames["premises"]["address"].tolist() == [
        "Marktstraat 1",
        "Marktstraat 2",
    ]


def test_a_code_that_became_a_number_is_refused(tmp_path: Path):
    with pytest.raises(ContentError, match="identificatie.*column-retyped"):
        premises(tmp_path, unit(1, identificatie=164010000000001))


@pytest.mark.parametrize(
    ("old", "new"),
    [("gebruiksdoel", "gebruiksdoelen"), ("status", "Status"), ("oppervlakte", "oppervlak")],
)
def test_a_renamed_column_is_named_with_its_likely_new_name(tmp_path: Path, old: str, new: str):
    one = unit(1)
    one["properties"][new] = one["properties"].pop(old)
    with pytest.raises(ContentError, match=rf"{old} is missing \(looks like: {new}\)"):
        premises(tmp_path, one)


def test_a_floor_area_in_words_is_refused(tmp_path: Path):
    with pytest.raises(ContentError, match="oppervlakte.*'groot'"):
        premises(tmp_path, unit(1, oppervlakte="groot"))


def test_units_of_the_municipality_beyond_the_place_are_counted(tmp_path: Path):
    parsed = premises(tmp_path, unit(1), unit(2, east=1600.0))
    assert (len(parsed.frames["premises"]), parsed.counts) == (1, {"dropped-elsewhere": 1})


def test_a_unit_in_two_places_belongs_to_the_nearest_core(tmp_path: Path):
    near = place("plein-westermaat", role="periphery", core=Point(HENGELO.x + 1000.0, HENGELO.y))
    both = area(place(), near)
    hengelo, edge = (type(both)((one,), both.everywhere) for one in both.places)
    at_edge = [unit(1), unit(2, east=600.0)]
    assert premises(tmp_path, *at_edge, asked=hengelo).frames["premises"][
        "premises_id"
    ].tolist() == ["bag:0164010000000001"]
    assert premises(tmp_path, *at_edge, asked=edge).frames["premises"]["premises_id"].tolist() == [
        "bag:0164010000000002"
    ]


def test_units_without_a_point_are_counted(tmp_path: Path):
    nowhere = unit(1) | {"geometry": None}
    broken = unit(2) | {"geometry": {"type": "Point", "coordinates": ["east", "north"]}}
    assert premises(tmp_path, nowhere, broken, unit(3)).counts == {"dropped-no-geometry": 2}


def test_metres_called_degrees_are_refused_with_the_guess(tmp_path: Path):
    with pytest.raises(ContentError, match="RD metres"):
        premises(tmp_path, unit(1), crs="urn:ogc:def:crs:OGC:1.3:CRS84")


def test_degrees_called_metres_are_refused_with_the_guess(tmp_path: Path):
    degrees = unit(1) | {"geometry": {"type": "Point", "coordinates": [6.79, 52.26]}}
    with pytest.raises(ContentError, match="these are degrees, longitude first"):
        premises(tmp_path, degrees)


def test_metres_without_a_name_are_read_and_told(tmp_path: Path):
    parsed = premises(tmp_path, unit(1), crs=None)
    assert (len(parsed.frames["premises"]), codes(parsed)) == (1, ["crs-by-range"])


def test_no_units_at_all_is_an_answer(tmp_path: Path):
    assert len(premises(tmp_path).frames["premises"]) == 0


@pytest.mark.parametrize("name", ["bag.parquet", "bag.gpkg"])
def test_files_of_other_kinds_say_the_same(tmp_path: Path, name: str):
    rows = [unit(1), unit(2, gebruiksdoel="woonfunctie")]
    frame = gpd.GeoDataFrame.from_features(rows, crs=RD)
    frame = frame.astype({"huisletter": "str", "toevoeging": "str"})
    (
        frame.to_parquet(tmp_path / name)
        if name.endswith("parquet")
        else frame.to_file(tmp_path / name)
    )
    # In the raw store a file has its checksum for a name.
    (tmp_path / name).rename(tmp_path / "0123abcd")
    parsed = bag.parse([piece(tmp_path / "0123abcd")], area())
    assert parsed.frames["premises"]["address"].tolist() == ["Marktstraat 1"]
    assert parsed.counts == {"dropped-other-purpose": 1}


def test_a_virtual_file_that_poses_as_a_register_is_refused(tmp_path: Path):
    posing = written(
        tmp_path, "bag.gpkg", '<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>'
    )
    with pytest.raises(ContentError, match="input-kind"):
        bag.parse([posing], area())


# Over a socket, with the protocol of the service.


def wfs(*units: dict[str, object], size: int = 2, announced: int | None = None):
    """A WFS that gives `size` rows per page."""

    def say(asked: Asked) -> Reply:
        assert (asked.query["service"], asked.query["version"], asked.query["typeName"]) == (
            "WFS",
            "2.0.0",
            "bag:verblijfsobject",
        )
        if asked.query.get("resultType") == "hits":
            total = len(units) if announced is None else announced
            body = (
                '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0"'
                f' numberMatched="{total}" numberReturned="0"/>'
            )
            return Reply(body=body.encode(), headers=(("Content-Type", "text/xml"),))
        start = int(asked.query["startindex"])
        return as_json(collection(*units[start : start + size]))

    return say


@pytest.fixture
def asking(upstream: Upstream, clock: FastClock, tmp_path: Path, quick_disk: None) -> Asking:
    return Asking(upstream, clock, tmp_path)


def test_pages_of_the_wfs_are_read_to_the_announced_number(asking: Asking, upstream: Upstream):
    upstream.say(WFS, wfs(*(unit(number) for number in range(5))))
    assert len(asking.run(bag, area()).frames["premises"]) == 5
    assert [asked.query.get("startindex") for asked in upstream.asked] == [None, "0", "2", "4", "5"]


def test_the_wfs_is_asked_for_one_municipality_and_two_purposes(asking: Asking, upstream: Upstream):
    upstream.say(WFS, wfs(unit(1)))
    asking.run(bag, area())
    asked = upstream.asked[-1].query
    assert "<fes:Literal>0164*</fes:Literal>" in asked["filter"]
    assert "*winkelfunctie*" in asked["filter"] and "*bijeenkomstfunctie*" in asked["filter"]
    assert (asked["srsName"], asked["sortBy"], asked["outputFormat"]) == (
        "EPSG:28992",
        "bag:identificatie",
        "application/json",
    )


def test_fewer_rows_than_hits_go_on_to_the_other_service(asking: Asking, upstream: Upstream):
    upstream.say(WFS, wfs(unit(1), announced=2))
    upstream.say(OGC, as_json(collection(unit(1), unit(2)), headers=RD_HEADER))
    assert len(asking.run(bag, area()).frames["premises"]) == 2
    assert [
        finding.values["why"] for finding in asking.findings if finding.code == "asked-elsewhere"
    ] == ["page-total"]


EXCEPTION = (
    b"<ows:ExceptionReport"
    b' xmlns:ows="http://www.opengis.net/ows/1.1"><ows:Exception><ows:ExceptionText>no such'
    b" type</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
)


def test_an_exception_inside_a_good_answer_is_a_failure(asking: Asking, upstream: Upstream):
    def say(asked: Asked) -> Reply:
        return (
            wfs(unit(1))(asked)
            if "resultType" in asked.query
            else Reply(body=EXCEPTION, headers=(("Content-Type", "text/xml"),))
        )

    upstream.say(WFS, say)
    upstream.say(
        OGC,
        Reply(
            status=400, body=b'{"title":"Bad Request","status":400,"detail":"unknown parameter"}'
        ),
    )
    with pytest.raises(Failed, match="error-inside") as failed:
        asking.run(bag, area())
    assert "no such type" in failed.value.findings[0].en


def test_a_site_at_the_edge_is_asked_as_a_box_and_followed(asking: Asking, upstream: Upstream):
    def say(asked: Asked) -> Reply:
        assert (asked.query["crs"], asked.query["limit"]) == (bag.RD_URI, "1000")
        if "cursor" in asked.query:
            return as_json(collection(unit(2), crs=None), headers=RD_HEADER)
        following = {"rel": "next", "href": upstream.url(asked.target + "&cursor=x")}
        return as_json(
            collection(unit(1), crs=None, links=[following], numberReturned=1), headers=RD_HEADER
        )

    upstream.say(OGC, say)
    parsed = asking.run(bag, area(place("plein-westermaat", role="periphery")))
    assert (len(parsed.frames["premises"]), codes(parsed)) == (2, [])
    assert upstream.asked[0].query["bbox"] == "249290.00,474500.00,252290.00,477500.00"


def test_a_box_that_is_too_heavy_is_halved(asking: Asking, upstream: Upstream):
    heavy = {
        "title": "Internal Server Error",
        "status": 500,
        "detail": "querying the features took too long (timeout encountered)",
    }
    everywhere = [
        unit(number, east=east) for number, east in enumerate((-1000.0, -10.0, 0.0, 10.0, 1000.0))
    ]

    def say(asked: Asked) -> Reply:
        west, south, east, north = (float(side) for side in asked.query["bbox"].split(","))
        if max(east - west, north - south) > 1600:
            return as_json(heavy, status=500, content_type="application/problem+json")
        inside = [
            one
            for one in everywhere
            if west <= one["geometry"]["coordinates"][0] <= east and south <= HENGELO.y <= north
        ]
        return as_json(collection(*inside, crs=None), headers=RD_HEADER)

    upstream.say(OGC, say)
    parsed = asking.run(bag, area(place("plein-westermaat", role="periphery")))
    assert len(parsed.frames["premises"]) == 5
    assert parsed.counts["dropped-duplicate"] > 0, "a unit on the line lies in both halves"
    assert len(upstream.asked) == 1 + 2 + 4


def test_a_box_asked_in_place_of_the_wfs_is_halved_as_well(asking: Asking, upstream: Upstream):
    def say(asked: Asked) -> Reply:
        west, _, east, _ = (float(side) for side in asked.query["bbox"].split(","))
        if east - west > 2000:
            return as_json({"title": "x", "status": 500, "detail": "took too long"}, status=500)
        return as_json(collection(unit(1), crs=None), headers=RD_HEADER)

    upstream.say(WFS, Reply(status=400, body=EXCEPTION))
    upstream.say(OGC, say)
    assert len(asking.run(bag, area()).frames["premises"]) == 1


def test_a_box_is_not_halved_for_ever(asking: Asking, upstream: Upstream):
    upstream.say(OGC, as_json({"title": "x", "status": 500, "detail": "took too long"}, status=500))
    with pytest.raises(Failed, match="query-too-heavy"):
        asking.run(bag, area(place("plein-westermaat", role="periphery")))
    # 3,000 m in halves of each side in turn, down to 750 m.
    assert len(upstream.asked) == 1 + 2 + 4 + 8 + 16


def test_abroad_there_is_no_register(upstream: Upstream):
    assert bag.requests(area(place("gronau", None, role="abroad"))) == []


def test_a_centre_is_asked_of_one_service_and_else_of_the_other():
    (question,) = bag.requests(area())
    assert [urlsplit(one.request.url).hostname for one in (question, *question.otherwise)] == [
        "service.pdok.nl",
        "api.pdok.nl",
    ]


# Against recorded answers and real files.


@NO_SAMPLES
def test_the_recorded_withdrawn_unit_is_dropped(tmp_path: Path):
    recorded = json.loads(sample("bag_ogc/verblijfsobject-feature-withdrawn.json").read_text())
    recorded["properties"]["gebruiksdoel"] = "winkelfunctie"
    given = written(tmp_path, "withdrawn.json", json.dumps(recorded))
    parsed = bag.parse([given], area(place(core=Point(187_000.0, 334_000.0))))
    assert (len(parsed.frames["premises"]), parsed.counts) == (0, {"dropped-withdrawn": 1})


@NO_SAMPLES
def test_the_recorded_unit_of_two_purposes_is_no_shop(tmp_path: Path):
    properties = json.loads(
        sample("bag_ogc/verblijfsobject-properties-mixed-use-partial.json").read_text()
    )
    parsed = premises(tmp_path, unit(1, **properties))
    assert parsed.counts == {"dropped-other-purpose": 1}
    also_shop = properties | {"gebruiksdoel": properties["gebruiksdoel"] + ",winkelfunctie"}
    rows = premises(tmp_path, unit(1, **also_shop)).frames["premises"]
    assert rows[["use", "address", "floor_area_m2"]].iloc[0].tolist() == [
        "retail",
        "Marktstraat 42A",
        62.0,
    ]


@NO_SAMPLES
def test_the_recorded_empty_collection_is_an_answer(asking: Asking, upstream: Upstream):
    upstream.say(
        OGC,
        Reply(body=sample("pdok_ogc/gokoala-expected_empty_feature_collection.json").read_bytes()),
    )
    parsed = asking.run(bag, area(place(role="periphery")))
    assert (len(parsed.frames["premises"]), codes(parsed)) == (0, [])


@NO_SAMPLES
@pytest.mark.parametrize(
    ("name", "status", "code", "asked"),
    [
        ("gokoala-expected_straatnaam_not_allowed_value.json", 400, "http-400", 1),
        ("gokoala-expected_feature_404.json", 404, "http-404", 1),
        ("gokoala-expected_query_timeout_features.json", 500, "query-too-heavy", 6),
    ],
)
def test_recorded_problems_of_the_service(
    asking: Asking, upstream: Upstream, name: str, status: int, code: str, asked: int
):
    upstream.say(OGC, Reply(status=status, body=sample(f"pdok_ogc/{name}").read_bytes()))
    with pytest.raises(Failed) as failed:
        asking.run(bag, area(place(role="periphery")))
    # A box that is too heavy is halved until it is small; nothing is asked twice.
    assert set(failed.value.codes) == {code}
    assert len({one.target for one in upstream.asked}) == len(upstream.asked) >= asked


@NO_SAMPLES
def test_the_recorded_feature_without_a_place_is_counted(tmp_path: Path):
    recorded = json.loads(sample("pdok_ogc/gokoala-expected_feature_geom_null.json").read_text())
    given = written(tmp_path, "null.json", json.dumps(collection(unit(1), recorded)))
    assert bag.parse([given], area()).counts["dropped-no-geometry"] == 1


@NO_SAMPLES
@pytest.mark.parametrize(("header", "told"), [(bag.RD_URI, []), ("", ["crs-by-range"])])
def test_recorded_metres_are_known_by_header_or_told_as_a_guess(
    tmp_path: Path, header: str, told: list[str]
):
    recorded = json.loads(
        sample("pdok_ogc/gokoala-expected_multiple_gpkgs_bbox_rd_output_also_rd.json").read_text()
    )
    for number, one in enumerate(recorded["features"]):
        one["properties"] = unit(number)["properties"]
    x, y = recorded["features"][0]["geometry"]["coordinates"]
    given = written(tmp_path, "rd.json", json.dumps(recorded), content_crs=header)
    parsed = bag.parse([given], area(place(core=Point(x, y))))
    assert (len(parsed.frames["premises"]), codes(parsed)) == (len(recorded["features"]), told)


@NO_REAL
def test_real_addresses_are_refused_for_want_of_a_purpose():
    with pytest.raises(ContentError, match="identificatie|gebruiksdoel"):
        bag.parse(
            [piece(real("bag_addresses_amsterdam/bag.gpkg"))],
            area(place(core=Point(120_400.0, 488_500.0))),
        )
