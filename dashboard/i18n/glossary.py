"""Terms of the trade: the words under which they stand on a page, and what they mean."""

from typing import TypedDict

from dashboard.i18n.text import Texts


class Term(TypedDict):
    """A term: its usual word as a heading, all its words in lower case, and what it means."""

    name: str
    words: list[str]
    means: str


def terms(text: Texts) -> list[Term]:
    """All terms of a language, in the order of its file."""
    names = [key.split(".")[1] for key in text.sentences if key.startswith("term.")]
    listed = []
    for name in dict.fromkeys(names):
        words = text(f"term.{name}.words")
        usual = words.split(", ")[0]
        listed.append(
            Term(
                name=usual[0].upper() + usual[1:],
                words=words.lower().split(", "),
                means=text(f"term.{name}.means"),
            )
        )
    return listed
