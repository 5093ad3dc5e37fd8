"""What one move of a slider tells the map: at most 2 kB, also with three sites added."""

import json
import re
from itertools import pairwise, product

import pytest
from shapely.geometry import LineString, Point

from dashboard.analysis.competition import outcome, query
from dashboard.component import LOADER
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.maps import flow_map
from dashboard.maps.scene import Overlay, SceneFiles, Selected, ViewTarget, message
from dashboard.maps.scene_files import scene_files
from dashboard.selection.scenario import Scenario, parse

MOST_BYTES = 2_048
# The component's name, its numbers and the address of its code.
WRAPPED = 200
THREE = (
    "nieuw:6.7900:52.2700:20000:daily,nieuw:6.8900:52.2700:20000:daily,"
    "nieuw:6.7900:52.3700:20000:non_daily"
)


@pytest.fixture(scope="module")
def in_all(model, facts) -> list[SceneFiles]:
    """The map in every language."""
    return [scene_files(flow_map.scene(model, facts, texts(lang))) for lang in LANGUAGES]


@pytest.fixture
def files(in_all) -> SceneFiles:
    return in_all[0]


@pytest.mark.slow
@pytest.mark.parametrize("asked", ["vloer:plein-westermaat:150", THREE])
def test_map_message_stays_within_two_kilobytes(in_all, model, asked: str):
    region, scenario = model.region, parse(asked) or Scenario()
    runs = [
        (site, outcome.run(model, scenario, "niet_dagelijks", site.site_id))
        for site in region.named
    ]
    for files, (site, found) in product(in_all, runs):
        text = texts(files.scene.lang)
        said = {"place": site.names[text.lang], "goods": text("goods.niet_dagelijks")}
        told = message(
            files,
            flow_map.visible(region, found, site.site_id),
            name=text("competition.spoken", **said),
            caption=text(
                "competition.caption", **said, residents=region.survey.sentence("residents", text)
            ),
            selected=Selected(flow_map.SITES, site.site_id),
            goto=ViewTarget("competition", flow_map.home(region)),
            overlays=flow_map.overlays(found, scenario, outcome.new_sites(region, scenario), text),
        )
        assert (
            len(json.dumps(told, ensure_ascii=False).encode()) + len(LOADER) + WRAPPED <= MOST_BYTES
        ), site.site_id


@pytest.mark.slow
@pytest.mark.parametrize("asked", ["vloer:plein-westermaat:150", "dicht:plein-westermaat", THREE])
def test_map_of_changes_stays_within_two_kilobytes(in_all, model, asked: str):
    region, scenario = model.region, parse(asked) or Scenario()
    runs = [
        (site, outcome.run(model, scenario, "niet_dagelijks", site.site_id, with_isolines=False))
        for site in region.named
    ]
    for files, (site, found) in product(in_all, runs):
        text = texts(files.scene.lang)
        said = {"place": site.names[text.lang], "goods": text("goods.niet_dagelijks")}
        changes = flow_map.changes(found)
        told = message(
            files,
            flow_map.visible_changes(region, found, site.site_id),
            name=text("competition.spoken_change", **said),
            caption=text(
                "competition.caption", **said, residents=region.survey.sentence("residents", text)
            ),
            selected=Selected(flow_map.SITES, site.site_id),
            goto=ViewTarget("competition", flow_map.home(region)),
            overlays=flow_map.overlays(found, scenario, outcome.new_sites(region, scenario), text),
            changes={query.TOWNS: changes},
        )
        assert (
            len(json.dumps(told, ensure_ascii=False).encode()) + len(LOADER) + WRAPPED <= MOST_BYTES
        ), site.site_id
        # A pair per town that is drawn, in the order of the layer.
        pairs = re.findall(r"-?\d+", told["changes"][query.TOWNS]) if changes else []
        assert len(pairs) == 2 * len(changes)


@pytest.mark.parametrize(
    ("low", "high", "step"),
    [
        (-608, -408, 1),
        (-72, -28, 1),
        (-49, -49, 2),
        (-15, -5, 2),
        (-9, -1, 3),
        (-12, 0, 4),
        (-3, 9, 4),
        (0, 69, 4),
        (1, 9, 5),
        (5, 15, 6),
        (49, 51, 7),
    ],
)
def test_class_of_a_change_is_that_of_its_middle_and_none_where_it_touches_zero(low, high, step):
    assert flow_map.change_class(low, high) == f"change_{step}"


