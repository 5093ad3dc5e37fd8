"""The filter row of the initiatives: place, street, kind and tranche, part and actor, fit with the profile, period."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from dashboard import state, visit
from dashboard.facts import Facts
from dashboard.state import Selection
from dashboard.text import Texts


def row(selection: Selection, facts: Facts, text: Texts) -> Selection:
    """The filters on the screen, and the selection they leave."""
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        _place(selection, facts, text)
        selection = _streets(selection, facts, text)
        with st.popover(text("involved.kind_button"), width="stretch"):
            selection = replace(
                selection,
                types=_several("type", text("map.kind"), state.TYPES, selection.types, "kind", text),
                tranches=_several("tranche", text("map.tranche"), state.TRANCHES, selection.tranches, "tranche", text),
            )
        with st.popover(text("involved.part_button"), width="stretch"):
            selection = _parts(selection, facts, text)
        with st.popover(text("involved.fit_button"), width="stretch"):
            fits = _several("profiel", text("involved.fit"), state.FITS, selection.fits, "fit", text)
            selection = replace(selection, fits=fits)
        selection = _years(selection, facts, text)
        st.button(text("map.reset"), on_click=_reset, args=(facts, selection), key="reset", width="stretch")
    return selection


def _place(selection: Selection, facts: Facts, text: Texts) -> None:
    names = {state.REGION: text("region.all")} | {place.place_id: place.names[text.lang] for place in facts.centres}
    st.selectbox(
        text("map.place"), list(names), key=visit.seed("plaats", selection.place), format_func=names.__getitem__
    )


def _streets(selection: Selection, facts: Facts, text: Texts) -> Selection:
    labels = {
        key: f"{street} ({facts.places[place_id].names[text.lang]})"
        for key, (place_id, street) in facts.streets.items()
        if selection.whole_region or place_id == selection.place
    }
    chosen = st.multiselect(
        text("map.street"),
        list(labels),
        key=visit.seed("straat", list(selection.streets)),
        format_func=lambda key: labels.get(key, key),
        placeholder=text("map.street_empty") if labels else text("map.street_none"),
        disabled=not labels,
    )
    return replace(selection, streets=tuple(key for key in facts.streets if key in chosen))


def _several(
    name: str, label: str, options: Sequence[str], chosen: Sequence[str], words: str, text: Texts
) -> tuple[str, ...]:
    found = st.pills(
        label,
        options,
        key=visit.seed(name, list(chosen)),
        selection_mode="multi",
        format_func=lambda option: text(f"{words}.{option}"),
    )
    return tuple(option for option in options if option in found)


def _parts(selection: Selection, facts: Facts, text: Texts) -> Selection:
    roles = _several("rol", text("involved.role"), state.PARTS, selection.roles, "actor", text)
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


def _years(selection: Selection, facts: Facts, text: Texts) -> Selection:
    key = visit.seed("periode", selection.years)
    first, last = st.session_state[key]
    lowest, highest = facts.years
    with st.popover(text("map.years_button", first=first, last=last), width="stretch"):
        years = st.slider(text("map.years"), lowest, highest, key=key, help=text("involved.years_help"))
    return replace(selection, years=years)


def _reset(facts: Facts, selection: Selection) -> None:
    start = replace(
        state.opening(visit.vocabulary(facts), selection.lang),
        place=selection.place,
        layers=selection.layers,
        weights=selection.weights,
    )
    for name, value in (
        ("straat", []),
        ("type", list(start.types)),
        ("tranche", list(start.tranches)),
        ("rol", []),
        ("actor", []),
        ("profiel", list(start.fits)),
        ("periode", start.years),
    ):
        visit.put(name, value)
    visit.keep(start)
