"""What a picture says: headline, standfirst, what must be known beside it, sources, and the text
for who cannot see it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dashboard import citation, naming, pilot, publisher, state, summary, theme
from dashboard.competition import surveys
from dashboard.facts import Facts
from dashboard.maps import atlas
from dashboard.maps.layers import (
    edge_retail,
    initiatives,
    passers,
    population,
    premises,
    spending_flows,
    streets,
    travellers,
    vacancy,
)
from dashboard.press import attribution
from dashboard.press.attribution import Licensed, Visible
from dashboard.press.request import Request
from dashboard.records import Observation
from dashboard.state import Selection
from dashboard.text import Texts

_LONGEST_DEFINITION = 190
_LONGEST_FIGURE = 16
_LONGEST_NAME = 24
_WHOLE = ("inner_city", "municipality")


@dataclass(frozen=True, slots=True)
class Story:
    """Every word around a picture, in one language."""

    headline: str
    standfirst: str
    notes: tuple[str, ...]
    verdict: str
    sources: tuple[str, ...]
    licence: str
    badges: tuple[str, ...]
    sender: str | None
    link: str | None
    alt: str
    edited: bool
    together: tuple[str, ...] = ()
    """Names of several words that no end of a line parts in the headline."""


def may_head(row: Observation | None) -> bool:
    """Whether a figure may stand in a headline: measured, not doubtful, dated, and with a
    definition.
    """
    return (
        row is not None
        and row.definition is not None
        and row.end is not None
        and row.confidence != "low"
        and citation.quotable(row).verdict != "no"
    )


def of_map(
    facts: Facts, request: Request, visible: Visible, text: Texts, *, drawn: Visible | None = None
) -> Story:
    """The words around the map of a selection, about what is `visible` on it.

    Sources, licences and alternative text name what is `drawn`, where that is known already, and
    nothing else.
    """
    selection = request.selection
    headline, standfirst, head = _map_words(
        facts, selection, shown_rows(facts, visible), visible, text
    )
    drawn = visible if drawn is None else drawn
    rows = shown_rows(facts, drawn)
    sources = attribution.map_sources(
        facts, drawn, rows if head is None or head in rows else (head, *rows), text
    )
    place = atlas.place_name(facts, selection, text)
    figures = "; ".join(
        [*(_spoken(row, facts, text) for row in rows), *_spoken_stations(facts, drawn, text)]
    )
    layers = ", ".join(text(f"layer.{layer}") for layer in selection.layers if drawn.get(layer))
    first, last = selection.years
    alt = text(
        "press.alt_map", place=place, layers=layers or text("map.no_layer"), first=first, last=last
    )
    return finish(
        facts,
        request,
        text,
        view="kaart",
        headline=headline,
        standfirst=standfirst,
        notes=_map_notes(facts, selection, drawn, text),
        verdict=verdict(head, rows, facts, text),
        sources=sources.lines,
        licences=attribution.source_licences(sources.source_ids, facts, text),
        alt=f"{alt} {text('press.alt_figures', figures=figures)}" if figures else alt,
        modelled=any(_is_modelled(style) for now in drawn.values() for style in now.values()),
        credit=attribution.background(facts, text),
    )


def finish(
    facts: Facts,
    request: Request,
    text: Texts,
    *,
    view: str,
    headline: str,
    standfirst: str,
    notes: Sequence[str],
    verdict: str,
    sources: Sequence[str],
    licences: Iterable[Licensed],
    alt: str,
    modelled: bool = False,
    credit: str = "",
) -> Story:
    """A story with the maker's own words where there are any, and with sender, link and marks.

    A headline that the maker wrote says so, and nothing here vouches for it.
    """
    base = publisher.public_url()
    shown = request.headline or headline
    own = request.headline is not None
    badges = (text("press.own_headline"),) * own + (text("press.modelled"),) * modelled
    badges += (text("press.example"),) * facts.example
    named = attribution.licensed(licences, facts, text)
    licence = f"{text('press.licence', licences=named)} " if named else ""
    edited = () if request.standfirst is None else (text("press.edited"),)
    sentence = shown if shown.endswith((".", "?", "!")) else f"{shown}."
    return Story(
        headline=shown,
        standfirst=request.standfirst or standfirst,
        notes=(*edited, *unread(request.unread, text), *notes),
        verdict="" if own else verdict,
        sources=tuple(dict.fromkeys(sources)),
        licence=(
            f"{licence}{text('press.consulted', date=theme.day(facts.consulted, text.lang))}{credit}"
        ),
        badges=badges,
        sender=publisher.publisher(),
        link=None if base is None else state.address(request.selection, view, base),
        alt=" ".join([sentence, *(f"{badge}." for badge in badges), alt]),
        edited=request.edited,
        together=tuple(
            name
            for place in facts.places.values()
            if " " in (name := place.names[text.lang]) and len(name) <= _LONGEST_NAME
        ),
    )


def _is_modelled(style: str) -> bool:
    return style.startswith("vacancy_") and theme.style(style).shape == "line"


def _spoken(row: Observation, facts: Facts, text: Texts) -> str:
    return text(
        "press.alt_figure",
        area=_where(row, facts, text),
        value=citation.value(row, facts, text),
        period=citation.period(row, text),
    )


def _spoken_stations(facts: Facts, drawn: Visible, text: Texts) -> list[str]:
    return [
        f"{theme.number(one.boardings_per_workday, text.lang)} "
        + text("overview.boardings", station=facts.said(one.name, text.lang), year=one.year)
        for one in facts.stations
        if one.boardings_per_workday is not None
        and travellers.feature_id(one) in drawn.get(travellers.ID, ())
    ]


def unread(keys: Sequence[str], text: Texts) -> tuple[str, ...]:
    """The sentence about what of a link could not be read; none when all was."""
    return (text("press.fell_back", keys=", ".join(keys)),) if keys else ()


def shown_rows(facts: Facts, visible: Visible) -> tuple[Observation, ...]:
    """The figures that stand on the map, places in their order."""
    wanted = {
        key
        for layer in (vacancy.ID, population.ID, spending_flows.ID)
        for key in visible.get(layer, ())
    }
    rows = [row for row in facts.observations if row.observation_id in wanted]
    if edge_retail.ID in visible:
        seen = (
            place for place in edge_retail.sites(facts) if place.place_id in visible[edge_retail.ID]
        )
        areas = (edge_retail.floor_area(facts, place) for place in seen)
        rows += [row for row in areas if row is not None]
    order = list(facts.places)
    return tuple(
        sorted(
            rows, key=lambda row: order.index(row.place_id) if row.place_id in order else len(order)
        )
    )


def verdict(
    head: Observation | None, rows: Sequence[Observation], facts: Facts, text: Texts
) -> str:
    """How sure the figures are, in words: that of the headline first, else of every
    figure shown.
    """
    if head is not None:
        found = citation.quotable(head)
        return text(
            "press.verdict_head",
            verdict=text(f"cite.{found.verdict}"),
            why=citation.reason(head, text),
        )
    groups = {
        key: [
            f"{_where(row, facts, text)} {citation.value(row, facts, text)}"
            for row in rows
            if citation.quotable(row).verdict == key
        ]
        for key in ("yes", "reserved", "no")
    }
    parts = [
        text(f"press.verdict_{key}", figures="; ".join(found))
        for key, found in groups.items()
        if found
    ]
    return " ".join(parts)


def _where(row: Observation, facts: Facts, text: Texts) -> str:
    return (
        facts.said(row.area_name, text.lang)
        if row.place_id is None
        else facts.places[row.place_id].names[text.lang]
    )


def _map_words(
    facts: Facts, selection: Selection, rows: Sequence[Observation], visible: Visible, text: Texts
) -> tuple[str, str, Observation | None]:
    first, last = selection.years
    names = [text(f"press.layer_{layer}") for layer in selection.layers] or [text("map.no_layer")]
    layers = (
        names[0]
        if len(names) == 1
        else text("press.and", first=", ".join(names[:-1]), last=names[-1])
    )
    # One figure a centre, all counted alike: beside them only what is measured in no way stands in
    # the picture.
    alike = selection.whole_region and vacancy.alike(
        [row for row in rows if row.indicator in vacancy.RATES]
    )
    stand = "press.stand_alike" if alike else "press.stand_layers"
    shown = text(stand, layers=layers, years=f"{first}–{last}" if first < last else str(first))
    if selection.layers == (initiatives.ID,) and visible.get(initiatives.ID) and not facts.example:
        return (
            _initiatives_headline(facts, selection, len(visible[initiatives.ID]), text),
            text("press.stand_initiatives"),
            None,
        )
    if selection.whole_region:
        survey = surveys.of(facts)
        edge = (
            None
            if survey is None
            else summary.newest(facts, survey.edge, "visitors_from_outside_share", "retail_site")
        )
        if (
            survey is not None
            and survey.home in facts.places
            and edge_retail.ID in selection.layers
            and edge is not None
            and may_head(edge)
            and first <= (edge.year or 0) <= last
        ):
            headline = text(
                "overview.lead_edge",
                edge=facts.places[survey.edge].names[text.lang],
                edge_year=citation.period(edge, text),
                edge_share=citation.value(edge, facts, text),
                edge_home=facts.places[survey.home].names[text.lang],
            )
            return _bare(headline), f"{_age(edge, facts, text)}{shown}", edge
        alone = len(facts.centres) == 1
        return (
            (
                text("press.head_place", place=atlas.place_name(facts, selection, text))
                if alone
                else naming.title(facts, text)
            ),
            shown,
            None,
        )
    place = facts.places[selection.place]
    name = place.names[text.lang]
    row = next(
        (row for row in rows if row.place_id == place.place_id and row.indicator in vacancy.RATES),
        None,
    )
    if row is not None and may_head(row) and row.value is not None:
        headline = text(
            "press.head_vacancy",
            area=text(f"press.area_{row.area_kind}", place=name),
            value=_together(citation.value(row, facts, text)),
            what=text(f"counted.{row.indicator}"),
            period=citation.period(row, text),
        )
        return headline, f"{_definition(row, facts, text)}{_age(row, facts, text)}{shown}", row
    other = _sure_vacancy(facts, selection) if vacancy.ID in selection.layers else None
    if other is not None:
        headline = text(
            "press.head_figure",
            what=citation.what(other, facts, text),
            area=text(f"press.area_{other.area_kind}", place=name),
            value=_together(once(other, facts, text)),
            period=citation.period(other, text),
        )
        return (
            headline,
            f"{_definition(other, facts, text)}{_age(other, facts, text)}{shown}",
            other,
        )
    town = facts.towns.get(place.place_id)
    survey = None if town is None else town.survey(selection.years)
    if survey is not None and {streets.ID, premises.ID} & set(selection.layers):
        headline = text(
            "press.head_survey",
            place=name,
            vacant=theme.number(survey.vacant, text.lang),
            units=theme.number(survey.units, text.lang),
            period=theme.month(survey.day, text.lang),
        )
        few = survey.unknown == 1
        many = theme.number(survey.unknown, text.lang)
        standfirst = (
            text("press.stand_survey_one", layers=layers)
            if few
            else text("press.stand_survey", unknown=many, layers=layers)
        )
        return headline, standfirst, None
    if vacancy.ID in selection.layers:
        # That nothing sure is known is the finding.
        return (
            text(
                "press.head_no_vacancy" if row is None else "press.head_unsure_vacancy", place=name
            ),
            shown,
            None,
        )
    year = travellers.year_shown(facts, selection.years)
    station = next(
        (
            one
            for one in facts.stations
            if (one.place_id, one.year) == (place.place_id, year) and one.boardings_per_workday
        ),
        None,
    )
    if travellers.ID in selection.layers and station is not None:
        headline = text(
            "press.head_station",
            station=facts.said(station.name, text.lang),
            count=theme.number(station.boardings_per_workday or 0.0, text.lang),
            year=station.year,
        )
        return headline, shown, None
    return text("press.head_place", place=name), shown, None


def once(row: Observation, facts: Facts, text: Texts) -> str:
    """The figure, without its unit where what was counted says it already."""
    unit = facts.said(row.unit, text.lang)
    repeated = unit.casefold() in citation.what(row, facts, text).casefold()
    return (
        citation.value(row, facts, text).removesuffix(unit).strip()
        if repeated
        else citation.value(row, facts, text)
    )


def _together(figure: str) -> str:
    """A number with its unit, which no end of a line parts; the source's own words may
    be parted.
    """
    return figure.replace(" ", "\u00a0") if len(figure) <= _LONGEST_FIGURE else figure


def _initiatives_headline(facts: Facts, selection: Selection, count: int, text: Texts) -> str:
    """How many initiatives are described, never how many there were."""
    place = atlas.place_name(facts, selection, text)
    return text.counted("press.head_initiatives", count, count=count, place=place)


def _sure_vacancy(facts: Facts, selection: Selection) -> Observation | None:
    """The newest sure figure about empty premises or floor area of the whole centre or
    municipality.
    """
    first, last = selection.years
    rows = [
        row
        for row in summary.about(facts, selection.place, "vacancy")
        if may_head(row)
        and row.value is not None
        and row.area_kind in _WHOLE
        and first <= (row.year or 0) <= last
    ]
    return min(
        rows,
        key=lambda row: (_WHOLE.index(row.area_kind), -(row.year or 0), row.observation_id),
        default=None,
    )


def _age(row: Observation, facts: Facts, text: Texts) -> str:
    return text("note.old", year=row.year or 0) + " " if facts.is_old(row) else ""


def _definition(row: Observation, facts: Facts, text: Texts) -> str:
    """What the source counted, when it says so in a sentence or two."""
    words = facts.said(row.definition, text.lang) if row.definition else ""
    return f"{words} " if 0 < len(words) <= _LONGEST_DEFINITION else ""


def _bare(sentence: str) -> str:
    """A sentence as a headline: without its full stop."""
    return sentence.removesuffix(".")


def _map_notes(
    facts: Facts, selection: Selection, visible: Visible, text: Texts
) -> tuple[str, ...]:
    """What a reader must know beside the layers that are on, short."""
    notes: list[str] = []
    if vacancy.ID in selection.layers:
        notes.append(text("press.note_vacancy"))
    if visible.get(passers.ID):
        notes.append(text("passers.note"))
    if visible.get(spending_flows.ID):
        notes.append(text("press.note_figures"))
    if initiatives.ID in selection.layers and pilot.told(facts):
        notes.append(text("press.note_initiatives", described=len(facts.initiatives)))
    elif initiatives.ID in selection.layers and facts.initiatives and not facts.example:
        notes.append(text("note.initiatives_other", described=len(facts.initiatives)))
    if travellers.ID in selection.layers:
        notes.append(text("press.note_travellers"))
        year = travellers.year_shown(facts, selection.years)
        if year in travellers.CORONA_YEARS:
            notes.append(text("note.travellers_corona", year=year or 0))
    if visible.get(edge_retail.ID):
        notes.append(text("press.note_edge"))
    if any(name.startswith(("unit_", "vacancy_")) for name in visible.get(streets.ID, {}).values()):
        notes.append(text("press.note_streets"))
    return tuple(notes)
