"""The towns and floor areas of the competition model keep what their columns say."""

import csv
from collections.abc import Mapping
from itertools import groupby

import pytest

from data.schema import validate
from data.schema.tables import DECLARED
from etl.sources import competition
from etl.sources.reference import REFERENCE

Row = Mapping[str, str]


def rows(name: str) -> list[Row]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def counted(code: str) -> int:
    return sum(
        int(row["population"] or 0) for row in rows("origins") if row["municipality_code"] == code
    )


def test_both_tables_keep_their_contract():
    for name, frame in competition.tables().items():
        validate.check(name, frame)
        assert list(frame.columns) == list(DECLARED[name].columns)


@pytest.mark.parametrize(
    ("code", "residents"),
    [
        ("GM0141", 72_849),
        ("GM0147", 23_210),
        ("GM0153", 158_986),
        ("GM0164", 80_683),
        ("GM0173", 31_840),
    ],
)
def test_town_and_villages_add_up_to_the_municipality_of_2019(code: str, residents: int):
    assert counted(code) == residents


def test_quarter_counts_with_its_town_only():
    for row in rows("origins"):
        assert (row["population"] == "") == (row["rule"] in ("part_of_town", "unknown")), row[
            "name"
        ]
        assert row["rule"] == "as_listed" or row["note"], row["name"]
        if row["rule"] == "as_listed":
            assert row["population"] == row["gazetteer_population"]


def test_two_towns_called_hengelo_stay_apart():
    named = {row["origin_id"]: row["name"] for row in rows("origins")}
    assert (
        named["geonames:2754394"] == "Hengelo"
        and named["geonames:2754395"] == "Hengelo (Gelderland)"
    )


def test_only_dutch_towns_have_a_municipality():
    assert all(
        (row["country"] == "NL") == bool(row["municipality_code"]) for row in rows("origins")
    )


def test_no_single_spending_is_given_only_the_cited_range():
    origins = competition.tables()["origins"]
    assert origins["spending_eur"].isna().all()
    town = origins[origins["name"] == "Oldenzaal"].set_index("branch_group")
    assert town.loc["daily", "spending_low_eur"] == 31_840 * 2_245
    assert town.loc["daily", "spending_high_eur"] == 31_840 * 2_595


def test_floor_area_of_an_assumption_is_a_range_only():
    for row in rows("supply"):
        low, high = float(row["floor_area_low"]), float(row["floor_area_high"])
        if row["nature"] == "expectation":
            assert (
                row["floor_area_m2"] == "" and low < high and row["note"].startswith("Aanname")
            ), row["place_id"]
            assert row["basis"].startswith("aanname")
        else:
            assert low <= high and not row["basis"].startswith("aanname")


def test_four_centres_without_a_sourced_total_are_assumptions():
    assumed = {row["place_id"] for row in rows("supply") if row["nature"] == "expectation"}
    assert {"almelo", "borne", "enschede", "oldenzaal"} <= assumed
    assert not {"hengelo", "plein-westermaat", "hornbach-enschede"} & assumed


def test_branch_groups_of_hengelo_add_up_to_its_sourced_total():
    parts = {row["branch_group"]: row for row in rows("supply") if row["place_id"] == "hengelo"}
    assert float(parts["daily"]["floor_area_low"]) + float(
        parts["non_daily"]["floor_area_high"]
    ) == pytest.approx(35_342, abs=1)
    assert float(parts["daily"]["floor_area_high"]) + float(
        parts["non_daily"]["floor_area_low"]
    ) == pytest.approx(35_342, abs=1)


def test_every_floor_area_names_known_sources():
    known = {row["source_id"] for row in rows("sources")}
    for place, parts in groupby(rows("supply"), key=lambda row: row["place_id"]):
        for row in parts:
            assert set(row["source_ids"].split(";")) <= known, place


def test_supply_stands_by_place_and_group():
    supply = competition.tables()["supply"]
    keys = list(zip(supply["place_id"], supply["branch_group"], strict=True))
    assert keys == sorted(keys) and len(set(keys)) == len(keys)
