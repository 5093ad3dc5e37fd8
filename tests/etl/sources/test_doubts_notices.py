"""Both ways of every doubt about the search service of official notices."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.sources import (
    notices,
)
from tests.etl.live_services import facets
from tests.etl.sources import sru
from tests.etl.sources.doubts import Answer, Doubt, Services, both_ways, busy, outcome
from tests.etl.sources.source_runs import (
    HENGELO,
    SourceRunner,
    area,
    place,
)
from tests.etl.upstream import FastClock, ReceivedRequest, Reply, Upstream

DIAGNOSTIC = (
    "<searchRetrieveResponse><diagnostics><diagnostic><uri>info:srw/diagnostic/1/{number}</uri>"
    "<message>{message}</message></diagnostic></diagnostics></searchRetrieveResponse>"
)
pytestmark = pytest.mark.usefixtures("quick_disk")


def gazette(*records: str, types: dict[str, int] | None = None, total: int | None = None) -> Answer:
    """The search service: each record where its type is asked for, and the types in use."""

    def say(asked: ReceivedRequest) -> Reply:
        query = asked.query["query"]
        if "facetLimit" in asked.query:
            return sru.xml(facets(types or {}))
        found = [one for one in records if '"2026"' in query and kind_of(one) in query]
        # Beyond the first page there is nothing, whatever the total says.
        rest = found if asked.query["startRecord"] == "1" else []
        return sru.xml(sru.answer(*rest, total=(total or len(found)) if found else 0))

    return say


def kind_of(record: str) -> str:
    return f'dt.type=="{record.partition("<dcterms:type>")[2].partition("<")[0]}"'


def notice(number: int, kind: str, creator: str = "Hengelo", markings: str | None = None) -> str:
    return sru.record(number, kind=kind, creator=sru.created(creator), markings=markings)


def sorted_apart(asked: ReceivedRequest) -> Reply:
    """A service that knows a separate sortKeys only: sortBy in the question is not parsed."""
    if "sortBy" in asked.query["query"]:
        said = DIAGNOSTIC.format(number=10, message="Query syntax error: sortBy")
        return sru.xml(said.encode())
    return sru.xml(sru.answer())


def sorted_inside(asked: ReceivedRequest) -> Reply:
    """A service that refuses a separate sortKeys, as a client met it."""
    if "sortKeys" in asked.query:
        return sru.xml(DIAGNOSTIC.format(number=80, message="sortKeys").encode())
    return gazette(notice(1, "evenementenvergunning"))(asked)


FIVE = [
    notice(number, kind)
    for number, kind in enumerate(
        (
            "evenementenvergunning",
            "exploitatievergunning",
            "drank- en horecavergunning",
            "standplaatsvergunning",
            "omgevingsvergunning",
        ),
        1,
    )
]
HERE = f"POINT({HENGELO.x} {HENGELO.y})"
AWAY = f"POINT({HENGELO.x + 9000} {HENGELO.y})"
FORMER = "drank- en horecavergunning, standplaatsvergunning"
NOTICES = (
    Doubt(
        "five types of permits, two of which no record of the gazette bears",
        notices,
        {sru.SRU: gazette(*FIVE)},
        "notices: alcohol, building, event, operation, pitch; notices-not-so-called (andere",
        {sru.SRU: gazette(FIVE[0], FIVE[1], FIVE[4])},
        f"notices: building, event, operation; notices-not-so-called ({FORMER}, andere",
    ),
    Doubt(
        "a town names its permits by the types of the register, or by others",
        notices,
        {sru.SRU: gazette(FIVE[0], types={"evenementenvergunning": 9})},
        "notices: event; notices-not-so-called",
        {
            sru.SRU: gazette(
                notice(1, "andere beschikking"),
                types={"andere beschikking": 312, "ruimtelijk plan of omgevingsdocument": 40}
                | {"terrasvergunning": 7},
            )
        },
        "notices: other-permit; notices-not-so-called (evenementenvergunning, exploitatie",
    ),
    Doubt(
        "a municipality signs with the letters of its province, with or without their dot",
        notices,
        {sru.SRU: gazette(notice(1, "evenementenvergunning", "Bergen (NH.)"))},
        "notices: event",
        {sru.SRU: gazette(notice(1, "evenementenvergunning", "Bergen (NH)"))},
        "notices: event",
        area(place("bergen", "GM0373", name="Bergen")),
    ),
    Doubt(
        "an answer is sorted by a parameter of its own, or within the question",
        notices,
        {sru.SRU: sorted_apart},
        "refused: 127.0.0.1 reports an error inside an otherwise good answer: info:srw/"
        "diagnostic/1/10 Query syntax error: sortBy",
        {sru.SRU: sorted_inside},
        "notices: event",
    ),
    Doubt(
        "the service answers at once, or after five waits",
        notices,
        {sru.SRU: gazette(FIVE[0])},
        "notices: event",
        {sru.SRU: busy(5, gazette(FIVE[0]))},
        "notices: event",
    ),
    Doubt(
        "a question has all its records, or ends at ten thousand",
        notices,
        {sru.SRU: gazette(*FIVE[:1])},
        "notices: event",
        {sru.SRU: gazette(*FIVE[:1], total=12_000)},
        "notices: ; question-failed; query-over-limit",
    ),
    Doubt(
        "a record has one marking, or several of which one lies in another municipality",
        notices,
        {sru.SRU: gazette(notice(1, "evenementenvergunning", markings=sru.marked(HERE)))},
        "notices: event",
        {
            sru.SRU: gazette(
                notice(
                    1,
                    "evenementenvergunning",
                    markings=sru.marked(AWAY, lies_in="Borne")
                    + sru.marked(HERE, lies_in="Hengelo (O.)"),
                )
            )
        },
        "notices: event",
    ),
)


@pytest.mark.parametrize(("doubt", "services", "expected"), both_ways(NOTICES))
def test_a_doubt_is_survived_or_named(
    doubt: Doubt,
    services: Services,
    expected: str,
    upstream: Upstream,
    clock: FastClock,
    tmp_path: Path,
):
    for path, reply in services.items():
        upstream.serve(path, reply)
    seen = outcome(SourceRunner(upstream, clock, tmp_path), doubt)
    assert seen.startswith(expected), seen


def test_a_type_that_no_group_knows_is_told_with_its_number(
    upstream: Upstream, clock: FastClock, tmp_path: Path
):
    upstream.serve(sru.SRU, NOTICES[1].recorded[sru.SRU])
    parsed = SourceRunner(upstream, clock, tmp_path).run(notices, area())
    told = [one for one in parsed.findings if one.code == "notices-other-types"]
    assert [dict(one.values) for one in told] == [
        {"town": "Hengelo", "types": "terrasvergunning (7)"}
    ]


def test_a_busy_gazette_is_waited_for_as_working_clients_do(
    upstream: Upstream, clock: FastClock, tmp_path: Path
):
    upstream.serve(sru.SRU, NOTICES[4].recorded[sru.SRU])
    SourceRunner(upstream, clock, tmp_path).run(notices, area())
    waits = sorted({round(wait) for wait in clock.slept if wait > 2})
    assert waits == [5, 15, 45, 90, 180]
