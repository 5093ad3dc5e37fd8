"""F01 to F18 through a whole run: getting an answer at all."""

from __future__ import annotations

import socket
from datetime import timedelta
from email.utils import format_datetime

import pytest

from etl.exchange import Limits
from etl.sources import osm
from tests.etl.certificates import Certificates
from tests.etl.faults.command import (
    GEMEENTEN,
    Command,
    asked_of,
    assert_absent,
    assert_fails,
    assert_mended,
    assert_whole,
    short,
)
from tests.etl.outside import BACKGROUND, OVERPASS, STREETS, UNITS, asked_for, overpass
from tests.etl.upstream import HANG_UP, LOOPBACK, SILENCE, Reply, Upstream

ONE_TRY = {
    "F10 400": (Reply(status=400), "http-400"),
    "F10 401": (Reply(status=401), "http-401"),
    "F10 403": (Reply(status=403), "http-403"),
    "F10 404": (Reply(status=404), "http-404"),
    "F10 410": (Reply(status=410), "http-410"),
    "F15 a redirect loop": (Reply(status=302, headers=(("Location", OVERPASS),)), "redirect-loop"),
    "F16 another host": (
        Reply(status=302, headers=(("Location", "https://elsewhere.example/x"),)),
        "redirect-refused",
    ),
    "F16 a file": (
        Reply(status=302, headers=(("Location", "file:///etc/passwd"),)),
        "redirect-refused",
    ),
    "F16 this computer": (
        Reply(status=302, headers=(("Location", "http://127.0.0.2/"),)),
        "redirect-refused",
    ),
    "F16 the own network": (
        Reply(status=307, headers=(("Location", "http://10.0.0.8/"),)),
        "redirect-refused",
    ),
    "F16 link-local": (
        Reply(status=302, headers=(("Location", "http://169.254.1.1/"),)),
        "redirect-refused",
    ),
}
THREE_TRIES = {
    "F02 503": (Reply(status=503), "http-503"),
    "F03 500": (Reply(status=500), "http-500"),
    "F03 502": (Reply(status=502), "http-502"),
    "F03 504": (Reply(status=504), "http-504"),
    "F12 no byte": (HANG_UP, "connection-lost"),
    "F12 reset in the body": (
        Reply(body=overpass([]).body * 9, cut=20, ending="reset"),
        "connection-lost",
    ),
}
WAITS = {
    "F06 soon": ("soon", 2.0),
    "F08 zero": ("0", 2.0),
    "F08 negative": ("-5", 2.0),
}
"""`Retry-After` and the shortest wait all the same."""


@pytest.mark.parametrize(("reply", "code"), ONE_TRY.values(), ids=ONE_TRY.keys())
def test_a_refusal_that_will_not_change_is_asked_once(later: Command, reply: Reply, code: str):
    later.upstream.say(OVERPASS, reply)
    assert_fails(later, code, tries=1)


@pytest.mark.parametrize(("reply", "code"), THREE_TRIES.values(), ids=THREE_TRIES.keys())
def test_a_fault_that_may_pass_is_asked_three_times(later: Command, reply: Reply, code: str):
    later.upstream.say(OVERPASS, reply)
    assert_fails(later, code, tries=3)
    assert len(asked_of(later.upstream, OVERPASS)) == 9


def test_f02_without_an_earlier_copy_its_tables_are_absent_and_the_others_there(town: Command):
    town.upstream.say(OVERPASS, Reply(status=503))
    assert_absent(town, "http-503")


@pytest.mark.parametrize(
    "status", [503, 500, 502, 504], ids=["F01 503", "F03 500", "F03 502", "F03 504"]
)
def test_a_service_that_recovers_is_fresh_after_growing_waits(town: Command, status: int):
    town.say_osm(Reply(status=status), Reply(status=status))
    assert_mended(town)
    waits = [wait for wait in town.clock.slept if wait > 1.1]
    assert len(waits) == 2 and waits[1] > waits[0] >= 1.9
    assert len(asked_of(town.upstream, OVERPASS)) == 3 + 2


def test_f04_seconds_asked_for_are_waited(town: Command):
    town.say_areas(Reply(status=429, headers=(("Retry-After", "7"),)))
    assert_mended(town)
    assert max(town.clock.slept) == pytest.approx(7.0, abs=0.1)


def test_f05_a_date_asked_for_is_waited_until(town: Command):
    asked_for = format_datetime(town.clock.now() + timedelta(seconds=40), usegmt=True)
    town.say_areas(Reply(status=429, headers=(("Retry-After", asked_for),)))
    assert_mended(town)
    assert 35.0 < max(town.clock.slept) < 41.0


@pytest.mark.parametrize(("value", "least_s"), WAITS.values(), ids=WAITS.keys())
def test_a_wait_that_says_nothing_gives_way_to_our_own(town: Command, value: str, least_s: float):
    town.say_areas(Reply(status=503, headers=(("Retry-After", value),)))
    assert_mended(town)
    assert least_s - 0.1 < max(town.clock.slept) < 2 * least_s


