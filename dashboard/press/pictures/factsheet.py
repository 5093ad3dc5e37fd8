"""The factsheet of a city on A4: what stands first, the figures behind it, and the sources."""

from dataclasses import replace
from typing import Literal

from dashboard.analysis.competition import leakage
from dashboard.analysis.competition import outcome as modelled
from dashboard.analysis.competition.calibration import Model
from dashboard.analysis.vitality import Vitality
from dashboard.i18n.text import Texts
from dashboard.maps import region_content
from dashboard.maps.layers import initiatives, streets
from dashboard.maps.scene import Scene
from dashboard.press import attribution, caption, map_extent
from dashboard.press.caption import Story
from dashboard.press.drawing import layout as drawing_layout
from dashboard.press.drawing.canvas import Canvas
from dashboard.press.drawing.label_placement import PageBox
from dashboard.press.errors import RoomError
from dashboard.press.pictures import centre_content, factsheet_summary, map_picture, range_chart
from dashboard.press.pictures import factsheet_blocks as blocks
from dashboard.press.pictures import factsheet_content as contents
from dashboard.press.pictures.factsheet_content import FactsheetContent
from dashboard.press.request import PictureRequest
from dashboard.press.sizes import SIZES
from dashboard.selection.context import Context
from dashboard.selection.scenario import BRANCHES, Scenario
from dashboard.sentences import competition, competition_notes

_LAYERS = (initiatives.ID, streets.ID)
_BETWEEN = 14.0
_MAP_PART = 0.55
_Page = tuple[Canvas, Story]
_Last = Literal["streets", "sources", "both"]


def draw(
    context: Context, model: Model | None, vital: Vitality, scene: Scene, request: PictureRequest
) -> tuple[list[Canvas], list[Story]]:
    """The pages of the request's city, and the words of each.

    The streets, where they are known, and sources without room on the second page make a third.
    Raises RoomError when its words do not fit.
    """
    place = context.facts.places[context.selection.place]
    request = replace(request, size=SIZES["a4-portrait"], headline=None, standfirst=None)
    content = contents.collect(context.facts, place, context.text, vital)
    lines = _source_lines(context, model, content)
    pages = [_draw_first_page(context, content, request)]
    second, body = _draw_second_page(context, model, content, request)
    pages.append(second)
    mapped = not map_extent.bare(context, scene)
    listed = blocks.sources_fit(lines, body)
    if listed:
        blocks.draw_sources(second[0], lines, body, context.text)
    if mapped or not listed:
        kind: _Last = "sources" if not mapped else "streets" if listed else "both"
        context = replace(
            context, selection=replace(context.selection, layers=_LAYERS, extent=None)
        )
        seen = region_content.select_content(context).visible if mapped else {}
        visible = map_picture.drawable(context.facts, seen)
        last, body = _begin_page(context, request, _last_draft(context, content, kind, visible))
        pages.append(last)
        if mapped:
            high = body.height if listed else _MAP_PART * body.height
            plot = replace(body, bottom=body.top + high)
            blocks.draw_map(last[0], context, scene, visible, plot)
            body = replace(body, top=plot.bottom + _BETWEEN)
        if not listed:
            blocks.draw_sources(last[0], lines, body, context.text)
    return [canvas for canvas, _ in pages], [words for _, words in pages]


def _begin_page(
    context: Context, request: PictureRequest, draft: caption.Draft
) -> tuple[_Page, PageBox]:
    """A page with its head and foot drawn, and the room between them."""
    canvas = Canvas(request.size)
    words = caption.finish(context, request, draft)
    layout = drawing_layout.plan(canvas, words, context.text, notes=True)
    drawing_layout.ink(canvas, words, layout, context.text)
    return (canvas, words), layout.body


