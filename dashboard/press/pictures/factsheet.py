"""The factsheet of a city: two pages on A4 from the same pieces as the pictures."""

from collections.abc import Sequence
from dataclasses import replace

from dashboard.analysis.competition import leakage
from dashboard.analysis.competition import outcome as modelled
from dashboard.analysis.competition.calibration import Model
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.maps import region_content
from dashboard.maps.layers import edge_retail, initiatives, streets
from dashboard.maps.scene import Scene
from dashboard.press import attribution, caption, map_extent
from dashboard.press.caption import Story
from dashboard.press.drawing import layout as drawing_layout
from dashboard.press.drawing import legend, map_drawing, marks
from dashboard.press.drawing.canvas import LEADING, Sheet, ascent, wrap
from dashboard.press.drawing.label_placement import Box
from dashboard.press.errors import RoomError, UnknownSubjectError
from dashboard.press.pictures import factsheet_content as contents
from dashboard.press.pictures import map_picture, range_chart, series_chart
from dashboard.press.pictures.factsheet_content import Dossier, Entry
from dashboard.press.request import Request
from dashboard.press.sizes import SIZES
from dashboard.selection.context import Context
from dashboard.selection.scenario import BRANCHES, Scenario
from dashboard.sentences import competition, competition_notes
from dashboard.style import theme

_HEAD, _BODY, _SMALL = 15.0, 13.0, 12.0
_FIGURES = (30.0, 26.0, 22.0, 19.0, 17.0, 15.0)
_COLUMNS = 3
_GAP = 20.0
_SIGN = 22.0
_BETWEEN = 4.0
_SOURCES = (12.0, 11.0, 10.0)
_LEAST_MAP = 230.0
_MOST_TOWNS = 7
_MOST_VACANCIES = 9
_MOST_TOLD = 3
_LAYERS = (initiatives.ID, edge_retail.ID, streets.ID)
_TABLE = (0.17, 0.29, 0.23, 0.16, 0.15)
_CHART_HIGH, _AROUND_CHART = 190.0, 110.0


def draw(
    facts: Facts, model: Model | None, scene: Scene, request: Request, text: Texts
) -> tuple[list[Sheet], list[Story]]:
    """The two pages of the request's city, and the words of each.

    Raises UnknownSubjectError when no city is chosen, RoomError when its words do not fit.
    """
    if request.selection.whole_region:
        raise UnknownSubjectError(text("factsheet.needs_city"))
    place = facts.places[request.selection.place]
    request = replace(request, size=SIZES["a4-portrait"], headline=None, standfirst=None)
    found = contents.dossier(facts, place, text)
    first, words, charted = _first(facts, scene, found, request, text)
    second, more = _second(facts, model, found, request, text, charted=charted)
    return [first, second], [words, more]


def _words(
    facts: Facts,
    found: Dossier,
    request: Request,
    text: Texts,
    *,
    headline: str,
    standfirst: str,
    alt: str,
    modelled: bool,
    number: int,
) -> Story:
    return caption.finish(
        Context(facts, text, request.selection),
        request,
        caption.Draft(
            view="profiel",
            headline=headline,
            standfirst=standfirst,
            notes=(text("factsheet.numbers", page=number),),
            licences=found.licences,
            alt=alt,
            modelled=modelled,
            credit=attribution.background(facts, text),
        ),
    )


def _first(
    facts: Facts, scene: Scene, found: Dossier, request: Request, text: Texts
) -> tuple[Sheet, Story, bool]:
    """Figures, map and initiatives; the station's chart too where the initiatives leave room for
    it.
    """
    sheet = Sheet(request.size)
    request = replace(request, selection=replace(request.selection, layers=_LAYERS, extent=None))
    visible = map_picture.drawable(facts, region_content.shown(facts, request.selection).visible)
    named = "; ".join(f"{deed.name}, {deed.what}" for deed in found.deeds)
    words = _words(
        facts,
        found,
        request,
        text,
        headline=text("factsheet.title", place=found.name),
        standfirst=text("factsheet.intro", place=found.name),
        alt=text(
            "factsheet.alt_first",
            place=found.name,
            figures=contents.spoken(found.entries),
            initiatives=named or text("press.unknown"),
        ),
        number=1,
        modelled=any(name.startswith("vacancy_") for name in visible.get(streets.ID, {}).values()),
    )
    layout = drawing_layout.plan(sheet, words, text, notes=True)
    drawing_layout.ink(sheet, words, layout, text)
    body = layout.body
    y = _entries(sheet, found.entries, body)
    middle = body.left + 0.56 * body.width
    deeds = Box(middle + _GAP / 2, y, body.right, body.bottom)
    low = _deeds(sheet, facts, found, deeds, text) + 16.0
    charted = deeds.bottom - low > _CHART_HIGH + _AROUND_CHART
    if charted:
        _travellers(sheet, found, Box(deeds.left, low, deeds.right, deeds.bottom), text)
    left = Box(body.left, y, middle - _GAP / 2, body.bottom)
    _map(
        sheet,
        facts,
        scene,
        visible,
        request,
        left,
        f"{text('factsheet.map')} {found.map_sources}".strip(),
    )
    return sheet, words, charted


