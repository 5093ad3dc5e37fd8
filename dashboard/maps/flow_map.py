"""The map of spending flows: catchment of one site, flows to it, bands of equal share."""

from collections.abc import Collection, Sequence

import geopandas as gpd
import numpy as np
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from dashboard.analysis.competition.calibration import Model
from dashboard.analysis.competition.outcome import Outcome
from dashboard.analysis.competition.query import BANDS, FLOWS, NEW, SITES, TOWNS
from dashboard.analysis.competition.region import Region, Site
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.maps.background import ground
from dashboard.maps.region_content import edge_of, reach_bounds
from dashboard.maps.scene import Feature, LayerContent, Overlay, Scene, SceneCell, SceneColumn
from dashboard.maps.shapes import Bounds
from dashboard.maps.wording import with_edge, wording
from dashboard.selection.scenario import Scenario
from dashboard.sentences.competition import area_text, floor_area
from dashboard.style import theme
from geo.crs import WGS84, to_rd

CLASS_ENDS = (0.05, 0.10, 0.25, 0.50)
# Classes of a change end at these, in tenths of a percentage point, on either side of zero.
CHANGE_ENDS = (10, 50)
# A flow is drawn from this share of the turnover of the site; FLOW_ENDS end its classes.
SMALLEST_FLOW = 0.01
FLOW_ENDS = (0.03, 0.08, 0.20)
# Towns of this many residents have a label, unless a site has the same name.
_NAMED_RESIDENTS = 7_000
# Margin around the sites in the first view.
_HOME_MARGIN_M = 4_000.0
# Towns with a smaller share are not drawn.
SMALLEST_SHARE = 0.01
_SITE_STYLES = {"centre": "site_centre", "periphery": "edge_retail", "abroad": "site_abroad"}
# Tolerance of simplification per band, coarsest outside; the grid behind them is far coarser.
_SIMPLER_DEGREES = (0.010, 0.008, 0.006, 0.004)
_SMALLEST_RING_DEGREES = 0.04


def scene(model: Model, facts: Facts, text: Texts) -> Scene:
    """Towns, sites and every possible flow of the model, on the background."""
    region = model.region
    edge = edge_of(facts)
    return Scene(
        layers=(_flows(region), _towns(region, text), _sites(region, text)),
        lang=text.lang,
        texts=wording(text.lang) if edge is None else with_edge(text.lang, edge.names[text.lang]),
        background=ground(facts, text),
        home=home(region),
        edge=None if edge is None else reach_bounds(edge),
    )


def home(region: Region) -> Bounds:
    """The box around all sites, in RD, with a margin."""
    points = np.array([site.point for site in region.named])
    (west, south), (east, north) = (
        points.min(axis=0) - _HOME_MARGIN_M,
        points.max(axis=0) + _HOME_MARGIN_M,
    )
    return float(west), float(south), float(east), float(north)


def visible(
    region: Region, outcome: Outcome, chosen: str, closed: Collection[str] = ()
) -> dict[str, dict[str, str]]:
    """What an outcome shows of the scene, by class; of the `closed` sites only the chosen one."""
    towns = {
        row.town_id: share_class(row.class_share)
        for row in outcome.towns
        if row.class_share >= SMALLEST_SHARE
    }
    flows = {
        f"{chosen}/{row.town_id}": flow_class(row.weight)
        for row in outcome.towns
        if row.weight >= SMALLEST_FLOW and row.town_id in towns
    }
    # The scene has no flows to a new site.
    known = {site.site_id for site in region.named}
    sites = _sites_left(region, chosen, closed)
    return {FLOWS: flows if chosen in known else {}, TOWNS: towns, SITES: sites}


def visible_changes(
    region: Region, outcome: Outcome, chosen: str, closed: Collection[str] = ()
) -> dict[str, dict[str, str]]:
    """What a scenario changes, as `visible` gives its outcome; without flows."""
    towns = {town: change_class(*ends) for town, ends in changes(outcome).items()}
    return {FLOWS: {}, TOWNS: towns, SITES: _sites_left(region, chosen, closed)}


def changes(outcome: Outcome) -> dict[str, tuple[int, int]]:
    """Lowest and highest change of the chosen site's share of each town's spending.

    In tenths of a percentage point, as they are written; towns where both round to 0 are left out.
    """
    ends = {
        row.town_id: (round(1_000 * row.change.low), round(1_000 * row.change.high))
        for row in outcome.towns
    }
    return {town: (low, high) for town, (low, high) in ends.items() if low or high}


def change_class(low: int, high: int) -> str:
    """The class of a change by its middle; `change_4`, without a direction, where it touches 0."""
    if low <= 0 <= high:
        return "change_4"
    middle = (low + high) / 2.0
    step = 1 + sum(abs(middle) >= end for end in CHANGE_ENDS)
    return f"change_{4 + step if middle > 0 else 4 - step}"


def _sites_left(region: Region, chosen: str, closed: Collection[str]) -> dict[str, str]:
    """The class of every site; of the `closed` ones only the chosen one's."""
    shut = set(closed) - {chosen}
    return {
        site.site_id: _SITE_STYLES[site.role] for site in region.named if site.site_id not in shut
    }


