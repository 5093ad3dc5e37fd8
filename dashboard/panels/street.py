"""A street's own page: its figures per survey, its units in order on both sides, the vacant ones,
and a street beside it.
"""

from urllib.parse import urlencode

from dashboard import state, theme
from dashboard.facts import Facts
from dashboard.maps.layers import premises, streets
from dashboard.markup import Markup, door, join, node
from dashboard.panels import street_known
from dashboard.state import Selection
from dashboard.street import measures, published
from dashboard.street.measures import MEASURES
from dashboard.street.records import Street, Town, Unit
from dashboard.street.shown import Shown, chosen_street
from dashboard.street.strip import lay_out, own_units, withheld
from dashboard.text import Texts
from geo.disclosure import MIN_UNITS

MOST_VACANT = 12
_OF_MARKS = ("plaats", "laag", "keuze", "taal")
_MARK = {"vacant": "v", "in_use": None, "unknown": "u"}


def mark(key: str, facts: Facts, text: Texts) -> Markup | None:
    """A street or unit chosen on the map of the region, with the way to its page."""
    for town in facts.towns.values():
        street, unit = chosen_street(key, town)
        place = facts.places[town.place_id].names[text.lang]
        here = urlencode({"plaats": town.place_id, "keuze": key, "taal": text.lang})
        way = door(text("inventory.door", place=place), f"./straten?{here}")
        if unit is not None:
            return join([_unit(unit, facts, text), node("p", way)])
        if street is not None:
            title = node("h3", f"{street.name}, {place}")
            return node(
                "section", title, _series(street, town, text), node("p", way), class_="detail"
            )
    return None


def page(
    street: Street, unit: Unit | None, shown: Shown, selection: Selection, facts: Facts, text: Texts
) -> Markup:
    """Everything about one street but its drawing."""
    place = facts.places[street.place_id].names[text.lang]
    parts = [node("h2", f"{street.name}, {place}")]
    if unit is not None:
        parts.append(_unit(unit, facts, text))
    named = [row for row in facts.initiatives if street.key in row.street_keys]
    links = [
        node(
            "li",
            door(
                row.name,
                state.address(
                    state.choose(selection, f"initiatieven:{row.initiative_id}"),
                    "kaart",
                    only=_OF_MARKS,
                ),
            ),
        )
        for row in named
    ]
    more = (
        [node("h3", text("straten.initiatives_here")), node("ul", join(links), class_="notes")]
        if links
        else []
    )
    one = node("div", _facts(street, shown, text), _series(street, shown.town, text))
    told = street_known.figures(published.of_street(facts, street.key), selection, facts, text)
    other = node("div", _vacant(street, shown, facts, text), *more, told)
    if shown.town.units_of(shown.survey) and street.shape is not None:
        parts.append(strip(street, shown, text))
    parts.append(node("div", one, other, class_="two"))
    return join(parts)


def strip(street: Street, shown: Shown, text: Texts) -> Markup:
    """The street as a strip: units left above and right below the line, from the middle of town
    outwards.
    """
    laid = lay_out(street, shown, text)
    rows = [
        node(
            "span",
            *(node("i", "", class_=_MARK[unit.status if laid.told else "unknown"]) for unit in row),
        )
        for row in laid.rows
    ]
    return join(
        [
            node("h3", laid.title),
            # Marks only: a hundred units take a kilobyte, and their words stand in the table.
            node(
                "div",
                rows[0],
                *([node("b", "")] * (len(rows) > 1)),
                *rows[1:],
                class_="strip-units",
                role="img",
                aria_label=laid.title,
            ),
            node("p", f"\N{LEFTWARDS ARROW} {text('straten.strip_core')}", class_="quiet small"),
        ]
    )


def _facts(street: Street, shown: Shown, text: Texts) -> Markup:
    rows = [(text("straten.length"), _length(street, text))]
    rows.append((text("street.floor_rate"), streets.floor_rate(street, shown.survey, text)))
    rows += [
        (text(f"street.measure_{key}"), written(key, street, shown, text))
        for key in MEASURES
        if key != "leegstand"
    ]
    return node(
        "dl", *(join([node("dt", name), node("dd", value)]) for name, value in rows), class_="facts"
    )


def _length(street: Street, text: Texts) -> str:
    if street.length_m is None:
        return text("inventory.not_drawn")
    length = theme.number(round(street.length_m), text.lang)
    if street.sections == 1:
        return text("straten.sections_one", length=length)
    return text("straten.sections", length=length, count=street.sections)


def written(key: str, street: Street, shown: Shown, text: Texts) -> str:
    """A measure of a street in words; what is withheld says why."""
    measure = MEASURES[key]
    if key == "leegstand":
        return streets.rate_cell(street, shown.survey, text).text or text("street.unknown")
    found = measures.value(measure, street, shown.survey)
    return text(f"street.none_{key}") if found is None else measures.written(measure, found, text)


