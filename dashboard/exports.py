"""Files of a selection: the rows beside the map, all figures, and the map as one file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Literal

from dashboard import citation, downloads, initiative_files, publisher, state, summary, tables, theme
from dashboard.downloads import Cell, Column, Row, Source, TableExport
from dashboard.facts import Facts
from dashboard.records import Initiative, Observation, Place, StationYear
from dashboard.maps import atlas
from dashboard.maps.layers import edge_retail, initiatives, population, premises, streets, travellers, vacancy
from dashboard.state import Selection
from dashboard.street import listing
from dashboard.text import Texts, texts

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
_MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Download:
    """One file, ready to send."""

    content: bytes
    media_type: str
    file_name: str


def map_table(facts: Facts, selection: Selection, text: Texts) -> TableExport:
    """The rows beside the map, each with its figure in numbers and its source."""
    rows: list[Row] = []
    for layer, features in atlas.shown(facts, selection).visible.items():
        rows += [row for row in _ROWS[layer](facts, features, text)]
    return TableExport(
        title=f"{text('product.name')}: {atlas.name(facts, selection, text)}",
        columns=_columns(text),
        rows=tuple(rows),
        lang=text.lang,
        link=_link(selection, "kaart"),
        notes=atlas.notes(facts, selection, text),
    )


def all_figures(facts: Facts, selection: Selection, text: Texts) -> TableExport:
    """Every figure of the selection's place and theme."""
    place = None if selection.whole_region else selection.place
    theme_id = None if selection.theme == state.ALL else selection.theme
    rows = summary.about(facts, place, theme_id)
    return TableExport(
        title=f"{text('product.name')}: {text('figures.title')}",
        columns=_columns(text),
        rows=tuple(_observation(text("nav.cijfers"), row, facts, text) for row in rows),
        lang=text.lang,
        link=_link(selection, "cijfers"),
        notes=(text("figures.planned"), text("sources.rules_text")),
    )


def _columns(text: Texts) -> tuple[Column, ...]:
    return tuple(Column(key, text(f"download.{key}"), kind) for key, kind in _COLUMNS)


def _link(selection: Selection, view: str) -> str | None:
    base = publisher.public_url()
    return None if base is None else state.address(selection, view, base)


def _source(source_id: str, row: Observation | Initiative | None, facts: Facts, text: Texts) -> Source:
    record = facts.source(source_id)
    return Source(
        publisher=record.publisher,
        title=record.title_nl,
        url=record.url if row is None else row.source_url,
        published=record.source_date if row is None else row.source_date,
        licence=facts.said(record.licence if row is None else row.licence, text.lang),
        retrieved=record.retrieved if row is None else row.retrieved,
    )


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
        facts.said(row.definition, text.lang) if row.definition else None,
        text(f"nature.{row.nature}"),
        text(f"cite.{citation.quotable(row).verdict}"),
        facts.said(row.note, text.lang) if row.note else None,
    )
    return Row(cells, (_source(row.source_id, row, facts, text),))


def _observations(facts: Facts, features: Mapping[str, str], text: Texts, *, layer: str) -> list[Row]:
    title = text(f"layer.{layer}")
    return [_observation(title, row, facts, text) for row in facts.observations if row.observation_id in features]


def _initiatives(facts: Facts, features: Mapping[str, str], text: Texts) -> list[Row]:
    return [_initiative(row, facts, text) for row in facts.initiatives if row.initiative_id in features]


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
    return Row(cells, (_source(row.source_id, row, facts, text),))


def _stations(facts: Facts, features: Mapping[str, str], text: Texts) -> list[Row]:
    return [_station(row, facts, text) for row in facts.stations if travellers.feature_id(row) in features]


def _station(row: StationYear, facts: Facts, text: Texts) -> Row:
    known = row.boardings_per_workday is not None
    cells: tuple[Cell, ...] = (
        text("layer.treinreizigers"),
        travellers.feature_id(row),
        facts.places[row.place_id].names[text.lang] if row.place_id else None,
        text("column.boardings"),
        row.boardings_per_workday,
        theme.number(row.boardings_per_workday or 0.0, text.lang) if known else text("unknown.cell"),
        text("unit.boardings"),
        row.name,
        row.start,
        row.end,
        text("note.travellers", station=row.name),
        text("nature.measured"),
        text("cite.reserved"),
        facts.said(row.note, text.lang) if row.note else None,
    )
    return Row(cells, (_source(facts.station_source_id, None, facts, text),))