def overlays(
    outcome: Outcome, scenario: Scenario, new: Sequence[Site], text: Texts
) -> tuple[Overlay, ...]:
    """The land where the chosen site has at least each share, widest first, and new sites."""
    isolines = [
        Overlay(
            f"band_{step}", text("competition.isoline", share=theme.share(level, text.lang)), rings
        )
        for step, level in enumerate(sorted(outcome.isolines), start=2)
        if not (rings := _simpler(outcome.isolines[level], _SIMPLER_DEGREES[step - 2])).is_empty
    ]
    points = [
        Overlay(
            "site_new",
            text("competition.new_near", place=site.names[text.lang]),
            Point(spot.degrees),
        )
        for spot, site in zip(scenario.added, new, strict=True)
    ]
    return (*isolines, *points)


def bands(outcome: Outcome) -> LayerContent:
    """The same land as a layer in RD, for a picture."""
    land = {
        f"band_{step}": _land(outcome.isolines[level])
        for step, level in enumerate(sorted(outcome.isolines), start=2)
    }
    return LayerContent(
        id=BANDS,
        title=BANDS,
        columns=(),
        features=tuple(
            Feature(style, shape, style, style)
            for style, shape in land.items()
            if not shape.is_empty
        ),
        pane="edge_retail",
        sentence=BANDS,
        sentence_one=BANDS,
    )


def added(new: Sequence[Site], text: Texts) -> LayerContent:
    """The sites that a scenario adds as a layer in RD."""
    return LayerContent(
        id=NEW,
        title=NEW,
        columns=(),
        features=tuple(
            Feature(site.site_id, Point(site.point), "site_new", name, name)
            for site in new
            if (name := text("competition.new_near", place=site.names[text.lang]))
        ),
        pane="labels",
        sentence=NEW,
        sentence_one=NEW,
    )


def _land(rings: MultiLineString) -> BaseGeometry:
    """The land in RD inside rings in degrees; a ring within another is a hole."""
    land: BaseGeometry = MultiPolygon()
    for ring in rings.geoms:
        if ring.length >= _SMALLEST_RING_DEGREES:
            land = land.symmetric_difference(Polygon(ring))
    land_rd: BaseGeometry = to_rd(gpd.GeoSeries([land], crs=WGS84)).iloc[0]
    return land_rd


def share_class(share: float) -> str:
    """The class of a share, 0 to 1."""
    return f"share_{1 + sum(share >= end for end in CLASS_ENDS)}"


def flow_class(weight: float) -> str:
    """The class of a flow by its share of the turnover of the site, 0 to 1."""
    return f"flow_{1 + sum(weight >= end for end in FLOW_ENDS)}"


def _simpler(rings: MultiLineString, degrees: float) -> BaseGeometry:
    return MultiLineString(
        [
            ring.simplify(degrees).coords
            for ring in rings.geoms
            if ring.length >= _SMALLEST_RING_DEGREES
        ]
    )


def _towns(region: Region, text: Texts) -> LayerContent:
    taken = {site.names[text.lang] for site in region.named}
    return LayerContent(
        id=TOWNS,
        title=text("competition.towns"),
        columns=(
            SceneColumn(text("column.place")),
            SceneColumn(text("column.residents"), numeric=True),
        ),
        features=tuple(
            Feature(
                id=town,
                geometry=Point(point),
                style="share_1",
                name=name,
                label=name if residents >= _NAMED_RESIDENTS and name not in taken else None,
                cells=(
                    SceneCell(name),
                    SceneCell(theme.number(float(residents), text.lang), float(residents)),
                ),
            )
            for residents, town, name, point in sorted(
                zip(
                    region.population,
                    region.towns,
                    region.town_names,
                    map(tuple, region.points),
                    strict=True,
                ),
                reverse=True,
            )
        ),
        pane="initiatives",
        sentence=text.open("competition.towns_sentence"),
        sentence_one=text.open("competition.towns_sentence_one"),
        classed=True,
    )


def _sites(region: Region, text: Texts) -> LayerContent:
    return LayerContent(
        id=SITES,
        title=text("competition.sites"),
        columns=(
            SceneColumn(text("column.site")),
            SceneColumn(text("competition.floor_today"), numeric=True),
            SceneColumn(text("competition.basis")),
        ),
        features=tuple(_site(site, region, text) for site in region.named),
        pane="labels",
        sentence=text.open("competition.sites_sentence"),
        sentence_one=text.open("competition.sites_sentence_one"),
    )


def _site(site: Site, region: Region, text: Texts) -> Feature:
    name = site.names[text.lang]
    low, high, basis = floor_area(region, site.site_id)
    rests_on = text(f"basis_short.{basis}")
    # No year for an assumption, which has that of the survey, nor for the register.
    if site.site_id not in region.assumed and not region.units.used:
        year = max(row.year for row in region.floor_areas if row.site_id == site.site_id)
        rests_on = text("competition.basis_year", basis=rests_on, year=year)
    return Feature(
        id=site.site_id,
        geometry=Point(site.point),
        style=_SITE_STYLES[site.role],
        name=name,
        label=name,
        cells=(SceneCell(name), SceneCell(area_text(low, high, text), low), SceneCell(rests_on)),
    )


def _flows(region: Region) -> LayerContent:
    """A line from every town to every named site; the class sets visibility and width."""
    return LayerContent(
        id=FLOWS,
        title=FLOWS,
        columns=(),
        features=tuple(
            Feature(
                id=f"{site.site_id}/{town}",
                geometry=LineString([point, site.point]),
                style="flow_1",
                name=f"{name} \N{RIGHTWARDS ARROW} {site.names['nl']}",
            )
            for site in region.named
            for town, name, point in zip(
                region.towns, region.town_names, region.points, strict=True
            )
        ),
        pane="streets",
        sentence=FLOWS,
        sentence_one=FLOWS,
    )
