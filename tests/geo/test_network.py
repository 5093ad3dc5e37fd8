"""What hangs together, how far it is, and what a broken-up network says of itself."""

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, MultiLineString, Point, Polygon

from geo import network
from geo.crs import RD
from geo.errors import NegativeValueError, WrongCrsError

REAL = os.environ.get("STADSHART_REAL")


def lines(*shapes, **columns):
    return gpd.GeoDataFrame(
        columns, geometry=[LineString(s) if isinstance(s, list) else s for s in shapes], crs=RD
    )


CROSS = [[(0, 0), (100, 0), (200, 0)], [(100, 0), (100, 50)]]


def test_lines_are_broken_where_they_share_a_vertex():
    net = network.build(lines(*CROSS))
    assert (len(net.xy), len(net.ends), net.length_m) == (4, 3, 250.0)
    assert sorted(net.length_mm.tolist()) == [50_000, 100_000, 100_000]


def test_lines_that_cross_without_a_shared_vertex_stay_apart():
    net = network.build(lines([(0, 0), (100, 0)], [(50, -50), (50, 50)]))
    assert network.parts(net).count == 2


def test_bends_are_no_junctions():
    net = network.build(lines([(0, 0), (30, 40), (60, 0)]))
    assert net.ends.tolist() == [[0, 1]] or net.ends.tolist() == [[1, 0]]
    assert net.length_m == 100.0


def test_doubled_line_counts_once_and_both_rows_find_it():
    net = network.build(lines([(0, 0), (100, 0)], [(100, 0), (0, 0)]))
    assert net.length_m == 100.0
    assert net.on_streets(np.array([7.0])).tolist() == [7.0, 7.0]


def test_line_through_itself_is_broken_at_its_own_vertex():
    eight = [(0, 0), (50, 50), (100, 100), (100, 0), (50, 50), (0, 100)]
    net = network.build(lines(eight))
    assert len(net.ends) == 3
    assert network.parts(net).count == 1


def test_ring_without_a_junction_is_one_edge():
    net = network.build(lines([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]))
    assert (len(net.xy), len(net.ends), net.length_m) == (1, 1, 400.0)


def test_square_joins_the_streets_that_touch_its_rim():
    square = Polygon([(0, 0), (100, 0), (100, 100), (0, 100)])
    net = network.build(lines([(-50, 0), (0, 0)], [(100, 100), (150, 100)], square))
    assert network.parts(net).count == 1
    # Hub in the middle: two spokes of half a diagonal.
    assert net.length_m == pytest.approx(100 + 2 * np.hypot(50, 50), abs=0.002)


def test_street_along_a_square_is_broken_at_the_rim():
    square = Polygon([(0, 0), (100, 0), (100, 100), (0, 100)])
    net = network.build(lines([(-50, 0), (0, 0), (100, 0), (150, 0)], square))
    assert len(net.xy) == 5


def test_empty_missing_and_point_rows_bring_nothing():
    layer = gpd.GeoSeries(
        [
            LineString([(0, 0), (10, 0)]),
            None,
            LineString(),
            Point(5, 5),
            LineString([(3, 3), (3, 3)]),
        ],
        crs=RD,
    )
    net = network.build(layer)
    values = net.on_streets(np.array([2.0]))
    assert values.iloc[0] == 2.0
    assert values.iloc[1:].isna().all()


def test_no_street_is_no_part():
    net = network.build(gpd.GeoSeries([], crs=RD))
    assert network.parts(net).count == 0
    assert network.distance_m(net, gpd.GeoSeries([Point(0, 0)], crs=RD)).size == 0
    assert network.bridged(net) is net


def test_columns_named_like_geometry_attributes_do_no_harm():
    layer = lines(
        [(0, 0), (100, 0)], type=["a"], length=["b"], area=["c"], bounds=["d"], crs_=["e"]
    )
    assert network.build(layer).length_m == 100.0


def test_degrees_are_refused():
    with pytest.raises(WrongCrsError):
        network.build(lines(*CROSS).to_crs(4326))


def test_height_is_flattened():
    assert network.build(lines(LineString([(0, 0, 9), (30, 40, 99)]))).length_m == 50.0


