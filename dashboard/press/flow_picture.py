"""The picture of where the money goes: one map of today, or today and a scenario side by side in one scale."""

from dataclasses import replace

from dashboard import theme
from dashboard.competition import basis, outcome as modelled, question, sentences
from dashboard.competition.calibration import Model
from dashboard.competition.scenario import Scenario
from dashboard.facts import Facts
from dashboard.maps import atlas, flows
from dashboard.maps.scene import Background, Scene
from dashboard.press import carto, legend, page, story
from dashboard.press.errors import UnknownSubjectError
from dashboard.press.labels import Box
from dashboard.press.request import Request
from dashboard.press.sheet import LEADING, Sheet, ascent, wrap
from dashboard.press.story import Story
from dashboard.text import Texts

_TITLE = 15.0
_RANGE = 13.0


def draw(sheet: Sheet, facts: Facts, model: Model | None, scene: Scene | None, request: Request, text: Texts) -> Story:
    """Draw the catchment of the chosen site, before and after the link's scenario where it holds one.

    Raises UnknownSubjectError when the snapshot feeds no model.
    """
    if model is None or scene is None:
        raise UnknownSubjectError(text("competition.needs_tables"))
    region, selection = model.region, request.selection
    found = question.answer(model, question.asked(selection, region))
    site, scenario, then = found.question.site, found.question.scenario, found.after
    name = sentences.site_name(site, region.sites, text)
    new = modelled.new_sites(region, scenario)
    words = _words(facts, request, model, scenario, then or found.today, site, name, text)
    panels = [(text("competition.today"), found.today)]
    if then is not None:
        panels.append((text("press.after", name=sentences.scenario_name(scenario, text)), then))
    visible = [flows.visible(region, state, site, scenario.closed if state is then else ()) for _, state in panels]
    used = {style: 1 for one in visible for layer in one.values() for style in layer.values()}
    entries = legend.entries(used, scene.texts, counted=False)
    layout = page.plan(sheet, words, text, notes=True)
    page.ink(sheet, words, layout, text)
    body = layout.body
    columns = 4 if sheet.size.wide else 2
    high = _legend_height(entries, body.width, columns)
    differs = " ".join(sentences.differences(scenario, region, new, text))
    lines = wrap(differs, _RANGE, body.width) if differs else []
    room = Box(body.left, body.top, body.right, body.bottom - high - LEADING * _RANGE * len(lines) - 14.0)
    for index, ((title, result), shown) in enumerate(zip(panels, visible, strict=True)):
        box = _panel(room, index, len(panels), sheet)
        row = sentences.row_of(result, site)
        written = "" if row is None else sentences.span(row.after, text)
        sheet.text(box.left, box.top + ascent(_TITLE), title, _TITLE, weight=700, colour=theme.HEADING)
        said = text("press.share_of", place=name, share=written) if written else ""
        sheet.text(box.right, box.top + ascent(_TITLE), said, _RANGE, weight=600, align="right")
        plot = Box(box.left, box.top + LEADING * _TITLE + 3.0, box.right, box.bottom)
        carto.draw(sheet, _plain(scene, site), shown, atlas.region_bounds(facts), plot, names=False)
    y = room.bottom + 8.0
    for line in lines:
        sheet.text(body.left, y + ascent(_RANGE), line, _RANGE)
        y += LEADING * _RANGE
    legend.draw(sheet, entries, Box(body.left, y + 4.0, body.right, body.bottom), columns=columns)
    return words


def _words(
    facts: Facts,
    request: Request,
    model: Model,
    scenario: Scenario,
    result: modelled.Outcome,
    site: str,
    name: str,
    text: Texts,
) -> Story:
    selection = request.selection
    goods = text(f"goods.{selection.branch}")
    lead = sentences.lead(result, site, name, selection.branch, scenario, text)
    records = [facts.source(source_id) for source_id in basis.source_ids(model.region, facts)]
    headline = (
        text("press.head_scenario", name=sentences.scenario_name(scenario, text), place=name)
        if scenario.changes
        else text("press.head_flows", place=name)
    )
    return story.finish(
        facts,
        request,
        text,
        view="concurrentie",
        headline=headline,
        standfirst=lead,
        notes=(
            sentences.caution(model, result, site, name, scenario, text),
            text("press.note_flows", place=name),
            sentences.error(model, text),
        ),
        verdict=text("press.verdict_model"),
        sources=list(dict.fromkeys(record.publisher for record in records)),
        licences=[record.licence for record in records],
        alt=f"{text('competition.spoken', place=name, goods=goods)} {lead}",
        modelled=True,
        credit=story.background(facts, text),
    )


def _panel(room: Box, index: int, count: int, sheet: Sheet) -> Box:
    if count == 1:
        return room
    if sheet.size.wide:
        wide = (room.width - page.GAP) / 2
        return Box(room.left + index * (wide + page.GAP), room.top, room.left + index * (wide + page.GAP) + wide, room.bottom)
    high = (room.height - 12.0) / 2
    return Box(room.left, room.top + index * (high + 12.0), room.right, room.top + index * (high + 12.0) + high)


def _legend_height(found: tuple[legend.Entry, ...], room: float, columns: int) -> float:
    each = (room - 20.0 * (columns - 1)) / columns
    return legend.height(found, each) / columns + 14.0


def _plain(scene: Scene, site: str) -> Scene:
    """The scene with names for centres and the chosen site only; towns are dots, and their names would hide them."""

    def kept(style: str, key: str) -> bool:
        return style == "site_centre" or key == site

    layers = tuple(
        replace(
            layer,
            features=tuple(
                feature if kept(feature.style, feature.id) else replace(feature, label=None) for feature in layer.features
            ),
        )
        for layer in scene.layers
    )
    return replace(scene, layers=layers, background=Background(scene.background.shapes, (), ()))
