"""The layer of boardings: what a mark and a row say, on the facts that ship."""

from dataclasses import replace
from unittest.mock import patch

import pytest

from dashboard.i18n.text import texts
from dashboard.maps.layers import travellers
from dashboard.maps.scene import Feature
from tests.dashboard import shipped

LAYER = travellers.layer(shipped.facts(), texts("nl"))


def feature(name: str) -> Feature:
    (only,) = (feature for feature in LAYER.features if feature.name == name)
    return only


def test_the_area_of_a_mark_follows_the_boardings():
    hengelo = feature("Station Hengelo: 8.844 (2023)")
    oldenzaal = feature("Station Oldenzaal: 1.070 (2023)")
    assert (hengelo.size / oldenzaal.size) ** 2 == pytest.approx(8_844 / 1_070)


def test_a_station_of_unknown_boardings_is_not_drawn_as_a_small_one():
    facts = shipped.facts()
    unknown = replace(facts.stations[0], boardings_per_workday=None)
    with patch.object(facts, "stations", (unknown,)):
        (drawn,) = travellers.layer(facts, texts("nl")).features
    assert (drawn.size, drawn.label) == (1.0, None)


def test_a_figure_says_how_it_changed_since_the_year_before_corona():
    # 8,950 in 2019 and 8,844 in 2023: 1.2 % less.
    hengelo = feature("Station Hengelo: 8.844 (2023)")
    assert hengelo.label == ("8.844\ninstappers per werkdag 2023\n\N{MINUS SIGN}1 % sinds 2019")
    assert [cell.text for cell in hengelo.cells[2:]] == [
        "\N{MINUS SIGN}1 %",
        "2023",
    ]
    # From 2018, since the years before were counted differently.
    assert len(hengelo.cells[1].spark) == 6


@pytest.mark.parametrize("year", range(2016, 2020))
def test_up_to_that_year_no_change_is_told(year):
    for row in (row for row in LAYER.features if row.cells[3].text == str(year)):
        assert row.cells[2].text == "" and "sinds" not in (row.label or "")
        assert len(row.cells[1].spark) == max(0, year - 2017)
