"""What a selection shows as export tables: the map by layer and as one, and its figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard.exports import qgis_style
from dashboard.i18n.text import Texts
from dashboard.maps import layers, region_content
from dashboard.maps.map_row import columns, figure_row
from dashboard.maps.wording import wording
from dashboard.selection import permalink, views
from dashboard.selection.context import Context
from dashboard.sentences import citation, headline_figures, region_names
from dashboard.style import theme
from dashboard.style.theme import Style
from data.export.sheet import ExportColumn, ExportTable


@dataclass(frozen=True, slots=True)
class ClassedTable:
    """A table with the class of each row as its last column, and the style of each class drawn."""

    sheet: ExportTable
    classes: Mapping[str, Style]


def map_tables(context: Context) -> tuple[ExportTable, tuple[ClassedTable, ...]]:
    """The map as one table, and as a table per layer: rows with figure, class and source."""
    facts, text, selection = context.facts, context.text, context.selection
    words = wording(text.lang)
    layer_tables = []
    for layer_id, features in region_content.select_content(context).visible.items():
        layer = layers.by_id()[layer_id]
        rows = layer.rows(facts, features, text)
        sheet = ExportTable(
            title=layer.title.text(text.lang),
            columns=columns(text),
            rows=tuple(rows.values()),
            lang=text.lang,
            link=citation.view_link(selection, "kaart"),
            notes=region_content.notes(context),
            name=layer_id,
            version=facts.version,
            geometric=True,
        )
        layer_tables.append(classify(sheet, [features[key] for key in rows], words, text))
    whole = ExportTable(
        title=text(
            "take.map_title",
            place=region_names.selected(context),
            first=selection.years[0],
            last=selection.years[1],
        ),
        columns=(*columns(text), _class_column(text)),
        rows=tuple(row for table in layer_tables for row in table.sheet.rows),
        lang=text.lang,
        link=citation.view_link(selection, "kaart"),
        notes=region_content.notes(context),
        name="kaart",
        version=facts.version,
        geometric=True,
    )
    return whole, tuple(layer_tables)


def figure_table(context: Context) -> ExportTable:
    """The figures of the selection's place and theme, each at the middle of its place, if any."""
    facts, text, selection = context.facts, context.text, context.selection
    place = None if selection.whole_region else selection.place
    theme_id = None if selection.theme == permalink.ALL else selection.theme
    return ExportTable(
        title=f"{text('product.name')}: {text('figures.title')}",
        columns=columns(text),
        rows=tuple(
            figure_row(
                views.title("cijfers", text.lang),
                row,
                facts,
                text,
                shape=facts.places[row.place_id].core if row.place_id else None,
            )
            for row in headline_figures.about(facts, place, theme_id)
        ),
        lang=text.lang,
        link=citation.view_link(selection, "cijfers"),
        notes=(
            *((text("example.note"),) if facts.example else ()),
            text("figures.planned"),
            text("sources.rules_text"),
        ),
        name="cijfers",
        version=facts.version,
        geometric=True,
    )


def classify(
    sheet: ExportTable, styles: Sequence[str], words: Mapping[str, str], text: Texts
) -> ClassedTable:
    """The table with a column of classes in the words of the legend; `styles` is per row."""
    names = [class_name(style, words, text) for style in styles]
    rows = tuple(
        replace(row, cells=(*row.cells, name)) for row, name in zip(sheet.rows, names, strict=True)
    )
    # In the order of the style table, which is that of the legend.
    placed = {
        style: name
        for style, name, row in zip(styles, names, rows, strict=True)
        if row.shape is not None
    }
    classes = {placed[style]: theme.style(style) for style in theme.STYLES if style in placed}
    return ClassedTable(
        replace(sheet, columns=(*sheet.columns, _class_column(text)), rows=rows), classes
    )


def class_name(style: str, words: Mapping[str, str], text: Texts) -> str:
    """The class of the style table in the words of the legend."""
    class_style = theme.style(style)
    name = words[class_style.label_key]
    return f"{name} ({text('precision.place')})" if class_style.town_level else name


def _class_column(text: Texts) -> ExportColumn:
    return ExportColumn(qgis_style.CLASS, text("download.class"), definition=text("meaning.class"))
