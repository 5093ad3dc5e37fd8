"""The picture of a map: map, figures, legend, inset and notes, beside or below one another."""

from dataclasses import dataclass, replace

import shapely

from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.maps import layers, region_content
from dashboard.maps.scene import Scene
from dashboard.maps.shapes import Bounds
from dashboard.press import caption, figure_cards
from dashboard.press.attribution import Visible
from dashboard.press.caption import Story
from dashboard.press.drawing import layout as drawing_layout
from dashboard.press.drawing import legend, map_drawing, map_furniture
from dashboard.press.drawing.canvas import LEADING, Canvas, ascent, wrap
from dashboard.press.drawing.label_placement import PageBox
from dashboard.press.drawing.map_frame import fit
from dashboard.press.figure_cards import Card
from dashboard.press.map_extent import bare, extent
from dashboard.press.pictures import figure_picture
from dashboard.press.request import PictureRequest
from dashboard.selection.context import Context
from dashboard.style import theme

_SIDE = 268.0
# Without streets the map only shows where the town is, and the figures get the room.
_WIDE_SIDE = 396.0
_NOTE = 12.5
_HEAD = 13.0
_INSET = (158.0, 122.0)


def draw(canvas: Canvas, context: Context, scene: Scene, request: PictureRequest) -> Story:
    """Draw the map of the selection; the words that came with it."""
    text = context.text
    context = _with_companions(context, scene)
    bounds = extent(context, scene)
    place = context.selection.place
    focus = context.facts.places[place].core if bare(context, scene) else None
    side = _SIDE if focus is None else _WIDE_SIDE
    visible = _features_in_view(canvas, context, scene, bounds, request, side)
    if canvas.size.small and focus is not None:
        return _draw_cards(canvas, context, request, visible)
    if canvas.size.small:
        # What a map as large as the page has room for; the legend and the sources follow from it.
        trial = _Map(scene, bounds, visible, (), focus)
        visible = _draw_below(Canvas(canvas.size), context, request, trial, strip=False)[1]
    cards = () if focus is None else figure_cards.of_place(context)
    content = _Map(scene, bounds, visible, cards, focus)
    if not canvas.size.wide:
        if canvas.size.small:
            # A kind of mark that finds no room needs none in the legend: the map gets it.
            fitting = _draw_below(Canvas(canvas.size), context, request, content)[1]
            content = replace(content, visible=_of_kinds(visible, fitting))
        return _draw_below(canvas, context, request, content)[0]
    planned = caption.of_map(context, request, visible)
    # Room is planned for the words about all that is visible; the final words are about what is
    # drawn.
    layout, cards, notes = _plan_beside(canvas, planned, cards, content.entries, text, side)
    drawn = _draw_map(canvas, context, replace(content, cards=cards), layout.body)
    shown = _drawn_features(visible, drawn, cards)
    words = caption.of_map(context, request, visible, drawn=shown)
    final = drawing_layout.plan(canvas, words, text, column=side, notes=not notes)
    drawing_layout.ink(canvas, words, replace(final, body=layout.body, side=layout.side), text)
    if layout.side is not None:
        _draw_column(canvas, scene, drawn, words.notes if notes else (), layout.side, cards)
    return words


@dataclass(frozen=True, slots=True)
class _Map:
    """What a map is drawn from; `focus` is the core of a town without streets."""

    scene: Scene
    bounds: Bounds
    visible: Visible
    cards: tuple[Card, ...]
    focus: shapely.Point | None

    @property
    def entries(self) -> tuple[legend.LegendEntry, ...]:
        """The legend of all that is visible; what the cards say stands on no map."""
        used = {
            name: 1
            for now in self.visible.values()
            for name in now.values()
            if not self.cards or theme.style(name).shape not in ("text", "station")
        }
        return legend.entries(used, self.scene.texts)


