"""Whose notice it is and where it lies, and what of an answer is no failure."""

from datetime import date
from pathlib import Path

import pytest

from etl.sources import notices
from tests.etl.sources.source_runs import (
    HENGELO,
    SourceFailedError,
    SourceRunner,
    area,
    place,
    write_piece,
)
from tests.etl.sources.sru import SRU, answer, created, marked, record, xml
from tests.etl.upstream import FastClock, ReceivedRequest, Reply, Upstream

BORNE = place("borne", "GM0147")
TOWNS = area(place(), place("enschede", "GM0153"), BORNE)
HERE = f"POINT({HENGELO.x} {HENGELO.y})"
AWAY = f"POINT({HENGELO.x + 9000} {HENGELO.y})"
DEGREES = "POLYGON((6.789 52.259, 6.791 52.259, 6.791 52.261, 6.789 52.261, 6.789 52.259))"
PROVINCE = "overheid:Provincie"


@pytest.fixture(autouse=True)
def first_of_march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "_today", lambda: date(2026, 3, 1))


@pytest.fixture
def runner(upstream: Upstream, clock: FastClock, tmp_path: Path, quick_disk: None) -> SourceRunner:
    return SourceRunner(upstream, clock, tmp_path)


def read(tmp_path: Path, *records: str, towns=TOWNS):
    return notices.parse([write_piece(tmp_path, "notices.xml", answer(*records))], towns)


def places(parsed) -> list[str]:
    return list(parsed.frames["notices"]["place_id"])


def test_a_marking_in_another_municipality_does_not_move_a_notice(tmp_path: Path):
    everywhere = area(place("almelo", "GM0141", core=HENGELO), place("hengelo", core=HENGELO))
    parsed = [
        read(tmp_path, record(creator=created(name)), towns=everywhere)
        for name in ("Almelo", "Hengelo", "Borne")
    ]
    assert [places(one) for one in parsed] == [["almelo"], ["hengelo"], []]
    assert parsed[2].counts == {"dropped-other-creator": 1}


def test_of_several_markings_the_one_in_its_own_municipality_counts(tmp_path: Path):
    other = marked(HERE, lies_in="Borne")
    own = marked(f"POINT({HENGELO.x + 10} {HENGELO.y})", lies_in="Hengelo (O.)")
    both = read(tmp_path, record(creator=created("Hengelo"), markings=other + own))
    assert both.frames["notices"].geometry.iloc[0].x == HENGELO.x + 10
    away = marked(AWAY, lies_in="Hengelo")
    parsed = read(tmp_path, record(creator=created("Hengelo"), markings=other + away))
    assert (places(parsed), parsed.counts) == ([], {"dropped-elsewhere": 1})


@pytest.mark.parametrize(
    "marking",
    [
        marked(point="52.26 6.79"),
        marked(area=DEGREES),
        marked("POINT(here there)", point="52.26,6.79"),
        marked("POINT EMPTY", point="POINT(6.79 52.26)"),
        marked("POINT(0 0)", area="POINT(6.79 52.26)"),
        marked("POINT(6.79 52.26)", area=DEGREES),
        marked(point="unknown", area="POINT(52.26 6.79)"),
    ],
)
def test_a_marking_in_degrees_counts_where_that_in_rd_is_absent_or_broken(
    tmp_path: Path, marking: str
):
    parsed = read(tmp_path, record(creator=created("Hengelo"), markings=marking))
    point = parsed.frames["notices"].geometry.iloc[0]
    assert point.distance(HENGELO) < 1500
    assert round(point.x, -2) == 250_800


@pytest.mark.parametrize(
    "identifier", ["kst-36600-XII-2", "blg-1234567", "h-tk-20252026-1-2", "ah-tk-20252026-7"]
)
def test_a_record_of_another_publication_is_counted_and_not_fatal(tmp_path: Path, identifier: str):
    parsed = read(
        tmp_path, record(identifier=identifier, day=None), record(creator=created("Hengelo"))
    )
    assert (places(parsed), parsed.counts) == (["hengelo"], {"dropped-other-publication": 1})


@pytest.mark.parametrize(
    "known",
    [
        {"creator": created("Utrecht", PROVINCE)},
        {"creator": created("Utrecht") + "<ow:organisatietype>provincie</ow:organisatietype>"},
        {"creator": "<dcterms:creator>Utrecht</dcterms:creator>", "identifier": "prb-2026-7"},
    ],
)
def test_a_province_is_not_the_municipality_of_that_name(tmp_path: Path, known: dict[str, str]):
    utrecht = area(place("utrecht", "GM0344"))
    parsed = read(tmp_path, record(2, creator=created("Utrecht")), record(**known), towns=utrecht)
    assert list(parsed.frames["notices"]["notice_id"]) == ["gmb-2026-2"]
    assert parsed.counts == {"dropped-other-creator": 1}


@pytest.mark.parametrize(
    ("code", "name", "asked", "creator"),
    [
        ("GM0518", "Den Haag", 'dt.creator=="\'s-Gravenhage"', "&apos;s-Gravenhage"),
        ("GM0796", "Den Bosch", 'dt.creator=="\'s-Hertogenbosch"', "'s-Hertogenbosch"),
        (
            "GM0373",
            "Bergen",
            '(dt.creator=="Bergen (NH.)" OR dt.creator=="Bergen (NH)")',
            "Bergen (NH)",
        ),
        (
            "GM0893",
            "Bergen",
            '(dt.creator=="Bergen (L.)" OR dt.creator=="Bergen (L)")',
            "Bergen (L.)",
        ),
        ("GM0344", "Utrecht", 'dt.creator=="Utrecht"', "Utrecht"),
        ("GM1735", "Delden", 'dt.creator=="Hof van Twente"', "Hof van Twente"),
        ("GM0164", "Hengelo", 'dt.creator=="Hengelo"', "Hengelo"),
    ],
)
def test_a_town_is_asked_and_known_by_its_official_name(
    tmp_path: Path, code: str, name: str, asked: str, creator: str
):
    town = area(place("town", code, name=name))
    query = dict(notices.requests(town)[0].request.params)["query"]
    assert query.startswith(f"c.product-area==officielepublicaties AND {asked} AND dt.type==")
    assert places(read(tmp_path, record(creator=created(creator)), towns=town)) == ["town"]


