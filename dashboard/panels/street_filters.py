"""The filter row of the streets: place, colour, outline, survey, search, trades, durations, initiatives nearby."""

from dataclasses import replace
from typing import cast

import pandas as pd
import streamlit as st

from dashboard import state, visit
from dashboard.facts import Facts
from dashboard.state import Selection
from dashboard.street import measures
from dashboard.street.choice import NEAR, StreetChoice
from dashboard.street.records import DURATIONS, OUTLINES, Street, Survey, Town
from dashboard.text import Texts
from geo.names import find, search_key

# A list of all streets would be sent again with every change; searching sends the few that fit.
MOST_FOUND = 12
_WIDGETS = ("stad", "maat", "grens", "peiling", "zoek", "branches", "duren", "nabij")


def place(selection: Selection, facts: Facts, text: Texts) -> None:
    """The choice of place alone, for a place without streets."""
    with st.container(key="filters", horizontal=True):
        _place(selection, facts, text)


def row(selection: Selection, town: Town, facts: Facts, text: Texts) -> Selection:
    """The filters on the screen, and the selection they leave."""
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        _place(selection, facts, text)
        choice = selection.by_street
        choice = _measure(choice, town, town.survey(selection.years), text)
        choice = _outline(choice, town, text)
        selection = _survey(selection, town, text)
        selection = _search(selection, town, facts, text)
        choice = _more(choice, town, facts, text)
        st.button(text("map.reset"), on_click=_reset, args=(facts, selection), key="reset", width="stretch")
    return replace(selection, by_street=choice)


def _place(selection: Selection, facts: Facts, text: Texts) -> None:
    names = {one.place_id: one.names[text.lang] for one in facts.centres}

    def moved() -> None:
        chosen = str(st.session_state[f"{visit.WIDGET}stad"])
        for name in _WIDGETS[1:]:
            st.session_state.pop(visit.WIDGET + name, None)
        visit.keep(state.at_place(selection, chosen))

    st.selectbox(
        text("map.place"),
        list(names),
        key=visit.seed("stad", selection.place),
        format_func=names.__getitem__,
        on_change=moved,
    )


def _measure(
    choice: StreetChoice, town: Town, survey: Survey | None, text: Texts
) -> StreetChoice:
    there = measures.available(town, survey) or ("drukte",)
    chosen = st.selectbox(
        text("straten.measure"),
        there,
        key=_seed("maat", choice.measure, there),
        format_func=lambda key: text(f"street.measure_{key}"),
    )
    return replace(choice, measure=chosen)


def _outline(choice: StreetChoice, town: Town, text: Texts) -> StreetChoice:
    there = [name for name in OUTLINES if name == OUTLINES[0] or town.outlines.get(name) is not None]
    chosen = st.selectbox(
        text("street.outline"),
        there,
        key=_seed("grens", choice.outline, there),
        format_func=lambda key: text(f"street.outline_{key}"),
    )
    return replace(choice, outline=chosen)


def _survey(selection: Selection, town: Town, text: Texts) -> Selection:
    years = sorted({survey.year for survey in town.surveys}, reverse=True)
    now = town.survey(selection.years)
    if now is None:
        st.selectbox(text("straten.survey"), [text("street.unknown")], disabled=True, key=f"{visit.WIDGET}peiling_geen")
        return selection
    chosen = cast(int, st.selectbox(text("straten.survey"), years, key=_seed("peiling", now.year, years)))
    if chosen == now.year:
        return selection
    return replace(selection, years=(min(selection.years[0], chosen), chosen))


def _search(
    selection: Selection, town: Town, facts: Facts, text: Texts
) -> Selection:
    names = ", ".join(town.streets[key].name for key in selection.streets if key in town.streets)
    asked = st.text_input(
        text("straten.search"), key=visit.seed("zoek", names), placeholder=text("straten.search_hint"), max_chars=200
    )
    found = searched(town, asked)
    if asked.strip() and not found:
        where = facts.places[town.place_id].names[text.lang]
        st.warning(text("straten.search_none", place=where, asked=asked[:60]))
    if len(found) > MOST_FOUND:
        st.warning(text("straten.search_many", most=MOST_FOUND, asked=asked[:60]))
    return replace(selection, streets=found[:MOST_FOUND])


def pinned(selection: Selection, chosen: Street | None, text: Texts) -> None:
    """Buttons to set the chosen street fast for comparing, to see it alone, and to stop comparing."""
    beside = selection.by_street.beside
    if chosen is None and beside is None:
        return
    with st.container(key="street_buttons", horizontal=True):
        if chosen is not None and chosen.key != beside:
            st.button(text("straten.beside"), on_click=_pin, args=(selection, chosen.key))
        if chosen is not None:
            st.button(text("straten.only"), on_click=visit.put, args=("zoek", chosen.name))
        if beside is not None:
            st.button(text("straten.beside_off"), on_click=_pin, args=(selection, None))


def _pin(selection: Selection, key: str | None) -> None:
    visit.keep(replace(selection, by_street=replace(selection.by_street, beside=key)))


def searched(town: Town, asked: str) -> tuple[str, ...]:
    """The streets whose name is, begins with or holds one of the names asked for (between commas), best first.

    A name that is a street's own finds that street only.
    """
    if not asked.strip():
        return ()
    names = pd.Series({key: street.name for key, street in town.streets.items()}, dtype="str")
    found: dict[str, None] = {}
    for part in asked.split(","):
        fitting = find(names, part)
        exact = [str(key) for key in fitting.index if search_key(fitting[key]) == search_key(part)]
        found |= dict.fromkeys(exact or [str(key) for key in fitting.index])
    return tuple(found)


def _more(
    choice: StreetChoice, town: Town, facts: Facts, text: Texts
) -> StreetChoice:
    trades = list(town.trades)
    branches = _seed_many("branches", choice.trades, trades)
    durations = _seed_many("duren", choice.durations, DURATIONS)
    near = visit.seed("nabij", choice.near == NEAR[1])
    count = sum(bool(st.session_state[key]) for key in (branches, durations, near))
    with st.popover(text("straten.filters", count=count), width="stretch"):
        chosen = st.pills(
            text("straten.branches"),
            trades,
            key=branches,
            selection_mode="multi",
            format_func=lambda key: facts.said(town.trades[key], text.lang),
        )
        lasting = st.pills(
            text("straten.durations"),
            DURATIONS,
            key=durations,
            selection_mode="multi",
            format_func=lambda key: text(f"straten.{key}"),
        )
        nearby = st.toggle(text("straten.near"), key=near)
    return replace(
        choice,
        trades=tuple(trade for trade in trades if trade in chosen),
        durations=tuple(duration for duration in DURATIONS if duration in lasting),
        near=NEAR[1] if nearby else NEAR[0],
    )


def _seed(name: str, value: object, allowed: object) -> str:
    """The key of widget `name`; a value that is no longer offered gives way to the first that is."""
    key = visit.seed(name, value)
    offered = cast(list[object], list(cast(tuple[object, ...], allowed)))
    if st.session_state[key] not in offered:
        st.session_state[key] = offered[0]
    return key


def _seed_many(name: str, values: tuple[str, ...], allowed: object) -> str:
    key = visit.seed(name, list(values))
    st.session_state[key] = [value for value in st.session_state[key] or [] if value in cast(tuple[str, ...], allowed)]
    return key


def _reset(facts: Facts, selection: Selection) -> None:
    for name in _WIDGETS[1:]:
        st.session_state.pop(visit.WIDGET + name, None)
    start = state.opening(visit.vocabulary(facts), selection.lang)
    visit.keep(replace(start, place=selection.place))
