"""What stands side by side where nothing is chosen."""

import pytest

from dashboard.analysis import comparison
from tests.dashboard import shipped, voorbeeldstad


def test_a_place_stands_first_beside_as_many_others_as_fit():
    assert comparison.centres(shipped.facts(), "hengelo") == (
        "hengelo",
        "almelo",
        "borne",
        "enschede",
        "oldenzaal",
    )
    ten = comparison.centres(voorbeeldstad.facts(), "voorbeeldweide")
    assert len(ten) == 5 and ten[0] == "voorbeeldweide"


def test_the_streets_with_most_units_come_first():
    town = voorbeeldstad.facts().towns["voorbeeldstad"]
    units = [
        town.streets[key].readings[town.surveys[-1].survey].units
        for key in comparison.streets(town)
    ]
    assert units == sorted(units, reverse=True) and len(units) == 3
    every = [street.readings.values() for street in town.streets.values()]
    assert units[0] == max(
        reading.units
        for readings in every
        for reading in readings
        if reading.survey == town.surveys[-1].survey
    )


def test_a_series_is_of_one_source_definition_and_kind_of_area():
    facts = shipped.facts()
    for rows in comparison.series(facts, facts.places["hengelo"]):
        kinds = {(row.series, row.source_id, row.definition, row.area_kind) for row in rows}
        years = [row.year for row in rows]
        assert len(kinds) == 1 and years == sorted(years) and len(set(years)) > 1


@pytest.mark.parametrize(
    ("known", "years"),
    [
        # Two series over four years tell more than one over five, or than two over one.
        (((2019, 2023), (2019, 2023), (2018, 2023), (2022, 2023)), (2019, 2023)),
        # A long row of years that ended long ago is no year to compare with now.
        (((1990, 2012), (2022, 2024)), (2022, 2024)),
        # Corona years are compared only by choice.
        (((2019, 2020, 2021),), ()),
        ((), ()),
    ],
)
def test_the_years_are_those_that_most_series_tell_apart(known, years):
    assert comparison.years(known) == years
