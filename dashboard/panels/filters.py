"""The filter row of the map: place, street, layers, initiatives, period; other rows share parts."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from dashboard.analysis import initiatives
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.maps import layers
from dashboard.maps.layers.initiatives import ID as INITIATIVES
from dashboard.panels import controls
from dashboard.selection import permalink
from dashboard.selection.permalink import Selection
from dashboard.sentences import region_names
from dashboard.session import visitor
from dashboard.session.visitor import Binding

PLACE = Binding(lambda selection: selection.place, permalink.at_place)


def row(selection: Selection, facts: Facts, text: Texts) -> Selection:
    """Draw the filters, and return the selection they leave."""
    # A row and not columns: each column is its own message with every change. Widths are in the
    # stylesheet.
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        place(selection, facts, text)
        selection = streets(selection, facts, text)
        _layers(selection, text)
        _initiatives(selection, facts, text)
        selection = years(selection, facts, text, text("map.years_help"))
        clear(facts, text, "streets", "layers", "types", "tranches", "years")
    return selection


def place(selection: Selection, facts: Facts, text: Texts, region: str | None = None) -> None:
    """Draw the choice of place; `region` labels the whole region where it is not "every city"."""
    names = {place.place_id: place.names[text.lang] for place in facts.centres}
    if len(names) > 1:
        names = {permalink.REGION: region or region_names.every(facts, text)} | names
    controls.choice("plaats", text("map.place"), names, PLACE, selection)


def streets(selection: Selection, facts: Facts, text: Texts) -> Selection:
    """Draw the choice of streets with an initiative, and return the selection it leaves."""
    labels = {
        key: f"{street} ({facts.places[place_id].names[text.lang]})"
        for key, (place_id, street) in facts.streets.items()
        if selection.whole_region or place_id == selection.place
    }
    # Streets chosen by name in another view are added; all streets would be sent with every change.
    for key in selection.streets:
        for town in facts.towns.values():
            if key in town.streets and key not in labels:
                labels[key] = (
                    f"{town.streets[key].name} ({facts.places[town.place_id].names[text.lang]})"
                )
    selection = replace(selection, streets=tuple(key for key in labels if key in selection.streets))
    empty = text("map.street_empty") if labels else text("map.street_none")
    controls.listed(
        "straat", text("map.street"), labels, controls.binding("streets"), selection, empty
    )
    return selection


def several(
    name: str,
    label: str,
    field: str,
    options: tuple[str, ...],
    words: str,
    selection: Selection,
    text: Texts,
) -> None:
    """Draw pills for the filter `field`; choosing none selects all, labels are `words.<option>`."""
    labels = {option: text(f"{words}.{option}") for option in options}
    controls.several(name, label, labels, controls.filtered(field, options), selection)


def kinds(selection: Selection, text: Texts) -> None:
    """Draw the choice of kinds of initiative and of tranches."""
    several("type", text("map.kind"), "types", permalink.TYPES, "kind", selection, text)
    several(
        "tranche", text("map.tranche"), "tranches", permalink.TRANCHES, "tranche", selection, text
    )


def years(selection: Selection, facts: Facts, text: Texts, help_text: str) -> Selection:
    """Draw the choice of first and last year, and return the selection it leaves.

    With data of a single year there is nothing to choose.
    """
    if facts.years[0] == facts.years[1]:
        return replace(selection, years=facts.years)
    first, last = selection.years
    with st.popover(text("map.years_button", first=first, last=last), width="stretch"):
        controls.span(
            "periode",
            text("map.years"),
            facts.years,
            controls.binding("years"),
            selection,
            help_text,
        )
    return selection


def clear(facts: Facts, text: Texts, *fields: str) -> None:
    """Draw the button that resets these fields of the selection and clears the chosen mark."""
    st.button(
        text("map.reset"), on_click=_restart, args=(facts, fields), key="reset", width="stretch"
    )


def _restart(facts: Facts, fields: Sequence[str]) -> None:
    now = visitor.current()
    first = permalink.opening(visitor.vocabulary(facts), now.lang)
    visitor.restart(replace(now, chosen=None, **{name: getattr(first, name) for name in fields}))


def _layers(selection: Selection, text: Texts) -> None:
    with st.popover(text("map.layers_button", count=len(selection.layers)), width="stretch"):
        titles = {layer.id: layer.title.text(text.lang) for layer in layers.listed("controls")}
        controls.several("laag", text("map.layers"), titles, controls.binding("layers"), selection)


def _initiatives(selection: Selection, facts: Facts, text: Texts) -> None:
    shown = len(initiatives.on_streets(initiatives.matching(facts, selection), selection))
    with st.popover(
        text("map.initiatives_button", shown=shown, total=len(facts.initiatives)),
        width="stretch",
        disabled=INITIATIVES not in selection.layers,
    ):
        kinds(selection, text)


def place_title(selection: Selection, facts: Facts, text: Texts) -> str:
    """The title of the map for its place."""
    if selection.whole_region:
        return region_names.title(facts, text)
    return text("map.title_place", place=region_names.selected(facts, selection, text))
