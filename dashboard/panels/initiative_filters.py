"""The filter row of the initiatives: place, street, kind and tranche, part and actor, fit with the profile, period."""

from dataclasses import replace

import streamlit as st

from dashboard import state, visit
from dashboard.facts import Facts
from dashboard.panels import filters
from dashboard.state import Selection
from dashboard.text import Texts


def row(selection: Selection, facts: Facts, text: Texts) -> Selection:
    """The filters on the screen, and the selection they leave."""
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        filters.place(selection, facts, text)
        selection = filters.streets(selection, facts, text)
        with st.popover(text("involved.kind_button"), width="stretch"):
            selection = filters.kinds(selection, text)
        with st.popover(text("involved.part_button"), width="stretch"):
            selection = _parts(selection, facts, text)
        with st.popover(text("involved.fit_button"), width="stretch"):
            fits = filters.several("profiel", text("involved.fit"), state.FITS, selection.fits, "fit", text)
            selection = replace(selection, fits=fits)
        selection = filters.years(selection, facts, text, text("involved.years_help"))

        def start() -> Selection:
            return replace(filters.opening(selection, facts), layers=selection.layers, weights=selection.weights)

        filters.clear(start, ("straat", "type", "tranche", "rol", "actor", "profiel", "periode"), text)
    return selection


def _parts(selection: Selection, facts: Facts, text: Texts) -> Selection:
    roles = filters.several("rol", text("involved.role"), state.PARTS, selection.roles, "actor", text)
    names = {actor: facts.said(name, text.lang) for actor, name in facts.actors.items()}
    actors = st.multiselect(
        text("involved.actor"),
        list(names),
        key=visit.seed("actor", list(selection.actors)),
        format_func=names.__getitem__,
        placeholder=text("involved.actor_empty") if names else text("unknown.actor"),
        disabled=not names,
    )
    return replace(selection, roles=roles, actors=tuple(actor for actor in names if actor in actors))
