"""What stands around every view: head with language, what of a link fell back, source note and
contact.
"""

import logging
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from urllib.parse import quote

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import deployment
from dashboard.analysis import quotable
from dashboard.component import assets
from dashboard.facts.records import Observation
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import LANGUAGES, Lang, Texts, known_lang, texts
from dashboard.panels import controls
from dashboard.selection import permalink
from dashboard.selection.permalink import Selection
from dashboard.session.visitor import Visit
from dashboard.style import theme
from dashboard.style.html import Markup, node
from dashboard.style.templates import render
from data.errors import DataError

_LOG = logging.getLogger(__name__)
_STATIC = Path(__file__).parents[1] / "static"
# In the message itself: a file would be read here and fetched by the browser again with every
# change.
ICON = "data:image/svg+xml," + quote(
    (_STATIC / "icon.svg").read_text("utf-8").strip(), safe=" '/:=<>"
)
_LANGUAGES: dict[Lang, str] = {lang: lang.upper() for lang in LANGUAGES}


def show(*parts: Markup) -> None:
    """Put pieces of the page on the screen."""
    st.html(node("div", *parts, class_="sh"))


def unreadable(fault: Exception) -> bool:
    """In the place of a view: that the data cannot be read. False for any other fault.

    Which file it is, the operator reads in the log.
    """
    if not isinstance(fault, DataError):
        return False
    _LOG.error("%s", fault)
    text = texts(known_lang(st.query_params.get("taal", "")))
    show(node("p", text("server.snapshot"), class_="caution", role="alert"))
    return True


def page(facts: Facts, text: Texts) -> None:
    """What all views share: the stylesheet, the page's own script with its words, and that a town
    is made up.

    One piece, since each is a message of its own with every change.
    """
    st.html(_page(text.lang, facts.example), unsafe_allow_javascript=True)


@cache
def _page(lang: Lang, example: bool) -> str:
    text = texts(lang)
    # Both addresses are relative, so that a path before the site does no harm; no text stands in
    # style or script.
    style = f'<style>@import url("{assets.code_address("stadshart.css")}");</style>'
    script = (
        f'<script>import(new URL("{assets.code_address("page.mjs")}", document.baseURI).href)'
        '.then((page) => page.settle(document.querySelector("[data-menu]")))</script>'
    )
    words = node(
        "i", hidden=True, lang=lang, data_menu=text("nav.menu"), data_close=text("nav.close")
    )
    short, whole = node("strong", text("example.short")), node("span", f" {text('example.banner')}")
    banner = (
        node("div", node("p", short, whole, class_="example", role="note"), class_="sh")
        if example
        else ""
    )
    return f"{style}{words}{banner}{script}"


def head(title: str, visit: Visit) -> None:
    """The title of the view, with the language switch beside it."""
    # A row and not columns: each column is a message of its own with every change.
    with st.container(key="head", horizontal=True, vertical_alignment="center"):
        st.title(title, anchor=False)
        controls.tabs(
            "taal", visit.text("lang.label"), _LANGUAGES, controls.binding("lang"), visit.selection
        )
    _fallen_back(visit)


def _fallen_back(visit: Visit) -> None:
    if visit.notes:
        show(render("page_frame.fallen_back", notes=visit.notes[:6], text=visit.text))


def tools() -> DeltaGenerator:
    """The row of what can be done with a view: take it along, picture it, share it."""
    return st.container(key="tools", horizontal=True, vertical_alignment="center")


def copy_button(label: str, line: str, text: Texts) -> Markup:
    """The button that puts a line on the clipboard, and room to say that it did."""
    return render("page_frame.copy_button", label=label, line=line, text=text)


def share(selection: Selection, view: str, text: Texts) -> None:
    """The link to this view as text to copy; on a map the map itself offers it, with its extent."""
    # Made only while it can be seen, and not with every change.
    behind = st.popover(text("share.copy"), type="tertiary", key="share", on_change="rerun")
    if not behind.open:
        return
    base = deployment.public_url()
    # The page's own address, without its view; a run without a browser has none.
    local = (st.context.url or "").rpartition("/")[0]
    with behind:
        st.code(permalink.address(selection, view, base or local), language=None, wrap_lines=True)
        st.caption(text("share.help") if base else text("share.local"))


def source_note(rows: Iterable[Observation | str], facts: Facts, text: Texts) -> None:
    """Under every view: the sources of what it shows, when they were consulted, and whom to tell of
    an error.

    `rows` are figures or, for what is no figure, source ids.
    """
    show(source_note_html(rows, facts, text))


def source_note_html(rows: Iterable[Observation | str], facts: Facts, text: Texts) -> Markup:
    """What `source_note` shows."""
    ids = dict.fromkeys(row if isinstance(row, str) else row.source_id for row in rows)
    publishers = sorted(
        {facts.publisher(source_id, text.lang) for source_id in ids}, key=str.casefold
    )
    sender = deployment.publisher()
    wrong = (
        text("source_note.wrong_text", publisher=sender)
        if sender
        else text("source_note.wrong_none")
    )
    return render(
        "page_frame.source_note",
        publishers=f"{'; '.join(publishers)}. " if publishers else None,
        consulted=theme.day(facts.consulted, text.lang),
        wrong=wrong,
        text=text,
    )


def cite_tag(verdict: quotable.Verdict, text: Texts) -> Markup:
    """The mark that says whether a figure may be quoted."""
    return node("span", f"{text('cite.label')}: {text(f'cite.{verdict}')}", class_=f"tag {verdict}")
