"""All that the view of a town's streets says of a selection: made once for all who ask for it, so
that nothing here draws.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.facts import Facts
from dashboard.maps.scene import Json
from dashboard.markup import Markup, node
from dashboard.panels import frame, street, street_known, street_map, street_notes
from dashboard.state import Selection
from dashboard.street import published
from dashboard.street.records import Street
from dashboard.street.shown import chosen_street
from dashboard.street.shown import shown as shown_of
from dashboard.templates import render
from dashboard.text import Texts


@dataclass(frozen=True, slots=True)
class StreetPage:
    """What the map is told, what stands above and below it, and the street that is set out."""

    above: Markup
    map: Mapping[str, Json]
    below: tuple[Markup, ...]
    street: Street | None
    notes: tuple[Markup, ...]
    sources: Markup


def page(facts: Facts, selection: Selection, text: Texts) -> StreetPage:
    """The headline, the map, the chosen street or two side by side, and what belongs beside it; for
    a town with streets.
    """
    town = facts.towns[selection.place]
    shown = shown_of(facts, town, selection)
    chosen, unit = chosen_street(selection.chosen, town)
    beside = town.streets.get(selection.by_street.beside or "")
    # A survey that names no street has none to filter.
    below = (
        [street_notes.empty(selection, shown, text)] if town.streets and not shown.streets else []
    )
    if shown.streets and town.drawn:
        below.append(street_notes.widths(text))
    if chosen is None:
        if selection.chosen or town.streets:
            hint = "straten.gone" if selection.chosen else "straten.choose_street"
            below.append(node("p", text(hint), class_="quiet"))
    elif beside is None or beside.key == chosen.key:
        below.append(street.page(chosen, unit, shown, selection, facts, text))
    else:
        below.append(street.compare(beside, chosen, shown, text))
    if beside is not None and (chosen is None or chosen.key == beside.key):
        below.append(node("p", text("straten.beside_hint", street=beside.name), class_="caution"))
    said = street_notes.notes(shown, facts, text, whole=chosen is None)
    notes = [render("tables.notes", items=said)]
    known: tuple[published.Named, ...] = ()
    if chosen is None:
        notes += [
            street_notes.outlines(shown, facts, text),
            street_notes.municipal(town, selection, facts, text),
        ]
        if not town.drawn:
            # What stood here before the survey came is still what sources say.
            known = published.of_place(facts, town.place_id, text.lang)
            notes.append(street_known.known(known, selection, facts, text))
        notes += [] if facts.example else [street_known.more(town.place_id, town, text)]
    return StreetPage(
        above=street_notes.headline(shown, facts, selection, text),
        map=street_map.told(selection, shown, facts, text),
        below=tuple(below),
        street=chosen,
        notes=tuple(notes),
        sources=frame.sourced((*town.source_ids, *published.sources(known)), facts, text),
    )
