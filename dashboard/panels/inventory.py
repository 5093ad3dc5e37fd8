"""The shop surveys of a snapshot: result, date and owner."""

from collections.abc import Iterable

from dashboard.analysis import figures
from dashboard.facts.street_records import TownStreets, TownSurvey
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.sentences import citation, street_survey
from dashboard.style.html import Markup, door, join, node


def surveyed(context: Context) -> tuple[TownStreets, ...]:
    """The towns in view that were surveyed."""
    selection = context.selection
    return tuple(
        town
        for town in context.facts.listed_towns
        if town.surveys and (selection.whole_region or town.place_id == selection.place)
    )


def newer(context: Context) -> tuple[tuple[TownStreets, TownSurvey], ...]:
    """The surveys in view and period that are newer than the published vacancy of their town.

    On the page alone: a survey may be internal.
    """
    facts, selection = context.facts, context.selection
    newer_pairs = []
    for town in facts.listed_towns:
        row = figures.vacancy_figure(facts, town.place_id, selection.years)
        survey = town.survey(selection.years)
        seen = selection.whole_region or town.place_id == selection.place
        if survey is not None and seen and (row is None or (row.year or 0) < survey.year):
            newer_pairs.append((town, survey))
    return tuple(newer_pairs)


def surveys(context: Context, towns: Iterable[TownStreets]) -> tuple[Markup, ...]:
    """The newest survey of each town, with a link to its streets; empty without a town."""
    items = [_item(context, town, town.surveys[-1]) for town in towns]
    if not items:
        return ()
    return (node("h2", context.text("inventory.title")), node("ul", join(items), class_="notes"))


def _item(context: Context, town: TownStreets, survey: TownSurvey) -> Markup:
    facts, text = context.facts, context.text
    place, record = facts.places[town.place_id].names[text.lang], facts.source(survey.source_id)
    sentences = [street_survey.sentence(survey, place, text), street_survey.interval(survey, text)]
    sentences.append(text("inventory.source", source=citation.source_name(record, facts, text)))
    if record.sharing == "internal":
        sentences.append(text("inventory.internal"))
    address = permalink.address(permalink.at_place(context.selection, town.place_id), "straten")
    return node(
        "li",
        " ".join(filter(None, sentences)),
        " ",
        door(text("inventory.door", place=place), address),
    )
