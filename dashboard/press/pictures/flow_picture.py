"""The picture of spending flows: today, or today and a scenario on one scale."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil

from dashboard.analysis.competition import leakage, query
from dashboard.analysis.competition import outcome as modelled
from dashboard.analysis.competition.calibration import Model
from dashboard.analysis.competition.region import Region
from dashboard.i18n.text import Texts
from dashboard.maps import flow_map
from dashboard.maps.scene import Background, LayerContent, Scene, all_visible
from dashboard.press import attribution, caption
from dashboard.press.caption import Story
from dashboard.press.drawing import layout as drawing_layout
from dashboard.press.drawing import legend, map_drawing, marks
from dashboard.press.drawing.canvas import LEADING, Canvas, ascent, wrap
from dashboard.press.drawing.label_placement import PageBox
from dashboard.press.errors import UnknownSubjectError
from dashboard.press.pictures import range_chart
from dashboard.press.request import PictureRequest
from dashboard.selection.context import Context
from dashboard.selection.permalink import CHANGE, TODAY
from dashboard.selection.scenario import Scenario
from dashboard.sentences import competition, competition_notes
from dashboard.style import theme

_TITLE = 15.0
_NOTE = 12.5
_BETWEEN = 14.0
_MAP_PART = 0.47
_MAP_HIGH = 0.57
_MOST_TOWNS, _MOST_SITES = 10, 9
# Room of a class in the legend.
_LEAST_CLASS, _CLASS_HIGH = 112.0, 24.0


@dataclass(frozen=True, slots=True)
class _Panel:
    """One map: its title and its features; `moment` holds bands and sites of its outcome."""

    title: str
    visible: Mapping[str, Mapping[str, str]]
    moment: tuple[LayerContent, ...]


def draw(canvas: Canvas, context: Context, model: Model | None, request: PictureRequest) -> Story:
    """Draw the catchment of the chosen site, or before and after where the link holds a scenario.

    Raises UnknownSubjectError when the snapshot feeds no model.
    """
    text = context.text
    if model is None:
        raise UnknownSubjectError(text("competition.needs_tables"))
    region = model.region
    scene = flow_map.scene(model, context.facts, text)
    answer = query.answer(model, query.build_query(context.selection, region))
    site, scenario = answer.query.site, answer.query.scenario
    name = competition.site_name(site, region.sites, text)
    words = _story(context, request, model, scenario, answer.after or answer.today, site, name)
    shown = TODAY if answer.after is None else context.selection.flow_map
    seen = _panels(answer, shown, region, text)
    used = {
        style: 1
        for panel in seen
        for layer in _all_visible(panel).values()
        for style in layer.values()
    }
    entries = legend.entries(used, scene.texts, counted=False)
    layout = drawing_layout.plan(canvas, words, text, notes=True)
    drawing_layout.ink(canvas, words, layout, text)
    rest = layout.body
    if not canvas.size.small:
        maps, rest = _halves(layout.body, canvas)
        legend_key = "change_legend" if shown == CHANGE else "share_legend"
        title = text(f"press.{legend_key}", place=name)
        bottom = _draw_legend(canvas, entries, maps, title, text)
        plot = PageBox(maps.left, maps.top, maps.right, bottom)
        _draw_maps(canvas, seen, _without_labels(scene, site), plot)
    if answer.after is None:
        _draw_origins(canvas, answer.today, model, rest, name, text)
    else:
        _draw_sites(canvas, answer.after, model, answer, rest, text)
    return words


def _panels(answer: query.FlowAnswer, shown: str, region: Region, text: Texts) -> list[_Panel]:
    """The maps: what changes, today, or today and the scenario; as `shown` on the screen."""
    site, closed = answer.query.site, answer.query.scenario.closed
    new = flow_map.added(answer.known[len(region.sites) :], text)
    today = _Panel(
        text("competition.today"),
        _sites_named(flow_map.visible(region, answer.today, site), site),
        (flow_map.bands(answer.today),),
    )
    if answer.after is None or shown == TODAY:
        return [today]
    draw_map = flow_map.visible_changes if shown == CHANGE else flow_map.visible
    visible = _sites_named(draw_map(region, answer.after, site, closed), site)
    if shown == CHANGE:
        return [_Panel(text("competition.map_verschil"), visible, (new,))]
    # The scenario's name is in the headline: it may be longer than a map is wide.
    return [
        today,
        _Panel(text("competition.after"), visible, (flow_map.bands(answer.after), new)),
    ]


def _halves(body: PageBox, canvas: Canvas) -> tuple[PageBox, PageBox]:
    """Room for the maps, and for what they say in figures: beside or below one another."""
    if canvas.size.wide:
        middle = body.left + _MAP_PART * body.width
        return PageBox(body.left, body.top, middle - drawing_layout.GAP / 2, body.bottom), PageBox(
            middle + drawing_layout.GAP / 2, body.top, body.right, body.bottom
        )
    middle = body.top + _MAP_HIGH * body.height
    return PageBox(body.left, body.top, body.right, middle - 8.0), PageBox(
        body.left, middle + 8.0, body.right, body.bottom
    )


def _draw_legend(
    canvas: Canvas, entries: tuple[legend.LegendEntry, ...], maps: PageBox, title: str, text: Texts
) -> float:
    """Draw the legend at the foot of the maps, its shares or changes first; where it begins."""
    classes = dict.fromkeys(
        entry.style.label_key
        for entry in entries
        if entry.style.id.startswith(("share_", "band_", "change_"))
    )
    shares = [
        [entry.style for entry in entries if entry.style.label_key == key]
        for key in sorted(classes)
    ]
    rest = tuple(entry for entry in entries if entry.style.label_key not in classes)
    columns = 2 if maps.width < 620.0 else 4
    each = (maps.width - 20.0 * (columns - 1)) / columns
    lines = wrap(title, legend.SIZE, maps.width)
    in_row = max(1, min(len(shares), int(maps.width / _LEAST_CLASS)))
    below = _CLASS_HIGH * (ceil(len(shares) / in_row) - 1)
    words_high = LEADING * legend.SIZE * len(lines) + below
    high = legend.height(rest, each) / columns + 10.0 + words_high + 34.0
    y = maps.bottom - high + 8.0
    for line in lines:
        canvas.text(maps.left, y + ascent(legend.SIZE), line, legend.SIZE)
        y += LEADING * legend.SIZE
    for index, styles in enumerate(shares):
        below_first, place = divmod(index, in_row)
        x, middle = maps.left + place * maps.width / in_row, y + 12.0 + below_first * _CLASS_HIGH
        # A dot on the land of its class, as on the map.
        for style in sorted(styles, key=lambda style: style.shape != "area"):
            marks.draw(canvas, style, x + 9.0, middle, 0.85 if style.shape == "area" else 1.0)
        words = text(f"press.{styles[0].label_key.removeprefix('style.')}")
        canvas.text(x + 25.0, middle + 0.35 * legend.SIZE, words, legend.SIZE)
    legend.draw(
        canvas, rest, PageBox(maps.left, y + 28.0 + below, maps.right, maps.bottom), columns=columns
    )
    return maps.bottom - high


def _draw_maps(canvas: Canvas, seen: list[_Panel], scene: Scene, room: PageBox) -> None:
    """One map a panel, of one extent and one scale, side by side."""
    for index, panel in enumerate(seen):
        wide = (room.width - _BETWEEN * (len(seen) - 1)) / len(seen)
        left = room.left + index * (wide + _BETWEEN)
        box = PageBox(left, room.top, left + wide, room.bottom)
        if len(seen) > 1:
            canvas.text(
                box.left,
                box.top + ascent(_TITLE),
                panel.title,
                _TITLE,
                weight=700,
                colour=theme.HEADING,
            )
            box = PageBox(box.left, box.top + LEADING * _TITLE + 3.0, box.right, box.bottom)
        whole = replace(scene, layers=(*panel.moment, *scene.layers))
        map_drawing.draw(canvas, whole, _all_visible(panel), scene.home, box, names=False)


def _all_visible(panel: _Panel) -> dict[str, Mapping[str, str]]:
    return {**{layer.id: all_visible(layer) for layer in panel.moment}, **panel.visible}


def _sites_named(
    visible: Mapping[str, Mapping[str, str]], chosen: str
) -> dict[str, Mapping[str, str]]:
    """Without the sites at the edge that the picture is not about: they have no name on it."""
    sites = {
        site: style
        for site, style in visible[query.SITES].items()
        if site == chosen or style != "edge_retail"
    }
    return {**visible, query.SITES: sites}


def _draw_origins(
    canvas: Canvas, now: modelled.Outcome, model: Model, room: PageBox, name: str, text: Texts
) -> None:
    """The towns that bring the site most, with what part of their spending goes there."""
    rows = range_chart.origins(now.towns[:_MOST_TOWNS], model.region, text)
    heading = text("press.origins", place=name)
    _draw_figures(
        canvas,
        rows,
        (text("press.share_title"),),
        heading,
        (competition.error(model, text),),
        room,
        text,
    )


def _draw_sites(
    canvas: Canvas,
    then: modelled.Outcome,
    model: Model,
    answer: query.FlowAnswer,
    room: PageBox,
    text: Texts,
) -> None:
    """Every site before and after, with the difference; the chosen one first."""
    region, site, scenario = model.region, answer.query.site, answer.query.scenario
    order = sorted(
        then.sites,
        key=lambda row: (
            row.site_id == modelled.OTHERS,
            row.site_id != site,
            -row.after.middle,
            row.site_id,
        ),
    )
    shown = [*order[: _MOST_SITES - 1], order[-1]] if len(order) > _MOST_SITES else order
    rows = [
        range_chart.RangeRow(
            competition.site_name(row.site_id, answer.known, text)
            + ("*" if row.site_id in region.free else ""),
            row.before,
            row.after,
            (
                competition.span(row.before, text),
                competition.span(row.after, text),
                competition.change(row.change, text),
            ),
            strong=row.site_id == site,
            drawn=row.site_id != modelled.OTHERS,
        )
        for row in shown
    ]
    titles = (text("competition.today"), text("competition.after"), text("competition.change"))
    differences = " ".join(
        competition.differences(scenario, region, answer.known[len(region.sites) :], text)
    )
    left = competition.leakage_change(leakage.of_cities(region, then.allocation), region, text)
    notes = (differences, left, competition.error(model, text), text("press.not_calibrated"))
    _draw_figures(
        canvas,
        rows,
        titles,
        text("press.market", region=region.survey.sentence("region", text)),
        notes,
        room,
        text,
    )


def _draw_figures(
    canvas: Canvas,
    rows: list[range_chart.RangeRow],
    titles: tuple[str, ...],
    heading: str,
    notes: tuple[str, ...],
    room: PageBox,
    text: Texts,
) -> None:
    """Draw a heading, the bars and notes below; the last rows are left out where room is short."""
    y = room.top
    for line in wrap(heading, _TITLE, room.width, 700):
        canvas.text(room.left, y + ascent(_TITLE), line, _TITLE, weight=700, colour=theme.HEADING)
        y += LEADING * _TITLE
    below = sum(LEADING * _NOTE * len(wrap(note, _NOTE, room.width)) + 4.0 for note in notes) + 8.0
    while len(rows) > 2 and range_chart.height(rows) > room.bottom - y - below:
        rows = [*rows[:-2], rows[-1]] if rows[-1].name == text("competition.others") else rows[:-1]
    y = (
        range_chart.draw(
            canvas, rows, titles, PageBox(room.left, y, room.right, room.bottom - below), text.lang
        )
        + 8.0
    )
    for note in notes:
        y = canvas.paragraph(room.left, y, note, _NOTE, room.width, colour=theme.INK) + 4.0


def _story(
    context: Context,
    request: PictureRequest,
    model: Model,
    scenario: Scenario,
    result: modelled.Outcome,
    site: str,
    name: str,
) -> Story:
    facts, text, selection = context.facts, context.text, context.selection
    goods = text(f"goods.{selection.branch}")
    lead = competition.lead(result, site, name, selection.branch, scenario, model.region, text)
    title = competition.scenario_title(scenario, model.region, text)
    sources = competition_notes.source_ids(model.region, facts)
    if not scenario.changes:
        headline = text("press.head_flows", place=name)
    elif title is None:
        headline = text("press.head_scenario_unnamed", place=name)
    else:
        headline = text("press.head_scenario", name=title, place=name)
    small = request.size.small
    caution = competition.caution(model, result, site, name, scenario, text)
    in_change = scenario.changes and selection.flow_map == CHANGE
    left_out = text("press.note_changes" if in_change else "press.note_flows", place=name)
    described = text(
        "press.alt_flow_changes" if in_change else "press.alt_flows", place=name, goods=goods
    )
    map_notes = left_out, competition.edge_lies(model.region, text)
    draft = caption.Draft(
        view="concurrentie",
        headline=headline,
        standfirst=lead,
        notes=(caution,) if small else (caution, *map_notes),
        verdict=text("press.verdict_model"),
        references=[(source_id, "") for source_id in sources],
        alt=lead if small else f"{described} {lead}",
        modelled=True,
        credit="" if small else attribution.background(facts, text),
    )
    return caption.finish(context, request, draft)


def _without_labels(scene: Scene, site: str) -> Scene:
    """The scene with names for centres and the chosen site only: others hide the dots."""

    def is_named(style: str, key: str) -> bool:
        return style == "site_centre" or key == site

    layers = tuple(
        replace(
            layer,
            features=tuple(
                feature if is_named(feature.style, feature.id) else replace(feature, label=None)
                for feature in layer.features
            ),
        )
        for layer in scene.layers
    )
    # Railways among the flows would be read as flows.
    shapes = tuple((kind, shape) for kind, shape in scene.background.shapes if kind != "rail")
    return replace(scene, layers=layers, background=Background(shapes, (), ()))
