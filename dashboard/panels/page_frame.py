"""The frame of every view: title, language, notes about a broken link, sources and contact."""

import logging
from collections.abc import Iterable
from functools import lru_cache
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
from dashboard.panels import controls, search_index
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.session import cache, visitor
from dashboard.style import logs, theme
from dashboard.style.html import Markup, door, node
from dashboard.style.templates import render
from data.errors import DataError

_LOG = logging.getLogger(__name__)
_STATIC = Path(__file__).parents[1] / "static"
# As a data URL: a file would be read here and fetched by the browser again with every change.
ICON = "data:image/svg+xml," + quote(
    (_STATIC / "icon.svg").read_text("utf-8").strip(), safe=" '/:=<>"
)
_LANGUAGES: dict[Lang, str] = {lang: lang.upper() for lang in LANGUAGES}


def show(*parts: Markup | None) -> None:
    """Draw pieces of the page; None is left out."""
    st.html(node("div", *parts, class_="sh"))


def failed(fault: Exception) -> bool:
    """Say in place of a view what is the matter: True, as Streamlit need not say it.

    Data that cannot be read: the log names the file. Any other fault: the page shows the number
    under which the log has written its trace.
    """
    text = texts(known_lang(st.query_params.get("taal", "")))
    if isinstance(fault, DataError):
        _LOG.error("%s", fault)
        line = text("server.snapshot")
    else:
        line = text("server.error", number=logs.error_number(fault))
    show(node("p", line, class_="caution", role="alert"))
    return True


def page(context: Context) -> None:
    """Draw what all views share: the script with its texts, and the banner of the example.

    In one piece: each piece is its own message with every change.
    """
    facts, text = context.facts, context.text
    searched = permalink.opening(visitor.vocabulary(facts), text.lang, context.selection.dataset)
    if facts.country:
        searched = permalink.at_place(searched, context.selection.place)
    index = cache.remembered(search_index.address, searched)
    beside_own = context.selection.dataset == permalink.EXAMPLE
    html = _page(text.lang, facts.example, beside_own, index)
    st.html(html, unsafe_allow_javascript=True)


@lru_cache(maxsize=32)
def _page(lang: Lang, example: bool, beside_own: bool, index: str) -> str:
    text = texts(lang)
    words = node(
        "i", hidden=True, lang=lang, data_menu=text("nav.menu"), data_close=text("nav.close")
    )
    short, whole = node("strong", text("example.short")), node("span", f" {text('example.banner')}")
    back = door(text("example.back"), f"./?taal={lang}") if beside_own else None
    banner = (
        node("div", node("p", short, whole, " ", back, class_="example", role="note"), class_="sh")
        if example
        else ""
    )
    search = node(
        "button",
        text("lookup.button"),
        node("kbd", "/"),
        type="button",
        data_search=index,
    )
    return f"{words}{search}{banner}<script>{script()}</script>"


def script() -> str:
    """The script in every page: it starts our own module."""
    return (
        f'import(new URL("{assets.code_address("page.mjs")}", document.baseURI).href)'
        '.then((page) => page.settle(document.querySelector("[data-menu]")))'
    )


def head(context: Context, title: str) -> None:
    """Draw the title of the view, with the language switch beside it."""
    # A row and not columns: each column is its own message with every change.
    with st.container(key="head", horizontal=True, vertical_alignment="center"):
        st.title(title, anchor=False)
        show(_dated(context.facts, context.text))
        label, selection = context.text("lang.label"), context.selection
        controls.tabs("taal", label, _LANGUAGES, controls.binding("lang"), selection)
    if notes := visitor.notes():
        show(render("page_frame.fallen_back", notes=notes[:6], text=context.text))


def _dated(facts: Facts, text: Texts) -> Markup:
    """Up to when sources were consulted, and who publishes the site."""
    day, sender = theme.day(facts.consulted, text.lang), deployment.publisher()
    dated = text("product.dated", day=day)
    return node("p", f"{dated} {sender}" if sender else dated, class_="dated")


def tools() -> DeltaGenerator:
    """The row at the top of a view for its link, picture and data."""
    return st.container(key="tools", horizontal=True, vertical_alignment="center")


def copy_button(label: str, line: str, text: Texts) -> Markup:
    """A button that copies a line, and where the script says that it did."""
    return render("page_frame.copy_button", label=label, line=line, text=text)


def share(context: Context, view: str) -> None:
    """Draw the link to this view as text to copy; a map offers its own, with the extent."""
    text, selection = context.text, context.selection
    # Made only while it is visible.
    behind = st.popover(
        text("share.button"), icon=":material/link:", key="share", on_change="rerun"
    )
    if not behind.open:
        return
    base = deployment.public_url()
    # The address of the page without its view; empty in a run without a browser.
    local = (st.context.url or "").rpartition("/")[0]
    link = permalink.compact(selection, view, base or local)
    with behind:
        st.code(link, language=None, wrap_lines=True)
        show(copy_button(text("share.copy"), link, text))
        st.caption(text("share.help") if base else text("share.local"))


def source_note(rows: Iterable[Observation | str], facts: Facts, text: Texts) -> None:
    """Draw the sources of a view, when they were consulted, and the contact for errors.

    `rows` are figures or source ids.
    """
    show(source_note_html(rows, facts, text))


def source_note_html(rows: Iterable[Observation | str], facts: Facts, text: Texts) -> Markup:
    """The content of `source_note`."""
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
        all_sources=sources_address(facts, text),
        wrong=wrong,
        text=text,
    )


def sources_address(facts: Facts, text: Texts) -> str:
    """The link to the sources and to how to supply what is unknown."""
    return (
        permalink.example("bronnen", text.lang) if facts.example else f"./bronnen?taal={text.lang}"
    )


def cite_tag(verdict: quotable.Verdict, text: Texts) -> Markup:
    """The mark that says whether a figure may be quoted."""
    return node("span", f"{text('cite.label')}: {text(f'cite.{verdict}')}", class_=f"tag {verdict}")
