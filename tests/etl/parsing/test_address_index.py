"""Rows that bring an address and no coordinates find their point among the units of the BAG."""

from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from data import catalogue
from etl.parsing import address_index
from etl.parsing.address_index import Addresses
from etl.pipeline import parts_store
from etl.pipeline.parts_store import ParsedPart, PartsStore
from etl.pipeline.run import RunOptions, run
from etl.sources import bag, shop_survey
from geo.crs import RD
from tests.etl.made_up_town import X, Y, place_file


def known(folder: Path) -> Addresses:
    """Three units of the BAG in two places, the first with a postcode."""
    units = gpd.GeoDataFrame(
        {
            "premises_id": ["bag:0000010000000001", "bag:0000010000000002", "bag:0000010000000003"],
            "place_id": ["stad", "stad", "dorp"],
            "address": ["Langestraat 12A-3", "Oude Markt 7", "Oude Markt 7"],
        },
        geometry=[Point(X, Y), Point(X + 10, Y), Point(X + 20, Y)],
        crs=RD,
    )
    postcodes = pd.DataFrame({"premises_id": ["bag:0000010000000001"], "postcode": ["1234AB"]})
    store = PartsStore(folder)
    store.save("f" * 32, {"premises": units, "postcodes": postcodes})
    part = ParsedPart(
        source_id="bag",
        key="stad",
        fingerprint="f" * 32,
        rows={"premises": 3, "postcodes": 1},
        retrieved=date(2024, 3, 1),
    )
    return address_index.read_addresses(
        parts_store.lookup_pieces(shop_survey.SOURCE, {"bag/stad": part}, store)
    )


def asked(**row: str) -> dict[str, pd.Series]:
    names = ("bag_id", "postcode", "street", "house_number", "house_letter", "addition")
    return {name: pd.Series([row.get(name)], dtype="str") for name in names}


@pytest.mark.parametrize(
    ("row", "metres"),
    [
        ({"bag_id": "0000010000000003"}, 20),
        ({"postcode": "1234 ab", "house_number": "12", "house_letter": "a", "addition": "3"}, 0),
        ({"postcode": "1234AB", "house_number": "12 A", "addition": "3"}, 0),
        ({"street": "langestraat", "house_number": "12a-3"}, 0),
        ({"street": "OUDE-MARKT", "house_number": "7"}, 10),
    ],
)
def test_an_address_is_found_however_it_is_written(
    tmp_path: Path, row: dict[str, str], metres: int
):
    place = "dorp" if "bag_id" in row else "stad"
    point = known(tmp_path).find(asked(**row), place).iloc[0]
    assert (point.x, point.y) == (X + metres, Y)


@pytest.mark.parametrize(
    "row",
    [
        {"postcode": "1234AB", "house_number": "123"},
        {"postcode": "1234AB", "house_number": "12"},
        {"street": "Nieuwe Markt", "house_number": "7"},
        {"street": "Oude Markt"},
        {},
    ],
)
def test_an_address_that_is_not_there_is_missing(tmp_path: Path, row: dict[str, str]):
    assert known(tmp_path).find(asked(**row), "stad").isna().all()


def test_an_address_in_two_places_is_none_without_the_place(tmp_path: Path):
    assert known(tmp_path).find(asked(street="Oude Markt", house_number="7"), None).isna().all()


@pytest.mark.slow
def test_a_survey_without_coordinates_is_published_by_its_addresses(tmp_path: Path):
    place_file(tmp_path / "places", "stad")
    register = tmp_path / "inputs" / "bag" / "stad"
    register.mkdir(parents=True)
    numbers = [1, 3, 5]
    gpd.GeoDataFrame(
        {
            "identificatie": [f"000001000000000{number}" for number in numbers],
            "gebruiksdoel": "winkelfunctie",
            "status": bag.IN_USE_STATUSES[0],
            "oppervlakte": 100,
            "openbare_ruimte": "Langestraat",
            "huisnummer": numbers,
            "postcode": "1234AB",
        },
        geometry=[Point(X + number, Y) for number in numbers],
        crs=RD,
    ).to_parquet(register / "units.parquet")
    survey = tmp_path / "inputs" / "shop_survey" / "stad"
    survey.mkdir(parents=True)
    (survey / "winkels-2024-03-31.csv").write_text(
        "id;straat;huisnummer;postcode;status\na;Langestraat;1;;leeg\nb;;3;1234 AB;in"
        " gebruik\nc;Dorpsstraat;9;4321 ZZ;leeg\n"
    )
    run(
        RunOptions(
            data=tmp_path / "data",
            inputs=tmp_path / "inputs",
            places=tmp_path / "places",
            only_sources=("bag", "shop_survey"),
            workers=1,
        )
    )
    opened = catalogue.open(tmp_path / "data")
    surveyed = opened.table("premises").query("source_id == 'shop_survey'")
    assert dict(zip(surveyed["premises_id"], surveyed.geometry.x, strict=True)) == {
        "survey:stad:a": X + 1,
        "survey:stad:b": X + 3,
    }
    part = PartsStore(tmp_path / "data").index().parts["shop_survey/region"]
    assert part.counts == {"dropped-no-position": 1, "placed-by-address": 2}


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("Langestraat 12", ("Langestraat", "12", None, None, None, None)),
        ("Langestraat 12 a", ("Langestraat", "12", "a", None, None, None)),
        ("Langestraat 12A-3", ("Langestraat", "12", "A", "3", None, None)),
        ("Langestraat 12-14", ("Langestraat", "12", None, "14", None, None)),
        ("Langestraat 12 bis", ("Langestraat", "12", None, "bis", None, None)),
        (
            "Langestraat 12, 7511 HA Enschede",
            ("Langestraat", "12", None, None, "7511 HA", "Enschede"),
        ),
        ("Langestraat 12 7511ha", ("Langestraat", "12", None, None, "7511ha", None)),
        ("Langestraat 12, Enschede", ("Langestraat", "12", None, None, None, "Enschede")),
        ("'t Heechhôf 3", ("'t Heechhôf", "3", None, None, None, None)),
        ("1e Esweg 4", ("1e Esweg", "4", None, None, None, None)),
        ("Plein 1944 12", ("Plein 1944", "12", None, None, None, None)),
        ("Langestraat", (None,) * 6),
        ("", (None,) * 6),
        (None, (None,) * 6),
    ],
)
def test_an_address_in_one_cell_is_taken_apart(cell: str | None, parts: tuple[str | None, ...]):
    apart = address_index.taken_apart(pd.Series([cell], dtype="str")).iloc[0]
    assert (
        tuple(None if pd.isna(apart[name]) else apart[name] for name in address_index.PARTS)
        == parts
    )
