"""Betweenness and reach: by hand, against networkx, and the same with and without numba."""

from unittest.mock import patch

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import LineString

from geo import betweenness, network
from geo.crs import RD
from geo.errors import NegativeValueError, WrongShapeError


def town(*shapes):
    return gpd.GeoSeries([LineString(shape) for shape in shapes], crs=RD)


def grid(side, step_m=100.0):
    at = [step_m * number for number in range(side)]
    across = [[(x, y), (x + step_m, y)] for x in at[:-1] for y in at]
    return town(*across, *[[(y, x), (y, x + step_m)] for x in at[:-1] for y in at])


# Four places in a row, 100 m apart, each kept a junction by a short side street.
ROW = town(
    *[[(x, 0), (x + 100, 0)] for x in (0, 100, 200)],
    *[[(x, 0), (x, 1)] for x in (0, 100, 200, 300)],
)


def at(net, x, y):
    return net.xy.tolist().index([float(x), float(y)])


def test_middle_of_a_cross_lies_between_all_pairs_of_ends():
    net = network.build(
        town([(0, 0), (100, 0)], [(0, 0), (-100, 0)], [(0, 0), (0, 100)], [(0, 0), (0, -100)])
    )
    found = betweenness.measures(net, radii_m=[200.0])["betweenness_200"]
    assert found[at(net, 0, 0)] == 6.0
    assert found.sum() == 6.0


def test_pairs_beyond_the_radius_do_not_count():
    net = network.build(
        town([(0, 0), (100, 0)], [(0, 0), (-100, 0)], [(0, 0), (0, 100)], [(0, 0), (0, -100)])
    )
    assert betweenness.measures(net, radii_m=[199.0])["betweenness_199"].sum() == 0.0


def test_equal_routes_share():
    # Two ways round a block: each of the other corners carries half of each diagonal pair.
    corners = town(
        [(0, 0), (100, 0)], [(100, 0), (100, 100)], [(100, 100), (0, 100)], [(0, 100), (0, 0)]
    )
    spurs = town(
        *[
            [corner, (corner[0], corner[1] + (1000 if corner[1] else -1000))]
            for corner in ((0, 0), (100, 0), (100, 100), (0, 100))
        ]
    )
    net = network.build(gpd.GeoSeries([*corners, *spurs], crs=RD))
    found = betweenness.measures(net, radii_m=[200.0])["betweenness_200"]
    assert [found[at(net, x, y)] for x in (0, 100) for y in (0, 100)] == [0.5, 0.5, 0.5, 0.5]


def test_reach_adds_half_of_every_edge_at_a_node_in_reach():
    net = network.build(ROW)
    reach = betweenness.measures(net, radii_m=[50.0])["reach_m_50"]
    # Own place: half of two streets of 100 m and half of the metre; the end of that metre brings
    # its other half.
    assert reach[at(net, 100, 0)] == 101.0


def test_all_pairs_agree_with_networkx():
    net = network.build(grid(5, step_m=97.0))
    graph = nx.from_scipy_sparse_array(net.routes())
    expected = nx.betweenness_centrality(graph, weight="weight", normalized=False)
    found = betweenness.measures(net, radii_m=[10_000.0], engine="scipy")["betweenness_10000"]
    assert found.to_numpy() == pytest.approx(
        np.array([expected[node] for node in range(len(net.xy))]), abs=1e-9
    )


def test_one_walk_serves_every_radius():
    net = network.build(grid(5))
    together = betweenness.measures(net, radii_m=[200.0, 400.0])
    assert together["betweenness_200"].equals(
        betweenness.measures(net, radii_m=[200.0])["betweenness_200"]
    )


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 6)] * 4), min_size=1, max_size=40))
def test_compiled_loop_gives_the_same_answers(ways):
    # Without numba the very same loop runs as plain Python.
    net = network.build(
        town(*[[(100.0 * a, 100.0 * b), (100.0 * c, 100.0 * d)] for a, b, c, d in ways])
    )
    with patch.object(betweenness, "HAS_NUMBA", True):
        compiled = betweenness.measures(net, radii_m=[300.0, 800.0], engine="numba")
    plain = betweenness.measures(net, radii_m=[300.0, 800.0], engine="scipy")
    assert np.allclose(compiled, plain, rtol=1e-12, atol=1e-9)


def test_numba_asked_for_but_absent_is_an_error():
    with (
        patch.object(betweenness, "HAS_NUMBA", False),
        pytest.raises(WrongShapeError, match="extra 'scale'"),
    ):
        betweenness.measures(network.build(ROW), engine="numba")


def test_origin_of_coordinates_changes_nothing():
    streets = grid(4)
    moved = streets.apply(affinity.translate, xoff=250_000.0, yoff=470_000.0).set_crs(RD)
    here, there = (betweenness.on_streets(network.build(layer)) for layer in (streets, moved))
    assert np.allclose(here, there, equal_nan=True)


def test_row_order_changes_nothing():
    streets = grid(4)
    here, there = (
        betweenness.on_streets(network.build(layer)) for layer in (streets, streets.iloc[::-1])
    )
    assert np.allclose(here, there.loc[here.index])


def test_street_without_an_edge_has_no_measure():
    streets = gpd.GeoSeries([LineString([(0, 0), (100, 0)]), None], crs=RD, index=["a", "b"])
    found = betweenness.on_streets(network.build(streets))
    assert found.loc["b"].isna().all()
    assert found.loc["a", "reach_m_400"] == 100.0


def test_no_street_has_no_measures():
    assert betweenness.measures(network.build(gpd.GeoSeries([], crs=RD))).empty


@pytest.mark.parametrize("radii", [[], [0.0], [-5.0], [np.inf]])
def test_radius_must_be_a_distance(radii):
    with pytest.raises(NegativeValueError):
        betweenness.measures(network.build(ROW), radii_m=radii)
