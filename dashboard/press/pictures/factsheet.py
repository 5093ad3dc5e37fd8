"""The factsheet of a city: two pages on A4 from the same pieces as the pictures."""

from dataclasses import replace

from dashboard.analysis.competition import leakage
from dashboard.analysis.competition import outcome as modelled
from dashboard.analysis.competition.calibration import Model
from dashboard.facts.snapshot import Facts
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
    facts: Facts, model: Model | None, scene: Scene, request: PictureRequest, text: Texts
) -> tuple[list[Canvas], list[Story]]:
    """The two pages of the request's city, and the words of each.

    Raises UnknownSubjectError when no city is chosen, RoomError when its words do not fit.
    """
    if request.selection.whole_region:
        raise UnknownSubjectError(text("factsheet.needs_city"))
    place = facts.places[request.selection.place]
    request = replace(request, size=SIZES["a4-portrait"], headline=None, standfirst=None)
    content = contents.collect(facts, place, text)
    first, words, charted = _draw_first_page(facts, scene, content, request, text)
    second, more = _draw_second_page(facts, model, content, request, text, charted=charted)
    return [first, second], [words, more]


def _story(
    facts: Facts,
    content: FactsheetContent,
    request: PictureRequest,
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
            licences=content.licences,
            alt=alt,
            modelled=modelled,
            credit=attribution.background(facts, text),
        ),
    )


def _draw_first_page(
    facts: Facts, scene: Scene, content: FactsheetContent, request: PictureRequest, text: Texts
) -> tuple[Canvas, Story, bool]:
    """Figures, map and initiatives; True where the station's chart fits on this page too."""
    canvas = Canvas(request.size)
    request = replace(request, selection=replace(request.selection, layers=_LAYERS, extent=None))
    visible = map_picture.drawable(
        facts, region_content.select_content(facts, request.selection).visible
    )
    named = "; ".join(f"{row.name}, {row.what}" for row in content.initiatives)
    words = _story(
        facts,
        content,
        request,
        text,
        headline=text("factsheet.title", place=content.name),
        standfirst=text("factsheet.intro", place=content.name),
        alt=text(
            "factsheet.alt_first",
            place=content.name,
            figures=contents.alt_text(content.entries),
            initiatives=named or text("press.unknown"),
        ),
        number=1,
        modelled=any(name.startswith("vacancy_") for name in visible.get(streets.ID, {}).values()),
    )
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
    blocks.draw_map(canvas, facts, scene, visible, request, left, title)
    return canvas, words, charted


def _second_headline(place: str, text: Texts, *, charted: bool) -> str:
    if charted:
        return text("factsheet.second_short", place=place)
    return text("factsheet.second", place=place)


def _draw_second_page(
    facts: Facts,
    model: Model | None,
    content: FactsheetContent,
    request: PictureRequest,
    text: Texts,
    *,
    charted: bool,
) -> tuple[Canvas, Story]:
    """Vacancy, where the money goes, sources, and passengers unless `charted` on the first page."""
    canvas = Canvas(request.size)
    result = _model_outcome(model, content.place.place_id)
    rows = [] if result is None or model is None else _leakage_rows(result, model, content, text)
    figures = "; ".join(" | ".join(line) for line in content.vacancies)
    words = _story(
        facts,
        content,
        request,
        text,
        headline=_second_headline(content.name, text, charted=charted),
        standfirst="",
        alt=text(
            "factsheet.alt_second",
            place=content.name,
            figures=figures or text("press.unknown"),
            flows="; ".join(f"{row.name} {row.cells[0]}" for row in rows) or text("press.unknown"),
        ),
        number=2,
        modelled=bool(rows),
    )
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
    foot = PageBox(body.left, low + 14.0, body.right, body.bottom)
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