def _entries(sheet: Sheet, entries: Sequence[Entry], body: Box) -> float:
    """The figures in a grid under rules; where it ends."""
    wide = (body.width - _GAP * (_COLUMNS - 1)) / _COLUMNS
    y = body.top
    for start in range(0, len(entries), _COLUMNS):
        row = entries[start : start + _COLUMNS]
        low = y
        for index, entry in enumerate(row):
            low = max(low, _entry(sheet, entry, body.left + index * (wide + _GAP), y, wide))
        y = low + 14.0
    return y


def _entry(sheet: Sheet, entry: Entry, x: float, y: float, room: float) -> float:
    sheet.line([(x, y), (x + room, y)], theme.HEADING, 1.4)
    y = (
        sheet.paragraph(x, y + 5.0, entry.theme, _BODY, room, weight=700, colour=theme.HEADING)
        + 1.0
    )
    size = drawing_layout.fitting(entry.figure, _FIGURES, room, 700, most=1)
    colour = theme.HEADING if entry.known else theme.QUIET
    for line in wrap(entry.figure, size, room, 700):
        sheet.text(x, y + ascent(size), line, size, weight=700, colour=colour)
        y += 1.14 * size
    y = sheet.paragraph(x, y + 2.0, entry.what, _BODY, room)
    if entry.definition:
        y = sheet.paragraph(x, y + 2.0, entry.definition, _SMALL, room, colour=theme.QUIET)
    return (
        sheet.paragraph(x, y + 2.0, entry.verdict, _SMALL, room, weight=600) if entry.verdict else y
    )


def _heading(sheet: Sheet, words: str, x: float, y: float, room: float) -> float:
    sheet.line([(x, y), (x + room, y)], theme.HEADING, 1.4)
    return sheet.paragraph(x, y + 5.0, words, _HEAD, room, weight=700, colour=theme.HEADING) + 4.0


def _map(
    sheet: Sheet,
    facts: Facts,
    scene: Scene,
    visible: attribution.Visible,
    request: Request,
    box: Box,
    title: str,
) -> None:
    """Where the city lies, or its streets where they are known, with a legend below."""
    y = _heading(sheet, title, box.left, box.top, box.width)
    bounds = map_extent.extent(facts, scene, request)
    used = {name: 1 for now in visible.values() for name in now.values()}
    found = legend.entries(used, scene.texts, counted=False)
    high = legend.height(found, (box.width - 20.0) / 2) / 2 + 34.0
    plot = Box(box.left, y, box.right, min(box.bottom - high, y + 1.2 * box.width))
    if plot.height < _LEAST_MAP:
        raise RoomError(
            f"factsheet: the words leave {plot.height:.0f} units for the map, expected"
            f" {_LEAST_MAP:.0f}"
        )
    core = facts.places[request.selection.place].core
    map_drawing.draw(
        sheet,
        scene,
        visible,
        bounds,
        plot,
        names=False,
        focus=core if map_extent.bare(facts, scene, request) else None,
    )
    legend.draw(sheet, found, Box(box.left, plot.bottom + 8.0, box.right, box.bottom), columns=2)


def _deeds(sheet: Sheet, facts: Facts, found: Dossier, box: Box, text: Texts) -> float:
    """Every initiative with its mark, and what may be said about their number; where that ends."""
    y = _heading(
        sheet, text("factsheet.initiatives", count=len(found.deeds)), box.left, box.top, box.width
    )
    room = box.width - _SIGN
    note = initiatives.count_note(facts, text)
    low = box.bottom - _lines_high(note, box.width) - 2 * LEADING * _SMALL
    for index, deed in enumerate(found.deeds):
        told = deed.told if len(found.deeds) <= _MOST_TOLD else ""
        high = (
            LEADING * _BODY * len(wrap(deed.name, _BODY, room, 600))
            + _lines_high(deed.what, room)
            + _lines_high(told, room)
        )
        if y + high > low:
            y = sheet.paragraph(
                box.left,
                y,
                text("factsheet.more", count=len(found.deeds) - index),
                _SMALL,
                box.width,
            )
            break
        marks.draw(sheet, deed.style, box.left + 8.0, y + 8.0, 7.0 / marks.reach(deed.style))
        y = sheet.paragraph(box.left + _SIGN, y, deed.name, _BODY, room, weight=600)
        y = sheet.paragraph(box.left + _SIGN, y, deed.what, _SMALL, room, colour=theme.QUIET)
        y = sheet.paragraph(box.left + _SIGN, y, told, _SMALL, room) + 5.0
    if not found.deeds:
        y = sheet.paragraph(box.left, y, text("factsheet.no_initiatives"), _BODY, box.width) + 5.0
    return sheet.paragraph(box.left, y + 2.0, note, _SMALL, box.width, colour=theme.QUIET)


