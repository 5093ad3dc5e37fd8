"""The form with which a municipality completes its initiatives: columns, template and check.

Persons appear by role only. What looks like a personal name, a mail address or a telephone number
is refused with its line and column, and is not repeated.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from data.forms import personal_data
from data.forms.initiatives_vocabulary import to_codes, to_words
from data.schema.initiative_tables import INITIATIVES, PARTICIPATIONS
from data.schema.vocabulary import FACILITATION, FORMULA_SIGNS

Kind = Literal["text", "code", "date", "number", "streets", "url"]
ProblemKind = Literal[
    "not_utf8",
    "too_large",
    "too_many_rows",
    "columns",
    "cells",
    "missing",
    "too_long",
    "formula",
    "control",
    "not_allowed",
    "not_a_date",
    "not_a_number",
    "not_a_url",
    "end_before_start",
    "no_actor",
    "half_a_place",
    "mail",
    "phone",
    "name",
]

MAX_BYTES = 1_000_000
MAX_ROWS = 2_000
MAX_CELL = 1_000

PERSON = "person_role"
ACTOR_KINDS = (
    "municipality",
    "province_region",
    "residents",
    "entrepreneurs",
    "association",
    "foundation_or_company",
    "housing_corporation",
    "cultural_institution",
    "education",
    "contractor",
    PERSON,
    "unknown",
)
PERSON_ROLES = (
    "bewoner",
    "eigenaar",
    "voormalig eigenaar",
    "ondernemer",
    "kunstenaar",
    "vrijwilliger",
    "ambtenaar",
    "initiatiefnemer",
    "onderzoeker",
    "student",
    "ontwerper",
    "organisator",
)
"""What a person may be called: a role, never a name."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column of the form: what it may hold, and whether a row needs it."""

    name: str
    kind: Kind
    required: bool = False
    allowed: tuple[str, ...] = ()


def _allowed(table: str, column: str) -> tuple[str, ...]:
    declared = {"initiatives": INITIATIVES, "participations": PARTICIPATIONS}[table].columns[column]
    return tuple(declared.expected.removeprefix("one of ").split(", "))


