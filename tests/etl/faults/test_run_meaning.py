"""F39 to F44 through a whole run: answers that arrive well and cannot be what they should be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data import catalogue
from tests.etl.faults.command import GEMEENTEN, Command, CommandResult, assert_refused
from tests.etl.made_up_town import (
    BACKGROUND,
    OVERPASS,
    STREETS,
    UNITS,
    X,
    Y,
    collection,
    municipality,
    node,
    overpass,
    overpass_subject,
    shop_unit,
    way,
)
from tests.etl.sources.figure_sheet import sheet

pytestmark = pytest.mark.slow


def say_units(town: Command, units: list[dict[str, object]], **more: object) -> None:
    """Overpass answers well, with these units."""
    answers = {"streets": STREETS, "units": units, "background": BACKGROUND}
    town.upstream.serve(OVERPASS, lambda asked: overpass(answers[overpass_subject(asked)], **more))


def test_f39_a_renamed_column_fails_and_is_named_with_its_likely_new_name(stale_town: Command):
    row = municipality()
    row["properties"]["gemeentenamen"] = row["properties"].pop("gemeentenaam")
    stale_town.upstream.serve(GEMEENTEN, collection([row]))
    said = assert_refused(stale_town, "cbs_areas", "column-missing")
    assert "gemeentenaam is missing (looks like: gemeentenamen)" in said.err


def test_f39_a_new_column_is_told_and_harms_nothing(town: Command, tmp_path: Path):
    folder = tmp_path / "inputs" / "bag"
    folder.mkdir(parents=True)
    rows = [shop_unit(number) for number in (1, 2)]
    for row in rows:
        row["properties"]["energielabel"] = "A"
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}
    (folder / "bag.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "crs": crs, "features": rows})
    )
    said = town.call(
        "run",
        "--places",
        town.places,
        "--inputs",
        folder.parent,
        "--source",
        "bag",
        "--workers",
        "1",
    )
    assert (said.code, len(catalogue.open(town.data).table("premises"))) == (0, 2), said.err
    told = [line for line in town.call("status").out.splitlines() if "[column-new]" in line]
    assert told == ["bag: voorbeeldstad: New columns, not read: energielabel. [column-new]"]


def test_f40_no_rows_where_there_were_rows_fails(stale_town: Command):
    say_units(stale_town, [])
    assert_refused(stale_town, "osm", "rows-none")
    assert len(catalogue.open(stale_town.data).table("premises")) == 4


def test_f40_no_rows_where_there_never_were_any_is_an_answer(town: Command):
    say_units(town, [])
    assert town.fill().code == 0
    assert not catalogue.open(town.data).has("premises")


def many(count: int) -> list[dict[str, object]]:
    return [node(100 + number, 100 + number, 5, {"shop": "bakery"}) for number in range(count)]


def test_f41_ninety_per_cent_fewer_rows_fails_until_somebody_says_why(town: Command):
    say_units(town, many(40))
    town.fill()
    say_units(town, many(4))
    town.wait_days(5)
    said = assert_refused(town, "osm", "rows-shifted")
    assert "4 rows, where there were 40 before" in said.err
    accepted = town.fill("--accept", "osm=the others were a test")
    assert accepted.code == 0 and len(catalogue.open(town.data).table("premises")) == 4
    assert any(
        "the others were a test" in problem
        for problem in catalogue.open(town.data).source("osm").problems
    )
    assert "the others were a test" in town.call("status").out


def test_f41_a_municipality_that_went_missing_fails(stale_town: Command):
    stale_town.upstream.serve(GEMEENTEN, collection([municipality("GM9998")]))
    assert_refused(stale_town, "cbs_areas", "rows-none")


def test_f42_latitude_first_is_refused_with_the_guess_in_words(stale_town: Command):
    row = municipality()
    row["geometry"]["coordinates"] = [
        [[lat, lon] for lon, lat in row["geometry"]["coordinates"][0]]
    ]
    stale_town.upstream.serve(GEMEENTEN, collection([row]))
    assert "were swapped" in assert_refused(stale_town, "cbs_areas", "outside-box").err


def test_f43_broken_shapes_are_mended_or_left_out_and_counted_per_rule(stale_town: Command):
    bow = way(23, [(20, 20), (60, 60), (60, 20), (20, 60), (20, 20)], building="yes")
    nothing = {"type": "way", "id": 24, "tags": {"building": "yes"}}
    line = way(25, [(20, 20), (40, 20), (20, 20), (20, 20)], building="yes")
    answers = {
        "streets": STREETS,
        "units": UNITS,
        "background": [*BACKGROUND[:2], bow, nothing, line],
    }
    stale_town.upstream.serve(OVERPASS, lambda asked: overpass(answers[overpass_subject(asked)]))
    assert stale_town.fill().code == 0 and stale_town.status_of("osm") == "fresh"
    told = stale_town.call("status").out
    for rule in ("dropped-broken-ring", "dropped-no-geometry", "repaired-ring"):
        assert f"osm\t{rule}\t1\n" in told


def test_f44_an_extract_of_tomorrow_is_refused(stale_town: Command):
    say_units(stale_town, UNITS, osm3s={"timestamp_osm_base": "2999-01-01T00:00:00Z"})
    assert "a day in the future" in assert_refused(stale_town, "osm", "rows-broken").err


HEAD = "id;straat;huisnummer;status;wvo;leeg-sinds;x;y\n"


def survey(
    town: Command, tmp_path: Path, text: str, *, name: str = "winkels-2025-12-31.csv"
) -> CommandResult:
    """A municipality brings its survey."""
    (tmp_path / name).write_text(text)
    return town.call(
        "import",
        "shop_survey",
        tmp_path / name,
        "--place",
        "voorbeeldstad",
        "--places",
        town.places,
    )


def test_f44_decimal_commas_are_numbers_and_a_floor_area_below_nothing_is_refused_per_row(
    town: Command, tmp_path: Path
):
    rows = [
        f"{number};Langestraat;{number};in gebruik;1.234,5;;{X + number};{Y}\n"
        for number in range(1, 21)
    ]
    said = survey(town, tmp_path, HEAD + "".join(rows) + f"99;Langestraat;99;leeg;-4,0;;{X};{Y}\n")
    assert said.code == 0, said.err
    premises = catalogue.open(town.data).table("premises")
    assert premises["floor_area_m2"].dropna().unique().tolist() == [1234.5]
    assert premises["floor_area_m2"].isna().sum() == 1
    assert "shop_survey\tunread-floor-area\t1\n" in town.call("status").out


def test_f44_a_survey_dated_after_today_is_refused(town: Command, tmp_path: Path):
    rows = [
        f"{number};Langestraat;{number};leeg;80,0;;{X + number};{Y}\n" for number in range(1, 21)
    ]
    said = survey(town, tmp_path, HEAD + "".join(rows), name="winkels-2049-12-31.csv")
    assert said.code == 1 and said.out == "" and said.err.count("\n") == 1
    assert "[survey-future]" in said.err and "2049-12-31" in said.err


def test_f44_a_share_above_one_or_below_nothing_is_refused_per_row_and_counted(
    town: Command, tmp_path: Path
):
    shares = [
        {"indicator": "vacancy_rate_premises", "waarde": value, "eenheid": "%"}
        for value in ("19,3", "120", "-1")
    ]
    (tmp_path / "cijfers.csv").write_text(sheet(*shares), encoding="utf-8")
    said = town.call(
        "import",
        "figures",
        tmp_path / "cijfers.csv",
        "--place",
        "voorbeeldstad",
        "--places",
        town.places,
    )
    assert said.code == 0 and "dropped-share 2" in said.out, said.err
    assert catalogue.open(town.data).table("observations")["value"].tolist() == [0.193]
    assert "figures\tdropped-share\t2\n" in town.call("status").out
