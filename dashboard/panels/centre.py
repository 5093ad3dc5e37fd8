"""The page of one centre: its finding, its figures beside those of other towns, and the edge."""

from collections.abc import Sequence

from dashboard.charts import svg, year_line
from dashboard.charts.bars import ChartBar
from dashboard.facts.records import Observation, RetailPlace
from dashboard.i18n.text import Texts
from dashboard.panels import bar_table, figures, inventory
from dashboard.panels.page_frame import cite_tag
from dashboard.selection import permalink, views
from dashboard.selection.context import Context
from dashboard.sentences import citation, street_survey
from dashboard.sentences.centre import CentreCard, CentreWords
from dashboard.style.html import Markup, door, node
from dashboard.style.templates import render

_FURTHER = ("profiel", "kaart", "straten", "concurrentie", "initiatieven", "cijfers")
# A longer series is a line.
_MOST_BARS = 4
_PAST_WIDTH, _PAST_HEIGHT = 280.0, 140.0


def page(context: Context, words: CentreWords) -> Markup:
    """The composition: finding, cards, the site at the edge, goals, and what is unknown."""
    facts, text, selection = context.facts, context.text, context.selection
    away = permalink.at_place(selection, words.place.place_id)
    edge_rows = [
        (
            citation.value_without_unit(row, facts, text),
            f"{citation.what(row, facts, text)}, {citation.period(row, text)}",
            _source(context, row.source_id, row),
        )
        for row in words.edge_figures
    ]
    return render(
        "centre.page",
        words=words,
        cards=[
            (
                card,
                _source(context, card.source_id, card.row),
                _past(card, text),
                _peers(context, card),
                _newer(context, card),
            )
            for card in words.cards
        ],
        tags=[
            None if card.verdict is None else cite_tag(card.verdict, text) for card in words.cards
        ],
        edge=None if words.edge is None else words.edge.names[text.lang],
        edge_rows=edge_rows,
        edge_address=permalink.address(away, "concurrentie"),
        supply_address=permalink.address(selection, "bronnen", only=("taal",)),
        text=text,
    )


def centres(context: Context, pages: Sequence[CentreWords]) -> Markup:
    """Every centre with its finding and a link to its page."""
    return render("centre.centres", centres=[(link(context, page.place), page) for page in pages])


def link(context: Context, place: RetailPlace) -> Markup:
    """The name of a centre as a link to its page."""
    there = permalink.at_place(context.selection, place.place_id)
    return door(place.names[context.text.lang], permalink.address(there, "centrum"))


def doors(context: Context, place: RetailPlace) -> Markup:
    """Links to the other views of a place."""
    there = permalink.at_place(context.selection, place.place_id)
    links = [
        door(views.title(view, context.text.lang), permalink.address(there, view))
        for view in _FURTHER
    ]
    name = place.names[context.text.lang]
    return node("p", context.text("centre.further", place=name), " ", Markup(" · ".join(links)))


def _source(context: Context, source_id: str | None, row: Observation | None) -> Markup | None:
    """A link from a figure to where it stands with its source."""
    if source_id is None:
        return None
    name = citation.publisher_name(source_id, context.facts, context.text)
    address = (
        permalink.address(context.selection, "straten")
        if row is None
        else figures.address(row.observation_id, context.selection)
    )
    return door(name, address)


def _newer(context: Context, card: CentreCard) -> Markup | None:
    """The survey that is newer than the published vacancy, with a link to its streets."""
    if card.subject != "vacancy" or card.row is None:
        return None
    text = context.text
    for town, survey in inventory.newer(context):
        name = context.facts.places[town.place_id].names[text.lang]
        counted = street_survey.sentence(survey, name, text)
        streets = permalink.address(context.selection, "straten")
        link = door(text("note.newer_survey_door", place=name), streets)
        return node("p", f"{text('centre.newer')} {counted} ", link, class_="what")
    return None


def _past(card: CentreCard, text: Texts) -> Markup | None:
    """The series of a card: bars where it has few figures, else a line."""
    if len(card.past) < 2:
        return None
    if len(card.past) <= _MOST_BARS:
        rows = [
            ChartBar(past.period, past.value, past.written, strong=past is card.past[-1])
            for past in card.past
        ]
        return bar_table.write(rows, caption=card.past_title)
    return svg.image(year_line.of_past(card, text, _PAST_WIDTH, _PAST_HEIGHT))


def _peers(context: Context, card: CentreCard) -> Markup | None:
    """The centres on one measure as dots, this one set apart."""
    if not card.peers:
        return None
    rows = [
        ChartBar(
            peer.name if peer.own else link(context, peer.place),
            peer.value,
            peer.written,
            strong=peer.own,
        )
        for peer in card.peers
    ]
    return bar_table.write(rows, caption=card.peers_title, kind="dots")
