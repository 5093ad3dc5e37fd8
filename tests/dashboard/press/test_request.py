"""A link from the screen names no subject: what it asks says which picture it means."""

import pytest

from dashboard.press import request
from dashboard.selection.permalink import Vocabulary
from dashboard.session import visitor
from tests.dashboard import shipped


@pytest.fixture(scope="module")
def known() -> Vocabulary:
    return visitor.vocabulary(shipped.facts())


@pytest.mark.parametrize(
    ("query", "subject"),
    [
        ({}, "kaart"),
        ({"scenario": "geen"}, "kaart"),
        ({"scenario": "naam:x,vloer:plein-westermaat:150"}, "koopstromen"),
        ({"keuze": "winkels:hengelo"}, "koopstromen"),
        ({"keuze": "stromen:hengelo/geonames:2750896"}, "koopstromen"),
        ({"keuze": "winkels:hengelo", "onderwerp": "cijfers"}, "cijfers"),
        # One figure of one place: no map has more to say.
        ({"laag": "leegstand", "plaats": "hengelo"}, "leegstand"),
        ({"laag": "leegstand"}, "kaart"),
        ({"laag": "leegstand,initiatieven", "plaats": "hengelo"}, "kaart"),
    ],
)
def test_link_without_a_subject_is_about_what_it_asks(
    known: Vocabulary, query: dict[str, str], subject: str
):
    found, notes = request.parse(query, known)
    assert (found.subject, notes) == (subject, ())
