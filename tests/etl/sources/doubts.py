"""A doubt about a service, and what a run makes of an answer to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from etl.area import Area
from etl.sources import (
    cbs_areas,
    notices,
)
from tests.etl.sources.source_runs import (
    SourceFailedError,
    SourceRunner,
    area,
)
from tests.etl.upstream import ReceivedRequest, Reply

Answer = Callable[[ReceivedRequest], Reply]
Services = dict[str, Reply | Answer]


@dataclass(frozen=True)
class Doubt:
    """One doubt about a source: two answers, and what a run says of each."""

    about: str
    source: ModuleType
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


def outcome(runner: SourceRunner, doubt: Doubt) -> str:
    """What a run makes of the answers: rows and findings, or the sentence of a refusal."""
    try:
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
