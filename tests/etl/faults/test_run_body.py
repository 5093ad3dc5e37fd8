"""What an answer holds, through a whole run: one per outcome. What each fault ends in stands in
test_http_body.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from data import catalogue
from tests.etl.faults.command import (
    GEMEENTEN,
    Command,
    assert_absent,
    assert_mended,
    requests_to,
)
from tests.etl.made_up_town import (
    OVERPASS,
    collection,
    degrees,
    municipality,
)
from tests.etl.upstream import ReceivedRequest, Reply, as_json

pytestmark = pytest.mark.slow

PAGE = (
    b"<!DOCTYPE html><html><head><title>Onderhoud</title></head><body>Wij zijn zo"
    b" terug.</body></html>"
)
HTML = (("Content-Type", "text/html"),)
TIMED_OUT = 'runtime error: Query timed out in "query" at line 4 after 2 seconds.'


def test_f23_nothing_of_a_page_is_kept(town: Command):
    town.upstream.serve(OVERPASS, Reply(body=PAGE, headers=HTML))
    said = assert_absent(town, "page-instead-of-data")
    assert "Onderhoud" in said.err
    assert list((town.data / "raw" / "osm").iterdir()) == []


def test_f25_a_server_without_time_is_not_a_town_without_shops(town: Command):
    town.upstream.serve(OVERPASS, as_json({"version": 0.6, "elements": [], "remark": TIMED_OUT}))
    assert_absent(town, "error-inside")
    place = next(one for one in town.call("status", "--json").objects if one.get("kind") == "place")
    assert (place["units_osm"], place["mapped_empty"]) == (None, None)


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


def test_f33_other_content_under_the_same_mark_is_a_change_and_told(town: Command):
    marked = (("ETag", '"one"'),)

    def say(population: int) -> Reply:
        good = collection([municipality(population=population)])
        return Reply(body=good.body, headers=(*good.headers, *marked))

    town.upstream.serve(GEMEENTEN, say(10_000))
    assert_mended(town)
    town.upstream.serve(GEMEENTEN, say(12_000))
    town.wait_days(40)
    town.fill()
    assert requests_to(town.upstream, GEMEENTEN)[-1].headers["if-none-match"] == '"one"'
    assert catalogue.open(town.data).table("areas")["population"].tolist() == [12_000.0]
    assert "etag-reused" in town.codes("cbs_areas")
    assert "[etag-reused]" in town.call("status").out


def test_not_modified_moves_the_day_it_was_read_and_nothing_else(town: Command):
    def say(asked: ReceivedRequest) -> Reply:
        if asked.headers.get("if-none-match") == '"one"':
            return Reply(status=304)
        good = collection([municipality()])
        return Reply(body=good.body, headers=(*good.headers, ("ETag", '"one"')))

    town.upstream.serve(GEMEENTEN, say)
    assert_mended(town)
    town.wait_days(40)
    said = town.fill()
    assert (said.code, said.out.partition(":")[0]) == (0, "unchanged")
