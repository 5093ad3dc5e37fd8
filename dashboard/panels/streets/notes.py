"""Notes beside the streets: the finding, how it was counted, its certainty, what is missing."""

from collections import Counter

from dashboard.analysis import pilot, street_measures
from dashboard.facts.records import MEASURED
from dashboard.facts.snapshot import Facts
from dashboard.facts.street_records import OUTLINES, TownStreets
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.maps.layers.streets import VACANCY
from dashboard.maps.street_content import StreetContent, branches_before
from dashboard.maps.street_strip import withheld
from dashboard.panels import figures
from dashboard.panels.streets import published_figures
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.sentences import citation, street_survey
from dashboard.session import access
from dashboard.style import theme
from dashboard.style.html import Markup, door, join, node
from dashboard.style.templates import render

_LEADING = 3


def headline(context: Context, shown: StreetContent) -> Markup:
    """What the colour shows, and how many units were vacant, or why that is unknown."""
    text = context.text
    leading = _leading(shown, text)
    town, survey = shown.town, shown.survey
    place = context.facts.places[town.place_id].names[text.lang]
    if survey is None:
        return join([*leading, _no_survey(context, town, place)])
    figure = next(row for row in town.figures[survey.survey] if row.outline == shown.outline)
    whole = shown.outline == OUTLINES[0]
    outline = None if whole else text(f"street.outline_{shown.outline}")
    sentence = street_survey.counted(
        figure.vacant or 0, figure.units or 0, survey, place, text, outline=outline
    )
    sure = street_survey.interval(survey, text) if whole else None
    finding = node("p", sentence, class_=None if leading else "lead")
    unseen = (
        text.counted(
            "straten.unseen", survey.unknown, count=theme.number(survey.unknown, text.lang)
        )
        if survey.unknown
        else None
    )
    plain = None if town.drawn else text("inventory.no_streets", place=place)
    remarks = " ".join(filter(None, (sure, unseen, plain)))
    return join(
        [*leading, finding, node("p", remarks, class_="quiet")] if remarks else [*leading, finding]
    )


def _leading(shown: StreetContent, text: Texts) -> tuple[Markup, ...]:
    """The streets in which a measure other than vacancy is highest; empty where none is known."""
    measure = shown.measure
    if measure.id == VACANCY:
        return ()
    known = [
        (value, street)
        for street in shown.streets
        if (value := street_measures.value(measure, street, shown.survey))
    ]
    if not known:
        return ()
    known.sort(key=lambda pair: (-pair[0], pair[1].name))
    names = [
        street.name
        if measure.written == "rank"
        else text(
            "straten.lead_street",
            street=street.name,
            value=street_measures.written(measure, value, text),
        )
        for value, street in known[:_LEADING]
    ]
    sentence = text(f"straten.lead_{measure.id}", streets=listed(names, text))
    return (node("p", sentence, class_="lead"),)


def _no_survey(context: Context, town: TownStreets, place: str) -> Markup:
    text = context.text
    if town.surveys:
        first, last = context.selection.years
        return node("p", text("straten.no_year", first=first, last=last), class_="caution")
    parts = [node("p", text("straten.no_survey", place=place), class_="lead")]
    if town.register_counts is not None and town.register_counts.units:
        units = theme.number(town.register_counts.units, text.lang)
        parts.append(node("p", text("straten.registered", units=units)))
    if town.register_counts is not None and town.register_counts.mapped_vacant:
        parts.append(
            node(
                "p",
                text.counted(
                    "straten.mapped",
                    town.register_counts.mapped_vacant,
                    count=theme.number(town.register_counts.mapped_vacant, text.lang),
                ),
            )
        )
    return join(parts)


def without_streets(place: str, text: Texts) -> Markup:
    """For a place without street data: what that means, and who can change it."""
    return node("p", text("note.streets_empty", place=place), class_="lead")


def entry_door(context: Context) -> Markup | None:
    """A link to where a survey is brought; None where this server takes none."""
    if not access.is_entry_offered():
        return None
    address = permalink.address(context.selection, "invoer", only=("plaats", "taal"))
    return node("p", door(context.text("entry.door"), address))


def try_example(text: Texts) -> Markup:
    """A link to the same view of the made-up region, which has all data."""
    link = door(text("straten.try_example"), permalink.example("straten", text.lang))
    return node("p", link, class_="quiet")


