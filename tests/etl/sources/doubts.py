"""Where documentation and working clients tell of a service differently, it is asked both ways.

Every request survives both, or refuses with a sentence that names the assumption. A `Doubt` is a
row of a table: the answer as documented and as clients recorded it, and what a run makes of each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from etl.area import Area
from etl.source import Reader
from etl.sources import cbs_areas, notices
from tests.etl.sources.source_runs import DAY, SourceFailedError, SourceRunner, area
from tests.etl.upstream import ReceivedRequest, Reply

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet

Answer = Callable[[ReceivedRequest], Reply]
Services = dict[str, Reply | Answer]


@dataclass(frozen=True)
class Doubt:
    """One doubt about a source: two answers, and what a run says of each."""

    about: str
    source: Reader
    documented: Services
    expected: str
    recorded: Services
    then: str
    asked: Area | None = None


def busy(times: int, answer: Answer) -> Answer:
    """A service that is busy so often before each answer."""
    tried: Counter[tuple[int, str]] = Counter()

    def say(asked: ReceivedRequest) -> Reply:
        question = asked.port, asked.target
        tried[question] += 1
        return Reply(status=503) if tried[question] <= times else answer(asked)

    return say


def both_ways(doubts: Iterable[Doubt]) -> list[ParameterSet]:
    """Doubt, services and outcome of a test per side of each doubt."""
    return [
        pytest.param(doubt, services, expected, id=f"{doubt.about} [{side}]")
        for doubt in doubts
        for side, services, expected in (
            ("as documented", doubt.documented, doubt.expected),
            ("as recorded", doubt.recorded, doubt.then),
        )
    ]


def outcome(runner: SourceRunner, doubt: Doubt) -> str:
    """What a run of 1 March 2026 makes of the answers: rows and findings, or why it refuses."""
    try:
        with pytest.MonkeyPatch.context() as patch:
            if hasattr(doubt.source, "_today"):
                patch.setattr(doubt.source, "_today", lambda: DAY)
            parsed = runner.run(doubt.source, doubt.asked or area())
    except SourceFailedError as failed:
        errors = [one for one in failed.findings if one.severity == "error"]
        assert all(one.nl and one.en for one in errors)
        return f"refused: {errors[0].en}"
    tables = {
        name: frame
        for name, frame in parsed.frames.items()
        if name not in ("indicators", "translations") and (len(frame) or len(parsed.frames) < 4)
    }
    if doubt.source is notices:
        rows = "notices: " + ", ".join(sorted(parsed.frames["notices"]["kind"]))
    else:
        rows = ", ".join(f"{name} {len(frame)}" for name, frame in sorted(tables.items()))
    if doubt.source is cbs_areas:
        rows += f", {parsed.surveyed}"
    found = [*runner.findings, *parsed.findings]
    codes = [
        f"{one.code} ({one.values['kinds']})" if "kinds" in one.values else one.code
        for one in found
        if one.code != "period-status-missing"
    ]
    return "; ".join([rows, *dict.fromkeys(codes)])
