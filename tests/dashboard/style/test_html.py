import html
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import UnsafeAddressError
from dashboard.style.html import Markup, door, join, node, outward

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "${alert(1)}",
    "`t Hoekje`",
    'Shop" onclick="alert(1)',
    "trailing \\",
]


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data


def seen(markup: str) -> Seen:
    parser = Seen()
    parser.feed(markup)
    parser.close()
    return parser


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_in_content_and_attribute(text):
    page = seen(node("p", text, title=text))
    assert page.tags == [("p", {"title": text})]
    assert page.words == text


@given(st.text())
def test_any_text_comes_back_unchanged(text):
    assert html.unescape(node("b", text).removeprefix("<b>").removesuffix("</b>")) == text


def test_markup_is_kept_and_none_is_left_out():
    assert node("p", None, node("b", "x"), " & ") == "<p><b>x</b> &amp; </p>"


def test_true_writes_a_bare_attribute_and_none_writes_nothing():
    assert node("a", "x", download=True, title=None, hidden=False) == "<a download>x</a>"


def test_names_lose_their_trailing_underscore():
    assert (
        node("p", "", class_="quiet", aria_label="kaart")
        == '<p class="quiet" aria-label="kaart"></p>'
    )


def test_empty_elements_close_themselves():
    assert node("circle", cx=1.5, cy=2.0) == '<circle cx="1.5" cy="2"/>'


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "https://elders.example", "//elders.example", "kaart"]
)
def test_a_door_stays_within_the_site(href):
    with pytest.raises(UnsafeAddressError, match="within the site"):
        door("weg", href)


@pytest.mark.parametrize(
    "url", [None, "", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"]
)
def test_only_web_addresses_become_links(url):
    assert seen(outward("bron", url)).tags == [("span", {})]


def test_a_source_opens_beside_and_learns_nothing():
    assert seen(outward("bron", "https://cbs.nl/x?a=1&b=2")).tags == [
        (
            "a",
            {"href": "https://cbs.nl/x?a=1&b=2", "target": "_blank", "rel": "noopener noreferrer"},
        )
    ]


def test_joined_pieces_are_markup():
    assert isinstance(join([node("b", "1"), node("b", "2")]), Markup)


def test_markup_says_that_it_is_html():
    assert node("p", "a < b")._repr_html_() == "<p>a &lt; b</p>"
