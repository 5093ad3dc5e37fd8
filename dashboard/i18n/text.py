"""Sentences of the screen in Dutch, English and German, with named gaps."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

from geo.bilingual import Language

Lang = Language

LANGUAGES: tuple[Lang, ...] = ("nl", "en", "de")
LOCALES: dict[Lang, str] = {"nl": "nl_NL", "en": "en_GB", "de": "de_DE"}
I18N = Path(__file__).parent


class UnknownTextError(KeyError):
    """A sentence was asked for that no language file holds."""


class DoubleTextError(ValueError):
    """Two language files hold the same sentence."""


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

    def counted(self, key: str, number: int, /, **gaps: str | int) -> str:
        """The sentence `key` about `number` things; for one thing the sentence `key`_one."""
        return self(f"{key}_one" if number == 1 else key, **gaps)

    def open(self, key: str) -> str:
        """The sentence `key` with its gaps still open, for the browser to fill."""
        return self.sentences[key]


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
    """The sentences of `lang`, read once from `i18n/<lang>.toml` and `i18n/<lang>.<view>.toml`.

    Raises DoubleTextError when two files hold the same key.
    """
    sentences: dict[str, str] = {}
    for path in (I18N / f"{lang}.toml", *sorted(I18N.glob(f"{lang}.*.toml"))):
        entries = _flatten(tomllib.loads(path.read_text("utf-8")))
        if twice := sorted(entries.keys() & sentences.keys()):
            raise DoubleTextError(
                f"{path.name}: {twice[0]!r} stands in another file too: keep one of them"
            )
        sentences |= entries
    return Texts(lang, sentences)


def linked_lang(query: str) -> Lang:
    """The language in the query of a link, else the first one."""
    return known_lang(parse_qs(query).get("taal", [""])[-1])


def known_lang(code: str) -> Lang:
    """The language of that code, else the first one."""
    return next((lang for lang in LANGUAGES if lang == code), LANGUAGES[0])
