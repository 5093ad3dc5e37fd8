"""Step 3: the reason, and publishing."""

import streamlit as st

from dashboard.i18n.text import Texts
from dashboard.panels import controls, page_frame
from dashboard.panels.entry import file, trial
from dashboard.panels.entry.trial import FileTrial
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.session import cache, data_entry, visitor
from dashboard.style.templates import render
from data.forms import personal_data

_REFUSED, _DONE = "entry_refused", "entry_done"
# The view that shows data of a kind.
_VIEWS = {"shop_survey": "straten", "counters": "straten", "initiatives": "initiatieven"}


def show(tried: FileTrial, context: Context) -> None:
    """Draw the field for the reason and the button; publish once it is pressed."""
    text, selection = context.text, context.selection
    page_frame.show(render("entry.step", title=text("entry.step_publish")))
    bound = visitor.entry("entry_mend_reason", "")
    typed = controls.line(
        "entry_mend_reason",
        text("entry.reason"),
        bound,
        selection,
        longest=data_entry.LONGEST_REASON,
        empty=text("entry.reason_example"),
    )
    refused: tuple[FileTrial, str] | None = visitor.entered(_REFUSED, None)
    accepted = False
    if refused is not None and refused[0] == tried:
        page_frame.show(render("entry.wrong", sentence=refused[1]))
        accept = visitor.entry("entry_mend_accept", value=False)
        controls.switch("entry_mend_accept", text("entry.accept"), accept, selection)
        accepted = accept.get(selection)
    if not st.button(text("entry.publish"), key="w_entry_publish", type="primary"):
        return
    if wrong := wrong_reason(typed, text):
        page_frame.show(render("entry.wrong", sentence=wrong))
        return
    with st.spinner(text("entry.publishing")):
        answer = data_entry.publish(
            tried.upload, tried.mending, typed.strip(), text.lang, accepted=accepted
        )
    if answer.outcome == "done":
        visitor.enter(_DONE, (tried.upload.source_id, tried.upload.place_id))
        file.clear()
        st.rerun()
    sentence = trial.problem(answer, tried.upload, text)
    if answer.line("problem").get("acceptable") is True:
        visitor.enter(_REFUSED, (tried, sentence))
        st.rerun()
    page_frame.show(render("entry.wrong", sentence=sentence))


def wrong_reason(typed: str, text: Texts) -> str | None:
    """What is wrong with a reason: it is empty, or says something of a person."""
    if not typed.strip() or not typed.isprintable():
        return text("entry.reason_missing")
    return text("entry.reason_person") if personal_data.kinds(typed) else None


def done(context: Context) -> None:
    """Say once what was published, with the way to it."""
    published: tuple[str, str | None] | None = visitor.entered(_DONE, None)
    if published is None:
        return
    visitor.leave(_DONE)
    text, (source_id, place_id) = context.text, published
    links = []
    selection = permalink.at_place(context.selection, place_id or permalink.REGION)
    if (view := _VIEWS.get(source_id, "cijfers")) and not _is_hidden(source_id, context):
        links.append((text("entry.see"), permalink.address(selection, view)))
    links.append((text("entry.see_new"), permalink.address(selection, "nieuw")))
    page_frame.show(
        render("entry.done", sentence=text("entry.published"), links=links),
        render("entry.note", sentence=text("entry.internal"))
        if _is_hidden(source_id, context)
        else None,
    )


def _is_hidden(source_id: str, context: Context) -> bool:
    """Whether the pages of this server leave out what was published, as it is internal."""
    sources = {record.source_id: record for record in context.facts.manifest.sources}
    record = sources.get(source_id)
    return cache.is_reachable() and record is not None and record.sharing == "internal"
