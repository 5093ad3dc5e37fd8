"""What bars say, each with its name and figure: a table draws them on the page, else a picture."""

from dataclasses import dataclass

from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.sentences import citation, headline_figures
from dashboard.style import theme


@dataclass(frozen=True, slots=True)
class ChartBar:
    """One bar: its name, value, and the figure as written; `strong` sets it apart.

    `earlier` is a value of an earlier year, drawn thin below it.
    """

    name: str
    value: float
    written: str
    strong: bool = False
    earlier: float | None = None


def residents(facts: Facts, text: Texts) -> list[ChartBar]:
    """The residents per municipality, the newest count with the first one beside it."""
    return [
        ChartBar(
            name=place.names[text.lang],
            value=last.value or 0.0,
            written=text(
                "overview.residents_pair",
                last=theme.number(last.value or 0.0, text.lang),
                last_year=last.year or 0,
                first=theme.number(first.value or 0.0, text.lang),
                first_year=first.year or 0,
            ),
            strong=True,
            earlier=first.value or 0.0,
        )
        for place, first, last in headline_figures.residents(facts)
    ]


def outlets(facts: Facts, text: Texts) -> list[ChartBar]:
    """The empty outlets per 1,000 residents, towns set apart from the averages."""
    return [
        ChartBar(
            name=citation.place_or_area(row, facts, text),
            value=row.value or 0.0,
            written=theme.number(row.value or 0.0, text.lang, decimals=1),
            strong=row.place_id is not None,
        )
        for row in headline_figures.locatus(facts)
    ]
