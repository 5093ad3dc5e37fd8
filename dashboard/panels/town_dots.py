"""The centres and the site at the edge as rows of dots, one scale per measure."""

from dashboard.analysis.competition import surveys
from dashboard.facts.records import RetailPlace
from dashboard.panels import centre
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.sentences import town_dots
from dashboard.sentences.town_dots import DotColumn
from dashboard.session import cache
from dashboard.style.html import Markup, door
from dashboard.style.templates import render


def table(context: Context) -> Markup | None:
    """Each centre and the site at the edge with a dot per measure; None without measures."""
    facts, text = context.facts, context.text
    columns = town_dots.columns(facts, cache.vitality(), text)
    if not columns:
        return None
    survey = surveys.survey_of(facts)
    edge = () if survey is None else (facts.places[survey.edge],)
    ranked = next((column for column in columns if column.compares), None)
    order = {} if ranked is None else {place_id: at for at, place_id in enumerate(ranked.dots)}
    places = sorted(facts.centres, key=lambda place: order.get(place.place_id, len(order)))
    return render(
        "overview.dots",
        columns=columns,
        rows=[
            (
                place.names[text.lang],
                _link(place, context),
                place.role,
                [_cell(place, column) for column in columns],
            )
            for place in (*places, *edge)
        ],
        sorted_by=None if ranked is None else ranked.heading,
        text=text,
    )


def _link(place: RetailPlace, context: Context) -> Markup:
    """The name of a place as a link: a centre to its page, the edge to what it draws away."""
    if place.role == "centre":
        return centre.link(context, place)
    name = place.names[context.text.lang]
    return door(name, permalink.address(context.selection, "concurrentie"))


def _cell(place: RetailPlace, column: DotColumn) -> tuple[str, str, str, str] | None:
    """Position of the dot and of zero in per cent, the figure and its basis; None if unknown."""
    dot = column.dots.get(place.place_id)
    if dot is None:
        return None
    low, high = column.scale
    length = (high - low) or 1.0
    at, zero = (f"{100 * (value - low) / length:.1f}" for value in (dot.value, 0.0))
    return at, zero, dot.written, dot.basis
