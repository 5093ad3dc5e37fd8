"""What stands side by side: what the visitor chose, else what the view chooses."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from dashboard.analysis import comparison
from dashboard.facts.records import RetailPlace
from dashboard.facts.street_records import Street
from dashboard.maps.street_content import town_of
from dashboard.panels import controls, filters
from dashboard.selection import permalink
from dashboard.selection.comparison import (
    KEY,
    KINDS,
    MOST,
    STREETS,
    TOWNS,
    YEARS,
    SideBySide,
)
from dashboard.selection.context import Context
from dashboard.selection.permalink import Selection
from dashboard.session.visitor import Binding

VIEW = "vergelijk"
# The keys of the address that the view reads: a link from another view holds no more.
_OF_VIEW = ("plaats", "periode", "laag", "taal", KEY)


def _of_kind(selection: Selection, name: str | None) -> Selection:
    """Another kind, of which the view chooses the items."""
    kind = next(kind for kind in KINDS if kind == name)
    return replace(selection, beside=SideBySide(kind))


_KIND: Binding[str | None] = Binding(lambda selection: selection.beside.kind, _of_kind)


def places(context: Context) -> tuple[RetailPlace, ...]:
    """The centres in view."""
    return tuple(
        place for place in context.facts.centres if context.selection.covers(place.place_id)
    )


def items(context: Context) -> tuple[str, ...]:
    """The keys of what is chosen, in full; what the view chooses where nothing is."""
    facts, selection = context.facts, context.selection
    chosen = selection.beside
    if chosen.items:
        return chosen.items
    if chosen.kind == TOWNS:
        return comparison.centres(facts, selection.place)
    if chosen.kind == YEARS:
        years = comparison.years(comparison.known_years(facts, places(context)))
        return tuple(map(str, years))
    town = facts.towns.get(town_of(context))
    return () if town is None else comparison.streets(town)


def shown(context: Context) -> tuple[str, ...]:
    """The keys of what fits side by side."""
    return items(context)[:MOST]


def names(context: Context, keys: tuple[str, ...]) -> dict[str, str]:
    """The name of each key; a street of another town than the first names its town."""
    facts, text = context.facts, context.text
    kind = context.selection.beside.kind
    if kind == TOWNS:
        return {key: facts.places[key].names[text.lang] for key in keys}
    if kind == YEARS:
        return {key: key for key in keys}
    streets = {key: street for key in keys if (street := street_of(context, key)) is not None}
    one_town = len({street.place_id for street in streets.values()}) == 1
    return {
        key: street.name
        if one_town
        else f"{street.name} ({facts.places[street.place_id].names[text.lang]})"
        for key, street in streets.items()
    }


def street_of(context: Context, key: str) -> Street | None:
    """The street of a link key; None where only a published figure names it."""
    town = context.facts.towns.get(key.partition("/")[0])
    return None if town is None else town.streets.get(key)


def row(context: Context) -> None:
    """Draw the choice of kind, place and items."""
    text, selection = context.text, context.selection
    kind = selection.beside.kind
    with st.container(key="sides", horizontal=True, vertical_alignment="bottom"):
        kinds: dict[str, str] = {name: text(f"comparison.kind_{name}") for name in KINDS}
        controls.pill(f"{KEY}_kind", text("comparison.kind"), kinds, _KIND, selection)
        if kind != TOWNS:
            filters.place(context)
        label = text(f"comparison.choose_{kind}")
        if kind == STREETS:
            # A link may name more than fit: they stay until the reader takes some away.
            most = max(MOST, len(items(context)))
            if offered := _offered(context):
                bound, empty = _bound(context), text("comparison.kind_straten")
                controls.listed(KEY, label, offered, bound, selection, empty, most=most)
        else:
            controls.several(KEY, label, _offered(context), _bound(context), selection)


def _bound(context: Context) -> Binding[tuple[str, ...]]:
    """Binding to the items; without any the view chooses again."""
    now = items(context)
    kind = context.selection.beside.kind
    return Binding(
        lambda _: now, lambda selection, chosen: replace(selection, beside=SideBySide(kind, chosen))
    )


def _offered(context: Context) -> Mapping[str, str]:
    """What may be chosen, by key: of streets those of the place in view, and the chosen ones."""
    facts, selection = context.facts, context.selection
    kind = selection.beside.kind
    if kind == TOWNS:
        return names(context, tuple(place.place_id for place in facts.centres))
    if kind == YEARS:
        known = comparison.known_years(facts, places(context))
        return {
            str(year): str(year) for year in sorted({year for series in known for year in series})
        }
    keys = (
        key
        for town in facts.listed_towns
        if selection.covers(town.place_id)
        for key in town.streets
    )
    return names(context, tuple(dict.fromkeys((*keys, *items(context)))))


def remark(context: Context) -> str | None:
    """What to change where too few or too many are chosen; None where they fit."""
    text, chosen = context.text, items(context)
    named = names(context, chosen)
    if len(chosen) > MOST:
        left_out = ", ".join(named[key] for key in chosen[MOST:] if key in named)
        return text("comparison.too_many", most=MOST, names=left_out)
    if len(named) == 1:
        return text("comparison.too_few", name=next(iter(named.values())))
    return None


def address(context: Context, view: str) -> str:
    """The link from a view to this one, with its town, streets or period."""
    selection = context.selection
    return permalink.address(replace(selection, beside=_beside(context, view)), VIEW, only=_OF_VIEW)


def _beside(context: Context, view: str) -> SideBySide:
    """What a link from a view sets side by side."""
    selection: Selection = context.selection
    if view == "straten":
        layer, _, chosen = (selection.chosen or "").partition(":")
        named = (chosen, selection.by_street.beside) if layer == "straten" else ()
        keys = dict.fromkeys((*filter(None, named), *selection.streets))
        return SideBySide(STREETS, tuple(keys) if len(keys) > 1 else ())
    first, last = selection.years
    if view == "kaart" and selection.years != context.facts.years and first != last:
        return SideBySide(YEARS, (str(first), str(last)))
    return SideBySide()
