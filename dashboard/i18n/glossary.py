"""Terms of the trade: the words under which they stand on a page, and what they mean."""

from typing import TypedDict

from dashboard.i18n.text import Texts


class Term(TypedDict):
    """A term: its words, the usual one first, in lower case, and a sentence or two."""

    words: list[str]
    means: str


def terms(text: Texts) -> list[Term]:
    """All terms of a language, in the order of its file."""
    names = [key.split(".")[1] for key in text.sentences if key.startswith("term.")]
    return [
        Term(
            words=text(f"term.{name}.words").lower().split(", "),
            means=text(f"term.{name}.means"),
        )
        for name in dict.fromkeys(names)
    ]


def name(term: Term) -> str:
    """The term as a heading: its usual word with a capital."""
    usual = term["words"][0]
    return usual[0].upper() + usual[1:]
