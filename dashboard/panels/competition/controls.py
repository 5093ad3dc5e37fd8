"""The controls of the competition view: branch, site and the what-if."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

import streamlit as st

from dashboard.analysis.competition import query
from dashboard.analysis.competition.outcome import nearest_name
from dashboard.analysis.competition.query import FLOWS, SITES, TOWNS
from dashboard.analysis.competition.region import Region, Site
from dashboard.maps.scene import Selected
from dashboard.panels import controls
from dashboard.panels.competition import presets
from dashboard.selection import scenario as grammar
from dashboard.selection.context import Context
from dashboard.selection.permalink import FLOW_MAPS, Selection
from dashboard.selection.scenario import BRANCHES, Added, Scenario
from dashboard.sentences.competition import floor_area
from dashboard.session import visitor
from dashboard.session.visitor import Binding
from dashboard.style import theme

_WHAT_IF = "wat_"
_GROUP, _AREA, _PICK, _TOWN = (
    f"{_WHAT_IF}{name}" for name in ("nieuw_groep", "nieuw_m2", "prik", "nieuw_plaats")
)
_FIRST_GROUP, _FIRST_M2, _NEW_M2 = "large_scale", 10_000, range(1_000, 61_000, 1_000)
_STEP_M2 = 500
# Smaller towns are picked on the map: the whole list would be sent with every move of a slider.
_SMALLEST_TOWN = 10_000
_Value = TypeVar("_Value")
# For a field whose name is a variable.
_replace: Callable[..., Scenario] = replace


def row(context: Context, region: Region) -> Context:
    """Draw the choice of branch and site and ready scenarios, and return the context they leave."""
    text, selection = context.text, context.selection
    names = {site.site_id: site.names[text.lang] for site in region.named}

    def put(current: Selection, site: str) -> Selection:
        return replace(current, chosen=_chosen(site, query.build_query(current, region).town))

    held = Binding(lambda current: query.build_query(current, region).site, put)
    # A row and not columns: each column is its own message with every change.
    with st.container(key="question", horizontal=True):
        branches = {key: text(f"branch.{key}") for key in BRANCHES}
        controls.choice(
            "branche", text("competition.branch"), branches, controls.binding("branch"), selection
        )
        controls.choice("locatie", text("competition.site"), names, held, selection)
        presets.draw(context, region)
    known = query.build_query(selection, region)
    chosen = _chosen(known.site, known.town)
    return replace(context, selection=replace(selection, chosen=chosen))


def _chosen(site: str, town: str | None) -> str:
    return f"{SITES}:{site}" if town is None else f"{FLOWS}:{site}/{town}"


def clicked(choice: Selected | None, region: Region) -> None:
    """Remember a site, town or flow that was clicked on the map; called before the next run."""
    site = query.build_query(visitor.current(), region).site
    if choice is None:
        visitor.choose(_chosen(site, None))
    elif choice.layer == SITES and any(known.site_id == choice.id for known in region.named):
        visitor.choose(str(choice))
    elif choice.layer == TOWNS and choice.id in region.towns:
        visitor.choose(_chosen(site, choice.id))
    elif choice.layer == FLOWS and choice.id.partition("/")[2] in region.towns:
        visitor.choose(_chosen(site, choice.id.partition("/")[2]))


def panel(context: Context, scenario: Scenario, region: Region) -> None:
    """Draw the controls of the what-if; `scenario` is that of the selection."""
    text, selection = context.text, context.selection
    site = query.build_query(selection, region).site
    chosen = next(known for known in region.named if known.site_id == site)
    name = chosen.names[text.lang]
    # The edge too: what it takes is the question, whatever centre one looks from.
    edge = region.sites[region.place_of(region.survey.edge)]
    moved = (chosen,) if chosen == edge else (chosen, edge)
    for known in moved:
        _floor(context, known, known.site_id in scenario.closed)
    for known in moved:
        if known == chosen or known.site_id in scenario.closed:
            _closing(context, known)
    if site in region.assumed:
        _own_floor_area(context, site, name, region)
    # Drawn on demand: every control is sent again with each move of a slider.
    if _shown("toon_nieuw", bool(scenario.added), text("competition.new"), selection):
        _new(context, scenario, region)
    if _shown("toon_reis", scenario.moves_travel, text("competition.travel_panel"), selection):
        _travel(context)
    controls.line(
        f"{_WHAT_IF}naam",
        text("competition.name"),
        _NAME,
        selection,
        longest=40,
        empty=text("competition.name_empty"),
    )
    st.button(
        text("competition.reset"), on_click=_reset, disabled=scenario == Scenario(), width="stretch"
    )


def _of_scenario(
    get: Callable[[Scenario], _Value], put: Callable[[Scenario, _Value], Scenario]
) -> Binding[_Value]:
    """Binding to a part of the scenario in a selection."""

    def written(selection: Selection, value: _Value) -> Selection:
        return replace(selection, scenario=grammar.write(put(_scenario(selection), value)))

    return Binding(lambda selection: get(_scenario(selection)), written)


def _scenario(selection: Selection) -> Scenario:
    return grammar.parse(selection.scenario) or Scenario()


_NAME: Binding[str] = _of_scenario(
    lambda scenario: "" if scenario.name == grammar.UNNAMED else scenario.name.replace("-", " "),
    lambda scenario, typed: replace(scenario, name=grammar.named(typed)),
)


def _part(name: str) -> Binding[_Value]:
    """Binding to the field `name` of a scenario."""
    return _of_scenario(
        lambda scenario: getattr(scenario, name),
        lambda scenario, value: _replace(scenario, **{name: value}),
    )


def _shown(name: str, used: bool, label: str, selection: Selection) -> bool:
    """Draw a switch for more controls, on from the start when `used`; returns its state."""
    held = visitor.entry(f"{_WHAT_IF}{name}", used)
    controls.switch(f"{_WHAT_IF}{name}", label, held, selection)
    return held.get(selection)


def _with(
    pairs: tuple[tuple[str, int], ...], site: str, value: int | None
) -> tuple[tuple[str, int], ...]:
    """The pairs with `value` for a site, or without that site."""
    values = dict(pairs) | ({} if value is None else {site: value})
    return tuple(sorted((key, values[key]) for key in values if value is not None or key != site))


def _closing(context: Context, chosen: Site) -> None:
    """Draw the switch that leaves a site out."""
    text, site = context.text, chosen.site_id

    def close(scenario: Scenario, shut: bool) -> Scenario:
        return replace(
            scenario,
            closed=tuple(sorted({*scenario.closed} - {site} | ({site} if shut else set()))),
        )

    shut = _of_scenario(lambda scenario: site in scenario.closed, close)
    kind = "close_centre" if chosen.role == "centre" else "close"
    label = text(f"competition.{kind}", place=chosen.names[text.lang])
    controls.switch(f"{_WHAT_IF}dicht_{site}", label, shut, context.selection)


def _floor(context: Context, chosen: Site, closed: bool) -> None:
    """Draw the slider for the floor area of a site."""
    text, site = context.text, chosen.site_id
    kind = "floor_centre" if chosen.role == "centre" else "floor"
    percent = _of_scenario(
        lambda scenario: dict(scenario.floor).get(site, 100),
        lambda scenario, value: replace(
            scenario, floor=_with(scenario.floor, site, None if value == 100 else value)
        ),
    )
    controls.slider(
        f"{_WHAT_IF}vloer_{site}",
        text(f"competition.{kind}", place=chosen.names[text.lang]),
        grammar.FLOOR_PERCENT,
        percent,
        context.selection,
        step=5,
        written="%d\N{NO-BREAK SPACE}%%",
        disabled=closed,
    )


def _own_floor_area(context: Context, site: str, name: str, region: Region) -> None:
    """Draw the controls for a reader's own floor area in place of an assumed one."""
    text, selection = context.text, context.selection
    low, high, _ = floor_area(region, site)
    middle = int(round((low + high) / 2, -3))

    def put(scenario: Scenario, area: int | None) -> Scenario:
        return replace(scenario, user_floor_areas=_with(scenario.user_floor_areas, site, area))

    uses_own = _of_scenario(
        lambda scenario: site in dict(scenario.user_floor_areas),
        lambda now, on: put(now, middle if on else None),
    )
    controls.switch(
        f"{_WHAT_IF}eigen_{site}",
        text("competition.own", place=name),
        uses_own,
        selection,
        help_text=text("competition.own_help"),
    )
    if uses_own.get(selection):
        area = _of_scenario(lambda scenario: dict(scenario.user_floor_areas).get(site, middle), put)
        controls.number(
            f"{_WHAT_IF}eigen_m2_{site}",
            text("competition.own_area"),
            grammar.FLOOR_M2,
            area,
            selection,
            step=_STEP_M2,
        )


