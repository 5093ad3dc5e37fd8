"""No reader takes a file of which it can use nothing: it asks; what lies elsewhere is said."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import etl
from etl import problems
from etl.area import Area
from etl.parsing import dropped_rows
from etl.pipeline import source_state
from etl.pipeline.parts_store import ParsedPart
from etl.pipeline.tasks import ParseTask, run_parse
from etl.problems import Finding
from etl.source import Piece
from etl.sources import readers
from tests.etl.sources.gtfs import feed
from tests.etl.sources.source_runs import area, place, write_piece

IMPORTED = {"shop_survey", "counters", "figures", "initiatives", "cbs_table"}
"""Tables that are held against their columns before they are taken in."""

LON_LAT = {"here": "6.7925,52.2667", "there": "6.7000,52.2667"}
STATIONS = "STATION,INSTAP_WERK\n"


def feature(properties: str, geometry: str = "null") -> str:
    row = (
        f'{{"type": "Feature", "id": "1", "properties": {{{properties}}}, "geometry": {geometry}}}'
    )
    return f'{{"type": "FeatureCollection", "features": [{row}]}}'


def point(where: str) -> str:
    return f'{{"type": "Point", "coordinates": [{LON_LAT[where]}]}}'


def square(where: str) -> str:
    lon, lat = map(float, LON_LAT[where].split(","))
    corners = [
        (lon, lat),
        (lon + 0.01, lat),
        (lon + 0.01, lat + 0.01),
        (lon, lat + 0.01),
        (lon, lat),
    ]
    ring = ", ".join(f"[{x}, {y}]" for x, y in corners)
    return f'{{"type": "Polygon", "coordinates": [[{ring}]]}}'


def unit(purpose: str = "winkelfunctie", status: str = "Verblijfsobject in gebruik") -> str:
    known = f'"identificatie": "0164010000000001", "gebruiksdoel": "{purpose}"'
    return f'{known}, "oppervlakte": 100, "status": "{status}"'


def node(tags: str) -> str:
    spot = '"type": "node", "id": 1, "lat": 52.2667, "lon": 6.7925'
    return f'{{"elements": [{{{spot}, "tags": {{{tags}}}}}]}}'


def statline(measure: str, region: str = "GM0164") -> str:
    slice_ = '"Geslacht": "T001038", "Leeftijd": "10000", "BurgerlijkeStaat": "T001019"'
    what = f'"Measure": "{measure}", "RegioS": "{region}", "Perioden": "2024JJ00"'
    row = f'{{"Id": 1, {what}, {slice_}, "Value": 5}}'
    base = "https://datasets.cbs.nl/odata/v1/CBS/03759ned/$metadata#Observations"
    return f'{{"@odata.context": "{base}", "value": [{row}]}}'


WATER = '"gemeentecode": "GM0164", "gemeentenaam": "Hengelo", "aantal_inwoners": 5, "water": "JA"'
TOWN = '"typegebied": "woonkern", "naamnl": "Hengelo"'
INNER_CITY = '"typegebied": "wijk", "naamnl": "Binnenstad"'
NOTICE = (
    "<searchRetrieveResponse><numberOfRecords>1</numberOfRecords><records><record><recordData>"
    "<identifier>gmb-2026-123456</identifier><available>2026-02-01</available>"
    "<type>verordening</type>"
    "</recordData></record></records></searchRetrieveResponse>"
)
VIEWS = (
    '{"items": [{"project": "nl.wikipedia", "article": "Deventer", '
    '"timestamp": "2026010100", "views": 5}]}'
)

UNUSABLE = [
    ("bag", "bag.geojson", feature(unit()), "no geometry: 1"),
    ("bag", "bag.geojson", feature(unit("woonfunctie"), point("here")), "other purpose: 1"),
    (
        "bag",
        "bag.geojson",
        feature(unit(status="Verblijfsobject ingetrokken"), point("here")),
        "withdrawn: 1",
    ),
    ("bag", "bag.geojson", feature(unit(status="Nieuw woord"), point("here")), "unheard status: 1"),
    ("osm", "osm.json", node('"amenity": "bench"'), "other tags: 1"),
    (
        "osm",
        "osm.geojson",
        feature('"@id": "way/1", "highway": "motorway"', point("here")),
        "other tags: 1",
    ),
    ("brt_places", "plaats.geojson", feature(TOWN, square("here")), "other kind: 1"),
    ("cbs_areas", "gemeenten.geojson", feature(WATER, square("here")), "water: 1"),
    ("cbs_areas", "gemeenten.geojson", feature(WATER.replace("JA", "NEE")), "no geometry: 1"),
    ("cbs_population", "gemeenten.geojson", feature(WATER, square("here")), "water: 1"),
    ("cbs_population", "gemeenten.geojson", feature(WATER.replace("JA", "NEE")), "no geometry: 1"),
    ("cbs_statline", "bevolking.json", statline("M000999"), "other figure: 1"),
    ("transit", "stations-2024.csv", STATIONS + "-,5\nHengelo,\n", "no number: 1, no stop: 1"),
    ("transit", "stations-2024.csv", STATIONS + "Nergens,5\n", "no position: 1"),
    ("transit", "haltes-2024.csv", "STOPPLACECODE;INSTAP_WERK\n43210000;5,0\n", "no position: 1"),
]
NOT_OURS = [
    (
        "cbs_vacancy",
        "leegstand-2024.csv",
        "Gemeentecode;Gebruiksfunctie;Leegstand (aantal)\nGM0164;Wonen;5\n",
    ),
    ("notices", "notices.xml", NOTICE),
    ("pageviews", "views.json", VIEWS),
]
"""Files of readers that say themselves what they looked for."""
ELSEWHERE = [
    ("bag", "bag.geojson", feature(unit(), point("there")), ["rows-none-here"]),
    ("osm", "osm.json", node('"shop": "books"').replace("6.7925", "6.7000"), ["rows-none-here"]),
    (
        "cbs_areas",
        "gemeenten.geojson",
        feature(WATER.replace("0164", "0150").replace("JA", "NEE"), square("here")),
        ["rows-elsewhere"],
    ),
    (
        "cbs_population",
        "gemeenten.geojson",
        feature(WATER.replace("0164", "0150"), square("here")),
        ["rows-elsewhere"],
    ),
    ("cbs_population", "inwoners.csv", "RegioS;Inwonertal_1\nGM0150;5\n", ["rows-elsewhere"]),
    ("cbs_statline", "bevolking.json", statline("M000352", "GM0150"), ["period-status-missing"]),
    (
        "transit",
        "ander.zip",
        feed(stops="stop_id,stop_name,stop_lat,stop_lon\nfar,Far,52.2620,6.7100\n"),
        ["timetable-elsewhere"],
    ),
]


def part(tmp_path: Path, source_id: str, *pieces: Piece, asked: Area | None = None) -> ParsedPart:
    """What a run makes of the pieces of a source."""
    work = ParseTask(
        module=f"etl.sources.{source_id}",
        key="hengelo",
        area=asked or area(),
        pieces=pieces,
        data_dir=tmp_path / "data",
        fingerprint="f" * 32,
        previous=None,
        corrections=(),
        today=date(2026, 3, 1),
    )
    return run_parse(work)


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


@pytest.mark.parametrize(("source_id", "name", "content", "why"), UNUSABLE)
def test_a_file_of_which_no_row_can_be_used_is_asked_about(
    tmp_path: Path, source_id: str, name: str, content: str, why: str
):
    met = part(tmp_path, source_id, write_piece(tmp_path, name, content))
    last = met.findings[-1]
    assert not met.good and last.code == "rows-unusable", met.findings
    title = readers()[source_id].SOURCE.title
    assert (
        last.en.startswith(f"{name}: none of the ")
        and f"({why})" in last.en
        and last.en.endswith(f"{title.en}.")
    )
    assert last.nl.endswith(f"Verwacht: {title.nl}.")


BESIDE = [
    (
        "transit",
        "stations-2023.csv",
        STATIONS + "-,5\nHengelo,\n",
        "stations-2024.csv",
        STATIONS + "Hengelo,900\n",
    ),
    ("transit", "stations-2023.csv", STATIONS + "-,5\n", "ander.zip", feed()),
    (
        "cbs_areas",
        "a.geojson",
        feature(WATER),
        "b.geojson",
        feature(WATER.replace("JA", "NEE"), square("here")),
    ),
    ("cbs_population", "a.geojson", feature(WATER), "b.csv", "RegioS;Inwonertal_1\nGM0164;5\n"),
    (
        "brt_places",
        "a.geojson",
        feature(TOWN, square("here")),
        "b.geojson",
        feature(INNER_CITY, square("here")),
    ),
    (
        "brt_places",
        "a.geojson",
        feature(INNER_CITY.replace("Binnenstad", "Noord"), square("here")),
        "b.geojson",
        feature(INNER_CITY, square("here")),
    ),
]


@pytest.mark.parametrize(("source_id", "name", "content"), NOT_OURS)
def test_a_file_of_which_nothing_is_ours_is_asked_about(
    tmp_path: Path, source_id: str, name: str, content: str
):
    met = part(tmp_path, source_id, write_piece(tmp_path, name, content))
    *_, finding = met.findings
    assert not met.good and finding.code == "import-nothing"
    assert name in finding.en


@pytest.mark.parametrize(("source_id", "name", "content", "good", "of_good"), BESIDE)
def test_a_useless_file_beside_a_good_one_is_asked_about_as_well(
    tmp_path: Path, source_id: str, name: str, content: str, good: str, of_good: str | bytes
):
    met = part(
        tmp_path,
        source_id,
        write_piece(tmp_path, name, content),
        write_piece(tmp_path, good, of_good),
    )
    errors = [one for one in met.findings if one.severity == "error"]
    assert not met.good and codes(errors) == ["rows-unusable"]
    assert errors[0].en.startswith(f"{name}: none of the ")


def test_every_reader_of_files_is_asked():
    accepting = {name for name, module in readers().items() if module.SOURCE.accepts}
    assert {source_id for source_id, *_ in (*UNUSABLE, *NOT_OURS)} == accepting - IMPORTED


@pytest.mark.parametrize(("source_id", "name", "content", "said"), ELSEWHERE)
def test_a_file_about_elsewhere_is_read_and_says_so(
    tmp_path: Path, source_id: str, name: str, content: str | bytes, said: list[str]
):
    met = part(tmp_path, source_id, write_piece(tmp_path, name, content))
    assert met.good and codes(met.findings) == said


def test_an_empty_answer_of_a_service_is_an_answer(tmp_path: Path):
    empty = replace(
        write_piece(tmp_path, "a", '{"type": "FeatureCollection", "features": []}'),
        origin="fetched",
        name="gemeenten",
    )
    met = part(tmp_path, "cbs_areas", empty)
    assert (met.good, codes(met.findings)) == (True, [])


def test_units_of_a_service_that_are_no_shops_are_an_answer(tmp_path: Path):
    asked = replace(
        write_piece(tmp_path, "a", feature(unit("woonfunctie"), point("here"))),
        origin="fetched",
        name="box",
    )
    met = part(tmp_path, "bag", asked)
    assert (met.good, met.counts, codes(met.findings)) == (True, {"dropped-other-purpose": 1}, [])


def test_many_rows_of_a_service_without_a_place_are_a_failure(tmp_path: Path):
    row = feature(unit())[len('{"type": "FeatureCollection", "features": [') : -2]
    rows = ", ".join(row.replace("0000000001", f"{number:010d}") for number in range(30))
    content = f'{{"type": "FeatureCollection", "features": [{rows}]}}'
    met = part(
        tmp_path, "bag", replace(write_piece(tmp_path, "a", content), origin="fetched", name="box")
    )
    assert codes(met.findings)[-1] == "rows-unusable"


def test_a_file_in_the_folder_of_a_place_that_holds_nothing_there_is_told(tmp_path: Path):
    mine = replace(
        write_piece(tmp_path, "bag.geojson", feature(unit(), point("there"))), place_id="hengelo"
    )
    met = part(tmp_path, "bag", mine)
    assert codes(met.findings) == ["rows-elsewhere"]
    assert (
        met.findings[0].en
        == "Nothing in bag.geojson lies in the place; rows that lie elsewhere: 1."
    )


def test_a_file_of_many_places_is_told_only_where_none_has_rows(tmp_path: Path):
    given = write_piece(tmp_path, "bag.geojson", feature(unit(), point("here")))
    both = (
        place(),
        place("borne", "GM0147", core=place().core.buffer(8000.0).exterior.interpolate(0.0)),
    )
    everywhere = area(*both)
    here = part(tmp_path, "bag", given, asked=replace(everywhere, places=both[:1]))
    there = replace(
        part(tmp_path, "bag", given, asked=replace(everywhere, places=both[1:])), key="borne"
    )
    source = readers()["bag"].SOURCE
    assert source_state.source_state(source, [here, there]).record.problems == ()
    reported = source_state.source_state(source, [there]).reported
    assert codes([finding for _, finding in reported]) == ["rows-elsewhere"]


def test_every_rule_of_a_reader_has_its_dutch():
    text = "\n".join(path.read_text("utf-8") for path in Path(etl.__file__).parent.rglob("*.py"))
    imported = {"indicator", "unit", "area", "word", "personal", "url", "share", "percent-cell"}
    rules = set(re.findall(r'"dropped-([a-z-]+[a-z])"', text)) - imported
    ours = {rule for rule in rules if f"dropped-{rule}" not in dropped_rows.ELSEWHERE}
    assert ours <= set(problems.RULES)
