"""What a command says: tables on a terminal, plain lines in a pipe, one JSON object per line for
programs.
"""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.provenance import Json

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class ConsoleTable:
    """Rows of one kind: `kind` for programs, `title` and column headings for people.

    `upright` rows have too much to say for one line: on a terminal each stands as a block.
    """

    kind: str
    title: str
    headings: Mapping[str, str]
    rows: Sequence[Mapping[str, Cell]]
    upright: bool = False


def emit(sentence: str, facts: Mapping[str, Json], *, as_json: bool) -> None:
    """One sentence on standard output, or its facts as one JSON object."""
    print(json.dumps(facts, ensure_ascii=False) if as_json else sentence)


def print_table(listing: ConsoleTable, *, as_json: bool) -> None:
    """The rows on standard output, in the form that suits who reads them; nothing when there are
    none.
    """
    if as_json:
        for row in listing.rows:
            print(json.dumps({"kind": listing.kind, **row}, ensure_ascii=False))
    elif not listing.rows:
        return
    elif list(listing.headings) == ["sentence"]:
        _list(listing.title, [str(row["sentence"]) for row in listing.rows])
    elif sys.stdout.isatty():
        (_stack if listing.upright else _draw)(listing)
    else:
        print(f"# {listing.title}")
        print("\t".join(listing.headings.values()))
        for row in listing.rows:
            print("\t".join(_words(row[name]) for name in listing.headings))


def print_sentences(title: str, kind: str, sentences: Sequence[str], *, as_json: bool) -> None:
    """Sentences on standard output under a title, or one JSON object each."""
    print_table(
        ConsoleTable(kind, title, {"sentence": ""}, [{"sentence": one} for one in sentences]),
        as_json=as_json,
    )


def _list(title: str, sentences: Sequence[str]) -> None:
    """Whole sentences: on a terminal wrapped under their own start, in a pipe a line each."""
    if not sys.stdout.isatty():
        print(f"# {title}")
        print("\n".join(sentences))
        return
    width = shutil.get_terminal_size().columns
    print(f"{title}\n")
    for one in sentences:
        print(
            textwrap.fill(
                one,
                width,
                initial_indent=" - ",
                subsequent_indent="   ",
                break_long_words=False,
                break_on_hyphens=False,
            )
        )
    print()


def _draw(listing: ConsoleTable) -> None:
    # Only here: a pipe need not wait for it.
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # A column that says nothing in any row only takes room.
    headings = {
        name: heading
        for name, heading in listing.headings.items()
        if any(row[name] not in (None, "") for row in listing.rows)
    }
    numbers = {
        name
        for name in headings
        if all(row[name] is None or isinstance(row[name], int | float) for row in listing.rows)
    }
    drawn = Table(
        title=listing.title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for name, heading in headings.items():
        # An id that is cut in two cannot be copied.
        whole = name == next(iter(listing.headings))
        drawn.add_column(
            heading, justify="right" if name in numbers else "left", overflow="fold", no_wrap=whole
        )
    for row in listing.rows:
        # As Text: a name with square brackets is no markup.
        drawn.add_row(*(Text(_words(row[name])) for name in headings))
    Console().print(drawn)


def _stack(listing: ConsoleTable) -> None:
    """Each row as a block: its first cell, then every other that says something on a line of its
    own.
    """
    first, *others = listing.headings
    wide = max(len(listing.headings[name]) for name in others)
    print(f"{listing.title}\n")
    for row in listing.rows:
        print(row[first])
        for name in others:
            if row[name] not in (None, ""):
                print(f"  {listing.headings[name]:<{wide}}  {_words(row[name])}")
        print()


def _words(cell: Cell) -> str:
    """A cell for people: what is missing is a dash, thousands are set apart."""
    if cell is None or cell == "":
        return "-"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}".replace(",", " ") if sys.stdout.isatty() else str(cell)
    return str(cell)
