import json
from pathlib import Path
from urllib.parse import urlsplit

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box, mapping

from etl.errors import ContentError
from etl.pipeline.merge import without_double_residents
from etl.sources import cbs_areas, competition
from etl.sources import cbs_population as population
from tests.etl.sources.source_runs import (
    HENGELO,
    NO_REAL,
    NO_SAMPLES,
    SourceFailedError,
    SourceRunner,
    area,
    checked_frames,
    codes,
    piece,
    place,
    real,
    sample,
    write_piece,
)
from tests.etl.upstream import FastClock, ReceivedRequest, Reply, Upstream, as_json

PATHS = {
    name: urlsplit(cbs_areas.ADDRESS.format(name=name)).path for name in ("buurten", "gemeenten")
}
RD_NAME = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}


def shape(east: float = 0.0) -> dict[str, object]:
    """A square of a kilometre, so many metres east of the core."""
    return mapping(box(HENGELO.x + east, HENGELO.y, HENGELO.x + east + 1000.0, HENGELO.y + 1000.0))


def neighbourhood(
    number: int = 1, inhabitants: object = 1000, **known: object
) -> dict[str, object]:
    properties = {
        "buurtcode": f"BU0164000{number}",
        "buurtnaam": f"Buurt {number}",
        "gemeentecode": "GM0164",
        "gemeentenaam": "Hengelo",
        "aantal_inwoners": inhabitants,
        "water": "NEE",
        "jaar": 2024,
    }
    return {
        "type": "Feature",
        "id": str(number),
        "properties": properties | known,
        "geometry": shape(number * 1000.0),
    }


def municipality(
    inhabitants: object = 2000, code: str = "GM0164", water: str = "NEE"
) -> dict[str, object]:
    properties = {
        "gemeentecode": code,
        "gemeentenaam": "Hengelo",
        "aantal_inwoners": inhabitants,
        "water": water,
    }
    return {"type": "Feature", "id": code + water, "properties": properties, "geometry": shape()}


def collection(*features: dict[str, object], **more: object) -> dict[str, object]:
    return {
        "type": "FeatureCollection",
        "crs": RD_NAME,
        "features": list(features),
        "numberReturned": len(features),
        **more,
    }


def read(tmp_path: Path, *features: dict[str, object]):
    return population.parse(
        [write_piece(tmp_path, "buurten.geojson", json.dumps(collection(*features)))], area()
    )


def test_inhabitants_spend_within_the_cited_range(tmp_path: Path):
    parsed = read(tmp_path, neighbourhood())
    rows = checked_frames(population, parsed, area())["origins"].set_index("branch_group")
    low, high = competition.per_head()["daily"]
    assert rows.loc["daily", ["spending_low_eur", "spending_high_eur"]].tolist() == [
        round(1000 * low),
        round(1000 * high),
    ]
    assert rows["spending_eur"].isna().all(), "nobody measured it"
    assert sorted(rows.index) == sorted(competition.BRANCH_GROUPS)
    assert rows["origin_id"].unique().tolist() == ["cbs:bu01640001"]


@pytest.mark.parametrize("sentinel", [-99990, -99995, -99997.0, None])
def test_an_unpublished_number_is_missing_never_a_number(tmp_path: Path, sentinel: object):
    parsed = read(tmp_path, neighbourhood(inhabitants=sentinel), neighbourhood(2))
    rows = (
        checked_frames(population, parsed, area())["origins"]
        .set_index("origin_id")
        .loc["cbs:bu01640001"]
    )
    assert rows[["population", "spending_low_eur", "spending_high_eur"]].isna().all(axis=None)
    assert parsed.counts == {"missing-not-published": 1}


def test_another_negative_number_is_a_fault(tmp_path: Path):
    with pytest.raises(ContentError, match="aantal_inwoners.*-5"):
        read(tmp_path, neighbourhood(inhabitants=-5))


def test_only_dry_neighbourhoods_of_our_municipalities_are_read(tmp_path: Path):
    parsed = read(
        tmp_path,
        neighbourhood(),
        neighbourhood(2, water="JA"),
        neighbourhood(3, gemeentecode="GM0248"),
    )
    assert (len(parsed.frames["origins"]), parsed.counts) == (
        3,
        {"dropped-water": 1, "dropped-other-municipality": 1},
    )