COLUMNS = (
    SheetColumn("initiatief", "text", required=True),
    SheetColumn("plaats", "code", required=True),
    SheetColumn("straten", "streets"),
    SheetColumn("soort", "code", required=True, allowed=_allowed("initiatives", "type")),
    SheetColumn("tranche", "code", required=True, allowed=_allowed("initiatives", "tranche")),
    SheetColumn("stand", "code", allowed=("completed", "planned", "running", "unknown")),
    SheetColumn("begin", "date"),
    SheetColumn("einde", "date"),
    SheetColumn("omschrijving", "text"),
    SheetColumn("past_bij_profiel", "code", allowed=_allowed("initiatives", "profile_fit")),
    SheetColumn("lon", "number"),
    SheetColumn("lat", "number"),
    SheetColumn("actor", "text"),
    SheetColumn("soort_actor", "code", allowed=ACTOR_KINDS),
    SheetColumn("rol", "code", allowed=_allowed("participations", "role")),
    SheetColumn("manier_van_ondersteunen", "code", allowed=FACILITATION),
    SheetColumn("bron", "text", required=True),
    SheetColumn("bron_url", "url"),
    SheetColumn("bron_datum", "text", required=True),
)
"""One row per initiative and actor; an initiative without a known actor has one row with these
cells empty.
"""


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong in one cell (line 1 holds the column names); its value is never repeated."""

    line: int
    column: str
    kind: ProblemKind

    def __str__(self) -> str:
        where = f"line {self.line}" + (f", column {self.column}" if self.column else "")
        return f"{where}: {_MESSAGES[self.kind]}"


_MESSAGES: Mapping[ProblemKind, str] = {
    "not_utf8": "expected UTF-8 text: save as CSV UTF-8",
    "too_large": f"expected at most {MAX_BYTES:,} bytes: split the sheet",
    "too_many_rows": f"expected at most {MAX_ROWS:,} rows: split the sheet",
    "columns": "expected the columns "
    + ", ".join(column.name for column in COLUMNS)
    + ": take the template again",
    "cells": f"expected {len(COLUMNS)} cells: put a text that holds the separator between quotes",
    "missing": "expected a value: fill it in, or write unknown where the list allows it",
    "too_long": f"expected at most {MAX_CELL:,} characters: shorten it",
    "formula": "expected text, got what a spreadsheet takes for a formula: start with a letter",
    "control": "expected readable text, got control characters: type it again",
    "not_allowed": "expected one of the listed words: choose from the list",
    "not_a_date": "expected a year, month or day (2015, 2015-05, 2015-05-28)",
    "not_a_number": "expected degrees with a point, such as 6.8958",
    "not_a_url": "expected an address that starts with https:// or http://",
    "end_before_start": "expected an end on or after the begin",
    "no_actor": "expected actor, soort_actor and rol together: fill in all three or none",
    "half_a_place": "expected lon and lat together: fill in both or neither",
    "mail": "expected no mail address: leave it out",
    "phone": "expected no telephone number: leave it out",
    "name": "expected no name of a person: write the role (eigenaar, bewoner), or the legal form of"
    " an organisation",
}


@dataclass(frozen=True, slots=True)
class InitiativeSheet:
    """The rows of a form by column, without empty cells, and its problems; with any, no rows."""

    rows: tuple[Mapping[str, str], ...]
    problems: tuple[CellProblem, ...]


def template(rows: Iterable[Mapping[str, str]] = ()) -> bytes:
    """The form as CSV, filled in with `rows`: UTF-8 with BOM and semicolons, as Dutch Excel opens
    it.

    Codes are written as the Dutch words of `data.forms.initiatives_vocabulary`.
    """
    out = io.StringIO()
    writer = csv.DictWriter(
        out,
        [column.name for column in COLUMNS],
        delimiter=";",
        lineterminator="\r\n",
        restval="",
        extrasaction="raise",
    )
    writer.writeheader()
    writer.writerows(to_words(row) for row in rows)
    return out.getvalue().encode("utf-8-sig")


def read(content: bytes, *, places: Sequence[str]) -> InitiativeSheet:
    """The rows of a returned form, or every problem in it.

    `places` are the ids a row may name. Comma or semicolon separate the cells. Lists take the Dutch
    word or the code; the result holds the code.
    """
    if len(content) > MAX_BYTES:
        return InitiativeSheet((), (CellProblem(1, "", "too_large"),))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return InitiativeSheet((), (CellProblem(1, "", "not_utf8"),))
    first = text.partition("\n")[0]
    try:
        table = list(
            csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",")
        )
    except csv.Error:
        # A quote that is never closed swallows the rest of the file into one cell.
        return InitiativeSheet((), (CellProblem(1, "", "cells"),))
    names = [column.name for column in COLUMNS]
    if not table or [name.strip().casefold() for name in table[0]] != names:
        return InitiativeSheet((), (CellProblem(1, "", "columns"),))
    filled = [
        (line, row)
        for line, row in enumerate(table[1:], start=2)
        if any(cell.strip() for cell in row)
    ]
    if len(filled) > MAX_ROWS:
        return InitiativeSheet((), (CellProblem(1, "", "too_many_rows"),))
    problems: list[CellProblem] = []
    rows: list[Mapping[str, str]] = []
    for line, cells in filled:
        if len(cells) != len(COLUMNS):
            problems.append(CellProblem(line, "", "cells"))
            continue
        row = to_codes(
            {name: cell.strip() for name, cell in zip(names, cells, strict=True) if cell.strip()}
        )
        problems += [CellProblem(line, column, kind) for column, kind in _row_problems(row, places)]
        rows.append(row)
    return InitiativeSheet(() if problems else tuple(rows), tuple(problems))


def _row_problems(row: Mapping[str, str], places: Sequence[str]) -> list[tuple[str, ProblemKind]]:
    problems: list[tuple[str, ProblemKind]] = []
    for column in COLUMNS:
        value = row.get(column.name)
        if value is None:
            if column.required:
                problems.append((column.name, "missing"))
            continue
        allowed = tuple(places) if column.name == "plaats" else column.allowed
        problems += [(column.name, kind) for kind in _cell_problems(column, value, allowed, row)]
    begin, end = _days(row.get("begin"))[0], _days(row.get("einde"))[1]
    if begin and end and end < begin:
        problems.append(("einde", "end_before_start"))
    if 0 < sum(name in row for name in ("actor", "soort_actor", "rol")) < 3:
        problems.append(("actor", "no_actor"))
    if ("lon" in row) != ("lat" in row):
        problems.append(("lon", "half_a_place"))
    return problems


def _cell_problems(
    column: SheetColumn, value: str, allowed: tuple[str, ...], row: Mapping[str, str]
) -> list[ProblemKind]:
    if len(value) > MAX_CELL:
        return ["too_long"]
    if _CONTROL.search(value):
        return ["control"]
    match column.kind:
        case "code":
            return [] if value in allowed else ["not_allowed"]
        case "date":
            return [] if _days(value)[0] else ["not_a_date"]
        case "number":
            bound = 180 if column.name == "lon" else 90
            return (
                [] if _DEGREES.fullmatch(value) and abs(float(value)) <= bound else ["not_a_number"]
            )
        case "url":
            return [] if _URL.fullmatch(value) else ["not_a_url"]
    if value.startswith(FORMULA_SIGNS):
        return ["formula"]
    if column.name == "actor" and row.get("soort_actor") == PERSON:
        return [] if value.casefold() in PERSON_ROLES else ["name"]
    # Streets are often named after persons.
    return [
        kind
        for kind in personal_data.kinds(value)
        if not (kind == "name" and column.kind == "streets")
    ]


def _days(text: str | None) -> tuple[date | None, date | None]:
    """First and last day of a year, month or day; None twice for other text."""
    match = _DATE.fullmatch(text or "")
    if match is None:
        return None, None
    year, month, day = int(match["year"]), int(match["month"] or 0), int(match["day"] or 0)
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None, None
    if day:
        return first, first
    following = date(year + 1, 1, 1) if month in (0, 12) else date(year, month + 1, 1)
    return first, date.fromordinal(following.toordinal() - 1)


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
_DATE = re.compile(r"(?P<year>(?:19|20)\d{2})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?")
_DEGREES = re.compile(r"-?\d{1,3}(\.\d{1,8})?")
_URL = re.compile(r"https?://[^\s<>\"'@]+")
