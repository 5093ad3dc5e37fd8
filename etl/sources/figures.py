"""Single figures of a municipality from a one-sheet template: each with its unit, day, definition
and source.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache

import pandas as pd

from data import personal
from data.tables import OBSERVATIONS
from etl import headings, spreadsheet, withdrawn
from etl.area import Area
from etl.errors import ContentError
from etl.headings import ColumnMap, Field, Opened
from etl.preview import Preview, Refusal, first_reason, tally
from etl.problems import Finding
from etl.source import FileRead, Parsed, Piece, Source
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

FIELDS = (
    Field(
        "indicator",
        "wat is geteld (code of naam uit de lijst)",
        ("indicator", "onderwerp", "maat", "kengetal"),
    ),
    Field("value", "waarde", ("waarde", "value", "cijfer", "getal"), number=True),
    Field("unit", "eenheid", ("eenheid", "unit")),
    Field(
        "date",
        "jaar, maand of dag waarover het gaat",
        ("peildatum", "datum", "date", "periode", "jaar"),
    ),
    Field("definition", "definitie", ("definitie", "definition")),
    Field("source", "bron: organisatie en titel", ("bron", "source")),
    Field("area", "gebied", ("gebied", "area", "soort_gebied", "gebiedsoort")),
    Field("area_name", "naam van het gebied", ("gebiedsnaam", "naam_gebied", "area_name")),
    Field("source_url", "adres van de bron", ("bron_url", "url", "link", "source_url")),
    Field("source_date", "datum van de bron", ("bron_datum", "brondatum", "source_date")),
    Field("nature", "aard: gemeten, afgeleid, doel, plan of verwachting", ("aard", "nature")),
    Field("series", "reeks: cijfers die u met elkaar vergelijkt", ("reeks", "series")),
    Field("sharing", "delen: intern of open", ("delen", "sharing", "openbaar")),
    Field("confidence", "zekerheid: hoog, midden of laag", ("zekerheid", "confidence")),
    Field("note", "opmerking", ("opmerking", "toelichting", "note")),
)
NEEDED = ("indicator", "value", "unit", "date", "definition", "source", "area")
"""Columns the sheet must have; a definition may be blank where the source gives none."""

AREAS = {
    "binnenstad": "inner_city",
    "centrum": "inner_city",
    "inner_city": "inner_city",
    "kernwinkelgebied": "core_shopping_area",
    "core_shopping_area": "core_shopping_area",
    "gemeente": "municipality",
    "municipality": "municipality",
    "winkelgebied": "retail_site",
    "retail_site": "retail_site",
    "winkelcentrum": "shopping_centre",
    "shopping_centre": "shopping_centre",
    "straat": "street",
    "street": "street",
    "plein": "square",
    "square": "square",
    "markt": "market",
    "market": "market",
    "gebouw": "building",
    "building": "building",
    "station": "station",
    "stad": "town",
    "town": "town",
    "anders": "other",
}
NATURES = {
    "gemeten": "measured",
    "geteld": "measured",
    "afgeleid": "derived",
    "berekend": "derived",
    "doel": "target",
    "plan": "plan",
    "verwachting": "expectation",
    "raming": "expectation",
}
SHARED = {
    "intern": "internal",
    "nee": "internal",
    "internal": "internal",
    "open": "open",
    "ja": "open",
    "openbaar": "open",
    "totaal": "aggregate",
    "aggregate": "aggregate",
}
SURE = {
    "hoog": "high",
    "midden": "medium",
    "laag": "low",
    "high": "high",
    "medium": "medium",
    "low": "low",
}
EXAMPLE = {
    "indicator": "population",
    "value": "81143",
    "unit": "inwoners",
    "date": "2024-01-01",
    "definition": "inwoners van de gemeente",
    "source": "Gemeente, bevolkingsregister",
    "area": "gemeente",
    "source_date": "2024-02-01",
}
ALLOWED = {
    "area": tuple(AREAS),
    "nature": tuple(NATURES),
    "sharing": tuple(SHARED),
    "confidence": tuple(SURE),
}
_TEXTS = ("definition", "source", "area_name", "note")
_PERIOD = re.compile(r"((?:19|20)\d{2})(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Reading:
    """One file as understood."""

    piece: Piece
    opened: Opened
    frame: pd.DataFrame
    refusals: tuple[Refusal, ...]

    @property
    def file(self) -> FileRead:
        """How much of it was read."""
        rows = len(self.opened.sheet.cells)
        return FileRead(
            name=self.piece.name,
            rows=rows,
            used=len(self.frame),
            reason=first_reason(self.refusals),
        )


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """One observation per row; where two files give the same figure the one brought last counts."""
    readings = [
        _reading(piece, headings.told(pieces, piece, source_id=SOURCE.id, fields=FIELDS), area)
        for piece in headings.tables(pieces)
    ]
    readings.sort(key=lambda reading: reading.piece.retrieved)
    whole = (
        pd.concat([reading.frame for reading in readings], ignore_index=True)
        if readings
        else _frame([])
    )
    last = whole.drop_duplicates("observation_id", keep="last")
    replaced = len(whole) - len(last)
    last, taken_out = withdrawn.without(last, "observation_id", pieces)
    refusals = [refusal for reading in readings for refusal in reading.refusals]
    counts = (
        tally(refusals) | taken_out | ({"replaced-by-later-file": replaced} if replaced else {})
    )
    findings: list[Finding] = [
        finding for reading in readings for finding in reading.opened.sheet.findings
    ]
    days = last["period_end"].dropna()
    surveyed = days.max().date().isoformat() if len(days) else None
    files = tuple(reading.file for reading in readings)
    return Parsed({"observations": last}, counts, surveyed, tuple(findings), files=files)


def preview(
    piece: Piece, stated: ColumnMap | None, area: Area, beside: Sequence[Piece] = ()
) -> Preview:
    """What was understood of one file; `beside` are the files imported before."""
    reading = _reading(piece, stated, area)
    frame = reading.frame
    shared = frame["sharing"].value_counts()
    examples = [
        f"{row.place_id}: {row.indicator} = {_said(row.value, row.unit)},"
        f" {row.period_start:%Y-%m-%d} tot en met {row.period_end:%Y-%m-%d},"
        f" {'intern' if row.sharing == 'internal' else 'open'}"
        for row in frame.head(3).itertuples(index=False)
    ]
    tallies = (
        ("alleen op deze computer te zien", int(shared.get("internal", 0))),
        ("voor iedereen", int(shared.get("open", 0))),
        ("zonder definitie", int(frame["definition"].isna().sum())),
    )
    earlier = (
        set(parse(beside, area).frames["observations"]["observation_id"])
        & set(frame["observation_id"])
        if headings.tables(beside)
        else set()
    )
    notes = (f"{len(earlier)} cijfers stonden er al en worden vervangen",) if earlier else ()
    return Preview(
        reading.file,
        reading.opened,
        tallies,
        tuple(examples),
        reading.refusals,
        reading.opened.sheet.findings,
        notes,
    )


def _reading(piece: Piece, stated: ColumnMap | None, area: Area) -> Reading:
    opened = headings.open_table(piece, stated, FIELDS, source_id=SOURCE.id)
    for name in NEEDED:
        if name not in opened.map.columns:
            raise ContentError.from_finding(headings.missing(opened, _heading(name)))
    if piece.place_id is None:
        raise ContentError("import-placeless", name=piece.name, source=SOURCE.id)
    cells = opened.sheet.cells
    words = pd.DataFrame(
        {
            one.id: spreadsheet.texts(column)
            for one in FIELDS
            if (column := opened.column(one.id)) is not None
        }
    )
    values, per_cent = _values(opened)
    rows: list[dict[str, object]] = []
    refusals: list[Refusal] = []
    for number in cells.index:
        told = {name: text for name, text in words.loc[number].items() if isinstance(text, str)}
        entry = _row(
            told,
            float(values[number]),
            bool(per_cent[number]),
            isinstance(opened.column("value")[number], str),
            piece,
        )
        if not isinstance(entry, str) and any(
            entry["observation_id"] == row["observation_id"] for row in rows
        ):
            entry = "dropped-twice"
        if isinstance(entry, str):
            rule, _, detail = entry.partition(": ")
            refusals.append(Refusal(int(number), rule, detail or _WHY[rule]))
        else:
            rows.append(entry)
    return Reading(piece, opened, _frame(rows), tuple(refusals))


_WHY: Mapping[str, str] = {
    "dropped-no-value": "de waarde ontbreekt of is geen getal",
    "dropped-date": "de peildatum is geen jaar, maand of dag, of ligt na vandaag",
    "dropped-no-source": "zonder bron nemen wij een cijfer niet over",
    "dropped-area": (
        "het gebied is niet bekend; kies binnenstad, kernwinkelgebied, gemeente, winkelgebied,"
        " straat, plein of anders"
    ),
    "dropped-word": "aard, delen of zekerheid heeft een woord dat niet in de lijst staat",
    "dropped-personal": (
        "er staat een naam, telefoonnummer of mailadres; noem de organisatie of de rol"
    ),
    "dropped-url": "het adres van de bron begint niet met https:// of http://",
    "dropped-share": "een aandeel ligt tussen 0 en 100 %",
    "dropped-percent-cell": (
        "de cel heeft de opmaak %, en 0,193 kan dan 19,3 % of 0,193 % zijn; typ 19,3 in een gewone"
        " cel met eenheid %"
    ),
    "dropped-twice": "dit cijfer staat er al: zelfde indicator, gebied en peildatum",
}


def _row(
    told: Mapping[str, str], value: float, per_cent: bool, typed: bool, piece: Piece
) -> dict[str, object] | str:
    """An observation, or the rule it is refused under."""
    indicator = _indicator(told.get("indicator", ""))
    if indicator is None:
        near = get_close_matches(told.get("indicator", "").lower(), list(_names()), n=3, cutoff=0.5)
        meant = [
            f"{one} ({_labels()[one]})" for one in dict.fromkeys(_names()[name] for name in near)
        ]
        return "dropped-indicator: deze indicator is niet bekend" + (
            f"; bedoelt u {' of '.join(meant)}?" if meant else ""
        )
    if value != value:
        return "dropped-no-value"
    unit = _indicators()[indicator]
    if unit == "share" and (
        per_cent
        or headings.plain(told.get("unit", "")) in ("procent", "percent", "pct")
        or told.get("unit") == "%"
    ):
        if not typed and 0 < abs(value) < 1:
            return "dropped-percent-cell"
        value = round(value / 100, 12)
    elif not (
        unit == "share" and headings.plain(told.get("unit", "")) in ("share", "aandeel", "deel")
    ) and _unit(told.get("unit", "")) != _unit(unit):
        shown = "% of aandeel" if unit == "share" else unit
        return (
            f"dropped-unit: {indicator} wordt geteld in {shown}, niet in"
            f" {told.get('unit', 'niets')}"
        )
    if unit == "share" and not 0 <= value <= 1:
        return "dropped-share"
    span = period(told.get("date", ""))
    if span is None or span[0] > piece.retrieved:
        return "dropped-date"
    if "source" not in told:
        return "dropped-no-source"
    area_kind = AREAS.get(told.get("area", "").lower())
    if area_kind is None:
        return "dropped-area"
    nature = NATURES.get(told["nature"].lower()) if "nature" in told else "measured"
    sharing = SHARED.get(told["sharing"].lower()) if "sharing" in told else "internal"
    sure = SURE.get(told["confidence"].lower()) if "confidence" in told else "medium"
    if None in (nature, sharing, sure):
        return "dropped-word"
    if any(personal.kinds(told.get(name, "")) for name in _TEXTS):
        return "dropped-personal"
    if "source_url" in told and not re.fullmatch(r"https?://\S+", told["source_url"]):
        return "dropped-url"
    place, spelled = (
        str(piece.place_id),
        re.sub(r"[^a-z0-9]+", "-", told.get("area_name", area_kind).lower()).strip("-")
        or area_kind,
    )
    series = re.sub(r"[^a-z0-9]+", "-", told.get("series", "").lower()).strip("-")
    return {
        "observation_id": f"own:{place}:{indicator}:{spelled}:{_named(*span)}",
        "place_id": place,
        "area_name": told.get("area_name"),
        "indicator": indicator,
        "period_start": span[0],
        "period_end": span[1],
        "value": value,
        "unit": unit,
        "definition": told.get("definition"),
        "area_kind": area_kind,
        "nature": nature,
        # Only one municipality's figures of one kind and area can share a series, whatever it is
        # called.
        "series": f"own:{place}:{indicator}:{spelled}:{series}" if series else None,
        "source_id": SOURCE.id,
        "source_url": told.get("source_url"),
        "source_date": told.get("source_date", "ongedateerd"),
        "retrieved": piece.retrieved,
        "licence": SOURCE.licence,
        "confidence": sure,
        "provisional": False,
        "sharing": sharing,
        "note": (
            ". ".join(
                filter(
                    None,
                    [
                        f"Bron volgens de gemeente: {told['source'].rstrip('.')}",
                        told.get("note", "").rstrip("."),
                    ],
                )
            )
            + "."
        ),
    }


def period(text: str) -> tuple[date, date] | None:
    """First and last day of a year (2024), month (2024-03) or day; None for anything else."""
    if match := _PERIOD.fullmatch(text):
        year, month = int(match.group(1)), int(match.group(2) or 0)
        if month > 12 or match.group(2) == "00":
            return None
        last = month or 12
        return date(year, month or 1, 1), date(year, last, monthrange(year, last)[1])
    read = spreadsheet.days(pd.Series([text or None], dtype=object)).values.iloc[0]
    return None if pd.isna(read) else (read.date(), read.date())


def _named(start: date, end: date) -> str:
    if start == end:
        return start.isoformat()
    return f"{start:%Y-%m}" if start.month == end.month else f"{start:%Y}"


def _values(opened: Opened) -> tuple[pd.Series, pd.Series]:
    """The numbers, and whether a per cent sign stands behind them."""
    cells = opened.sheet.cells[opened.map.columns["value"]]
    signed = cells.map(lambda cell: isinstance(cell, str) and cell.strip().endswith("%")).astype(
        bool
    )
    bare = cells.where(~signed, cells.map(lambda cell: str(cell).strip().rstrip("% ").strip()))
    return spreadsheet.numbers(bare, opened.form).values, signed


@cache
def _indicators() -> Mapping[str, str]:
    """Unit per known indicator."""
    known = reference.tables()["indicators"]
    return dict(zip(known["indicator"], known["unit"], strict=True))


@cache
def _labels() -> Mapping[str, str]:
    """Dutch label per known indicator."""
    known = reference.tables()["indicators"]
    return dict(zip(known["indicator"], known["label_nl"], strict=True))


@cache
def _names() -> Mapping[str, str]:
    """Indicator by what people call it: its code and its label in Dutch or English, in small
    letters.
    """
    known = reference.tables()["indicators"]
    names = {str(row.indicator): str(row.indicator) for row in known.itertuples(index=False)}
    for column in ("label_nl", "label_en"):
        # A label that two indicators share names neither.
        once = known[~known[column].duplicated(keep=False)]
        names |= {
            label.lower(): indicator
            for label, indicator in zip(once[column], once["indicator"], strict=True)
        }
    return names


def _indicator(text: str) -> str | None:
    return _names().get(text.lower()) or _names().get(text)


def _unit(text: str) -> str:
    """A unit without its spelling: m2 is m²."""
    return " ".join(text.lower().replace("²", "2").replace("€", "euro").split())


def _said(value: float, unit: str) -> str:
    """A figure as Dutch people write it."""
    number, words = (value * 100, "%") if unit == "share" else (value, unit)
    return f"{number:.6g} {words}".replace(".", ",", 1)


def _heading(name: str) -> str:
    return next(one.aliases[0] for one in FIELDS if one.id == name)


def _frame(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """Rows as a frame with the columns and types of `observations`; what a row leaves out is
    missing.
    """
    columns = {}
    for name, column in OBSERVATIONS.columns.items():
        cells = [row.get(name) for row in rows]
        if column.dtype == "datetime64[ms]":
            columns[name] = pd.to_datetime(pd.Series(cells, dtype="object")).astype(
                "datetime64[ms]"
            )
        else:
            columns[name] = pd.Series(cells, dtype=column.dtype)
    return pd.DataFrame(columns)


def explained() -> tuple[tuple[str, ...], ...]:
    """The indicators that may stand in the sheet, row by row."""
    known = reference.tables()["indicators"]
    rows: list[tuple[str, ...]] = [("", ""), ("indicator", "naam", "eenheid")]
    rows += [
        (row.indicator, row.label_nl, "% of aandeel" if row.unit == "share" else row.unit)
        for row in known.itertuples(index=False)
    ]
    return tuple(rows)
