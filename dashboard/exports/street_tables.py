"""Streets and units as export tables, each row with its source."""

from collections.abc import Sequence

from dashboard.analysis.street_measures import legend
from dashboard.facts.snapshot import Facts
from dashboard.facts.street_records import Street, TownStreets, Unit
from dashboard.i18n.text import Texts
from dashboard.maps.layers import premises, streets
from dashboard.maps.street_content import StreetContent, notes, select_content, town_of
from dashboard.maps.town_survey import reading_in
from dashboard.selection import views
from dashboard.selection.context import Context
from dashboard.sentences import citation
from data.export.sheet import Cell, ExportColumn, ExportRow, ExportTable, Kind


def street_table(context: Context) -> ExportTable:
    """The streets of the selection in its survey; shares 0 to 1, withheld cells are empty."""
    facts, text = context.facts, context.text
    columns = _columns(
        (
            ("street_id", "download.id", "text"),
            ("street", "street.name", "text"),
            ("survey", "straten.survey", "date"),
            ("units", "street.units", "number"),
            ("vacant_units", "street.vacant", "number"),
            ("vacancy_rate", "street.rate", "share"),
            ("vacancy_low", "straten.rate_low", "share"),
            ("vacancy_high", "straten.rate_high", "share"),
            ("vacancy_rate_floor_area", "street.floor_rate", "share"),
            ("long_vacant_units", "street.measure_langdurig", "number"),
            ("footfall_proxy", "street.footfall", "number"),
            ("quieter_share", "straten.quieter", "share"),
            ("variety", "street.measure_branchemix", "number"),
            ("chain_share", "street.measure_ketens", "share"),
            ("units_per_100_m", "street.measure_dichtheid", "number"),
            ("length_m", "straten.length_m", "number"),
        ),
        text,
    )
    rows: list[ExportRow] = []
    sentences: tuple[str, ...] = ()
    if content := _content(context):
        rows = [_street_row(street, content, facts, text) for street in content.streets]
        sentences = notes(content, facts, text)
    return _table(context, "straten", views.title("straten", text.lang), columns, rows, sentences)


def unit_table(context: Context) -> ExportTable:
    """The units of the selection in its survey."""
    text = context.text
    columns = _columns(
        (
            ("premises_id", "download.id", "text"),
            ("address", "street.address", "text"),
            ("street", "street.name", "text"),
            ("side", "street.side", "text"),
            ("order", "street.order", "number"),
            ("branch", "street.branch", "text"),
            ("status", "street.status", "text"),
            ("vacant_since", "street.since", "date"),
            ("surveyed", "straten.survey", "date"),
        ),
        text,
    )
    rows: list[ExportRow] = []
    sentences: tuple[str, ...] = ()
    if content := _content(context):
        rows = [_unit_row(unit, content.town, context.facts, text) for unit in content.units]
        sentences = (text("straten.three_counts"),)
    return _table(context, "panden", premises.TITLE.text(text.lang), columns, rows, sentences)


def _columns(named: Sequence[tuple[str, str, Kind]], text: Texts) -> tuple[ExportColumn, ...]:
    return tuple(
        ExportColumn(key, text(header), kind, text(f"meaning.{key}")) for key, header, kind in named
    )


def classes(context: Context, layer: str) -> tuple[list[str], dict[str, str]]:
    """The class of each row of the streets or the units, and the names of classes in the legend."""
    content = _content(context)
    if content is None:
        return [], {}
    rows: Sequence[Street | Unit] = content.streets if layer == streets.ID else content.units
    styles = [content.visible[layer][row.key] for row in rows]
    return styles, legend(content.measure, context.text)


def _content(context: Context) -> StreetContent | None:
    town = context.facts.towns.get(town_of(context))
    return None if town is None else select_content(context, town)


def _street_row(street: Street, content: StreetContent, facts: Facts, text: Texts) -> ExportRow:
    reading = reading_in(content.survey, street)
    survey_cells = (
        (
            reading.units,
            reading.vacant,
            *map(_rounded, (reading.rate, reading.low, reading.high, reading.floor_rate)),
            reading.lasting,
        )
        if reading
        else (None,) * 7
    )
    variety_cells = (
        tuple(map(_rounded, (reading.variety, reading.chain_share, reading.density)))
        if reading
        else (None,) * 3
    )
    day = None if content.survey is None else content.survey.day
    length = None if street.length_m is None else round(street.length_m, 1)
    cells: tuple[Cell, ...] = (
        street.key,
        street.name,
        day,
        *survey_cells,
        _rounded(street.footfall),
        _rounded(street.busier_than),
        *variety_cells,
        length,
    )
    source_ids = content.town.source_ids
    sources = tuple(citation.file_source(source_id, facts, text) for source_id in source_ids)
    return ExportRow(cells, sources, street.shape)


def _rounded(value: float | None) -> float | None:
    """Three decimals: more would be false precision."""
    return None if value is None else round(value, 3)


def _unit_row(unit: Unit, town: TownStreets, facts: Facts, text: Texts) -> ExportRow:
    street = town.streets.get(unit.street or "")
    branch = facts.translate(unit.branch, text.lang) if unit.branch else None
    if branch and unit.ownership:
        branch = text(f"street.{unit.ownership}", branch=branch)
    cells: tuple[Cell, ...] = (
        unit.premises_id,
        unit.address,
        None if street is None else street.name,
        premises.side(unit, text) or None,
        unit.order,
        branch,
        premises.written_status(unit, text),
        unit.since,
        unit.surveyed,
    )
    return ExportRow(cells, (citation.file_source(unit.source_id, facts, text),), unit.point)


def _table(
    context: Context,
    name: str,
    title: str,
    columns: tuple[ExportColumn, ...],
    rows: list[ExportRow],
    sentences: tuple[str, ...],
) -> ExportTable:
    facts, text = context.facts, context.text
    place = facts.places[town_of(context)].names[text.lang]
    return ExportTable(
        title=f"{text('product.name')}: {title}, {place}",
        columns=columns,
        rows=tuple(rows),
        lang=text.lang,
        link=citation.view_link(context.selection, "straten"),
        notes=((text("example.note"),) if facts.example else ()) + sentences,
        name=name,
        version=facts.version,
        geometric=True,
    )