def _lines_high(words: str, room: float, size: float = _SMALL) -> float:
    return LEADING * size * len(wrap(words, size, room))


def _second(
    facts: Facts,
    model: Model | None,
    found: Dossier,
    request: Request,
    text: Texts,
    *,
    charted: bool,
) -> tuple[Sheet, Story]:
    """Vacancy, travellers unless they are `charted` before, where the money goes, and
    the sources.
    """
    sheet = Sheet(request.size)
    known = model is not None and found.place.place_id in {
        site.site_id for site in model.region.named
    }
    result = (
        modelled.run(model, Scenario(), BRANCHES[0], found.place.place_id)
        if model is not None and known
        else None
    )
    rows = [] if result is None or model is None else _flows(result, model, found, text)
    figures = "; ".join(" | ".join(line) for line in found.vacancies)
    words = _words(
        facts,
        found,
        request,
        text,
        headline=(
            text("factsheet.second_short", place=found.name)
            if charted
            else text("factsheet.second", place=found.name)
        ),
        standfirst="",
        alt=text(
            "factsheet.alt_second",
            place=found.name,
            figures=figures or text("press.unknown"),
            flows="; ".join(f"{row.name} {row.cells[0]}" for row in rows) or text("press.unknown"),
        ),
        number=2,
        modelled=bool(rows),
    )
    layout = drawing_layout.plan(sheet, words, text, notes=True)
    drawing_layout.ink(sheet, words, layout, text)
    body = layout.body
    y = _vacancies(sheet, found, body, text) + 14.0
    wide = (body.width - _GAP) / 2
    left, right = (
        Box(body.left, y, body.left + wide, body.bottom),
        Box(body.right - wide, y, body.right, body.bottom),
    )
    if charted:
        low = max(
            _competition(sheet, model, found, rows, left, text),
            _origins(sheet, model, found, result, right, text),
        )
    else:
        low = max(
            _travellers(sheet, found, left, text),
            _competition(sheet, model, found, rows, right, text),
        )
    y = low + 14.0
    lines = [f"[{number}] {line}" for number, line in enumerate(found.sources, start=1)]
    if rows and model is not None:
        publishers = dict.fromkeys(
            facts.publisher(source_id, text.lang)
            for source_id in competition_notes.source_ids(model.region, facts)
        )
        lines.append(text("factsheet.model_sources", names="; ".join(publishers)))
    _sources(sheet, lines, Box(body.left, y, body.right, body.bottom), text)
    return sheet, words


def _vacancies(sheet: Sheet, found: Dossier, body: Box, text: Texts) -> float:
    """Every vacancy figure that may be quoted, none beside another's definition without
    saying so.
    """
    y = _heading(sheet, text("theme.vacancy"), body.left, body.top, body.width)
    if not found.vacancies:
        return sheet.paragraph(
            body.left, y, text("factsheet.no_vacancy", place=found.name), _BODY, body.width
        )
    for line in found.vacancies[:_MOST_VACANCIES]:
        low, x = y, body.left
        for index, (cell, part) in enumerate(zip(line, _TABLE, strict=True)):
            room = part * body.width - 10.0
            low = max(
                low,
                sheet.paragraph(x, y + 2.0, cell, _BODY, room, weight=600 if index == 0 else 400),
            )
            x += part * body.width
        y = low + 3.0
        sheet.line([(body.left, y), (body.right, y)], theme.HAIRLINE, 0.8)
    left_out = len(found.vacancies) - _MOST_VACANCIES
    note = text("press.note_figures") + (
        f" {text('factsheet.more', count=left_out)}" if left_out > 0 else ""
    )
    return sheet.paragraph(body.left, y + 4.0, note, _SMALL, body.width, colour=theme.QUIET)


