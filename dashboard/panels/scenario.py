"""The controls of the competition view: branch and site, and the what-if one can move."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from dashboard import theme, visit
from dashboard.competition import scenario as grammar
from dashboard.competition.outcome import nearest_name
from dashboard.competition.question import asked
from dashboard.competition.region import Region
from dashboard.competition.scenario import BRANCHES, Added, Scenario
from dashboard.maps.flows import FLOWS, SITES, TOWNS, floor_area
from dashboard.maps.scene import Selected
from dashboard.state import Selection
from dashboard.text import Texts

_SITE, _WHAT_IF = "locatie", "wat_"
_STEP_M2 = 500
# Elsewhere a click on the map does; the whole list would travel with every move of a slider.
_SMALLEST_TOWN = 10_000


def row(selection: Selection, region: Region, text: Texts) -> Selection:
    """Branch and site on the screen; the selection they leave."""
    known = asked(selection, region)
    left, middle, _ = st.columns([1.6, 1.6, 2.4])
    branch = left.selectbox(
        text("competition.branch"),
        BRANCHES,
        key=visit.seed("branche", selection.branch),
        format_func=lambda key: text(f"branch.{key}"),
    )
    names = {site.site_id: site.names[text.lang] for site in region.named}
    site = middle.selectbox(
        text("competition.site"),
        list(names),
        key=visit.seed(_SITE, known.site),
        format_func=names.__getitem__,
    )
    chosen = f"{SITES}:{site}" if known.town is None else f"{FLOWS}:{site}/{known.town}"
    return replace(selection, branch=branch, chosen=chosen)


def clicked(choice: Selected | None, region: Region) -> None:
    """Remember a site, a town or the flow between them as chosen on the map; called before the run that follows."""
    site = str(st.session_state[f"{visit.WIDGET}{_SITE}"])
    if choice is None:
        visit.choose(f"{SITES}:{site}")
    elif choice.layer == SITES and any(known.site_id == choice.id for known in region.named):
        visit.put(_SITE, choice.id)
        visit.choose(str(choice))
    elif choice.layer == TOWNS and choice.id in region.towns:
        visit.choose(f"{FLOWS}:{site}/{choice.id}")
    elif choice.layer == FLOWS and choice.id.partition("/")[2] in region.towns:
        visit.choose(f"{FLOWS}:{site}/{choice.id.partition('/')[2]}")


def panel(scenario: Scenario, site: str, region: Region, text: Texts) -> Scenario:
    """The what-if's controls, and the scenario they leave."""
    chosen = next(known for known in region.named if known.site_id == site)
    name = chosen.names[text.lang]
    typed = st.text_input(
        text("competition.name"),
        key=_seeded("naam", "" if scenario.name == grammar.UNNAMED else scenario.name.replace("-", " ")),
        placeholder=text("competition.name_empty"),
        max_chars=40,
    )
    scenario = replace(scenario, name=grammar.named(typed or ""))
    scenario = _floor(scenario, site, name, chosen.role == "centre", text)
    scenario = _own(scenario, site, name, region, text)
    # Drawn only when asked for: every control travels again with each move of a slider.
    if st.toggle(text("competition.new"), key=_seeded("toon_nieuw", bool(scenario.added))):
        _new(scenario, region, text)
    if st.toggle(text("competition.travel_panel"), key=_seeded("toon_reis", scenario.moves_travel)):
        scenario = _travel(scenario, text)
    st.button(text("competition.reset"), on_click=_reset, disabled=scenario == Scenario(), width="stretch")
    return scenario


def _floor(scenario: Scenario, site: str, name: str, centre: bool, text: Texts) -> Scenario:
    closed = st.toggle(
        (
            text("competition.close_centre", place=name)
            if centre
            else text("competition.close", place=name)
        ),
        key=_seeded(f"dicht_{site}", site in scenario.closed),
    )
    low, high = grammar.FLOOR_PERCENT
    percent = st.slider(
        (
            text("competition.floor_centre", place=name)
            if centre
            else text("competition.floor", place=name)
        ),
        low,
        high,
        key=_seeded(f"vloer_{site}", dict(scenario.floor).get(site, 100)),
        step=5,
        format="%d%%",
        disabled=closed,
    )
    floor = dict(scenario.floor) | {site: percent}
    if percent == 100:
        del floor[site]
    shut = {*scenario.closed, site} if closed else {*scenario.closed} - {site}
    return replace(scenario, floor=tuple(sorted(floor.items())), closed=tuple(sorted(shut)))


