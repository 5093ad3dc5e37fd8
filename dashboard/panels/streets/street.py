"""The page of a street: figures per survey, units on both sides, vacancies, a comparison."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from urllib.parse import urlencode

from dashboard.analysis import published_street_figures, street_measures
from dashboard.analysis.street_measures import MEASURES
from dashboard.facts.snapshot import Facts
from dashboard.facts.street_records import Status, Street, TownStreets, Unit
from dashboard.i18n.text import Texts
from dashboard.maps.layers import passers, premises, streets
from dashboard.maps.scene import SceneCell
from dashboard.maps.street_content import StreetContent, chosen_street
from dashboard.maps.street_strip import Strip, earlier, lay_out, street_units, withheld
from dashboard.panels.streets import published_figures
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.style import theme
from dashboard.style.html import Markup, door, join, node
from dashboard.style.templates import render
from geo.disclosure import MIN_UNITS

MOST_VACANT = 12
_MARK = {"vacant": "v", "in_use": None, "unknown": "u"}
# Colours of the stylesheet.
_PAST = {"vacant": "v", "in_use": "i", "unknown": "u", None: "n"}


def mark(key: str, facts: Facts, text: Texts) -> Markup | None:
    """A street or unit chosen on the map of the region, with a link to its page."""
    for town in facts.listed_towns:
        street, unit = chosen_street(key, town)
        place = facts.places[town.place_id].names[text.lang]
        query = urlencode({"plaats": town.place_id, "keuze": key, "taal": text.lang})
        way = door(text("inventory.door", place=place), f"./straten?{query}")
        if unit is not None:
            return join([_unit(unit, facts, text), node("p", way)])
        if street is not None:
            title = f"{street.name}, {place}"
            return render("street.mark", title=title, series=_series(street, town, text), way=way)
    return None


def page(context: Context, street: Street, unit: Unit | None, shown: StreetContent) -> Markup:
    """Everything about one street."""
    facts, text = context.facts, context.text
    initiatives = [
        door(
            row.name,
            permalink.address(
                permalink.choose(context.selection, f"initiatieven:{row.initiative_id}"),
                "kaart",
                only=published_figures.OF_MARKS,
            ),
        )
        for row in facts.initiatives
        if street.key in row.street_keys
    ]
    drawn = shown.town.units_of(shown.survey) and street.shape is not None
    return render(
        "street.page",
        title=f"{street.name}, {facts.places[street.place_id].names[text.lang]}",
        unit=None if unit is None else _unit(unit, facts, text),
        strip=strip(street, shown, text, facts=facts) if drawn else None,
        facts=[*_facts(street, shown, text), *_counts(context, street)],
        series=_series(street, shown.town, text),
        vacant=_vacant(street, shown, facts, text),
        initiatives=initiatives,
        known=published_figures.figures(
            context, published_street_figures.of_street(facts, street.key)
        ),
        text=text,
    )


def strip(
    street: Street,
    shown: StreetContent,
    text: Texts,
    *,
    facts: Facts | None = None,
    past: bool = True,
) -> Markup:
    """The street as a strip from the centre outwards: left side above, right side below.

    With `past` each earlier survey stands beside the chosen one, unit above unit. With `facts`
    every unit says its address, branch and since when it is vacant.
    """
    laid = lay_out(street, shown, text)
    sides = [
        (
            [
                (
                    _MARK[unit.status if laid.status_shown else "unknown"],
                    None if facts is None else _hint(unit, laid, facts, text),
                )
                for unit in row
            ],
            [(year, _past(statuses)) for year, statuses in earlier(row, street, shown)]
            if laid.status_shown and past
            else [],
        )
        for row in laid.rows
        if row
    ]
    year = None if shown.survey is None else shown.survey.year
    return render("street.strip", title=laid.title, sides=sides, year=year, text=text)


def _hint(unit: Unit, laid: Strip, facts: Facts, text: Texts) -> str:
    address = unit.address or text("street.no_address")
    branch = facts.translate(unit.branch, text.lang) if unit.branch else None
    vacant = unit.status == "vacant" and laid.status_shown
    return ", ".join(filter(None, (address, branch, _since(unit, text) if vacant else None)))


def _past(statuses: Sequence[Status | None]) -> str:
    """Units of an earlier survey side by side as a CSS gradient: runs of one status each."""
    stops, start = [], 0
    for status, run in groupby(statuses):
        end = start + len(list(run))
        ends = (f"{100 * at / len(statuses):.1f}%" for at in (start, end))
        stops.append(f"var(--{_PAST[status]}) {' '.join(ends)}")
        start = end
    return f"background:linear-gradient(90deg,{','.join(stops)})"


def _facts(street: Street, shown: StreetContent, text: Texts) -> list[tuple[str, str]]:
    return [
        (text("straten.length"), _length(street, text)),
        (text("street.floor_rate"), streets.floor_rate(street, shown.survey, text)),
        *(
            (text(f"street.measure_{key}"), written(key, street, shown, text))
            for key in MEASURES
            if key != "leegstand"
        ),
    ]


def _counts(context: Context, street: Street) -> list[tuple[str, str]]:
    """What was counted in the street, to read beside its modelled footfall."""
    selection, text = context.selection, context.text
    here = replace(context, selection=replace(selection, streets=(street.key,)))
    return [
        (
            text("passers.column"),
            f"{passers.figure(row, text)}, {passers.period(row, text)} ({passers.counter(row)})",
        )
        for row in passers.shown(here)
    ]


def _length(street: Street, text: Texts) -> str:
    if street.length_m is None:
        return text("inventory.not_drawn")
    length = theme.number(round(street.length_m), text.lang)
    if street.sections == 1:
        return text("straten.sections_one", length=length)
    return text("straten.sections", length=length, count=street.sections)


def written(key: str, street: Street, shown: StreetContent, text: Texts) -> str:
    """A measure of a street in words, or why it is withheld."""
    measure = MEASURES[key]
    if key == "leegstand":
        return streets.rate_cell(street, shown.survey, text).text or text("street.unknown")
    value = street_measures.value(measure, street, shown.survey)
    return (
        text(f"street.none_{key}")
        if value is None
        else street_measures.written(measure, value, text)
    )


def _series(street: Street, town: TownStreets, text: Texts) -> Markup | None:
    seen = [
        (survey, reading, streets.rate_cell(street, survey, text))
        for survey in town.surveys
        if (reading := street.readings.get(survey.survey)) is not None
    ]
    if not seen:
        return None
    spans = [cell.span for _, _, cell in seen if cell.span is not None]
    end = max((share or 0.0 for span in spans for share in span), default=1.0) or 1.0
    rows = [
        (
            survey.year,
            reading.units,
            text("street.withheld") if reading.vacant is None else reading.vacant,
            _bar(cell, end),
        )
        for survey, reading, cell in seen
    ]
    return render("street.series", rows=rows, text=text)


def _bar(cell: SceneCell, end: float) -> Markup:
    """A modelled rate with its interval as a bar from 0 to `end`, the counted share as a dot."""
    if cell.span is None:
        return node("span", cell.text)
    places = zip(("low", "high", "at", "dot"), cell.span, strict=True)
    style = ";".join(
        f"--{name}:{100 * share / end:.0f}" for name, share in places if share is not None
    )
    return join(
        [node("i", class_="span", style=style, aria_hidden="true"), node("span", cell.text)]
    )


def _vacant(street: Street, shown: StreetContent, facts: Facts, text: Texts) -> Markup | None:
    survey = shown.survey
    if survey is None or not shown.town.units:
        return None
    vacant = [unit for unit in street_units(street, shown) if unit.status == "vacant"]
    instead = None
    if withheld(street, shown):
        instead = text("inventory.withheld", least=MIN_UNITS)
    elif not vacant:
        instead = text("straten.no_vacant")
    return render(
        "street.vacant",
        title=text("straten.vacant_title", year=survey.year),
        units=[
            (unit.address or text("street.no_address"), _since(unit, text))
            for unit in vacant[:MOST_VACANT]
        ],
        more=len(vacant) - MOST_VACANT,
        instead=instead,
        text=text,
    )


def _since(unit: Unit, text: Texts) -> str:
    status = premises.written_status(unit, text)
    if unit.since is None:
        return status
    return text("straten.vacant_since", status=status, month=theme.month(unit.since, text.lang))


def _unit(unit: Unit, facts: Facts, text: Texts) -> Markup:
    branch = facts.translate(unit.branch, text.lang) if unit.branch else None
    if branch and unit.ownership:
        branch = text(f"street.{unit.ownership}", branch=branch)
    source = facts.publisher(unit.source_id, text.lang)
    seen = (
        text("straten.evidence", day=theme.day(unit.surveyed, text.lang), source=source)
        if unit.surveyed
        else source
    )
    vacant = unit.status == "vacant"
    status = _since(unit, text) if vacant else premises.written_status(unit, text)
    address = unit.address or text("street.no_address")
    return render("street.unit", address=address, lines=(status, branch, seen), text=text)


def compare(first: Street, second: Street, shown: StreetContent, text: Texts) -> Markup:
    """Two streets of one town in one survey side by side."""
    both = (first, second)
    rows = [
        (text(f"street.{name}"), *(_count(street, shown, name, text) for street in both))
        for name in ("units", "vacant")
    ]
    rows += [
        (
            text("street.rate") if key == "leegstand" else text(f"street.measure_{key}"),
            *(written(key, street, shown, text) for street in both),
        )
        for key in MEASURES
    ]
    floor_rates = (streets.floor_rate(street, shown.survey, text) for street in both)
    rows += [
        (text("street.floor_rate"), *floor_rates),
        (text("straten.length"), *(_length(street, text) for street in both)),
    ]
    strips = [
        strip(street, shown, text)
        for street in both
        if shown.town.units_of(shown.survey) and street.shape is not None
    ]
    names = (first.name, second.name)
    return render("street.compare", names=names, strips=strips, rows=rows, text=text)


def _count(street: Street, shown: StreetContent, name: str, text: Texts) -> str:
    reading = None if shown.survey is None else street.readings.get(shown.survey.survey)
    if reading is None:
        return text("street.no_units") if shown.survey else text("street.unknown")
    count = getattr(reading, name)
    return text("street.withheld") if count is None else theme.number(count, text.lang)
