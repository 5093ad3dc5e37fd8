"""What a link shows before any script runs: in search results, in chats, without JavaScript."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from streamlit import file_util

from dashboard.errors import PageShellError
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.selection import views
from dashboard.server import first_page
from tests.dashboard import shipped

FACTS = shipped.facts()
STREAMLIT = Path(file_util.get_static_dir(), "index.html").read_text("utf-8")


class Head(HTMLParser):
    """The parts of a page that stand before its first script."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.title, self.lang, self._in_title = "", "", False
        self.feed(page.partition("<script")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self._in_title = tag == "title"
        self.lang = found["lang"] if tag == "html" else self.lang
        if tag == "meta" and "content" in found:
            self.meta[found.get("property") or found["name"]] = found["content"]

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
            self._in_title = False


def head(view: str = "kaart", **query: str) -> Head:
    return Head(first_page.html(view, query, FACTS))


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STADSHART_PUBLIC_URL", raising=False)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("view", views.by_id())
def test_every_view_has_title_description_and_card_in_the_language_of_the_link(view, lang):
    found, text = head(view, taal=lang), texts(lang)
    assert found.lang == lang
    assert found.title == f"{views.title(view, lang)} · Stadshart Twente"
    about = text(f"head.about_{view}", place=text("region.five"))
    assert found.meta["description"] == found.meta["og:description"] == about
    assert found.meta["og:title"] == found.title and found.title in found.meta["og:image:alt"]
    assert found.meta["twitter:card"] == "summary_large_image"


@pytest.mark.parametrize(
    ("lang", "said"), [("nl", "Hengelo: kaart"), ("en", "Hengelo: map"), ("de", "Hengelo: Karte")]
)
def test_the_place_stands_first(lang, said):
    found = head(plaats="hengelo", taal=lang)
    assert found.title == f"{said} · Stadshart Twente" and "Hengelo" in found.meta["description"]


@pytest.mark.parametrize(
    ("view", "about"),
    [
        *(("kaart", "kaart"), ("straten", "straten"), ("concurrentie", "koopstromen")),
        *(("cijfers", "cijfers"), ("bronnen", "bronnen"), ("centrum", "centrum")),
        ("vergelijk", "vergelijking"),
    ],
)
def test_the_picture_is_that_of_the_link(view, about):
    image = head(view, plaats="borne", keuze="a:b", periode="2019-2021", taal="en").meta["og:image"]
    assert image.startswith("./export/kaart.png?plaats=borne&")
    for part in ("keuze=a:b", "periode=2019-2021", "taal=en", f"onderwerp={about}"):
        assert part in image.split("&")


def test_streets_side_by_side_have_no_picture_of_dots():
    image = head("vergelijk", naast="straten").meta["og:image"]
    assert "onderwerp=kaart" in image and "naast=straten" in image


def test_the_picture_has_a_whole_address_once_readers_have_one(monkeypatch):
    monkeypatch.setenv("STADSHART_PUBLIC_URL", "https://stadshart.example/stad/")
    image = head(plaats="borne").meta["og:image"]
    assert image.startswith("https://stadshart.example/stad/export/kaart.png?plaats=borne&")


def test_nothing_of_a_link_is_said_unless_it_is_known():
    hostile = '"><script>alert(1)</script>'
    page = first_page.html("kaart", dict.fromkeys(("plaats", "taal", "kop", "x"), hostile), FACTS)
    assert "alert" not in page and "kop=" not in page
    assert Head(page).title == "Kaart · Stadshart Twente"


def test_a_feed_reader_finds_the_feed_of_the_place_in_its_language():
    page = first_page.html("kaart", {"taal": "en", "plaats": "hengelo"}, FACTS)
    assert (
        '<link rel="alternate" type="application/atom+xml" title="What is new about Hengelo"'
        ' href="./nieuw.atom?plaats=hengelo&amp;taal=en"/>'
    ) in page


def test_without_script_the_page_says_what_can_be_opened():
    page = first_page.html("kaart", {"taal": "en", "plaats": "hengelo"}, FACTS)
    (said,) = re.findall(r"<noscript>(.*?)</noscript>", page)
    assert "JavaScript" in said and 'href="./export/observations.csv?taal=en"' in said
    assert 'href="./export/kaart.png?plaats=hengelo&amp;' in said


def test_streamlits_page_still_has_the_shape_that_is_rewritten():
    for name, own in first_page.STREAMLIT_ELEMENTS.items():
        assert own.search(STREAMLIT), f"Streamlit's index.html has no {name} any more: look again"
    words = first_page.shell(STREAMLIT)
    assert "Streamlit</title>" not in "".join(words) and "Streamlit app" not in "".join(words)
    assert '<script type="module"' in words[0] and '<div id="root">' in words[1]


def test_a_page_of_another_shape_is_refused_with_what_to_do():
    with pytest.raises(PageShellError, match="install the version in requirements.lock"):
        first_page.shell("<html><body></body></html>")
