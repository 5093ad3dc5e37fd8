"""Vacancy of a town as a card: one figure, what it counts, what its source adds, the goal.

Of the whole region: bars where the figures of all centres compare, else one figure a centre.
"""

from collections.abc import Sequence
from dataclasses import replace

from dashboard.analysis import figures, quotable
from dashboard.charts import year_line
from dashboard.charts.bars import ChartBar
from dashboard.facts.records import Observation, RetailPlace
from dashboard.i18n.text import Texts
from dashboard.press import caption
from dashboard.press.caption import Story
from dashboard.press.drawing import chart, dot_row
from dashboard.press.drawing import layout as drawing_layout
from dashboard.press.drawing.canvas import LEADING, Canvas, ascent, balance_lines, wrap
from dashboard.press.drawing.label_placement import PageBox
from dashboard.press.pictures import bar_chart, centre_content, table_picture
from dashboard.press.request import PictureRequest
from dashboard.selection.context import Context
from dashboard.sentences import centre, citation, headline_figures, region_names
from dashboard.sentences.centre import CentreCard
from dashboard.style import theme

_LARGEST = (176.0, 150.0, 128.0, 108.0, 90.0, 76.0, 64.0, 54.0, 46.0, 40.0, 34.0, 28.0, 24.0)
# A figure with a reserve is large enough to read first and not as large as a sure one.
_RESERVED = 96.0
_UNKNOWN = 64.0
_TEXTS = (22.0, 20.0, 18.0, 17.0, 16.0, 15.0, 14.0)
_HEADING = 16.0
_FIGURE_PART, _UPPER_PART = 0.5, 0.5
# The part of its box that the figure itself may take.
_HIGHEST_PART = 0.4
_MOST_LINES = 6

Sections = tuple[tuple[str, tuple[str, ...]], ...]
"""Headings, each with its lines."""


def draw(canvas: Canvas, context: Context, request: PictureRequest) -> Story:
    """Draw the card of the chosen town, or the figures of every centre of the region."""
    if context.selection.whole_region:
        return _draw_region(canvas, context, request)
    facts, text = context.facts, context.text
    place = facts.places[context.selection.place]
    name = place.names[text.lang]
    card = centre.vacancy(facts, place, text, context.selection.years)
    known = card.source_id is not None
    others = others_of_source(context, card)
    parts = () if known else known_parts(context, place)
    goals = [goal.row for goal in card.goals]
    sections = _sections(context, place, others, parts, goals, known=known)
    rows = (*card.rows, *others, *parts, *goals)
    draft = caption.Draft(
        view="cijfers",
        headline=text("press.head_vacancy_of", place=name),
        standfirst=text("press.stand_vacancy_of" if known else "press.unknown_vacancy", place=name),
        verdict=caption.verdict(None, rows, facts, text),
        references=(*card.surveyed, *rows),
        alt=_alternative(context, card, sections),
    )
    words = caption.finish(context, request, draft)
    layout = drawing_layout.plan(canvas, words, text, notes=True)
    drawing_layout.ink(canvas, words, layout, text)
    body, gap = layout.body, drawing_layout.GAP
    if not canvas.size.wide:
        upper = PageBox(body.left, body.top, body.right, body.top + _UPPER_PART * body.height)
        low = _draw_figure(canvas, context, card, upper)
        below = PageBox(body.left, low + gap, body.right, body.bottom)
        _draw_more(canvas, card, sections, below, text)
        return words
    middle = body.left + _FIGURE_PART * body.width
    left = PageBox(body.left, body.top, middle - gap, body.bottom)
    _draw_figure(canvas, context, card, left)
    canvas.line([(middle, body.top), (middle, body.bottom)], theme.HAIRLINE, 1.0)
    right = PageBox(middle + gap, body.top, body.right, body.bottom)
    _draw_more(canvas, card, sections, right, text)
    return words


def others_of_source(context: Context, card: CentreCard) -> tuple[Observation, ...]:
    """What the source of the figure says beside it, its past and its peers."""
    rows = () if card.row is None else figures.of_one_source(context.facts, card.row)
    return tuple(row for row in rows if row not in card.rows)[:_MOST_LINES]


def known_parts(context: Context, place: RetailPlace) -> tuple[Observation, ...]:
    """Figures about a part of the vacancy of a place, or about a wider area."""
    return tuple(
        row
        for row in headline_figures.about(context.facts, place.place_id, "vacancy")
        if quotable.quotable(row).verdict != "no"
    )[:_MOST_LINES]


def _sections(
    context: Context,
    place: RetailPlace,
    others: Sequence[Observation],
    parts: Sequence[Observation],
    goals: Sequence[Observation],
    *,
    known: bool,
) -> Sections:
    facts, text = context.facts, context.text
    sections: list[tuple[str, tuple[str, ...]]] = []
    if not known:
        holder = text("press.unknown_holder", place=place.names[text.lang])
        sections.append((text("press.who_knows"), (holder,)))
    for key, rows in (("same_source", others), ("partly_known", parts), ("goal", goals)):
        lines = tuple(
            text(
                "press.figure_line",
                value=citation.value_without_unit(row, facts, text),
                what=centre.described(row, facts, text),
            )
            for row in rows
        )
        if lines:
            sections.append((text(f"press.{key}"), lines))
    return tuple(sections)


def _alternative(context: Context, card: CentreCard, sections: Sections) -> str:
    """Everything that is drawn, a sentence for the figure and for each section."""
    sentences = [context.text("press.unknown")]
    if card.source_id is not None:
        sentences = [f"{card.figure}: {card.basis}"]
    sentences += centre_content.described(card)
    sentences += [f"{title}: {'; '.join(lines)}" for title, lines in sections]
    return " ".join(f"{sentence.rstrip('.')}." for sentence in sentences)


