"""Modelled changes of spending in euros per year: rounded ranges, and what they rest on."""

from math import floor, log10

from dashboard.analysis.competition.calibration import Model
from dashboard.analysis.competition.outcome import Interval
from dashboard.analysis.competition.yearly_spending import SpendingPerHead, spending_per_head
from dashboard.facts.records import Observation
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.sentences import citation
from dashboard.style import theme


def euros(amount: Interval, text: Texts) -> str:
    """`+2,7 tot +6,0 mln`: two figures of the larger end, and the other end to the same step."""
    largest = max(abs(amount.low), abs(amount.high))
    if largest < 0.5:
        return text("competition.no_change")
    unit = 1e6 if float(f"{largest:.1e}") >= 1e6 else 1e3
    # The exponent after rounding: 9.96 is written as 10.
    step = floor(log10(float(f"{largest / unit:.1e}"))) - 1
    low, high = (
        theme.number(round(end / unit, -step), text.lang, decimals=max(0, -step))
        for end in (amount.low, amount.high)
    )
    words = {"low": _signed(low, amount.low), "high": _signed(high, amount.high)}
    return text("competition.millions" if unit == 1e6 else "competition.thousands", **words)


def _signed(written: str, end: float) -> str:
    return f"+{written}" if end > 0 and any(digit in "123456789" for digit in written) else written


def euros_rest_on(per_head: SpendingPerHead | None, model: Model, facts: Facts, text: Texts) -> str:
    """One line below a table: what its euros rest on, or why it has none."""
    if per_head is None:
        return text("competition.euros_unknown")
    low, high = (theme.number(round(end, -1), text.lang) for end in _ends(per_head.euros))
    return text(
        "competition.euros_known",
        region=model.region.survey.sentence("region", text),
        low=low,
        high=high,
        lowest=_where(per_head.lowest, facts, text),
        highest=_where(per_head.highest, facts, text),
    )


def spending_notes(model: Model, facts: Facts, text: Texts) -> tuple[str, ...]:
    """The published spending per head behind euros per year, for daily and other goods."""
    notes = []
    for branch in ("niet_dagelijks", "dagelijks"):
        per_head = spending_per_head(model, facts, branch)
        if per_head is None:
            return (text("competition.euros_unknown"), _caveat(model, text))
        notes.append(
            text(
                "competition.spending_per_head",
                goods=text(f"goods.{branch}"),
                lowest=_figure(per_head.lowest, facts, text),
                highest=_figure(per_head.highest, facts, text),
            )
        )
    return (*notes, _caveat(model, text))


def _caveat(model: Model, text: Texts) -> str:
    return model.region.survey.sentence("per_head", text)


def _ends(interval: Interval) -> tuple[float, float]:
    return interval.low, interval.high


def _figure(row: Observation, facts: Facts, text: Texts) -> str:
    what, value = citation.what(row, facts, text), citation.value(row, facts, text)
    publisher = citation.publisher_name(row.source_id, facts, text)
    return f"{what}, {_where(row, facts, text)}: {value} ({publisher})"


def _where(row: Observation, facts: Facts, text: Texts) -> str:
    return f"{citation.area(row, facts, text)}, {citation.period(row, text)}"
