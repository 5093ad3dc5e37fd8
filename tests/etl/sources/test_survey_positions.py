"""Where the units of a survey lie."""

from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point

from etl.errors import ContentError
from etl.problems import PROBLEMS
from geo.crs import RD, to_wgs84
from tests import town
from tests.etl.sources.survey_sheet import DATE, HEAD, X, only, parse, row

pytestmark = pytest.mark.slow


def test_degrees_in_place_of_metres_are_refused_with_a_guess(tmp_path: Path):
    with pytest.raises(ContentError, match="outside-box"):
        parse(tmp_path, (DATE, HEAD + row(1, x="5,38", y="52,76")))


def test_degrees_under_their_own_name_are_read(tmp_path: Path):
    core = to_wgs84(gpd.GeoSeries([Point(town.X, town.Y)], crs=RD)).iloc[0]
    frame = only(
        parse(
            tmp_path,
            (DATE, f"id,status,lon,lat\n1,leeg,{core.x:.7f},{core.y:.7f}\n"),
            place_id="voorbeeldstad",
        )
    )
    assert frame.geometry.iloc[0].distance(Point(town.X, town.Y)) < 0.2


def test_coordinates_have_a_number_form_of_their_own(tmp_path: Path):
    frame = only(parse(tmp_path, (DATE, HEAD + row(1, wvo="120,5", x=f"{X}.25"))))
    assert (frame["floor_area_m2"].iloc[0], frame.geometry.iloc[0].x) == (120.5, X + 0.25)


def test_without_coordinates_and_without_a_register_the_way_out_is_told(tmp_path: Path):
    with pytest.raises(ContentError, match="survey-unplaced") as refused:
        parse(tmp_path, (DATE, "straat;huisnummer;status\nLangestraat;1;leeg\n"))
    assert "run --source bag" in PROBLEMS[refused.value.finding.code].cure


def test_file_of_another_town_is_refused(tmp_path: Path):
    with pytest.raises(ContentError, match="import-elsewhere"):
        parse(tmp_path, (DATE, HEAD + row(1)), place_id="voorbeeldplein")


def test_units_of_the_edge_in_the_same_file_keep_their_place(tmp_path: Path):
    frame = only(parse(tmp_path, (DATE, HEAD + row(1) + row(2, x=X + 3000))))
    assert frame["place_id"].tolist() == ["voorbeeldstad", "voorbeeldplein"]
    assert frame["survey"].nunique() == 1
