import pytest

from geo.errors import WrongShapeError
from geo.indicator import changes, comparable, newest, published, readings
from tests import town


def read(
    place: str, year: int, value: float, definition: str | None = "d", series: str | None = "s"
):
    return {
        "place_id": place,
        "year": year,
        "value": value,
        "definition": definition,
        "series": series,
    }


def figures(**more: object):
    row = {"observation_id": "een", "indicator": "vacancy", "definition": "d", **more}
    return published(town.observations(row), indicator="vacancy", area_kind="inner_city")


def test_a_measured_dated_figure_is_a_reading():
    found = figures()
    assert (found["place_id"].iloc[0], found["year"].iloc[0], found["value"].iloc[0]) == (
        "voorbeeldstad",
        2023,
        10.0,
    )
    assert found["row_id"].iloc[0] == "een"


@pytest.mark.parametrize(
    "broken",
    [
        {"nature": "target"},
        {"nature": "plan"},
        {"nature": "expectation"},
        {"confidence": "low"},
        {"area_kind": "municipality"},
        {"indicator": "visitors"},
        {"period_start": None, "period_end": None},
        {"value": None, "value_text": "meer dan 400"},
        {"place_id": None},
    ],
)
def test_what_nobody_measured_there_is_no_reading(broken):
    assert figures(**broken).empty


def test_the_last_published_figure_of_a_year_wins():
    rows = [
        {
            "observation_id": "april",
            "value": 1.0,
            "period_start": "2023-04-01",
            "period_end": "2023-04-30",
        },
        {
            "observation_id": "augustus",
            "value": 2.0,
            "period_start": "2023-08-01",
            "period_end": "2023-08-31",
        },
    ]
    found = published(town.observations(*rows), indicator="vacant_premises", area_kind="inner_city")
    assert list(found["row_id"]) == ["augustus"]


def test_two_readings_for_one_year_are_refused():
    with pytest.raises(WrongShapeError, match="leave one out"):
        readings([read("a", 2020, 1.0), read("a", 2020, 2.0)])


def test_the_newest_reading_stands_for_the_place():
    assert newest(readings([read("a", 2020, 1.0), read("a", 2022, 2.0)]))["value"].to_dict() == {
        "a": 2.0
    }


def test_figures_at_most_a_year_apart_stand_side_by_side():
    found = readings([read("a", 2023, 1.0), read("b", 2022, 2.0), read("c", 2021, 3.0)])
    assert comparable(found).to_dict() == {"a": 1.0, "b": 2.0}


def test_another_definition_does_not_stand_beside():
    found = readings(
        [read("a", 2023, 1.0), read("b", 2023, 2.0), read("c", 2023, 3.0, definition="anders")]
    )
    assert comparable(found).to_dict() == {"a": 1.0, "b": 2.0}


def test_a_figure_without_definition_stands_beside_nothing():
    assert comparable(readings([read("a", 2023, 1.0, definition=None)])).empty


def test_change_stays_within_one_series():
    found = readings(
        [read("a", 2015, 9.0, series="old"), read("a", 2019, 1.0), read("a", 2023, 3.0)]
    )
    assert changes(found).loc["a"].to_dict() == {
        "first_year": 2019,
        "first": 1.0,
        "last_year": 2023,
        "last": 3.0,
    }


def test_a_figure_that_stands_alone_has_no_change():
    assert changes(
        readings([read("a", 2019, 1.0, series=None), read("a", 2023, 3.0, series=None)])
    ).empty
    assert changes(readings([read("a", 2023, 3.0)])).empty
