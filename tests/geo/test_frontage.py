import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point, Polygon, box

from geo import frontage
from geo.crs import RD
from geo.errors import WrongCrsError

X, Y = 150_000.0, 530_000.0


def at(*xy, **columns):
    """Points, each metres from the middle of the town, in the street `s`."""
    return gpd.GeoDataFrame(
        {"street": "s", **columns},
        geometry=[Point(X + x, Y + y) for x, y in xy],
        crs=RD,
        index=range(len(xy)),
    )


def street(*shapes, name="s", **columns):
    return gpd.GeoDataFrame(
        {"street": name, **columns}, geometry=list(shapes), crs=RD, index=range(len(shapes))
    )


def line(*xy):
    return LineString([(X + x, Y + y) for x, y in xy])


EAST = line((0, 0), (100, 0))


def test_left_and_right_of_who_walks_from_west_to_east():
    found = frontage.along(at((10, 5), (20, -5)), street(EAST), by="street")
    assert list(found["side"]) == ["left", "right"]
    assert list(found["along_m"]) == [10.0, 20.0]
    assert list(found["order"]) == [1, 2]


def test_surveys_of_one_street_are_counted_apart():
    met = at((10, 5), (20, 5), (10, 5), (30, 5)).assign(survey=["2023", "2023", "2024", "2024"])
    assert list(frontage.along(met, street(EAST), by="street", within="survey")["order"]) == [
        1,
        2,
        1,
        2,
    ]
    assert list(frontage.along(met, street(EAST), by="street")["order"]) == [1, 3, 2, 4]


def test_a_street_is_walked_away_from_the_core():
    found = frontage.along(at((10, 5), (20, -5)), street(EAST), by="street", core=Point(X + 200, Y))
    assert list(found["side"]) == ["right", "left"]
    assert list(found["along_m"]) == [90.0, 80.0]
    assert list(found["order"]) == [2, 1]


def test_sections_of_one_street_are_one_walk():
    halves = street(line((50, 0), (100, 0)), line((50, 0), (0, 0)))
    assert list(frontage.along(at((80, 5), (20, 5)), halves, by="street")["along_m"]) == [
        80.0,
        20.0,
    ]


def test_a_part_that_does_not_touch_comes_after():
    apart = street(line((0, 0), (100, 0)), line((0, 300), (100, 300)))
    found = frontage.along(at((10, 305), (10, 5)), apart, by="street", core=Point(X, Y))
    assert list(found["along_m"]) == [110.0, 10.0]


def test_a_square_is_walked_round_without_sides():
    found = frontage.along(at((5, 1), (19, 5)), street(box(X, Y, X + 20, Y + 20)), by="street")
    assert found["side"].isna().all()
    assert sorted(found["order"]) == [1, 2]


def test_a_street_that_crosses_itself_keeps_every_unit():
    loop = line((0, 0), (100, 0), (100, 50), (50, 50), (50, -50))
    found = frontage.along(at((10, 5), (55, 40), (45, -40)), street(loop), by="street")
    assert found["along_m"].notna().all() and sorted(found["order"]) == [1, 2, 3]


def test_doubled_and_empty_lines_change_nothing():
    once = frontage.along(at((10, 5)), street(EAST), by="street")
    more = frontage.along(at((10, 5)), street(EAST, EAST, LineString(), None), by="street")
    assert once.equals(more)


def test_a_street_in_parts_is_one_walk():
    parts = MultiLineString([line((0, 0), (50, 0)), line((50, 0), (100, 0))])
    assert frontage.along(at((80, 5)), street(parts), by="street")["along_m"].item() == 80.0


def test_a_unit_whose_street_is_unknown_has_no_side():
    found = frontage.along(
        at((10, 5), (20, 5), street=["s", "elsewhere"]), street(EAST), by="street"
    )
    assert found["along_m"].isna().tolist() == [False, True]


def test_units_at_the_same_spot_each_have_a_place_in_the_order():
    assert sorted(frontage.along(at((10, 5), (10, 5)), street(EAST), by="street")["order"]) == [
        1,
        2,
    ]


def test_columns_named_like_attributes_of_geometry_do_no_harm():
    found = frontage.along(
        at((10, 5), length=1, area=2, type="x"), street(EAST, length=3, type="y"), by="street"
    )
    assert found["along_m"].item() == 10.0


NAMED = gpd.GeoDataFrame(
    {
        "street_id": ["lang-1", "lang-2", "dwars", "steeg"],
        "name": ["Langestraat", "Langestraat", "Dwarsstraat", None],
    },
    geometry=[
        line((0, 0), (100, 0)),
        line((100, 0), (200, 0)),
        line((100, 0), (100, 90)),
        line((0, 0), (0, 90)),
    ],
    crs=RD,
)


def test_the_address_goes_before_the_nearest_line():
    units = at((97, 20), address=["Langestraat 12"])
    assert frontage.assigned(units, NAMED).item() == "lang-1"
    assert frontage.assigned(units.drop(columns="address"), NAMED).item() == "dwars"


def test_an_address_in_another_town_does_not_carry():
    assert frontage.assigned(at((97, 400), address=["Langestraat 12"]), NAMED).isna().item()


def test_a_named_street_goes_before_a_nearer_alley():
    assert frontage.assigned(at((5, 40)), NAMED).item() == "lang-1"
    assert frontage.assigned(at((5, 80)), NAMED).item() == "steeg"


def test_a_unit_inside_a_square_stands_on_it():
    square = gpd.GeoDataFrame(
        {"street_id": ["plein"], "name": ["Marktplein"]},
        geometry=[Polygon(box(X, Y, X + 90, Y + 90))],
        crs=RD,
    )
    assert frontage.assigned(at((45, 45)), square).item() == "plein"


def test_a_street_goes_by_its_section_and_else_by_what_is_written():
    lines = pd.DataFrame(
        [("s1", "Langestraat"), ("s2", "Langestraat"), ("s3", "LANGESTRAAT"), ("s4", None)],
        columns=["street_id", "name"],
    ).assign(place_id="a")
    units = pd.DataFrame(
        [
            ("s3", "Achterom"),
            ("s4", "Steeg"),
            (None, "langestraat"),
            (None, "steeg"),
            (None, "Steeg"),
            (None, None),
        ],
        columns=["street_id", "street"],
    ).assign(place_id="a")
    found = frontage.street_names(units, lines)
    assert found.fillna("-").tolist() == [
        "Langestraat",
        "Steeg",
        "Langestraat",
        "Steeg",
        "Steeg",
        "-",
    ]
    # The writing of one place is none of another's.
    other = frontage.street_names(units.assign(place_id="b", street_id=None), lines)
    assert other.fillna("-").tolist()[2] == "langestraat"


def test_degrees_are_refused():
    with pytest.raises(WrongCrsError):
        frontage.along(at((0, 0)).to_crs(4326), street(EAST), by="street")


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 100), st.floats(-20, 20)), min_size=1, max_size=30, unique=True
    ),
    st.randoms(),
)
def test_row_order_and_origin_change_nothing(xy, random):
    units = at(*xy)
    here = frontage.along(units, street(EAST), by="street")
    shuffled = units.loc[random.sample(range(len(xy)), len(xy))]
    moved = units.set_geometry(units.translate(1000.0, -500.0))
    there = frontage.along(
        moved,
        street(EAST).translate(1000.0, -500.0).to_frame("geometry").assign(street="s"),
        by="street",
    )
    again = frontage.along(shuffled, street(EAST), by="street").loc[units.index]
    for other in (there, again):
        assert np.allclose(here["along_m"], other["along_m"], atol=1e-6)
