"""Step 1: what is brought, for which place, and the file."""

from functools import partial

import streamlit as st

from dashboard.panels import controls, page_frame
from dashboard.selection.context import Context
from dashboard.session import data_entry, visitor
from dashboard.session.data_entry import KINDS, Upload
from dashboard.style.html import node

REGION = "regio"
_ROUND = "entry_round"


def choose(context: Context) -> Upload | None:
    """Draw the choices and the field for a file; the file once there is one."""
    facts, text, selection = context.facts, context.text, context.selection
    page_frame.show(node("h2", text("entry.step_file")))
    sources = {source: text(f"entry.kind_{source}") for source in KINDS}
    places = {
        place_id: facts.places[place_id].names[text.lang]
        for place_id in visitor.vocabulary(facts).places
    } | {REGION: text("entry.every_place")}
    opening = REGION if selection.whole_region else selection.place
    kind_bound = visitor.entry("entry_kind", next(iter(sources)))
    place_bound = visitor.entry("entry_place", opening)
    left, right = st.columns(2)
    with left:
        controls.choice("entry_kind", text("entry.kind"), sources, kind_bound, selection)
    source_id = kind_bound.get(selection)
    kind = KINDS[source_id]
    if kind.placed:
        with right:
            controls.choice("entry_place", text("entry.place"), places, place_bound, selection)
    place = place_bound.get(selection) if kind.placed else REGION
    page_frame.show(node("p", text(f"entry.about_{source_id}"), class_="quiet"))
    if kind.sheet:
        _templates(context, source_id)
    sent = st.file_uploader(
        text("entry.file", endings=", ".join(ending.upper() for ending in kind.endings)),
        type=list(kind.endings),
        # A new field once the file is published.
        key=f"w_entry_file_{visitor.entered(_ROUND, 0)}",
        max_upload_size=data_entry.MOST_MB,
    )
    if sent is None:
        return None
    return Upload(sent.getvalue(), sent.name, source_id, None if place == REGION else place)


def clear() -> None:
    """Forget the file and how it was to be read."""
    number = visitor.entered(_ROUND, 0)
    for prefix in ("entry_mend", "entry_trial", "entry_refused"):
        visitor.leave(prefix)
    visitor.enter(_ROUND, number + 1)


def _templates(context: Context, source_id: str) -> None:
    """Draw the empty sheet with its explanation, to take along."""
    text = context.text
    with st.container(key="entry_sheets", horizontal=True, vertical_alignment="center"):
        page_frame.show(node("p", text("entry.sheet")))
        for ending, name in (("xlsx", "Excel (.xlsx)"), ("ods", "OpenDocument (.ods)")):
            st.download_button(
                name,
                partial(data_entry.template, source_id, ending, text.lang),
                f"{source_id}.{ending}",
                key=f"w_sheet_{source_id}_{ending}",
                on_click="ignore",
                type="tertiary",
            )