def _series(street: Street, town: Town, text: Texts) -> Markup:
    rows = [
        node(
            "tr",
            node("th", str(survey.year), scope="row"),
            node("td", str(reading.units), class_="num"),
            node(
                "td",
                text("street.withheld") if reading.vacant is None else str(reading.vacant),
                class_="num",
            ),
            node("td", streets.rate_cell(street, survey, text).text, class_="num"),
        )
        for survey in town.surveys
        if (reading := street.readings.get(survey.survey)) is not None
    ]
    if not rows:
        return Markup("")
    head = (
        text("straten.series_year"),
        text("street.units"),
        text("street.vacant"),
        text("street.rate"),
    )
    return node(
        "table",
        node("caption", text("straten.series_title")),
        node("thead", node("tr", *(node("th", title, scope="col") for title in head))),
        node("tbody", join(rows)),
        class_="narrow",
    )


def _vacant(street: Street, shown: Shown, facts: Facts, text: Texts) -> Markup:
    survey = shown.survey
    if survey is None or not shown.town.units:
        return Markup("")
    vacant = [unit for unit in own_units(street, shown) if unit.status == "vacant"]
    parts = [node("h3", text("straten.vacant_title", year=survey.year))]
    if withheld(street, shown):
        return join(
            [*parts, node("p", text("inventory.withheld", least=MIN_UNITS), class_="quiet")]
        )
    if not vacant:
        return join([*parts, node("p", text("straten.no_vacant"), class_="quiet")])
    items = [
        node("li", f"{unit.address or text('street.no_address')}: {_since(unit, text)}")
        for unit in vacant[:MOST_VACANT]
    ]
    if len(vacant) > MOST_VACANT:
        items.append(
            node("li", text("straten.vacant_more", count=len(vacant) - MOST_VACANT), class_="quiet")
        )
    return join([*parts, node("ul", join(items), class_="notes")])


def _since(unit: Unit, text: Texts) -> str:
    status = premises.written_status(unit, text)
    if unit.since is None:
        return status
    return text("straten.vacant_since", status=status, month=theme.month(unit.since, text.lang))


def _unit(unit: Unit, facts: Facts, text: Texts) -> Markup:
    branch = facts.said(unit.branch, text.lang) if unit.branch else None
    if branch and unit.ownership:
        branch = text(f"street.{unit.ownership}", branch=branch)
    seen = (
        text(
            "straten.evidence",
            day=theme.day(unit.surveyed, text.lang),
            source=facts.publisher(unit.source_id, text.lang),
        )
        if unit.surveyed
        else facts.publisher(unit.source_id, text.lang)
    )
    lines = [
        line
        for line in (
            _since(unit, text) if unit.status == "vacant" else premises.written_status(unit, text),
            branch,
            seen,
        )
        if line
    ]
    return node(
        "div",
        node("h3", text("straten.unit_of", address=unit.address or text("street.no_address"))),
        *(node("p", line) for line in lines),
        class_="detail",
    )


def compare(one: Street, other: Street, shown: Shown, text: Texts) -> Markup:
    """Two streets of one town in one survey side by side."""
    rows = [
        (text("street.units"), *(_count(street, shown, "units", text) for street in (one, other)))
    ]
    rows.append(
        (text("street.vacant"), *(_count(street, shown, "vacant", text) for street in (one, other)))
    )
    rows += [
        (
            text("street.rate") if key == "leegstand" else text(f"street.measure_{key}"),
            *(written(key, street, shown, text) for street in (one, other)),
        )
        for key in MEASURES
    ]
    rows.append(
        (
            text("street.floor_rate"),
            *(streets.floor_rate(street, shown.survey, text) for street in (one, other)),
        )
    )
    rows.append((text("straten.length"), *(_length(street, text) for street in (one, other))))
    head = node(
        "tr", node("td", ""), *(node("th", street.name, scope="col") for street in (one, other))
    )
    body = join(
        node(
            "tr",
            node("th", name, scope="row"),
            node("td", left, class_="num"),
            node("td", right, class_="num"),
        )
        for name, left, right in rows
    )
    return join(
        [
            node("h2", text("straten.compare_title", one=one.name, other=other.name)),
            *(
                strip(street, shown, text)
                for street in (one, other)
                if shown.town.units_of(shown.survey) and street.shape is not None
            ),
            node("table", node("thead", head), node("tbody", body), class_="narrow"),
            node("p", text("straten.compare_caution"), class_="quiet small"),
        ]
    )


def _count(street: Street, shown: Shown, name: str, text: Texts) -> str:
    reading = None if shown.survey is None else street.readings.get(shown.survey.survey)
    if reading is None:
        return text("street.no_units") if shown.survey else text("street.unknown")
    found = getattr(reading, name)
    return text("street.withheld") if found is None else theme.number(found, text.lang)
