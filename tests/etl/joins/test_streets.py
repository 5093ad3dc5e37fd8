import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, box

from data.schema import validate
from data.schema.tables import STREETS
from etl.joins import streets
from geo.crs import RD, to_rd
from tests import town

pytestmark = pytest.mark.slow

X, Y = town.X, town.Y


def lines(*rows):
    """Streets of `(name, (x, y), (x, y), …)`, in metres from the middle of the town."""
    shapes = [LineString([(X + x, Y + y) for x, y in xy]) for _, *xy in rows]
    names = pd.array([name for name, *_ in rows], dtype="str")
    return gpd.GeoDataFrame({"name": names, "highway": "residential"}, geometry=shapes, crs=RD)


PLUS = lines(
    ("Oosterstraat", (0, 0), (300, 0)),
    ("Noorderstraat", (0, 0), (0, 300)),
    ("Verweg", (900, 0), (2500, 0)),
)


def test_streets_within_reach_keep_the_contract():
    found = streets.streets(PLUS, town.places())
    validate.check("streets", found.streets)
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
    empty = streets.streets(PLUS, town.places(), premises=shops.assign(status="vacant")).streets[
        "footfall_proxy"
    ]
    assert (alone > empty).all()


def test_a_street_near_two_towns_belongs_to_the_nearer_core():
    other = {
        "place_id": "buurstad",
        "core": Point(X + 600, Y),
        "geometry": box(X + 500, Y - 100, X + 700, Y + 100),
    }
    both = town.places({}, other)
    found = streets.streets(
        lines(("Weg", (500, 0), (600, 0)), ("Pad", (0, 0), (90, 0))), both
    ).streets
    assert dict(zip(found["name"], found["place_id"], strict=True)) == {
        "Weg": "buurstad",
        "Pad": "voorbeeldstad",
    }


def unit(**told):
    """One unit that a survey saw, with or without the name of its street."""
    return {
        "premises_id": "survey:1",
        "status": "vacant",
        "street_id": None,
        "surveyed": "2024-10-01",
        **told,
    }


def test_units_come_on_the_street_of_their_address():
    found = streets.on_streets(town.premises(unit()), town.streets())
    assert found["street_id"].item() == "voorbeeldstad-langestraat"
    validate.check("premises", found)


def test_the_vacancy_of_a_register_is_no_table():
    mapped = town.premises({"source_id": "osm", "premises_id": "osm:node/1", "status": "vacant"})
    found = streets.street_vacancy(mapped, town.streets())
    validate.check("street_vacancy", found)
    assert found.empty


def test_the_vacancy_of_a_survey_keeps_the_contract():
    found = streets.street_vacancy(town.premises(), town.streets())
    validate.check("street_vacancy", found)
    assert set(found["basis"]) == {"units", "floor_area"} and set(found["units"]) == {10}
    # Ten units are a small centre: counts, and no rate.
    assert found["vacant_units"].eq(2.0).all() and found["vacancy_rate"].isna().all()


def test_sections_of_one_name_bear_it_in_one_writing():
    rows = lines(
        ("MARKTSTRAAT", (0, 0), (100, 0)),
        ("Marktstraat", (100, 0), (100, 90)),
        ("Marktstraat", (100, 90), (0, 90)),
    )
    found = streets.streets(rows, town.places()).streets
    assert set(found["name"]) == {"Marktstraat"}


def named(table, **rows):
    """Units per street in the table of the vacancy by units."""
    found = streets.street_vacancy(table, rows.get("streets", town.streets()))
    found = found[found["basis"] == "units"]
    return dict(zip(found["street"], found["units"], strict=True))


def test_a_street_of_several_sections_is_one_row():
    sections = town.streets(
        {},
        {"street_id": "voorbeeldstad-langestraat-2", "name": "LANGESTRAAT"},
        {"street_id": "v-3"},
    )
    each = ("voorbeeldstad-langestraat", "voorbeeldstad-langestraat-2", "v-3")
    units = town.premises(
        *(unit(premises_id=f"survey:{at}", street_id=one) for at, one in enumerate(each))
    )
    assert named(units, streets=sections) == {"Langestraat": 3}


def test_the_section_names_a_street_and_else_the_survey_does():
    units = town.premises(
        # What stands on a section goes by its name, whatever the survey writes.
        unit(street_id="voorbeeldstad-langestraat", street="Achter de Lange"),
        # On a section without a name, and on none, the written name counts, in one writing.
        unit(premises_id="survey:2", street_id="voorbeeldstad-steeg", street="Donkere Steeg"),
        unit(premises_id="survey:3", street="Donkere steeg"),
        unit(premises_id="survey:4", street="Donkere Steeg"),
        unit(premises_id="survey:5", street="LANGE STRAAT"),
        unit(premises_id="survey:6"),
    )
    assert named(units) == {"Langestraat": 1, "Donkere Steeg": 3, "LANGE STRAAT": 1}


def test_without_streets_the_survey_names_them():
    units = town.premises(
        *(unit(premises_id=f"survey:{at}", street="Marktstraat") for at in range(60))
    )
    found = streets.street_vacancy(units, STREETS.empty())
    validate.check("street_vacancy", found)
    assert found["vacancy_rate"].notna().all() and set(found["street"]) == {"Marktstraat"}


@pytest.mark.real
def test_the_real_network_of_enschede_is_measured_and_says_how_it_falls_apart():
    folder = os.environ.get("STADSHART_REAL")
    if not folder:
        pytest.skip("STADSHART_REAL is unset: the real Enschede network is not here")
    read = gpd.read_file(Path(folder) / "enschede_osm_streets" / "enschede_centre_highways.geojson")
    names = {column.lower(): column for column in read.columns}
    named = gpd.GeoDataFrame(
        {"name": read[names["name"]], "highway": read[names["highway"]]},
        geometry=read.geometry,
        crs=read.crs,
    )
    core = to_rd(gpd.GeoSeries([Point(6.895645, 52.220675)], crs=4326)).iloc[0]
    found = streets.streets(
        to_rd(named), town.places({"place_id": "enschede", "core": core, "geometry": core})
    )
    validate.check("streets", found.streets)
    assert found.parts.count > 1 and "do not touch" in found.parts.meaning
    assert found.streets["footfall_proxy"].notna().all()
    near = found.streets.distance(core) < 150
    assert (
        found.streets.loc[near, "footfall_proxy"].median()
        > 2 * found.streets.loc[found.streets.distance(core) > 900, "footfall_proxy"].median()
    )
    assert np.isfinite(found.parts.largest_share)
