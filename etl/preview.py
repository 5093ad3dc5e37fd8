"""What the program understood of a file before anything is published, in Dutch: the person who
brings it decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from data.provenance import Json
from etl import checks
from etl.headings import Opened, toml_text
from etl.problems import Finding, one_line
from etl.source import FileRead
from geo.bilingual import Bilingual

EXAMPLES = 3
REFUSALS = 20
"""Rows told by their number per reason; the others are counted."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is left out, or one cell of it: `rule` counts it, `nl` says why, `row` as the
    spreadsheet numbers it.
    """

    row: int
    rule: str
    nl: str


class RowFilter:
    """The rows of a brought file, those left out so far, and why."""

    def __init__(self, index: pd.Index) -> None:
        self.gone = pd.Series(False, index=index)
        self.refusals: list[Refusal] = []

    def note(self, rows: pd.Series, rule: str, nl: str | pd.Series) -> None:
        """Tell of those rows that are still there that something of them is not read."""
        for row in rows.index[rows & ~self.gone]:
            self.refusals.append(Refusal(int(row), rule, nl if isinstance(nl, str) else nl[row]))

    def drop(self, rows: pd.Series, rule: str, nl: str) -> None:
        """Leave these rows out."""
        self.note(rows, rule, nl)
        self.gone |= rows


@dataclass(frozen=True, slots=True)
class Preview:
    """One file as it was understood.

    `tallies` are sentences with a number, `examples` rows as they would be published, `refusals`
    what would be left out.
    `words` are those of the status column that need a meaning, with how often each stands there.
    """

    file: FileRead
    opened: Opened
    tallies: tuple[tuple[str, int], ...]
    examples: tuple[str, ...]
    refusals: tuple[Refusal, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    words: Mapping[str, int] = field(default_factory=dict)
    place_ids: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.file.name

    @property
    def rows(self) -> int:
        """Rows in the file."""
        return self.file.rows

    @property
    def kept(self) -> int:
        """Rows that can be used."""
        return self.file.used

    @property
    def questions(self) -> tuple[Finding, ...]:
        """What must be answered before the file may be published."""
        return checks.refused_files((self.file,))


def first_reason(refusals: Sequence[Refusal]) -> Bilingual | None:
    """Why the first refused row is left out."""
    first = min(refusals, key=lambda one: one.row, default=None)
    if first is None:
        return None
    return Bilingual(nl=f"rij {first.row}: {first.nl}", en=f"row {first.row}: {first.rule}")


def tally(refusals: Sequence[Refusal]) -> dict[str, int]:
    """How many rows or cells each rule left out."""
    return dict(sorted(Counter(refusal.rule for refusal in refusals).items()))


def dutch(preview: Preview) -> list[str]:
    """The preview for a person, line by line."""
    opened = preview.opened
    used = opened.map
    lines = [
        f"{preview.name}: {_count(preview.rows, 'rij', 'rijen')},"
        f" {_count(len(opened.sheet.headings), 'kolom', 'kolommen')}."
    ]
    lines += ["", "Zo is het bestand gelezen:"]
    if used.sheet is not None:
        lines.append(f"  werkblad: {used.sheet}")
    if used.delimiter is not None:
        shown = {"\t": "tab"}.get(used.delimiter, used.delimiter)
        lines.append(f"  tussen de kolommen: {shown}   tekens: {opened.sheet.encoding}")
    lines.append(
        f"  decimalen na: {used.decimal}   tussen duizendtallen: {used.thousands or 'niets'}  "
        " datums: dag eerst, of 2024-03-31"
    )
    lines += ["", "Kolommen:"]
    names = {one.id: one.nl for one in opened.fields}
    lines += [f"  {one_line(heading)} -> {names[name]}" for name, heading in used.columns.items()]
    if opened.unused:
        lines.append(
            f"  niet gebruikt: {', '.join(one_line(heading) for heading in opened.unused)}"
        )
    lines += [
        "",
        "Wat er staat:",
        f"  {preview.kept} van {_count(preview.rows, 'rij', 'rijen')} te gebruiken",
    ]
    lines += [f"  {label}: {number}" for label, number in preview.tallies]
    if preview.examples:
        lines += ["", "Voorbeelden:"] + [
            f"  {one_line(example)}" for example in preview.examples[:EXAMPLES]
        ]
    if preview.refusals:
        lines += ["", "Niet of niet helemaal overgenomen:"] + [
            f"  {line}" for line in _by_reason(preview.refusals)
        ]
    if preview.findings or preview.notes:
        lines += (
            ["", "Let op:"]
            + [f"  {one.nl}" for one in preview.findings]
            + [f"  {note}" for note in preview.notes]
        )
    for one in preview.questions:
        lines += [
            "",
            (
                "Eerst een vraag:"
                if one.code == "status-unclear"
                else "Zo kan het niet worden ingelezen:"
            ),
            f"  {one.nl}",
        ]
        lines += [f"  {line}" for line in answers(preview)] if one.code == "status-unclear" else []
    return lines


def answers(preview: Preview) -> list[str]:
    """The lines of a column map that answer which units are vacant, and where each stands."""
    lines = ["Antwoord in de kolommenkaart, en geef die mee met --columns:"]
    if preview.words:
        lines += ['onder [words], wat elk woord betekent (een lege cel is ""):']
        for word, count in preview.words.items():
            meant = f'  {toml_text(word)} = "vacant"  # {count} keer; of "in_use", of "unknown"'
            lines.append(meant)
    lines += [
        "boven [columns], voor elk pand waarvan geen woord iets anders zegt:",
        '  status = "vacant"  # een lijst van alleen leegstaande panden',
        '  status = "in_use"  # alles waarvan niets zegt dat het leeg staat, is in gebruik',
    ]
    if preview.opened.unused and not preview.words:
        lines += [
            "onder [columns], de kolom die het zegt, met onder [words] haar woorden, bijvoorbeeld:"
        ]
        lines += [
            f"  status = {toml_text(preview.opened.unused[0])}",
            '  "leeg" = "vacant"',
            '  "" = "vacant"  # een lege cel',
        ]
    return lines


def _by_reason(refusals: Sequence[Refusal]) -> list[str]:
    """One line per reason with the rows it holds for, in order of the first."""
    rows: dict[str, list[int]] = {}
    for refusal in sorted(refusals, key=lambda one: one.row):
        rows.setdefault(refusal.nl, []).append(refusal.row)
    lines = []
    for why, met in rows.items():
        more = f" en nog {len(met) - REFUSALS}" if len(met) > REFUSALS else ""
        lines.append(
            f"{'rij' if len(met) == 1 else 'rijen'} {', '.join(map(str, met[:REFUSALS]))}{more}:"
            f" {one_line(why)}"
        )
    return lines


def as_json(preview: Preview) -> Mapping[str, Json]:
    """The preview for a program."""
    used = preview.opened.map
    return {
        "kind": "preview",
        "file": preview.name,
        "rows": preview.rows,
        "kept": preview.kept,
        "columns": dict(used.columns),
        "unused": list(preview.opened.unused),
        "decimal": used.decimal,
        "thousands": used.thousands,
        "delimiter": used.delimiter,
        "sheet": used.sheet,
        "encoding": preview.opened.sheet.encoding,
        "tallies": dict(preview.tallies),
        "examples": list(preview.examples[:EXAMPLES]),
        "refused": [
            {"row": refusal.row, "rule": refusal.rule, "nl": refusal.nl}
            for refusal in preview.refusals
        ],
        "findings": [
            {"code": one.code, "severity": one.severity, "nl": one.nl, "en": one.en}
            for one in preview.findings
        ],
        "notes": list(preview.notes),
        "questions": [{"code": one.code, "nl": one.nl, "en": one.en} for one in preview.questions],
    }


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"
