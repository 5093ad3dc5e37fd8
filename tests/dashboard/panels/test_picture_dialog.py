"""The window for a picture offers what can be drawn, and says what cannot."""

from collections.abc import Iterator
from concurrent.futures import Future

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.i18n.text import texts
from dashboard.press.request import PictureRequest
from dashboard.press.worker.jobs import Made
from dashboard.session import cache, export_jobs
from data import catalogue
from tests.dashboard.driving import control

pytestmark = pytest.mark.slow


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[PictureRequest]]:
    """What the window asks of the desk; every answer is one picture that lacks a character of its
    headline.
    """
    found: list[PictureRequest] = []

    def ask(request: PictureRequest, form: str) -> "Future[Made]":
        found.append(request)
        done: Future[Made] = Future()
        done.set_result(
            Made(
                b"",
                "image/png",
                "Kop",
                "Inleiding",
                "Beeld",
                "\u6f22" if request.headline else "",
                "Kop. Inleiding. Bronnen: CBS.",
                "CBS (2024), https://cbs.nl\nKadaster (2025), https://kadaster.nl",
            )
        )
        return done

    before = cache._served.folder
    monkeypatch.setattr(export_jobs, "ask", ask)
    yield found
    cache.use(before)
    st.cache_resource.clear()


def window() -> None:
    from dashboard.panels import picture_dialog
    from dashboard.session import cache, visitor

    here = visitor.load(cache.facts())
    subjects = ("kaart", "treinreizigers", "inwoners", "verkooppunten")
    picture_dialog._window(here, subjects)


def run(folder: object) -> AppTest:
    cache.use(folder)
    st.cache_resource.clear()
    # As long as a busy machine may take.
    page = AppTest.from_function(window, default_timeout=60.0).run()
    assert not page.exception
    return page


def said(page: AppTest) -> str:
    return " ".join(
        [one.value for one in page.markdown] + [str(one.proto) for one in page.get("html")]
    )


def test_window_offers_only_subjects_the_snapshot_has_and_names_the_others(
    asked: list[PictureRequest],
):
    text = texts("nl")
    page = run(catalogue.EXAMPLE)
    offered = control(page.selectbox, "onderwerp").options
    there = ("kaart", "treinreizigers", "inwoners")
    assert offered == [text(f"press.subject_{key}") for key in there]
    assert text("press.not_there", subjects=text("press.subject_verkooppunten")) in said(page)
    assert [one.subject for one in asked] == ["kaart"]


def test_window_says_nothing_is_missing_where_nothing_is(asked: list[PictureRequest]):
    page = run(catalogue.EMBEDDED)
    assert len(control(page.selectbox, "onderwerp").options) == 4
    assert texts("nl")("press.not_there", subjects="").split("{")[0].rstrip(".: ") not in said(page)


def test_window_names_the_characters_that_cannot_be_set(asked: list[PictureRequest]):
    page = run(catalogue.EMBEDDED)
    control(page.text_input, "kop").set_value("\u6f22 in Hengelo").run()
    assert asked[-1].headline == "\u6f22 in Hengelo"
    assert texts("nl")("press.unset", signs="\u6f22") in said(page)


def test_window_offers_caption_and_citation_to_copy(asked: list[PictureRequest]):
    words = said(run(catalogue.EMBEDDED))
    for key in ("copy_caption", "copy_citation", "copy_picture"):
        assert texts("nl")(f"press.{key}") in words
    assert words.count("Kop. Inleiding. Bronnen: CBS.") == 2  # to read, and behind its button
    assert words.count("https://kadaster.nl") == 2