def test_town_whose_change_is_written_as_nothing_is_not_drawn(model):
    today = outcome.run(model, Scenario(), "niet_dagelijks", "hengelo", with_isolines=False)
    assert flow_map.changes(today) == {}
    assert flow_map.visible_changes(model.region, today, "hengelo")[query.TOWNS] == {}
    closed = outcome.run(model, parse("dicht:hengelo") or Scenario(), "niet_dagelijks", "hengelo")
    own = next(row for row in closed.towns if row.town_id == "geonames:2754394")
    assert flow_map.changes(closed)[own.town_id] == (
        round(-1_000 * own.before.high),
        round(-1_000 * own.before.low),
    )
    assert set(flow_map.visible_changes(model.region, closed, "hengelo")[query.TOWNS].values()) <= {
        "change_1",
        "change_2",
        "change_3",
        "change_4",
    }


def test_line_of_the_moment_travels_as_steps_from_point_to_point(files):
    line = Overlay("flow_1", "lijn", LineString([(6.7, 52.2), (6.7012, 52.1995)]))
    point = Overlay("site_new", "punt", Point(6.7, 52.2))
    told = message(files, {}, name="n", caption="c", overlays=(line, point))
    assert told["drawn"] == [
        ["flow_1", "line", "lijn", "67000,522000,12-5"],
        ["site_new", "point", "punt", "67000,522000"],
    ]


def test_land_of_equal_share_travels_as_rings_of_an_area_the_widest_first(files, model):
    found = outcome.run(model, Scenario(), "niet_dagelijks", "plein-westermaat")
    told = message(
        files,
        {},
        name="n",
        caption="c",
        overlays=flow_map.overlays(found, Scenario(), (), texts(files.scene.lang)),
    )
    assert [item[:2] for item in told["drawn"]] == [
        [f"band_{step}", "area"] for step in (2, 3, 4, 5)
    ]


def test_first_view_holds_every_site_and_names_the_larger_towns(files, model):
    west, south, east, north = files.scene.home
    assert all(
        west < site.point[0] < east and south < site.point[1] < north for site in model.region.named
    )
    towns = next(layer for layer in files.scene.layers if layer.id == query.TOWNS)
    labels = {feature.name: feature.label for feature in towns.features}
    assert labels["Rijssen"] == "Rijssen"
    # Its site has that name already; the village is too small.
    assert labels["Enschede"] is None and labels["Zenderen"] is None


def test_band_of_a_larger_share_lies_within_that_of_a_smaller(model):
    found = outcome.run(model, Scenario(), "niet_dagelijks", "enschede")
    land = [feature.geometry for feature in flow_map.bands(found).features]
    assert len(land) == 4 and all(shape.is_valid for shape in land)
    for wide, narrow in pairwise(land):
        assert narrow.area < wide.area and narrow.difference(wide).area < 0.001 * narrow.area


def test_added_sites_are_a_layer_where_they_were_put(model):
    scenario = parse("nieuw:6.7900:52.2700:20000:daily") or Scenario()
    new = outcome.new_sites(model.region, scenario)
    (feature,) = flow_map.added(new, texts("nl")).features
    assert feature.label == "nieuw, bij Hengelo" and feature.style == "site_new"
    assert (feature.geometry.x, feature.geometry.y) == new[0].point


def test_closed_site_leaves_the_map_unless_it_is_the_one_looked_at(model):
    scenario = parse("dicht:borne") or Scenario()
    found = outcome.run(model, scenario, "niet_dagelijks", "hengelo")
    shown = flow_map.visible(model.region, found, "hengelo", scenario.closed)[flow_map.SITES]
    assert "borne" not in shown and len(shown) == len(model.region.named) - 1
    own = outcome.run(model, scenario, "niet_dagelijks", "borne")
    assert "borne" in flow_map.visible(model.region, own, "borne", scenario.closed)[flow_map.SITES]
