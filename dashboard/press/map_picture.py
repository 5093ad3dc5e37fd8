"""The picture of a map: map, figures, legend, inset and notes, beside or below one another."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from dashboard import summary, theme
from dashboard.facts import Facts
from dashboard.maps import atlas
from dashboard.maps.layers import population, premises, streets, travellers, vacancy
from dashboard.maps.scene import Scene
from dashboard.maps.shapes import Bounds, to_degrees
from dashboard.press import carto, legend, page, story
from dashboard.press.labels import Box
from dashboard.press.request import Request
from dashboard.press.sheet import LEADING, Sheet, ascent, wrap
from dashboard.press.story import Story, Visible
from dashboard.press.window import fit
from dashboard.state import Extent
from dashboard.street.records import Town, Unit
from dashboard.text import Texts
from geo.crs import to_rd

_SIDE = 268.0
# Without streets the map only says where the town lies: the figures get the room.
_WIDE_SIDE = 396.0
_LEAST_PAIR = 360.0
_NOTE = 12.5
_HEAD = 13.0
_SMALLER = 20.0
_LARGE, _LARGEST = 30.0, 48.0
_INSET = (158.0, 122.0)
_EDGE_MARGIN_M = 2_000.0
_BEYOND_DEGREES = 1.5
_STREET_MARGIN_M = 60.0
_LEAST_M = 250.0
_STREETS = frozenset({"road", "building"})


@dataclass(frozen=True, slots=True)
class Card:
    """A figure set large beside the map: what it is, and when."""

    figure: str
    what: str
    size: float = 30.0
    key: str = ""
    """Its layer and feature, as in `leegstand:<id>`."""


def draw(sheet: Sheet, facts: Facts, scene: Scene, request: Request, text: Texts) -> Story:
    """Draw the map of the request's selection; the words that came with it."""
    request = _widened(facts, scene, request)
    bounds = extent(facts, scene, request)
    focus = facts.places[request.selection.place].core if bare(facts, scene, request) else None
    side = _SIDE if focus is None else _WIDE_SIDE
    visible = _seen(sheet, facts, scene, bounds, request, text, side)
    # The room for the words is planned for all that is visible; what they say in the end is about
    # what came on paper.
    planned = story.of_map(facts, request, visible, text)
    cards = _cards(facts, scene, request, text)
    used = {name: 1 for now in visible.values() for name in now.values()}
    if cards:  # what they say stands on no map
        used = {
            name: count
            for name, count in used.items()
            if theme.style(name).shape not in ("text", "station")
        }
    found = legend.entries(used, scene.texts)
    if sheet.size.wide:
        layout, cards, notes = _beside(sheet, planned, cards, found, text, side)
        drawn = _map(sheet, scene, visible, bounds, layout.body, request, cards, focus)
        words = story.of_map(facts, request, visible, text, drawn=_on_paper(visible, drawn, cards))
        final = page.plan(sheet, words, text, column=side, notes=not notes)
        page.ink(sheet, words, replace(final, body=layout.body, side=layout.side), text)
        if layout.side is not None:
            _column(sheet, scene, drawn, words.notes if notes else (), layout.side, cards)
        return words
    layout = page.plan(sheet, planned, text)
    body = layout.body
    high = _strip_height(found, planned, cards, body.width)
    room = Box(body.left, body.top, body.right, body.bottom - high - 14.0)
    drawn = _map(sheet, scene, visible, bounds, room, request, cards, focus)
    words = story.of_map(facts, request, visible, text, drawn=_on_paper(visible, drawn, cards))
    page.ink(sheet, words, replace(page.plan(sheet, words, text), body=body), text)
    _strip(
        sheet,
        scene,
        drawn,
        words,
        cards,
        Box(body.left, body.bottom - high, body.right, body.bottom),
    )
    return words


def _on_paper(
    visible: Visible, drawn: carto.Drawn, cards: tuple[Card, ...]
) -> dict[str, dict[str, str]]:
    """What of the visible features a reader of the picture sees, on the map or as a
    card beside it.
    """
    keys = {card.key for card in cards}
    return {
        layer: {
            key: style
            for key, style in now.items()
            if key in drawn.features or f"{layer}:{key}" in keys
        }
        for layer, now in visible.items()
    }


