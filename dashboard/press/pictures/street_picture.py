"""The picture of a town by street: map, the chosen streets as strips, and their figures."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dashboard.analysis import street_measures
from dashboard.analysis.street_measures import MEASURES
from dashboard.facts.snapshot import Facts
from dashboard.facts.street_records import Street, Unit
from dashboard.i18n.text import Texts
from dashboard.maps import street_map
from dashboard.maps.layers import premises, streets
from dashboard.maps.scene import Scene
from dashboard.maps.street_content import StreetContent, chosen_street
from dashboard.maps.street_content import select_content as shown_of
from dashboard.maps.street_strip import Strip, lay_out
from dashboard.press import attribution, caption, map_extent
from dashboard.press.caption import Story
from dashboard.press.drawing import layout as drawing_layout
from dashboard.press.drawing import legend, map_drawing
from dashboard.press.drawing.canvas import LEADING, Canvas, ascent, wrap
from dashboard.press.drawing.label_placement import PageBox
from dashboard.press.pictures import map_picture
from dashboard.press.request import PictureRequest
from dashboard.selection.context import Context
from dashboard.selection.permalink import Selection
from dashboard.style import theme

_SIDE = 268.0
_TITLE, _CELL = 14.0, 13.0
_UNIT, _BETWEEN, _LEAST_UNIT = 13.0, 3.0, 3.0
_AXIS = 7.0
_FIGURES_HIGH = 6.0
_SECOND = 0.62
_LEAST_MAP = 150.0


def draw(canvas: Canvas, context: Context, request: PictureRequest) -> Story:
    """Draw a town's streets by the chosen measure, with the chosen street and its comparison."""
    facts, text, selection = context.facts, context.text, context.selection
    town = facts.towns[selection.place]
    shown = shown_of(context, town)
    chosen = chosen_streets(selection, shown)
    lines = {street.key: street.shape for street in chosen if street.shape is not None}
    strips = [
        lay_out(street, shown, text)
        for street in chosen
        if street.key in lines and town.units_of(shown.survey)
    ]
    scene = _scene(facts, shown, text)
    visible = map_picture.drawable(facts, shown.visible)
    words = _story(context, request, shown, chosen, strips, visible)
    rows = _figures(chosen, shown, text)
    layout = drawing_layout.plan(canvas, words, text, column=_SIDE if canvas.size.wide else 0.0)
    layers = replace(selection, layers=(streets.ID, premises.ID))
    bounds = map_extent.extent(replace(context, selection=layers), scene)
    entries = legend.entries(
        {name: 1 for now in visible.values() for name in now.values()}, scene.texts
    )
    side, body = layout.side, layout.body
    if side is None:
        high = legend.height(entries, body.width / 2 - 10.0) / 2 + 22.0
        high += LEADING * _CELL * len(rows) + (_FIGURES_HIGH + 8.0 if rows else 0.0)
        high += map_picture.notes_height(words.notes, body.width)
        side = PageBox(body.left, body.bottom - high, body.right, body.bottom)
        body = PageBox(body.left, body.top, body.right, side.top - 14.0)
    # Where the map would have no room the street that was chosen keeps its strip longest.
    while strips and body.bottom - body.top - _strips_height(strips, body.width) < _LEAST_MAP:
        strips = strips[1:]
    words = _story(context, request, shown, chosen, strips, visible)
    high = _strips_height(strips, body.width)
    drawn = map_drawing.draw(
        canvas,
        scene,
        visible,
        bounds,
        PageBox(body.left, body.top, body.right, body.bottom - high),
        names=True,
        highlight=lines,
    )
    y = body.bottom - high + 10.0
    for strip in strips:
        y = _draw_strip(canvas, strip, body.left, y, body.width)
    y = _draw_figures(canvas, rows, side)
    if canvas.size.wide:
        y = map_picture.heading(canvas, side.left, y, scene.texts["legend"])
    columns = 1 if canvas.size.wide else 2
    room = PageBox(side.left, y, side.right, side.bottom)
    y = legend.draw(canvas, legend.entries(drawn.classes, scene.texts), room, columns=columns) + 8.0
    map_picture.write_notes(canvas, words.notes, side.left, y, side.width)
    drawing_layout.ink(canvas, words, layout, text)
    return words


def _strips_height(strips: Sequence[Strip], width: float) -> float:
    return sum(_strip_height(strip, width) for strip in strips)


def chosen_streets(selection: Selection, shown: StreetContent) -> tuple[Street, ...]:
    """The street that was chosen, after the one it is compared with where there is one."""
    chosen, _ = chosen_street(selection.chosen, shown.town)
    beside = shown.town.streets.get(selection.by_street.beside or "")
    if chosen is None:
        return ()
    return (chosen,) if beside is None or beside.key == chosen.key else (beside, chosen)


