"""Console output: tables on a terminal, plain lines in a pipe, JSON lines for programs."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.errors import CommandLanguage, locale_language
from data.manifest import Json
from etl.cli.messages import message
from geo.bilingual import Bilingual

Cell = str | int | float | bool | Bilingual | None


@dataclass(frozen=True, slots=True)
class ConsoleTable:
    """Rows of one kind, with messages as title and headings.

    The title is `table.<title>`, or `table.<kind>` without one; headings are `column.<name>`. Rows
    of a `stacked` table are too long for a line: on a terminal each is a block.
    """

    kind: str
    columns: tuple[str, ...]
    rows: Sequence[Mapping[str, Cell]]
    stacked: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Console:
    """Standard output of one command, in one language; JSON is in English."""

    language: CommandLanguage
    as_json: bool

    @classmethod
    def for_options(cls, lang: CommandLanguage | None, as_json: bool) -> Console:
        """The console for `--lang` and `--json`; without `--lang` the locale decides."""
        return cls(lang or locale_language(), as_json)

    def emit(self, sentence: Bilingual | str, facts: Mapping[str, Json]) -> None:
        """Print one sentence, or its facts as one JSON object."""
        if self.as_json:
            print(json.dumps(facts, ensure_ascii=False))
        else:
            self.note(sentence)

    def note(self, sentence: Bilingual | str) -> None:
        """Print a sentence for people only."""
        if not self.as_json:
            print(self._words(sentence))

    def warn(self, sentence: Bilingual) -> None:
        """Print a sentence on standard error."""
        print(sentence.text(self.language), file=sys.stderr)

    def print_table(self, table: ConsoleTable) -> None:
        """Print the rows as JSON lines, lines in a pipe, or a drawn table; nothing without rows."""
        if self.as_json:
            for row in table.rows:
                plain = {
                    name: cell.en if isinstance(cell, Bilingual) else cell
                    for name, cell in row.items()
                }
                print(json.dumps({"kind": table.kind, **plain}, ensure_ascii=False))
            return
        if not table.rows:
            return
        title = self._words(message(f"table.{table.title or table.kind}"))
        if table.columns == ("sentence",):
            self._print_list(title, [self._words(row["sentence"]) for row in table.rows])
            return
        headings = {name: self._words(message(f"column.{name}")) for name in table.columns}
        if not sys.stdout.isatty():
            print(f"# {title}")
            print("\t".join(headings.values()))
            for row in table.rows:
                print("\t".join(self._words(row[name]) for name in headings))
        elif table.stacked:
            self._print_blocks(title, headings, table.rows)
        else:
            self._draw(title, headings, table.rows)

    def print_sentences(self, kind: str, sentences: Sequence[Bilingual]) -> None:
        """Print sentences under the title of their kind, or one JSON object each."""
        rows = [{"sentence": sentence} for sentence in sentences]
        self.print_table(ConsoleTable(kind, ("sentence",), rows))

    def _print_list(self, title: str, sentences: Sequence[str]) -> None:
        """Whole sentences: wrapped with an indent on a terminal, a line each in a pipe."""
        if not sys.stdout.isatty():
            print(f"# {title}")
            print("\n".join(sentences))
            return
        width = shutil.get_terminal_size().columns
        print(f"{title}\n")
        for sentence in sentences:
            print(
                textwrap.fill(
                    sentence,
                    width,
                    initial_indent=" - ",
                    subsequent_indent="   ",
                    break_long_words=False,
                    break_on_hyphens=False,
                )
            )
        print()

    def _draw(
        self, title: str, headings: Mapping[str, str], rows: Sequence[Mapping[str, Cell]]
    ) -> None:
        # Late, since output in a pipe does not need it.
        from rich import box
        from rich.console import Console as RichConsole
        from rich.table import Table
        from rich.text import Text

        # Columns without a value in any row are left out.
        filled = [name for name in headings if any(row[name] not in (None, "") for row in rows)]
        table = Table(
            title=title,
            title_justify="left",
            title_style="bold",
            box=box.SIMPLE_HEAD,
            pad_edge=False,
            padding=(0, 1, 0, 0),
        )
        for name in filled:
            numeric = all(row[name] is None or isinstance(row[name], int | float) for row in rows)
            table.add_column(
                headings[name],
                justify="right" if numeric else "left",
                overflow="fold",
                # A folded id cannot be copied.
                no_wrap=name == next(iter(headings)),
            )
        for row in rows:
            # As Text, since square brackets in a name are not markup.
            table.add_row(*(Text(self._words(row[name])) for name in filled))
        RichConsole().print(table)

    def _print_blocks(
        self, title: str, headings: Mapping[str, str], rows: Sequence[Mapping[str, Cell]]
    ) -> None:
        """Each row as a block: its first cell, then a line for every other cell with a value."""
        first, *others = headings
        width = max(len(headings[name]) for name in others)
        print(f"{title}\n")
        for row in rows:
            print(self._words(row[first]))
            for name in others:
                if row[name] not in (None, ""):
                    print(f"  {headings[name]:<{width}}  {self._words(row[name])}")
            print()

    def _words(self, cell: Cell) -> str:
        """A cell for people: a dash when missing, thousands separated on a terminal."""
        if cell is None or cell == "":
            return "-"
        if isinstance(cell, Bilingual):
            return cell.text(self.language)
        if isinstance(cell, bool):
            return self._words(message("word.yes" if cell else "word.no"))
        if isinstance(cell, int):
            return f"{cell:,}".replace(",", " ") if sys.stdout.isatty() else str(cell)
        return str(cell)
