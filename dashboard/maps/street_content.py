"""What the filters leave of a town: streets in the class of the chosen measure, and units."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.analysis import published_street_figures, street_measures
from dashboard.analysis.street_measures import MEASURES, StreetMeasure
from dashboard.facts.records import Initiative
from dashboard.facts.snapshot import Facts
from dashboard.facts.street_records import (
    OUTLINES,
    Street,
    TownStreets,
    TownSurvey,
    Unit,
    trade_key,
)
from dashboard.i18n.text import Texts
from dashboard.maps.layers import initiatives, premises, streets
from dashboard.selection.context import Context
from dashboard.selection.permalink import Selection
from dashboard.sentences.footfall_skill import footfall
from dashboard.style import theme
from geo.disclosure import MIN_UNITS

OUTLINE_LAYER = "grens"


@dataclass(frozen=True, slots=True)
class StreetContent:
    """The visible streets and units of a town, with their classes on the map."""

    town: TownStreets
    survey: TownSurvey | None
    measure: StreetMeasure
    outline: str
    streets: tuple[Street, ...]
    units: tuple[Unit, ...]
    visible: Mapping[str, Mapping[str, str]]

    @property
    def vacant(self) -> tuple[Unit, ...]:
        """The vacant units."""
        return tuple(unit for unit in self.units if unit.status == "vacant")


def town_of(context: Context) -> str:
    """The chosen place, else the first with a survey, else the first with streets.

    Without any streets in the snapshot: the place with most published figures of streets.
    """
    if not context.selection.whole_region:
        return context.selection.place
    with_survey = {survey.place_id for survey in context.facts.towns.surveys}
    surveyed = (place_id for place_id in context.facts.towns if place_id in with_survey)
    return (
        next(surveyed, None)
        or next(iter(context.facts.towns), None)
        or published_street_figures.most_named(context.facts)
    )


def select_content(context: Context, town: TownStreets) -> StreetContent:
    """What `selection` leaves of `town`.

    A measure without values and an unknown outline fall back to the first available one.
    """
    facts, selection = context.facts, context.selection
    choice = selection.by_street
    survey = town.survey(selection.years)
    measures = street_measures.available(town, survey)
    measure = MEASURES[
        choice.measure if choice.measure in measures else (measures or ("drukte",))[0]
    ]
    outline = choice.outline if town.outlines.get(choice.outline) is not None else OUTLINES[0]
    before = branches_before(town, survey) if choice.trades else {}
    units = tuple(
        unit for unit in town.units_of(survey) if _unit_fits(unit, town, outline, selection, before)
    )
    with_units = frozenset(unit.street for unit in units)
    streets_shown = tuple(
        street
        for street in town.streets.values()
        if _street_fits(street, survey, measure, outline, town, with_units, selection)
    )
    keys = {street.key for street in streets_shown}
    narrowed = bool(selection.streets) or choice.near != "alle"
    units_shown = tuple(unit for unit in units if not narrowed or unit.street in keys)
    visible: dict[str, Mapping[str, str]] = {
        streets.ID: {
            street.key: street_measures.style(
                measure, street_measures.value(measure, street, survey)
            )
            for street in streets_shown
        },
        premises.ID: {unit.key: premises.style(unit) for unit in units_shown},
        initiatives.ID: {
            row.initiative_id: initiatives.style(row) for row in located(facts, town.place_id)
        },
    }
    if outline != OUTLINES[0]:
        visible[OUTLINE_LAYER] = {outline: "outline"}
    return StreetContent(town, survey, measure, outline, streets_shown, units_shown, visible)


def chosen_street(key: str | None, town: TownStreets) -> tuple[Street | None, Unit | None]:
    """The street of a choice (`layer:id`), and the unit if the choice is one."""
    layer, _, item = (key or "").partition(":")
    if layer == streets.ID:
        return town.streets.get(item), None
    if layer == premises.ID:
        unit = next(
            (unit for units in town.units.values() for unit in units if unit.key == item), None
        )
        return (
            None if unit is None or unit.street is None else town.streets.get(unit.street)
        ), unit
    return None, None


def located(facts: Facts, place_id: str) -> tuple[Initiative, ...]:
    """The initiatives of the place with a known street, square or address."""
    return tuple(
        row for row in facts.initiatives if row.place_id == place_id and row.point is not None
    )


def branches_before(town: TownStreets, survey: TownSurvey | None) -> dict[str, str]:
    """The last known branch of each unit in the surveys before this one, by `premises_id`."""
    return {
        unit.premises_id: unit.branch
        for past in town.surveys
        if survey is not None and past.day < survey.day
        for unit in town.units_of(past)
        if unit.branch
    }


def _unit_fits(
    unit: Unit, town: TownStreets, outline: str, selection: Selection, before: Mapping[str, str]
) -> bool:
    """Whether a unit passes the filters; a vacant one has the branch of the survey before."""
    choice = selection.by_street
    branch = unit.branch or (before.get(unit.premises_id) if unit.status == "vacant" else None)
    if outline != OUTLINES[0] and unit.key not in town.units_inside[outline]:
        return False
    if choice.trades and (branch is None or trade_key(branch) not in choice.trades):
        return False
    return not choice.durations or (
        unit.status == "vacant" and unit.duration_class in choice.durations
    )


def _street_fits(
    street: Street,
    survey: TownSurvey | None,
    measure: StreetMeasure,
    outline: str,
    town: TownStreets,
    with_units: frozenset[str | None],
    selection: Selection,
) -> bool:
    choice = selection.by_street
    if selection.streets and street.key not in selection.streets:
        return False
    if choice.near != "alle" and street.key not in town.near:
        return False
    if outline != OUTLINES[0] and street.key not in town.streets_inside[outline]:
        return False
    if choice.trades or choice.durations:
        return street.key in with_units
    return not measure.needs_survey or (survey is not None and survey.survey in street.readings)


def notes(
    shown: StreetContent, facts: Facts, text: Texts, *, whole: bool = True
) -> tuple[str, ...]:
    """The notes of this map, most important first; those on the whole town only with `whole`."""
    town, survey = shown.town, shown.survey
    place = facts.places[town.place_id].names[text.lang]
    # Without lines of streets only units are coloured, and there is no modelled footfall.
    what = text("inventory.colour") if town.drawn else text(f"street.measure_{shown.measure.id}")
    sentences = [text(f"street.explain_{shown.measure.id}", what=what)]
    if town.drawn:
        sentences.append(footfall(town, place, text))
    if survey is not None:
        sentences.append(text("straten.three_counts"))
    if not whole:
        return tuple(sentences)
    if survey is not None:
        few = sum(
            reading.units < MIN_UNITS
            for street in town.streets.values()
            if (reading := street.readings.get(survey.survey)) is not None
        )
        if few:
            withheld = text("straten.withheld", count=theme.number(few, text.lang), least=MIN_UNITS)
            sentences.append(
                text("straten.withheld_one", least=MIN_UNITS) if few == 1 else withheld
            )
        homeless = sum(unit.street is None for unit in town.units_of(survey))
        if homeless:
            sentences.append(
                text.counted("straten.homeless", homeless, count=theme.number(homeless, text.lang))
            )
    if town.units_hidden:
        sentences.append(text("straten.units_hidden"))
    if town.unnamed_sections:
        sentences.append(
            text.counted(
                "straten.nameless",
                town.unnamed_sections,
                count=theme.number(town.unnamed_sections, text.lang),
            )
        )
    if town.components is not None:
        sentences.append(
            text(
                "straten.fallen",
                parts=theme.number(town.components.parts, text.lang),
                share=theme.share(town.components.largest_share, text.lang, decimals=0),
                outside=theme.number(town.components.outside_m / 1000.0, text.lang, decimals=1),
            )
        )
    return tuple(sentences)
