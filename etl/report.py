"""What a command says: tables on a terminal, plain lines in a pipe, one JSON object per line for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.provenance import Json

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows of one kind: `kind` for programs, `title` and column headings for people."""

    kind: str
    title: str
    headings: Mapping[str, str]
    rows: Sequence[Mapping[str, Cell]]


def say(sentence: str, facts: Mapping[str, Json], *, as_json: bool) -> None:
    """One sentence on standard output, or its facts as one JSON object."""
    print(json.dumps(facts, ensure_ascii=False) if as_json else sentence)


def show(listing: Listing, *, as_json: bool) -> None:
    """The rows on standard output, in the form that suits who reads them."""
    if as_json:
        for row in listing.rows:
            print(json.dumps({"kind": listing.kind, **row}, ensure_ascii=False))
    elif sys.stdout.isatty():
        _draw(listing)
    else:
        print(f"# {listing.title}")
        print("\t".join(listing.headings.values()))
        for row in listing.rows:
            print("\t".join(_words(row[name]) for name in listing.headings))


def _draw(listing: Listing) -> None:
    # Only here: a pipe need not wait for it.
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    numbers = {name for name in listing.headings if all(isinstance(row[name], int | float) for row in listing.rows)}
    drawn = Table(title=listing.title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for name, heading in listing.headings.items():
        # An id that is cut in two cannot be copied.
        whole = name == next(iter(listing.headings))
        drawn.add_column(heading, justify="right" if name in numbers else "left", overflow="fold", no_wrap=whole)
    for row in listing.rows:
        # As Text: a name with square brackets is no markup.
        drawn.add_row(*(Text(_words(row[name])) for name in listing.headings))
    Console().print(drawn)


def _words(cell: Cell) -> str:
    """A cell for people: what is missing is a dash, thousands are set apart."""
    if cell is None or cell == "":
        return "-"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}".replace(",", " ") if sys.stdout.isatty() else str(cell)
    return str(cell)
