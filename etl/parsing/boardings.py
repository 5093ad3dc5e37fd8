"""Boardings per stop from files of the provinces (OV Oost), with a row per stop or per operator."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from etl.decoding import delimited
from etl.decoding.delimited import Dialect
from etl.errors import ContentError, column_retyped
from etl.parsing import column_checks
from etl.parsing.observations import text
from etl.problems import Finding, make_finding
from etl.source import Piece
from geo.bilingual import Bilingual

BOARDINGS = "INSTAP_WERK"
OPERATOR = "CONCESSIE"
STOP_PLACE = "STOPPLACECODE"
_DAYS = (BOARDINGS, "UITSTAP_WERK", "INSTAP_ZA", "UITSTAP_ZA", "INSTAP_ZO", "UITSTAP_ZO")
KNOWN = frozenset({"NAME", "TOWN", OPERATOR, *_DAYS})
NO_STOP = ("-", "-1", "")
ROUNDING = 3.0
"""The rounding of rows that a sum may differ by from its total, up to 1 per cent."""

_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_WITH_NS = re.compile(
    r"(?<![a-z])(?<!niet[ _-])incl[a-z]*[.\s_-]*(?:de[\s_-]+)?ns(?![a-z])", re.IGNORECASE
)
_TOTAL = re.compile(r"\b(?:sub)?tota(?:al|l)\b|\balle\b", re.IGNORECASE)
_NUMBER = re.compile(r"(\d+)$")

WITH_NS, WITHOUT_NS = text("boardings.with-ns"), text("boardings.without-ns")


@dataclass(frozen=True, slots=True)
class Boardings:
    """Boardings on a workday by stop in one year, with or without NS trains.

    `counts` are rows left out, by rule. `names` are the names of stop places by their number.
    """

    per_stop: pd.Series
    year: int
    with_ns: bool
    counts: Counter[str] = field(default_factory=Counter)
    findings: tuple[Finding, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def items(self) -> Iterator[tuple[str, float]]:
        """Name or code of each stop, with its boardings."""
        for stop, value in self.per_stop.items():
            yield str(stop), float(value)

    def contradiction(self, name: str, others: Sequence[tuple[str, float, float]]) -> Finding:
        """The finding that a file differs for `others` (station, its number, curated number)."""
        nl, en = (
            "; ".join(f"{station} {value:g}, {ours} {known:g}" for station, value, known in others)
            for ours in ("overgenomen", "curated")
        )
        nl_with, en_with = ("met", "with") if self.with_ns else ("zonder", "without")
        trains = Bilingual(nl=f"{nl_with} NS", en=f"{en_with} NS")
        values = {"trains": trains, "stations": Bilingual(nl=nl, en=en)}
        return make_finding("boardings-differ", name=name, year=self.year, **values)


def read(piece: Piece, frame: pd.DataFrame, form: Dialect, column: str) -> Boardings:
    """The boardings of every stop named in `column`, its rows added up.

    A stop with a row without a number is unknown and left out. Raises ContentError for a stop that
    would be counted twice.
    """
    findings = column_checks.require(frame.columns, (column, BOARDINGS), known=KNOWN)
    given = [name for name in _DAYS if name in frame]
    values = pd.DataFrame({name: _numbers(frame[name], form, name) for name in given})
    stops = frame[column].fillna("").str.strip()
    named = ~stops.isin(NO_STOP)
    if column == STOP_PLACE:
        stops = stops.map(lambda code: number(code) or code)
    _require_once(piece.name, frame[named], values[named], stops[named])
    per_stop = values.loc[named, BOARDINGS].groupby(stops[named], sort=False)
    sums = per_stop.sum().where(per_stop.count() == per_stop.size())
    unknown = stops[named].isin(sums.index[sums.isna()])
    counts = Counter({"dropped-no-stop": int((~named).sum())})
    counts["dropped-no-number"] = int(unknown.sum())
    with_ns = _WITH_NS.search(piece.name) is not None
    if OPERATOR in frame:
        with_ns |= bool(frame[OPERATOR].str.strip().str.upper().eq("NS").any())
    names = dict(zip(stops, frame["NAME"].fillna(""), strict=True)) if "NAME" in frame else {}
    return Boardings(sums.dropna(), _year(piece), with_ns, +counts, findings, names)


def contradicted(known: float) -> Bilingual:
    """The note on a count of a station for which the curated facts have another number."""
    return text("boardings.contradicted", with_ns=WITH_NS, known=known)


def number(code: str) -> str:
    """The number at the end of a code, empty without one.

    `NL:S:43000010` and `43000010` are the same stop place.
    """
    match = _NUMBER.search(code.strip())
    return match.group(1) if match else ""


def same(count: float, other: float) -> bool:
    """Whether two counts differ by no more than rounding."""
    return abs(count - other) <= min(ROUNDING, 0.01 * max(count, other))


def _require_once(name: str, frame: pd.DataFrame, values: pd.DataFrame, stops: pd.Series) -> None:
    """Raise ContentError for a stop with a total beside its parts, or with a part twice."""
    counted = values[values[BOARDINGS] > 0]
    repeated = counted[stops[counted.index].duplicated(keep=False)]
    for stop, rows in repeated.groupby(stops, sort=False):
        part = [OPERATOR] if OPERATOR in frame else list(frame.columns)
        repeats = frame.loc[rows.index]
        if _has_total(rows) or repeats[part].duplicated().any() or _says_total(repeats):
            listed = ", ".join(f"{boarding:g}" for boarding in rows[BOARDINGS])
            raise ContentError("stop-twice", name=name, stop=stop, values=listed)


def _has_total(rows: pd.DataFrame) -> bool:
    """Whether one row is the sum of the others in every column."""
    known = rows.dropna(axis="columns").to_numpy()
    total = known[int(np.argmax(known[:, 0]))]
    others = known.sum(axis=0) - total
    return all(same(cell, other) for cell, other in zip(total, others, strict=True))


def _says_total(rows: pd.DataFrame) -> bool:
    return OPERATOR in rows and bool(rows[OPERATOR].fillna("").str.contains(_TOTAL).any())


def _numbers(cells: pd.Series, form: Dialect, name: str) -> pd.Series:
    read_cells = delimited.numbers(cells, form)
    if name == BOARDINGS and read_cells.refused.any():
        first = cells[read_cells.refused].iloc[0]
        refused = f"{first!r} ({int(read_cells.refused.sum())} rows)"
        like = f"a number like 12{form.decimal}5"
        raise column_retyped(name, refused, like)
    return read_cells.values


def _year(piece: Piece) -> int:
    """The year in the name of a file of counts; ContentError unless it names one year."""
    years = set(_YEAR.findall(piece.name))
    if len(years) != 1:
        raise ContentError("year-missing", name=piece.name)
    return int(years.pop())
