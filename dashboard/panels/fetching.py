"""The offer to fetch streets, units and key figures, its progress, and how it ended."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from dashboard.i18n.text import Texts
from dashboard.panels import page_frame
from dashboard.selection.context import Context
from dashboard.session import cache, fetch_run, visitor
from dashboard.session.fetch_run import FetchState, SourceProgress
from dashboard.style.html import Markup
from dashboard.style.templates import render
from data import catalogue

REFRESH_S = 2.0
FEW_TROUBLES = 3
"""Troubles that stand open; more are folded."""
_REFUSAL = "fetch_refusal"


def show(context: Context) -> None:
    """Draw the offer, the progress of a run, or how the last one ended; nothing on a public server.

    A run is started and stopped by a button of the visit alone; no address does so.
    """
    folder = cache.fillable_folder()
    if folder is None:
        return
    state, text = fetch_run.state(folder), context.text
    if state is not None and state.outcome == "running":
        st.fragment(_running, run_every=REFRESH_S)(folder, text)
        return
    if fetch_run.is_filled_by_another(folder):
        page_frame.show(render("fetching.line", sentence=text("fetch.another")))
        return
    # What a later run published is no longer the end of this one.
    if state is not None and state.version in (None, _published(folder)):
        _draw(_ended(state, text), ("retry", "hide") if _is_unfinished(state) else ("hide",), text)
    elif not context.facts.catalogue.has("streets"):
        refusal = visitor.entered(_REFUSAL, "")
        offer = render("fetching.line", sentence=text("fetch.offer"), note=refusal)
        _draw(offer, ("start",), text)


def _published(folder: Path) -> str | None:
    return catalogue.version(folder) if (folder / "current").is_file() else None


def _is_unfinished(state: FetchState) -> bool:
    return state.outcome != "done" or bool(state.troubles)


def _running(folder: Path, text: Texts) -> None:
    """Draw the progress, again every `REFRESH_S`; the whole page once the run has ended."""
    state = fetch_run.state(folder)
    if state is None or state.outcome != "running":
        cache.look_again()
        st.rerun()
    progress = render(
        "fetching.progress",
        phase=_phase(state, text),
        sources=[
            (_in(text, source.title), source, _activity(source, text))
            for source in state.sources.values()
        ],
        text=text,
    )
    _draw(progress, ("stop",), text)


def _phase(state: FetchState, text: Texts) -> str:
    if state.step is not None:
        kind, done, total = state.step
        return text(f"fetch.phase_{kind}", done=done, total=total)
    if not state.sources:
        return text("fetch.phase_start")
    ended = sum(source.activity not in ("waiting", "asking") for source in state.sources.values())
    return text("fetch.phase_ask", done=ended, total=len(state.sources))


def _activity(source: SourceProgress, text: Texts) -> str:
    if source.activity != "asking":
        return text(f"fetch.source_{source.activity}")
    if source.code is not None:
        return text("fetch.source_delayed", code=source.code)
    if source.places > 1:
        place = source.places_done + 1
        return text("fetch.source_place", place=place, places=source.places, answers=source.answers)
    return text("fetch.source_asking", answers=source.answers)


def _ended(state: FetchState, text: Texts) -> Markup:
    """How the run ended, in a sentence, and per source what to do about it."""
    troubles = [
        (
            _in(text, state.sources[trouble.source_id].title),
            _in(text, trouble.sentence),
            _in(text, trouble.cure),
        )
        for trouble in state.troubles
    ]
    foreign = "en" if text.lang not in ("nl", "en") else None
    return render(
        "fetching.ended",
        sentence=_outcome(state, text),
        troubles=troubles,
        open=len(troubles) <= FEW_TROUBLES,
        foreign=foreign,
        text=text,
    )


def _in(text: Texts, sentence: Mapping[str, str]) -> str:
    """The sentence in the language of the page, in English where the ETL has no German."""
    return sentence.get(text.lang) or sentence["en"]


def _outcome(state: FetchState, text: Texts) -> str:
    if state.outcome != "done":
        return text(f"fetch.{state.outcome}", message=state.message)
    named = {trouble.source_id for trouble in state.troubles}
    if not named:
        return text("fetch.done")
    if all(source.activity == "failed" for source in state.sources.values()):
        return text("fetch.nothing")
    return text.counted("fetch.troubled", len(named), count=len(named), total=len(state.sources))


def _draw(sentence: Markup, buttons: tuple[str, ...], text: Texts) -> None:
    """A sentence with its buttons behind it."""
    actions = {"start": _start, "retry": _start, "stop": _stop, "hide": _hide}
    with st.container(key="fetch", horizontal=True, vertical_alignment="center"):
        page_frame.show(sentence)
        for name in buttons:
            st.button(
                text(f"fetch.{name}"),
                key=f"fetch_{name}",
                type="tertiary" if name == "hide" else "secondary",
                on_click=actions[name],
                args=(text,),
            )


def _start(text: Texts) -> None:
    folder = cache.fillable_folder()
    if folder is None:
        return
    try:
        fetch_run.start(folder, text.lang)
    except OSError as error:
        reason = error.strerror or str(error)
        visitor.enter(_REFUSAL, text("fetch.unwritable", folder=str(folder), reason=reason))


def _stop(_: Texts) -> None:
    folder = cache.fillable_folder()
    if folder is not None:
        fetch_run.stop(folder)


def _hide(_: Texts) -> None:
    folder = cache.fillable_folder()
    if folder is not None:
        fetch_run.forget(folder)
