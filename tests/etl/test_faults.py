"""The fault cases through a whole run: the others still publish, old or new stands whole, and the report names source and code."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from data import catalogue, store
from etl import http
from tests.etl.outside import (
    BACKGROUND,
    OVERPASS,
    PDOK,
    STREETS,
    UNITS,
    Town,
    asked_for,
    collection,
    municipality,
    node,
    overpass,
    way,
    well,
)
from tests.etl.upstream import HANG_UP, FastClock, Reply, Upstream, as_json, packed

pytestmark = pytest.mark.usefixtures("quick_disk")

SAMPLE_TIMED_OUT = {"version": 0.6, "elements": [], "remark": 'runtime error: Query timed out in "query" at line 4 after 2 seconds.'}
PAGE = Reply(body=b"<!DOCTYPE html><html><head><title>Onderhoud</title></head></html>", headers=(("Content-Type", "text/html"),))
JSON = (("Content-Type", "application/json"),)

TRANSPORT = {
    "F02": (Reply(status=503), "http-503"),
    "F03": (Reply(status=504), "http-504"),
    "F07": (Reply(status=429, headers=(("Retry-After", "99999"),)), "wait-too-long"),
    "F10 400": (Reply(status=400), "http-400"),
    "F10 401": (Reply(status=401), "http-401"),
    "F10 403": (Reply(status=403), "http-403"),
    "F10 404": (Reply(status=404), "http-404"),
    "F10 410": (Reply(status=410), "http-410"),
    "F12": (HANG_UP, "connection-lost"),
    "F15": (Reply(status=302, headers=(("Location", OVERPASS),)), "redirect-loop"),
    "F16": (Reply(status=302, headers=(("Location", "http://169.254.1.1/"),)), "redirect-refused"),
    "F21": (packed(overpass(STREETS).body, drop=8), "gzip-damaged"),
    "F22": (packed(b'{"elements": []}' + b" " * 60_000_000), "unpacks-too-much"),
    "F23": (PAGE, "page-instead-of-data"),
    "F24": (Reply(body=b"", headers=JSON), "body-empty"),
    "F25": (as_json(SAMPLE_TIMED_OUT), "error-inside"),
    "F25 partial": (overpass(STREETS, remark="runtime error: out of memory"), "error-inside"),
    "F26": (Reply(status=406), "http-406"),
    "F29": (Reply(body=b'{"elements": [], "version": NaN}', headers=JSON), "json-not-a-number"),
    "F30": (Reply(body=b'{"elements": [], "elements": []}', headers=JSON), "json-duplicate-key"),
    "F31": (Reply(body=b"[" * 200_000, headers=JSON), "json-too-deep"),
}


@pytest.fixture
def town(tmp_path: Path, upstream: Upstream, clock: FastClock) -> Town:
    well(upstream)
    return Town(tmp_path, upstream, clock)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a town after one good run."""
    with Upstream() as world:
        well(world)
        town = Town(tmp_path_factory.mktemp("published"), world, FastClock())
        town.run()
    return town.data


def state(report, source_id: str):
    return next(one for one in report.sources if one.record.source_id == source_id)


def say_units(town: Town, units: list[dict[str, object]]) -> None:
    """Overpass answers well, with these units."""
    answers = {"streets": STREETS, "units": units, "background": BACKGROUND}
    town.upstream.say(OVERPASS, lambda asked: overpass(answers[asked_for(asked)]))


@pytest.mark.parametrize(("reply", "code"), TRANSPORT.values(), ids=TRANSPORT.keys())
def test_a_fault_on_the_way_leaves_the_old_table_and_the_other_sources(town: Town, published: Path, reply: Reply, code: str):
    shutil.copytree(published, town.data)
    before = catalogue.open(town.data).table("streets")
    town.upstream.say(OVERPASS, reply)
    town.upstream.say(f"{PDOK}/gemeenten/items", collection([municipality(population=11_000)]))
    town.later(40)
    report = town.run()
    osm = state(report, "osm")
    assert report.changed and report.troubled
    assert (osm.record.status, state(report, "cbs_areas").record.status) == ("stale", "fresh")
    assert code in [finding.code for _, finding in osm.findings if finding.severity == "error"]
    assert "tries" in osm.lines[0] and "bytes" in osm.lines[0]
    opened = catalogue.open(town.data)
    assert opened.table("streets").equals(before)
    assert opened.table("areas")["population"].tolist() == [11_000.0]
    assert store.verify(town.data) == []


