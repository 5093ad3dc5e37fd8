"""What a selection shows as sheets to take along: the map layer by layer and as one, and all
figures.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from dashboard import citation, publisher, qgis, state, summary, theme
from dashboard.facts import Facts
from dashboard.maps import atlas
from dashboard.maps.layers import (
    edge_retail,
    initiatives,
    passers,
    population,
    premises,
    spending_flows,
    streets,
    travellers,
    vacancy,
)
from dashboard.maps.wording import wording
from dashboard.records import Counted, Initiative, Observation, Place, StationYear
from dashboard.state import Selection
from dashboard.street import listing
from dashboard.text import Texts
from dashboard.theme import Style
from data.sheet import Cell, Column, Row, Sheet

_COLUMNS = (
    ("layer", "text"),
    ("id", "text"),
    ("place", "text"),
    ("what", "text"),
    ("value", "number"),
    ("written", "text"),
    ("unit", "text"),
    ("area", "text"),
    ("period_start", "date"),
    ("period_end", "date"),
    ("definition", "text"),
    ("nature", "text"),
    ("cite", "text"),
    ("note", "text"),
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sheet with the class of each row in a last column, and how each class that has a place is
    drawn.
    """

    sheet: Sheet
    classes: Mapping[str, Style]


def of_map(facts: Facts, selection: Selection, text: Texts) -> tuple[Sheet, tuple[Drawn, ...]]:
    """The map as one sheet, and each of its layers: every row with its figure in numbers, its class
    and its source.
    """
    words = wording(text.lang)
    layers = []
    for name, features in atlas.shown(facts, selection).visible.items():
        found = _ROWS[name](facts, features, text)
        sheet = Sheet(
            title=text(f"layer.{name}"),
            columns=_columns(text),
            rows=tuple(found.values()),
            lang=text.lang,
            link=_link(selection, "kaart"),
            notes=atlas.notes(facts, selection, text),
            name=name,
            version=facts.version,
            geometric=True,
        )
        layers.append(drawn(sheet, [features[key] for key in found], words, text))
    whole = Sheet(
        title=text(
            "take.map_title",
            place=atlas.place_name(facts, selection, text),
            first=selection.years[0],
            last=selection.years[1],
        ),
        columns=(*_columns(text), _class(text)),
        rows=tuple(row for layer in layers for row in layer.sheet.rows),
        lang=text.lang,
        link=_link(selection, "kaart"),
        notes=atlas.notes(facts, selection, text),
        name="kaart",
        version=facts.version,
        geometric=True,
    )
    return whole, tuple(layers)


def of_figures(facts: Facts, selection: Selection, text: Texts) -> Sheet:
    """Every figure of the selection's place and theme."""
    place = None if selection.whole_region else selection.place
    theme_id = None if selection.theme == state.ALL else selection.theme
    return Sheet(
        title=f"{text('product.name')}: {text('figures.title')}",
        columns=_columns(text),
        rows=tuple(
            _observation(text("nav.cijfers"), row, facts, text)
            for row in summary.about(facts, place, theme_id)
        ),
        lang=text.lang,
        link=_link(selection, "cijfers"),
        notes=(
            *((text("example.note"),) if facts.example else ()),
            text("figures.planned"),
            text("sources.rules_text"),
        ),
        name="cijfers",
        version=facts.version,
    )


def drawn(sheet: Sheet, styles: Sequence[str], words: Mapping[str, str], text: Texts) -> Drawn:
    """The sheet in classes of the style table, by the words of the legend; `styles` in the order of
    the rows.
    """
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
    return Drawn(replace(sheet, columns=(*sheet.columns, _class(text)), rows=rows), classes)


def class_name(style: str, words: Mapping[str, str], text: Texts) -> str:
    """The class of the style table in the words of the legend."""
    found = theme.style(style)
    name = words[found.label_key]
    return f"{name} ({text('precision.place')})" if found.town_level else name


def _class(text: Texts) -> Column:
    return Column(qgis.CLASS, text("download.class"), definition=text("meaning.class"))


def _columns(text: Texts) -> tuple[Column, ...]:
    return tuple(
        Column(key, text(f"download.{key}"), kind, text(f"meaning.{key}")) for key, kind in _COLUMNS
    )


def _link(selection: Selection, view: str) -> str | None:
    base = publisher.public_url()
    return None if base is None else state.address(selection, view, base)


def _observation(layer: str, row: Observation, facts: Facts, text: Texts) -> Row:
    cells: tuple[Cell, ...] = (
        layer,
        row.observation_id,
        facts.places[row.place_id].names[text.lang] if row.place_id else None,
        citation.what(row, facts, text),
        row.value,
        citation.value(row, facts, text),
        text("unit.share") if row.unit == "share" else facts.said(row.unit, text.lang),
        citation.area(row, facts, text),
        row.start,
        row.end,
        citation.definition(row, facts, text),
        text(f"nature.{row.nature}"),
        text(f"cite.{citation.quotable(row).verdict}"),
        facts.said(row.note, text.lang) if row.note else None,
    )
    return Row(cells, (citation.file_source(row.source_id, facts, text, row=row),))


