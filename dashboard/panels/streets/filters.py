"""The filter row of the streets: place, measure, outline, survey, search and more."""

from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches
from typing import TypeVar

import pandas as pd
import streamlit as st

from dashboard.analysis import street_measures
from dashboard.facts.street_records import DURATIONS, OUTLINES, Street, TownStreets
from dashboard.panels import controls, filters
from dashboard.panels.page_frame import show
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.selection.permalink import Selection
from dashboard.selection.streets import NEAR, StreetChoice
from dashboard.session import visitor
from dashboard.session.visitor import Binding
from dashboard.style.html import Markup, door, join, node
from geo.names import find, search_key

# A list of all streets would be sent with every change; a search sends only the matches.
MOST_FOUND = 12
_LONGEST_SEARCH = 200
# Of 1: "moolenstraat" and "molenstraat" are 0.96 alike, two different streets often 0.7.
_LIKE = 0.8
_Value = TypeVar("_Value")
# For a field whose name is a variable.
_replace: Callable[..., StreetChoice] = replace


def place(context: Context) -> None:
    """Draw the choice of place alone, for a place without streets."""
    with st.container(key="filters", horizontal=True):
        _place(context)


def row(context: Context, town: TownStreets) -> Context:
    """Draw the filters, and return the context with the selection they leave."""
    text, selection = context.text, _offered(context.selection, town)
    context = replace(context, selection=selection)
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        _place(context)
        measured = {key: text(f"street.measure_{key}") for key in _measures(town, selection)}
        controls.choice("maat", text("straten.measure"), measured, _street("measure"), selection)
        outlined = {key: text(f"street.outline_{key}") for key in _outlines(town)}
        controls.choice("grens", text("street.outline"), outlined, _street("outline"), selection)
        _survey(context, town)
        typed = _search(context, town)
        _more(context, town)
        filters.clear(context, "streets", "years", "by_street")
    if typed.strip():
        show(_answer(context, town, typed))
    return context


def _place(context: Context) -> None:
    names = {centre.place_id: centre.names[context.text.lang] for centre in context.facts.centres}
    controls.choice("stad", context.text("map.place"), names, filters.PLACE, context.selection)


def _street(name: str) -> Binding[_Value]:
    """Binding to the field `name` of the street filters in a selection."""
    return Binding(
        lambda selection: getattr(selection.by_street, name),
        lambda selection, value: replace(
            selection, by_street=_replace(selection.by_street, **{name: value})
        ),
    )


def _measures(town: TownStreets, selection: Selection) -> tuple[str, ...]:
    return street_measures.available(town, town.survey(selection.years)) or ("drukte",)


def _outlines(town: TownStreets) -> list[str]:
    return [name for name in OUTLINES if name == OUTLINES[0] or town.outlines.get(name) is not None]


def _offered(selection: Selection, town: TownStreets) -> Selection:
    """The selection, with the first available option in place of any this town does not have."""
    choice = selection.by_street
    there, lines = _measures(town, selection), _outlines(town)
    return replace(
        selection,
        streets=tuple(key for key in selection.streets if key in town.streets)[:MOST_FOUND],
        by_street=replace(
            choice,
            measure=choice.measure if choice.measure in there else there[0],
            outline=choice.outline if choice.outline in lines else lines[0],
            trades=tuple(trade for trade in choice.trades if trade in town.trades),
        ),
    )


def _survey(context: Context, town: TownStreets) -> None:
    label, now = context.text("straten.survey"), town.survey(context.selection.years)
    if now is None:
        st.selectbox(label, [context.text("street.unknown")], disabled=True)
        return

    def year(current: Selection) -> int:
        survey = town.survey(current.years)
        return now.year if survey is None else survey.year

    def put(current: Selection, chosen: int) -> Selection:
        return replace(current, years=(min(current.years[0], chosen), chosen))

    years = {
        survey.year: str(survey.year)
        for survey in sorted(town.surveys, key=lambda survey: -survey.year)
    }
    controls.choice("peiling", label, years, Binding(year, put), context.selection)


