"""The filter row of the map: place, street, layers, initiatives, period; other rows share parts."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from dashboard.analysis import initiatives
from dashboard.facts.snapshot import Facts
from dashboard.maps import layers
from dashboard.maps.layers.initiatives import ID as INITIATIVES
from dashboard.panels import controls
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.sentences import region_names
from dashboard.session import visitor
from dashboard.session.visitor import Binding

PLACE = Binding(lambda selection: selection.place, permalink.at_place)


def row(context: Context) -> Context:
    """Draw the filters, and return the context with the selection they leave."""
    # A row and not columns: each column is its own message with every change. Widths are in the
    # stylesheet.
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        place(context)
        context = streets(context)
        _layers(context)
        _initiatives(context)
        context = years(context, context.text("map.years_help"))
        clear(context, "streets", "layers", "types", "tranches", "years")
    return context


def place(context: Context, region: str | None = None) -> None:
    """Draw the choice of place; `region` labels the whole region where it is not "every city"."""
    facts, text = context.facts, context.text
    names = {place.place_id: place.names[text.lang] for place in facts.centres}
    if len(names) > 1:
        names = {permalink.REGION: region or region_names.every(facts, text)} | names
    controls.choice("plaats", text("map.place"), names, PLACE, context.selection)


def streets(context: Context) -> Context:
    """Draw the choice of streets with an initiative, if any; return what it leaves."""
    facts, text, selection = context.facts, context.text, context.selection
    offered = {
        key: (place_id, street)
        for key, (place_id, street) in facts.streets.items()
        if selection.whole_region or place_id == selection.place
    }
    # Streets chosen by name in another view are added; all streets would be sent with every change.
    for key in selection.streets:
        for town in facts.listed_towns:
            if key in town.streets:
                offered.setdefault(key, (town.place_id, town.streets[key].name))
    labels = {
        key: f"{street} ({facts.places[place_id].names[text.lang]})"
        if selection.whole_region
        else street
        for key, (place_id, street) in offered.items()
    }
    selection = replace(selection, streets=tuple(key for key in labels if key in selection.streets))
    if labels:
        chosen: Binding[tuple[str, ...]] = controls.binding("streets")
        empty = text("map.street_empty")
        controls.listed("straat", text("map.street"), labels, chosen, selection, empty)
    return replace(context, selection=selection)


def several(
    context: Context, name: str, label: str, field: str, options: tuple[str, ...], words: str
) -> None:
    """Draw pills for the filter `field`; choosing none selects all, labels are `words.<option>`."""
    labels = {option: context.text(f"{words}.{option}") for option in options}
    controls.several(name, label, labels, controls.filtered(field, options), context.selection)


def kinds(context: Context) -> None:
    """Draw the choice of kinds of initiative and of tranches."""
    text = context.text
    several(context, "type", text("map.kind"), "types", permalink.TYPES, "kind")
    several(context, "tranche", text("map.tranche"), "tranches", permalink.TRANCHES, "tranche")


def years(context: Context, help_text: str) -> Context:
    """Draw the choice of first and last year, and return what it leaves of the context.

    With data of a single year there is nothing to choose.
    """
    facts, text, selection = context.facts, context.text, context.selection
    if facts.years[0] == facts.years[1]:
        return replace(context, selection=replace(selection, years=facts.years))
    first, last = selection.years
    with st.popover(text("map.years_button", first=first, last=last), width="stretch"):
        years: Binding[tuple[int, int]] = controls.binding("years")
        controls.span("periode", text("map.years"), facts.years, years, selection, help_text)
    return context


def clear(context: Context, *fields: str) -> None:
    """Draw the button that resets these fields of the selection and clears the chosen mark."""
    label, args = context.text("map.reset"), (context.facts, fields)
    st.button(label, on_click=_restart, args=args, key="reset", width="stretch")


def _restart(facts: Facts, fields: Sequence[str]) -> None:
    now = visitor.current()
    first = permalink.opening(visitor.vocabulary(facts), now.lang, now.dataset)
    visitor.restart(replace(now, chosen=None, **{name: getattr(first, name) for name in fields}))


def _layers(context: Context) -> None:
    text, selection = context.text, context.selection
    with st.popover(text("map.layers_button", count=len(selection.layers)), width="stretch"):
        titles = {layer.id: layer.title.text(text.lang) for layer in layers.listed("controls")}
        controls.several("laag", text("map.layers"), titles, controls.binding("layers"), selection)


def _initiatives(context: Context) -> None:
    facts, selection = context.facts, context.selection
    shown = len(initiatives.on_streets(initiatives.matching(facts, selection), selection))
    with st.popover(
        context.text("map.initiatives_button", shown=shown, total=len(facts.initiatives)),
        width="stretch",
        disabled=INITIATIVES not in selection.layers,
    ):
        kinds(context)


def place_title(context: Context) -> str:
    """The title of the map for its place."""
    if context.selection.whole_region:
        return region_names.title(context.facts, context.text)
    return context.text("map.title_place", place=region_names.selected(context))
