"""The rows of an imported table that are left out, by rule, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from etl.errors import EtlError
from etl.problems import phrase
from geo.bilingual import Bilingual


class RowRefusedError(EtlError):
    """A row breaks a rule of its source; the values fill the gaps of the sentence of the rule."""

    def __init__(self, rule: str, /, **values: object) -> None:
        super().__init__(rule)
        self.rule = rule
        self.values = values


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is left out, or a cell that is not read.

    `row` is its number in a spreadsheet program, `rule` the name under which it is counted.
    """

    row: int
    rule: str
    why: Bilingual


class RowFilter:
    """The rows of a table, and the rows left out so far with their reasons.

    A rule is the name of a sentence in `etl/problems.toml` among the phrases of the source. Values
    fill its gaps; a series has a value per row.
    """

    def __init__(self, index: pd.Index, source_id: str) -> None:
        self.dropped = pd.Series(False, index=index)
        self.refusals: list[Refusal] = []
        self._source_id = source_id

    @property
    def remaining(self) -> pd.Series:
        """True for the rows that are not left out."""
        return ~self.dropped

    def note(self, rows: pd.Series, rule: str, /, **values: object) -> None:
        """Record that a part of these rows is not read, except of rows already left out."""
        by_row = {name: value for name, value in values.items() if isinstance(value, pd.Series)}
        same = None if by_row else self._sentence(rule, values)
        for row in rows.index[rows & self.remaining]:
            filled = values | {name: cells[row] for name, cells in by_row.items()}
            self.refusals.append(Refusal(int(row), rule, same or self._sentence(rule, filled)))

    def drop(self, rows: pd.Series, rule: str, /, **values: object) -> None:
        """Leave these rows out."""
        self.note(rows, rule, **values)
        self.dropped |= rows

    def refuse(self, row: int, error: RowRefusedError) -> None:
        """Leave out the row that raised `error`."""
        self.refusals.append(Refusal(row, error.rule, self._sentence(error.rule, error.values)))
        self.dropped[row] = True

    def _sentence(self, rule: str, values: dict[str, object]) -> Bilingual:
        return phrase(f"{self._source_id}.{rule}", **values)


def first_reason(refusals: Iterable[Refusal]) -> Bilingual | None:
    """Why the first refused row is left out, None when none is."""
    first = min(refusals, key=lambda refusal: refusal.row, default=None)
    if first is None:
        return None
    return Bilingual(nl=f"rij {first.row}: {first.why.nl}", en=f"row {first.row}: {first.rule}")


def tally(refusals: Iterable[Refusal]) -> dict[str, int]:
    """How many rows or cells each rule left out."""
    return dict(sorted(Counter(refusal.rule for refusal in refusals).items()))
