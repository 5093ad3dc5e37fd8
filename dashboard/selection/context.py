"""What a page, picture or file is about."""

from dataclasses import dataclass

from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts, texts
from dashboard.selection.permalink import Selection


@dataclass(frozen=True, slots=True)
class Context:
    """A snapshot, the sentences of one language, and what the visitor asked to see."""

    facts: Facts
    text: Texts
    selection: Selection


def context_of(facts: Facts, selection: Selection) -> Context:
    """The context of a selection, with the sentences of its language."""
    return Context(facts.around(selection.place), texts(selection.lang), selection)
