"""Checks on what was read: a few bad rows are left out and counted, many fail the source."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, Point, Polygon

from data.schema.tables import OBSERVATIONS, PREMISES
from etl import area as areas
from etl.area import Area
from etl.errors import ContentError
from etl.pipeline import drift, validate
from etl.source import Source
from etl.sources.reference import place_table
from geo.bilingual import Bilingual
from geo.crs import RD, WGS84
from tests.etl.made_up_town import X, Y, place_file

TODAY = date(2026, 3, 1)
SOURCE = Source(
    id="register",
    title=Bilingual(nl="Panden", en="Premises"),
    publisher="Register",
    licence="CC0 1.0",
    fills=(PREMISES, OBSERVATIONS),
    rows=range(10, 100),
    tried="documentation",
)


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> Area:
    folder = place_file(tmp_path_factory.mktemp("places"), "voorbeelddorp", x=10_000.0)
    return areas.area_of_places(place_table(place_file(folder)))


def units(count: int = 40, **columns: object) -> gpd.GeoDataFrame:
    """Units 10 m apart, in the first place; `columns` give one value each, or one per unit."""
    frame = pd.DataFrame(
        {
            "premises_id": [f"bag:{number:016d}" for number in range(count)],
            "survey": "2026",
            "status": "unknown",
        }
    )
    return gpd.GeoDataFrame(
        frame.assign(**columns),
        geometry=[Point(X + 10 * number, Y) for number in range(count)],
        crs=RD,
    )


def checked(frame: pd.DataFrame, area: Area, name: str = "premises") -> validate.CheckedFrame:
    return validate.as_table(name, frame, SOURCE, area, TODAY)


def test_columns_left_out_are_filled_and_ordered(area: Area):
    frame = checked(units(), area).frame
    assert list(frame.columns) == list(PREMISES.columns)
    assert set(frame["source_id"]) == {"register"} and set(frame["place_id"]) == {"voorbeeldstad"}
    assert frame["floor_area_m2"].isna().all()


def test_a_row_outside_every_place_is_left_out_and_counted(area: Area):
    rows = units(3)
    rows.loc[2, "geometry"] = Point(X + 5000, Y)
    met = checked(rows, area)
    assert (len(met.frame), met.counts["dropped-outside-places"]) == (2, 1)


def test_a_unit_belongs_to_the_nearest_core_where_places_overlap(tmp_path: Path):
    place_file(tmp_path / "places", "voorbeelddorp", x=1000.0)
    both = areas.area_of_places(place_table(place_file(tmp_path / "places")))
    spots = gpd.GeoSeries([Point(X + 400, Y), Point(X + 600, Y), Point(X + 9000, Y)], crs=RD)
    assert both.owners(spots).tolist()[:2] == ["voorbeeldstad", "voorbeelddorp"]
    assert both.owners(spots).isna().tolist() == [False, False, True]


def test_an_outline_goes_before_a_circle(area: Area):
    outlined = areas.Place(
        "buiten",
        "Buiten",
        "periphery",
        None,
        Point(X + 900, Y),
        Point(X + 800, Y).buffer(300),
        True,
    )
    wider = areas.Area(area.places, (*area.all_places, outlined))
    assert wider.owners(gpd.GeoSeries([Point(X + 510, Y), Point(X + 400, Y)], crs=RD)).tolist() == [
        "buiten",
        "voorbeeldstad",
    ]


def test_an_unknown_column_is_a_fault_of_the_reader(area: Area):
    with pytest.raises(ContentError, match="column-unknown"):
        checked(units(colour="red"), area)


def test_degrees_are_not_taken_for_metres(area: Area):
    with pytest.raises(ContentError, match="expected EPSG:28992"):
        checked(units().to_crs(WGS84), area)


def test_coordinates_far_from_every_place_are_refused(area: Area):
    far = units(3, place_id="voorbeeldstad")
    far["geometry"] = far.translate(90_000)
    with pytest.raises(ContentError, match="outside-box"):
        checked(far, area)


def test_a_few_rows_of_tomorrow_are_left_out_and_many_fail(area: Area):
    met = checked(
        units(surveyed=[pd.Timestamp("2031-01-01")] + [pd.Timestamp("2026-01-01")] * 39), area
    )
    assert (len(met.frame), met.counts["dropped-future-date"]) == (39, 1)
    with pytest.raises(ContentError, match="a day in the future"):
        checked(units(surveyed=pd.Timestamp("2031-01-01")), area)


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [("floor_area_m2", 10.0, -1.0), ("status", "vacant", "leeg"), ("survey", "2026", None)],
)
def test_a_value_the_table_does_not_allow_costs_its_row(
    area: Area, column: str, good: object, bad: object
):
    met = checked(units(**{column: [bad] + [good] * 39}), area)
    assert (len(met.frame), met.counts[f"dropped-{column.replace('_', '-')}"]) == (39, 1)
    with pytest.raises(ContentError, match=f"{column}: expected"):
        checked(units(**{column: [bad] * 10 + [good] * 30}), area)


def test_text_where_a_number_belongs_is_named(area: Area):
    with pytest.raises(ContentError, match="floor_area_m2 holds str"):
        checked(units(floor_area_m2="1.234,5"), area)


def test_a_share_above_one_is_refused(area: Area):
    rows = pd.DataFrame(
        {
            "observation_id": [f"a-{number}" for number in range(20)],
            "place_id": "voorbeeldstad",
            "indicator": "vacant_share",
            "value": [1.2] + [0.1] * 19,
            "unit": "share",
            "area_kind": "inner_city",
            "nature": "measured",
            "source_date": "2026",
            "retrieved": pd.Timestamp("2026-01-01"),
            "confidence": "high",
        }
    )
    met = checked(rows, area, "observations")
    assert (len(met.frame), met.counts["dropped-broken-rule"]) == (19, 1)


def test_a_key_counts_once(area: Area):
    rows = units()
    rows.loc[1, "premises_id"] = rows.loc[0, "premises_id"]
    met = checked(rows, area)
    assert (len(met.frame), met.counts["dropped-double-key"]) == (39, 1)


def test_missing_and_wrong_geometry_is_left_out_per_rule(area: Area):
    rows = units(5, place_id="voorbeeldstad")
    rows.loc[0, "geometry"] = None
    rows.loc[1, "geometry"] = LineString([(X, Y), (X + 1, Y)])
    met = checked(rows, area)
    assert dict(met.counts) == {"dropped-no-geometry": 1, "dropped-wrong-geometry": 1}


def test_a_crossed_ring_is_mended(area: Area):
    bow = Polygon([(X, Y), (X + 40, Y + 40), (X + 40, Y), (X, Y + 40)])
    met = checked(gpd.GeoDataFrame({"kind": ["water"]}, geometry=[bow], crs=RD), area, "background")
    assert met.frame.is_valid.all() and met.counts["repaired-geometry"] == 1


def codes(now: pd.DataFrame, before: pd.DataFrame) -> list[str]:
    return [finding.code for finding in drift.compare("premises", now, before, SOURCE)]


def test_the_same_rows_say_nothing(area: Area):
    frame = checked(units(), area).frame
    assert codes(frame, frame) == []


@pytest.mark.parametrize(
    ("rows", "code"), [(0, "rows-none"), (19, "rows-shifted"), (121, "rows-shifted")]
)
def test_too_few_or_too_many_rows_are_an_error(area: Area, rows: int, code: str):
    before, now = (checked(units(count), area).frame for count in (40, rows))
    assert code in codes(now, before)


@pytest.mark.parametrize("rows", [20, 40, 120])
def test_a_usual_change_in_rows_is_none(area: Area, rows: int):
    before, now = (checked(units(count), area).frame for count in (40, rows))
    assert codes(now, before) == []


def test_other_keys_and_other_figures_are_warnings(area: Area):
    before = checked(units(floor_area_m2=100.0), area).frame
    now = checked(
        units(floor_area_m2=1000.0, premises_id=[f"bag:9{number:015d}" for number in range(40)]),
        area,
    ).frame
    found = drift.compare("premises", now, before, SOURCE)
    assert [(one.code, one.severity) for one in found] == [
        ("keys-shifted", "warning"),
        ("values-shifted", "warning"),
    ]


def test_bounds_are_the_declared_ones():
    assert drift.row_bounds(SOURCE, 10) == () and drift.row_bounds(SOURCE, 99) == ()
    assert [one.code for rows in (9, 100) for one in drift.row_bounds(SOURCE, rows)] == [
        "rows-bounds"
    ] * 2


@pytest.mark.parametrize("left_out", ["retrieved", "source_date"])
def test_a_figure_that_does_not_tell_when_is_refused(area: Area, left_out: str):
    told = {
        "observation_id": "a",
        "indicator": "population",
        "unit": "inhabitants",
        "area_kind": "town",
        "nature": "measured",
    }
    told |= {
        "source_date": "2024",
        "retrieved": pd.Timestamp("2024-03-01"),
        "confidence": "high",
        "place_id": "voorbeeldstad",
        "area_name": "Voorbeeldstad",
        "value": 1.0,
    }
    source = Source(
        id="x",
        title=Bilingual("x", "x"),
        publisher="x",
        licence="x",
        fills=(OBSERVATIONS,),
        rows=range(9),
        tried="documentation",
    )
    assert (
        len(
            validate.as_table(
                "observations", pd.DataFrame([told]), source, area, date(2024, 3, 3)
            ).frame
        )
        == 1
    )
    with pytest.raises(ContentError, match=left_out):
        validate.as_table(
            "observations",
            pd.DataFrame([told]).drop(columns=left_out),
            source,
            area,
            date(2024, 3, 3),
        )
