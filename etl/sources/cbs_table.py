"""Figures per municipality from any table of CBS that somebody downloads.

Which subjects to read, and what each is, stands in the column map: a table holds up to two hundred.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import NamedTuple

import pandas as pd

from data.schema.tables import INDICATORS, OBSERVATIONS, TRANSLATIONS
from data.schema.vocabulary import THEMES
from etl.area import Area
from etl.errors import ContentError
from etl.parsing import cbs_table, column_map, observations, table_file
from etl.parsing.cbs_columns import MISSING_FROM
from etl.parsing.cbs_table import CbsUnit, Period
from etl.parsing.column_map import ColumnMap, OpenedTable
from etl.parsing.import_reader import (
    ImportedFile,
    file_read,
    imported_before,
    publishable,
    read_files,
    typed_frame,
)
from etl.parsing.observations import UNDATED, IndicatorRow
from etl.parsing.preview import EXAMPLES, Preview
from etl.parsing.row_filter import RowFilter
from etl.problems import make_finding, phrase, untranslated
from etl.source import Parsed, Piece, Source
from etl.sources import reference
from etl.sources.cbs_statline import FIGURES, SHOWN_AT
from geo.bilingual import Bilingual

SOURCE = Source(
    id="cbs_table",
    title=Bilingual(nl="Tabellen van CBS, aangeleverd", en="Tables of CBS, brought as files"),
    publisher="CBS",
    licence="CC BY 4.0",
    fills=(OBSERVATIONS, INDICATORS, TRANSLATIONS),
    rows=range(1, 20_000),
    tried="recorded",
    tried_on=date(2026, 11, 30),
    tried_with=(
        "an export of StatLine of 342 municipalities (CSV, inwonertal)",
        "answers of July 2026: observations of 83625NED (OData JSON)",
    ),
    untried="key figures of districts and neighbourhoods (XLSX), StatLine's own CSV with units",
    url="https://opendata.cbs.nl/statline/",
    credit="Bron: CBS StatLine. Bewerking: Stadshart Twente. CC BY 4.0.",
    waits_for_file=True,
    accepts=(".csv", ".txt", ".json", ".xlsx", ".xls", ".ods", ".toml"),
    per="region",
)

FIELDS = column_map.declared_fields("cbs_table")
_PER_CENT = ("%", "procent")
_MEANINGS = frozenset({"indicator", "theme", "label", "unit"})
# A count of people on 1 January stands under that day, as in the tables that are fetched.
_STOCKS = frozenset(series.indicator for series in FIGURES if series.stock)


class Subject(NamedTuple):
    """One subject of a table: what it counts, and by what its numbers are multiplied.

    `title` is its name in the table, or the label that the map gives for a code.
    """

    heading: str
    title: str
    counted: IndicatorRow
    factor: float
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CbsFile(ImportedFile):
    """A table of CBS, with the subjects that are read and how many figures are unpublished."""

    subjects: tuple[Subject, ...] = ()
    missing: int = 0


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """One observation per municipality of the places, period and subject.

    Where two files give the same figure the newest file counts. Raises FileError or ContentError.
    """
    files = read_files(pieces, SOURCE.id, FIELDS, partial(_read, area=area))
    every = pd.concat(
        [typed_frame([], OBSERVATIONS), *(file.frame for file in files)], ignore_index=True
    )
    last = every.drop_duplicates("observation_id", keep="last")
    counts = Counter({"missing-not-published": sum(file.missing for file in files)})
    counts["replaced-by-later-file"] = len(every) - len(last)
    parsed = publishable(
        SOURCE,
        last,
        files,
        pieces,
        key="observation_id",
        day="period_end",
        counts=+counts,
        findings=(finding for file in files for finding in file.findings),
    )
    new = [subject.counted for file in files for subject in file.subjects if not subject.known]
    written = {text for name in ("definition", "area_name") for text in last[name].dropna()}
    texts = [UNDATED, *(row.unit for row in new), *map(_as_written, sorted(written))]
    words = {
        "indicators": observations.indicators(new),
        "translations": observations.translations(_translated(texts, area)),
    }
    return replace(parsed, frames={**parsed.frames, **words})


def preview(
    piece: Piece, stated: ColumnMap | None, area: Area, beside: Sequence[Piece] = ()
) -> Preview:
    """The preview of one file; `beside` are the files imported before."""
    file = _read(piece, stated, area=area)
    replaced = len(_replaced(beside, area, file.frame))
    labels = {subject.counted.indicator: subject.counted.label.nl for subject in file.subjects}
    return file.preview(
        SOURCE.id,
        tallies={"figures": len(file.frame), "missing": file.missing},
        examples=[
            phrase(
                "cbs_table.example",
                area=row["area_name"],
                label=labels[row["indicator"]],
                value=f"{row['value']:g} {row['unit']}",
                first=row["period_start"],
                last=row["period_end"],
            )
            for row in file.frame.head(EXAMPLES).to_dict("records")
        ],
        notes=[phrase("cbs_table.replaced", count=replaced)] if replaced else [],
    )


def _replaced(beside: Sequence[Piece], area: Area, frame: pd.DataFrame) -> list[str]:
    def observed(pieces: Sequence[Piece], area: Area) -> Parsed:
        parsed = parse(pieces, area)
        return replace(parsed, frames={"observations": parsed.frames["observations"]})

    return imported_before(observed, beside, area, frame, "observation_id")


def _read(piece: Piece, stated: ColumnMap | None, *, area: Area) -> CbsFile:
    opened = cbs_table.open_cbs_table(piece, stated, FIELDS, source_id=SOURCE.id)
    subjects = tuple(_subject(opened, *measure) for measure in opened.map.measures.items())
    rows = RowFilter(opened.index, SOURCE.id)
    places = area.places
    if piece.place_id is not None:
        places = tuple(place for place in places if place.place_id == piece.place_id)
    regions = opened.texts("region")
    meant = {text: cbs_table.municipality_code(text) for text in regions.dropna().unique()}
    codes = regions.map(meant)
    rows.drop(codes.isna(), "dropped-other-area")
    ours = codes.isin([place.municipality_code for place in places if place.municipality_code])
    rows.drop(~ours, "dropped-other-municipality")
    if not subjects:
        question = make_finding("subjects-unchosen", name=piece.name)
        file = file_read(opened, int(rows.remaining.sum()), rows.refusals)
        return CbsFile(
            opened=opened,
            frame=typed_frame([], OBSERVATIONS),
            file=replace(file, question=question),
            refusals=tuple(rows.refusals),
            findings=opened.sheet.findings,
        )
    periods = _periods(opened)
    rows.drop(periods.isna(), "dropped-date")
    remaining = opened.index[rows.remaining]
    names = periods[remaining].map(lambda period: period.name)
    cbs_table.require_one_row(opened, pd.DataFrame({"code": codes[remaining], "on": names}))
    figures: list[dict[str, object]] = []
    missing = 0
    for subject in subjects:
        values, unread = _values(opened, subject)
        rows.note(unread, "dropped-no-number", column=subject.heading)
        for number in remaining:
            if pd.isna(values[number]):
                missing += not unread[number]
                continue
            value, period = float(values[number]), periods[number]
            figures.append(_row(opened, subject, value, codes[number], period, area))
    frame = typed_frame(figures, OBSERVATIONS)
    twice = frame[frame["observation_id"].duplicated(keep=False)]
    if len(twice):
        pair = ", ".join(f"{value:g}" for value in twice["value"].iloc[:2])
        raise ContentError("figure-twice", figure=twice["observation_id"].iloc[0], values=pair)
    return CbsFile(
        opened=opened,
        frame=frame,
        file=file_read(opened, len(remaining), rows.refusals),
        refusals=tuple(rows.refusals),
        findings=opened.sheet.findings,
        subjects=subjects,
        missing=missing,
    )


def _periods(opened: OpenedTable) -> pd.Series:
    """The period of each row as a Period, None where it is none."""
    if "period" not in opened.map.columns:
        whole = cbs_table.period_of_file(opened)
        return pd.Series([whole] * len(opened.index), index=opened.index, dtype=object)
    words = opened.texts("period")
    known = {text: cbs_table.period_of(text) for text in words.dropna().unique()}
    return pd.Series([known.get(text) for text in words], index=opened.index, dtype=object)


def _subject(opened: OpenedTable, heading: str, meanings: Mapping[str, str]) -> Subject:
    """The subject that the map describes; ContentError for what it leaves open."""
    if heading not in opened.sheet.headings:
        every = ", ".join(opened.unused)
        raise ContentError("map-column", name="measures", heading=heading, headings=every)
    if unknown := sorted(set(meanings) - _MEANINGS):
        known = ", ".join(sorted(_MEANINGS))
        raise _broken(opened, "column_map.unknown-setting", given=unknown[0], known=known)
    unit = _unit(opened, heading, meanings.get("unit"))
    title = meanings.get("label") or cbs_table.label_of(heading)
    if "indicator" in meanings:
        return _known_subject(opened, heading, title, meanings["indicator"], unit)
    theme = meanings.get("theme", "")
    if theme not in THEMES:
        themes = ", ".join(THEMES)
        raise _broken(opened, "cbs_table.which-theme", heading=heading, themes=themes)
    name = "_".join(filter(None, ("cbs", _table(opened), _slug(title)))).replace("-", "_")
    # Per cent stays per cent: only a known indicator says whether it is a share or a change.
    words = _as_written("%" if unit.noun in _PER_CENT else unit.noun)
    counted = IndicatorRow(name, theme, _as_written(title), words)
    return Subject(heading, title, counted, unit.scale, known=False)


def _unit(opened: OpenedTable, heading: str, given: str | None) -> CbsUnit:
    """The unit that the file states, in the words of the map where it only counts, else the map's.

    Raises ContentError where neither says it or the two differ.
    """
    stated = cbs_table.stated_unit(heading)
    unit = stated if given is None else cbs_table.unit_of(given) or CbsUnit(given)
    if stated is not None and unit is not None and stated != unit:
        same = stated.noun in ("aantal", unit.noun) and unit.scale in (1.0, stated.scale)
        unit = CbsUnit(unit.noun, stated.scale) if same else None
    if unit is None or unit.noun == "?":
        detail = phrase("cbs_table.which-unit")
        raise ContentError("column-unclear", name=opened.piece.name, column=heading, detail=detail)
    return unit


def _known_subject(
    opened: OpenedTable, heading: str, title: str, indicator: str, unit: CbsUnit
) -> Subject:
    """A subject that is an indicator of ours, in its unit."""
    known = reference.tables()["indicators"].set_index("indicator")
    if indicator not in known.index:
        raise _broken(opened, "cbs_table.unknown-indicator", given=indicator)
    row = known.loc[indicator]
    own = str(row["unit"])
    factor = unit.scale
    if own == "share" and unit.noun in _PER_CENT:
        factor = 0.01
    elif unit.noun.replace("²", "2") not in ("aantal", own.replace("²", "2")) or own == "share":
        raise _broken(
            opened, "figures.dropped-unit", indicator=indicator, unit=own, given=unit.noun
        )
    label = Bilingual(str(row["label_nl"]), str(row["label_en"]), str(row["label_de"]))
    counted = IndicatorRow(indicator, str(row["theme"]), label, untranslated(own))
    return Subject(heading, title, counted, factor, known=True)


def _values(opened: OpenedTable, subject: Subject) -> tuple[pd.Series, pd.Series]:
    """The figures of a subject in the unit of its indicator, and which cells hold no number."""
    cells = opened.sheet.cells[subject.heading].map(cbs_table.number_cell)
    numbers = table_file.numbers(cells, opened.form)
    published = numbers.values.where(~numbers.values.between(-100_000, MISSING_FROM))
    return (published * subject.factor).round(9), numbers.refused


def _row(
    opened: OpenedTable, subject: Subject, value: float, code: str, period: Period, area: Area
) -> dict[str, object]:
    about, table = observations.municipality(area, code), _table(opened)
    shown = opened.map.table
    start, end, name = period.start, period.end, period.name
    if subject.counted.indicator in _STOCKS and len(name) == len("2023"):
        end, name = start, start.isoformat()
    key = "-".join(filter(None, ("cbs", table, _slug(subject.title))))
    definition = f"CBS, tabel {shown}: {subject.title}" if shown else f"CBS: {subject.title}"
    return {
        "observation_id": f"{about.key}-{key}-{name}",
        "place_id": about.place_id,
        "area_name": about.name.nl,
        "indicator": subject.counted.indicator,
        "period_start": start,
        "period_end": end,
        "value": value,
        "unit": subject.counted.unit.nl,
        "definition": definition,
        "area_kind": "municipality",
        "nature": "measured",
        "series": f"{key}-{about.key}",
        "source_id": SOURCE.id,
        "source_url": SHOWN_AT.format(table=shown) if shown else None,
        "source_date": UNDATED.nl,
        "retrieved": opened.piece.retrieved,
        "licence": SOURCE.licence,
        "confidence": "high",
        "provisional": period.provisional,
        "sharing": SOURCE.sharing,
        "note": f"Uit het bestand {opened.piece.name}, onderwerp {subject.heading}.",
    }


def _translated(texts: Sequence[Bilingual], area: Area) -> Iterator[Bilingual]:
    """The texts, with the names of municipalities in their languages."""
    names = {
        about.nl: about
        for code in area.municipality_codes
        for about in [observations.municipality(area, code).name]
    }
    for text in texts:
        yield names.get(text.nl, text)


def _table(opened: OpenedTable) -> str:
    return (opened.map.table or "").lower()


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


def _as_written(text: str) -> Bilingual:
    """Words of CBS, which has these tables in Dutch only."""
    return Bilingual(text, text, text)


def _broken(opened: OpenedTable, key: str, **values: object) -> ContentError:
    return ContentError("map-broken", name=opened.piece.name, detail=phrase(key, **values))
