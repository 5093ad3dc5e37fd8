"""Residents of the municipality on 1 January, as a label."""

from dashboard import citation
from dashboard.facts import Facts
from dashboard.maps.scene import Cell, Column, Feature, Layer
from dashboard.records import Observation
from dashboard.state import Selection
from dashboard.text import Texts

ID = "inwoners"
INDICATOR = "population"


def counts(facts: Facts) -> tuple[Observation, ...]:
    """Residents per municipality and year."""
    return tuple(
        row
        for row in facts.observations
        if row.indicator == INDICATOR
        and row.area_kind == "municipality"
        and row.place_id is not None
    )


def year_shown(facts: Facts, years: tuple[int, int]) -> int | None:
    """The newest year with figures in the period."""
    return max(
        (row.year for row in counts(facts) if row.year and years[0] <= row.year <= years[1]),
        default=None,
    )


def layer(facts: Facts, text: Texts) -> Layer:
    """Every municipality in every year."""
    return Layer(
        id=ID,
        title=text("layer.inwoners"),
        columns=(
            Column(text("column.place")),
            Column(text("column.residents"), numeric=True),
            Column(text("column.period"), numeric=True),
        ),
        features=tuple(
            Feature(
                id=row.observation_id,
                geometry=facts.places[row.place_id or ""].core,
                style="population",
                name=(
                    f"{facts.places[row.place_id or ''].names[text.lang]}:"
                    f" {citation.value(row, facts, text)}"
                ),
                label=(
                    f"{citation.value(row, facts, text)}\n{text('map.residents', year=row.year or 0)}"
                ),
                cells=(
                    Cell(facts.places[row.place_id or ""].names[text.lang]),
                    Cell(citation.value(row, facts, text), row.value),
                    Cell(str(row.year), row.year),
                ),
            )
            for row in counts(facts)
        ),
        pane="labels",
        sentence=text.open("sentence.inwoners"),
        sentence_one=text.open("sentence.inwoners_one"),
    )


def visible(facts: Facts, selection: Selection) -> dict[str, str]:
    """The municipalities in view in the newest year of the period."""
    year = year_shown(facts, selection.years)
    return {
        row.observation_id: "population"
        for row in counts(facts)
        if row.year == year and (selection.whole_region or row.place_id == selection.place)
    }