def test_a_neighbourhood_around_another_starts_in_itself(tmp_path: Path):
    ring = box(HENGELO.x, HENGELO.y, HENGELO.x + 900.0, HENGELO.y + 900.0).difference(
        box(HENGELO.x + 300.0, HENGELO.y + 300.0, HENGELO.x + 600.0, HENGELO.y + 600.0)
    )
    parsed = read(tmp_path, neighbourhood() | {"geometry": mapping(ring)})
    assert ring.contains(parsed.frames["origins"].geometry.iloc[0])


def test_a_renamed_column_is_named(tmp_path: Path):
    one = neighbourhood()
    one["properties"]["aantal_inwoner"] = one["properties"].pop("aantal_inwoners")
    with pytest.raises(
        ContentError, match=r"aantal_inwoners is missing \(looks like: aantal_inwoner\)"
    ):
        read(tmp_path, one)


def spelled(feature: dict[str, object], names: dict[str, str]) -> dict[str, object]:
    return feature | {
        "properties": {
            names.get(name, name): value for name, value in feature["properties"].items()
        }
    }


CAMEL = {
    "gemeentecode": "gemeenteCode",
    "aantal_inwoners": "aantalInwoners",
    "buurtcode": "buurtCode",
    "buurtnaam": "buurtNaam",
}


@pytest.mark.parametrize(
    ("names", "ending"),
    [
        (CAMEL, "parquet"),
        ({"aantal_inwoners": "aantalInwoners"}, "gpkg"),
        ({name: name.upper() for name in CAMEL}, "geojson"),
        (
            {
                "gemeentecode": "GM_CODE",
                "aantal_inwoners": "AANT_INW",
                "buurtcode": "BU_CODE",
                "buurtnaam": "BU_NAAM",
            },
            "gpkg",
        ),
    ],
    ids=["camel", "camel-figures-only", "capitals", "shapefile"],
)
def test_names_of_columns_are_read_in_every_spelling_of_cbs(
    tmp_path: Path, names: dict[str, str], ending: str
):
    text = json.dumps(collection(spelled(neighbourhood(), names), spelled(neighbourhood(2), names)))
    (tmp_path / "buurten.geojson").write_text(text)
    path = tmp_path / f"map.{ending}"
    frame = gpd.read_file(tmp_path / "buurten.geojson").drop(columns="id")
    {"geojson": frame.to_file, "gpkg": frame.to_file, "parquet": frame.to_parquet}[ending](path)
    rows = checked_frames(population, population.parse([piece(path)], area()), area())["origins"]
    assert (rows["population"].unique().tolist(), len(rows)) == (
        [1000.0],
        2 * len(competition.BRANCH_GROUPS),
    )


def test_two_columns_that_say_the_same_are_asked_about(tmp_path: Path):
    with pytest.raises(ContentError, match="aantal_inwoners, aantalInwoners"):
        read(tmp_path, neighbourhood(aantalInwoners=2000))


@pytest.mark.parametrize("code", ["0164", "BU01640001"])
def test_a_municipality_that_goes_by_no_code_of_cbs_is_refused(tmp_path: Path, code: str):
    with pytest.raises(ContentError, match="gemeentecode.*codes like GM0153"):
        read(tmp_path, neighbourhood(gemeentecode=code))


@pytest.mark.parametrize(
    "head", ["RegioS;Inwonertal_54", "gemeenteCode;aantalInwoners", "GM_CODE;AANT_INW"]
)
def test_a_table_is_read_in_every_spelling_of_cbs(tmp_path: Path, head: str):
    table = write_piece(tmp_path, "inwoners-2024.csv", f"{head}\nGM0164  ;81000\nGM0153;160000\n")
    parsed = population.parse([table], area())
    assert parsed.frames["observations"]["value"].tolist() == [81000.0]
    assert parsed.counts == {"dropped-other-municipality": 1}


def test_towns_give_way_to_their_neighbourhoods():
    origins = pd.DataFrame(
        {
            "origin_id": ["cbs:bu01640001", "geonames:1", "geonames:2", "geonames:3"],
            "municipality_code": ["GM0164", "GM0164", "GM0153", None],
        }
    )
    assert without_double_residents(origins)["origin_id"].tolist() == [
        "cbs:bu01640001",
        "geonames:2",
        "geonames:3",
    ]


# Over a socket, with the protocol of the service.


@pytest.fixture
def runner(upstream: Upstream, clock: FastClock, tmp_path: Path, quick_disk: None) -> SourceRunner:
    for path in PATHS.values():
        upstream.serve(path, as_json(collection()))
    return SourceRunner(upstream, clock, tmp_path)