def _own(scenario: Scenario, site: str, name: str, region: Region, text: Texts) -> Scenario:
    """A reader's own floor area in place of an assumed one."""
    own = dict(scenario.own)
    if site not in region.assumed:
        return scenario
    asked = st.toggle(
        text("competition.own", place=name), key=_seeded(f"eigen_{site}", site in own), help=text("competition.own_help")
    )
    if not asked:
        own.pop(site, None)
        return replace(scenario, own=tuple(sorted(own.items())))
    low, high, _ = floor_area(region, site)
    own[site] = int(
        st.number_input(
            text("competition.own_area"),
            *grammar.FLOOR_M2,
            key=_seeded(f"eigen_m2_{site}", own.get(site, int(round((low + high) / 2, -3)))),
            step=_STEP_M2,
        )
    )
    return replace(scenario, own=tuple(sorted(own.items())))


def _new(scenario: Scenario, region: Region, text: Texts) -> None:
    full = len(scenario.added) >= grammar.MOST_ADDED
    st.selectbox(
        text("competition.new_group"),
        grammar.GROUPS,
        key=_seeded("nieuw_groep", "large_scale"),
        format_func=lambda key: text(f"group.{key}"),
    )
    st.slider(text("competition.new_area"), 1_000, 60_000, key=_seeded("nieuw_m2", 10_000), step=1_000, format="%d m²")
    st.toggle(text("competition.new_pick"), key=_seeded("prik", False), disabled=full)
    known = zip(region.town_names, region.towns, region.population, strict=True)
    names = {town: name for name, town, residents in sorted(known) if residents >= _SMALLEST_TOWN}
    st.selectbox(
        text("competition.new_town"),
        list(names),
        index=None,
        key=_seeded("nieuw_plaats", None),
        format_func=lambda town: names.get(town, town),
        placeholder=text("competition.new_town_empty"),
    )
    st.button(text("competition.new_add"), on_click=_add_in_town, args=(region,), disabled=full)
    for index, added in enumerate(scenario.added):
        place = nearest_name(region, added.degrees)
        st.button(
            text("competition.new_remove", place=place, area=theme.number(added.floor_area_m2, text.lang)),
            key=f"{visit.WIDGET}{_WHAT_IF}weg_{index}",
            on_click=_remove,
            args=(added,),
        )


def _travel(scenario: Scenario, text: Texts) -> Scenario:
    travel = st.slider(
        text("competition.travel_time"), *grammar.TRAVEL_PERCENT, key=_seeded("reis", scenario.travel), step=5, format="%d%%"
    )
    border = st.slider(
        text("competition.border"), *grammar.BORDER_MINUTES, key=_seeded("grens", scenario.border), step=1
    )
    rates = [
        st.slider(
            text("competition.rate", group=text(f"group.{group}")),
            *grammar.RATE_PERCENT,
            key=_seeded(f"verval_{group}", rate),
            step=5,
            format="%d%%",
        )
        for group, rate in zip(grammar.GROUPS, scenario.rates, strict=True)
    ]
    return replace(scenario, travel=travel, border=border, rates=(rates[0], rates[1], rates[2]))


def picking(region: Region) -> Callable[[float, float], None] | None:
    """What to do with a click on the map while a spot is asked for; None when none is."""
    return partial(_add_at, region) if st.session_state.get(f"{visit.WIDGET}{_WHAT_IF}prik") else None


def _add_at(region: Region, lon: float, lat: float) -> None:
    """Add a site where the reader clicked; outside the box of the towns nothing happens."""
    steps = round(lon * 10_000), round(lat * 10_000)
    if region.holds(steps[0] / 10_000, steps[1] / 10_000):
        _add(*steps)
        visit.put(f"{_WHAT_IF}prik", False)


def _add_in_town(region: Region) -> None:
    town = st.session_state.get(f"{visit.WIDGET}{_WHAT_IF}nieuw_plaats")
    if town in region.towns:
        lon, lat = _degrees(region, region.towns.index(town))
        _add(lon, lat)


def _add(lon: int, lat: int) -> None:
    scenario = grammar.parse(visit.scenario()) or Scenario()
    area = int(st.session_state[f"{visit.WIDGET}{_WHAT_IF}nieuw_m2"])
    group = str(st.session_state[f"{visit.WIDGET}{_WHAT_IF}nieuw_groep"])
    added = {*scenario.added, Added(lon, lat, area, group)}
    if len(added) <= grammar.MOST_ADDED:
        visit.imagine(grammar.write(replace(scenario, added=tuple(sorted(added)))))


def _remove(added: Added) -> None:
    scenario = grammar.parse(visit.scenario()) or Scenario()
    visit.imagine(grammar.write(replace(scenario, added=tuple(new for new in scenario.added if new != added))))


def _reset() -> None:
    visit.imagine(grammar.NONE)
    visit.forget(_WHAT_IF)


def _seeded(name: str, value: object) -> str:
    return visit.seed(f"{_WHAT_IF}{name}", value)


def _degrees(region: Region, town: int) -> tuple[int, int]:
    lon, lat = region.degrees[town]
    return round(float(lon) * 10_000), round(float(lat) * 10_000)