def bare(facts: Facts, scene: Scene, request: Request) -> bool:
    """Whether the map is of one town whose streets are not known: then figures carry
    the picture.
    """
    return not request.selection.whole_region and not _has_streets(facts, scene, request)


def _widened(facts: Facts, scene: Scene, request: Request) -> Request:
    """The request with the figures beside vacancy that every town has, where there are no streets
    to show.
    """
    layers = request.selection.layers
    if vacancy.ID not in layers or not bare(facts, scene, request):
        return request
    more = tuple(layer for layer in (travellers.ID, population.ID) if layer not in layers)
    return replace(request, selection=replace(request.selection, layers=(*layers, *more)))


def _seen(
    sheet: Sheet,
    facts: Facts,
    scene: Scene,
    bounds: Bounds,
    request: Request,
    text: Texts,
    side: float,
) -> dict[str, dict[str, str]]:
    """What of the selection lies in the picture: sources and notes are about that, and nothing
    else.
    """
    every = drawable(facts, atlas.shown(facts, request.selection).visible)
    layout = page.plan(sheet, story.of_map(facts, request, every, text), text, column=side)
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
    """What of the screen may go into a picture: there, on the maker's own computer, stands what is
    internal too.
    """
    every = {layer: dict(now) for layer, now in visible.items()}
    if premises.ID in every:
        opened = {record.source_id for record in facts.manifest.sources if record.sharing == "open"}
        known = {
            unit.key: unit.source_id
            for town in facts.towns.values()
            for units in town.units.values()
            for unit in units
        }
        every[premises.ID] = {
            key: style for key, style in every[premises.ID].items() if known.get(key) in opened
        }
    return every


def _beside(
    sheet: Sheet,
    words: Story,
    cards: tuple[Card, ...],
    found: tuple[legend.Entry, ...],
    text: Texts,
    side: float,
) -> tuple[page.Layout, tuple[Card, ...], tuple[str, ...]]:
    """The layout with a column, and the cards and notes that fit in it; notes go below, cards give
    way to the legend.
    """
    beside = page.plan(sheet, words, text, column=side)
    below = page.plan(sheet, words, text, column=side, notes=True)
    legend_high = legend.height(found, side) + 30.0
    for shown in (cards, tuple(replace(card, size=_SMALLER) for card in cards), ()):
        high = legend_high + _cards_height(shown, side)
        for layout, notes in ((beside, words.notes), (below, ())):
            if layout.side is not None and high + notes_height(notes, side) <= layout.side.height:
                return layout, shown, notes
    return below, (), ()


def extent(facts: Facts, scene: Scene, request: Request) -> Bounds:
    """What the map shows at least, in RD: the link's own view, else the place or the region with
    its edge.
    """
    selection = request.selection
    if selection.extent is not None and (seen := _in_rd(selection.extent, scene.home)) is not None:
        return seen
    if selection.whole_region or bare(facts, scene, request):
        cores = [place.core for place in facts.places.values() if place.role != "abroad"]
        west, south, east, north = shapely.total_bounds(cores).tolist()
        more = _EDGE_MARGIN_M
        return west - more, south - more, east + more, north + more
    place = facts.places[selection.place]
    town = facts.towns.get(selection.place)
    if town is None:
        return atlas.around(place)
    chosen = [shape for key in selection.streets if (shape := _shape(town, key)) is not None]
    west, south, east, north = shapely.total_bounds(
        chosen or _of_town(facts, scene, town, request)
    ).tolist()
    return (
        west - _STREET_MARGIN_M,
        south - _STREET_MARGIN_M,
        east + _STREET_MARGIN_M,
        north + _STREET_MARGIN_M,
    )


def _of_town(facts: Facts, scene: Scene, town: Town, request: Request) -> Sequence[BaseGeometry]:
    """What a map of the town must show: its surveyed streets where they are drawn, else its core
    and the marks in its centre.
    """
    core = facts.places[town.place_id].core
    if {streets.ID, premises.ID} & set(request.selection.layers):
        drawn = [
            street.shape
            for street in town.streets.values()
            if street.readings and street.shape is not None
        ]
        spots = [unit.point for unit in _open_units(facts, town, request)]
        return drawn or spots or [core.buffer(atlas.INNER_CITY_M)]
    visible = atlas.shown(facts, request.selection).visible
    centre = core.buffer(atlas.INNER_CITY_M)
    marks = [
        feature.geometry
        for layer in scene.layers
        for feature in layer.features
        if feature.id in visible.get(layer.id, ())
        and feature.geometry is not None
        and centre.contains(feature.geometry)
    ]
    return [core.buffer(_LEAST_M), *marks]


