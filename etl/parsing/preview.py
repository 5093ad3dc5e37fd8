"""Previews of files before they are imported: what would be published, and what not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from data.manifest import Json
from etl.parsing import cbs_table, dropped_rows
from etl.parsing.column_map import OpenedTable
from etl.parsing.column_map_file import toml_text
from etl.parsing.row_filter import Refusal
from etl.problems import Finding, counted, one_line, phrase
from etl.source import FileRead
from geo.bilingual import Bilingual, Language

EXAMPLES = 3
REFUSALS = 20
"""Row numbers shown per reason; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One file as it would be published.

    `tallies` are labels with a number, `examples` rows as they would be published, `refusals` what
    would be left out. `words` are the words of the status column that need a meaning, with their
    counts. `points` are units with their position (RD, m) and status.
    """

    file: FileRead
    opened: OpenedTable
    tallies: tuple[tuple[Bilingual, int], ...]
    examples: tuple[Bilingual, ...]
    refusals: tuple[Refusal, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[Bilingual, ...] = ()
    words: Mapping[str, int] = field(default_factory=dict)
    place_ids: tuple[str, ...] = ()
    points: tuple[tuple[float, float, str], ...] = ()

    @property
    def questions(self) -> tuple[Finding, ...]:
        """The questions to answer before the file may be published."""
        return dropped_rows.refused_files((self.file,))


def as_text(preview: Preview, language: Language) -> list[str]:
    """The preview for a person, line by line."""
    opened, file = preview.opened, preview.file
    rows = counted("preview.row", file.rows)
    columns = counted("preview.column", len(opened.sheet.headings))
    lines = [phrase("preview.file", name=file.name, rows=rows, columns=columns).text(language)]
    for title, entries in _sections(preview, language).items():
        lines += _section(title, entries, language)
    for finding in preview.questions:
        sentence = finding.text(language)
        if finding.code == "status-unclear":
            lines += _section("question", [sentence, *_answers(preview, language)], language)
        else:
            lines += _section("refusal", [sentence], language)
    return lines


def _sections(preview: Preview, language: Language) -> dict[str, list[str]]:
    """What was read, by the name of its title; without empty sections."""
    opened, file = preview.opened, preview.file
    rows = counted("preview.row", file.rows)
    usable = phrase("preview.usable", used=file.used, rows=rows).text(language)
    tallies = [f"{label.text(language)}: {number}" for label, number in preview.tallies]
    remarks = [finding.text(language) for finding in preview.findings]
    remarks += [note.text(language) for note in preview.notes]
    sections = {
        "reading": [line.text(language) for line in _reading(opened)],
        "headings": _headings(opened, language),
        "content": [usable, *tallies],
        "examples": [one_line(row.text(language)) for row in preview.examples[:EXAMPLES]],
        "refused": _by_reason(preview.refusals, language),
        "remarks": remarks,
    }
    return {title: entries for title, entries in sections.items() if entries}


def _section(title: str, entries: Sequence[str], language: Language) -> list[str]:
    return ["", phrase(f"preview.{title}").text(language), *(f"  {entry}" for entry in entries)]


def _reading(opened: OpenedTable) -> list[Bilingual]:
    """How the file is read: its sheet or delimiter, and the notation of its numbers."""
    used, lines = opened.map, []
    if used.sheet is not None:
        lines.append(phrase("preview.sheet", sheet=used.sheet))
    if used.delimiter is not None:
        delimiter = {"\t": "tab"}.get(used.delimiter, used.delimiter)
        encoding = opened.sheet.encoding
        lines.append(phrase("preview.delimiter", delimiter=delimiter, encoding=encoding))
    thousands = used.thousands or phrase("preview.nothing")
    return [*lines, phrase("preview.numbers", decimal=used.decimal, thousands=thousands)]


def _headings(opened: OpenedTable, language: Language) -> list[str]:
    labels = {field.id: field.label.text(language) for field in opened.fields}
    lines = [
        f"{one_line(heading)} -> {labels[name]}" for name, heading in opened.map.columns.items()
    ]
    if opened.unused:
        unused = ", ".join(one_line(heading) for heading in opened.unused)
        lines.append(phrase("preview.unused", headings=unused).text(language))
    return lines


def _answers(preview: Preview, language: Language) -> list[str]:
    """The lines of a column map that say which units are vacant, and the table of each line."""
    lines = [phrase("preview.answer")]
    if preview.words:
        lines.append(phrase("preview.answer-words"))
        lines += [
            phrase("preview.answer-word", word=toml_text(word), count=count)
            for word, count in preview.words.items()
        ]
    lines.append(phrase("preview.answer-status"))
    if preview.opened.unused and not preview.words:
        heading = toml_text(preview.opened.unused[0])
        lines.append(phrase("preview.answer-column", heading=heading))
    return [part for line in lines for part in line.text(language).split("\n")]


def _by_reason(refusals: Sequence[Refusal], language: Language) -> list[str]:
    """One line per reason with its rows, in order of the first row."""
    rows: dict[str, list[int]] = {}
    for refusal in sorted(refusals, key=lambda refusal: refusal.row):
        rows.setdefault(refusal.why.text(language), []).append(refusal.row)
    lines = []
    for why, numbers in rows.items():
        gaps = {"rows": ", ".join(map(str, numbers[:REFUSALS])), "why": one_line(why)}
        if len(numbers) > REFUSALS:
            line = phrase("preview.refused-more", more=len(numbers) - REFUSALS, **gaps)
        else:
            line = phrase(f"preview.refused-row{'s' if len(numbers) > 1 else ''}", **gaps)
        lines.append(line.text(language))
    return lines


def as_json(preview: Preview) -> Mapping[str, Json]:
    """The preview for a program."""
    used, english = preview.opened.map, _sections(preview, "en")
    return {
        "kind": "preview",
        "file": preview.file.name,
        "rows": preview.file.rows,
        "kept": preview.file.used,
        **columns_json(preview.opened),
        "unused": list(preview.opened.unused),
        "decimal": used.decimal,
        "thousands": used.thousands,
        "delimiter": used.delimiter,
        "sheet": used.sheet,
        "encoding": preview.opened.sheet.encoding,
        "tallies": {label.nl: number for label, number in preview.tallies},
        "examples": [example.nl for example in preview.examples[:EXAMPLES]],
        "refused": [
            {"row": refusal.row, "rule": refusal.rule, "nl": refusal.why.nl}
            for refusal in preview.refusals
        ],
        "findings": [
            {"code": finding.code, "severity": finding.severity, "nl": finding.nl, "en": finding.en}
            for finding in preview.findings
        ],
        "notes": [note.nl for note in preview.notes],
        "questions": [
            {"code": finding.code, "nl": finding.nl, "en": finding.en}
            for finding in preview.questions
        ],
        "words": dict(preview.words),
        "points": [[round(x), round(y), status] for x, y, status in preview.points],
        "sections": {
            title: {
                "title": _both(phrase(f"preview.{title}")),
                "nl": [*entries],
                "en": [*english[title]],
            }
            for title, entries in _sections(preview, "nl").items()
        },
    }


def columns_json(opened: OpenedTable) -> dict[str, Json]:
    """The headings of a table, the fields that they may be, and which heading is which field.

    Of a table of CBS also its subjects with their units, and the cells that tell its rows apart.
    """
    columns = opened.map.columns
    # Of a table with one figure per row its subjects are the headings by now.
    headings = dict.fromkeys((*opened.sheet.headings, *columns.values()))
    facts: dict[str, Json] = {
        "columns": dict(columns),
        "headings": list(headings),
        "fields": {field.id: _both(field.label) for field in opened.fields},
    }
    if any(field.id == "measure" for field in opened.fields):
        facts["subjects"] = {
            heading: {
                "label": cbs_table.label_of(heading),
                "unit": None if (unit := cbs_table.stated_unit(heading)) is None else unit.noun,
            }
            for heading in cbs_table.candidates(opened)
        }
        facts["slices"] = {name: [*cells] for name, cells in cbs_table.slices(opened).items()}
    return facts


def _both(words: Bilingual) -> dict[str, Json]:
    return {"nl": words.nl, "en": words.en}
