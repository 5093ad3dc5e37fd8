"""What the OData service of CBS StatLine answers about a table: rows, periods, units, reasons.

CBS writes a missing figure as no value with a reason (`Impossible`, `Confidential`,
`NotAvailable`). Ids of tables and codes are compared as written, capitals included.
"""

from __future__ import annotations

import re
import tomllib
from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from types import MappingProxyType

from etl.decoding import strict_json
from etl.decoding.strict_json import Json
from etl.errors import ContentError, column_retyped
from etl.fetch.messages import Response, Validation, Validator
from etl.fetch.pagination import Page
from etl.parsing.observations import UNDATED, text
from etl.problems import NO_OTHER, Finding, make_finding, phrase
from etl.source import Piece
from geo.bilingual import Bilingual

_CONTEXT = re.compile(r"/CBS/([^/]+)/\$metadata#(\w+)")
_PERIOD = re.compile(r"(\d{4})(JJ|KW|MM)(\d{2})")
WITHHELD: Mapping[str, Bilingual] = {
    reason: text(f"statline.{reason}") for reason in ("Confidential", "NotAvailable")
}
"""Reasons for a missing figure that a reader should see; what cannot exist (`Impossible`) is only
counted.
"""


SUCCESSORS: Mapping[str, str] = MappingProxyType(
    {
        table: entry["successor"]
        for table, entry in tomllib.loads(
            resources.files("etl.parsing").joinpath("retired_tables.toml").read_text("utf-8")
        ).items()
    }
)
"""The table that goes on, by the id of one that has ended."""
IN_USE = "Regulier"
"""The status of a table that CBS keeps up."""


@dataclass(slots=True)
class StatlineTable:
    """The answers about one table; `periods` is None when no answer gives their status."""

    retrieved: date = date.min
    modified: str = UNDATED.nl
    observed: list[Mapping[str, Json]] = field(default_factory=list)
    periods: dict[str, str] | None = None
    units: dict[str, str] = field(default_factory=dict)
    status: str = IN_USE

    def require_unit(self, measure: str, expected: str | None) -> None:
        """Raise ContentError unless the measure still has the expected unit.

        Another base year is another series. An unstated unit passes, and so does any unit where
        none is expected.
        """
        unit = self.units.get(measure)
        if None not in (expected, unit) and unit != expected:
            raise column_retyped(measure, repr(unit), expected or "")

    def provisional(self, period: str) -> bool:
        """Whether CBS may still change the figures of a period; True where it does not say."""
        return self.periods is None or self.periods.get(period) != "Definitief"

    def add(self, entity: str, answer: Json) -> None:
        """Take in an answer about one entity of the table, such as `Observations`."""
        if entity == "Properties":
            modified = strict_json.text_at(answer, "Modified")
            self.modified = modified[: len("2026-06-12")] if modified else UNDATED.nl
            self.status = strict_json.text_at(answer, "Status") or IN_USE
            return
        rows = [row for row in _rows(answer) if isinstance(row, Mapping)]
        if entity == "Observations":
            self.observed += rows
        elif entity == "PeriodenCodes":
            self.periods = (self.periods or {}) | _by_identifier(rows, "Status")
        elif entity == "MeasureCodes":
            self.units |= _by_identifier(rows, "Unit")


def read_tables(pieces: Sequence[Piece], known: Collection[str]) -> dict[str, StatlineTable]:
    """The answers by table, as each answer names its own table; names of pieces do not count.

    Raises ContentError for an answer about a table that is not among `known`.
    """
    tables: dict[str, StatlineTable] = {}
    for piece in pieces:
        answer = strict_json.read(piece.read())
        context = _CONTEXT.search(strict_json.text_at(answer, "@odata.context") or "")
        if context is None or context.group(1) not in known:
            expected = f"OData of a table {', '.join(sorted(known))}"
            if context is not None and context.group(1) in SUCCESSORS:
                table = context.group(1)
                expected = f"{SUCCESSORS[table]}, which goes on with {table}"
            raise ContentError("input-kind", name=piece.name, expected=expected)
        table = tables.setdefault(context.group(1), StatlineTable(piece.retrieved))
        table.add(context.group(2), answer)
    return tables