def test_f07_a_wait_past_the_deadline_is_not_slept(later: Command):
    later.upstream.say(OVERPASS, Reply(status=429, headers=(("Retry-After", "99999"),)))
    began = sum(later.clock.slept)
    assert_fails(later, "wait-too-long", tries=1)
    assert sum(later.clock.slept) - began < 60.0


def test_f09_a_post_is_asked_again_with_the_same_body(town: Command):
    town.say_osm(Reply(status=503), Reply(status=503))
    assert_mended(town)
    first, second, third = asked_of(town.upstream, OVERPASS)[:3]
    assert (
        first.method == "POST"
        and first.body
        and (first.method, first.body) == (second.method, second.body) == (third.method, third.body)
    )


def test_f10_not_found_says_that_the_address_may_have_moved(later: Command):
    later.upstream.say(OVERPASS, Reply(status=404))
    said = assert_fails(later, "http-404", tries=1)
    assert "the address may have moved" in said.err
    assert "--base-url SOURCE=URL" in later.call("status").out


def test_f11_nobody_listening_names_host_and_port(later: Command):
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
    said = assert_fails(later, "connection-refused", tries=3, at=f"http://{LOOPBACK}:{port}")
    assert f"{LOOPBACK} port {port}" in said.err


def test_f13_silence_ends_at_the_read_timeout_and_is_retried(
    later: Command, monkeypatch: pytest.MonkeyPatch
):
    later.upstream.say(OVERPASS, SILENCE)
    with short(monkeypatch, Limits(connect_s=2.0, read_s=0.1, deadline_s=60.0)):
        assert_fails(later, "read-timeout", tries=3)


def test_f13_silence_is_given_up_within_two_minutes_over_all_questions(
    later: Command, monkeypatch: pytest.MonkeyPatch
):
    later.upstream.say(OVERPASS, SILENCE)
    began = sum(later.clock.slept)
    # Waits double: 2 + 4 + 8 + 16 + 32 seconds, and 64 more would be too much.
    with short(monkeypatch, Limits(connect_s=2.0, read_s=0.1, deadline_s=1000.0, tries=10)):
        said = later.fill()
    assert (said.code, later.status_of("osm")) == (3, "stale")
    assert "[host-silent]" in said.err and "--inputs DIR" in later.call("status").out
    assert sum(later.clock.slept) - began < 120.0
    assert len(asked_of(later.upstream, OVERPASS)) == 6


def test_f14_dripping_bytes_are_stopped_by_the_deadline(
    later: Command, monkeypatch: pytest.MonkeyPatch
):
    later.upstream.say(OVERPASS, Reply(body=overpass([]).body, byte_every_s=0.05))
    with short(monkeypatch, Limits(connect_s=2.0, read_s=2.0, deadline_s=0.4)):
        assert_fails(later, "deadline", tries=1)


def test_f17_a_host_that_does_not_exist_names_the_way_out(later: Command):
    said = assert_fails(later, "host-unknown", tries=1, at="http://nowhere.invalid")
    assert "nowhere.invalid" in said.err and "--inputs DIR" in said.err


@pytest.mark.parametrize(
    ("name", "days"),
    [("IP:127.0.0.1", 2), ("DNS:elsewhere.test", 2), ("IP:127.0.0.1", -1)],
    ids=["F18 unknown issuer", "F18 other name", "F18 expired"],
)
def test_a_wrong_certificate_is_never_passed_over(
    later: Command, certificates: Certificates, name: str, days: int
):
    with Upstream(certificate=certificates(name, days=days)) as secured:
        secured.say(OVERPASS, overpass([]))
        assert_fails(later, "certificate", tries=1, at=secured.url())
        assert secured.asked == []


def test_a_second_server_answers_when_the_first_does_not(
    town: Command, monkeypatch: pytest.MonkeyPatch
):
    answers = {"streets": STREETS, "units": UNITS, "background": BACKGROUND}
    town.upstream.say(OVERPASS, Reply(status=504))
    town.upstream.say("/other", lambda asked: overpass(answers[asked_for(asked)]))
    monkeypatch.setattr("etl.sources.osm.SERVERS", (osm.SERVERS[0], "https://other.example/other"))
    assert_mended(town)
    assert "[asked-elsewhere]" in town.call("status").out


def test_when_every_source_fails_at_first_the_places_stand_and_it_is_told(town: Command):
    for path in (OVERPASS, GEMEENTEN):
        town.upstream.say(path, Reply(status=503))
    said = town.fill()
    assert said.code == 3 and {town.status_of(name) for name in town.sources} == {"failed"}
    assert_whole(town)


def test_a_run_that_can_publish_nothing_is_code_1(town: Command):
    town.data.write_text("a file where the folder should be")
    said = town.fill()
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
