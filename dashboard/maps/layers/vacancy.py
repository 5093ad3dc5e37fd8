"""Published vacancy figures as neutral labels: the newest citable one per place, never coloured or sized."""

from collections.abc import Iterable

from dashboard import citation
from dashboard.facts import Facts
from dashboard.records import MEASURED, Observation
from dashboard.maps.scene import Cell, Column, Feature, Layer
from dashboard.state import Selection
from dashboard.text import Texts

ID = "leegstand"

# Shares say what part is empty whatever the size of the town; what the source leaves undefined comes last.
RATES = ("vacancy_rate_premises", "vacancy_rate_outlets", "vacancy_rate_floor_area", "vacancy_rate_shops", "vacancy_rate")
_AREAS = ("inner_city", "retail_site", "municipality")
_CONFIDENCE = ("high", "medium")


def candidates(facts: Facts) -> tuple[Observation, ...]:
    """Measured shares of vacancy about a whole place, doubtful ones left out."""
    return tuple(
        row
        for row in facts.observations
        if row.place_id is not None
        and row.indicator in RATES
        and row.area_kind in _AREAS
        and row.nature in MEASURED
        and row.confidence in _CONFIDENCE
        and row.year is not None
    )


def headline(rows: Iterable[Observation], place_id: str, years: tuple[int, int]) -> Observation | None:
    """The figure that stands for a place: the inner city before the municipality, then the newest year."""
    fitting = [row for row in rows if row.place_id == place_id and row.year and years[0] <= row.year <= years[1]]
    return min(
        fitting,
        key=lambda row: (
            _AREAS.index(row.area_kind),
            -(row.year or 0),
            _CONFIDENCE.index(row.confidence),
            RATES.index(row.indicator),
            row.observation_id,
        ),
        default=None,
    )


def layer(facts: Facts, text: Texts) -> Layer:
    """Every figure that may stand for a place, and an "unknown" for each centre."""
    known = [
        Feature(
            id=row.observation_id,
            geometry=facts.places[row.place_id or ""].core,
            style="vacancy_figure",
            name=f"{facts.places[row.place_id or ''].names[text.lang]}: {citation.value(row, facts, text)}",
            label=f"{citation.value(row, facts, text)}\n{_basis(row, facts, text)}",
            cells=(
                Cell(facts.places[row.place_id or ""].names[text.lang]),
                Cell(citation.value(row, facts, text), row.value),
                Cell(f"{citation.what(row, facts, text)}, {text(f'area.{row.area_kind}')}"),
                Cell(citation.period(row, text, short=True), row.year),
            ),
        )
        for row in candidates(facts)
    ]
    unknown = [
        Feature(
            id=f"{place.place_id}-unknown",
            geometry=place.core,
            style="unknown",
            name=f"{place.names[text.lang]}: {text('unknown.cell')}",
            label=text("map.no_figure"),
            cells=(Cell(place.names[text.lang]), Cell(text("unknown.cell")), Cell(text("map.no_figure")), Cell("")),
        )
        for place in facts.centres
    ]
    return Layer(
        id=ID,
        title=text("layer.leegstand"),
        columns=(
            Column(text("column.place")),
            Column(text("column.figure"), numeric=True),
            Column(text("column.what")),
            Column(text("column.period")),
        ),
        features=(*known, *unknown),
        pane="labels",
        sentence=text.open("sentence.leegstand"),
        sentence_one=text.open("sentence.leegstand_one"),
    )


def visible(facts: Facts, selection: Selection) -> dict[str, str]:
    """One label per place in view: its figure within the period, else "unknown" for a centre."""
    rows = candidates(facts)
    shown: dict[str, str] = {}
    for place in facts.places.values():
        if not (selection.whole_region or place.municipality_code == facts.places[selection.place].municipality_code):
            continue
        row = headline(rows, place.place_id, selection.years)
        if row is not None:
            shown[row.observation_id] = "vacancy_figure"
        elif place.role == "centre":
            shown[f"{place.place_id}-unknown"] = "unknown"
    return shown


def _basis(row: Observation, facts: Facts, text: Texts) -> str:
    return f"{text(f'counted.{row.indicator}')} · {text(f'area.{row.area_kind}')} · {citation.period(row, text, short=True)}"