def empty(context: Context, shown: StreetContent) -> Markup:
    """Why no street is shown: the chosen ones have no units, or no street passes the filters."""
    text, selection = context.text, context.selection
    town, choice = shown.town, selection.by_street
    chosen = [town.streets[key] for key in selection.streets if key in town.streets]
    survey = None if shown.survey is None else shown.survey.survey
    filtered = (
        choice.trades or choice.durations or choice.near != "alle" or shown.outline != OUTLINES[0]
    )
    if chosen and not filtered and all(survey not in street.readings for street in chosen):
        return node(
            "p",
            text("straten.empty_streets", streets=listed([street.name for street in chosen], text)),
            class_="caution",
        )
    return node("p", text("straten.empty"), class_="caution")


def counts(context: Context, shown: StreetContent) -> Markup | None:
    """The units per street that pass the filters on branch and duration; None without those.

    In a street of few units neither the vacant ones nor those of a duration are counted.
    """
    text, choice = context.text, context.selection.by_street
    if not (choice.trades or choice.durations) or not shown.units:
        return None
    units = Counter(unit.street for unit in shown.units)
    vacant = Counter(unit.street for unit in shown.vacant)
    rows = []
    for street in sorted(shown.streets, key=lambda street: (-units[street.key], street.name)):
        few = text("street.withheld") if withheld(street, shown) else None
        number = theme.number(units[street.key], text.lang)
        empty = theme.number(vacant[street.key], text.lang)
        rows.append((street.name, few if few and choice.durations else number, few or empty))
    note = None
    if choice.trades:
        earlier = bool(branches_before(shown.town, shown.survey))
        note = text("straten.branch_before" if earlier else "straten.branch_none")
    return render("street_notes.counts", rows=rows, note=note, text=text)


def widths(text: Texts) -> Markup:
    """What the width of a line stands for."""
    return render("street_notes.widths", text=text)


def outlines(shown: StreetContent, facts: Facts, text: Texts) -> Markup:
    """The figure for each outline, and which outlines are unknown."""
    town, survey = shown.town, shown.survey
    if survey is None:
        return Markup("")
    place = facts.places[town.place_id].names[text.lang]
    rows, missing = [], []
    for figure in town.figures[survey.survey]:
        if figure.units is None or figure.vacant is None:
            missing.append(text(f"straten.no_{figure.outline}", place=place))
            continue
        area = (
            text("straten.outlines_ha", area=theme.number(figure.area_ha, text.lang, decimals=1))
            if figure.area_ha is not None
            else ""
        )
        share = (
            theme.share(figure.vacant / figure.units, text.lang, decimals=1)
            if figure.units
            else text("straten.outlines_unknown")
        )
        units, vacant = (theme.number(count, text.lang) for count in (figure.units, figure.vacant))
        outline, chosen = text(f"street.outline_{figure.outline}"), figure.outline == shown.outline
        rows.append((outline, chosen, (area, units, vacant, share)))
    intro = text("straten.outlines_intro")
    if pilot.figures_shown(facts):
        intro = f"{intro} {text('straten.outlines_pilot')}"
    return render("street_notes.outlines", rows=rows, missing=missing, intro=intro, text=text)


def municipal(context: Context, town: TownStreets) -> Markup:
    """The newest vacancy figures of the whole municipality, another count of another area."""
    facts, text, selection = context.facts, context.text, context.selection
    place = facts.places[town.place_id].names[text.lang]
    rows = [
        row
        for row in facts.observations
        if row.place_id == town.place_id
        and row.area_kind == "municipality"
        and row.nature in MEASURED
        and facts.indicators[row.indicator].theme == "vacancy"
        and row.unit == "share"
    ]
    newest = {row.indicator: row for row in reversed(rows)}
    sentences = [
        (
            text(
                "straten.municipal",
                figure=citation.value(row, facts, text),
                what=citation.what(row, facts, text),
                area=citation.area(row, facts, text),
                period=citation.period(row, text),
                definition=citation.definition(row, facts, text),
            ),
            figures.address(row.observation_id, selection, only=published_figures.OF_FIGURES),
        )
        for row in newest.values()
    ]
    return render("street_notes.municipal", figures=sentences, place=place, text=text)
