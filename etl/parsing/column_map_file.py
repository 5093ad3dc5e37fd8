"""Column maps as TOML files that people review and change."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from data.schema.vocabulary import THEMES
from etl.decoding.delimited import Dialect
from etl.errors import ContentError
from etl.parsing import cbs_table, column_map, table_file
from etl.parsing.column_map import ColumnMap, ImportField, OpenedTable
from etl.problems import one_line, phrase
from etl.source import Piece

ENDING = ".columns.toml"
"""Ending of the map beside a table: `winkels.csv` has `winkels.csv.columns.toml`."""

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
    "table",
    "columns",
    "measures",
    "where",
    "words",
)


def map_beside(
    pieces: Sequence[Piece], table: Piece, *, source_id: str, fields: Sequence[ImportField]
) -> ColumnMap | None:
    """The map beside a table, None when there is none."""
    wanted = (f"{table.name}{ENDING}", table.place_id)
    for piece in pieces:
        if (piece.name, piece.place_id) == wanted:
            return from_toml(piece.read(), piece.name, source_id=source_id, fields=fields)
    return None


def draft(piece: Piece, fields: Sequence[ImportField]) -> OpenedTable:
    """A table that cannot be read without a map, with the guessed one, to be completed.

    It states a decimal comma.
    """
    sheet = table_file.read(
        piece.path, piece.name, knows=lambda row: column_map.count_known(row, fields)
    )
    form = Dialect(decimal=",", thousands=".")
    used = ColumnMap(
        column_map.guess(sheet.headings, fields),
        form.decimal,
        form.thousands,
        form.decimal,
        sheet.delimiter,
        sheet.sheet,
    )
    return OpenedTable(piece, sheet, used, tuple(fields), form, form)


def to_toml(
    opened: OpenedTable, *, source_id: str, unheard: Mapping[str, int] = MappingProxyType({})
) -> str:
    """The map for review: the fields in Dutch, and the headings that are not used.

    Words that need a meaning stand under [words].
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
    if any(field.coordinate for field in opened.fields):
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
    if any(field.id == "status" for field in opened.fields):
        lines.append(
            f"{'' if used.status else '# '}status = {toml_text(used.status or 'vacant')}  # elk"
            " pand waarvan geen woord iets anders zegt: vacant (leeg) of in_use (in gebruik)"
        )
    of_cbs = any(field.id == "measure" for field in opened.fields)
    if of_cbs:
        lines.append(f"{'' if used.table else '# '}table = {toml_text(used.table or '85039NED')}")
    lines += ["", "[columns]", *_column_lines(opened)]
    if of_cbs:
        return "\n".join([*lines, "", *_measure_lines(opened)]) + "\n"
    lines += ["", "[words]"]
    lines += [
        '# Eigen woorden in kleine letters en wat ze betekenen, bijvoorbeeld: "te huur" = "vacant"',
        *(f"{toml_text(word)} = {toml_text(code)}" for word, code in used.words.items()),
    ]
    # Somebody must choose for every word: this line is refused unchanged.
    choice = toml_text("vacant|in_use|unknown")
    lines += [f"# {toml_text(word)} = {choice}  # {count} keer" for word, count in unheard.items()]
    return "\n".join(lines) + "\n"


def _column_lines(opened: OpenedTable) -> list[str]:
    lines = []
    for field in opened.fields:
        heading = opened.map.columns.get(field.id)
        entry = f'# {field.id} = ""' if heading is None else f"{field.id} = {toml_text(heading)}"
        lines.append(f"{entry}  # {field.label.nl}")
    if opened.unused:
        lines.append("# Niet gebruikt: " + ", ".join(map(toml_text, opened.unused)))
    return lines


