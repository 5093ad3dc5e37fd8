"""What a text may hold and still stay a text."""

import ast
import html
import re
from collections.abc import Iterable
from pathlib import Path

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dashboard
from dashboard.style.escape import escape

PAYLOADS = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "${alert(1)}",
    "`t Hoekje",
    "Winkel \\",
    "\" onmouseover='alert(1)'",
    "{{ 7 * 7 }}{% raw %}{# weg #}",
]


@given(st.text())
def test_no_character_survives_that_could_end_the_text(text: str) -> None:
    assert not set("<>`$\"'\\{}") & set(escape(text))


@given(st.text())
def test_text_comes_back_whole(text: str) -> None:
    assert html.unescape(escape(text)) == text


@pytest.mark.parametrize("text", PAYLOADS)
def test_template_leaves_the_text_alone(text: str) -> None:
    assert jinja2.Template(escape(text)).render() == escape(text)


def test_ordinary_name_reads_as_before() -> None:
    assert escape("Café De Brug, Almelo: 19,3 %") == "Café De Brug, Almelo: 19,3 %"


def test_ampersand_is_written_once() -> None:
    assert escape("C&A") == "C&amp;A"


# The package
# ---------------

ROOM = Path(dashboard.__file__).parent
MODULES = sorted(path for path in ROOM.rglob("*.py"))
DRAWS_WITH_FOLIUM = "maps/single_file/folium_map.py"
# Whoever writes a tag into a string stands here, and takes its texts through `escape` or `node`.
WRITES_HTML = {
    "maps/single_file/folium_map.py",
    "style/html.py",
    "panels/page_frame.py",
    "press/drawing/files.py",
}
TAG = re.compile(r"<[a-z/!]", re.IGNORECASE)


def named(path: Path) -> str:
    return path.relative_to(ROOM).as_posix()


def imported(nodes: Iterable[ast.AST]) -> set[str]:
    names: set[str] = set()
    for found in nodes:
        if isinstance(found, ast.Import):
            names |= {alias.name for alias in found.names}
        elif isinstance(found, ast.ImportFrom):
            names |= {f"{found.module}.{alias.name}" for alias in found.names}
    return names


def called(call: ast.Call) -> str:
    return ast.unparse(call.func)


def writes_tags(nodes: Iterable[ast.AST]) -> bool:
    strings = (found for found in nodes if isinstance(found, ast.JoinedStr))
    return any(
        isinstance(part, ast.Constant) and TAG.search(str(part.value))
        for one in strings
        for part in one.values
    )


def test_text_reaches_folium_and_html_through_the_door_only() -> None:
    for path in MODULES:
        check_door(path)


def check_door(path: Path) -> None:
    """Every text of a module that becomes HTML goes through `escape` or `node`."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    names = imported(nodes)
    calls = [(node, called(node)) for node in nodes if isinstance(node, ast.Call)]
    assert (
        not [name for name in names if name.split(".")[0] in ("folium", "branca")]
        or named(path) == DRAWS_WITH_FOLIUM
    ), named(path)
    for call, name in calls:
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        assert name.split(".")[-1] not in (
            "Popup",
            "Tooltip",
            "DivIcon",
            "GeoJsonPopup",
            "GeoJsonTooltip",
        ), f"{named(path)}, line {call.lineno}"
        assert not keywords.keys() & {"popup", "tooltip", "unsafe_allow_html"}, named(path)
        if named(path) == DRAWS_WITH_FOLIUM and "name" in keywords:
            assert ast.unparse(keywords["name"]).startswith("escape("), call.lineno
    if writes_tags(nodes) or any(
        name.endswith(("st.html", "components.html")) for _, name in calls
    ):
        assert named(path) in WRITES_HTML, named(path)
        assert names & {"dashboard.style.escape.escape", "dashboard.style.html.node"}, path


def test_scan_meets_a_tag_in_a_string_with_gaps() -> None:
    assert writes_tags(ast.walk(ast.parse('f"<b>{name}</b>"')))
    assert not writes_tags(ast.walk(ast.parse('f"{low} < {high}"')))
