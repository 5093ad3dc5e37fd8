"""Residents of the municipality on 1 January, as a label."""

from collections.abc import Iterator
from functools import partial

from dashboard.analysis import figures
from dashboard.facts.records import Observation
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.maps import place_figure
from dashboard.maps.layer import MapLayer
from dashboard.maps.scene import Feature, LayerContent, SceneCell, SceneColumn
from dashboard.selection.context import Context
from dashboard.sentences import citation
from geo.bilingual import Bilingual

ID = figures.RESIDENTS_LAYER_ID
TITLE = Bilingual(nl="Inwoners", en="Residents", de="Einwohner")


def layer(facts: Facts, text: Texts) -> LayerContent:
    """Every municipality in every year."""
    return LayerContent(
        id=ID,
        title=TITLE.text(text.lang),
        columns=(
            SceneColumn(text("column.place")),
            SceneColumn(text("column.residents"), numeric=True),
            SceneColumn(text("column.period"), numeric=True),
        ),
        features=tuple(_feature(row, facts, text) for row in figures.residents(facts)),
        pane="labels",
        sentence=text.open("sentence.inwoners"),
        sentence_one=text.open("sentence.inwoners_one"),
    )


def visible(context: Context) -> dict[str, str]:
    """The municipalities in view in the newest year of the period."""
    year = figures.residents_year(context.facts, context.selection.years)
    return {
        row.observation_id: "population"
        for row in figures.residents(context.facts)
        if row.year == year and context.selection.covers(row.place_id)
    }


def notes(context: Context) -> Iterator[str]:
    """The year of the residents, and who counts them."""
    facts, text = context.facts, context.text
    year = figures.residents_year(facts, context.selection.years)
    if year is not None:
        publishers = dict.fromkeys(
            facts.source(row.source_id).publisher for row in figures.residents(facts)
        )
        publisher = text("example.credit") if facts.example else ", ".join(publishers)
        yield text("note.population", year=year, publisher=publisher)


def _feature(row: Observation, facts: Facts, text: Texts) -> Feature:
    place, value = facts.places[row.place_id or ""], citation.value(row, facts, text)
    name = place.names[text.lang]
    return Feature(
        id=row.observation_id,
        geometry=place.core,
        style="population",
        name=f"{name}: {value}",
        label=f"{value}\n{text('map.residents', year=row.year or 0)}",
        cells=(SceneCell(name), SceneCell(value, row.value), SceneCell(str(row.year), row.year)),
    )


LAYER = MapLayer(
    id=ID,
    title=TITLE,
    noun=Bilingual(nl="inwoners", en="residents", de="Einwohner"),
    order=50,
    qgis_label="""concat("written", ' ', year("period_end"))""",
    content=layer,
    visible=visible,
    notes=notes,
    rows=partial(place_figure.rows, TITLE),
    description=place_figure.description,
)
