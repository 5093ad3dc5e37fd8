"""Boardings at stations: which year is shown, and which years do not compare."""

from collections.abc import Sequence

from dashboard.facts.records import StationYear
from dashboard.facts.snapshot import Facts
from geo.indicators import station_boardings

LAYER_ID = "treinreizigers"
"""The map layer with a mark per station and year."""
CORONA_YEARS = station_boardings.CORONA_YEARS
TOTAL_ONLY_YEAR = 2016
BREAK_AFTER = 2017
BASE_YEAR = 2019
"""The last year before corona; from here on changes are told."""
COMPARED_YEARS = (BASE_YEAR, 2023)
"""The years that the boardings of a station are compared between."""


def compared(rows: Sequence[StationYear]) -> tuple[float, float] | None:
    """The boardings of one station in both `COMPARED_YEARS`; None where one is unknown."""
    known = {row.year: row.boardings_per_workday for row in rows}
    before, after = (known.get(year) for year in COMPARED_YEARS)
    return None if before is None or after is None else (before, after)


def feature_id(row: StationYear) -> str:
    """The id of a station in a year on the map."""
    return f"{row.stop_id}-{row.year}"


def change_since_base(row: StationYear, facts: Facts) -> float | None:
    """The change of a station's boardings from `BASE_YEAR` to the year of `row`, as a share of
    those in the base year; None for that year and earlier, and where one of both is unknown.
    """
    base = next(
        (
            other.boardings_per_workday
            for other in facts.stations
            if (other.name, other.year) == (row.name, BASE_YEAR)
        ),
        None,
    )
    if not base or row.boardings_per_workday is None or row.year <= BASE_YEAR:
        return None
    return row.boardings_per_workday / base - 1.0


def year_shown(facts: Facts, years: tuple[int, int]) -> int | None:
    """The newest year with figures in the period."""
    known = [row.year for row in facts.stations if years[0] <= row.year <= years[1]]
    return max(known, default=None)
