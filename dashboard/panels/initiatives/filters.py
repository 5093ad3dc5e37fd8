"""The filter row of the initiatives: place, street, kind, tranche, role, actor, fit and period."""

import streamlit as st

from dashboard.panels import controls, filters
from dashboard.selection import permalink
from dashboard.selection.context import Context


def row(context: Context) -> Context:
    """Draw the filters, and return the context with the selection they leave."""
    text, selection = context.text, context.selection
    kinds = selection.types != permalink.TYPES, selection.tranches != permalink.TRANCHES
    parts = bool(selection.roles), bool(selection.actors)
    fits = selection.fits != permalink.FITS
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        filters.place(context)
        context = filters.streets(context)
        with st.popover(text("involved.kind_button", count=sum(kinds)), width="stretch"):
            filters.kinds(context)
        with st.popover(text("involved.part_button", count=sum(parts)), width="stretch"):
            _parts(context)
        with st.popover(text("involved.fit_button", count=int(fits)), width="stretch"):
            label = text("involved.fit")
            filters.several(context, "profiel", label, "fits", permalink.FITS, "fit")
        context = filters.years(context, text("involved.years_help"))
        filters.clear(context, "streets", "types", "tranches", "roles", "actors", "fits", "years")
    return context


def _parts(context: Context) -> None:
    facts, text, selection = context.facts, context.text, context.selection
    roles = {part: text(f"actor.{part}") for part in permalink.PARTS}
    controls.several("rol", text("involved.role"), roles, controls.binding("roles"), selection)
    names = {actor: facts.translate(name, text.lang) for actor, name in facts.actors.items()}
    empty = text("involved.actor_empty") if names else text("unknown.actor")
    controls.listed(
        "actor", text("involved.actor"), names, controls.binding("actors"), selection, empty
    )
