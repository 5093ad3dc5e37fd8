"""The factsheet of a city: two pages on A4 from the same pieces as the pictures."""

from dataclasses import replace

from dashboard.analysis.competition import leakage
from dashboard.analysis.competition import outcome as modelled
from dashboard.analysis.competition.calibration import Model
from dashboard.i18n.text import Texts
from dashboard.maps import region_content
from dashboard.maps.layers import edge_retail, initiatives, streets
from dashboard.maps.scene import Scene
from dashboard.press import attribution, caption
from dashboard.press.caption import Story
from dashboard.press.drawing import layout as drawing_layout
from dashboard.press.drawing.canvas import Canvas
from dashboard.press.drawing.label_placement import PageBox
from dashboard.press.errors import UnknownSubjectError
from dashboard.press.pictures import factsheet_blocks as blocks
from dashboard.press.pictures import factsheet_content as contents
from dashboard.press.pictures import map_picture, range_chart
from dashboard.press.pictures.factsheet_content import FactsheetContent
from dashboard.press.request import PictureRequest
from dashboard.press.sizes import SIZES
from dashboard.selection.context import Context
from dashboard.selection.scenario import BRANCHES, Scenario
from dashboard.sentences import competition, competition_notes

_LAYERS = (initiatives.ID, edge_retail.ID, streets.ID)
_AROUND_CHART = 110.0


def draw(
    context: Context, model: Model | None, scene: Scene, request: PictureRequest
) -> tuple[list[Canvas], list[Story]]:
    """The two pages of the request's city, and the words of each.

    Raises UnknownSubjectError when no city is chosen, RoomError when its words do not fit.
    """
    if context.selection.whole_region:
        raise UnknownSubjectError(context.text("factsheet.needs_city"))
    place = context.facts.places[context.selection.place]
    request = replace(request, size=SIZES["a4-portrait"], headline=None, standfirst=None)
    content = contents.collect(context.facts, place, context.text)
    first, words, charted = _draw_first_page(context, scene, content, request)
    second, more = _draw_second_page(context, model, content, request, charted=charted)
    return [first, second], [words, more]


def _draw_first_page(
    context: Context, scene: Scene, content: FactsheetContent, request: PictureRequest
) -> tuple[Canvas, Story, bool]:
    """Figures, map and initiatives; True where the station's chart fits on this page too."""
    facts, text = context.facts, context.text
    canvas = Canvas(request.size)
    mapped = replace(context.selection, layers=_LAYERS, extent=None)
    context = replace(context, selection=mapped)
    visible = map_picture.drawable(facts, region_content.select_content(context).visible)
    named = "; ".join(f"{row.name}, {row.what}" for row in content.initiatives)
    draft = caption.Draft(
        view="profiel",
        headline=text("factsheet.title", place=content.name),
        standfirst=text("factsheet.intro", place=content.name),
        alt=text(
            "factsheet.alt_first",
            place=content.name,
            figures=contents.alt_text(content.entries),
            initiatives=named or text("press.unknown"),
        ),
        notes=(text("factsheet.numbers", page=1),),
        licences=content.licences,
        modelled=any(name.startswith("vacancy_") for name in visible.get(streets.ID, {}).values()),
        credit=attribution.background(facts, text),
    )
    words = caption.finish(context, request, draft)
    layout = drawing_layout.plan(canvas, words, text, notes=True)
    drawing_layout.ink(canvas, words, layout, text)
    body = layout.body
    y = blocks.draw_figures(canvas, content.entries, body)
    middle = body.left + 0.56 * body.width
    right = PageBox(middle + blocks.GAP / 2, y, body.right, body.bottom)
    low = blocks.draw_initiatives(canvas, facts, content, right, text) + 16.0
    charted = right.bottom - low > blocks.CHART_HEIGHT + _AROUND_CHART
    if charted:
        rest = PageBox(right.left, low, right.right, right.bottom)
        blocks.draw_travellers(canvas, content, rest, text)
    left = PageBox(body.left, y, middle - blocks.GAP / 2, body.bottom)
    title = f"{text('factsheet.map')} {content.map_sources}".strip()
    blocks.draw_map(canvas, context, scene, visible, left, title)
    return canvas, words, charted


def _draw_second_page(
    context: Context,
    model: Model | None,
    content: FactsheetContent,
    request: PictureRequest,
    *,
    charted: bool,
) -> tuple[Canvas, Story]:
    """Vacancy, where the money goes, sources, and passengers unless `charted` on the first page."""
    facts, text = context.facts, context.text
    canvas = Canvas(request.size)
    result = _model_outcome(model, content.place.place_id)
    rows = [] if result is None or model is None else _leakage_rows(result, model, content, text)
    draft = caption.Draft(
        view="profiel",
        headline=(
            text("factsheet.second_short", place=content.name)
            if charted
            else text("factsheet.second", place=content.name)
        ),
        standfirst="",
        alt=text(
            "factsheet.alt_second",
            place=content.name,
            figures="; ".join(map(" | ".join, content.vacancies)) or text("press.unknown"),
            flows="; ".join(f"{row.name} {row.cells[0]}" for row in rows) or text("press.unknown"),
        ),
        notes=(text("factsheet.numbers", page=2),),
        licences=content.licences,
        modelled=bool(rows),
        credit=attribution.background(facts, text),
    )
    words = caption.finish(context, request, draft)
    layout = drawing_layout.plan(canvas, words, text, notes=True)
    drawing_layout.ink(canvas, words, layout, text)
    body = layout.body
    y = blocks.draw_vacancies(canvas, content, body, text) + 14.0
    wide = (body.width - blocks.GAP) / 2
    left = PageBox(body.left, y, body.left + wide, body.bottom)
    right = PageBox(body.right - wide, y, body.right, body.bottom)
    if charted:
        low = max(
            blocks.draw_leakage(canvas, model, content, rows, left, text),
            blocks.draw_origins(canvas, model, content, result, right, text),
        )
    else:
        low = max(
            blocks.draw_travellers(canvas, content, left, text),
            blocks.draw_leakage(canvas, model, content, rows, right, text),
        )
    lines = [f"[{number}] {line}" for number, line in enumerate(content.sources, start=1)]
    if rows and model is not None:
        publishers = dict.fromkeys(
            facts.publisher(source_id, text.lang)
            for source_id in competition_notes.source_ids(model.region, facts)
        )
        lines.append(text("factsheet.model_sources", names="; ".join(publishers)))
    foot = replace(body, top=low + 14.0)
    blocks.draw_sources(canvas, lines, foot, text)
    return canvas, words


def _model_outcome(model: Model | None, place_id: str) -> modelled.Outcome | None:
    """Today in the model for one centre; None where the model does not know the centre."""
    if model is None or place_id not in {site.site_id for site in model.region.named}:
        return None
    return modelled.run(model, Scenario(), BRANCHES[0], place_id)


def _leakage_rows(
    result: modelled.Outcome, model: Model, content: FactsheetContent, text: Texts
) -> list[range_chart.RangeRow]:
    """Where the city's residents spend, as modelled ranges; empty where the model lacks them."""
    rows = leakage.of_cities(model.region, result.allocation)
    row = next((row for row in rows if row.place_id == content.place.place_id), None)
    if row is None:
        return []
    return [
        range_chart.RangeRow(
            competition.part_name(part, model.region, text),
            share.before,
            None,
            (competition.span(share.before, text),),
            strong=part == "own_centre",
        )
        for part, share in row.parts.items()
    ]
