"""Which municipality a name or code means, and the list against its sources."""

import csv
import json
import os
from pathlib import Path

import pytest

from etl.commands.place_target import place_slug
from etl.parsing.municipalities import (
    find_municipalities,
    municipalities,
    similar_municipalities,
)

REAL, SAMPLES = (os.environ.get(name) for name in ("STADSHART_REAL", "STADSHART_SAMPLES"))
MERGED = {"GM0457", "GM0501", "GM0530", "GM0614"}
"""Weesp, Brielle, Hellevoetsluis and Westvoorne, of 2022."""


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("Deventer", ["GM0150"]),
        ("gemeente deventer", ["GM0150"]),
        ("Den Haag", ["GM0518"]),
        ("'s-Gravenhage", ["GM0518"]),
        ("’s gravenhage", ["GM0518"]),
        ("Den Bosch", ["GM0796"]),
        ("Hengelo", ["GM0164"]),
        ("Hengelo (O.)", ["GM0164"]),
        ("Hengelo (Overijssel)", ["GM0164"]),
        ("Hengelo (Gelderland)", []),
        ("Bergen", ["GM0373", "GM0893"]),
        ("Bergen (NH)", ["GM0373"]),
        ("Bergen (Limburg)", ["GM0893"]),
        ("Utrecht (gemeente)", ["GM0344"]),
        ("Leeuwarden (Friesland)", ["GM0080"]),
        ("sudwest fryslan", ["GM1900"]),
        ("Nuenen, Gerwen en Nederwetten", ["GM0820"]),
        ("Haaksbergen", ["GM0158"]),
        ("Delden", []),
        ("GM0457", []),
        ("(", []),
    ],
)
def test_a_name_means_the_municipalities_it_may_mean(typed: str, codes: list[str]):
    assert [known.code for known in find_municipalities(typed)] == codes


def test_every_municipality_is_known_by_its_name_and_every_form_of_its_code():
    for known in municipalities():
        digits = known.code[2:]
        for typed in (known.name, known.name.upper(), known.code, digits, digits.lstrip("0")):
            assert find_municipalities(typed) == (known,), typed


def test_ids_are_safe_as_names_of_files_and_differ():
    ids = [place_slug(known.name) for known in municipalities()]
    assert len(set(ids)) == len(ids) == 342
    assert [name for name in ids if not name.replace("-", "").isascii()] == []
    assert [name for name in ids if not name.replace("-", "").isalnum()] == []
    assert place_slug("Bergen (NH.)") == "bergen-nh"


@pytest.mark.parametrize(
    ("typed", "first"), [("Devneter", "Deventer"), ("Hengelo (Gelderland)", "Hengelo (O.)")]
)
def test_a_typing_error_suggests_what_is_like_it(typed: str, first: str):
    assert similar_municipalities(typed)[0].name == first


@pytest.mark.skipif(REAL is None, reason="STADSHART_REAL is not set")
def test_the_list_is_that_of_cbs_and_of_2022_without_what_merged():
    folder = Path(REAL or "")
    with (folder / "cbs_inwonertal/inwonertal.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    of_cbs = {
        (row["RegioS"].strip(), row["Naam_2"].strip(), row["Naam_27"].strip()) for row in rows
    }
    assert {(known.code, known.name, known.province) for known in municipalities()} == of_cbs
    features = json.loads((folder / "nl_municipalities_2022/gemeenten.geojson").read_text("utf-8"))[
        "features"
    ]
    of_2022 = {feature["properties"]["statcode"] for feature in features}
    assert len(of_2022) == 345
    assert (of_2022 - MERGED) | {"GM1992"} == {known.code for known in municipalities()}


@pytest.mark.skipif(SAMPLES is None, reason="STADSHART_SAMPLES is not set")
def test_statline_gives_each_municipality_the_same_name_and_province():
    path = Path(SAMPLES or "") / "cbs_odata_v4/83625NED/codes-RegioS.json"
    titles = {row["Identifier"]: row for row in json.loads(path.read_text("utf-8"))["value"]}
    for known in municipalities():
        row = titles[known.code]
        province = titles[row["DimensionGroupId"].removeprefix("GM")]["Title"]
        assert row["Title"].removesuffix(" (gemeente)") == known.name
        assert province == f"{known.province} (PV)"
