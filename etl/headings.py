"""Which column of a brought table means what: guessed from its headings, written down as TOML, read
back from it.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from types import MappingProxyType

import pandas as pd

from data import personal
from etl import spreadsheet
from etl.delimited import Form
from etl.errors import ContentError
from etl.parts import ENDING as PART
from etl.problems import Finding, found, one_line
from etl.source import Piece
from etl.spreadsheet import Spreadsheet
from geo.bilingual import Bilingual

ENDING = ".columns.toml"
"""A map lies beside its table: `winkels.csv` has `winkels.csv.columns.toml`."""

# dBASE keeps ten characters of a name.
_CUT = 10
_SHOWN = 8
_LOOKED_AT = 200
"""Different cells of a column that are looked at for names: enough to know what the column is
about.
"""
_NAMES = re.compile("naam|name")
_PERSON = re.compile(
    r"eigenaar|huurder|ondernemer|contactpersoon|voornaam|achternaam|telefoon|email|geboorte|bsn$"
)
_SETTINGS = (
    "source",
    "file",
    "decimal",
    "thousands",
    "coordinate_decimal",
    "delimiter",
    "sheet",
    "surveyed",
    "status",
    "columns",
    "words",
)


@dataclass(frozen=True, slots=True)
class Field:
    """Something a table may tell: `aliases` are headings people give it, `nl` says what it is.

    Coordinates often come from another program than the other numbers, and are written in a form of
    their own.
    """

    id: str
    nl: str
    aliases: tuple[str, ...]
    number: bool = False
    coordinate: bool = False


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Heading per field, and what else must be known to read one file. What is None is sniffed or
    not told.

    `words` gives own words of the file (in small letters) their meaning, `status` is that of every
    unit of which no word of the file says otherwise.
    """

    columns: Mapping[str, str]
    decimal: str | None = None
    thousands: str | None = None
    coordinate_decimal: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    surveyed: date | None = None
    status: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=4096)
def plain(heading: str) -> str:
    """A heading without accents, capitals, blanks and signs: `Leeg sinds` is `leegsinds`."""
    bare = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]", "", bare.lower())


def meaning(heading: str, fields: Sequence[Field]) -> str | None:
    """The one field a heading stands for, names cut to ten characters included; None when it is
    none or several.
    """
    bare = plain(heading)
    exact = {one.id for one in fields if bare in {plain(alias) for alias in one.aliases}}
    if not exact and len(heading) == _CUT:
        exact = {
            one.id for one in fields if any(plain(alias).startswith(bare) for alias in one.aliases)
        }
    return exact.pop() if len(exact) == 1 else None


def known(headings: Sequence[str], fields: Sequence[Field]) -> int:
    """How many headings mean something."""
    return sum(meaning(heading, fields) is not None for heading in headings)


def guess(headings: Sequence[str], fields: Sequence[Field]) -> dict[str, str]:
    """Heading per field, in order of the fields; of two headings for one field the one its aliases
    name first.
    """
    candidates: dict[str, list[str]] = {}
    for heading in headings:
        if (means := meaning(heading, fields)) is not None:
            candidates.setdefault(means, []).append(heading)
    chosen = {}
    for one in fields:
        if one.id in candidates:
            order = [plain(alias) for alias in one.aliases]
            chosen[one.id] = min(
                candidates[one.id],
                key=lambda heading: (
                    order.index(plain(heading)) if plain(heading) in order else len(order)
                ),
            )
    return chosen


def told(
    pieces: Sequence[Piece], table: Piece, *, source_id: str, fields: Sequence[Field]
) -> ColumnMap | None:
    """The map lying beside a table, None when there is none."""
    wanted = (f"{table.name}{ENDING}", table.place_id)
    beside = next((piece for piece in pieces if (piece.name, piece.place_id) == wanted), None)
    return (
        None
        if beside is None
        else from_toml(beside.read(), beside.name, source_id=source_id, fields=fields)
    )


