"""The filter row of the map: place, street, layers, initiatives, period."""

from dataclasses import replace

import streamlit as st

from dashboard import state, visit
from dashboard.facts import Facts
from dashboard.maps import atlas
from dashboard.maps.layers import initiatives
from dashboard.state import Selection
from dashboard.text import Texts


def row(selection: Selection, facts: Facts, text: Texts) -> Selection:
    """The filters on the screen, and the selection they leave."""
    # A row and not columns: each column is a message of its own with every change. Widths stand in the stylesheet.
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        _place(selection, facts, text)
        selection = _streets(selection, facts, text)
        selection = _layers(selection, text)
        selection = _initiatives(selection, facts, text)
        selection = _years(selection, facts, text)
        st.button(text("map.reset"), on_click=_reset, args=(facts, selection), key="reset", width="stretch")
    return selection


def _place(selection: Selection, facts: Facts, text: Texts) -> None:
    names = {place.place_id: place.names[text.lang] for place in facts.centres}
    if len(names) > 1:
        names = {state.REGION: text("region.all")} | names
    st.selectbox(
        text("map.place"),
        list(names),
        key=visit.seed("plaats", selection.place),
        format_func=names.__getitem__,
    )


def _streets(selection: Selection, facts: Facts, text: Texts) -> Selection:
    labels = {
        key: f"{street} ({facts.places[place_id].names[text.lang]})"
        for key, (place_id, street) in facts.streets.items()
        if selection.whole_region or place_id == selection.place
    }
    # A street may have been chosen by its name elsewhere; to offer all would send the whole list on every change.
    for key in selection.streets:
        for town in facts.towns.values():
            if key in town.streets and key not in labels:
                labels[key] = f"{town.streets[key].name} ({facts.places[town.place_id].names[text.lang]})"
    chosen = st.multiselect(
        text("map.street"),
        list(labels),
        key=visit.seed("straat", list(selection.streets)),
        format_func=lambda key: labels.get(key, key),
        placeholder=text("map.street_empty") if labels else text("map.street_none"),
        disabled=not labels,
    )
    return replace(selection, streets=tuple(key for key in labels if key in chosen))


def _layers(selection: Selection, text: Texts) -> Selection:
    key = visit.seed("laag", list(selection.layers))
    count = len(st.session_state[key])
    with st.popover(text("map.layers_button", count=count), width="stretch"):
        chosen = st.pills(
            text("map.layers"),
            state.LAYERS,
            key=key,
            selection_mode="multi",
            format_func=lambda layer: text(f"layer.{layer}"),
        )
    return replace(selection, layers=tuple(layer for layer in state.LAYERS if layer in chosen))


def _initiatives(selection: Selection, facts: Facts, text: Texts) -> Selection:
    kinds, tranches = visit.seed("type", list(selection.types)), visit.seed("tranche", list(selection.tranches))
    asked = replace(selection, types=tuple(st.session_state[kinds]), tranches=tuple(st.session_state[tranches]))
    shown = len(initiatives.on_streets(initiatives.fitting(facts, asked), asked))
    with st.popover(
        text("map.initiatives_button", shown=shown, total=len(facts.initiatives)),
        width="stretch",
        disabled=initiatives.ID not in selection.layers,
    ):
        types = st.pills(
            text("map.kind"),
            state.TYPES,
            key=kinds,
            selection_mode="multi",
            format_func=lambda kind: text(f"kind.{kind}"),
        )
        rounds = st.pills(
            text("map.tranche"),
            state.TRANCHES,
            key=tranches,
            selection_mode="multi",
            format_func=lambda tranche: text(f"tranche.{tranche}"),
        )
    return replace(
        selection,
        types=tuple(kind for kind in state.TYPES if kind in types),
        tranches=tuple(tranche for tranche in state.TRANCHES if tranche in rounds),
    )


def _years(selection: Selection, facts: Facts, text: Texts) -> Selection:
    key = visit.seed("periode", selection.years)
    first, last = st.session_state[key]
    lowest, highest = facts.years
    with st.popover(text("map.years_button", first=first, last=last), width="stretch"):
        years = st.slider(text("map.years"), lowest, highest, key=key, help=text("map.years_help"))
    return replace(selection, years=years)


def _reset(facts: Facts, selection: Selection) -> None:
    start = replace(state.opening(visit.vocabulary(facts), selection.lang), place=selection.place)
    for name, value in (
        ("straat", []),
        ("type", list(start.types)),
        ("tranche", list(start.tranches)),
        ("periode", start.years),
        ("laag", list(start.layers)),
    ):
        visit.put(name, value)
    visit.keep(start)


def place_title(selection: Selection, facts: Facts, text: Texts) -> str:
    """The title of the map for its place."""
    if selection.whole_region:
        return text("map.title_region")
    return text("map.title_place", place=atlas.place_name(facts, selection, text))
