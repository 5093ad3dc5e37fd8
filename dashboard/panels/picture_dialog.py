"""The button and dialog for a picture of what is on the screen."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote, urlencode

import streamlit as st

from dashboard import deployment
from dashboard.facts.snapshot import Facts
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.panels import controls, downloads
from dashboard.panels.page_frame import copy_button, show
from dashboard.press import request as press
from dashboard.press.errors import (
    FailedJobError,
    LostError,
    PressError,
    QueueFullError,
    SnapshotError,
)
from dashboard.press.request import PictureRequest, Subject
from dashboard.press.sizes import FORMATS, SIZES
from dashboard.press.worker.jobs import Made
from dashboard.press.worker.queue import RETRY_AFTER_S
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.selection.permalink import Selection
from dashboard.sentences import headline_figures
from dashboard.session import cache, export_jobs, visitor
from dashboard.session.visitor import Binding
from dashboard.style.html import Markup, door, node
from dashboard.style.templates import render

_PATIENCE_S = 20.0
_SUBJECT = "onderwerp"
_EMBED_HEIGHT_PX = 620


def documents(context: Context, place: str) -> Markup:
    """Links to the factsheet of a city and to slides about it, which are made on request."""
    only = replace(context.selection, chosen=None, extent=None)
    query = urlencode(press.to_query(PictureRequest(only)), quote_via=quote, safe=",/:")
    text = context.text
    files = (
        (text("factsheet.button"), "factsheet.pdf", text("factsheet.help", place=place)),
        (text("slides.button"), "presentatie.pptx", text("slides.help", place=place)),
    )
    links = [(name, f"./export/{file}?{query}", help_) for name, file, help_ in files]
    return render("picture.documents", links=links)


def _offered(facts: Facts, subjects: Sequence[Subject]) -> tuple[Subject, ...]:
    """The subjects that the snapshot has data for."""
    there = {
        "treinreizigers": bool(facts.stations),
        "inwoners": bool(headline_figures.residents(facts)),
        "verkooppunten": bool(headline_figures.locatus(facts)),
        "cijfers": bool(facts.observations),
        "bronnen": bool(facts.observations),
    }
    return tuple(subject for subject in subjects if there.get(subject, True))


def button(context: Context, subjects: Sequence[Subject]) -> None:
    """Draw the button, and the dialog while it is open."""
    if st.button(context.text("press.button"), key="picture", icon=":material/image:"):
        export_jobs.prepare()
        st.dialog(context.text("press.title"), width="large")(_window)(context, tuple(subjects))


def _window(context: Context, subjects: tuple[Subject, ...]) -> None:
    text = context.text
    offered = _offered(cache.facts(), subjects)
    if missing := [
        text(f"press.subject_{subject}") for subject in subjects if subject not in offered
    ]:
        show(node("p", text("press.not_there", subjects=listed(missing, text)), class_="quiet"))
    if not offered:
        return
    seen, chosen = st.columns([3, 2], gap="medium")
    with chosen:
        request = _choices(context, offered)
    try:
        with seen, st.spinner(text("press.making")):
            made = export_jobs.ask(request, "png").result(_PATIENCE_S)
    except SnapshotError:
        _say(text("server.snapshot"))
        return
    except (QueueFullError, LostError, TimeoutError):
        _say(text("press.busy", seconds=RETRY_AFTER_S))
        return
    except FailedJobError as fault:
        _say(text("server.error", number=str(fault)))
        return
    except PressError as fault:
        _say(str(fault))
        return
    with chosen:
        edited = _words(request, made, text)
    try:
        shown = export_jobs.ask(edited, "png").result(_PATIENCE_S) if edited != request else made
    except PressError as fault:
        _say(str(fault))
        return
    with seen:
        show(render("picture.preview", picture=press.address(edited, "png"), alt=shown.alt))
    with chosen:
        if shown.unset:
            _say(text("press.unset", signs=" ".join(shown.unset)))
        show(_actions(edited, shown, text))
        if "centrum" in subjects and not context.selection.whole_region:
            place = context.facts.places[context.selection.place]
            show(documents(context, place.names[text.lang]))
        if context.selection.place and {"kaart", "straten"} & {*subjects}:
            _embed(context)
    # Below both columns: on a phone the choices follow the picture.
    show(render("picture.words", made=shown, text=text))


def _actions(request: PictureRequest, made: Made, text: Texts) -> Markup:
    """Links to the files of the picture, and buttons that copy it and its words."""
    links = [
        door(text(f"press.take_{form}"), press.address(request, form), download=True)
        for form in FORMATS
    ]
    return render(
        "picture.actions",
        links=links,
        picture=press.address(request, "png"),
        made=made,
        status=downloads.status_line(text),
        text=text,
    )


def _say(words: str) -> None:
    """Draw a warning above or in place of the picture."""
    show(node("p", words, class_="caution", role="status"))


def _choices(context: Context, subjects: tuple[Subject, ...]) -> PictureRequest:
    text, selection = context.text, context.selection
    if len(subjects) > 1:
        names = {subject: text(f"press.subject_{subject}") for subject in subjects}
        controls.choice(_SUBJECT, text("press.subject"), names, _subject(subjects), selection)
    sizes = {size: _size_name(size, text) for size in SIZES}
    size = visitor.entry("formaat", press.OPENING_SIZE)
    controls.choice("formaat", text("press.size"), sizes, size, selection)
    return PictureRequest(selection, _subject(subjects).get(selection), SIZES[size.get(selection)])


def _subject(subjects: Sequence[Subject]) -> Binding[Subject]:
    """Binding to the subject chosen last, if this view offers it."""
    entry = visitor.entry(_SUBJECT, subjects[0])

    def get(selection: Selection) -> Subject:
        chosen = entry.get(selection)
        return chosen if chosen in subjects else subjects[0]

    return Binding(get, entry.put)


def _size_name(size: str, text: Texts) -> str:
    name = size.replace("-", "_")
    return text(
        "press.size_of",
        name=text(f"press.size_{name}"),
        width=SIZES[size].width_px,
        height=SIZES[size].height_px,
    )


def _words(request: PictureRequest, made: Made, text: Texts) -> PictureRequest:
    """The request with the visitor's own words where they differ from the generated ones."""
    about, selection = (request.selection, request.subject), request.selection
    headline = controls.line(
        "kop",
        text("press.headline"),
        _own_words("kop", about, made.headline),
        selection,
        longest=press.LONGEST_HEADLINE,
    )
    standfirst = controls.lines(
        "inleiding",
        text("press.standfirst"),
        _own_words("inleiding", about, made.standfirst[: press.LONGEST_STANDFIRST]),
        selection,
        longest=press.LONGEST_STANDFIRST,
        height=80,
    )
    return press.edited(request, headline, standfirst, made.headline, made.standfirst)


def _own_words(name: str, about: tuple[Selection, Subject], made: str) -> Binding[str]:
    """Binding to what a visitor typed for this picture, else the generated text."""
    entry = visitor.entry(name, (about, made))

    def get(selection: Selection) -> str:
        typed_for, typed = entry.get(selection)
        return typed if typed_for == about else made

    return Binding(get, lambda selection, typed: entry.put(selection, (about, typed)))


def _embed(context: Context) -> None:
    """Draw the HTML to embed in another site, if this one has a public address."""
    text = context.text
    base = deployment.public_url()
    with st.expander(text("press.embed")):
        if base is None:
            st.caption(text("press.embed_local"))
            return
        address = permalink.address(replace(context.selection, image="inbed"), "embed", base)
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