def test_f01_a_service_that_recovers_is_fresh(town: Town):
    answers = {"streets": STREETS, "units": UNITS, "background": BACKGROUND}
    refusals = iter([503, 503])

    def moody(asked) -> Reply:
        status = next(refusals, 200)
        return Reply(status=status) if status != 200 else overpass(answers[asked_for(asked)])

    town.upstream.say(OVERPASS, moody)
    assert state(town.run(), "osm").record.status == "fresh"


def test_f17_a_host_that_does_not_exist_names_the_way_out(town: Town):
    report = town.run(base_urls={"osm": "http://nowhere.invalid", "cbs_areas": town.upstream.url()})
    assert "--inputs DIR" in state(report, "osm").lines[0]
    assert state(report, "cbs_areas").record.status == "fresh"


def test_f36_a_page_that_fails_publishes_no_half_set_and_is_resumed(town: Town):
    path = f"{PDOK}/gemeenten/items"
    other = municipality("GM9998", side_m=50_000.0)
    more = town.upstream.url(f"{path}?cursor=2")
    first = {"type": "FeatureCollection", "numberReturned": 1, "links": [{"rel": "next", "href": more}], "features": [municipality()]}
    town.upstream.say(path, lambda asked: Reply(status=404) if "cursor" in asked.target else as_json(first))
    report = town.run()
    assert state(report, "cbs_areas").record.status == "failed"
    assert any("pages-incomplete" in line for line in state(report, "cbs_areas").lines)
    assert not catalogue.open(town.data).has("areas")
    town.upstream.say(path, lambda asked: collection([other]) if "cursor" in asked.target else as_json(first))
    town.later(0.1)
    asked = len(town.upstream.asked)
    assert state(town.run(), "cbs_areas").record.status == "fresh"
    assert [one.target for one in town.upstream.asked[asked:] if path in one.target][0].endswith("cursor=2")


RENAMED: dict[str, Callable[[dict], None]] = {
    "missing name": lambda row: row["properties"].pop("gemeentenaam"),
    "code of another form": lambda row: row["properties"].update(gemeentecode="9999"),
    "points for areas": lambda row: row.update(geometry={"type": "Point", "coordinates": [5.4, 52.7]}),
}


@pytest.mark.parametrize("change", RENAMED.values(), ids=RENAMED.keys())
def test_f39_a_column_missing_or_of_another_type_fails_and_is_named(town: Town, change: Callable[[dict], None]):
    town.run()
    row = municipality()
    change(row)
    town.upstream.say(f"{PDOK}/gemeenten/items", collection([row]))
    town.later(40)
    report = town.run()
    assert state(report, "cbs_areas").record.status == "stale"
    assert state(report, "cbs_areas").lines[0].split("[")[1].startswith("column-")
    assert catalogue.open(town.data).has("areas")


def test_f40_no_rows_where_there_were_rows_fails(town: Town):
    town.run()
    say_units(town, [])
    town.later(5)
    report = town.run()
    assert state(report, "osm").record.status == "stale"
    assert "rows-none" in state(report, "osm").lines[0]
    assert len(catalogue.open(town.data).table("premises")) == 4


def test_f41_ninety_per_cent_fewer_rows_fails(town: Town):
    say_units(town, [node(100 + number, 100 + number, 5, {"shop": "bakery"}) for number in range(40)])
    town.run()
    say_units(town, [node(100 + number, 100 + number, 5, {"shop": "bakery"}) for number in range(4)])
    town.later(5)
    report = town.run()
    assert "rows-shifted" in state(report, "osm").lines[0]
    assert len(catalogue.open(town.data).table("premises")) == 40


