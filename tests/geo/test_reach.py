"""What draws people within a walk: from the middle of every street, whichever engine counts."""

import geopandas as gpd
import numpy as np
import pytest
from scipy.sparse.csgraph import dijkstra
from shapely.geometry import LineString

from geo.compiled import HAS_NUMBA
from geo.crs import RD
from geo.errors import NegativeValueError
from geo.network import Network, build, halved
from geo.reach import faded

HALF_PER_100_M = float(np.log(2.0)) / 100.0
ENGINES = ["scipy", pytest.param("numba", marks=pytest.mark.skipif(not HAS_NUMBA, reason="numba is absent"))]


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
    assert sorted(faded(twice, mass, walk_m=1000.0, fade_per_m=HALF_PER_100_M, engine=engine)) == pytest.approx([8.0 / 2.0**1.5, 8.0])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("walk_m", "reached"), [(150.0, 2), (149.999, 1)])
def test_the_walk_ends_where_it_says_to_the_millimetre(engine, walk_m, reached):
    twice = network([(0, 0), (100, 0)], [(100, 0), (300, 0)])
    mass = np.zeros(len(twice.xy))
    mass[at(twice, 50, 0)] = 8.0
    assert (faded(twice, mass, walk_m=walk_m, fade_per_m=HALF_PER_100_M, engine=engine) > 0).sum() == reached


@pytest.mark.parametrize("engine", ENGINES)
def test_any_town_agrees_with_a_walk_from_every_node(engine, monkeypatch):
    chance = np.random.default_rng(3)
    spots = chance.integers(0, 8, (60, 2, 2)) * 100.0
    twice = network(*[[tuple(one), tuple(other)] for one, other in spots if tuple(one) != tuple(other)])
    mass = np.where(chance.random(len(twice.xy)) < 0.6, chance.random(len(twice.xy)), 0.0)
    away = dijkstra(twice.routes(), limit=400_000.0)
    whole = (mass @ np.exp(-HALF_PER_100_M / 1000.0 * away))[len(twice.xy) - len(twice.ends) // 2 :]
    # A few sources at a time say the same as all at once.
    monkeypatch.setattr("geo.reach._BLOCK_CELLS", 5 * len(mass))
    assert faded(twice, mass, walk_m=400.0, fade_per_m=HALF_PER_100_M, engine=engine) == pytest.approx(whole, rel=1e-12)


def test_without_fading_nothing_is_said():
    twice = network([(0, 0), (100, 0)])
    with pytest.raises(NegativeValueError):
        faded(twice, np.ones(3), walk_m=100.0, fade_per_m=0.0)