def _measure_lines(opened: OpenedTable) -> list[str]:
    """The subjects and rows to read; other subjects as lines to choose from."""

    def entry(heading: str, meanings: Mapping[str, str]) -> str:
        pairs = ", ".join(f"{name} = {toml_text(text)}" for name, text in meanings.items())
        return f"{toml_text(heading)} = {{ {pairs} }}"

    used = opened.map
    lines = [
        "[measures]",
        "# Haal # weg voor elk onderwerp dat u wilt lezen, en vul in wat er een vraagteken heeft.",
        f"# theme is een van {', '.join(THEMES)};",
        '# of noem in plaats van theme en label een cijfer dat er al is: indicator = "population".',
        *(entry(heading, meanings) for heading, meanings in used.measures.items()),
    ]
    for heading in cbs_table.candidates(opened):
        if heading not in (*used.measures, *used.where):
            choice = {"theme": "?", "label": cbs_table.label_of(heading)}
            choice |= {} if cbs_table.stated_unit(heading) else {"unit": "?"}
            lines.append(f"# {entry(heading, choice)}")
    rows = [f"{toml_text(heading)} = {toml_text(cell)}" for heading, cell in used.where.items()]
    return [
        *lines,
        "",
        "[where]",
        '# Welke rijen gelden, bijvoorbeeld: "Geslacht" = "T001038"',
        *rows,
    ]


def from_toml(
    data: bytes, name: str, *, source_id: str, fields: Sequence[ImportField]
) -> ColumnMap:
    """The map in a file of `to_toml` that somebody may have changed.

    Raises ContentError for what is wrong in it.
    """
    try:
        # The editor of Windows writes a byte order mark.
        content = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ContentError("map-broken", name=name, detail=error) from error
    strange = sorted(set(content) - set(_SETTINGS))
    if strange:
        raise _broken(name, "unknown-setting", given=strange[0], known=", ".join(_SETTINGS))
    if content.get("source", source_id) != source_id:
        raise _broken(name, "other-source", given=content["source"], source=source_id)
    columns, words = _texts(content, "columns", name), _texts(content, "words", name)
    known = [field.id for field in fields]
    unknown = sorted(set(columns) - set(known))
    if unknown:
        raise _broken(name, "unknown-field", given=unknown[0], known=", ".join(known))
    if not columns:
        raise _broken(name, "no-columns")
    measures = content.get("measures", {})
    if not isinstance(measures, dict):
        raise _broken(name, "no-texts", section="measures")
    surveyed = content.get("surveyed")
    if surveyed is not None and type(surveyed) is not date:
        raise _broken(name, "surveyed")
    decimal = _sign(content, "decimal", ",.", name)
    thousands = _sign(content, "thousands", ",. '", name)
    if decimal is not None and decimal == thousands:
        raise _broken(name, "same-signs", sign=decimal)
    return ColumnMap(
        columns,
        decimal=decimal,
        thousands=thousands,
        coordinate_decimal=_sign(content, "coordinate_decimal", ",.", name),
        delimiter=_sign(content, "delimiter", "".join(table_file.DELIMITERS), name),
        sheet=_optional(content, "sheet", name),
        surveyed=surveyed,
        status=_optional(content, "status", name),
        words={word.lower().strip(): code for word, code in words.items()},
        table=_optional(content, "table", name),
        measures={heading: _texts(measures, heading, name) for heading in measures},
        where=_texts(content, "where", name),
    )


def _broken(name: str, key: str, **values: object) -> ContentError:
    return ContentError("map-broken", name=name, detail=phrase(f"column_map.{key}", **values))


def _texts(content: Mapping[str, object], section: str, name: str) -> dict[str, str]:
    entries = content.get(section, {})
    if not isinstance(entries, dict):
        raise _broken(name, "no-texts", section=section)
    if not all(isinstance(value, str) and value for value in entries.values()):
        raise _broken(name, "no-texts", section=section)
    return entries


def _sign(content: Mapping[str, object], setting: str, allowed: str, name: str) -> str | None:
    value = _optional(content, setting, name)
    if value and (len(value) != 1 or value not in allowed):
        signs = " ".join(map(repr, allowed))
        raise _broken(name, "no-sign", setting=setting, signs=signs, given=value)
    return value


def _optional(content: Mapping[str, object], setting: str, name: str) -> str | None:
    value = content.get(setting)
    if value is not None and not isinstance(value, str):
        raise _broken(name, "no-text", setting=setting, given=value)
    return value or None if setting != "thousands" else value


def toml_text(value: str) -> str:
    """A TOML string on one line, whatever it holds."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(map(_printable, escaped)) + '"'


def _printable(sign: str) -> str:
    if sign.isprintable():
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"
