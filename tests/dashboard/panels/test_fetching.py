"""The offer to fetch data on the page: who sees it, what a run says, and how it ended."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.i18n.text import LANGUAGES, Lang, texts
from dashboard.session import cache, fetch_run
from dashboard.style.escape import escape
from data import catalogue
from data.snapshot import lock
from tests.dashboard.driving import opened, words

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="a run is handed its lock on POSIX"),
]
TITLE = {"nl": "Straten", "en": "Streets", "de": None}
PLAN = {"event": "plan", "name": "osm", "title": TITLE}
PLACE = {"event": "source", "name": "osm", "status": "", "done": 1, "total": 3}
FAILED = {"event": "source", "name": "osm", "status": "failed", "done": 3, "total": 3}
FINDING = {
    "event": "finding",
    "severity": "error",
    "source_id": "osm",
    "nl": "De dienst <b>zweeg</b>.",
    "en": "The service was silent.",
    "cure": {"nl": "Probeer het later.", "en": "Try later."},
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ships, in a folder of one's own."""
    return Path(shutil.copytree(catalogue.EMBEDDED, tmp_path_factory.mktemp("own") / "data"))


@pytest.fixture
def folder(copy: Path) -> Iterator[Path]:
    """That folder served on this computer, without a run."""
    cache.use(copy)
    yield copy
    cache.use(None)
    shutil.rmtree(copy / "raw", ignore_errors=True)
    if (copy / "fetch").is_file():
        (copy / "fetch").unlink()
    shutil.rmtree(copy / "fetch", ignore_errors=True)


def leave(folder: Path, *lines: object, errors: str = "") -> None:
    """Leave word as a run does."""
    (folder / "fetch").mkdir(exist_ok=True)
    (folder / "fetch" / "progress.jsonl").write_text("".join(f"{json.dumps(o)}\n" for o in lines))
    (folder / "fetch" / "errors.txt").write_text(errors)


def done(folder: Path) -> dict[str, object]:
    return {"event": "done", "version": catalogue.version(folder), "changed": True}


def sentence(lang: Lang, key: str, **gaps: int) -> str:
    """A sentence as it stands in the page."""
    return escape(texts(lang)(key, **gaps))


def streets(**query: str) -> AppTest:
    """The page about the streets of Hengelo, the cheaper of the two that make the offer."""
    return opened("straten.py", plaats="hengelo", **query)


def buttons(view: str = "straten.py", **query: str) -> list[str]:
    keys = [button.key or "" for button in opened(view, **{"plaats": "hengelo", **query}).button]
    return [key for key in keys if key.startswith("fetch_")]


@pytest.mark.parametrize("view", ["overzicht.py", "straten.py"])
def test_the_offer_is_one_button_where_streets_are_missing(folder: Path, view: str):
    assert buttons(view) == ["fetch_start"]
    assert not (folder / "fetch").exists(), "a page that is opened starts nothing"


def test_others_and_the_made_up_region_see_no_offer_and_no_run(folder: Path):
    leave(folder, PLAN, FAILED, FINDING, done(folder))
    assert buttons(streek="voorbeeld", plaats="voorbeeldkerk") == []
    cache.use(folder, beyond=True)
    assert buttons() == [] and sentence("nl", "fetch.nothing") not in words(streets())
    cache.use(folder, beyond=False)
    assert buttons() == ["fetch_retry", "fetch_hide"]


def test_what_ships_is_never_filled():
    cache.use(catalogue.EMBEDDED)
    assert cache.fillable_folder() is None and buttons() == []
    cache.use(None)
    assert cache.fillable_folder() == catalogue.user_folder()


def test_a_button_of_a_page_that_others_can_reach_by_now_starts_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    app, started = streets(), []
    monkeypatch.setattr(fetch_run, "start", lambda *given: started.append(given))
    (start,) = (button for button in app.button if button.key == "fetch_start")
    cache.use(folder, beyond=True)
    start.click().run()
    assert started == []
    cache.use(folder, beyond=False)
    app = streets(taal="de")
    (start,) = (button for button in app.button if button.key == "fetch_start")
    start.click().run()
    assert started == [(folder, "de")]


def test_a_folder_that_cannot_be_written_is_said(folder: Path):
    (folder / "fetch").write_text("a file where the folder should be")
    app = streets(taal="en")
    (start,) = (button for button in app.button if button.key == "fetch_start")
    start.click().run()
    assert f"The folder {folder} cannot be written (" in words(app)


def test_a_run_that_goes_on_says_how_far_each_source_is(folder: Path):
    leave(folder, PLAN, PLACE, {"event": "done", "source": "osm", "code": None})
    handle = lock.take(folder / "fetch", wait_s=1.0)
    try:
        assert buttons() == ["fetch_stop"]
        said = words(streets())
        assert "Ophalen: 0 van 1 bronnen zijn klaar." in said
        assert "vraagt, plaats 2 van 3, antwoorden: 1" in said
        leave(folder, PLAN, FAILED, {"event": "read", "done": 2, "total": 5})
        said = words(streets(taal="en"))
        assert "Reading: 2 of 5 parts are done." in said and ">failed<" in said
    finally:
        os.close(handle)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_run_in_trouble_names_each_source_with_its_cure(folder: Path, lang):
    leave(folder, PLAN, {**PLAN, "name": "bag"}, FAILED, FINDING, done(folder))
    said = words(streets(taal=lang))
    assert sentence(lang, "fetch.troubled_one", count=1, total=2) in said
    expected = {
        "nl": "De dienst &lt;b&gt;zweeg&lt;/b&gt;. Probeer het later.",
        "en": "The service was silent. Try later.",
        "de": '<span lang="en">The service was silent. Try later.</span>',
    }
    assert expected[lang] in said


@pytest.mark.parametrize(
    ("lines", "errors", "key"),
    [
        ([PLAN, FAILED, FINDING], "", "nothing"),
        ([PLAN, PLACE, {"event": "stop"}], "", "stopped"),
        ([PLAN, PLACE], "", "broken_off"),
    ],
)
def test_every_other_end_is_one_sentence_and_a_way_on(folder: Path, lines, errors: str, key: str):
    finish = [done(folder)] if key == "nothing" else []
    leave(folder, *lines, *finish, errors=errors)
    assert sentence("nl", f"fetch.{key}") in words(streets())
    assert buttons() == ["fetch_retry", "fetch_hide"]


def test_a_refusal_is_told_in_the_words_of_the_run_and_a_good_end_is_hidden_by_hand(folder: Path):
    leave(folder, PLAN, errors="stadshart-etl: the disk is full\n")
    assert "Het ophalen kon niet verder: the disk is full" in words(streets())
    leave(folder, PLAN, done(folder))
    app = streets()
    assert sentence("nl", "fetch.done") in words(app)
    (hide,) = (button for button in app.button if button.key == "fetch_hide")
    hide.click().run()
    assert sentence("nl", "fetch.done") not in words(app)


def test_the_end_of_a_run_is_old_news_once_something_else_is_published(folder: Path):
    leave(folder, PLAN, FAILED, FINDING, {"event": "done", "version": "earlier", "changed": True})
    assert buttons() == ["fetch_start"]


def test_a_run_that_somebody_else_started_leaves_no_button(folder: Path):
    (folder / "raw").mkdir()
    with lock.held(folder / "raw", wait_s=1.0):
        assert buttons() == [] and sentence("nl", "fetch.another") in words(streets())