def _new(context: Context, scenario: Scenario, region: Region) -> None:
    text, selection = context.text, context.selection
    full = len(scenario.added) >= grammar.MOST_ADDED
    groups = {group: text(f"group.{group}") for group in grammar.GROUPS}
    controls.choice(
        _GROUP,
        text("competition.new_group"),
        groups,
        visitor.entry(_GROUP, _FIRST_GROUP),
        selection,
    )
    areas = {area: f"{theme.number(area, text.lang)} m²" for area in _NEW_M2}
    controls.steps(
        _AREA,
        text("competition.new_area"),
        areas,
        visitor.entry(_AREA, _FIRST_M2),
        selection,
    )
    controls.switch(
        _PICK, text("competition.new_pick"), visitor.entry(_PICK, False), selection, disabled=full
    )
    known = zip(region.town_names, region.towns, region.population, strict=True)
    names = {town: name for name, town, residents in sorted(known) if residents >= _SMALLEST_TOWN}
    empty = text("competition.new_town_empty")
    controls.maybe(
        _TOWN, text("competition.new_town"), names, visitor.entry(_TOWN, None), selection, empty
    )
    st.button(text("competition.new_add"), on_click=_add_in_town, args=(region,), disabled=full)
    for index, added in enumerate(scenario.added):
        place = nearest_name(region, added.degrees)
        controls.number(
            f"{_WHAT_IF}weg_m2_{index}",
            text("competition.new_size", place=place),
            grammar.FLOOR_M2,
            _size(added),
            selection,
            step=_STEP_M2,
        )
        st.button(
            text(
                "competition.new_remove",
                place=place,
                area=theme.number(added.floor_area_m2, text.lang),
            ),
            key=f"{visitor.WIDGET}{_WHAT_IF}weg_{index}",
            on_click=_remove,
            args=(added,),
        )


