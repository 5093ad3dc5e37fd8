"""What a page, picture or file is about."""

from dataclasses import dataclass

from dashboard.facts import Facts
from dashboard.state import Selection
from dashboard.text import Texts


@dataclass(frozen=True, slots=True)
class Context:
    """A snapshot, the sentences of one language, and what the visitor asked to see."""

    facts: Facts
    text: Texts
    selection: Selection