def _observations(
    facts: Facts, features: Mapping[str, str], text: Texts, *, layer: str
) -> dict[str, Row]:
    """The figures of whole places: their label stands at the core."""
    title = text(f"layer.{layer}")
    return {
        row.observation_id: replace(
            _observation(title, row, facts, text),
            shape=None if row.place_id is None else facts.places[row.place_id].core,
        )
        for row in facts.observations
        if row.observation_id in features
    }


def _initiatives(facts: Facts, features: Mapping[str, str], text: Texts) -> dict[str, Row]:
    """The initiatives; one of which only the town is known has no shape, for a file has no room to
    say so at a spot.
    """
    return {
        row.initiative_id: _initiative(row, facts, text)
        for row in facts.initiatives
        if row.initiative_id in features
    }


def _initiative(row: Initiative, facts: Facts, text: Texts) -> Row:
    where = ", ".join(row.streets) or text("unknown.street")
    cells: tuple[Cell, ...] = (
        text("layer.initiatieven"),
        row.initiative_id,
        facts.places[row.place_id].names[text.lang],
        row.name,
        None,
        f"{text(f'kind.{row.kind}')}; {text(f'tranche.{row.tranche}')}",
        None,
        where,
        row.start,
        row.end,
        row.descriptions["nl" if text.lang == "nl" else "en"],
        text(f"basis.{row.kind_basis}"),
        None,
        facts.said(row.note, text.lang) if row.note else None,
    )
    return Row(cells, (citation.file_source(row.source_id, facts, text, row=row),), row.point)


def _stations(facts: Facts, features: Mapping[str, str], text: Texts) -> dict[str, Row]:
    return {
        key: _station(row, facts, text)
        for row in facts.stations
        if (key := travellers.feature_id(row)) in features
    }


def _station(row: StationYear, facts: Facts, text: Texts) -> Row:
    known = row.boardings_per_workday is not None
    cells: tuple[Cell, ...] = (
        text("layer.treinreizigers"),
        travellers.feature_id(row),
        facts.places[row.place_id].names[text.lang] if row.place_id else None,
        text("column.boardings"),
        row.boardings_per_workday,
        theme.number(row.boardings_per_workday or 0.0, text.lang)
        if known
        else text("unknown.cell"),
        text("unit.boardings"),
        facts.said(row.name, text.lang),
        row.start,
        row.end,
        travellers.series_note(row, facts, text),
        text("nature.measured"),
        text(f"cite.{citation.quotable_boardings(row, facts).verdict}"),
        facts.said(row.note, text.lang) if row.note else None,
    )
    return Row(cells, (citation.file_source(facts.station_source_id, facts, text),), row.point)


def _counters(facts: Facts, features: Mapping[str, str], text: Texts) -> dict[str, Row]:
    return {
        key: _counter(row, facts, text)
        for row in facts.counters
        if (key := passers.feature_id(row)) in features
    }


def _counter(row: Counted, facts: Facts, text: Texts) -> Row:
    cells: tuple[Cell, ...] = (
        text("layer.passanten"),
        passers.feature_id(row),
        facts.places[row.place_id].names[text.lang] if row.place_id else None,
        text("passers.column"),
        row.value,
        passers.figure(row, text),
        text(f"passers.unit_{row.per}"),
        passers.name(row, text),
        row.start,
        row.end,
        passers.definition(row, text),
        text("nature.measured"),
        text(f"cite.{citation.PROXY.verdict}"),
        passers.remark(row, text),
    )
    return Row(
        cells,
        tuple(
            citation.file_source(source_id, facts, text) for source_id in facts.counter_source_ids
        ),
        row.point,
    )


def _edge(facts: Facts, features: Mapping[str, str], text: Texts) -> dict[str, Row]:
    title = text("layer.randwinkels")
    rows = {}
    for place in edge_retail.sites(facts):
        if place.place_id in features:
            figure = edge_retail.floor_area(facts, place)
            row = (
                _site(title, place, facts, text)
                if figure is None
                else _observation(title, figure, facts, text)
            )
            rows[place.place_id] = replace(row, shape=place.core)
    return rows


def _site(layer: str, place: Place, facts: Facts, text: Texts) -> Row:
    name = place.names[text.lang]
    blank: tuple[Cell, ...] = (None,) * 7
    cells: tuple[Cell, ...] = (
        layer,
        place.place_id,
        name,
        name,
        None,
        text("map.no_floor_area"),
        None,
        *blank,
    )
    return Row(
        cells,
        tuple(citation.file_source(source_id, facts, text) for source_id in facts.place_source_ids),
    )


_ROWS: Mapping[str, Callable[[Facts, Mapping[str, str], Texts], dict[str, Row]]] = {
    vacancy.ID: partial(_observations, layer=vacancy.ID),
    population.ID: partial(_observations, layer=population.ID),
    spending_flows.ID: partial(_observations, layer=spending_flows.ID),
    initiatives.ID: _initiatives,
    travellers.ID: _stations,
    passers.ID: _counters,
    edge_retail.ID: _edge,
    streets.ID: listing.street_rows,
    premises.ID: listing.unit_rows,
}
