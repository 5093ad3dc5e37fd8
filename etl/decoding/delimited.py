"""Strict reading of text tables: each row as wide as the header, each cell as text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from etl.decoding.sniff import BOM
from etl.errors import ContentError
from etl.problems import Finding, make_finding, phrase

Names = Callable[[Sequence[str]], list[str]]
"""Makes column names of the header; raises ContentError when it is not a header."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written, as its source declares it.

    The first encoding is the declared one; the others are tried in order and reported when used.
    """

    delimiter: str = ","
    encodings: tuple[str, ...] = ("utf-8",)
    decimal: str = "."
    thousands: str = ""


@dataclass(frozen=True, slots=True)
class DelimitedTable:
    """The cells as text (empty is missing), the encoding that was used, and what was noticed."""

    frame: pd.DataFrame
    encoding: str
    findings: tuple[Finding, ...] = ()


def decode(
    data: bytes, encodings: tuple[str, ...], *, name: str
) -> tuple[str, str, tuple[Finding, ...]]:
    """Text, encoding used and findings about the file `name`; a byte order mark is skipped.

    Raises ContentError when no declared encoding fits.
    """
    bare = data.removeprefix(BOM)
    # The byte order mark declares UTF-8.
    tried = encodings if len(bare) == len(data) else ("utf-8",)
    first_bad: int | None = None
    for encoding in tried:
        try:
            text = bare.decode(encoding)
        except UnicodeDecodeError as error:
            first_bad = error.start if first_bad is None else first_bad
            continue
        findings: list[Finding] = []
        if encoding != tried[0]:
            findings.append(
                make_finding("encoding-fallback", name=name, declared=tried[0], used=encoding)
            )
        lost = sum("\ufffd" in line for line in text.split("\n"))
        if lost:
            findings.append(make_finding("replacement-characters", name=name, count=lost))
        return text, encoding, tuple(findings)
    raise ContentError("encoding", name=name, encodings=", ".join(tried), place=first_bad)


def require_unique_names(header: Sequence[str], *, name: str) -> list[str]:
    """The header as a list; ContentError unless every column has a name and no two share one."""
    twice = sorted({heading for heading in header if header.count(heading) > 1})
    if not all(heading.strip() for heading in header):
        raise ContentError("csv-header", name=name, detail=phrase("table.nameless"))
    if twice:
        raise duplicate_heading_error(twice[0], name)
    return list(header)


def duplicate_heading_error(heading: str, name: str) -> ContentError:
    """The error for a header that holds a name twice."""
    detail = phrase("table.doubled", heading=heading)
    return ContentError("csv-header", name=name, detail=detail)


def read(
    data: bytes, form: Dialect = Dialect(), *, name: str, above: int = 0, names: Names | None = None
) -> DelimitedTable:
    """The table in a file, called `name` in findings, below `above` lines of title.

    Cells stay as written, codes with leading zeros and names like `NA` included; blank lines are
    skipped. `names` makes the column names; without it the header must hold a different name for
    each column. Raises ContentError with the line of the fault.
    """
    text, encoding, findings = decode(data, form.encodings, name=name)
    text = "".join(text.splitlines(keepends=True)[above:]) if above else text
    header = _require_even_rows(text, form.delimiter, above, name)
    frame = pd.read_csv(
        io.StringIO(text),
        sep=form.delimiter,
        header=0,
        names=require_unique_names(header, name=name) if names is None else names(header),
        dtype=str,
        keep_default_na=False,
        na_filter=False,
        skipinitialspace=False,
        index_col=False,
        low_memory=False,
    )
    return DelimitedTable(frame.mask(frame == ""), encoding, findings)


def _require_even_rows(text: str, delimiter: str, above: int, name: str) -> list[str]:
    """The header; ContentError unless every row has as many fields."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    try:
        for row in rows:
            if header is None:
                header = row or None
            elif row and len(row) != len(header):
                raise ContentError(
                    "csv-fields",
                    name=name,
                    line=above + rows.line_num,
                    met=len(row),
                    expected=len(header),
                )
    except csv.Error as error:
        raise ContentError(
            "csv-broken", name=name, line=above + rows.line_num, detail=error
        ) from error
    if header is None:
        raise ContentError("csv-header", name=name, detail=phrase("table.no-lines"))
    return header


@dataclass(frozen=True, slots=True)
class Numbers:
    """Values as float64 with missing as NaN, and a mask of cells that are not numbers."""

    values: pd.Series
    refused: pd.Series


def numbers(cells: pd.Series, form: Dialect) -> Numbers:
    """Numbers from text cells, in the declared form only: `1.234` means one thing per file.

    Other cells become missing and are marked, for the caller to count.
    """
    point, group = re.escape(form.decimal), re.escape(form.thousands)
    whole = rf"(?:[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]+)" if form.thousands else r"[0-9]+"
    text = cells.astype("str").str.strip()
    given = cells.notna() & (text != "")
    well = text.str.fullmatch(rf"[+-]?{whole}(?:{point}[0-9]+)?", na=False).astype(bool) & given
    plain = text.where(well)
    if form.thousands:
        plain = plain.str.replace(form.thousands, "", regex=False)
    values = pd.to_numeric(plain.str.replace(form.decimal, ".", regex=False)).astype("float64")
    return Numbers(values, given & ~well)
