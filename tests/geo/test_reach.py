"""What draws people within a walk: from the middle of every street, whichever engine counts."""

import geopandas as gpd
import numpy as np
import pytest
from scipy.sparse.csgraph import dijkstra
from shapely.geometry import LineString, Point

from geo.betweenness import on_streets
from geo.compiled import HAS_NUMBA
from geo.crs import RD
from geo.errors import NegativeValueError
from geo.network import Network, build, halved, nearest_nodes
from geo.reach import attracted, faded, street_length

HALF_PER_100_M = float(np.log(2.0)) / 100.0
ENGINES = [
    "scipy",
    pytest.param("numba", marks=pytest.mark.skipif(not HAS_NUMBA, reason="numba is absent")),
]


def network(*lines: list[tuple[float, float]]) -> Network:
    return halved(build(gpd.GeoDataFrame(geometry=[LineString(line) for line in lines], crs=RD)))


def at(twice: Network, x: float, y: float) -> int:
    return int(np.hypot(*(twice.xy - (x, y)).T).argmin())


@pytest.mark.parametrize("engine", ENGINES)
def test_mass_halves_every_hundred_metres_along_the_street(engine):
    twice = network([(0, 0), (100, 0)], [(100, 0), (300, 0)])
    mass = np.zeros(len(twice.xy))
    mass[at(twice, 0, 0)] = 8.0
    found = faded(twice, mass, walk_m=1000.0, fade_per_m=HALF_PER_100_M, engine=engine)
    # Middles at 50 m and 200 m.
    assert sorted(found) == pytest.approx([8.0 / 4.0, 8.0 / 2.0**0.5])


@pytest.mark.parametrize("engine", ENGINES)
def test_who_stands_in_the_middle_of_a_street_is_there_at_once_and_leaves_by_the_nearer_end(engine):
    twice = network([(0, 0), (100, 0)], [(100, 0), (300, 0)])
    mass = np.zeros(len(twice.xy))
    mass[at(twice, 50, 0)] = 8.0
    assert sorted(
        faded(twice, mass, walk_m=1000.0, fade_per_m=HALF_PER_100_M, engine=engine)
    ) == pytest.approx([8.0 / 2.0**1.5, 8.0])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("walk_m", "reached"), [(150.0, 2), (149.999, 1)])
def test_the_walk_ends_where_it_says_to_the_millimetre(engine, walk_m, reached):
    twice = network([(0, 0), (100, 0)], [(100, 0), (300, 0)])
    mass = np.zeros(len(twice.xy))
    mass[at(twice, 50, 0)] = 8.0
    assert (
        faded(twice, mass, walk_m=walk_m, fade_per_m=HALF_PER_100_M, engine=engine) > 0
    ).sum() == reached


@pytest.mark.parametrize("engine", ENGINES)
def test_any_town_agrees_with_a_walk_from_every_node(engine, monkeypatch):
    chance = np.random.default_rng(3)
    spots = chance.integers(0, 8, (60, 2, 2)) * 100.0
    twice = network(
        *[[tuple(one), tuple(other)] for one, other in spots if tuple(one) != tuple(other)]
    )
    mass = np.where(chance.random(len(twice.xy)) < 0.6, chance.random(len(twice.xy)), 0.0)
    away = dijkstra(twice.routes(), limit=400_000.0)
    whole = (mass @ np.exp(-HALF_PER_100_M / 1000.0 * away))[len(twice.xy) - len(twice.ends) // 2 :]
    # A few sources at a time say the same as all at once.
    monkeypatch.setattr("geo.reach._BLOCK_CELLS", 5 * len(mass))
    assert faded(
        twice, mass, walk_m=400.0, fade_per_m=HALF_PER_100_M, engine=engine
    ) == pytest.approx(whole, rel=1e-12)


def test_without_fading_nothing_is_said():
    twice = network([(0, 0), (100, 0)])
    with pytest.raises(NegativeValueError):
        faded(twice, np.ones(3), walk_m=100.0, fade_per_m=0.0)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("walk_m", [100.0, 250.0])
def test_street_within_a_walk_is_the_reach_of_betweenness(engine, walk_m, monkeypatch):
    chance = np.random.default_rng(5)
    spots = chance.integers(0, 6, (30, 2, 2)) * 100.0
    whole = build(
        gpd.GeoDataFrame(
            geometry=[LineString(line) for line in spots if tuple(line[0]) != tuple(line[1])],
            crs=RD,
        )
    )
    monkeypatch.setattr("geo.reach._BLOCK_CELLS", 100)
    expected = on_streets(whole, radii_m=[walk_m], engine="scipy")[f"reach_m_{walk_m:g}"]
    assert street_length(whole, walk_m=walk_m, engine=engine).tolist() == expected.tolist()


def test_no_street_has_no_length_around():
    assert street_length(build(gpd.GeoSeries([], crs=RD)), walk_m=400.0).empty


def test_a_point_between_nodes_is_shared_by_all_equally_near():
    cross = build(
        gpd.GeoSeries([LineString([(0, 0), (100, 0)]), LineString([(0, 100), (100, 100)])], crs=RD)
    )
    away, point, node, share = nearest_nodes(
        cross, np.array([[50.0, 50.0], [1.0, 0.0], [0.0, 50.0]])
    )
    assert away.tolist() == pytest.approx([50.0 * 2.0**0.5, 1.0, 50.0])
    assert {one: share[point == one].tolist() for one in range(3)} == {
        0: [0.25] * 4,
        1: [1.0],
        2: [0.5] * 2,
    }
    assert cross.xy[node[point == 1]].tolist() == [[0.0, 0.0]]


def test_what_stands_between_two_streets_draws_to_both_alike():
    whole = build(
        gpd.GeoSeries([LineString([(0, 0), (100, 0)]), LineString([(0, 60), (100, 60)])], crs=RD)
    )
    spot = gpd.GeoSeries([Point(50, 30), Point(5000, 0)], crs=RD)
    met = attracted(
        halved(whole), whole, spot, np.array([2.0, 9.0]), walk_m=400.0, fade_per_m=HALF_PER_100_M
    )
    assert met.tolist() == pytest.approx([0.5**0.3] * 2)
