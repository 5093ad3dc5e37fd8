"""Boardings at stations: which year is shown, and which years do not compare."""

from dashboard.facts.records import StationYear
from dashboard.facts.snapshot import Facts
from geo.indicators import station_boardings

LAYER_ID = "treinreizigers"
"""The map layer with a mark per station and year."""
CORONA_YEARS = station_boardings.CORONA_YEARS
TOTAL_ONLY_YEAR = 2016
BREAK_AFTER = 2017


def feature_id(row: StationYear) -> str:
    """The id of a station in a year on the map."""
    return f"{row.stop_id}-{row.year}"


def year_shown(facts: Facts, years: tuple[int, int]) -> int | None:
    """The newest year with figures in the period."""
    known = [row.year for row in facts.stations if years[0] <= row.year <= years[1]]
    return max(known, default=None)
