"""HTML from templates: every text passes the one escaping function, nothing is left over."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, UndefinedError, nodes

import dashboard
from dashboard.errors import UnsafeAddressError
from dashboard.style import templates
from dashboard.style.escape import escape
from dashboard.style.html import Markup, node
from dashboard.style.templates import render
from tests.dashboard.style.test_html import HOSTILE, seen

ROOM = Path(dashboard.__file__).parent
FILES = sorted((ROOM / "panels" / "templates").glob("*.html"))
ENVIRONMENT = templates._ENVIRONMENT


def written(source: str, **values: object) -> str:
    """What a template of one macro `piece(a, b)` writes."""
    there = ENVIRONMENT.overlay(
        loader=DictLoader({"one.html": f"{{% macro piece(a, b) %}}{source}{{% endmacro %}}"})
    )
    return str(there.get_template("one.html").module.piece(**values))


def tree(path: Path) -> nodes.Template:
    return ENVIRONMENT.parse(path.read_text("utf-8"))


@pytest.mark.parametrize("text", [*HOSTILE, "{{ 7 * 7 }}"])
def test_hostile_text_stays_text_in_content_and_attribute(text):
    page = seen(written('<p title="{{ a }}">{{ a }}</p>', a=text))
    assert page.tags == [("p", {"title": text})]
    assert page.words == text


@given(st.text())
def test_text_is_written_by_the_one_escaping_function(text):
    assert written("{{ a }}", a=text) == escape(text)


def test_text_passed_on_to_a_macro_is_escaped_once():
    said = render("tables.notes", items=["a & `b`", node("b", "c & d")])
    assert said == '<ul class="notes"><li>a &amp; &#96;b&#96;</li><li><b>c &amp; d</b></li></ul>'
    assert isinstance(said, Markup)


def test_none_writes_nothing_and_zero_is_written():
    assert written("{{ a }}{{ b }}", a=None, b=0) == "0"


def test_value_nobody_gave_is_refused():
    with pytest.raises(UndefinedError, match="b"):
        written("{{ a }}{{ b }}", a="x")


def test_value_nobody_asked_is_refused():
    with pytest.raises(TypeError, match="colour"):
        render("tables.notes", items=(), colour="red")


def test_line_breaks_write_nothing_but_the_blank_between_attributes():
    source = '\n<p\n  class="{{ a }}"\n  id="x">\n  {{ b }} <i></i>\n  <b>\n  </b>\n</p>\n'
    assert written(source, a="k", b="w") == '<p class="k" id="x">w <i></i><b></b></p>'


@pytest.mark.parametrize("href", ["javascript:alert(1)", "https://elders.example"])
def test_address_of_a_template_stays_within_the_site(href):
    with pytest.raises(UnsafeAddressError, match="within the site"):
        written('<a href="{{ within(a) }}">weg</a>', a=href)


# The files
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_template_joins_no_markup_with_text(path):
    # `~` and blocks of text would be escaped by Jinja's own function, and filters are taken away.
    assert ENVIRONMENT.filters == {}
    assert list(tree(path).find_all((nodes.Concat, nodes.AssignBlock, nodes.FilterBlock))) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_address_in_a_template_is_looked_at(path):
    unseen = re.compile(r'\b(?:href|src|action)=(?!"\./[^"{}]*"|"\{\{ within\()')
    assert unseen.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_template_says_no_words_of_its_own(path):
    data = "".join(part.data for part in tree(path).find_all(nodes.TemplateData))
    data = re.sub(r"<style>.*?</style>", "", data, flags=re.DOTALL)
    assert re.findall(r"[^\W\d_]{2,}", re.sub(r"<[^<>]*>?|^[^<>]*>", " ", data)) == []


@pytest.mark.slow
def test_every_macro_is_used_and_every_one_asked_for_exists():
    there = {
        f"{path.stem}.{macro.name}" for path in FILES for macro in tree(path).find_all(nodes.Macro)
    }
    code = "\n".join(path.read_text("utf-8") for path in ROOM.rglob("*.py"))
    asked = set(re.findall(r'\brender\(\s*"(\w+\.\w+)"', code))
    called = {
        (path.stem, call.node.name)
        for path in FILES
        for call in tree(path).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name)
    }
    shared = {
        f"{Path(block.template.value).stem}.{name if isinstance(name, str) else name[0]}"
        for path in FILES
        for block in tree(path).find_all(nodes.FromImport)
        for name in block.names
    }
    assert asked <= there, asked - there
    assert there <= asked | shared | {f"{file}.{name}" for file, name in called}
