"""The surveys of shops that a snapshot holds: what each found, when and whose it is."""

from collections.abc import Iterable

from dashboard import citation, state
from dashboard.facts import Facts
from dashboard.markup import Markup, door, join, node
from dashboard.state import Selection
from dashboard.street import finding
from dashboard.street.records import Survey, Town
from dashboard.text import Texts


def surveyed(facts: Facts, selection: Selection) -> tuple[Town, ...]:
    """The towns in view that were surveyed."""
    return tuple(
        town
        for town in facts.towns.values()
        if town.surveys and (selection.whole_region or town.place_id == selection.place)
    )


def surveys(
    towns: Iterable[Town], selection: Selection, facts: Facts, text: Texts
) -> tuple[Markup, ...]:
    """The newest survey of each town, with the way to its streets; nothing without a town."""
    items = [_item(town, town.surveys[-1], selection, facts, text) for town in towns]
    if not items:
        return ()
    return (node("h2", text("inventory.title")), node("ul", join(items), class_="notes"))


def _item(town: Town, survey: Survey, selection: Selection, facts: Facts, text: Texts) -> Markup:
    place, record = facts.places[town.place_id].names[text.lang], facts.source(survey.source_id)
    said = [finding.sentence(survey, place, text), finding.interval(survey, text)]
    said.append(text("inventory.source", source=citation.source_name(record, facts, text)))
    if record.sharing == "internal":
        said.append(text("inventory.internal"))
    here = state.address(state.at_place(selection, town.place_id), "straten")
    return node(
        "li", " ".join(filter(None, said)), " ", door(text("inventory.door", place=place), here)
    )
