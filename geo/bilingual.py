"""A domain name in the languages readers meet it in."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["nl", "en", "de"]


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A name in Dutch and English, and in German where map or picture shows it."""

    nl: str
    en: str
    de: str | None = None

    def text(self, language: Language) -> str:
        """The name in `language`; English stands in where there is no German."""
        if language == "nl":
            return self.nl
        if language == "de" and self.de is not None:
            return self.de
        return self.en