def _draw_first_page(context: Context, content: FactsheetContent, request: PictureRequest) -> _Page:
    """The finding, four figures with past and peers, the edge, goals and the unknown."""
    text = context.text
    draft = caption.Draft(
        view="profiel",
        headline=content.centre.headline,
        standfirst=text("factsheet.intro", place=content.name),
        alt=text(
            "factsheet.alt_first",
            place=content.name,
            figures=centre_content.alt_text(content.centre),
        ),
        notes=(text("factsheet.numbers", page=1), text("factsheet.dots", place=content.name)),
        verdict=content.centre.verdict,
    )
    page, body = _begin_page(context, request, draft)
    low = factsheet_summary.draw(page[0], content.centre, body, text)
    if low > body.bottom:
        raise RoomError(f"factsheet: the first page needs {low - body.bottom:.0f} units more")
    return page


def _draw_second_page(
    context: Context, model: Model | None, content: FactsheetContent, request: PictureRequest
) -> tuple[_Page, PageBox]:
    """The other figures, vacancy, where the money goes and initiatives; the room below them."""
    facts, text = context.facts, context.text
    result = _model_outcome(model, content.place.place_id)
    rows = [] if result is None or model is None else _leakage_rows(result, model, content, text)
    named = "; ".join(f"{row.name}, {row.what}" for row in content.initiatives)
    draft = caption.Draft(
        view="profiel",
        headline=text("factsheet.second", place=content.name),
        standfirst="",
        alt=text(
            "factsheet.alt_second",
            place=content.name,
            figures="; ".join(map(" | ".join, content.vacancies)) or text("press.unknown"),
            flows="; ".join(f"{row.name} {row.cells[0]}" for row in rows) or text("press.unknown"),
            initiatives=named or text("press.unknown"),
        ),
        notes=(text("factsheet.numbers", page=2),),
        modelled=bool(rows),
    )
    page, body = _begin_page(context, request, draft)
    canvas = page[0]
    y = blocks.draw_figures(canvas, content.more, body)
    y = blocks.draw_vacancies(canvas, content, replace(body, top=y), text) + _BETWEEN
    wide = (body.width - blocks.GAP) / 2
    left = PageBox(body.left, y, body.left + wide, body.bottom)
    right = PageBox(body.right - wide, y, body.right, body.bottom)
    left = replace(left, top=blocks.draw_leakage(canvas, model, content, rows, left, text))
    right = replace(right, top=blocks.draw_initiatives(canvas, facts, content, right, text))
    shorter = min(left, right, key=lambda column: column.top)
    origins = replace(shorter, top=shorter.top + _BETWEEN)
    low = max(
        left.top,
        right.top,
        blocks.draw_origins(canvas, model, content, result, origins, text),
    )
    return page, replace(body, top=low + _BETWEEN)


def _last_draft(
    context: Context, content: FactsheetContent, kind: _Last, visible: attribution.Visible
) -> caption.Draft:
    facts, text = context.facts, context.text
    return caption.Draft(
        view="profiel",
        headline=text(f"factsheet.third_{kind}", place=content.name),
        standfirst="",
        alt=text(f"factsheet.alt_third_{kind}", place=content.name),
        notes=(text("factsheet.numbers", page=3),),
        references=attribution.of_map(facts, visible, (), text),
        modelled=any(name.startswith("vacancy_") for name in visible.get(streets.ID, {}).values()),
        credit="" if kind == "sources" else attribution.background(facts, text),
    )


def _source_lines(context: Context, model: Model | None, content: FactsheetContent) -> list[str]:
    """The numbered sources, and those of the model."""
    facts, text = context.facts, context.text
    lines = [f"[{number}] {line}" for number, line in enumerate(content.sources, start=1)]
    if model is not None and _model_outcome(model, content.place.place_id) is not None:
        publishers = dict.fromkeys(
            facts.publisher(source_id, text.lang)
            for source_id in competition_notes.source_ids(model.region, facts)
        )
        lines.append(text("factsheet.model_sources", names="; ".join(publishers)))
    return lines


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
