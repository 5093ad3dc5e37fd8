"""The probe of live services: what is expected, what is found, and what is said of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.commands.probe import ProbeRequest, ProbeRow, probe
from etl.decoding import strict_xml
from etl.errors import UseError
from etl.fetch.client import Client
from etl.parsing.assumptions import Observed
from etl.problems import Finding
from etl.sources import cbs_statline, notices
from tests.etl import command
from tests.etl.command import Capture
from tests.etl.live_services import (
    FREE,
    OVERPASS,
    SRU,
    STATLINE,
    TIMETABLE,
    TYPES,
    WFS,
    LiveServices,
    feature,
    features,
    names,
    unit,
)
from tests.etl.upstream import FastClock, Reply, Upstream, as_json

pytestmark = pytest.mark.usefixtures("quick_disk")
Ask = Callable[..., tuple[ProbeRow, ...]]


@pytest.fixture
def services(upstream: Upstream) -> LiveServices:
    return LiveServices(upstream)


@pytest.fixture
def ask(services: LiveServices, clock: FastClock, tmp_path: Path) -> Ask:
    """Probes sources, all without a name, without waiting."""

    def ask_services(*sources: str, record: Path | None = None) -> tuple[ProbeRow, ...]:
        request = ProbeRequest(
            data=tmp_path / "data", sources=sources, base_urls=services.base_urls, record=record
        )
        with Client(
            "Test/1",
            clock=clock,
            operator_urls=list(services.base_urls.values()),
            jitter=lambda: 0.0,
        ) as client:
            return probe(request, client=client, clock=clock)

    return ask_services


def others(rows: tuple[ProbeRow, ...]) -> list[tuple[str, str, str, str]]:
    """Source, kind, verdict and found of the rows that are not as expected."""
    return [
        (row.source_id, row.kind, row.verdict, said(row))
        for row in rows
        if row.verdict != "as-expected"
    ]


def said(row: ProbeRow) -> str:
    found = row.observation
    if isinstance(found, Finding):
        return found.code
    return f"{found.word} {found.detail}".strip() if isinstance(found, Observed) else found


def test_services_as_documented_are_as_expected(ask: Ask, services: LiveServices):
    rows = ask()
    assert others(rows) == []
    assert {row.source_id for row in rows} == set(names())
    # Every question is small: no request asks for more than a hundred rows of anything.
    sizes = [
        int(asked.query[name])
        for asked in services.upstream.requests
        for name in ("limit", "count", "maximumRecords", "$top")
        if name in asked.query and asked.query.get("resultType") != "hits"
    ]
    assert len(sizes) > 10 and max(sizes) == 100
    assert [one.method for one in services.upstream.requests if one.path == TIMETABLE] == ["HEAD"]


def test_every_source_that_asks_declares_what_it_assumes():
    from etl.sources import readers

    silent = {"cbs_vacancy"}  # It asks nothing: its publication is a file.
    asking = {name for name, module in readers().items() if hasattr(module, "requests")}
    assert asking - silent == set(names())


def test_a_field_of_another_type_and_one_that_is_absent_are_named(ask: Ask, services: LiveServices):
    row = unit(oppervlakte="120", openbare_ruimte="Markt")
    del row["gebruiksdoel"]
    services.serve(WFS, lambda asked: features(asked, rows=[feature(1, **row)], more=False))
    found = others(ask("bag"))
    assert found[0] == (
        "bag",
        "types",
        "differs",
        "types gebruiksdoel absent, oppervlakte string",
    )


def test_a_value_nobody_knows_is_named_with_its_number(ask: Ask, services: LiveServices):
    services.notices(TYPES | {"terrasvergunning": 12})
    # Each of the five towns is asked: they use the types differently.
    assert (
        others(ask("notices")) == [("notices", "known", "differs", "also terrasvergunning (1)")] * 5
    )


def test_a_newer_edition_is_named_and_used(ask: Ask, services: LiveServices):
    services.areas(2025)
    assert others(ask("cbs_areas")) == [("cbs_areas", "edition", "differs", "edition 2025")]


def test_a_table_that_is_gone_and_one_that_ended_differ(ask: Ask, services: LiveServices):
    services.serve(f"{STATLINE}/85828NED/MeasureCodes", Reply(status=404, body=b"{}"))
    services.serve(f"{STATLINE}/82242NED/Properties", as_json({"Status": "Gediscontinueerd"}))
    assert others(ask("cbs_statline")) == [
        ("cbs_statline", "names", "differs", "table-gone"),
        ("cbs_statline", "names", "differs", "table-gone"),
        ("cbs_statline", "known", "differs", "also Gediscontinueerd (1)"),
    ]


def test_a_refusal_differs_and_a_busy_service_does_not_answer(ask: Ask, services: LiveServices):
    services.serve(FREE, Reply(status=400, body=b'{"error":{"msg":"unknown parameter"}}'))
    services.serve(SRU, Reply(status=503))
    assert others(ask("geocoder", "notices")) == [
        ("geocoder", "types", "differs", "http-400"),
        ("geocoder", "known", "differs", "http-400"),
        *[
            ("notices", kind, "no-answer", "http-503")
            for kind in ("rows", "names", "next", *["known"] * 5)
        ],
    ]


def test_rules_for_robots_and_limits_are_read_once_per_host(ask: Ask, services: LiveServices):
    rules = b"User-agent: *\nDisallow: /api/\nCrawl-delay: 1\n"
    services.serve("/robots.txt", Reply(body=rules, headers=(("Content-Type", "text/plain"),)))
    limited = (("X-RateLimit-Limit", "200"),)
    services.serve(OVERPASS, as_json(services.overpass, headers=limited))
    rows = ask("osm")
    assert [(row.kind, row.verdict, said(row)) for row in rows[-2:]] == [
        ("robots", "differs", f"Disallow: {OVERPASS}"),
        ("limits", "as-expected", "x-ratelimit-limit: 200"),
    ]
    assert [one.path for one in services.upstream.requests].count("/robots.txt") == 1


def test_a_delay_between_questions_longer_than_ours_differs(ask: Ask, services: LiveServices):
    rules = b"User-agent: *\nAllow: /\nCrawl-delay: 10\n"
    services.serve("/robots.txt", Reply(body=rules, headers=(("Content-Type", "text/plain"),)))
    assert others(ask("geocoder")) == [("geocoder", "robots", "differs", "Crawl-delay: 10")]


def test_a_host_without_rules_allows_everything(ask: Ask, services: LiveServices):
    for reply in (Reply(status=404), Reply(body=b"")):
        services.serve("/robots.txt", reply)
        assert others(ask("geocoder")) == []
    services.serve("/robots.txt", Reply(status=503))
    assert others(ask("geocoder")) == [("geocoder", "robots", "no-answer", "http-503")]


def test_a_large_file_is_not_fetched_and_must_fit(ask: Ask, services: LiveServices):
    services.serve(TIMETABLE, Reply(announced=2 * 1024**3))
    assert others(ask("transit")) == [("transit", "bytes", "differs", "too-large")]


def test_a_host_that_is_not_there_is_asked_once(ask: Ask, services: LiveServices, clock: FastClock):
    services.base_urls = {"cbs_statline": "http://127.0.0.1:9"}
    rows = ask("cbs_statline")
    assert {row.verdict for row in rows} == {"no-answer"}
    assert {said(row) for row in rows} == {"connection-refused"}
    # One wait between the two tries of the first question, none for the others.
    assert len(clock.slept) == 1


def test_an_unknown_source_is_refused(ask: Ask):
    with pytest.raises(UseError, match="--source: expected one of bag"):
        ask("cbs_vacancy")


# What is recorded.


def test_recorded_answers_hold_no_words_about_persons(ask: Ask, tmp_path: Path):
    folder = tmp_path / "samples"
    ask(record=folder)
    texts = {path.name: path.read_text() for path in folder.rglob("*") if path.is_file()}
    whole = "".join(texts.values())
    assert "Voorbeeld" not in whole and "Jansen" not in whole and "0546" not in whole
    assert '"shop": "shoes"' in texts["shops.json"]


def test_a_recorded_answer_is_read_as_the_service_answered(ask: Ask, tmp_path: Path):
    from tests.etl.sources.source_runs import area, place, write_piece

    folder = tmp_path / "samples"
    ask("notices", "cbs_statline", record=folder)
    text = (folder / "notices/omgevingsvergunning.xml").read_bytes()
    almelo = area(place("almelo", "GM0141"))
    parsed = notices.parse([write_piece(tmp_path, "n.xml", text)], almelo)
    assert list(parsed.frames["notices"]["notice_id"]) == ["gmb-2026-1", "gmb-2026-2"]
    root = strict_xml.read(text)
    assert not [one.text for one in root.iter() if one.tag.endswith("title") and one.text]
    rows = json.loads((folder / "cbs_statline/82242NED-Observations.json").read_text())["value"]
    assert rows[0]["Measure"] == cbs_statline.FIGURES[-1].measure


def test_the_provenance_names_request_day_and_licence_and_grows(ask: Ask, tmp_path: Path):
    folder = tmp_path / "samples"
    ask("osm", record=folder)
    ask("geocoder", record=folder)
    lines = (folder / "PROVENANCE.md").read_text().splitlines()
    rows = [line.split(" | ") for line in lines if line.startswith("| ")][1:]
    assert [row[0] for row in rows] == ["| geocoder/core-almelo-markt.json", "| osm/shops.json"]
    assert rows[1][1] == "2026-03-01" and rows[1][2].startswith("POST https://overpass-api.de")
    assert "ODbL 1.0" in rows[1][3]


# The command.


@pytest.fixture
def run(
    services: LiveServices,
    clock: FastClock,
    tmp_path: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.setattr("etl.commands.probe.SystemClock", lambda: clock)
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")
    monkeypatch.setenv("LC_MESSAGES", "nl_NL.UTF-8")

    def run_probe(*words: object) -> tuple[int, str, str]:
        bases = [f"{name}={url}" for name, url in services.base_urls.items()]
        given = [word for base in bases for word in ("--base-url", base)]
        return command.run(capsys, "probe", *words, *given, "--data", tmp_path / "data")

    return run_probe


def test_the_command_ends_with_a_code_per_outcome(run, services: LiveServices):
    assert run("--source", "geocoder")[0] == 0
    services.serve(FREE, as_json({"response": {"docs": [{"type": "adres"}]}}))
    code, out, _ = run("--source", "geocoder")
    assert code == 3
    assert "alleen weg\took adres (1)\twijkt af" in out
    assert out.splitlines()[-1] == (
        "van 4 verwachtingen kloppen er 2, wijken er 2 af en bleven er 0 zonder antwoord"
    )
    services.serve(FREE, Reply(status=503))
    services.serve("/robots.txt", Reply(status=503))
    code, out, _ = run("--source", "geocoder", "--lang", "en")
    assert code == 3
    assert "no answer" in out and "as expected" in out.splitlines()[-2]


def test_the_command_says_when_nothing_answers(run, services: LiveServices):
    services.base_urls = {"geocoder": "http://127.0.0.1:9"}
    code, out, _ = run("--source", "geocoder", "--lang", "en")
    assert code == 1
    assert out.splitlines()[-1].startswith("no service answers")


def test_json_has_an_object_per_row(run):
    _, out, _ = run("--source", "transit", "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    shown = [row for row in rows if row.get("kind") == "probe"]
    assert shown[0] == {
        "kind": "probe",
        "source_id": "transit",
        "about": "gtfs-nl.zip",
        "expected": "at most 1073741824 bytes",
        "found": "245000000 bytes",
        "verdict": "as expected",
        "url": shown[0]["url"],
    }


def test_the_report_holds_what_differs_and_nothing_else(run, services: LiveServices):
    services.areas(2025)
    code, out, _ = run("--source", "cbs_areas", "--report", "--lang", "en")
    assert code == 3
    assert out.startswith("To the maintainers of Stadshart Twente (https://")
    assert "expected: edition 2024\n  found: edition 2025\n  asked: http" in out
    assert out.count("asked: ") == 1
