"""One published figure per place as a neutral label, shared by the layers of such figures."""

from collections.abc import Collection, Mapping, Sequence

from dashboard.facts.records import Observation
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.maps.description import Description, describe_figure, describe_unknown
from dashboard.maps.map_row import RowsById, figure_row
from dashboard.maps.scene import Feature, LayerContent, SceneCell, SceneColumn
from dashboard.sentences import citation
from geo.bilingual import Bilingual

# A figure never stands without its indicator and year.
QGIS_LABEL = """concat("written", '\\n', "what", '\\n', "area", ' ', year("period_end"))"""
_UNKNOWN = "-unknown"


def visible(by_place: Mapping[str, Observation | None], style: str) -> dict[str, str]:
    """One label per place: its figure, else "unknown"."""
    return dict(
        (f"{place_id}{_UNKNOWN}", "unknown") if row is None else (row.observation_id, style)
        for place_id, row in by_place.items()
    )


def layer(
    id_: str, title: str, features: Sequence[Feature], facts: Facts, text: Texts, *, missing: str
) -> LayerContent:
    """The figures, and per centre a label "unknown" with the text `missing`."""
    unknown = [
        Feature(
            id=f"{place.place_id}{_UNKNOWN}",
            geometry=place.core,
            style="unknown",
            name=f"{place.names[text.lang]}: {text('unknown.cell')}",
            label=missing,
            cells=(
                SceneCell(place.names[text.lang]),
                SceneCell(text("unknown.cell")),
                SceneCell(missing),
                SceneCell(""),
            ),
        )
        for place in facts.centres
    ]
    return LayerContent(
        id=id_,
        title=title,
        columns=(
            SceneColumn(text("column.place")),
            SceneColumn(text("column.figure"), numeric=True),
            SceneColumn(text("column.what")),
            SceneColumn(text("column.period")),
        ),
        features=(*features, *unknown),
        pane="labels",
        sentence=text.open(f"sentence.{id_}"),
        sentence_one=text.open(f"sentence.{id_}_one"),
    )


def feature(
    row: Observation, facts: Facts, text: Texts, *, style: str, label: str | None
) -> Feature:
    """A figure at the core of its place, with its table row."""
    place = facts.places[row.place_id or ""]
    name, figure = place.names[text.lang], citation.value(row, facts, text)
    return Feature(
        id=row.observation_id,
        geometry=place.core,
        style=style,
        name=f"{name}: {figure}",
        label=label,
        cells=(
            SceneCell(name),
            SceneCell(figure, row.value),
            SceneCell(f"{citation.what(row, facts, text)}, {text(f'area.{row.area_kind}')}"),
            SceneCell(citation.period(row, text, short=True), row.year),
        ),
    )


def figures(facts: Facts, features: Collection[str]) -> tuple[Observation, ...]:
    """The published figures among features: their feature id is that of the figure."""
    positions = facts.positions
    known = sorted(positions.keys() & set(features), key=positions.__getitem__)
    return tuple(facts.observations[positions[key]] for key in known)


def rows(title: Bilingual, facts: Facts, features: Collection[str], text: Texts) -> RowsById:
    """The published figures among features as rows, at the core of their place."""
    return {
        row.observation_id: figure_row(
            title.text(text.lang),
            row,
            facts,
            text,
            shape=None if row.place_id is None else facts.places[row.place_id].core,
        )
        for row in figures(facts, features)
    }


def description(
    item: str, facts: Facts, text: Texts, *, missing: str | None = None
) -> Description | None:
    """The figure with that id, or for a place without one the sentence with the key `missing`."""
    for row in figures(facts, (item,)):
        return describe_figure(row, facts, text)
    place = facts.places.get(item.removesuffix(_UNKNOWN))
    if place is None or missing is None:
        return None
    return describe_unknown(place, text(missing), text)