def _size(added: Added) -> Binding[int]:
    """Binding to the floor area of an added site."""

    def is_same(new: Added) -> bool:
        return replace(new, floor_area_m2=added.floor_area_m2) == added

    def get(scenario: Scenario) -> int:
        areas = (new.floor_area_m2 for new in scenario.added if is_same(new))
        return next(areas, added.floor_area_m2)

    def put(scenario: Scenario, area: int) -> Scenario:
        sites = {
            replace(new, floor_area_m2=area) if is_same(new) else new for new in scenario.added
        }
        return replace(scenario, added=tuple(sorted(sites)))

    return _of_scenario(get, put)


def _travel(context: Context) -> None:
    text, selection = context.text, context.selection
    controls.slider(
        f"{_WHAT_IF}reis",
        text("competition.travel_time"),
        grammar.TRAVEL_PERCENT,
        _part("travel"),
        selection,
        step=5,
        written="%d\N{NO-BREAK SPACE}%%",
    )
    controls.slider(
        f"{_WHAT_IF}grens",
        text("competition.border"),
        grammar.BORDER_MINUTES,
        _part("border"),
        selection,
    )
    for index, group in enumerate(grammar.GROUPS):
        controls.slider(
            f"{_WHAT_IF}verval_{group}",
            text("competition.rate", group=text(f"group.{group}")),
            grammar.RATE_PERCENT,
            _rate(index),
            selection,
            step=5,
            written="%d\N{NO-BREAK SPACE}%%",
        )


def _rate(index: int) -> Binding[int]:
    """Binding to the distance decay of spending in one branch group."""

    def put(scenario: Scenario, rate: int) -> Scenario:
        first, second, third = (
            rate if at == index else now for at, now in enumerate(scenario.rates)
        )
        return replace(scenario, rates=(first, second, third))

    return _of_scenario(lambda scenario: scenario.rates[index], put)


def map_switch(context: Context, scenario: Scenario) -> None:
    """Draw the choice of what the map shows of a scenario; nothing without one."""
    if not scenario.changes:
        return
    text = context.text
    controls.tabs(
        "kaartbeeld",
        text("competition.map_shows"),
        {shown: text(f"competition.map_{shown}") for shown in FLOW_MAPS},
        controls.binding("flow_map"),
        context.selection,
        translated=True,
    )


def picking(region: Region) -> Callable[[float, float], None] | None:
    """What to do with a click on the map while the reader picks a spot, else None."""
    return partial(_add_at, region) if visitor.entered(_PICK, False) else None


def _add_at(region: Region, lon: float, lat: float) -> None:
    """Add a site where the reader clicked; outside the box of the towns nothing happens."""
    steps = round(lon * 10_000), round(lat * 10_000)
    if region.holds(steps[0] / 10_000, steps[1] / 10_000):
        _add(*steps)
        visitor.enter(_PICK, False)


def _add_in_town(region: Region) -> None:
    town = visitor.entered(_TOWN, "")
    if town in region.towns:
        lon, lat = region.degrees[region.towns.index(town)]
        _add(round(float(lon) * 10_000), round(float(lat) * 10_000))


def _add(lon: int, lat: int) -> None:
    now = visitor.current()
    scenario = _scenario(now)
    added = {
        *scenario.added,
        Added(lon, lat, visitor.entered(_AREA, _FIRST_M2), visitor.entered(_GROUP, _FIRST_GROUP)),
    }
    if len(added) <= grammar.MOST_ADDED:
        visitor.change(
            replace(now, scenario=grammar.write(replace(scenario, added=tuple(sorted(added)))))
        )


def _remove(added: Added) -> None:
    now = visitor.current()
    scenario = _scenario(now)
    left = replace(scenario, added=tuple(new for new in scenario.added if new != added))
    visitor.change(replace(now, scenario=grammar.write(left)))


def _reset() -> None:
    visitor.leave(_WHAT_IF)
    visitor.restart(replace(visitor.current(), scenario=grammar.NONE))
