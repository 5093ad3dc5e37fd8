"""A row of the map table: the same columns for every layer."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from datetime import date

from shapely.geometry.base import BaseGeometry

from dashboard.analysis import quotable
from dashboard.facts.records import Observation
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.sentences import citation
from data.export.sheet import ExportColumn, ExportRow, Kind, SourceNote

_KINDS: Mapping[str, Kind] = {"value": "number", "period_start": "date", "period_end": "date"}

RowsById = Mapping[str, ExportRow]
"""Rows of the map table by the id of their feature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRow:
    """The cells of one row, in the order of the columns."""

    layer: str
    id: str
    place: str | None
    what: str
    value: float | None = None
    written: str | None = None
    unit: str | None = None
    area: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    definition: str | None = None
    nature: str | None = None
    cite: str | None = None
    note: str | None = None

    def sheet_row(self, *sources: SourceNote, shape: BaseGeometry | None = None) -> ExportRow:
        """The export row with its sources and its geometry in RD."""
        return ExportRow(astuple(self), sources, shape)


def columns(text: Texts) -> tuple[ExportColumn, ...]:
    """The columns of `MapRow` with their titles and meanings."""
    return tuple(
        ExportColumn(key, text(f"download.{key}"), _KINDS.get(key, "text"), text(f"meaning.{key}"))
        for key in (field.name for field in fields(MapRow))
    )


def figure_row(
    layer: str, row: Observation, facts: Facts, text: Texts, *, shape: BaseGeometry | None = None
) -> ExportRow:
    """The row of a published figure; `layer` is the title of its layer."""
    return MapRow(
        layer=layer,
        id=row.observation_id,
        place=facts.places[row.place_id].names[text.lang] if row.place_id else None,
        what=citation.what(row, facts, text),
        value=row.value,
        written=citation.value(row, facts, text),
        unit=text("unit.share") if row.unit == "share" else facts.translate(row.unit, text.lang),
        area=citation.area(row, facts, text),
        period_start=row.start,
        period_end=row.end,
        definition=citation.definition(row, facts, text),
        nature=text(f"nature.{row.nature}"),
        cite=text(f"cite.{quotable.quotable(row).verdict}"),
        note=facts.translate(row.note, text.lang) if row.note else None,
    ).sheet_row(citation.file_source(row.source_id, facts, text, row=row), shape=shape)