def _draw_cards(
    canvas: Canvas, context: Context, request: PictureRequest, visible: Visible
) -> Story:
    """Draw the figures of a town without streets alone: its place is known, and the page small."""
    cards = figure_cards.of_place(context)
    keys = {card.key for card in cards}
    shown = {
        layer: {key: style for key, style in now.items() if f"{layer}:{key}" in keys}
        for layer, now in visible.items()
    }
    words = caption.of_map(context, request, visible, drawn=shown, mapped=False)
    cells = [(card.figure, card.what, "") for card in cards]
    return figure_picture.draw_few(canvas, cells, words, context.text, quotable=False)


def _draw_below(
    canvas: Canvas, context: Context, request: PictureRequest, content: _Map, *, strip: bool = True
) -> tuple[Story, dict[str, dict[str, str]]]:
    """Draw the map with its legend, cards and notes below; without `strip` the map alone.

    Returns the words of the picture and the features that are drawn.
    """
    text, cards, visible = context.text, content.cards, content.visible
    planned = caption.of_map(context, request, visible)
    layout = drawing_layout.plan(canvas, planned, text)
    body = layout.body
    high = _strip_height(content.entries, planned, cards, body.width) + 14.0 if strip else 0.0
    room = PageBox(body.left, body.top, body.right, body.bottom - high)
    drawn = _draw_map(canvas, context, content, room)
    shown = _drawn_features(visible, drawn, cards)
    words = caption.of_map(context, request, visible, drawn=shown)
    if strip:
        final = drawing_layout.plan(canvas, words, text)
        drawing_layout.ink(canvas, words, replace(final, body=body), text)
        below = PageBox(body.left, room.bottom + 14.0, body.right, body.bottom)
        _draw_strip(canvas, content.scene, drawn, words, cards, below)
    return words, shown


def _of_kinds(visible: Visible, drawn: Visible) -> dict[str, dict[str, str]]:
    """The visible features of the kinds that are drawn."""
    kinds = {style for now in drawn.values() for style in now.values()}
    return {
        layer: {key: style for key, style in now.items() if style in kinds}
        for layer, now in visible.items()
    }


def _drawn_features(
    visible: Visible, drawn: map_drawing.MapContent, cards: tuple[Card, ...]
) -> dict[str, dict[str, str]]:
    """The visible features that a reader sees, on the map or as a card beside it."""
    keys = {card.key for card in cards}
    return {
        layer: {
            key: style
            for key, style in now.items()
            if key in drawn.features or f"{layer}:{key}" in keys
        }
        for layer, now in visible.items()
    }


def _with_companions(context: Context, scene: Scene) -> Context:
    """The context with the companions of its layers, where there are no streets to show."""
    if not bare(context, scene):
        return context
    on = context.selection.layers
    companions = (other for layer_id in on for other in layers.by_id()[layer_id].companions)
    wider = tuple(dict.fromkeys((*on, *companions)))
    return replace(context, selection=replace(context.selection, layers=wider))


def _features_in_view(
    canvas: Canvas,
    context: Context,
    scene: Scene,
    bounds: Bounds,
    request: PictureRequest,
    side: float,
) -> dict[str, dict[str, str]]:
    """The features of the selection that lie in the picture, with their styles."""
    text = context.text
    every = drawable(context.facts, region_content.select_content(context).visible)
    layout = drawing_layout.plan(canvas, caption.of_map(context, request, every), text, column=side)
    window = fit(bounds, layout.body)
    view = shapely.box(*window.bounds)
    inside = {
        (layer.id, feature.id)
        for layer in scene.layers
        for feature in layer.features
        if feature.id in every.get(layer.id, ())
        and feature.geometry is not None
        and feature.geometry.intersects(view)
    }
    return {
        layer: {key: style for key, style in now.items() if (layer, key) in inside}
        for layer, now in every.items()
    }


def drawable(facts: Facts, visible: Visible) -> dict[str, dict[str, str]]:
    """The visible features that may be published: a maker's own screen shows internal data too."""
    known = layers.by_id()
    return {
        layer_id: dict(known[layer_id].shareable(facts, now) if layer_id in known else now)
        for layer_id, now in visible.items()
    }


