"""What both commands share: exit codes, the language of their user, and errors of one line."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Literal

CommandLanguage = Literal["nl", "en"]

SUCCESS, FAILURE, WRONG_USE, PARTIAL, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes; PARTIAL: published, but a source failed or is stale; INTERRUPTED: Ctrl-C."""


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


def print_wrong_use(program: str, message: str, command: str = "") -> None:
    """Print one line about a wrong option, in English as `--help` is, and where to read on."""
    words = " ".join(filter(None, (program, command, "--help")))
    print_error(program, f"{message.rstrip('.')}: see '{words}'")
