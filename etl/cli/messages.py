"""Sentences and headings that the command prints, in Dutch and English."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from etl.problems import PROBLEMS, UnknownProblemError
from geo.bilingual import Bilingual

_ROOM = resources.files("etl.cli")


@cache
def _catalogue() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads(_ROOM.joinpath("messages.toml").read_text(encoding="utf-8"))


@cache
def cures() -> Mapping[str, str]:
    """What to do about each problem, in Dutch."""
    return tomllib.loads(_ROOM.joinpath("cures.toml").read_text(encoding="utf-8"))


def keys() -> tuple[str, ...]:
    """Every key, as `section.name`."""
    return tuple(f"{section}.{name}" for section, names in _catalogue().items() for name in names)


def message(key: str, /, **values: object) -> Bilingual:
    """A sentence with its gaps filled; a Bilingual fills a gap in either language.

    Raises UnknownProblemError for a key that the catalogue does not hold.
    """
    section, _, name = key.partition(".")
    entry = _catalogue().get(section, {}).get(name)
    if entry is None:
        raise UnknownProblemError(f"expected a message of etl/cli/messages.toml, got {key!r}")
    nl, en = (
        {
            gap: value.text(language) if isinstance(value, Bilingual) else value
            for gap, value in values.items()
        }
        for language in ("nl", "en")
    )
    return Bilingual(nl=entry["nl"].format_map(nl), en=entry["en"].format_map(en))


def counted(key: str, count: int, /, **values: object) -> Bilingual:
    """The sentence `key` about `count` things; for one thing the sentence `key`-one."""
    return message(f"{key}-one" if count == 1 else key, count=count, **values)


def cure(code: str) -> Bilingual:
    """What to do about a problem."""
    return Bilingual(nl=cures()[code], en=PROBLEMS[code].cure)