def _plan_beside(
    canvas: Canvas,
    words: Story,
    cards: tuple[Card, ...],
    entries: tuple[legend.LegendEntry, ...],
    text: Texts,
    side: float,
) -> tuple[drawing_layout.Layout, tuple[Card, ...], tuple[str, ...]]:
    """The layout with a column, and the cards and notes that fit in it.

    Notes that do not fit go below the map; cards give way to the legend.
    """
    beside = drawing_layout.plan(canvas, words, text, column=side)
    below = drawing_layout.plan(canvas, words, text, column=side, notes=True)
    legend_high = legend.height(entries, side) + 30.0
    for shown in (cards, figure_cards.smaller(cards), ()):
        high = legend_high + figure_cards.column_height(shown, side)
        for layout, notes in ((beside, words.notes), (below, ())):
            if layout.side is not None and high + notes_height(notes, side) <= layout.side.height:
                return layout, shown, notes
    return below, (), ()


def _draw_map(
    canvas: Canvas, context: Context, content: _Map, box: PageBox
) -> map_drawing.MapContent:
    scene, bounds, focus = content.scene, content.bounds, content.focus
    whole = context.selection.whole_region
    corner = (
        None
        if whole or focus is not None or not scene.inset
        else map_furniture.free_corner(scene, content.visible, fit(bounds, box), _INSET)
    )
    drawn = map_drawing.draw(
        canvas,
        scene,
        content.visible,
        bounds,
        box,
        names=not whole,
        taken=() if corner is None else (corner,),
        figures=not content.cards,
        focus=focus,
    )
    if corner is not None:
        map_furniture.draw_inset(canvas, scene, fit(bounds, box).bounds, corner)
    return drawn


def _draw_column(
    canvas: Canvas,
    scene: Scene,
    drawn: map_drawing.MapContent,
    notes: tuple[str, ...],
    side: PageBox,
    cards: tuple[Card, ...],
) -> None:
    y = figure_cards.draw_column(canvas, cards, side)
    entries = legend.entries(drawn.classes, scene.texts)
    if entries:
        y = heading(canvas, side.left, y, scene.texts["legend"])
        y = legend.draw(canvas, entries, PageBox(side.left, y, side.right, side.bottom)) + 8.0
    write_notes(canvas, notes, side.left, y, side.width)


def _strip_height(
    entries: tuple[legend.LegendEntry, ...], words: Story, cards: tuple[Card, ...], room: float
) -> float:
    high = figure_cards.row_height(cards, room)
    return (
        high
        + legend.height(entries, (room - 20.0) / 2) / 2
        + 22.0
        + notes_height(words.notes, room)
    )


def _draw_strip(
    canvas: Canvas,
    scene: Scene,
    drawn: map_drawing.MapContent,
    words: Story,
    cards: tuple[Card, ...],
    side: PageBox,
) -> None:
    y = figure_cards.draw_row(canvas, cards, side)
    entries = legend.entries(drawn.classes, scene.texts)
    if entries:
        y = (
            legend.draw(canvas, entries, PageBox(side.left, y, side.right, side.bottom), columns=2)
            + 4.0
        )
    write_notes(canvas, words.notes, side.left, y, side.width)


def heading(canvas: Canvas, x: float, y: float, words: str) -> float:
    """Write a heading with its top at `y`; where the next thing may start."""
    canvas.text(x, y + ascent(_HEAD), words, _HEAD, weight=700, colour=theme.HEADING)
    return y + LEADING * _HEAD + 3.0


def write_notes(canvas: Canvas, notes: tuple[str, ...], x: float, y: float, room: float) -> None:
    """Write notes below one another from the top `y`."""
    for note in notes:
        y = canvas.paragraph(x, y, note, _NOTE, room, colour=theme.QUIET) + 5.0


def notes_height(notes: tuple[str, ...], room: float) -> float:
    """How high the notes are in a column of that width."""
    return sum(LEADING * _NOTE * len(wrap(note, _NOTE, room)) + 5.0 for note in notes)
