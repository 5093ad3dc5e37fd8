"""Streets side by side: every measure as dots on one scale, and their units as strips."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dashboard.analysis.street_measures import MEASURES, StreetMeasure, value
from dashboard.facts.street_records import Street
from dashboard.i18n.text import Texts
from dashboard.maps.layers import streets as street_layer
from dashboard.maps.street_content import StreetContent, select_content
from dashboard.maps.street_strip import street_units
from dashboard.maps.town_survey import reading_in
from dashboard.panels.streets import street as street_page
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.selection.streets import StreetChoice
from dashboard.sentences.town_dots import Dot, DotColumn
from dashboard.style import theme
from dashboard.style.html import Markup
from dashboard.style.templates import render


def contents(context: Context, streets: Sequence[Street]) -> Mapping[str, StreetContent]:
    """What is known of the town of each street in its newest survey of the period, by place."""
    facts, selection = context.facts, context.selection
    # Filters of other views leave the streets whole.
    whole = replace(selection, streets=(), by_street=StreetChoice())
    return {
        place: select_content(
            replace(context, selection=permalink.at_place(whole, place)), facts.towns[place]
        )
        for place in dict.fromkeys(street.place_id for street in streets)
    }


def rows(
    streets: Sequence[Street], known: Mapping[str, StreetContent], text: Texts
) -> tuple[DotColumn, ...]:
    """Every measure that two of the streets have.

    Surveys of two years apart or more do not compare, nor does the rank in footfall of two towns.
    """
    years = [shown.survey.year for shown in known.values() if shown.survey is not None]
    near = not years or max(years) - min(years) <= 1
    apart_surveys = text("comparison.apart_surveys")
    apart_rank = text("comparison.apart_rank")
    made = [_units(streets, known, near, apart_surveys, text)]
    for measure in MEASURES.values():
        compares = near if measure.needs_survey else len(known) == 1
        apart = apart_surveys if measure.needs_survey else apart_rank
        made.append(
            DotColumn(
                heading=text(f"street.measure_{measure.id}"),
                note=text(f"comparison.note_{measure.id}") if compares else apart,
                compares=compares,
                dots={
                    street.key: dot
                    for street in streets
                    if (dot := _dot(measure, street, known[street.place_id], text)) is not None
                },
                of_size=measure.written == "count",
            )
        )
    return tuple(row for row in made if len(row.dots) > 1)


def _dot(measure: StreetMeasure, street: Street, shown: StreetContent, text: Texts) -> Dot | None:
    known = value(measure, street, shown.survey)
    if known is None:
        return None
    written = street_page.written(measure.id, street, shown, text)
    reading = reading_in(shown.survey, street)
    if measure.id != street_layer.VACANCY or reading is None:
        return Dot(known, written)
    counted = street_layer.counted_share(reading)
    basis = ""
    if reading.vacant is not None:
        vacant, units = (
            theme.number(count, text.lang) for count in (reading.vacant, reading.units)
        )
        basis = text("comparison.counted", vacant=vacant, units=units)
    return Dot(known, written, basis, reading.low, reading.high, counted)


def _units(
    streets: Sequence[Street],
    known: Mapping[str, StreetContent],
    near: bool,
    apart: str,
    text: Texts,
) -> DotColumn:
    readings = {
        street.key: reading
        for street in streets
        if (reading := reading_in(known[street.place_id].survey, street)) is not None
    }
    return DotColumn(
        heading=text("street.units"),
        note=text("comparison.note_units") if near else apart,
        compares=near,
        dots={
            key: Dot(float(reading.units), theme.number(reading.units, text.lang))
            for key, reading in readings.items()
        },
        of_size=True,
    )


def strips(
    streets: Sequence[Street], known: Mapping[str, StreetContent], text: Texts
) -> Markup | None:
    """The units of each street in order, all of one width; None where none are known in order."""
    drawn = [
        (street, units)
        for street in streets
        if street.shape is not None and (units := len(street_units(street, known[street.place_id])))
    ]
    if not drawn:
        return None
    longest = max(units for _, units in drawn)
    return render(
        "comparison.strips",
        strips=[
            (
                f"{100 * units / longest:.0f}",
                street_page.strip(street, known[street.place_id], text, past=False),
            )
            for street, units in drawn
        ],
        text=text,
    )
