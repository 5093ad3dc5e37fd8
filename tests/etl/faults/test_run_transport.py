"""Getting an answer at all, through a whole run: one per outcome. What each fault ends in, its
tries and waits, stands in test_http_transport.py.
"""

from __future__ import annotations

import pytest

from etl.fetch.messages import Limits
from etl.sources import osm
from tests.etl.faults.command import (
    GEMEENTEN,
    Command,
    assert_absent,
    assert_fails,
    assert_mended,
    assert_whole,
    requests_to,
    short,
)
from tests.etl.made_up_town import BACKGROUND, OVERPASS, STREETS, UNITS, overpass, overpass_subject
from tests.etl.upstream import SILENCE, Reply

pytestmark = pytest.mark.slow


def test_f02_a_fault_that_may_pass_is_asked_three_times_per_question(stale_town: Command):
    stale_town.upstream.serve(OVERPASS, Reply(status=503))
    assert_fails(stale_town, "http-503", tries=3)
    assert len(requests_to(stale_town.upstream, OVERPASS)) == 9


def test_f02_without_an_earlier_copy_its_tables_are_absent_and_the_others_there(town: Command):
    town.upstream.serve(OVERPASS, Reply(status=503))
    assert_absent(town, "http-503")


def test_f01_a_service_that_recovers_is_fresh_after_growing_waits(town: Command):
    town.serve_osm(Reply(status=503), Reply(status=503))
    assert_mended(town)
    waits = [wait for wait in town.clock.slept if wait > 1.1]
    assert len(waits) == 2 and waits[1] > waits[0] >= 1.9
    assert len(requests_to(town.upstream, OVERPASS)) == 3 + 2


def test_f10_not_found_says_that_the_address_may_have_moved(stale_town: Command):
    stale_town.upstream.serve(OVERPASS, Reply(status=404))
    said = assert_fails(stale_town, "http-404", tries=1)
    assert "the address may have moved" in said.err
    assert "--base-url SOURCE=URL" in stale_town.call("status").out


def test_f13_silence_is_given_up_within_two_minutes_over_all_questions(
    stale_town: Command, monkeypatch: pytest.MonkeyPatch
):
    stale_town.upstream.serve(OVERPASS, SILENCE)
    began = sum(stale_town.clock.slept)
    # Waits double: 2 + 4 + 8 + 16 + 32 seconds, and 64 more would be too much.
    with short(monkeypatch, Limits(connect_s=2.0, read_s=0.1, deadline_s=1000.0, tries=10)):
        said = stale_town.fill()
    assert (said.code, stale_town.status_of("osm")) == (3, "stale")
    assert "[host-silent]" in said.err and "--inputs DIR" in stale_town.call("status").out
    assert sum(stale_town.clock.slept) - began < 120.0
    assert len(requests_to(stale_town.upstream, OVERPASS)) == 6


def test_f17_a_host_that_does_not_exist_names_the_way_out(stale_town: Command):
    said = assert_fails(stale_town, "host-unknown", tries=1, at="http://nowhere.invalid")
    assert "nowhere.invalid" in said.err and "--inputs DIR" in said.err


def test_a_second_server_answers_when_the_first_does_not(
    town: Command, monkeypatch: pytest.MonkeyPatch
):
    answers = {"streets": STREETS, "units": UNITS, "background": BACKGROUND}
    town.upstream.serve(OVERPASS, Reply(status=504))
    town.upstream.serve("/other", lambda asked: overpass(answers[overpass_subject(asked)]))
    monkeypatch.setattr("etl.sources.osm.SERVERS", (osm.SERVERS[0], "https://other.example/other"))
    assert_mended(town)
    assert "[asked-elsewhere]" in town.call("status").out


def test_f02_when_every_source_fails_at_first_the_places_stand_and_it_is_told(town: Command):
    for path in (OVERPASS, GEMEENTEN):
        town.upstream.serve(path, Reply(status=503))
    said = town.fill()
    assert said.code == 3 and {town.status_of(name) for name in town.sources} == {"failed"}
    assert_whole(town)


def test_f46_a_folder_that_cannot_be_written_is_code_1_and_one_clear_line(town: Command):
    town.data.write_text("a file where the folder should be")
    said = town.fill()
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert "choose another folder with --data" in said.err