def _open_units(facts: Facts, town: Town, request: Request) -> Sequence[Unit]:
    """The surveyed units that a picture may show one by one, where its layers do."""
    if premises.ID not in request.selection.layers or not town.surveys:
        return ()
    newest = town.surveys[-1]
    return town.units_of(newest) if facts.source(newest.source_id).sharing == "open" else ()


def _shape(town: Town, key: str) -> BaseGeometry | None:
    return town.streets[key].shape if key in town.streets else None


def _has_streets(facts: Facts, scene: Scene, request: Request) -> bool:
    town = facts.towns.get(request.selection.place)
    if town is not None and (town.drawn or _open_units(facts, town, request)):
        return True
    return any(kind in _STREETS for kind, _ in scene.background.shapes)


def _in_rd(view: Extent, home: Bounds) -> Bounds | None:
    """The view of a link in RD; None when it looks at another part of the world."""
    asked = shapely.box(*view)
    if not shapely.box(*to_degrees(home)).buffer(_BEYOND_DEGREES).contains(asked):
        return None
    west, south, east, north = to_rd(gpd.GeoSeries([asked], crs="EPSG:4326")).total_bounds
    return float(west), float(south), float(east), float(north)


def _cards(facts: Facts, scene: Scene, request: Request, text: Texts) -> tuple[Card, ...]:
    """The place's own figures, large, where the map has no streets to show them in."""
    selection = request.selection
    if not bare(facts, scene, request):
        return ()
    known = [
        figure
        for figure in summary.place_headlines(facts, selection, text)
        if figure.verdict != "no" and figure.key.partition(":")[0] in selection.layers
    ]
    heads = {row.observation_id for row in facts.observations if story.may_head(row)}
    return tuple(
        _card_of(one, first=index == 0, heads=heads, text=text)
        for index, one in enumerate(known[:3])
    )


def _card_of(one: summary.Headline, *, first: bool, heads: Collection[str], text: Texts) -> Card:
    """The card of a figure: what stands largest on a page is its headline, so only what may be one
    stands so.
    """
    if one.verdict is None:
        return Card(
            text("press.unknown"), text("press.card", what=one.what, when=one.when), _LARGE, one.key
        )
    what = one.what if one.when in one.what else text("press.card", what=one.what, when=one.when)
    figure = _once(one.figure, what)
    layer, _, key = one.key.partition(":")
    if layer == vacancy.ID and key not in heads:
        return Card(figure, text("press.card_reserved", what=what), _LARGE, one.key)
    return Card(figure, what, _LARGEST if first else _LARGE, one.key)


def _once(figure: str, what: str) -> str:
    """The number alone where what it counts begins with its unit: `84.045`, not `84.045 inwoners`,
    of `Inwoners, …`.
    """
    number, _, unit = figure.partition(" ")
    return number if unit and what.casefold().startswith(unit.casefold()) else figure


def _map(
    sheet: Sheet,
    scene: Scene,
    visible: Mapping[str, Mapping[str, str]],
    bounds: Bounds,
    box: Box,
    request: Request,
    cards: tuple[Card, ...],
    focus: shapely.Point | None,
) -> carto.Drawn:
    whole = request.selection.whole_region
    corner = (
        None
        if whole or focus is not None or not scene.inset
        else carto.free_corner(scene, visible, fit(bounds, box), _INSET)
    )
    drawn = carto.draw(
        sheet,
        scene,
        visible,
        bounds,
        box,
        names=not whole,
        taken=() if corner is None else (corner,),
        figures=not cards,
        focus=focus,
    )
    if corner is not None:
        carto.inset(sheet, scene, fit(bounds, box).bounds, corner)
    return drawn


def heading(sheet: Sheet, x: float, y: float, words: str) -> float:
    """Write a heading with its top at `y`; where the next thing may start."""
    sheet.text(x, y + ascent(_HEAD), words, _HEAD, weight=700, colour=theme.HEADING)
    return y + LEADING * _HEAD + 3.0