def _draw_figure(canvas: Canvas, context: Context, card: CentreCard, box: PageBox) -> float:
    """Draw the figure and what it counts from the top of the box; where that ends."""
    text = context.text
    known = card.source_id is not None
    words = card.figure if known else text("press.unknown")
    most = _LARGEST[0] if card.large else _RESERVED if known else _UNKNOWN
    sizes = [size for size in _LARGEST if size <= min(most, _HIGHEST_PART * box.height)]
    size = drawing_layout.fitting(words, sizes, box.width, 700, most=1)
    colour = theme.HEADING if known else theme.QUIET
    y = box.top
    for line in balance_lines(words, size, box.width, 700):
        canvas.text(box.left, y + ascent(size), line, size, weight=700, colour=colour)
        y += 0.98 * size
    if not known:
        looked = text("press.looked_until", date=theme.day(context.facts.consulted, text.lang))
        return _draw_blocks(canvas, [(looked, 600)], replace(box, top=y))
    if not card.large:
        y = drawing_layout.badge(canvas, text("press.with_reserve"), box.left, y + 4.0) + 8.0
    details = [(line, 400) for line in _details(context, card.row)]
    return _draw_blocks(canvas, [(card.basis, 600), *details], replace(box, top=y))


def _details(context: Context, row: Observation | None) -> list[str]:
    """The definition of a figure, its age and whether it may be quoted."""
    facts, text = context.facts, context.text
    if row is None:
        return []
    definition = facts.translate(row.definition, text.lang) if row.definition else ""
    cite = text("factsheet.quote", verdict=text(f"cite.{quotable.quotable(row).verdict}"))
    sentences = (definition, citation.age_warning(row, facts, text))
    return [*filter(None, sentences), f"{cite} {citation.reason(row, text)}"]


def _draw_more(
    canvas: Canvas, card: CentreCard, sections: Sections, box: PageBox, text: Texts
) -> None:
    """Draw the past and the peers of the figure, and what else is known, from the top of a box."""
    y = box.top
    if len(card.past) > 1:
        y = _draw_heading(canvas, card.past_title, box, y)
        past = year_line.of_past(
            card, text, box.width, year_line.LOW_HEIGHT * _HEADING, size=_HEADING
        )
        chart.draw(canvas, past, box.left, y)
        y += past.height + 14.0
    if card.peers:
        y = _draw_heading(canvas, card.peers_title, box, y)
        dot_row.draw(canvas, card.peers, replace(box, top=y), _HEADING)
        y += dot_row.HEIGHT + 14.0
    blocks = [
        block
        for title, lines in sections
        for block in ((title, 700), *((line, 400) for line in lines))
    ]
    _draw_blocks(canvas, blocks, replace(box, top=y))


def _draw_heading(canvas: Canvas, words: str, box: PageBox, y: float) -> float:
    return (
        canvas.paragraph(box.left, y, words, _HEADING, box.width, weight=700, colour=theme.HEADING)
        + 4.0
    )


def _draw_blocks(canvas: Canvas, blocks: Sequence[tuple[str, int]], box: PageBox) -> float:
    """Draw words of weight 700, 600 or 400 as large as the box allows; where they end."""
    size = next((size for size in _TEXTS if _height(blocks, size, box) <= box.height), _TEXTS[-1])
    y = box.top
    for words, weight in blocks:
        if weight == 700 and y > box.top:
            y += 0.5 * size
        colour = theme.HEADING if weight == 700 else theme.INK
        y = canvas.paragraph(box.left, y, words, size, box.width, weight=weight, colour=colour)
        y += 0.25 * size
    return y


def _height(blocks: Sequence[tuple[str, int]], size: float, box: PageBox) -> float:
    return sum(
        LEADING * size * len(wrap(words, size, box.width, weight)) + 0.75 * size
        for words, weight in blocks
    )


def _draw_region(canvas: Canvas, context: Context, request: PictureRequest) -> Story:
    facts, text, years = context.facts, context.text, context.selection.years
    cards = {
        place.names[text.lang]: centre.vacancy(facts, place, text, years) for place in facts.centres
    }
    rows = [figures.vacancy_figure(facts, place.place_id, years) for place in facts.centres]
    known = [row for row in rows if row is not None]
    alike = figures.comparable(rows)
    cells = [
        (text("press.unknown"), name, text("press.no_vacancy"))
        if card.source_id is None
        else (card.figure, name, card.basis)
        for name, card in cards.items()
    ]
    surveyed = [cited for card in cards.values() for cited in card.surveyed]
    draft = caption.Draft(
        view="overzicht",
        headline=text("press.head_vacancy_of", place=region_names.whole(facts, text)),
        standfirst=text("press.stand_vacancy_alike" if alike else "press.stand_vacancy_apart"),
        verdict=caption.verdict(None, known, facts, text),
        references=(*surveyed, *known),
        alt="; ".join(f"{name}: {figure}, {what}" for figure, name, what in cells) + ".",
    )
    words = caption.finish(context, request, draft)
    if not alike:
        return table_picture.draw_centres(canvas, words, cells, text)
    bars = [
        ChartBar(
            citation.place_or_area(row, facts, text),
            row.value or 0.0,
            citation.value(row, facts, text),
            strong=True,
        )
        for row in sorted(known, key=lambda row: -(row.value or 0.0))
    ]
    return bar_chart.draw_bars(canvas, words, bars, text)