def _search(context: Context, town: TownStreets) -> str:
    text = context.text

    def names(current: Selection) -> str:
        return ", ".join(town.streets[key].name for key in current.streets if key in town.streets)

    def put(current: Selection, typed: str) -> Selection:
        return replace(current, streets=searched(town, typed)[:MOST_FOUND])

    return controls.line(
        "zoek",
        text("straten.search"),
        Binding(names, put),
        context.selection,
        longest=_LONGEST_SEARCH,
        empty=text("straten.search_hint"),
    )


def _answer(context: Context, town: TownStreets, typed: str) -> Markup | None:
    """What a search did not find, with the street most like it, or that it found too many."""
    text, matches = context.text, searched(town, typed)
    if len(matches) > MOST_FOUND:
        many = text("straten.search_many", most=MOST_FOUND, asked=typed[:60])
        return node("p", many, class_="caution", role="status")
    if matches:
        return None
    where = context.facts.places[town.place_id].names[text.lang]
    none, key = text("straten.search_none", place=where, asked=typed[:60]), most_like(town, typed)
    if key is None:
        return node("p", none, class_="caution", role="status")
    only = replace(context.selection, streets=(key,))
    way = door(town.streets[key].name, permalink.address(only, "straten"))
    meant = join([node("span", f"{none} {text('straten.search_meant')} "), way, Markup("?")])
    return node("p", meant, class_="caution", role="status")


_NEAR: Binding[str] = _street("near")
_NEARBY: Binding[bool] = Binding(
    lambda selection: _NEAR.get(selection) == NEAR[1],
    lambda selection, on: _NEAR.put(selection, NEAR[on]),
)


def pinned(context: Context, chosen: Street | None) -> None:
    """Draw buttons to pin the chosen street for comparing, to show it alone, and to unpin."""
    text, selection = context.text, context.selection
    beside = selection.by_street.beside
    if chosen is None and beside is None:
        return
    with st.container(key="street_buttons", horizontal=True):
        if chosen is not None and chosen.key != beside:
            st.button(text("straten.beside"), on_click=_pin, args=(selection, chosen.key))
        if chosen is not None:
            only = replace(selection, streets=(chosen.key,))
            st.button(text("straten.only"), on_click=visitor.restart, args=(only,))
        if beside is not None:
            st.button(text("straten.beside_off"), on_click=_pin, args=(selection, None))


def _pin(selection: Selection, key: str | None) -> None:
    visitor.change(replace(selection, by_street=replace(selection.by_street, beside=key)))


def searched(town: TownStreets, typed: str) -> tuple[str, ...]:
    """Streets whose name equals, starts with or contains a typed name, best first.

    Names are separated by commas. A name that equals that of a street finds no other streets.
    """
    if not typed.strip():
        return ()
    names = pd.Series({key: street.name for key, street in town.streets.items()}, dtype="str")
    matches: dict[str, None] = {}
    for part in typed.split(","):
        fitting = find(names, part)
        exact = [str(key) for key in fitting.index if search_key(fitting[key]) == search_key(part)]
        matches |= dict.fromkeys(exact or [str(key) for key in fitting.index])
    return tuple(matches)


def most_like(town: TownStreets, typed: str) -> str | None:
    """The street whose name is written most like the first name typed; None if none is."""
    keys = {search_key(street.name): key for key, street in town.streets.items()}
    like = get_close_matches(search_key(typed.partition(",")[0]), keys, n=1, cutoff=_LIKE)
    return keys[like[0]] if like else None


def _more(context: Context, town: TownStreets) -> None:
    text, selection = context.text, context.selection
    choice = selection.by_street
    count = sum(map(bool, (choice.trades, choice.durations, choice.near != NEAR[0])))
    trades = {key: context.facts.translate(name, text.lang) for key, name in town.trades.items()}
    durations = {key: text(f"straten.{key}") for key in DURATIONS}
    with st.popover(text("straten.filters", count=count), width="stretch"):
        controls.several("branches", text("straten.branches"), trades, _street("trades"), selection)
        controls.several(
            "duren", text("straten.durations"), durations, _street("durations"), selection
        )
        controls.switch("nabij", text("straten.near"), _NEARBY, selection)
