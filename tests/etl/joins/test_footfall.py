"""The footfall proxy beside counts: fitted where it helps, tested where it can be, silent
elsewhere.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point

from data.schema import validate
from etl.joins import footfall, streets
from geo.crs import RD, REACH_M
from tests import town

pytestmark = pytest.mark.slow

X, Y = town.X, town.Y
SIDE = 6


def grid() -> gpd.GeoDataFrame:
    """A grid of 6 x 6 streets, 100 m apart, around the middle of the town: 60 sections."""
    at = [100.0 * step - 50.0 * (SIDE - 1) for step in range(SIDE)]
    rows = [LineString([(X + x, Y + y) for x in at]) for y in at]
    rows += [LineString([(X + x, Y + y) for y in at]) for x in at]
    names = pd.array([f"Straat {number}" for number in range(len(rows))], dtype="str")
    return gpd.GeoDataFrame({"name": names, "highway": "residential"}, geometry=rows, crs=RD)


STATION = Point(X + 240, Y + 240)
STOPS = town.stops({"geometry": STATION, "boardings_per_workday": 8_000.0})


def counted(busy, *, every: int = 1, **told) -> gpd.GeoDataFrame:
    """One hour in the middle of one section in `every`: as many passers-by as `busy` says of the
    spot.
    """
    table = streets.streets(grid(), town.places(), stops=STOPS).streets
    spots = table.geometry.centroid.iloc[::every]
    rows = [
        {
            "counter_id": f"t{number}",
            "street_id": None,
            "start": "2024-03-02T12:00",
            "value": float(round(busy(spot))),
            "geometry": spot,
            **told,
        }
        for number, spot in enumerate(spots)
    ]
    return town.counts(*rows)


def near_station(spot: Point) -> float:
    return 10_000.0 * np.exp(-spot.distance(STATION) / 100.0)


def measured(counts: gpd.GeoDataFrame | None) -> streets.MeasuredStreets:
    return streets.streets(grid(), town.places(), stops=STOPS, counts=counts)


def test_where_nobody_counted_nothing_is_said_of_skill():
    found = measured(None)
    validate.check("footfall_tests", found.tests)
    assert found.tests.empty


def test_weights_are_fitted_where_they_foretell_elsewhere_better():
    found = measured(counted(near_station))
    validate.check("footfall_tests", found.tests)
    (row,) = found.tests.itertuples()
    assert (row.place_id, row.weights) == ("voorbeeldstad", "fitted")
    assert row.stops > row.core and row.blocks >= 3 and row.sections == len(counted(near_station))
    assert row.rank_correlation_low <= row.rank_correlation <= row.rank_correlation_high


def test_the_figures_published_are_those_of_the_fitted_weights():
    def lead(found: streets.MeasuredStreets) -> float:
        """How far the sections around the station stand above those around the core."""
        away = found.streets.geometry.centroid
        station, core = (
            found.streets.loc[away.distance(spot) < 120.0, "footfall_proxy"].mean()
            for spot in (STATION, Point(X, Y))
        )
        return station - core

    assert lead(measured(None)) < 0.0 < lead(measured(counted(near_station)))


def test_weights_that_foretell_no_better_are_not_taken():
    plain = measured(None).streets
    figure = plain.set_index(plain.geometry.centroid.to_wkt())["footfall_proxy"]
    found = measured(counted(lambda spot: 1_000.0 * figure[spot.wkt]))
    assert found.tests["weights"].tolist() == ["literature"] and found.tests["blocks"].tolist() == [
        0
    ]
    assert found.tests["rank_correlation"].item() == 1.0
    assert found.streets["footfall_proxy"].equals(plain["footfall_proxy"])


def test_few_counted_sections_are_a_test_and_no_fit():
    few = counted(near_station, every=10)
    found = measured(few)
    assert found.tests["weights"].tolist() == ["literature"]
    assert found.tests["sections"].item() == len(few) == 6


def test_two_counted_sections_are_no_test():
    assert measured(counted(near_station, every=30)).tests.empty


def test_a_counter_far_from_every_street_has_none():
    far = counted(near_station).assign(geometry=Point(X + 1_000, Y + 1_000)).set_crs(RD)
    assert footfall.on_streets(far, measured(None).streets)["street_id"].isna().all()


def test_what_the_counter_itself_says_stays():
    told = counted(near_station, street_id="voorbeeldstad-elders")
    assert set(footfall.on_streets(told, measured(None).streets)["street_id"]) == {
        "voorbeeldstad-elders"
    }


def test_a_counter_stands_in_one_place_only():
    there = Point(X + 3 * REACH_M, Y)
    places = town.places({}, {"place_id": "buurstad", "core": there, "geometry": there})
    both = town.counts({"counter_id": "hier"}, {"counter_id": "daar", "geometry": there})
    found = {
        name: footfall.of_place(both, places, name)["counter_id"].tolist()
        for name in ("voorbeeldstad", "buurstad")
    }
    assert found == {"voorbeeldstad": ["hier"], "buurstad": ["daar"]}


@pytest.mark.parametrize("order", [1, 2])
def test_order_of_counts_changes_no_figure(order):
    counts = counted(near_station)
    again = counts.sample(frac=1.0, random_state=order)
    assert measured(again).tests.equals(measured(counts).tests)
