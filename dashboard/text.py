"""Sentences of the screen in Dutch, English and German, with named gaps."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from dashboard.errors import UnknownTextError

Lang = Literal["nl", "en", "de"]

LANGUAGES: tuple[Lang, ...] = ("nl", "en", "de")
I18N = Path(__file__).parent / "i18n"


@dataclass(frozen=True, slots=True)
class Texts:
    """All sentences of one language; call it with a key and its gaps."""

    lang: Lang
    sentences: dict[str, str]

    def __call__(self, key: str, /, **gaps: str | int) -> str:
        """The sentence `key` ("view.title") with its gaps filled.

        Raises UnknownTextError for a key that is not in the file and KeyError for a gap left open.
        """
        try:
            sentence = self.sentences[key]
        except KeyError:
            raise UnknownTextError(f"no text {key!r} in i18n/{self.lang}.toml") from None
        return sentence.format(**gaps)

    def has(self, key: str) -> bool:
        """Whether the language file holds `key`."""
        return key in self.sentences


def _flatten(table: dict[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat |= _flatten(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = str(value)
    return flat


@cache
def texts(lang: Lang) -> Texts:
    """The sentences of `lang`, read once from `i18n/<lang>.toml`."""
    return Texts(lang, _flatten(tomllib.loads((I18N / f"{lang}.toml").read_text("utf-8"))))
