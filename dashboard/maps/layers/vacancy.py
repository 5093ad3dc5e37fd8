"""Published vacancy figures as neutral labels: the newest citable one per place, never coloured or
sized.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dashboard import citation
from dashboard.facts import Facts
from dashboard.maps import place_figure
from dashboard.maps.scene import Layer
from dashboard.records import MEASURED, Observation
from dashboard.state import Selection
from dashboard.text import Texts

ID = "leegstand"

# Shares say what part is empty whatever the size of the town; what the source leaves undefined
# comes last.
RATES = (
    "vacancy_rate_premises",
    "vacancy_rate_outlets",
    "vacancy_rate_floor_area",
    "vacancy_rate_shops",
    "vacancy_rate",
)
_CONFIDENCE = ("high", "medium")
_STYLE = "vacancy_figure"


def candidates(facts: Facts) -> tuple[Observation, ...]:
    """Measured shares of vacancy about a whole place, doubtful ones left out."""
    return tuple(
        row
        for row in facts.observations
        if row.place_id is not None
        and row.indicator in RATES
        and row.area_kind in place_figure.AREAS
        and row.nature in MEASURED
        and row.confidence in _CONFIDENCE
        and row.year is not None
    )


def headline(
    rows: Iterable[Observation], place_id: str, years: tuple[int, int]
) -> Observation | None:
    """The figure that stands for a place: the inner city before the municipality, then the newest
    year.
    """
    return place_figure.headline(rows, place_id, years, _rank)


def layer(facts: Facts, text: Texts) -> Layer:
    """Every figure that may stand for a place, and an "unknown" for each centre."""
    features = [
        place_figure.feature(
            row,
            facts,
            text,
            style=_STYLE,
            label=f"{citation.value(row, facts, text)}\n{_basis(row, text)}",
        )
        for row in candidates(facts)
    ]
    found = place_figure.layer(ID, features, facts, text, missing=text("map.no_figure"))
    newest = [headline(candidates(facts), place.place_id, facts.years) for place in facts.centres]
    return (
        replace(found, sentence=text.open("sentence.leegstand_alike")) if alike(newest) else found
    )


def alike(rows: Sequence[Observation | None]) -> bool:
    """Whether figures may stand side by side: several, none unknown, of one year and counted in one
    and the same way.
    """
    kinds = {
        None if row is None else (row.indicator, row.area_kind, row.definition, row.year)
        for row in rows
    }
    return (
        len(rows) > 1
        and len(kinds) == 1
        and all(row is not None and row.definition is not None for row in rows)
    )


def visible(facts: Facts, selection: Selection) -> dict[str, str]:
    """One label per place in view: its figure within the period, else "unknown" for a centre."""
    return place_figure.visible(
        place_figure.headlines(candidates(facts), facts, selection, _rank), _STYLE
    )


def _rank(row: Observation) -> tuple[int | str, ...]:
    return _CONFIDENCE.index(row.confidence), RATES.index(row.indicator), row.observation_id


def _basis(row: Observation, text: Texts) -> str:
    return (
        f"{text(f'counted.{row.indicator}')} · {text(f'area.{row.area_kind}')} ·"
        f" {citation.period(row, text, short=True)}"
    )