def write_notes(sheet: Sheet, notes: tuple[str, ...], x: float, y: float, room: float) -> None:
    """Write notes below one another from the top `y`."""
    for note in notes:
        y = sheet.paragraph(x, y, note, _NOTE, room, colour=theme.QUIET) + 5.0


def notes_height(notes: tuple[str, ...], room: float) -> float:
    """How high the notes are in a column of that width."""
    return sum(LEADING * _NOTE * len(wrap(note, _NOTE, room)) + 5.0 for note in notes)


def _card(sheet: Sheet, card: Card, x: float, y: float, room: float) -> float:
    size = _card_size(card, room)
    for line in wrap(card.figure, size, room, 700):
        sheet.text(x, y + ascent(size), line, size, weight=700, colour=theme.HEADING)
        y += 1.1 * size
    return sheet.paragraph(x, y + 1.0, card.what, _NOTE, room) + 9.0


def _card_size(card: Card, room: float) -> float:
    sizes = tuple(
        size for size in (card.size, 40.0, 34.0, 28.0, 24.0, 20.0, 17.0) if size <= card.size
    )
    return page.fitting(card.figure, sizes, room, 700, most=1)


def _card_height(card: Card, room: float) -> float:
    size = _card_size(card, room)
    return (
        1.1 * size * len(wrap(card.figure, size, room, 700))
        + LEADING * _NOTE * len(wrap(card.what, _NOTE, room))
        + 10.0
    )


def _card_rows(cards: tuple[Card, ...], room: float) -> list[tuple[Card, ...]]:
    """The cards below one another; in a wide column the first alone and the others beside each
    other.
    """
    if room < _LEAST_PAIR or len(cards) < 3:
        return [(card,) for card in cards]
    return [cards[:1], cards[1:]]


def _even(row: tuple[Card, ...], room: float) -> tuple[Card, ...]:
    """Cards beside one another, all of the size that the smallest takes."""
    size = min((_card_size(card, room) for card in row), default=_LARGE)
    return tuple(replace(card, size=size) for card in row)


def _cards_height(cards: tuple[Card, ...], room: float) -> float:
    return sum(
        max(_card_height(card, _part(row, room)) for card in row) for row in _card_rows(cards, room)
    )


def _part(row: tuple[Card, ...], room: float) -> float:
    return (room - 16.0 * (len(row) - 1)) / len(row)


def _column(
    sheet: Sheet,
    scene: Scene,
    drawn: carto.Drawn,
    notes: tuple[str, ...],
    side: Box,
    cards: tuple[Card, ...],
) -> None:
    y = side.top
    for row in _card_rows(cards, side.width):
        wide = _part(row, side.width)
        y = max(
            _card(sheet, card, side.left + index * (wide + 16.0), y, wide)
            for index, card in enumerate(_even(row, wide))
        )
    found = legend.entries(drawn.classes, scene.texts)
    if found:
        y = heading(sheet, side.left, y, scene.texts["legend"])
        y = legend.draw(sheet, found, Box(side.left, y, side.right, side.bottom)) + 8.0
    write_notes(sheet, notes, side.left, y, side.width)


def _strip_height(
    found: tuple[legend.Entry, ...], words: Story, cards: tuple[Card, ...], room: float
) -> float:
    high = max((_card_height(card, _third(room)) for card in cards), default=0.0)
    return (
        high + legend.height(found, (room - 20.0) / 2) / 2 + 22.0 + notes_height(words.notes, room)
    )


def _third(room: float) -> float:
    return (room - 2 * page.GAP) / 3


def _strip(
    sheet: Sheet, scene: Scene, drawn: carto.Drawn, words: Story, cards: tuple[Card, ...], side: Box
) -> None:
    y = side.top
    cards = _even(cards, _third(side.width))
    for index, card in enumerate(cards):
        _card(
            sheet, card, side.left + index * (_third(side.width) + page.GAP), y, _third(side.width)
        )
    y += max((_card_height(card, _third(side.width)) for card in cards), default=0.0)
    found = legend.entries(drawn.classes, scene.texts)
    if found:
        y = legend.draw(sheet, found, Box(side.left, y, side.right, side.bottom), columns=2) + 4.0
    write_notes(sheet, words.notes, side.left, y, side.width)
