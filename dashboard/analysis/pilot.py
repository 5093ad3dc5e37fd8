"""The two rounds of the pilot in figures: the first tranche and the continuous tender."""

from dataclasses import dataclass

from dashboard.facts.records import Observation
from dashboard.facts.snapshot import Facts


@dataclass(frozen=True, slots=True)
class PilotLine:
    """What is known on one subject of the first tranche and of the tender; None where unknown."""

    key: str
    first: Observation | None
    tender: Observation | None


def lines(facts: Facts) -> tuple[PilotLine, ...]:
    """Start, end, number, money and rules of both rounds.

    The rules without a date are the earlier ones; those with a date were published after the tender
    opened.
    """
    return (
        PilotLine("begin", _dated(facts, "pilot_launch"), _dated(facts, "tender_start")),
        PilotLine("end", None, _dated(facts, "application_deadline")),
        PilotLine(
            "counted",
            _dated(facts, "initiatives_first_tranche"),
            _dated(facts, "initiatives_tender"),
        ),
        PilotLine("spent", _dated(facts, "spent_first_tranche"), None),
        PilotLine(
            "least", _undated(facts, "minimum_contribution"), _dated(facts, "minimum_contribution")
        ),
        PilotLine(
            "most", _undated(facts, "maximum_contribution"), _dated(facts, "maximum_contribution")
        ),
        PilotLine(
            "share", _undated(facts, "maximum_budget_share"), _dated(facts, "maximum_budget_share")
        ),
    )


def whole(facts: Facts) -> tuple[Observation, ...]:
    """Figures of the pilot as a whole: its budget and funders."""
    rows = (_dated(facts, "total_budget"), _dated(facts, "funders"))
    return tuple(row for row in rows if row is not None)


def rules_differ(facts: Facts) -> bool:
    """Whether a rule known of both rounds differs between them."""
    rules = (line for line in lines(facts) if line.key in ("least", "most", "share"))
    return any(
        line.first and line.tender and line.first.value != line.tender.value for line in rules
    )


def figures_shown(facts: Facts) -> tuple[Observation, ...]:
    """Every figure shown about the pilot."""
    pairs = ((line.first, line.tender) for line in lines(facts))
    return (*(row for pair in pairs for row in pair if row is not None), *whole(facts))


def _dated(facts: Facts, indicator: str) -> Observation | None:
    return next((row for row in _rows(facts, indicator) if row.end is not None), None)


def _undated(facts: Facts, indicator: str) -> Observation | None:
    return next((row for row in _rows(facts, indicator) if row.end is None), None)


def _rows(facts: Facts, indicator: str) -> tuple[Observation, ...]:
    return facts.by_indicator.get(indicator, ())
