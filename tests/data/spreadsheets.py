"""A small table for files, and readers for the files made of it."""

import csv
import io
from datetime import date

import openpyxl

from data.export.sheet import Cell, ExportColumn, ExportRow, ExportTable, Kind, SourceNote
from geo.bilingual import Language

SURVEY = SourceNote(
    "Gemeente Voorbeeldstad",
    "Winkeltelling",
    "https://voorbeeld.nl/telling",
    "ongedateerd",
    "CC0",
    date(2026, 11, 23),
)


REGISTER = SourceNote("Kadaster", "BAG", None, None, "Public Domain Mark 1.0", None)


KINDS: tuple[Kind, ...] = ("text", "number", "share", "date", "year")


COLUMNS = tuple(
    ExportColumn(kind, kind.capitalize(), kind, definition=f"wat {kind} zegt") for kind in KINDS
)


CELLS: tuple[Cell, ...] = ("Markt", -0.4, 0.193, date(2023, 11, 1), 2023)


def table(
    *cells: Cell, lang: Language = "nl", link: str | None = "https://stadshart.nl/?plaats=hengelo"
) -> ExportTable:
    return ExportTable(
        "Leegstand in Voorbeeldstad", COLUMNS, (ExportRow(cells or CELLS, (SURVEY,)),), lang, link
    )


def one_text(text: str) -> ExportTable:
    return ExportTable(
        "Eén kolom", (ExportColumn("name", "Naam"),), (ExportRow((text,), (SURVEY,)),), "nl"
    )


def read_csv(raw: bytes, delimiter: str = ";") -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def open_book(raw: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(raw))