def retired(table: str) -> Finding:
    """The finding about a table that has ended, with its successor where one is known."""
    named = SUCCESSORS.get(table)
    successor = Bilingual(nl=named, en=named) if named else phrase("statline.no-successor")
    return make_finding("table-retired", table=table, successor=successor)


def alive(table: str) -> Validator:
    """A validator that names the successor of a table that is not there any more."""

    def validate(answer: Response) -> Validation | None:
        if answer.status not in (404, 410):
            return None
        gone = make_finding("table-gone", table=table, host=answer.host)
        return Validation((gone, retired(table)))

    return validate


def since(year: int, until: int) -> str:
    """The filter for periods from `year` to `until`, in the operators that clients use.

    No client was seen to compare periods with `ge`.
    """
    periods = (f"startswith(Perioden,'{each}')" for each in range(year, until + 1))
    return f"({' or '.join(periods)})"


def page(data: bytes) -> Page:
    """Ids of one page of observations and the link to the next."""
    answer = strict_json.read(data)
    return Page(
        tuple(str(strict_json.member(row, "Id")) for row in _rows(answer)),
        strict_json.text_at(answer, "@odata.nextLink"),
    )


def value_of(row: Mapping[str, Json]) -> tuple[float | None, str]:
    """The figure of one observation and, where there is none, the reason CBS gives.

    Raises ContentError for an unknown reason, a figure that is no number, and a figure with a
    reason against it.
    """
    value, reason = row.get("Value"), row.get("ValueAttribute")
    if isinstance(value, int | float) and not isinstance(value, bool) and reason in ("None", None):
        return float(value), ""
    if value is not None:
        raise column_retyped(
            "Value", f"{value!r} ({reason})", "a number without a reason against it"
        )
    if isinstance(reason, str) and (reason == "Impossible" or reason in WITHHELD):
        return None, reason
    raise column_retyped("ValueAttribute", repr(reason), f"Impossible, {', '.join(WITHHELD)}")


def code_of(row: Mapping[str, Json], name: str) -> str:
    """A code without the blanks that older tables pad it with.

    Raises ContentError when the column is missing or holds no text.
    """
    code = row.get(name)
    if not isinstance(code, str):
        raise ContentError(
            "column-missing",
            column=name,
            like=", ".join(sorted(row)) if name not in row else repr(code),
        )
    return code.strip()


def step_of(row: Mapping[str, Json]) -> str:
    """The step of an observation's period: `JJ` for a year, `KW` a quarter, `MM` a month.

    Raises ContentError when the period is none of these.
    """
    period = _PERIOD.fullmatch(code_of(row, "Perioden"))
    if period is None:
        raise column_retyped(
            "Perioden", repr(row.get("Perioden")), "a period like 2026JJ00 or 2026MM05"
        )
    return period.group(2)


def days_of(period: str, *, stock: bool) -> tuple[date, date, str]:
    """First and last day of a year or month, and how it is written in an id.

    A stock figure describes 1 January of its year.
    """
    year, step, number = int(period[:4]), period[4:6], int(period[6:])
    if stock:
        return date(year, 1, 1), date(year, 1, 1), f"{year}-01-01"
    if step == "JJ":
        return date(year, 1, 1), date(year, 12, 31), str(year)
    last = date(year, number, monthrange(year, number)[1])
    return date(year, number, 1), last, f"{year}-{number:02d}"


def _by_identifier(rows: Sequence[Mapping[str, Json]], name: str) -> dict[str, str]:
    return {code_of(row, "Identifier"): strict_json.text_at(row, name) or "" for row in rows}


def _rows(answer: Json) -> Sequence[Json]:
    rows = strict_json.rows_at(answer, "value")
    if rows is None:
        raise ContentError("column-missing", column="value", like=NO_OTHER)
    return rows
