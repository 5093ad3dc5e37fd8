"""The filter row of the initiatives: place, street, kind, tranche, role, actor, fit and period."""

import streamlit as st

from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.panels import controls, filters
from dashboard.selection import permalink
from dashboard.selection.permalink import Selection


def row(selection: Selection, facts: Facts, text: Texts) -> Selection:
    """Draw the filters, and return the selection they leave."""
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        filters.place(selection, facts, text)
        selection = filters.streets(selection, facts, text)
        with st.popover(text("involved.kind_button"), width="stretch"):
            filters.kinds(selection, text)
        with st.popover(text("involved.part_button"), width="stretch"):
            _parts(selection, facts, text)
        with st.popover(text("involved.fit_button"), width="stretch"):
            filters.several(
                "profiel", text("involved.fit"), "fits", permalink.FITS, "fit", selection, text
            )
        selection = filters.years(selection, facts, text, text("involved.years_help"))
        filters.clear(
            facts, text, "streets", "types", "tranches", "roles", "actors", "fits", "years"
        )
    return selection


def _parts(selection: Selection, facts: Facts, text: Texts) -> None:
    roles = {part: text(f"actor.{part}") for part in permalink.PARTS}
    controls.several("rol", text("involved.role"), roles, controls.binding("roles"), selection)
    names = {actor: facts.translate(name, text.lang) for actor, name in facts.actors.items()}
    empty = text("involved.actor_empty") if names else text("unknown.actor")
    controls.listed(
        "actor", text("involved.actor"), names, controls.binding("actors"), selection, empty
    )
