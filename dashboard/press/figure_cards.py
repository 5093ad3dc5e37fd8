"""Figures set large beside a map that has no streets to show them in."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from dashboard.analysis import figures
from dashboard.analysis import quotable as analysis_quotable
from dashboard.i18n.text import Texts
from dashboard.press.drawing import layout
from dashboard.press.drawing.canvas import LEADING, Canvas, ascent, wrap
from dashboard.press.drawing.label_placement import PageBox
from dashboard.selection.context import Context
from dashboard.sentences import headline_figures
from dashboard.style import theme

_LEAST_PAIR = 360.0
_GAP = 16.0
_NOTE = 12.5
_SMALLER = 20.0
_LARGE, _LARGEST = 30.0, 48.0


@dataclass(frozen=True, slots=True)
class Card:
    """A figure set large beside the map: what it is, and when."""

    figure: str
    what: str
    size: float = 30.0
    key: str = ""
    """Its layer and feature, as in `leegstand:<id>`."""


def of_place(context: Context) -> tuple[Card, ...]:
    """The place's own figures of the layers that are on, three at most."""
    known = [
        figure
        for figure in headline_figures.place_headlines(context)
        if figure.verdict != "no" and figure.key.partition(":")[0] in context.selection.layers
    ]
    quotable = {
        row.observation_id
        for row in context.facts.observations
        if analysis_quotable.is_quotable_headline(row)
    }
    return tuple(
        _card_of(figure, first=index == 0, quotable=quotable, text=context.text)
        for index, figure in enumerate(known[:3])
    )


def _card_of(
    figure: headline_figures.HeadlineFigure, *, first: bool, quotable: Collection[str], text: Texts
) -> Card:
    """The card of a figure; only a quotable figure is set as large as a headline."""
    dated = text("press.card", what=figure.what, when=figure.when)
    if figure.verdict is None:
        return Card(text("press.unknown"), dated, _LARGE, figure.key)
    what = figure.what if figure.when in figure.what else dated
    value = _without_unit(figure.figure, what)
    layer_id, _, key = figure.key.partition(":")
    if layer_id == figures.VACANCY_LAYER_ID and key not in quotable:
        return Card(value, text("press.card_reserved", what=what), _LARGE, figure.key)
    return Card(value, what, _LARGEST if first else _LARGE, figure.key)


def smaller(cards: tuple[Card, ...]) -> tuple[Card, ...]:
    """The cards in the smallest size."""
    return tuple(replace(card, size=_SMALLER) for card in cards)


def draw_column(canvas: Canvas, cards: tuple[Card, ...], side: PageBox) -> float:
    """Draw cards from the top of a column; where the next thing may start."""
    y = side.top
    for row in _rows(cards, side.width):
        width = _part(row, side.width)
        y = max(
            _draw(canvas, card, side.left + index * (width + _GAP), y, width)
            for index, card in enumerate(_even(row, width))
        )
    return y


def draw_row(canvas: Canvas, cards: tuple[Card, ...], side: PageBox) -> float:
    """Draw cards beside one another, each a third of the width; where the next thing may start."""
    width = _third(side.width)
    cards = _even(cards, width)
    for index, card in enumerate(cards):
        _draw(canvas, card, side.left + index * (width + layout.GAP), side.top, width)
    return side.top + max((_height(card, width) for card in cards), default=0.0)


def column_height(cards: tuple[Card, ...], room: float) -> float:
    """How high the cards are in a column of that width."""
    return sum(max(_height(card, _part(row, room)) for card in row) for row in _rows(cards, room))


def row_height(cards: tuple[Card, ...], room: float) -> float:
    """How high the cards are beside one another in that width."""
    return max((_height(card, _third(room)) for card in cards), default=0.0)


def _without_unit(figure: str, what: str) -> str:
    """The number alone where its description begins with the unit.

    `84.045` for `84.045 inwoners`, described as `Inwoners, …`.
    """
    number, _, unit = figure.partition(" ")
    return number if unit and what.casefold().startswith(unit.casefold()) else figure


def _draw(canvas: Canvas, card: Card, x: float, y: float, room: float) -> float:
    size = _size(card, room)
    for line in wrap(card.figure, size, room, 700):
        canvas.text(x, y + ascent(size), line, size, weight=700, colour=theme.HEADING)
        y += 1.1 * size
    return canvas.paragraph(x, y + 1.0, card.what, _NOTE, room) + 9.0


def _size(card: Card, room: float) -> float:
    sizes = tuple(
        size for size in (card.size, 40.0, 34.0, 28.0, 24.0, 20.0, 17.0) if size <= card.size
    )
    return layout.fitting(card.figure, sizes, room, 700, most=1)


def _height(card: Card, room: float) -> float:
    size = _size(card, room)
    return (
        1.1 * size * len(wrap(card.figure, size, room, 700))
        + LEADING * _NOTE * len(wrap(card.what, _NOTE, room))
        + 10.0
    )


def _rows(cards: tuple[Card, ...], room: float) -> list[tuple[Card, ...]]:
    """The cards below one another; in a wide column those after the first share a row."""
    if room < _LEAST_PAIR or len(cards) < 3:
        return [(card,) for card in cards]
    return [cards[:1], cards[1:]]


def _even(row: tuple[Card, ...], room: float) -> tuple[Card, ...]:
    """Cards beside one another, all of the size that the smallest takes."""
    size = min((_size(card, room) for card in row), default=_LARGE)
    return tuple(replace(card, size=size) for card in row)


def _part(row: tuple[Card, ...], room: float) -> float:
    return (room - _GAP * (len(row) - 1)) / len(row)


def _third(room: float) -> float:
    return (room - 2 * layout.GAP) / 3
