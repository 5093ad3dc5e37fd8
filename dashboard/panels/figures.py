"""The table of figures, each with its source and whether it may be quoted."""

from collections.abc import Collection, Sequence

from dashboard.analysis import quotable
from dashboard.facts.records import MEASURED, Observation
from dashboard.facts.snapshot import Facts
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.selection.permalink import Selection
from dashboard.sentences import citation
from dashboard.style.html import Markup, outward
from dashboard.style.templates import render

ID = "cijfer"


def table(context: Context, rows: Sequence[Observation]) -> Markup:
    """The figures as an HTML table; sources are numbered once below it."""
    facts, text = context.facts, context.text
    numbers = {
        source_id: number
        for number, source_id in enumerate(dict.fromkeys(row.source_id for row in rows), 1)
    }
    return render(
        "figures.table",
        rows=[
            {
                "id": row.observation_id,
                "what": citation.what(row, facts, text),
                "address": address(row.observation_id, context.selection),
                "figure": citation.value(row, facts, text),
                "area": citation.area(row, facts, text),
                "period": citation.period(row, text),
                "nature": text(f"nature.{row.nature}"),
                "measured": row.nature in MEASURED,
                "number": numbers[row.source_id],
                "cite": text(f"cite.{quotable.quotable(row).verdict}"),
            }
            for row in rows
        ],
        sources=[
            (
                outward(citation.source_name(record, facts, text), record.url),
                facts.translate(record.source_date or text("unknown.year"), text.lang),
                facts.translate(record.licence, text.lang),
            )
            for record in map(facts.source, numbers)
        ],
        text=text,
    )


def address(
    observation_id: str, selection: Selection, *, only: Collection[str] | None = None
) -> str:
    """Where a figure is shown, as a link of `permalink.address`."""
    return permalink.address(
        permalink.choose(selection, f"{ID}:{observation_id}"), "cijfers", only=only
    )


def chosen(key: str | None, facts: Facts) -> Observation | None:
    """The figure that a link points at, or None."""
    if key is None or not key.startswith(f"{ID}:"):
        return None
    return next(
        (row for row in facts.observations if row.observation_id == key.partition(":")[2]), None
    )