def test_pages_are_followed_and_municipalities_become_figures(
    runner: SourceRunner, upstream: Upstream
):
    def buurten(asked: ReceivedRequest) -> Reply:
        if "cursor" in asked.query:
            return as_json(collection(neighbourhood(2)))
        return as_json(
            collection(
                neighbourhood(1),
                links=[{"rel": "next", "href": upstream.url(asked.target + "&cursor=x")}],
            )
        )

    upstream.serve(PATHS["buurten"], buurten)
    upstream.serve(
        PATHS["gemeenten"],
        as_json(collection(municipality(), municipality(water="JA"), municipality(code="GM0147"))),
    )
    parsed = runner.run(population, area())
    frames = checked_frames(population, parsed, area())
    row = frames["observations"].iloc[0]
    assert (len(frames["origins"]), len(frames["observations"]), codes(parsed)) == (6, 1, [])
    assert (row["observation_id"], row["value"], row["series"]) == (
        "hengelo-gemeente-population-2024-wijken-en-buurten",
        2000.0,
        "cbs-wijken-en-buurten-hengelo",
    )
    assert row["definition"] in set(frames["translations"]["text_nl"])


def test_neighbourhoods_that_miss_inhabitants_are_told(runner: SourceRunner, upstream: Upstream):
    upstream.serve(PATHS["buurten"], as_json(collection(neighbourhood(inhabitants=1000))))
    upstream.serve(PATHS["gemeenten"], as_json(collection(municipality(inhabitants=2000))))
    assert codes(runner.run(population, area())) == ["neighbourhoods-incomplete"]


def test_nothing_in_the_rectangle_is_an_answer(runner: SourceRunner):
    parsed = runner.run(population, area())
    assert all(
        not len(frame)
        for name, frame in checked_frames(population, parsed, area()).items()
        if name in ("origins", "observations")
    )


def test_an_error_inside_a_good_answer_is_a_failure(runner: SourceRunner, upstream: Upstream):
    upstream.serve(
        PATHS["buurten"],
        as_json({"title": "Not Found", "status": 404, "detail": "no such edition"}),
    )
    with pytest.raises(SourceFailedError, match="error-inside"):
        runner.run(population, area())


def test_abroad_nothing_is_asked():
    assert population.requests(area(place("gronau", None, role="abroad"))) == []


# Against recorded answers and real files.


@NO_SAMPLES
def test_the_recorded_empty_collection_is_an_answer(runner: SourceRunner, upstream: Upstream):
    upstream.serve(
        PATHS["buurten"],
        Reply(body=sample("pdok_ogc/gokoala-expected_empty_feature_collection.json").read_bytes()),
    )
    assert len(runner.run(population, area()).frames["origins"]) == 0


@NO_REAL
def test_real_neighbourhoods_hold_no_sentinel():
    baarn = area(place("baarn", "GM0308", core=Point(147_500.0, 468_500.0)))
    parsed = population.parse([piece(real("cbs_buurten_baarn/baarn_buurten.geojson"))], baarn)
    origins = checked_frames(population, parsed, baarn)["origins"]
    once = origins[origins["branch_group"] == "daily"].set_index("origin_id")
    assert once.loc["cbs:bu03080000", ["name", "population"]].tolist() == ["Centrum", 1825.0]
    assert (once["population"].dropna() >= 0).all() and parsed.surveyed == "2024-01-01"


@NO_REAL
def test_a_real_table_of_municipalities_is_undated():
    parsed = population.parse([piece(real("cbs_inwonertal/inwonertal.csv"))], area())
    rows = checked_frames(population, parsed, area())["observations"]
    assert rows["place_id"].tolist() == ["hengelo"], (
        "joined on GM0164; the file calls it Hengelo (O.)"
    )
    assert rows["value"].between(80_000, 85_000).all() and rows["period_start"].isna().all()
    assert rows["note"].tolist() == [population.NO_YEAR.nl]


@NO_REAL
def test_the_year_in_the_name_of_a_table_dates_it(tmp_path: Path):
    given = write_piece(
        tmp_path, "inwonertal-2024.csv", real("cbs_inwonertal/inwonertal.csv").read_bytes()
    )
    rows = population.parse([given], area()).frames["observations"]
    assert rows["period_start"].tolist() == [pd.Timestamp("2024-01-01")]
