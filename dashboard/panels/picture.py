"""The button that makes a picture of what is on the screen, and the window to choose, read and take it."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote, urlencode

import streamlit as st

from dashboard import pictures, publisher, state, summary, tables
from dashboard.facts import Facts
from dashboard.listing import listed
from dashboard.markup import Markup, door, join, node
from dashboard.panels import take
from dashboard.panels.frame import copy_button, show
from dashboard.press import request as press
from dashboard.press.errors import BusyError, LostError, PressError, SnapshotError
from dashboard.press.request import Request, Subject
from dashboard.press.sizes import FORMATS, SIZES
from dashboard.press.work import Made
from dashboard.state import Selection
from dashboard.text import Texts

_PATIENCE_S = 20.0
_EMBED_HEIGHT_PX = 620


def factsheet(selection: Selection, place: str, text: Texts) -> Markup:
    """The way to the factsheet of a city: a file of its own, made when it is asked for."""
    only = replace(selection, chosen=None, extent=None)
    address = f"./export/factsheet.pdf?{urlencode(press.to_query(Request(only)), quote_via=quote, safe=',/:')}"
    return node(
        "p", door(text("factsheet.button"), address, download=True), " ", node("span", text("factsheet.help", place=place), class_="quiet")
    )


def _offered(facts: Facts, subjects: Sequence[Subject]) -> tuple[Subject, ...]:
    """The subjects that the snapshot has something of."""
    there = {
        "treinreizigers": bool(facts.stations),
        "inwoners": bool(summary.residents(facts)),
        "verkooppunten": bool(summary.locatus(facts)),
        "cijfers": bool(facts.observations),
        "bronnen": bool(facts.observations),
    }
    return tuple(subject for subject in subjects if there.get(subject, True))


def button(selection: Selection, subjects: Sequence[Subject], text: Texts) -> None:
    """The button; the window it opens is worked out only when it is open."""
    if st.button(text("press.button"), key="picture", icon=":material/image:"):
        pictures.prepare()
        st.dialog(text("press.title"), width="large")(_window)(selection, tuple(subjects), text)


def _window(selection: Selection, subjects: tuple[Subject, ...], text: Texts) -> None:
    offered = _offered(tables.facts(), subjects)
    if missing := [text(f"press.subject_{subject}") for subject in subjects if subject not in offered]:
        show(node("p", text("press.not_there", subjects=listed(missing, text)), class_="quiet"))
    if not offered:
        return
    request = _choices(selection, offered, text)
    try:
        made = pictures.ask(request, "png").result(_PATIENCE_S)
    except SnapshotError:
        show(node("p", text("server.snapshot"), class_="caution", role="status"))
        return
    except (BusyError, LostError, TimeoutError):
        show(node("p", text("press.busy", seconds=pictures.RETRY_AFTER_S), class_="caution", role="status"))
        return
    except PressError as fault:
        show(node("p", str(fault), class_="caution", role="status"))
        return
    asked = _words(request, made, text)
    try:
        shown = pictures.ask(asked, "png").result(_PATIENCE_S) if asked != request else made
    except PressError as fault:
        show(node("p", str(fault), class_="caution", role="status"))
        return
    if shown.unset:
        show(node("p", text("press.unset", signs=" ".join(shown.unset)), class_="caution", role="status"))
    show(
        node("img", src=press.address(asked, "png"), alt=shown.alt, class_="picture"),
        node("div", node("p", node("strong", f"{text('press.take')}: "), join(_door(asked, form, text) for form in FORMATS)), take.told(text), class_="take"),
        node("p", node("strong", f"{text('press.alt')}: "), shown.alt, class_="quiet"),
    )
    if selection.place and {"kaart", "straten"} & {*subjects}:
        _embed(selection, text)


def _choices(selection: Selection, subjects: tuple[Subject, ...], text: Texts) -> Request:
    left, right = st.columns(2)
    subject = subjects[0]
    if len(subjects) > 1:
        subject = left.selectbox(
            text("press.subject"), subjects, format_func=lambda key: text(f"press.subject_{key}"), key="picture_subject"
        )
    size = right.selectbox(
        text("press.size"),
        list(SIZES),
        format_func=lambda key: _size_name(key, text),
        key="picture_size",
    )
    return Request(selection, subject, SIZES[size])


def _size_name(size: str, text: Texts) -> str:
    name = size.replace("-", "_")
    return text("press.size_of", name=text(f"press.size_{name}"), width=SIZES[size].width_px, height=SIZES[size].height_px)


def _words(request: Request, made: Made, text: Texts) -> Request:
    """The request with the visitor's own words where they differ from the generated ones."""
    key = f"picture_{request.subject}_{request.selection.lang}"
    headline = st.text_input(text("press.headline"), made.headline, max_chars=press.LONGEST_HEADLINE, key=f"{key}_headline")
    standfirst = st.text_area(
        text("press.standfirst"), made.standfirst[: press.LONGEST_STANDFIRST], max_chars=press.LONGEST_STANDFIRST, height=80, key=f"{key}_standfirst"
    )
    return press.edited(request, headline, standfirst, made.headline, made.standfirst)


def _door(request: Request, form: str, text: Texts) -> Markup:
    return door(text(f"press.take_{form}"), press.address(request, form), download=True)


def _embed(selection: Selection, text: Texts) -> None:
    """The lines to paste into another site; only where readers can reach this one."""
    base = publisher.public_url()
    with st.expander(text("press.embed")):
        if base is None:
            st.caption(text("press.embed_local"))
            return
        address = state.address(replace(selection, image="inbed"), "embed", base)
        frame = node(
            "iframe",
            src=address,
            title=text("press.embed_title"),
            width="100%",
            height=_EMBED_HEIGHT_PX,
            loading="lazy",
            style="border:0",
        )
        st.code(str(frame), language=None, wrap_lines=True)
        show(copy_button(text("take.copy_embed"), str(frame), text))
        st.caption(text("press.embed_help"))
