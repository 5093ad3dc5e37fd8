"""Every figure of a place and a theme as a table, each with its source and whether it may be
quoted.
"""

from collections.abc import Sequence

from dashboard import citation, state
from dashboard.facts import Facts
from dashboard.markup import Markup, door, join, node, outward
from dashboard.records import MEASURED, Observation
from dashboard.state import Selection
from dashboard.text import Texts

ID = "cijfer"


def table(rows: Sequence[Observation], selection: Selection, facts: Facts, text: Texts) -> Markup:
    """The figures as an HTML table; sources are numbered once below it."""
    numbers = {
        source_id: number
        for number, source_id in enumerate(dict.fromkeys(row.source_id for row in rows), 1)
    }
    head = node(
        "tr",
        *(
            node("th", text(f"column.{key}"), scope="col")
            for key in ("what", "figure", "area", "period", "nature", "source", "cite")
        ),
    )
    body = join(_row(row, numbers[row.source_id], selection, facts, text) for row in rows)
    sources = join(
        node(
            "li",
            outward(citation.source_name(record, facts, text), record.url),
            f" ({facts.said(record.source_date, text.lang) if record.source_date else text('unknown.year')}). ",
            node("span", facts.said(record.licence, text.lang), class_="quiet"),
        )
        for record in map(facts.source, numbers)
    )
    return join(
        [
            node(
                "div",
                node("table", node("thead", head), node("tbody", body), class_="stack terse"),
                class_="scroll",
                tabindex="0",
                role="region",
                aria_label=text("figures.title"),
            ),
            node("h3", text("figures.sources")),
            node("ol", sources, class_="notes"),
        ]
    )


def _row(row: Observation, number: int, selection: Selection, facts: Facts, text: Texts) -> Markup:
    here = f"{ID}:{row.observation_id}"
    nature = text(f"nature.{row.nature}")
    return node(
        "tr",
        node(
            "td",
            door(
                citation.what(row, facts, text),
                state.address(state.choose(selection, here), "cijfers"),
            ),
        ),
        node("td", node("strong", citation.value(row, facts, text))),
        node("td", citation.area(row, facts, text)),
        node("td", citation.period(row, text)),
        node("td", nature if row.nature in MEASURED else node("em", nature)),
        node("td", f"[{number}]", data_label=text("column.source")),
        node("td", text(f"cite.{citation.quotable(row).verdict}"), data_label=text("cite.label")),
        id=row.observation_id,
    )


def chosen(key: str | None, facts: Facts) -> Observation | None:
    """The figure a link points at, or None."""
    if key is None or not key.startswith(f"{ID}:"):
        return None
    return next(
        (row for row in facts.observations if row.observation_id == key.partition(":")[2]), None
    )
