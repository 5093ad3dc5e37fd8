"""Single figures of a municipality from a sheet: each with its unit, day, definition and source."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from math import isnan

import pandas as pd

from data.forms import personal_data
from data.schema.tables import OBSERVATIONS
from etl.area import Area
from etl.errors import ContentError
from etl.parsing import column_map, table_file
from etl.parsing.column_map import ColumnMap, OpenedTable
from etl.parsing.import_reader import (
    ImportedFile,
    file_read,
    imported_before,
    publishable,
    read_files,
    typed_frame,
)
from etl.parsing.preview import EXAMPLES, Preview
from etl.parsing.row_filter import RowFilter, RowRefusedError
from etl.problems import phrase, untranslated
from etl.source import Parsed, Piece, Source
from etl.sources import reference
from geo.bilingual import Bilingual

SOURCE = Source(
    id="figures",
    title=Bilingual(nl="Cijfers van de gemeente", en="Figures of the municipality"),
    publisher="Gemeente",
    licence="Eigen gegevens van de gemeente",
    fills=(OBSERVATIONS,),
    rows=range(1, 5_000),
    tried="documentation",
    tried_with=("the template of the project, filled with made-up figures (CSV, XLSX)",),
    sharing="internal",
    waits_for_file=True,
    accepts=(".csv", ".txt", ".xlsx", ".xls", ".ods", ".toml"),
    per="region",
)

FIELDS = column_map.declared_fields("figures")
NEEDED = ("indicator", "value", "unit", "date", "definition", "source", "area")
"""Columns the sheet must have; a definition may be blank where the source gives none."""

_WORDS = {field.id: field.words for field in FIELDS}
_TEXTS = ("definition", "source", "area_name", "note")
_PERIOD = re.compile(r"((?:19|20)\d{2})(?:-(\d{2}))?")
_PER_CENT = ("procent", "percent", "pct")
_SHARE = ("share", "aandeel", "deel")


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """One observation per row; where two files give the same figure the newest file counts.

    Raises FileError or ContentError.
    """
    files = read_files(pieces, SOURCE.id, FIELDS, _read)
    every = pd.concat(
        [typed_frame([], OBSERVATIONS), *(file.frame for file in files)], ignore_index=True
    )
    last = every.drop_duplicates("observation_id", keep="last")
    replaced = len(every) - len(last)
    return publishable(
        SOURCE,
        last,
        files,
        pieces,
        key="observation_id",
        day="period_end",
        counts={"replaced-by-later-file": replaced} if replaced else {},
        findings=(finding for file in files for finding in file.findings),
    )


def preview(
    piece: Piece, stated: ColumnMap | None, area: Area, beside: Sequence[Piece] = ()
) -> Preview:
    """The preview of one file; `beside` are the files imported before."""
    file = _read(piece, stated)
    frame = file.frame
    sharing = frame["sharing"].value_counts()
    replaced = len(imported_before(parse, beside, area, frame, "observation_id"))
    return file.preview(
        SOURCE.id,
        tallies={
            "internal": int(sharing.get("internal", 0)),
            "open": int(sharing.get("open", 0)),
            "no-definition": int(frame["definition"].isna().sum()),
        },
        examples=[
            phrase(
                f"figures.example-{'internal' if row['sharing'] == 'internal' else 'open'}",
                place=row["place_id"],
                indicator=row["indicator"],
                value=_written(row["value"], row["unit"]),
                first=row["period_start"],
                last=row["period_end"],
            )
            for row in frame.head(EXAMPLES).to_dict("records")
        ],
        notes=[phrase("figures.replaced", count=replaced)] if replaced else [],
    )


def _read(piece: Piece, stated: ColumnMap | None) -> ImportedFile:
    opened = column_map.open_table(piece, stated, FIELDS, source_id=SOURCE.id)
    for field in FIELDS:
        if field.id in NEEDED and field.id not in opened.map.columns:
            raise column_map.missing_column(opened, field.aliases[0])
    if piece.place_id is None:
        raise ContentError("import-placeless", name=piece.name, source=SOURCE.id)
    words = pd.DataFrame({name: opened.texts(name) for name in opened.map.columns})
    values, signed = _values(opened)
    typed = opened.sheet.cells[opened.map.columns["value"]].map(lambda cell: isinstance(cell, str))
    rows, observations = RowFilter(opened.index, SOURCE.id), {}
    for number in opened.index:
        cells = FigureCells(
            {name: text for name, text in words.loc[number].items() if isinstance(text, str)},
            value=float(values[number]),
            per_cent_sign=bool(signed[number]),
            typed=bool(typed[number]),
        )
        try:
            observation = parse_row(cells, piece)
            if observation["observation_id"] in observations:
                raise RowRefusedError("dropped-twice")
        except RowRefusedError as error:
            rows.refuse(int(number), error)
        else:
            observations[observation["observation_id"]] = observation
    frame = typed_frame(list(observations.values()), OBSERVATIONS)
    return ImportedFile(
        opened=opened,
        frame=frame,
        file=file_read(opened, len(frame), rows.refusals),
        refusals=tuple(rows.refusals),
        findings=opened.sheet.findings,
    )


@dataclass(frozen=True, slots=True)
class FigureCells:
    """One row as text by field; its value as a number, NaN where it is not one.

    `per_cent_sign`: a % follows the value. `typed`: the value is stored as text.
    """

    texts: Mapping[str, str]
    value: float
    per_cent_sign: bool
    typed: bool

    def code(self, name: str, default: str | None = None) -> str | None:
        """The code of a word; `default` for an empty cell, None for a word that is not known."""
        text = self.texts.get(name)
        return default if text is None else _WORDS[name].get(text.lower())


def parse_row(cells: FigureCells, piece: Piece) -> dict[str, object]:
    """The observation in a row, by column of `observations`.

    Raises RowRefusedError under the first rule that the row breaks.
    """
    texts, place = cells.texts, str(piece.place_id)
    indicator = _indicator(texts.get("indicator", ""))
    value = _value(cells, indicator)
    span = period(texts.get("date", ""))
    if span is None or span[0] > piece.retrieved:
        raise RowRefusedError("dropped-date")
    if "source" not in texts:
        raise RowRefusedError("dropped-no-source")
    area_kind = cells.code("area")
    if area_kind is None:
        raise RowRefusedError("dropped-area")
    nature, sharing = cells.code("nature", "measured"), cells.code("sharing", "internal")
    confidence = cells.code("confidence", "medium")
    if None in (nature, sharing, confidence):
        raise RowRefusedError("dropped-word")
    if any(personal_data.kinds(texts.get(name, "")) for name in _TEXTS):
        raise RowRefusedError("dropped-personal")
    if "source_url" in texts and not re.fullmatch(r"https?://\S+", texts["source_url"]):
        raise RowRefusedError("dropped-url")
    about = f"own:{place}:{indicator}:{_slug(texts.get('area_name', area_kind)) or area_kind}"
    series = _slug(texts.get("series", ""))
    notes = [f"Bron volgens de gemeente: {texts['source'].rstrip('.')}"]
    notes += [text for text in [texts.get("note", "").rstrip(".")] if text]
    return {
        "observation_id": f"{about}:{_period_name(*span)}",
        "place_id": place,
        "area_name": texts.get("area_name"),
        "indicator": indicator,
        "period_start": span[0],
        "period_end": span[1],
        "value": value,
        "unit": _indicators()["unit"][indicator],
        "definition": texts.get("definition"),
        "area_kind": area_kind,
        "nature": nature,
        # A series has one municipality, indicator and area, under any name in the sheet.
        "series": f"{about}:{series}" if series else None,
        "source_id": SOURCE.id,
        "source_url": texts.get("source_url"),
        "source_date": texts.get("source_date", "ongedateerd"),
        "retrieved": piece.retrieved,
        "licence": SOURCE.licence,
        "confidence": confidence,
        "provisional": False,
        "sharing": sharing,
        "note": f"{'. '.join(notes)}.",
    }


def _indicator(text: str) -> str:
    """The indicator of this code or label; RowRefusedError names similar ones."""
    names = _names()
    indicator = names.get(text.lower()) or names.get(text)
    if indicator is not None:
        return indicator
    hint, labels = untranslated(""), _indicators()["label_nl"]
    if near := get_close_matches(text.lower(), list(names), n=3, cutoff=0.5):
        like = [f"{code} ({labels[code]})" for code in dict.fromkeys(names[name] for name in near)]
        either = Bilingual(nl=" of ".join(like), en=" or ".join(like))
        hint = phrase("figures.indicator-hint", like=either)
    raise RowRefusedError("dropped-indicator", hint=hint)


def _value(cells: FigureCells, indicator: str) -> float:
    """The value in the unit of the indicator, a share 0 to 1; RowRefusedError for another unit."""
    value, text = cells.value, cells.texts.get("unit", "")
    if isnan(value):
        raise RowRefusedError("dropped-no-value")
    unit = _indicators()["unit"][indicator]
    if unit != "share":
        if _plain_unit(text) != _plain_unit(unit):
            raise _wrong_unit(indicator, unit, text)
        return value
    if cells.per_cent_sign or text == "%" or column_map.plain(text) in _PER_CENT:
        if not cells.typed and 0 < abs(value) < 1:
            raise RowRefusedError("dropped-percent-cell")
        value = round(value / 100, 12)
    elif column_map.plain(text) not in _SHARE:
        raise _wrong_unit(indicator, phrase("figures.unit-share"), text)
    if not 0 <= value <= 1:
        raise RowRefusedError("dropped-share")
    return value


def _wrong_unit(indicator: str, unit: str | Bilingual, given: str) -> RowRefusedError:
    no_unit = phrase("figures.unit-none")
    return RowRefusedError("dropped-unit", indicator=indicator, unit=unit, given=given or no_unit)


def period(text: str) -> tuple[date, date] | None:
    """First and last day of a year (2024), month (2024-03) or day; None for anything else."""
    if match := _PERIOD.fullmatch(text):
        year, month = int(match.group(1)), int(match.group(2) or 0)
        if month > 12 or match.group(2) == "00":
            return None
        last = month or 12
        return date(year, month or 1, 1), date(year, last, monthrange(year, last)[1])
    read = table_file.days(pd.Series([text or None], dtype=object)).values.iloc[0]
    return None if pd.isna(read) else (read.date(), read.date())


def _period_name(start: date, end: date) -> str:
    if start == end:
        return start.isoformat()
    return f"{start:%Y-%m}" if start.month == end.month else f"{start:%Y}"


def _values(opened: OpenedTable) -> tuple[pd.Series, pd.Series]:
    """The numbers, and whether a per cent sign follows them."""
    cells = opened.sheet.cells[opened.map.columns["value"]]
    signed = cells.map(lambda cell: isinstance(cell, str) and cell.strip().endswith("%")).astype(
        bool
    )
    bare = cells.where(~signed, cells.map(lambda cell: str(cell).strip().rstrip("% ").strip()))
    return table_file.numbers(bare, opened.form).values, signed


@cache
def _indicators() -> pd.DataFrame:
    """Unit and labels of the known indicators, by code."""
    return reference.tables()["indicators"].set_index("indicator")


@cache
def _names() -> Mapping[str, str]:
    """Indicator by its code and by its label in Dutch or English, in small letters."""
    known = _indicators()
    names = {code: code for code in known.index}
    for column in ("label_nl", "label_en"):
        # A label of two indicators is ambiguous.
        unique = known[~known[column].duplicated(keep=False)]
        names |= {label.lower(): code for code, label in unique[column].items()}
    return names


def _plain_unit(text: str) -> str:
    """A unit in one spelling: m2 is m²."""
    return " ".join(text.lower().replace("²", "2").replace("€", "euro").split())


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _written(value: float, unit: str) -> Bilingual:
    """A figure with its unit, with a decimal comma in Dutch."""
    text = f"{value * 100:.6g} %" if unit == "share" else f"{value:.6g} {unit}"
    return Bilingual(nl=text.replace(".", ",", 1), en=text)


def sheet_words() -> dict[str, Mapping[str, str]]:
    """The words that may stand under a heading of the sheet, with their code."""
    labels = _indicators()["label_nl"].drop_duplicates(keep=False).sort_values()
    words = {field.aliases[0]: field.words for field in FIELDS}
    return {**words, FIELDS[0].aliases[0]: {label: str(code) for code, label in labels.items()}}


def explained() -> tuple[tuple[str, ...], ...]:
    """The indicators that may stand in the sheet, row by row."""
    known, share = _indicators(), phrase("figures.unit-share").nl
    units = known["unit"].replace("share", share)
    rows = zip(known.index, known["label_nl"], units, strict=True)
    return (("", ""), ("indicator", "naam", "eenheid"), *rows)