def _scene(facts: Facts, shown: StreetContent, text: Texts) -> Scene:
    """The town's map, with the measure in its legend and beside the names of streets."""
    measure = shown.measure
    scene = street_map.scene(facts, shown.town, shown.survey, text, measure=measure.id)
    words = {**scene.texts, **street_measures.legend(measure, text)}
    if measure.id == streets.VACANCY:
        return replace(scene, texts=words)
    labels = {
        street.key: street_measures.written(measure, value, text)
        for street in shown.streets
        if (value := street_measures.value(measure, street, shown.survey)) is not None
    }
    layers = tuple(
        replace(
            layer,
            features=tuple(
                replace(feature, label=labels.get(feature.id, "")) for feature in layer.features
            ),
        )
        if layer.id == streets.ID
        else layer
        for layer in scene.layers
    )
    return replace(scene, texts=words, layers=layers)


def _story(
    context: Context,
    request: PictureRequest,
    shown: StreetContent,
    chosen: Sequence[Street],
    strips: Sequence[Strip],
    visible: Mapping[str, Mapping[str, str]],
) -> Story:
    facts, text = context.facts, context.text
    town, survey, measure = shown.town, shown.survey, shown.measure
    place = facts.places[town.place_id].names[text.lang]
    colour = text(f"street.measure_{measure.id}")
    summary = text(
        "press.alt_streets",
        place=place,
        streets=theme.number(len(shown.streets), text.lang),
        units=theme.number(len(shown.units), text.lang),
        measure=colour,
    )
    figures = [f"{street.name}: {_in_words(street, shown, text)}." for street in chosen]
    draft = caption.Draft(
        view="straten",
        headline=_headline(place, shown, chosen, text),
        standfirst=_standfirst(shown, chosen, text),
        notes=_notes(shown, text),
        references=attribution.of_map(facts, visible, (), text, survey=survey),
        alt=" ".join([summary, *figures, *(f"{strip.title}." for strip in strips)]),
        # The width of every street is modelled, whatever its colour says.
        modelled=bool(shown.streets),
        credit=attribution.background(facts, text),
    )
    return caption.finish(context, request, draft)


def _notes(shown: StreetContent, text: Texts) -> tuple[str, ...]:
    """What colour and width of the lines mean, where the town has lines."""
    measure, drawn = shown.measure, shown.town.drawn
    what = text("inventory.colour") if drawn else text(f"street.measure_{measure.id}")
    explained = text(f"street.explain_{measure.id}", what=what)
    return (explained, text("straten.width")) if drawn else (explained,)


def _headline(place: str, shown: StreetContent, chosen: Sequence[Street], text: Texts) -> str:
    survey, measure = shown.survey, shown.measure
    colour = text(f"street.measure_{measure.id}")
    if len(chosen) == 2:
        return text("press.head_compare", one=chosen[0].name, other=chosen[1].name, place=place)
    if chosen:
        street = chosen[0]
        reading = None if survey is None else street.readings.get(survey.survey)
        if survey is None or reading is None or measure.id != streets.VACANCY:
            value = street_measures.value(measure, street, survey)
            if value is None:
                return text("press.head_street", street=street.name, place=place)
            written = street_measures.written(measure, value, text)
            return text(
                "press.head_street_measure",
                street=street.name,
                place=place,
                measure=colour,
                value=written,
            )
        period = theme.month(survey.day, text.lang)
        if reading.vacant is None:
            return text("press.head_street_few", street=street.name, place=place, period=period)
        return text(
            "press.head_street_vacancy",
            street=street.name,
            place=place,
            vacant=theme.number(reading.vacant, text.lang),
            units=theme.number(reading.units, text.lang),
            period=period,
        )
    if survey is None or measure.id != streets.VACANCY:
        return text("press.head_measure", measure=colour, place=place)
    return text(
        "press.head_survey",
        place=place,
        vacant=theme.number(survey.vacant, text.lang),
        units=theme.number(survey.units, text.lang),
        period=theme.month(survey.day, text.lang),
    )


def _standfirst(shown: StreetContent, chosen: Sequence[Street], text: Texts) -> str:
    survey = shown.survey
    colour = text(f"street.measure_{shown.measure.id}")
    if survey is None or not shown.measure.needs_survey:
        return text("press.stand_streets_bare", measure=colour)
    period = theme.month(survey.day, text.lang)
    sentence = text("press.stand_streets", measure=colour, period=period)
    if chosen or not survey.unknown or shown.measure.id != streets.VACANCY:
        return sentence
    count = theme.number(survey.unknown, text.lang)
    unseen = text("press.unseen_one") if survey.unknown == 1 else text("press.unseen", count=count)
    return f"{sentence} {unseen}"


def _in_words(street: Street, shown: StreetContent, text: Texts) -> str:
    """The figures of one street as a line for who cannot see the picture."""
    return "; ".join(f"{name} {cells[0]}" for name, cells in _figures((street,), shown, text)[1:])


