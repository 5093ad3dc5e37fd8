"""What the layers of streets and units share: the newest survey of each town."""

from collections.abc import Iterable, Iterator

from shapely.geometry.base import BaseGeometry

from dashboard.facts.snapshot import Facts
from dashboard.facts.street_records import Street, StreetReading, TownStreets, TownSurvey
from dashboard.i18n.text import Texts
from dashboard.maps.layer import Citation, Features, Headline
from dashboard.selection.context import Context
from dashboard.sentences import footfall_skill, region_names
from dashboard.style import theme


def newest(town: TownStreets) -> TownSurvey | None:
    """The newest survey of a town."""
    return town.surveys[-1] if town.surveys else None


def reading_in(survey: TownSurvey | None, street: Street) -> StreetReading | None:
    """What a survey says of a street; None without a survey, or without units in it."""
    return None if survey is None else street.readings.get(survey.survey)


def notes(context: Context) -> Iterator[str]:
    """What of streets is measured and what is modelled, and where there are none."""
    facts, text = context.facts, context.text
    centres = [place for place in facts.centres if context.selection.covers(place.place_id)]
    names = {place.place_id: place.names[text.lang] for place in centres}
    drawn = {
        name: facts.towns[place_id]
        for place_id, name in names.items()
        if place_id in facts.towns and facts.towns[place_id].drawn
    }
    if drawn:
        yield text("street.map_note")
        yield from footfall_skill.every(drawn, text)
    for place_id, name in names.items():
        if place_id in facts.towns and name not in drawn:
            yield text("inventory.no_streets", place=name)
    empty = [name for place_id, name in names.items() if place_id not in facts.towns]
    if empty:
        all_empty = len(empty) == len(facts.centres)
        where = region_names.centres(facts, text) if all_empty else ", ".join(empty)
        yield text("note.streets_empty", place=where)


def street_frame(facts: Facts, town: TownStreets) -> list[BaseGeometry]:
    """The lines of the surveyed streets of a town."""
    return [
        street.shape
        for street in town.streets.values()
        if street.readings and street.shape is not None
    ]


def source_ids(facts: Facts, features: Features) -> Iterator[str]:
    """The sources of all towns."""
    return (source_id for town in facts.listed_towns for source_id in town.source_ids)


def citations(
    towns: Iterable[TownStreets], text: Texts, survey: TownSurvey | None
) -> Iterator[Citation]:
    """The sources of towns in one survey, with its month; other surveys are not cited."""
    for town in towns:
        seen = survey or newest(town)
        seen_id = None if seen is None else seen.source_id
        others = {other.source_id for other in town.surveys} - {seen_id}
        for source_id in town.source_ids:
            if seen is not None and source_id == seen_id:
                yield source_id, theme.month(seen.day, text.lang)
            elif source_id not in others:
                yield source_id, ""


def headline(context: Context, features: Features, layers: str) -> Headline | None:
    """The vacant units of the chosen place in its newest survey within the period."""
    facts, text, selection = context.facts, context.text, context.selection
    town = None if selection.whole_region else facts.towns.get(selection.place)
    survey = None if town is None else town.survey(selection.years)
    if survey is None:
        return None
    unknown = theme.number(survey.unknown, text.lang)
    return Headline(
        text(
            "press.head_survey",
            place=facts.places[selection.place].names[text.lang],
            vacant=theme.number(survey.vacant, text.lang),
            units=theme.number(survey.units, text.lang),
            period=theme.month(survey.day, text.lang),
        ),
        standfirst=(
            text("press.stand_survey_one", layers=layers)
            if survey.unknown == 1
            else text("press.stand_survey", unknown=unknown, layers=layers)
        ),
    )