def _travellers(sheet: Sheet, found: Dossier, box: Box, text: Texts) -> float:
    """The station's line over the years."""
    y = _heading(
        sheet,
        f"{text('theme.travellers')} {found.station_source}".strip(),
        box.left,
        box.top,
        box.width,
    )
    if not found.station:
        return sheet.paragraph(box.left, y, text("factsheet.not_found"), _BODY, box.width)
    series_chart.station(
        sheet,
        found.station,
        Box(box.left, y, box.right, y + _CHART_HIGH),
        text,
        title=found.station[0].name,
    )
    notes = " ".join((text("press.note_travellers"), *series_chart.notes(found.station, text)))
    return sheet.paragraph(
        box.left, y + _CHART_HIGH + 6.0, notes, _SMALL, box.width, colour=theme.QUIET
    )


def _flows(
    result: modelled.Outcome, model: Model, found: Dossier, text: Texts
) -> list[range_chart.Row]:
    """Where the city's residents spend, in the model, as ranges; empty when the model does not know
    where they live.
    """
    rows = leakage.of_cities(model.region, result.divided)
    row = next((one for one in rows if one.place_id == found.place.place_id), None)
    if row is None:
        return []
    return [
        range_chart.Row(
            competition.part_name(part, model.region, text),
            share.before,
            None,
            (competition.span(share.before, text),),
            strong=part == "own_centre",
        )
        for part, share in row.parts.items()
    ]


def _origins(
    sheet: Sheet,
    model: Model | None,
    found: Dossier,
    result: modelled.Outcome | None,
    box: Box,
    text: Texts,
) -> float:
    """The towns that bring the centre most, in the model."""
    if model is None or result is None:
        return box.top
    y = _heading(sheet, text("press.origins", place=found.name), box.left, box.top, box.width)
    y = drawing_layout.badge(sheet, text("press.modelled"), box.left, y) + 2.0
    rows = range_chart.origins(result.towns[:_MOST_TOWNS], model.region, text)
    return range_chart.draw(
        sheet,
        rows,
        (text("press.share_title"),),
        Box(box.left, y, box.right, y + range_chart.height(rows) + 24.0),
        text.lang,
    )


def _competition(
    sheet: Sheet,
    model: Model | None,
    found: Dossier,
    rows: Sequence[range_chart.Row],
    box: Box,
    text: Texts,
) -> float:
    """The modelled shares, marked as such, with what they rest on and how well the model fits."""
    y = _heading(
        sheet,
        text("factsheet.flows", goods=text(f"goods.{BRANCHES[0]}")),
        box.left,
        box.top,
        box.width,
    )
    if model is None or not rows:
        return sheet.paragraph(box.left, y, text("factsheet.no_flows"), _BODY, box.width)
    y = drawing_layout.badge(sheet, text("press.modelled"), box.left, y) + 2.0
    y = (
        range_chart.draw(
            sheet,
            rows,
            (text("factsheet.part"),),
            Box(box.left, y, box.right, y + range_chart.height(rows) + 24.0),
            text.lang,
        )
        + 8.0
    )
    survey = model.region.survey
    caution = text("factsheet.caution", assumed=survey.say("assumed", text))
    said = [caution, competition.leakage_is(model.region, text)]
    if found.place.place_id in model.region.free:
        said.append(survey.say("not_calibrated", text, place=found.name))
    said.append(competition.error(model, text))
    return sheet.paragraph(box.left, y, " ".join(said), _SMALL, box.width, colour=theme.QUIET)


def _sources(sheet: Sheet, lines: Sequence[str], box: Box, text: Texts) -> None:
    """The numbered sources in two columns, as large as there is room; the last ones are counted
    where there is none.
    """
    top = _heading(sheet, text("factsheet.sources"), box.left, box.top, box.width)
    wide = (box.width - _GAP) / 2
    for size in _SOURCES:
        columns = _split([wrap(line, size, wide) for line in lines])
        if all(_blocks_high(column, size) <= box.bottom - top for column in columns):
            break
    else:
        kept = len(lines)
        while any(_blocks_high(column, size) > box.bottom - top for column in columns):
            kept -= 1
            shown = [*lines[:kept], text("factsheet.more", count=len(lines) - kept)]
            columns = _split([wrap(line, size, wide) for line in shown])
    for index, column in enumerate(columns):
        y = top
        for block in column:
            for line in block:
                sheet.text(box.left + index * (wide + _GAP), y + ascent(size), line, size)
                y += LEADING * size
            y += _BETWEEN


def _split(blocks: Sequence[list[str]]) -> tuple[list[list[str]], list[list[str]]]:
    """The blocks over two columns, broken where they are most alike."""
    # The first column is the longer one where both breaks are as good.
    best = min(
        range(len(blocks), -1, -1),
        key=lambda at: abs(sum(map(len, blocks[:at])) - sum(map(len, blocks[at:]))),
    )
    return list(blocks[:best]), list(blocks[best:])


def _blocks_high(blocks: Sequence[list[str]], size: float) -> float:
    return sum(LEADING * size * len(block) + _BETWEEN for block in blocks)
