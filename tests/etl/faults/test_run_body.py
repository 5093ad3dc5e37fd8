"""F19 to F33 through a whole run: what an answer holds."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from data import catalogue
from tests.etl.faults.command import (
    GEMEENTEN,
    JSON,
    Command,
    asked_of,
    assert_absent,
    assert_fails,
    assert_mended,
)
from tests.etl.outside import (
    BACKGROUND,
    OVERPASS,
    STREETS,
    UNITS,
    asked_for,
    collection,
    degrees,
    municipality,
    overpass,
)
from tests.etl.upstream import Asked, Reply, as_json, packed

WHOLE = overpass(STREETS).body
PAGE = (
    b"<!DOCTYPE html><html><head><title>Onderhoud</title></head><body>Wij zijn zo"
    b" terug.</body></html>"
)
HTML = (("Content-Type", "text/html"),)
TIMED_OUT = 'runtime error: Query timed out in "query" at line 4 after 2 seconds.'
GZIP = (*JSON, ("Content-Encoding", "gzip"))

DAMAGED = {
    "F19 shorter than announced": (
        Reply(body=WHOLE, headers=JSON, announced=len(WHOLE) + 5),
        "body-short",
    ),
    "F20 a chunk cut off": (
        Reply(body=WHOLE, headers=JSON, framing="chunked", cut=len(WHOLE) // 2),
        "body-cut",
    ),
    "F21 gzip in half": (packed(WHOLE, drop=len(gzip.compress(WHOLE)) // 2), "gzip-damaged"),
    "F21 gzip without its trailer": (packed(WHOLE, drop=8), "gzip-damaged"),
    "F21 gzip with a wrong sum": (
        Reply(body=gzip.compress(WHOLE)[:-8] + b"\0" * 8, headers=GZIP),
        "gzip-damaged",
    ),
    "F26 406": (Reply(status=406), "http-406"),
    "F26 429": (Reply(status=429), "http-429"),
    "F26 rate_limited in a 200": (
        Reply(body=b"<html><body>Error: rate_limited</body></html>", headers=HTML),
        "rate-limited",
    ),
}
"""Retried, then failed."""
UNSOUND = {
    "F22 a gzip bomb": (packed(b'{"elements": []}' + b" " * 60_000_000), "unpacks-too-much"),
    "F23 a page instead of data": (Reply(body=PAGE, headers=HTML), "page-instead-of-data"),
    "F23 a page that says it is JSON": (Reply(body=PAGE, headers=JSON), "page-instead-of-data"),
    "F24 an empty body": (Reply(body=b"", headers=JSON), "body-empty"),
    "F25 timed out, empty": (
        as_json({"version": 0.6, "elements": [], "remark": TIMED_OUT}),
        "error-inside",
    ),
    "F25 out of memory, partial": (
        overpass(STREETS, remark="runtime error: out of memory"),
        "error-inside",
    ),
    "F29 NaN": (Reply(body=b'{"elements": [], "version": NaN}', headers=JSON), "json-not-a-number"),
    "F29 Infinity": (
        Reply(body=b'{"elements": [{"lat": -Infinity}]}', headers=JSON),
        "json-not-a-number",
    ),
    "F29 1e999": (Reply(body=b'{"elements": [{"lat": 1e999}]}', headers=JSON), "json-not-a-number"),
    "F30 a key twice": (
        Reply(body=b'{"elements": [], "elements": []}', headers=JSON),
        "json-duplicate-key",
    ),
    "F31 200,000 levels": (Reply(body=b"[" * 200_000, headers=JSON), "json-too-deep"),
}
"""Failed at once: asking again brings the same."""


@pytest.mark.parametrize(("reply", "code"), DAMAGED.values(), ids=DAMAGED.keys())
def test_an_answer_damaged_on_the_way_is_retried_then_fails(
    later: Command, reply: Reply, code: str
):
    later.upstream.say(OVERPASS, reply)
    assert_fails(later, code, tries=3)


@pytest.mark.parametrize(("reply", "code"), UNSOUND.values(), ids=UNSOUND.keys())
def test_an_unsound_answer_fails_at_once(later: Command, reply: Reply, code: str):
    later.upstream.say(OVERPASS, reply)
    assert_fails(later, code, tries=1)


def test_f23_nothing_of_a_page_is_kept(town: Command):
    town.upstream.say(OVERPASS, Reply(body=PAGE, headers=HTML))
    said = assert_absent(town, "page-instead-of-data")
    assert "Onderhoud" in said.err
    assert list((town.data / "raw" / "osm").iterdir()) == []


def test_f25_a_server_without_time_is_not_a_town_without_shops(town: Command):
    town.upstream.say(OVERPASS, as_json({"version": 0.6, "elements": [], "remark": TIMED_OUT}))
    assert_absent(town, "error-inside")
    place = next(one for one in town.call("status", "--json").objects if one.get("kind") == "place")
    assert (place["units_osm"], place["mapped_empty"]) == (None, None)


def test_f26_overpass_is_left_alone_for_half_a_minute(town: Command):
    town.say_osm(Reply(status=429))
    assert_mended(town)
    assert max(town.clock.slept) >= 29.9


def test_f27_a_byte_order_mark_before_json_is_passed_over(town: Command):
    answers = {"streets": STREETS, "units": UNITS, "background": BACKGROUND}
    town.upstream.say(
        OVERPASS,
        lambda asked: Reply(
            body=b"\xef\xbb\xbf" + overpass(answers[asked_for(asked)]).body, headers=JSON
        ),
    )
    assert_mended(town)
    assert len(catalogue.open(town.data).table("premises")) == 4


COUNTS = "STATION,INSTAP_WERK,UITSTAP_WERK\n{name},100,100\n"
STOPS = "stop_id,stop_code,stop_name,stop_lat,stop_lon,parent_station\ns1,1,{name},{lat},{lon},\n"


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8-sig", []), ("cp1252", ["encoding-fallback"])],
    ids=["F27 CSV with a mark", "F28 cp1252"],
)
def test_a_table_in_another_dress_keeps_the_letters_of_its_names(
    town: Command, tmp_path: Path, encoding: str, told: list[str]
):
    lon, lat = degrees(50.0, 10.0)
    folder = tmp_path / "inputs" / "transit"
    folder.mkdir(parents=True)
    (folder / "stations-2023.csv").write_bytes(COUNTS.format(name="Café").encode(encoding))
    (folder / "stops.txt").write_bytes(STOPS.format(name="Café", lat=lat, lon=lon).encode(encoding))
    said = town.call(
        "run",
        "--places",
        town.places,
        "--inputs",
        folder.parent,
        "--source",
        "transit",
        "--workers",
        "1",
    )
    assert said.code == 0, said.err
    assert catalogue.open(town.data).table("stops")["name"].tolist() == ["Station Café"]
    assert (
        sorted(set(town.codes("transit")) & {"encoding-fallback", "replacement-characters"}) == told
    )
    shown = [line for line in town.call("status").out.splitlines() if "[encoding-fallback]" in line]
    assert bool(shown) == bool(told)


def test_f32_not_modified_without_a_copy_is_asked_again_without_marks(town: Command):
    town.say_areas(Reply(status=304))
    assert_mended(town)
    _first, second = asked_of(town.upstream, GEMEENTEN)
    assert second.headers["cache-control"] == "no-cache" and "if-none-match" not in second.headers


def test_f33_other_content_under_the_same_mark_is_a_change_and_told(town: Command):
    marked = (("ETag", '"one"'),)

    def say(population: int) -> Reply:
        good = collection([municipality(population=population)])
        return Reply(body=good.body, headers=(*good.headers, *marked))

    town.upstream.say(GEMEENTEN, say(10_000))
    assert_mended(town)
    town.upstream.say(GEMEENTEN, say(12_000))
    town.later(40)
    town.fill()
    assert asked_of(town.upstream, GEMEENTEN)[-1].headers["if-none-match"] == '"one"'
    assert catalogue.open(town.data).table("areas")["population"].tolist() == [12_000.0]
    assert "etag-reused" in town.codes("cbs_areas")
    assert "[etag-reused]" in town.call("status").out


def test_not_modified_moves_the_day_it_was_read_and_nothing_else(town: Command):
    def say(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == '"one"':
            return Reply(status=304)
        good = collection([municipality()])
        return Reply(body=good.body, headers=(*good.headers, ("ETag", '"one"')))

    town.upstream.say(GEMEENTEN, say)
    assert_mended(town)
    town.later(40)
    said = town.fill()
    assert (said.code, said.out.partition(":")[0]) == (0, "unchanged")
