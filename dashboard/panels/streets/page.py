"""Content of the streets view for a selection, cached for all visitors; draws nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.analysis import published_street_figures
from dashboard.facts.street_records import Street
from dashboard.maps import street_content
from dashboard.maps.scene import Json
from dashboard.maps.street_content import chosen_street
from dashboard.maps.street_content import select_content as shown_of
from dashboard.panels import page_frame
from dashboard.panels.streets import map as streets_map
from dashboard.panels.streets import notes as streets_notes
from dashboard.panels.streets import published_figures, street
from dashboard.selection.context import Context
from dashboard.style.html import Markup, node
from dashboard.style.templates import render


@dataclass(frozen=True, slots=True)
class StreetPage:
    """The map's message, the pieces above and below the map, and the chosen street."""

    above: Markup
    map: Mapping[str, Json]
    below: tuple[Markup, ...]
    street: Street | None
    notes: tuple[Markup, ...]
    sources: Markup


def page(context: Context) -> StreetPage:
    """The headline, the map, one street or two side by side, and notes, for a town with streets."""
    facts, text, selection = context.facts, context.text, context.selection
    town = facts.towns[selection.place]
    shown = shown_of(context, town)
    chosen, unit = chosen_street(selection.chosen, town)
    beside = town.streets.get(selection.by_street.beside or "")
    # A survey without street names has no streets to filter.
    below = [streets_notes.empty(context, shown)] if town.streets and not shown.streets else []
    if shown.streets and town.drawn:
        below.append(streets_notes.widths(text))
    if chosen is None:
        if selection.chosen or town.streets:
            hint = "straten.gone" if selection.chosen else "straten.choose_street"
            below.append(node("p", text(hint), class_="quiet"))
    elif beside is None or beside.key == chosen.key:
        below.append(street.page(context, chosen, unit, shown))
    else:
        below.append(street.compare(beside, chosen, shown, text))
    if beside is not None and (chosen is None or chosen.key == beside.key):
        below.append(node("p", text("straten.beside_hint", street=beside.name), class_="caution"))
    counted = streets_notes.counts(context, shown)
    below += [] if counted is None else [counted]
    sentences = street_content.notes(shown, facts, text, whole=chosen is None)
    notes = [render("tables.notes", items=sentences)]
    known: tuple[published_street_figures.NamedArea, ...] = ()
    if chosen is None:
        notes += [
            streets_notes.outlines(shown, facts, text),
            streets_notes.municipal(context, town),
        ]
        if not town.drawn:
            # A survey without street names adds to the published figures of streets.
            known = published_street_figures.of_place(facts, town.place_id, text.lang)
            notes.append(published_figures.known(context, known))
        notes += [] if facts.example else [published_figures.more(town.place_id, town, text)]
    return StreetPage(
        above=streets_notes.headline(context, shown),
        map=streets_map.map_message(context, shown),
        below=tuple(below),
        street=chosen,
        notes=tuple(notes),
        sources=page_frame.source_note_html(
            (*town.source_ids, *published_street_figures.sources(known)), facts, text
        ),
    )
