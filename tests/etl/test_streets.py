import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, box

from data import contracts
from etl import streets
from geo.crs import RD, to_rd
from tests import town

X, Y = town.X, town.Y


def lines(*rows):
    """Streets of `(name, (x, y), (x, y), …)`, in metres from the middle of the town."""
    shapes = [LineString([(X + x, Y + y) for x, y in xy]) for _, *xy in rows]
    names = pd.array([name for name, *_ in rows], dtype="str")
    return gpd.GeoDataFrame({"name": names, "highway": "residential"}, geometry=shapes, crs=RD)


PLUS = lines(("Oosterstraat", (0, 0), (300, 0)), ("Noorderstraat", (0, 0), (0, 300)), ("Verweg", (900, 0), (2500, 0)))


def test_streets_within_reach_keep_the_contract():
    found = streets.streets(PLUS, town.places())
    contracts.check("streets", found.streets)
    assert list(found.streets["name"]) == ["Noorderstraat", "Oosterstraat"]
    assert found.parts.count == 2


def test_a_place_without_outline_reaches_1500_m():
    places = town.places({"geometry": Point(X, Y)})
    assert "Verweg" in set(streets.streets(PLUS, places).streets["name"])


def test_ids_name_the_place_and_stay_when_the_order_changes():
    once = streets.streets(PLUS, town.places()).streets
    again = streets.streets(PLUS.iloc[::-1], town.places()).streets
    assert list(once["street_id"]) == list(again["street_id"])
    assert once["street_id"].str.startswith("voorbeeldstad-").all()


def test_vacant_units_draw_nobody():
    shops = town.premises()
    alone = streets.streets(PLUS, town.places(), premises=shops).streets["footfall_proxy"]
    empty = streets.streets(PLUS, town.places(), premises=shops.assign(status="vacant")).streets["footfall_proxy"]
    assert (alone > empty).all()


def test_a_street_near_two_towns_belongs_to_the_nearer_core():
    other = {"place_id": "buurstad", "core": Point(X + 600, Y), "geometry": box(X + 500, Y - 100, X + 700, Y + 100)}
    both = town.places({}, other)
    found = streets.streets(lines(("Weg", (500, 0), (600, 0)), ("Pad", (0, 0), (90, 0))), both).streets
    assert dict(zip(found["name"], found["place_id"], strict=True)) == {"Weg": "buurstad", "Pad": "voorbeeldstad"}


def surveyed(*statuses, **told):
    """One unit in yearly surveys from 2021 on."""
    rows = [
        {
            "premises_id": "survey:1", "survey": f"s{2021 + at}", "surveyed": f"{2021 + at}-10-01", "status": status,
            "street_id": None, **told,
        }
        for at, status in enumerate(statuses)
    ]  # fmt: skip
    return town.premises(*rows)


def test_successive_surveys_tell_how_long_a_unit_is_empty():
    found = streets.on_streets(surveyed("in_use", "vacant", "vacant", "vacant"), town.streets())
    assert list(found["duration"].fillna("")) == ["", "frictional", "long", "long"]
    assert found["vacant_since"].dt.year.fillna(0).tolist() == [0, 2022, 2022, 2022]


def test_what_the_survey_says_itself_stays():
    found = streets.on_streets(surveyed("vacant", vacant_since="2015-01-01"), town.streets())
    assert found["duration"].item() == "structural"


def test_a_unit_in_use_is_not_empty_since_anything():
    found = streets.on_streets(surveyed("in_use", vacant_since="2015-01-01"), town.streets())
    assert found["vacant_since"].isna().item() and found["duration"].isna().item()


def test_units_come_on_the_street_of_their_address():
    found = streets.on_streets(surveyed("vacant"), town.streets())
    assert found["street_id"].item() == "voorbeeldstad-langestraat"
    contracts.check("premises", found)


def test_the_vacancy_of_a_register_is_no_table():
    mapped = town.premises({"source_id": "osm", "premises_id": "osm:node/1", "status": "vacant"})
    found = streets.street_vacancy(mapped)
    contracts.check("street_vacancy", found)
    assert found.empty


def test_the_vacancy_of_a_survey_keeps_the_contract():
    found = streets.street_vacancy(town.premises())
    contracts.check("street_vacancy", found)
    assert set(found["basis"]) == {"units", "floor_area"} and set(found["units"]) == {10}
    # Ten units are a small centre: counts, and no rate.
    assert found["vacant_units"].eq(2.0).all() and found["vacancy_rate"].isna().all()


@pytest.mark.real
def test_the_real_network_of_enschede_is_measured_and_says_how_it_falls_apart():
    folder = os.environ.get("STADSHART_REAL")
    if not folder:
        pytest.skip("STADSHART_REAL is unset: the real Enschede network is not here")
    read = gpd.read_file(Path(folder) / "enschede_osm_streets" / "enschede_centre_highways.geojson")
    names = {column.lower(): column for column in read.columns}
    named = gpd.GeoDataFrame(
        {"name": read[names["name"]], "highway": read[names["highway"]]}, geometry=read.geometry, crs=read.crs
    )
    core = to_rd(gpd.GeoSeries([Point(6.895645, 52.220675)], crs=4326)).iloc[0]
    found = streets.streets(to_rd(named), town.places({"place_id": "enschede", "core": core, "geometry": core}))
    contracts.check("streets", found.streets)
    assert found.parts.count > 1 and "do not touch" in found.parts.meaning
    assert found.streets["footfall_proxy"].notna().all()
    near = found.streets.distance(core) < 150
    assert found.streets.loc[near, "footfall_proxy"].median() > 2 * found.streets.loc[
        found.streets.distance(core) > 900, "footfall_proxy"
    ].median()
    assert np.isfinite(found.parts.largest_share)
