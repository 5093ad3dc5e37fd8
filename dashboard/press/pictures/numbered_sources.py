"""The sources of a factsheet, numbered in the order in which its figures name them."""

from dashboard.facts.records import Initiative, Observation
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.sentences import citation


class NumberedSources:
    """Sources in the order in which figures name them, numbered from 1."""

    def __init__(self, facts: Facts, text: Texts) -> None:
        self._facts, self._text = facts, text
        self._lines: dict[str, str] = {}

    def mark(self, row: Observation | Initiative) -> str:
        """`[3]`: the number of a row's source."""
        return self._number(
            row.source_id,
            citation.source(
                row.source_id,
                self._facts,
                self._text,
                retrieved=row.retrieved,
                source_date=row.source_date,
                licence=row.licence,
            ),
        )

    def mark_table(self, source_id: str) -> str:
        """`[3]`: the number of a source that a table names as a whole."""
        record = self._facts.source(source_id)
        line = citation.source(
            source_id,
            self._facts,
            self._text,
            retrieved=self._facts.consulted,
            source_date=None,
            licence=record.licence,
        )
        return self._number(source_id, line)

    def _number(self, source_id: str, line: str) -> str:
        # The first line of a source is kept: another date of the source is in the figure's period.
        self._lines.setdefault(source_id, line)
        return f"[{list(self._lines).index(source_id) + 1}]"

    @property
    def lines(self) -> tuple[str, ...]:
        """Every source as one plain line."""
        return tuple(self._lines.values())
