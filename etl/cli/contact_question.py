"""The question whom services can write to: asked once, on a terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from etl.cli.messages import message

if TYPE_CHECKING:
    from etl.cli.console import Console


def remember_contact(console: Console, data: Path, given: str | None) -> None:
    """Remember `--contact`; without one ask on a terminal, unless somebody answered before.

    Raises UseError for a contact given that a request cannot name.
    """
    from etl.errors import ContactError, UseError
    from etl.pipeline.contact import save_contact, saved_contact

    if given is not None:
        try:
            save_contact(data, given)
        except ContactError as error:
            raise UseError(f"--contact: {error}") from error
        return
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty() and not console.as_json
    if not at_terminal or saved_contact(data) is not None:
        return
    console.note(message("contact.why", data=data))
    while True:
        try:
            save_contact(data, input(message("contact.ask").text(console.language)).strip())
        except EOFError:
            print()
        except ContactError as error:
            print(error)
            continue
        return
