import geopandas as gpd
import pandas as pd
import pytest

from etl.joins import streets
from etl.parsing import vacancy_spells
from geo.crs import RD
from tests import town


def units(*visits: tuple[str, str, str | None]) -> gpd.GeoDataFrame:
    """Visits of one unit: day, status, and since when the file says it stands empty."""
    rows = pd.DataFrame(visits, columns=["surveyed", "status", "vacant_since"])
    days = {
        name: pd.to_datetime(rows[name]).astype("datetime64[ms]")
        for name in ("surveyed", "vacant_since")
    }
    frame = rows.assign(**days, premises_id="survey:a", survey="town-" + rows["surveyed"])
    return gpd.GeoDataFrame(
        frame, geometry=gpd.points_from_xy([0.0] * len(rows), [0.0] * len(rows)), crs=RD
    )


def since(*visits: tuple[str, str, str | None]) -> list[str]:
    return (
        vacancy_spells.add_spells(units(*visits))[0]["vacant_since"]
        .dt.strftime("%Y-%m-%d")
        .fillna("-")
        .tolist()
    )


def test_without_a_stated_day_it_is_the_first_survey_that_saw_it():
    assert since(("2022-03-01", "vacant", None), ("2023-03-01", "vacant", None)) == [
        "2022-03-01",
        "2022-03-01",
    ]


def test_a_stated_day_holds_on_until_the_unit_is_used():
    told = since(
        ("2022-03-01", "vacant", "2021-02-01"),
        ("2023-03-01", "vacant", None),
        ("2024-03-01", "in_use", None),
        ("2025-03-01", "vacant", None),
    )
    assert told == ["2021-02-01", "2021-02-01", "-", "2025-03-01"]


@pytest.mark.parametrize("between", ["in_use", "unknown"])
def test_what_was_not_seen_empty_breaks_the_run(between: str):
    assert (
        since(
            ("2022-03-01", "vacant", "2021-02-01"),
            ("2023-03-01", between, None),
            ("2024-03-01", "vacant", None),
        )[2]
        == "2024-03-01"
    )


def test_a_later_statement_of_the_file_itself_goes_first():
    assert since(
        ("2022-03-01", "vacant", "2021-02-01"), ("2023-03-01", "vacant", "2021-06-01")
    ) == ["2021-02-01", "2021-06-01"]


def test_a_unit_in_use_is_not_empty_since_anything():
    assert since(
        ("2022-03-01", "in_use", "2015-01-01"), ("2023-03-01", "unknown", "2015-01-01")
    ) == ["-", "-"]


def test_successive_surveys_tell_how_long_a_unit_is_empty():
    years = [
        (f"{year}-10-01", "in_use" if year == 2021 else "vacant", None)
        for year in range(2021, 2027)
    ]
    found = vacancy_spells.add_spells(units(*years))[0]
    assert found["duration"].fillna("-").tolist() == [
        "-",
        "frictional",
        "long",
        "long",
        "long",
        "structural",
    ]


def test_only_surveys_are_asked_since_when():
    """What a run joins per place finds the street of a unit, and says nothing of time."""
    mapped = town.premises(
        {"vacant_since": None, "duration": None, "status": "vacant", "street_id": None}
    )
    found = streets.on_streets(mapped, town.streets())
    assert found["vacant_since"].isna().all() and found["duration"].isna().all()