def test_files_without_any_notice_of_ours_are_refused_with_a_sentence(tmp_path: Path):
    parsed = read(tmp_path, record(creator=created("Borne")), towns=area())
    assert ("import-nothing", "error") in [(one.code, one.severity) for one in parsed.findings]
    own = read(tmp_path, record(1, creator=created("Borne")), record(2, creator=created("Hengelo")))
    assert "import-nothing" not in [one.code for one in own.findings]


def test_the_bergen_of_another_province_is_another_town(tmp_path: Path):
    town = area(place("town", "GM0373", name="Bergen"))
    assert places(read(tmp_path, record(creator=created("Bergen (L)")), towns=town)) == []


def test_a_backslash_before_the_end_of_a_name_does_not_escape_the_quote():
    town = area(place("a", "GM9999", name="A\\"))
    query = dict(notices.requests(town)[0].request.params)["query"]
    assert 'dt.creator=="A\\\\" AND' in query


def test_pages_are_sorted_inside_the_question():
    queries = [dict(one.request.params)["query"] for one in notices.requests(TOWNS)]
    assert {one.partition(" sortBy ")[2] for one in queries} == {"dt.available /sort.descending"}


# Over a socket.


def is_event(asked: ReceivedRequest) -> bool:
    return 'dt.type=="evenementenvergunning" AND w.jaargang=="2026"' in asked.query["query"]


def test_one_question_that_fails_leaves_the_others(runner: SourceRunner, upstream: Upstream):
    found = record(creator=created("Hengelo"))
    good = xml(answer(found))
    upstream.serve(SRU, lambda asked: good if is_event(asked) else Reply(status=400))
    assert places(runner.run(notices, area())) == ["hengelo"]
    told = [one for one in runner.findings if one.code == "question-failed"]
    assert len(told) == len(set(notices.KINDS.values())) * notices.YEARS
    assert "GM0164-event-2025" in told[0].en


def test_questions_that_all_fail_are_a_failure(runner: SourceRunner, upstream: Upstream):
    upstream.serve(SRU, Reply(status=400))
    with pytest.raises(SourceFailedError, match="http-400"):
        runner.run(notices, area())


@pytest.mark.parametrize("total", [39, 41])
def test_a_total_that_is_a_little_off_is_no_failure(
    runner: SourceRunner, upstream: Upstream, total: int
):
    found = [record(number, creator=created("Hengelo")) for number in range(40)]
    empty = xml(answer(total=total))

    def say(asked: ReceivedRequest) -> Reply:
        if not is_event(asked):
            return xml(answer())
        return xml(answer(*found, total=total)) if asked.query["startRecord"] == "1" else empty

    upstream.serve(SRU, say)
    assert len(places(runner.run(notices, area()))) == 40
    assert [one.code for one in runner.findings] == ["page-estimate"]


def test_an_answer_beyond_the_last_record_is_the_end(runner: SourceRunner, upstream: Upstream):
    found = [record(number, creator=created("Hengelo")) for number in range(40)]
    beyond = (
        "<searchRetrieveResponse><diagnostics><diagnostic><uri>info:srw/diagnostic/1/61</uri>"
        "<message>First record position out of range</message></diagnostic></diagnostics>"
        "</searchRetrieveResponse>"
    )

    def say(asked: ReceivedRequest) -> Reply:
        if not is_event(asked):
            return xml(answer())
        first = asked.query["startRecord"] == "1"
        return xml(answer(*found, total=41) if first else beyond.encode())

    upstream.serve(SRU, say)
    assert len(places(runner.run(notices, area()))) == 40


def test_the_next_page_is_the_one_the_answer_names(runner: SourceRunner, upstream: Upstream):
    found = [record(number, creator=created("Hengelo")) for number in range(4)]
    pages = {
        "1": answer(*found[:2], total=4, following=3),
        "3": answer(*found[2:], total=4),
    }
    upstream.serve(
        SRU, lambda asked: xml(pages[asked.query["startRecord"]] if is_event(asked) else answer())
    )
    assert len(places(runner.run(notices, area()))) == 4


def test_a_kind_a_town_does_not_use_is_told_per_town(runner: SourceRunner, upstream: Upstream):
    found = record(creator=created("Hengelo"))
    upstream.serve(SRU, lambda asked: xml(answer(found) if is_event(asked) else answer()))
    parsed = runner.run(notices, area())
    told = [one for one in parsed.findings if one.code == "notices-not-so-called"]
    assert [one.values["town"] for one in told] == ["Hengelo"]
    assert told[0].values["kinds"] == ", ".join(list(notices.KINDS)[1:])
    assert "geen nul" in told[0].nl


def test_a_kind_whose_question_failed_is_not_told_as_unused(
    runner: SourceRunner, upstream: Upstream
):
    refused = 'dt.type=="exploitatievergunning" AND w.jaargang=="2025"'
    upstream.serve(
        SRU,
        lambda asked: Reply(status=400) if refused in asked.query["query"] else xml(answer()),
    )
    parsed = runner.run(notices, area())
    assert "exploitatievergunning" not in parsed.findings[0].values["kinds"]
    assert "evenementenvergunning" in parsed.findings[0].values["kinds"]
