import json

import numpy as np
import pandas as pd
import pytest

from data.schema import validate
from etl.errors import EtlError
from etl.sources import background
from geo.crs import require_rd

STATIONS = {
    "Almelo": (6.65, 52.36),
    "Borne": (6.75, 52.30),
    "Hengelo": (6.79, 52.26),
    "Enschede": (6.89, 52.22),
    "Oldenzaal": (6.93, 52.31),
    "Gronau": (7.02, 52.21),
}


def atlas():
    """Two square countries that share the meridian of 7 degrees as their border."""
    west = [(7.0, 52.5), (6.0, 52.5), (6.0, 52.0), (7.0, 52.0)]
    east = [(7.0, 52.0), (7.8, 52.0), (7.8, 52.5), (7.0, 52.5)]
    border = [(7.0, 52.0), (7.0, 52.5)]

    def deltas(line):
        steps = np.rint(np.array(line) * 100).astype(int)
        return np.diff(steps, axis=0, prepend=[[0, 0]]).tolist()

    return {
        "transform": {"scale": [0.01, 0.01], "translate": [0, 0]},
        "arcs": [deltas(border), deltas(west), deltas(east)],
        "objects": {
            "countries": {
                "geometries": [
                    {"type": "Polygon", "properties": {"name": "Netherlands"}, "arcs": [[1, 0]]},
                    {
                        "type": "MultiPolygon",
                        "properties": {"name": "Germany"},
                        "arcs": [[[2, ~0]]],
                    },
                ]
            }
        },
    }


def converted(**stations):
    return background.convert(json.dumps(atlas()).encode(), {**STATIONS, **stations})


def shapes(content, kind):
    found = json.loads(content)["features"]
    return [feature["geometry"] for feature in found if feature["properties"]["kind"] == kind]


def test_the_border_is_what_both_countries_share():
    (border,) = shapes(converted(), "border")
    assert border == {"type": "LineString", "coordinates": [[7.0, 52.0], [7.0, 52.5]]}


def test_each_country_is_land_of_its_own():
    content = converted()
    assert [len(shapes(content, kind)) for kind in ("land_nl", "land_de")] == [1, 1]


def test_the_railway_goes_straight_from_station_to_station():
    first, second = shapes(converted(), "rail")
    assert first["coordinates"][1:] == [
        list(STATIONS[name]) for name in ("Almelo", "Borne", "Hengelo", "Enschede", "Gronau")
    ]
    assert second["coordinates"][:2] == [list(STATIONS[name]) for name in ("Hengelo", "Oldenzaal")]


def test_a_sketched_line_says_so():
    features = json.loads(converted())["features"]
    assert {
        feature["properties"]["schematic"]
        for feature in features
        if feature["properties"]["kind"] == "rail"
    } == {True}


def test_converting_again_gives_the_same_bytes():
    assert converted() == converted()


def test_a_station_without_a_position_is_refused():
    stations = {name: place for name, place in STATIONS.items() if name != "Borne"}
    with pytest.raises(EtlError, match="no position for station 'Borne'"):
        background.convert(json.dumps(atlas()).encode(), stations)


def test_another_file_than_the_atlas_is_refused():
    empty = {**atlas(), "objects": {"countries": {"geometries": []}}}
    with pytest.raises(EtlError, match="no country 'Netherlands'"):
        background.convert(json.dumps(empty).encode(), STATIONS)


def test_the_file_that_ships_keeps_its_promise():
    frame = background.frame()
    require_rd(frame)
    validate.check("background", frame)
    assert frame["kind"].value_counts().to_dict() == {
        "rail": 2,
        "land_nl": 1,
        "land_de": 1,
        "border": 1,
    }


def test_the_railway_that_ships_runs_along_the_stations_of_the_reference_facts():
    stops = pd.read_csv(background.FILE.parent / "stops.csv", dtype="str")
    stations = background.station_positions(stops, {})
    drawn = {
        tuple(vertex)
        for line in shapes(background.FILE.read_bytes(), "rail")
        for vertex in line["coordinates"]
    }
    assert set(stations.values()) <= drawn


def test_gronau_lies_in_germany_and_enschede_does_not():
    frame = background.frame().set_index("kind")["geometry"].to_crs(4326)
    from shapely.geometry import Point

    assert frame["land_de"].contains(Point(7.02238, 52.21099))
    assert frame["land_nl"].contains(Point(6.89583, 52.21833))
