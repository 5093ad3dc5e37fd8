"""Tables with shapes for the tests of map files."""

from datetime import date

from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from data.export.sheet import Cell, ExportColumn, ExportRow, ExportTable, SourceNote
from tests.town import X, Y

PAPER = SourceNote(
    "De Voorbeeldkrant", "Leegstand", "https://example.org/a", "2023", "CC0 1.0", date(2024, 3, 1)
)
COUNTER = SourceNote(
    "Gemeente Voorbeeldstad",
    "Tellingen",
    None,
    None,
    "CC BY 4.0",
    date(2024, 3, 2),
    "Bron: gemeente",
)
COLUMNS = (
    ExportColumn("name", "Naam"),
    ExportColumn("rate", "Leegstand", "share", "deel van de panden"),
    ExportColumn("units", "Panden", "number"),
    ExportColumn("day", "Dag", "date"),
    ExportColumn("open", "Open", "flag"),
    ExportColumn("streets", "Straten", "list"),
)
# A ring that turns right, as shapefiles have it and neither GeoPackage rules nor GeoJSON want it.
RIGHT = Polygon([(X, Y), (X, Y + 100), (X + 100, Y + 100), (X + 100, Y)])
HOSTILE = "</script> ${x} `t Hoekje \x00 \"'"


def row(
    name: str,
    shape: BaseGeometry | None,
    *,
    source: SourceNote = PAPER,
    rate: float | None = 0.25,
    streets: Cell = (),
) -> ExportRow:
    return ExportRow((name, rate, 4, date(2023, 11, 1), True, streets), (source,), shape)


def sheet(*rows: ExportRow, name: str = "straten", told: bool = True) -> ExportTable:
    return ExportTable(
        "Straten",
        COLUMNS,
        rows,
        "nl",
        "https://example.org",
        ("Gemodelleerd.",),
        name,
        "v1",
        geometric=True,
        sources_in_rows=told,
    )


MIXED = sheet(
    row("punt", Point(X, Y)),
    row("lijn", LineString([(X, Y), (X + 9, Y)])),
    row("vlak", RIGHT, source=COUNTER),
    row("nergens", None, rate=None),
)