def test_parts_tell_count_and_share_of_length():
    found = network.parts(network.build(lines([(0, 0), (300, 0)], [(0, 1000), (100, 1000)])))
    assert (found.count, found.largest_share, found.lengths_m) == (2, 0.75, (300.0, 100.0))
    assert "2 parts" in found.meaning
    assert "75.0%" in found.meaning
    assert "every street" in network.parts(network.build(lines(*CROSS))).meaning


def test_gap_is_bridged_at_its_detour():
    net = network.build(lines([(0, 0), (100, 0)], [(150, 0), (250, 0)]))
    whole = network.bridged(net)
    assert network.parts(whole).count == 1
    assert whole.length_m - net.length_m == pytest.approx(50 * network.DETOUR)
    assert network.parts(network.bridged(net, gap_m=49.0)).count == 2


def test_far_network_gets_no_bridge():
    near = lines([(0, 0), (100, 0)], [(150, 0), (250, 0)])
    with_far = lines([(0, 0), (100, 0)], [(150, 0), (250, 0)], [(9000, 0), (9100, 0)])
    assert (
        network.bridged(network.build(near)).length_m
        == network.bridged(network.build(with_far)).length_m - 100.0
    )


def test_negative_gap_is_refused():
    with pytest.raises(NegativeValueError):
        network.bridged(network.build(lines(*CROSS)), gap_m=-1.0)


def test_distance_follows_the_streets():
    # Round three sides of a block of 100 m.
    net = network.build(
        lines([(0, 0), (0, 100), (100, 100), (100, 0)], [(0, 0), (0, -10)], [(100, 0), (100, -10)])
    )
    core = gpd.GeoSeries([Point(0, 0)], crs=RD)
    far = net.xy.tolist().index([100.0, 0.0])
    assert network.distance_m(net, core, entry_m=5.0)[far] == pytest.approx(300.0, abs=0.01)


def test_node_no_way_leads_to_has_no_distance():
    net = network.build(lines([(0, 0), (100, 0)], [(0, 500), (100, 500)]))
    away = network.distance_m(net, gpd.GeoSeries([Point(0, 0)], crs=RD))
    assert np.isnan(away[net.xy[:, 1] == 500.0]).all()
    assert np.isfinite(away[net.xy[:, 1] == 0.0]).all()


def test_nearest_of_several_cores_counts():
    net = network.build(lines([(0, 0), (100, 0), (200, 0)], [(100, 0), (100, 10)]))
    cores = gpd.GeoSeries([Point(0, 0), Point(200, 0), None], crs=RD)
    middle = net.xy.tolist().index([100.0, 0.0])
    assert network.distance_m(net, cores, entry_m=5.0)[middle] == pytest.approx(100.0, abs=0.01)


def test_halving_keeps_length_and_connection():
    net = network.build(lines(*CROSS))
    twice = network.halved(net)
    assert (len(twice.xy), len(twice.ends), twice.length_m) == (7, 6, net.length_m)
    assert [100.0, 25.0] in twice.xy.tolist()
    assert twice.on_streets(np.ones(6)).tolist() == [1.0, 1.0]


def test_node_lengths_add_up_to_all_length():
    net = network.build(lines(*CROSS))
    assert net.node_length_mm().sum() == 250_000


def test_shorter_of_two_ways_is_the_route():
    net = network.build(lines([(0, 0), (50, 50), (100, 0)], [(0, 0), (50, 0), (100, 0)]))
    assert net.routes().data.tolist() == [100_000.0, 100_000.0]


def test_many_lined_row_is_walked_on_every_line():
    net = network.build(lines(MultiLineString([[(0, 0), (100, 0)], [(100, 0), (100, 50)]])))
    assert net.length_m == 150.0


@pytest.mark.slow
@pytest.mark.real
@pytest.mark.skipif(
    REAL is None, reason="STADSHART_REAL is unset: the real Enschede network is not here"
)
def test_enschede_falls_into_422_parts():
    path = Path(REAL) / "enschede_osm_streets" / "enschede_highways_2023-12-24.kml"
    net = network.build(gpd.read_file(path).to_crs(RD))
    found = network.parts(net)
    assert found.count == 422
    assert found.largest_share == pytest.approx(0.875, abs=0.001)
    assert network.parts(network.bridged(net)).largest_share > 0.98