def test_f41_a_municipality_that_went_missing_fails(town: Town):
    town.run()
    town.upstream.say(f"{PDOK}/gemeenten/items", collection([municipality("GM9998")]))
    town.later(40)
    assert "rows-none" in state(town.run(), "cbs_areas").lines[0]


def swapped(row: dict) -> None:
    row["geometry"]["coordinates"] = [[[lat, lon] for lon, lat in row["geometry"]["coordinates"][0]]]


def called_degrees(row: dict) -> None:
    row["geometry"]["coordinates"] = [[[149_000.0, 529_000.0], [151_000.0, 529_000.0], [151_000.0, 531_000.0], [149_000.0, 529_000.0]]]


@pytest.mark.parametrize(("change", "guess"), [(swapped, "were swapped"), (called_degrees, None)])
def test_f42_a_wrong_coordinate_system_is_refused_or_recognised(town: Town, change: Callable[[dict], None], guess: str | None):
    row = municipality()
    change(row)
    town.upstream.say(f"{PDOK}/gemeenten/items", collection([row]))
    areas = state(town.run(), "cbs_areas")
    if guess is None:
        # Metres that lie in the area can be nothing else, and it is said.
        assert "crs-by-range" in [finding.code for _, finding in areas.findings]
        assert catalogue.open(town.data).table("areas").total_bounds.tolist() == [149_000.0, 529_000.0, 151_000.0, 531_000.0]
    else:
        assert areas.record.status == "failed" and guess in areas.lines[0]


def test_f43_broken_shapes_are_mended_or_left_out_and_counted(town: Town):
    bow = way(23, [(20, 20), (60, 60), (60, 20), (20, 60), (20, 20)], building="yes")
    nothing = {"type": "way", "id": 24, "tags": {"building": "yes"}}
    line = way(25, [(20, 20), (40, 20), (20, 20), (20, 20)], building="yes")
    answers = {"streets": STREETS, "units": UNITS, "background": [*BACKGROUND[:2], bow, nothing, line]}
    town.upstream.say(OVERPASS, lambda asked: overpass(answers[asked_for(asked)]))
    osm = state(town.run(), "osm")
    assert osm.record.status == "fresh"
    assert osm.counts == {"dropped-broken-ring": 1, "dropped-no-geometry": 1, "repaired-ring": 1}


def test_f44_a_survey_of_tomorrow_is_refused(town: Town):
    answers = {"streets": STREETS, "units": UNITS, "background": BACKGROUND}
    later = {"timestamp_osm_base": "2031-01-01T00:00:00Z"}
    town.upstream.say(OVERPASS, lambda asked: overpass(answers[asked_for(asked)], osm3s=later))
    osm = state(town.run(), "osm")
    assert osm.record.status == "failed" and "a day in the future" in osm.lines[0]


def test_a_second_server_answers_when_the_first_does_not(town: Town, monkeypatch: pytest.MonkeyPatch):
    from etl.sources import osm

    answers = {"streets": STREETS, "units": UNITS, "background": BACKGROUND}
    town.upstream.say(OVERPASS, Reply(status=504))
    town.upstream.say("/other", lambda asked: overpass(answers[asked_for(asked)]))
    monkeypatch.setattr(osm, "SERVERS", (osm.SERVERS[0], "https://other.example/other"))
    report = town.run()
    assert state(report, "osm").record.status == "fresh"
    assert "asked-elsewhere" in state(report, "osm").lines[0]


def test_missing_figures_of_cbs_are_missing_and_never_a_number(town: Town):
    town.run()
    areas = catalogue.open(town.data).table("areas")
    assert areas["population"].tolist() == [10_000.0] and areas["households"].isna().all()


def test_the_wait_after_a_refusal_is_at_least_half_a_minute(town: Town):
    town.upstream.say(OVERPASS, Reply(status=406))
    town.run()
    assert max(town.clock.slept) >= 30.0 - http.REDIRECTS
