"""Errors of the package, and how a command reports one."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Literal

CommandLanguage = Literal["nl", "en"]

SUCCESS, FAILURE, WRONG_USE, PARTIAL, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes; PARTIAL: published, but a source failed or is stale; INTERRUPTED: Ctrl-C."""


class DataError(ValueError):
    """Base of every error that `data` raises on purpose."""


class ManifestError(DataError):
    """A manifest that cannot be read as one."""


class NoSnapshotError(DataError):
    """A folder that holds no published version."""


class VersionError(DataError):
    """A version name that does not exist or cannot be used."""


class MissingTableError(DataError):
    """A table the opened version does not hold."""


class DamagedFileError(DataError):
    """A file that differs from what its manifest promises."""


class OutdatedError(DataError):
    """A table of an earlier version of the program that this one cannot complete."""


class UnknownSourceError(DataError):
    """A source the opened version does not know."""


class StoreError(DataError):
    """A snapshot folder that cannot be written."""


class AddressError(DataError):
    """An address of object storage that cannot be used, read or written."""


class BusyError(DataError):
    """A snapshot folder that another process is writing."""


class ChangelogError(DataError):
    """A line of the changelog is not an entry."""


class ClockError(DataError):
    """A clock that is behind the last published version."""


class BreachError(DataError):
    """Tables that break what they declare; `breaches` lists every breach."""

    def __init__(self, subject: str, breaches: Sequence[str]) -> None:
        self.subject = subject
        self.breaches = tuple(breaches)
        count = f"{len(breaches)} breach{'es' if len(breaches) != 1 else ''}"
        super().__init__(f"{subject}: {count} of the contract: {'; '.join(breaches)}")

    def __reduce__(self) -> tuple[type[BreachError], tuple[str, tuple[str, ...]]]:
        """Make the exception picklable."""
        return type(self), (self.subject, self.breaches)


class ContractError(BreachError):
    """A table that breaks its contract."""


class DanglingError(BreachError):
    """Tables of one snapshot with references to missing rows."""


class ExportError(DataError):
    """A table that the requested format cannot hold."""


class WithheldError(ExportError):
    """A table that is missing, or of which nothing may leave."""


class UnusableTableError(DataError, ValueError):
    """A table that cannot be written as given."""


def locale_language() -> CommandLanguage:
    """English where the locale is English, else Dutch."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return "en" if locale.lower().startswith("en") else "nl"


def asked_language(arguments: Sequence[str]) -> CommandLanguage:
    """The language that `--lang` names in unchecked arguments, else that of the locale."""
    language = locale_language()
    for argument, following in zip(arguments, (*arguments[1:], ""), strict=False):
        if "--lang=en" in (argument, f"{argument}={following}"):
            language = "en"
        elif "--lang=nl" in (argument, f"{argument}={following}"):
            language = "nl"
    return language


def print_error(program: str, message: str) -> None:
    """Print the message as one line on standard error."""
    print(f"{program}: {' '.join(message.split())}", file=sys.stderr)


def print_wrong_use(
    program: str, message: str, command: str = "", language: CommandLanguage = "en"
) -> None:
    """Print one line about a wrong option, and where to read on: in English as `--help` is, unless
    `message` is in another language.
    """
    words = " ".join(filter(None, (program, command, "--help")))
    see = "zie" if language == "nl" else "see"
    joint = f" {see.capitalize()}" if message.endswith("?") else f": {see}"
    print_error(program, f"{message.rstrip('.')}{joint} '{words}'")