def tables(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces that are tables, not maps nor what lies beside to be looked up."""
    return [piece for piece in pieces if not piece.name.endswith((".toml", PART))]


@dataclass(frozen=True, slots=True)
class Opened:
    """A table, the map it is read with, and its columns by field; `form` is how its numbers are
    written, `coordinates` how those are.
    """

    sheet: Spreadsheet
    map: ColumnMap
    fields: tuple[Field, ...]
    form: Form
    coordinates: Form

    def column(self, name: str) -> pd.Series | None:
        """The cells of a field, None when the table has no such column."""
        heading = self.map.columns.get(name)
        return None if heading is None else self.sheet.cells[heading]

    @property
    def unused(self) -> tuple[str, ...]:
        """Headings that are not read."""
        return tuple(
            heading for heading in self.sheet.headings if heading not in self.map.columns.values()
        )


def missing(opened: Opened, *names: str) -> Finding:
    """That a brought table lacks a column of one of these names, with the headings it has."""
    either = Bilingual(nl=" of ".join(names), en=" or ".join(names))
    return found(
        "heading-missing",
        name=opened.sheet.name,
        column=either,
        headings=", ".join(opened.unused[:_SHOWN]) or "-",
    )


def about_persons(opened: Opened) -> tuple[Finding, ...]:
    """A note per column that speaks of persons and is read for the status only or not at all.

    The file with it stays on this computer.
    """
    told = []
    status = [heading for name, heading in opened.map.columns.items() if name == "status"]
    for heading in (*opened.unused, *(one for one in status if _PERSON.search(plain(one)))):
        cells = opened.sheet.cells[heading].dropna().unique()[:_LOOKED_AT]
        if _PERSON.search(plain(heading)) or any(
            personal.kinds(cell) for cell in cells if isinstance(cell, str)
        ):
            told.append(found("personal-column", name=opened.sheet.name, column=heading))
    return tuple(told)


def names_persons(heading: str) -> bool:
    """Whether a column of this heading may hold names of persons or shops."""
    bare = plain(heading)
    return bool(_PERSON.search(bare) or _NAMES.search(bare))


def open_table(
    piece: Piece, stated: ColumnMap | None, fields: Sequence[Field], *, source_id: str
) -> Opened:
    """The table in a piece under the map stated for it, or else under the one guessed from its
    headings.

    Raises FileError or ContentError.
    """
    sheet = spreadsheet.read(
        piece.path,
        piece.name,
        knows=(
            (lambda row: sum(cell in set(stated.columns.values()) for cell in row))
            if stated
            else (lambda row: known(row, fields))
        ),
        sheet=stated.sheet if stated else None,
        delimiter=stated.delimiter if stated else None,
    )
    used = stated or ColumnMap(guess(sheet.headings, fields))
    for name, heading in used.columns.items():
        if heading not in sheet.headings:
            raise ContentError(
                "map-column", name=name, heading=heading, headings=", ".join(sheet.headings)
            )
    if not used.columns:
        raise ContentError(
            "headings-unknown",
            name=piece.name,
            headings=", ".join(sheet.headings),
            source=source_id,
        )
    form = _form(
        sheet,
        used,
        [one for one in fields if one.number and not one.coordinate],
        used.decimal,
        used.thousands,
    )
    coordinates = _form(
        sheet, used, [one for one in fields if one.coordinate], used.coordinate_decimal, ""
    )
    whole = replace(
        used,
        decimal=form.decimal,
        thousands=form.thousands,
        coordinate_decimal=coordinates.decimal,
        delimiter=sheet.delimiter,
        sheet=sheet.sheet,
    )
    return Opened(sheet, whole, tuple(fields), form, coordinates)


def _form(
    sheet: Spreadsheet,
    used: ColumnMap,
    fields: Sequence[Field],
    decimal: str | None,
    thousands: str | None,
) -> Form:
    """How these fields are written: as the map states, or else as all their cells together tell."""
    if decimal:
        return Form(decimal=decimal, thousands=thousands or "")
    columns = [sheet.cells[used.columns[one.id]] for one in fields if one.id in used.columns]
    return spreadsheet.number_form(columns, name=sheet.name)


def draft(piece: Piece, fields: Sequence[Field], *, source_id: str) -> str:
    """The guessed map of a table that cannot be read without one yet, as text to complete; numbers
    as Dutch people write them.
    """
    sheet = spreadsheet.read(piece.path, piece.name, knows=lambda row: known(row, fields))
    form = Form(decimal=",", thousands=".")
    used = ColumnMap(
        guess(sheet.headings, fields),
        form.decimal,
        form.thousands,
        form.decimal,
        sheet.delimiter,
        sheet.sheet,
    )
    return to_toml(Opened(sheet, used, tuple(fields), form, form), source_id=source_id)


def to_toml(
    opened: Opened, *, source_id: str, unheard: Mapping[str, int] = MappingProxyType({})
) -> str:
    """The map as a person reviews it: the fields in Dutch, and which headings are left over.

    Words that need a meaning stand under [words] to be given one.
    """
    used = opened.map
    lines = [
        (
            f"# Hoe {one_line(opened.sheet.name)} wordt gelezen. Klopt er iets niet, verbeter het"
            " dan en geef dit bestand mee met --columns."
        ),
        f"source = {toml_text(source_id)}",
        f"file = {toml_text(opened.sheet.name)}",
        f"decimal = {toml_text(used.decimal or ',')}  # teken voor de decimalen",
        f"thousands = {toml_text(used.thousands or '')}  # teken tussen duizendtallen, of leeg",
    ]
    if any(one.coordinate for one in opened.fields):
        lines.append(
            f"coordinate_decimal = {toml_text(used.coordinate_decimal or ',')}  # teken voor de"
            " decimalen van coördinaten"
        )
    if used.delimiter is not None:
        lines.append(f"delimiter = {toml_text(used.delimiter)}")
    if used.sheet is not None:
        lines.append(f"sheet = {toml_text(used.sheet)}")
    if used.surveyed is not None:
        lines.append(f"surveyed = {used.surveyed.isoformat()}  # peildatum van het hele bestand")
    else:
        lines.append(
            "# surveyed = 2024-03-31  # peildatum van het hele bestand, als er geen kolom voor is"
        )
    if any(one.id == "status" for one in opened.fields):
        lines += _status_lines(used)
    lines += ["", "[columns]"]
    for one in opened.fields:
        heading = used.columns.get(one.id)
        entry = f"{one.id} = {toml_text(heading)}" if heading is not None else f'# {one.id} = ""'
        lines.append(f"{entry}  # {one.nl}")
    if opened.unused:
        lines += ["# Niet gebruikt: " + ", ".join(toml_text(heading) for heading in opened.unused)]
    lines += [
        "",
        "[words]",
        '# Eigen woorden in kleine letters en wat ze betekenen, bijvoorbeeld: "te huur" = "vacant"',
    ]
    lines += [f"{toml_text(word)} = {toml_text(means)}" for word, means in used.words.items()]
    # Every word is to be chosen for: this line as it stands is refused.
    choice = toml_text("vacant|in_use|unknown")
    lines += [f"# {toml_text(word)} = {choice}  # {count} keer" for word, count in unheard.items()]
    return "\n".join(lines) + "\n"


def _status_lines(used: ColumnMap) -> list[str]:
    meant = "elk pand waarvan geen woord iets anders zegt: vacant (leeg) of in_use (in gebruik)"
    return [
        f"{'' if used.status else '# '}status = {toml_text(used.status or 'vacant')}  # {meant}"
    ]


def from_toml(data: bytes, name: str, *, source_id: str, fields: Sequence[Field]) -> ColumnMap:
    """The map in a file that `to_toml` wrote and somebody may have changed; ContentError says what
    is wrong in it.
    """
    try:
        # Windows' own editor puts a mark in front.
        content = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ContentError("map-broken", name=name, detail=error) from error
    strange = sorted(set(content) - set(_SETTINGS))
    if strange:
        raise ContentError(
            "map-broken", name=name, detail=_unknown("instelling", "setting", strange[0], _SETTINGS)
        )
    if content.get("source", source_id) != source_id:
        other = content["source"]
        detail = Bilingual(
            nl=f"hij is voor {other!r}, niet voor {source_id!r}",
            en=f"it is a map for {other!r}, not {source_id!r}",
        )
        raise ContentError("map-broken", name=name, detail=detail)
    columns, words = content.get("columns", {}), content.get("words", {})
    for what, entries in (("columns", columns), ("words", words)):
        if not isinstance(entries, dict) or not all(
            isinstance(value, str) and value for value in entries.values()
        ):
            raise ContentError(
                "map-broken",
                name=name,
                detail=Bilingual(nl=f"in [{what}] horen teksten", en=f"[{what}] must hold texts"),
            )
    unknown = sorted(set(columns) - {one.id for one in fields})
    if unknown or not columns:
        empty = Bilingual(nl="[columns] is leeg", en="[columns] is empty")
        detail = (
            _unknown("veld", "field", unknown[0], [one.id for one in fields]) if unknown else empty
        )
        raise ContentError("map-broken", name=name, detail=detail)
    surveyed = content.get("surveyed")
    if surveyed is not None and type(surveyed) is not date:
        detail = Bilingual(
            nl="surveyed moet een datum zijn als 2024-03-31, zonder aanhalingstekens",
            en="surveyed must be a date like 2024-03-31, without quotes",
        )
        raise ContentError("map-broken", name=name, detail=detail)
    decimal, thousands = (
        _sign(content, "decimal", ",.", name),
        _sign(content, "thousands", ",. '", name),
    )
    if decimal is not None and decimal == thousands:
        raise ContentError(
            "map-broken",
            name=name,
            detail=Bilingual(
                nl=f"decimal en thousands zijn allebei {decimal!r}",
                en=f"decimal and thousands are both {decimal!r}",
            ),
        )
    return ColumnMap(
        columns,
        decimal=decimal,
        thousands=thousands,
        coordinate_decimal=_sign(content, "coordinate_decimal", ",.", name),
        delimiter=_sign(content, "delimiter", "".join(spreadsheet.DELIMITERS), name),
        sheet=_optional(content, "sheet", name),
        surveyed=surveyed,
        status=_optional(content, "status", name),
        words={word.lower().strip(): means for word, means in words.items()},
    )


def _unknown(nl: str, en: str, met: str, known: Sequence[str]) -> Bilingual:
    listed = ", ".join(known)
    return Bilingual(
        nl=f"{nl} {met!r} bestaat niet, wel: {listed}",
        en=f"unknown {en} {met!r}, known are {listed}",
    )


def _sign(content: Mapping[str, object], setting: str, allowed: str, name: str) -> str | None:
    value = _optional(content, setting, name)
    if value and (len(value) != 1 or value not in allowed):
        signs = " ".join(map(repr, allowed))
        detail = Bilingual(
            nl=f"{setting} moet een zijn van {signs}, niet {value!r}",
            en=f"{setting} must be one of {signs}, got {value!r}",
        )
        raise ContentError("map-broken", name=name, detail=detail)
    return value


def _optional(content: Mapping[str, object], setting: str, name: str) -> str | None:
    value = content.get(setting)
    if value is not None and not isinstance(value, str):
        raise ContentError(
            "map-broken",
            name=name,
            detail=Bilingual(
                nl=f"{setting} moet een tekst zijn, niet {value!r}",
                en=f"{setting} must be a text, got {value!r}",
            ),
        )
    return value or None if setting != "thousands" else value


def toml_text(value: str) -> str:
    """A TOML string on one line, whatever it holds."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"'
        + "".join(
            (
                sign
                if sign.isprintable()
                else f"\\u{ord(sign):04x}"
                if ord(sign) < 0x10000
                else f"\\U{ord(sign):08x}"
            )
            for sign in escaped
        )
        + '"'
    )