def _edge(facts: Facts, features: Mapping[str, str], text: Texts) -> list[Row]:
    title = text("layer.randwinkels")
    rows = []
    for place in edge_retail.sites(facts):
        if place.place_id in features:
            figure = edge_retail.floor_area(facts, place)
            rows.append(
                _site(title, place, facts, text) if figure is None else _observation(title, figure, facts, text)
            )
    return rows


def _site(layer: str, place: Place, facts: Facts, text: Texts) -> Row:
    name = place.names[text.lang]
    blank: tuple[Cell, ...] = (None,) * 7
    cells: tuple[Cell, ...] = (layer, place.place_id, name, name, None, text("map.no_floor_area"), None, *blank)
    return Row(cells, tuple(_source(source_id, None, facts, text) for source_id in facts.place_source_ids))


_ROWS: Mapping[str, Callable[[Facts, Mapping[str, str], Texts], list[Row]]] = {
    vacancy.ID: partial(_observations, layer=vacancy.ID),
    population.ID: partial(_observations, layer=population.ID),
    initiatives.ID: _initiatives,
    travellers.ID: _stations,
    edge_retail.ID: _edge,
    streets.ID: listing.street_rows,
    premises.ID: listing.unit_rows,
}


def _table(make: Callable[[Facts, Selection, Texts], TableExport], form: Literal["csv", "xlsx"], stem: str) -> Callable[[Selection], Download]:
    def download(selection: Selection) -> Download:
        text = texts(selection.lang)
        table = make(tables.leaving(), selection, text)
        content = downloads.csv_bytes(table, text) if form == "csv" else downloads.xlsx_bytes(table, text)
        return Download(content, _MEDIA[form], downloads.file_name("stadshart", stem, selection.place, extension=form))

    return download


def _single_file_map(selection: Selection) -> Download:
    # Late: folium is only needed by those who take the map along.
    from dashboard.maps import folium_map

    facts, text = tables.leaving(), texts(selection.lang)
    content = folium_map.document(facts, selection, text)
    return Download(content, _MEDIA["html"], downloads.file_name("stadshart", "kaart", selection.place, extension="html"))


def _flows(facts: Facts, selection: Selection, text: Texts) -> TableExport:
    # Late: the model brings its libraries along.
    from dashboard.competition import sheet

    return sheet.table(tables.competition(), facts, selection, text)


def _initiative_sheet(selection: Selection) -> Download:
    name = downloads.file_name("stadshart", "initiatieven", "sjabloon", selection.place, extension="csv")
    return Download(initiative_files.template(tables.facts(), selection), _MEDIA["csv"], name)


DOWNLOADS: Mapping[str, Callable[[Selection], Download]] = MappingProxyType(
    {
        "kaart.html": _single_file_map,
        "kaart.csv": _table(map_table, "csv", "kaart"),
        "kaart.xlsx": _table(map_table, "xlsx", "kaart"),
        "straten.csv": _table(listing.street_table, "csv", "straten"),
        "straten.xlsx": _table(listing.street_table, "xlsx", "straten"),
        "panden.csv": _table(listing.unit_table, "csv", "panden"),
        "panden.xlsx": _table(listing.unit_table, "xlsx", "panden"),
        "observations.csv": _table(all_figures, "csv", "cijfers"),
        "observations.xlsx": _table(all_figures, "xlsx", "cijfers"),
        "initiatieven.csv": _table(initiative_files.listing, "csv", "initiatieven"),
        "initiatieven.xlsx": _table(initiative_files.listing, "xlsx", "initiatieven"),
        "koopstromen.csv": _table(_flows, "csv", "koopstromen"),
        "koopstromen.xlsx": _table(_flows, "xlsx", "koopstromen"),
        "initiatieven-sjabloon.csv": _initiative_sheet,
    }
)
