"""The filter row of the map: place, street, layers, initiatives, period; and its parts, for rows like it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from dashboard import naming, state, visit
from dashboard.facts import Facts
from dashboard.maps import atlas
from dashboard.maps.layers import initiatives
from dashboard.state import Selection
from dashboard.text import Texts


def row(selection: Selection, facts: Facts, text: Texts) -> Selection:
    """The filters on the screen, and the selection they leave."""
    # A row and not columns: each column is a message of its own with every change. Widths stand in the stylesheet.
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        place(selection, facts, text)
        selection = streets(selection, facts, text)
        selection = _layers(selection, text)
        selection = _initiatives(selection, facts, text)
        selection = years(selection, facts, text, text("map.years_help"))
        clear(lambda: opening(selection, facts), ("straat", "laag", "type", "tranche", "periode"), text)
    return selection


def opening(selection: Selection, facts: Facts) -> Selection:
    """The selection that a first visit to this place and language has."""
    return replace(state.opening(visit.vocabulary(facts), selection.lang), place=selection.place)


def place(selection: Selection, facts: Facts, text: Texts) -> None:
    """The choice of place; `visit.begin` reads it, since the title above depends on it."""
    names = {place.place_id: place.names[text.lang] for place in facts.centres}
    if len(names) > 1:
        names = {state.REGION: naming.every(facts, text)} | names
    st.selectbox(
        text("map.place"),
        list(names),
        key=visit.seed("plaats", selection.place),
        format_func=names.__getitem__,
    )


def streets(selection: Selection, facts: Facts, text: Texts) -> Selection:
    """The choice of streets with an initiative, each with its place."""
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


def several(
    name: str, label: str, options: Sequence[str], chosen: Sequence[str], words: str, text: Texts
) -> tuple[str, ...]:
    """What is chosen of `options` in widget `name`; the sentence of an option stands under `words`."""
    found = st.pills(
        label,
        options,
        key=visit.seed(name, list(chosen)),
        selection_mode="multi",
        format_func=lambda option: text(f"{words}.{option}"),
    )
    return tuple(option for option in options if option in found)


def kinds(selection: Selection, text: Texts) -> Selection:
    """The choice of kinds of initiative and of tranches."""
    types = several("type", text("map.kind"), state.TYPES, selection.types, "kind", text)
    tranches = several("tranche", text("map.tranche"), state.TRANCHES, selection.tranches, "tranche", text)
    return replace(selection, types=types, tranches=tranches)


def years(selection: Selection, facts: Facts, text: Texts, help_text: str) -> Selection:
    """The choice of first and last year; data of one year leave nothing to choose."""
    if facts.years[0] == facts.years[1]:
        return replace(selection, years=facts.years)
    key = visit.seed("periode", selection.years)
    first, last = st.session_state[key]
    with st.popover(text("map.years_button", first=first, last=last), width="stretch"):
        chosen = st.slider(text("map.years"), *facts.years, key=key, help=help_text)
    return replace(selection, years=chosen)


def clear(start: Callable[[], Selection], names: Sequence[str], text: Texts) -> None:
    """The button that sets the widgets `names` back to what `start` gives."""
    st.button(text("map.reset"), on_click=_restart, args=(start, names), key="reset", width="stretch")


def _restart(opened: Callable[[], Selection], names: Sequence[str]) -> None:
    start = opened()
    values: dict[str, object] = {
        "straat": list(start.streets),
        "laag": list(start.layers),
        "type": list(start.types),
        "tranche": list(start.tranches),
        "rol": list(start.roles),
        "actor": list(start.actors),
        "profiel": list(start.fits),
        "periode": start.years,
    }
    for name in names:
        visit.put(name, values[name])
    visit.keep(start)


def _layers(selection: Selection, text: Texts) -> Selection:
    count = len(st.session_state[visit.seed("laag", list(selection.layers))])
    with st.popover(text("map.layers_button", count=count), width="stretch"):
        layers = several("laag", text("map.layers"), state.LAYERS, selection.layers, "layer", text)
    return replace(selection, layers=layers)


def _initiatives(selection: Selection, facts: Facts, text: Texts) -> Selection:
    types, tranches = visit.seed("type", list(selection.types)), visit.seed("tranche", list(selection.tranches))
    asked = replace(selection, types=tuple(st.session_state[types]), tranches=tuple(st.session_state[tranches]))
    shown = len(initiatives.on_streets(initiatives.fitting(facts, asked), asked))
    with st.popover(
        text("map.initiatives_button", shown=shown, total=len(facts.initiatives)),
        width="stretch",
        disabled=initiatives.ID not in selection.layers,
    ):
        return kinds(selection, text)


def place_title(selection: Selection, facts: Facts, text: Texts) -> str:
    """The title of the map for its place."""
    if selection.whole_region:
        return naming.title(facts, text)
    return text("map.title_place", place=atlas.place_name(facts, selection, text))
