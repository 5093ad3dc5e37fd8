"""A view is one file: the menu, its addresses and the pages of the server take it from there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.requests import Request

from dashboard.errors import ViewError
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import LANGUAGES
from dashboard.selection import views
from dashboard.server import first_page
from dashboard.server.problems import problem
from tests.dashboard.driving import APP, opened, words

SCRIPT = '''
"""The number of inner cities."""

from dashboard.panels import page_frame
from dashboard.session import cache
from dashboard.style.html import node

ORDER = 25
TITLE = {"nl": "Aantal", "en": "Number", "de": "Anzahl"}

page_frame.show(node("p", f"{len(cache.facts().centres)} centres"))
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A second folder of views."""
    monkeypatch.setattr(views, "FOLDERS", (*views.FOLDERS, tmp_path))
    views.by_id.cache_clear()
    yield tmp_path
    views.by_id.cache_clear()


def test_the_menu_begins_with_the_overview_and_ends_with_sources_and_bringing_data():
    assert list(views.by_id()) == [
        "overzicht",
        "centrum",
        "kaart",
        "straten",
        "vergelijk",
        "concurrentie",
        "initiatieven",
        "effect",
        "profiel",
        "cijfers",
        "nieuw",
        "bronnen",
        "invoer",
    ]


@pytest.mark.slow
def test_a_view_is_added_by_its_script_alone(folder: Path, facts: Facts):
    (folder / "aantal.py").write_text(SCRIPT)
    order = list(views.by_id())
    assert order[order.index("kaart") :][:3] == ["kaart", "aantal", "straten"]
    assert first_page.paths()["aantal"] == "aantal"
    for lang in LANGUAGES:
        asked = {
            "type": "http",
            "path": "/",
            "headers": [],
            "query_string": f"taal={lang}".encode(),
        }
        assert views.title("aantal", lang) in problem(Request(asked), 404, "").body.decode()
        head = first_page.html("aantal", {"taal": lang}, facts)
        assert f"<title>{views.title('aantal', lang)} · Stadshart Twente</title>" in head
    assert "5 centres" in words(opened(os.path.relpath(folder / "aantal.py", APP.parent / "views")))


@pytest.mark.parametrize(
    "script",
    [
        'TITLE = {"nl": "Aantal", "en": "Number", "de": "Anzahl"}',
        "ORDER = 25",
        'ORDER = 25\nTITLE = {"nl": "Aantal"}',
    ],
)
def test_a_script_without_order_or_titles_is_named(folder: Path, script: str):
    (folder / "aantal.py").write_text(script)
    with pytest.raises(ViewError, match=r"^aantal\.py: expected ORDER"):
        views.by_id()