def _figures(
    chosen: Sequence[Street], shown: StreetContent, text: Texts
) -> list[tuple[str, tuple[str, ...]]]:
    """The names of the chosen streets, then a row per figure with its value for each street."""
    if not chosen:
        return []
    survey = shown.survey
    readings = [None if survey is None else street.readings.get(survey.survey) for street in chosen]
    withheld = text("street.withheld")
    none = text("street.no_units") if survey else text("street.unknown")
    rows = [("", tuple(street.name for street in chosen))]
    if survey is not None:
        rows += [
            (
                text("street.units"),
                tuple(none if reading is None else str(reading.units) for reading in readings),
            ),
            (
                text("street.vacant"),
                tuple(
                    none
                    if reading is None
                    else withheld
                    if reading.vacant is None
                    else str(reading.vacant)
                    for reading in readings
                ),
            ),
            (
                text("street.rate" if len(chosen) == 1 else "street.rate_short"),
                tuple(streets.rate_cell(street, survey, text).text or none for street in chosen),
            ),
        ]
    extra = dict.fromkeys((shown.measure.id, streets.FOOTFALL))
    for key in extra:
        if key != streets.VACANCY:
            measure = MEASURES[key]
            values = [street_measures.value(measure, street, survey) for street in chosen]
            cells = tuple(
                withheld if value is None else street_measures.written(measure, value, text)
                for value in values
            )
            rows.append((text(f"street.measure_{key}"), cells))
    return rows


def _draw_figures(
    canvas: Canvas, rows: Sequence[tuple[str, tuple[str, ...]]], box: PageBox
) -> float:
    """Write the figures of the chosen streets as a small table; where the next thing may start."""
    y = box.top
    for number, (name, cells) in enumerate(rows):
        weight, colour = (700, theme.HEADING) if number == 0 else (400, theme.INK)
        room = box.width * (1.0 - _SECOND) if len(cells) == 2 else box.width * (1.0 - _SECOND / 2)
        canvas.text(box.left, y + ascent(_CELL), _cut(name, room), _CELL)
        for column, cell in enumerate(reversed(cells)):
            right = box.right - column * box.width * _SECOND / 2
            shown = _cut(cell, box.width * _SECOND / 2 - 6.0)
            canvas.text(
                right, y + ascent(_CELL), shown, _CELL, weight=weight, colour=colour, align="right"
            )
        y += LEADING * _CELL
        if number == 0:
            canvas.line([(box.left, y + 1.0), (box.right, y + 1.0)], theme.HAIRLINE, 1.0)
            y += _FIGURES_HIGH
    return y + 8.0 if rows else y


def _cut(words: str, room: float) -> str:
    """The words on one line of that width, cut with dots where they are longer."""
    lines = wrap(words, _CELL, room)
    return words if len(lines) <= 1 else f"{lines[0].rstrip('-')}…"


def _unit_size(strip: Strip, room: float) -> float:
    longest = max((len(row) for row in strip.rows), default=0)
    return max(min(_UNIT, room / longest - _BETWEEN) if longest else _UNIT, _LEAST_UNIT)


def _strip_height(strip: Strip, room: float) -> float:
    rows = len(strip.rows)
    title = LEADING * _TITLE * len(wrap(strip.title, _TITLE, room, 600))
    return (
        title + rows * (_unit_size(strip, room) + _BETWEEN) + (_AXIS + _BETWEEN) * (rows > 1) + 14.0
    )


def _draw_strip(canvas: Canvas, strip: Strip, left: float, top: float, room: float) -> float:
    """Draw a street's units, left above and right below the line; where they end."""
    y = (
        canvas.paragraph(left, top, strip.title, _TITLE, room, weight=600, colour=theme.HEADING)
        + 2.0
    )
    size = _unit_size(strip, room)
    for number, row in enumerate(strip.rows):
        if number == 1:
            longest = max(len(units) for units in strip.rows)
            canvas.rect(
                PageBox(left, y, left + longest * (size + _BETWEEN), y + _AXIS), fill=theme.HAIRLINE
            )
            y += _AXIS + _BETWEEN
        for place, unit in enumerate(row):
            _draw_unit(
                canvas, unit, left + place * (size + _BETWEEN), y, size, known=strip.status_shown
            )
        y += size + _BETWEEN
    return y + 8.0


def _draw_unit(canvas: Canvas, unit: Unit, x: float, y: float, size: float, *, known: bool) -> None:
    """A square in the colour of its status: crossed if vacant, hollow if unknown or not `known`."""
    look = theme.style(premises.style(unit) if known else "unit_unknown")
    box = PageBox(x, y, x + size, y + size)
    if look.id == "unit_unknown":
        canvas.rect(box, fill=theme.PAPER, stroke=look.stroke, width=1.0, dash=(2.0, 2.0))
        return
    canvas.rect(box, fill=look.fill)
    if unit.status == "vacant":
        canvas.line([(x + 2.0, y + 2.0), (x + size - 2.0, y + size - 2.0)], theme.PAPER, 1.4)
        canvas.line([(x + 2.0, y + size - 2.0), (x + size - 2.0, y + 2.0)], theme.PAPER, 1.4)
