"""Tables of CBS that somebody downloads: which rows, subjects, periods and units they hold."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from etl.errors import ContentError
from etl.parsing import cbs_table as tables
from etl.parsing.column_map_file import ENDING, from_toml, to_toml
from etl.parsing.preview import columns_json
from etl.source import Piece
from etl.sources import cbs_table
from tests.etl.sources.source_runs import (
    area,
    checked_frames,
    piece,
    place,
    real,
    sample,
    write_piece,
)

HOUSES = '"Huizen" = { theme = "living", unit = "woningen" }'
TWO = area(place(), place("borne", "GM0147"))


def write_map(folder: Path, name: str, *measures: str, top: str = "", where: str = "") -> Piece:
    """The column map beside a file: these lines under [measures]."""
    columns = {"wide": 'region = "RegioS"\nperiod = "Perioden"', "": top}
    head = top if "[columns]" in top else f"{top}\n[columns]\n{columns['wide']}"
    text = "\n".join((head, "[measures]", *measures, "[where]", where))
    return write_piece(folder, f"{name}{ENDING}", text)


def read(folder: Path, name: str, content: str | bytes, *measures: str, **options: str):
    """What is read in a file with this map."""
    pieces = [write_piece(folder, name, content), write_map(folder, name, *measures, **options)]
    return cbs_table.parse(pieces, TWO)


def figures(parsed) -> dict[str, float]:
    frame = parsed.frames["observations"]
    return dict(zip(frame["observation_id"], frame["value"], strict=True))


IN_LONG = """[columns]
region = "RegioS"
period = "Perioden"
measure = "Measure"
value = "Value"
"""
WIDE = (
    '"ID";"RegioS";"Perioden";"Huizen"\n'
    '0;"GM0164    ";"2023JJ00";38000\n'
    '1;"GM0147    ";"2023JJ00";.\n'
    '2;"GM0248    ";"2023JJ00";12\n'
    '3;"NL01      ";"2023JJ00";8000000\n'
)
KEY = "hengelo-cbs-85035ned-huizen-2023"


def test_a_row_per_municipality_gives_its_figure_and_a_point_is_missing(tmp_path: Path):
    parsed = read(tmp_path, "85035NED.csv", WIDE, HOUSES)
    assert figures(parsed) == {KEY: 38000.0}
    assert parsed.counts == {
        "dropped-other-area": 1,
        "dropped-other-municipality": 1,
        "missing-not-published": 1,
    }
    row = parsed.frames["observations"].iloc[0]
    assert (row["place_id"], row["area_kind"], row["unit"]) == (
        "hengelo",
        "municipality",
        "woningen",
    )
    assert (row["period_start"].date(), row["period_end"].date()) == (
        date(2023, 1, 1),
        date(2023, 12, 31),
    )
    assert row["definition"] == "CBS, tabel 85035NED: Huizen"
    assert row["source_url"].endswith("/CBS/nl/dataset/85035NED/table")
    assert row["note"] == "Uit het bestand 85035NED.csv, onderwerp Huizen."
    checked_frames(cbs_table, parsed, TWO)


def test_every_kind_of_file_says_the_same(tmp_path: Path):
    rows = [["GM0164", "2023JJ00", 38000.0], ["GM0147", "2023JJ00", None]]
    book = openpyxl.Workbook()
    for row in (["Woningen, 85035NED"], [], ["RegioS", "Perioden", "Huizen"], *rows):
        book.active.append(row)
    book.save(tmp_path / "made.xlsx")
    wide = [dict(zip(("RegioS", "Perioden", "Huizen"), row, strict=True)) for row in rows]
    long = [
        {"Id": n, "Measure": "M1", "ValueAttribute": "None", "Value": row[2], "RegioS": row[0]}
        | {"Perioden": row[1]}
        for n, row in enumerate(rows)
    ]
    v3 = {"odata.metadata": "https://x.nl/odata/85035NED/$metadata#TypedDataSet", "value": wide}
    v4 = {"@odata.context": "https://x.nl/CBS/85035NED/$metadata#Observations", "value": long}
    code = '"M1" = { theme = "living", label = "Huizen", unit = "woningen" }'
    named = '"Huizen" = { theme = "living", unit = "woningen" }'
    parsed_files = [
        read(tmp_path, "85035NED.xlsx", (tmp_path / "made.xlsx").read_bytes(), named),
        read(tmp_path, "a.json", json.dumps(v3), named),
        read(tmp_path, "b.json", json.dumps(v4), code, top=IN_LONG),
        read(tmp_path, "85035NED-b.csv", pd.DataFrame(long).to_csv(index=False), code, top=IN_LONG),
    ]
    assert [figures(parsed) for parsed in parsed_files] == [{KEY: 38000.0}] * 4
    # Of a table with one figure per row the columns can still be chosen, and its subjects too.
    brought = write_piece(tmp_path, "c.json", json.dumps(v4))
    choices = columns_json(cbs_table.preview(brought, None, TWO).opened)
    assert set(choices["columns"].values()) <= set(choices["headings"])
    assert (list(choices["subjects"]), choices["slices"]) == (["M1"], {})


def test_names_periods_in_words_and_a_row_of_units_are_read(tmp_path: Path):
    content = (
        "Woningen; regio\n"
        "Regio's;Perioden;Prijs;Aandeel\n"
        "Regio's;Perioden;x 1 000 euro;%\n"
        "Hengelo (O.);2023*;310,5;5,0\n"
        "Hengelo (O.);2023 mei;300;2,5\n"
        "Hengelo (O.);2023 2e kwartaal;305;x\n"
        "Twente (CR);2023*;290;4\n"
        "Bron: CBS;;;\n"
    )
    top = '[columns]\nregion = "Regio\'s"\nperiod = "Perioden"'
    parsed = read(
        tmp_path,
        "x.csv",
        content,
        '"Prijs (x 1 000 euro)" = { theme = "living" }',
        '"Aandeel (%)" = { theme = "living" }',
        top=top,
    )
    assert figures(parsed) == {
        "hengelo-cbs-prijs-2023": 310500.0,
        "hengelo-cbs-prijs-2023-05": 300000.0,
        "hengelo-cbs-prijs-2023-q2": 305000.0,
        "hengelo-cbs-aandeel-2023": 5.0,
        "hengelo-cbs-aandeel-2023-05": 2.5,
    }
    frame = parsed.frames["observations"].set_index("observation_id")
    assert frame["provisional"].to_dict() == {name: name.endswith("-2023") for name in frame.index}
    assert set(frame["unit"]) == {"euro", "%"}
    assert parsed.counts["dropped-other-area"] == 2


def test_a_row_of_units_counts_for_a_slice_too(tmp_path: Path):
    content = "Soort;RegioS;Perioden;Prijs\nSoort;RegioS;Perioden;x 1 000 euro\n"
    content += "koop;GM0164;2023;310,5\nhuur;GM0164;2023;1,5\n"
    line = '"Prijs (x 1 000 euro)" = { theme = "living" }'
    parsed = read(tmp_path, "x.csv", content, line, where='"Soort" = "koop"')
    assert figures(parsed) == {"hengelo-cbs-prijs-2023": 310500.0}


@pytest.mark.parametrize(
    ("unit", "value"), [("woningen", 38000.0), ("x 1 000 woningen", 38000.0), ("euro", None)]
)
def test_a_unit_of_the_map_never_undoes_the_scale_of_the_file(tmp_path: Path, unit: str, value):
    of_file = "x 1 000 euro" if value is None else "x 1 000"
    content = WIDE.replace("Huizen", f"Huizen ({of_file})").replace("38000", "38")
    line = f'"Huizen ({of_file})" = {{ theme = "living", unit = "{unit}" }}'
    expected = {"hengelo-cbs-huizen-2023": value or 38000.0}
    assert figures(read(tmp_path, "x.csv", content, line)) == expected
    with pytest.raises(ContentError) as refused:
        read(tmp_path, "x.csv", content, line.replace(f'"{unit}"', '"mln m2"'))
    assert refused.value.finding.code == "column-unclear"


def test_two_subjects_of_one_name_are_asked_about(tmp_path: Path):
    content = "RegioS;Perioden;Prijs (euro);Prijs (aantal)\nGM0164;2023;5;6\n"
    lines = [f'"Prijs ({unit})" = {{ theme = "living" }}' for unit in ("euro", "aantal")]
    with pytest.raises(ContentError) as refused:
        read(tmp_path, "x.csv", content, *lines)
    assert refused.value.finding.code == "figure-twice"


@pytest.mark.parametrize("value", [-1.5, 2.5])
def test_per_cent_stays_per_cent_whatever_the_figures_are(tmp_path: Path, value: float):
    content = WIDE.replace("38000", str(value))
    parsed = read(tmp_path, "x.csv", content, '"Huizen" = { theme = "living", unit = "%" }')
    assert set(parsed.frames["observations"]["unit"]) == {"%"}
    assert list(figures(parsed).values()) == [value]


def test_an_indicator_that_is_known_takes_its_unit_and_day(tmp_path: Path):
    parsed = read(
        tmp_path, "x.csv", WIDE, '"Huizen" = { indicator = "population", unit = "aantal" }'
    )
    row = parsed.frames["observations"].iloc[0]
    assert (row["indicator"], row["unit"], row["value"]) == ("population", "inwoners", 38000.0)
    assert row["period_end"].date() == date(2023, 1, 1)
    assert parsed.frames["indicators"].empty


@pytest.mark.parametrize(
    ("measure", "code", "says"),
    [
        ('"Huizen" = { theme = "living" }', "column-unclear", "in which unit it counts"),
        ('"Huizen" = { theme = "living", unit = "?" }', "column-unclear", "in which unit"),
        ('"Huizen" = { theme = "?", unit = "aantal" }', "map-broken", "a theme of: vacancy"),
        ('"Huizen" = { indicator = "nonsense", unit = "aantal" }', "map-broken", "not known"),
        ('"Huizen" = { indicator = "population", unit = "euro" }', "map-broken", "not in euro"),
        ('"Huizen" = { soort = "x", unit = "euro" }', "map-broken", "unknown setting 'soort'"),
        ('"Elders" = { theme = "living", unit = "euro" }', "map-column", "Elders"),
    ],
)
def test_what_a_subject_means_is_asked_where_it_is_open(
    tmp_path: Path, measure: str, code: str, says: str
):
    with pytest.raises(ContentError) as refused:
        read(tmp_path, "x.csv", WIDE, measure)
    assert refused.value.finding.code == code and says in refused.value.finding.en


def test_without_a_choice_the_dry_run_lists_the_subjects_and_their_map_is_read_again(
    tmp_path: Path,
):
    brought = write_piece(tmp_path, "85035NED.csv", WIDE)
    trial = cbs_table.preview(brought, None, TWO)
    assert [finding.code for finding in trial.questions] == ["subjects-unchosen"]
    text = to_toml(trial.opened, source_id="cbs_table")
    line = '# "Huizen" = { theme = "?", label = "Huizen", unit = "?" }'
    assert line in text and 'table = "85035NED"' in text and '# "ID"' not in text
    chosen = text.replace(line, HOUSES)
    stated = from_toml(chosen.encode(), "map", source_id="cbs_table", fields=cbs_table.FIELDS)
    again = cbs_table.preview(brought, stated, TWO)
    assert (again.questions, again.file.used) == ((), 2)
    assert again.examples[0].en == (
        "Gemeente Hengelo: Huizen = 38000 woningen, 2023-01-01 up to and including 2023-12-31"
    )
    written = to_toml(again.opened, source_id="cbs_table")
    reread = from_toml(written.encode(), "map", source_id="cbs_table", fields=cbs_table.FIELDS)
    assert (reread.table, reread.measures, reread.decimal) == (
        "85035NED",
        stated.measures,
        again.opened.map.decimal,
    )


def test_rows_of_several_slices_are_asked_about_and_one_is_chosen(tmp_path: Path):
    content = (
        "Geslacht,RegioS,Perioden,Huizen\nT001038,GM0164,2023JJ00,80\n3000   ,GM0164,2023JJ00,41\n"
    )
    with pytest.raises(ContentError) as refused:
        read(tmp_path, "x.csv", content, HOUSES)
    assert refused.value.finding.code == "column-unclear" and "Geslacht" in refused.value.finding.en
    trial = cbs_table.preview(write_piece(tmp_path, "y.csv", content), None, TWO)
    choices = columns_json(trial.opened)
    assert choices["slices"] == {"Geslacht": ["T001038", "3000"]}
    assert choices["subjects"] == {"Huizen": {"label": "Huizen", "unit": None}}
    parsed = read(tmp_path, "x.csv", content, HOUSES, where='"Geslacht" = "T001038"')
    assert figures(parsed) == {"hengelo-cbs-huizen-2023": 80.0}


def test_key_figures_of_districts_give_their_municipalities_in_the_year_of_the_file(tmp_path: Path):
    content = (
        "gwb_code,regio,recs,a_inw\n"
        "NL00,Nederland,Land,17000000\n"
        "GM0164,Hengelo (O.),Gemeente,81000\n"
        "WK016400,Binnenstad,Wijk,3000\n"
        "BU01640000,Centrum,Buurt,-99997\n"
    )
    top = '[columns]\nregion = "gwb_code"'
    line = '"a_inw" = { indicator = "population", unit = "inwoners" }'
    parsed = read(tmp_path, "kwb-2023.csv", content, line, top=top)
    assert figures(parsed) == {"hengelo-cbs-a-inw-2023-01-01": 81000.0}
    with pytest.raises(ContentError) as refused:
        read(tmp_path, "kwb.csv", content, line, top=top)
    assert refused.value.finding.code == "year-missing"
    dated = read(tmp_path, "kwb.csv", content, line, top=f"surveyed = 2022-01-01\n{top}")
    assert list(figures(dated)) == ["hengelo-cbs-a-inw-2022-01-01"]


def test_a_secret_number_of_cbs_is_missing_and_a_word_is_refused(tmp_path: Path):
    content = WIDE.replace("38000", "-99997").replace(";.\n", ";veel\n")
    parsed = read(tmp_path, "x.csv", content, HOUSES)
    assert figures(parsed) == {}
    assert parsed.counts["missing-not-published"] == 1 and parsed.counts["dropped-no-number"] == 1


def test_a_later_file_replaces_the_same_figure(tmp_path: Path):
    pieces = []
    for name, homes, day in (("b.csv", 1, date(2026, 1, 1)), ("a.csv", 2, date(2026, 2, 1))):
        path = write_piece(tmp_path, name, WIDE.replace("38000", str(homes))).path
        pieces += [piece(path, retrieved=day), write_map(tmp_path, name, HOUSES)]
    parsed = cbs_table.parse(pieces, TWO)
    assert figures(parsed) == {"hengelo-cbs-huizen-2023": 2.0}
    assert parsed.counts["replaced-by-later-file"] == 1


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2023JJ00", date(2023, 1, 1), date(2023, 12, 31)),
        ("2024MM02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023KW04", date(2023, 10, 1), date(2023, 12, 31)),
        ("2023**", date(2023, 1, 1), date(2023, 12, 31)),
        ("2023 mei", date(2023, 5, 1), date(2023, 5, 31)),
        ("2023 1e kwartaal", date(2023, 1, 1), date(2023, 3, 31)),
        ("1 januari 2023", date(2023, 1, 1), date(2023, 1, 1)),
    ],
)
def test_periods_of_cbs_are_understood(text: str, start: date, end: date):
    period = tables.period_of(text)
    assert period is not None and (period.start, period.end) == (start, end)
    assert period.provisional == text.endswith("*")


@pytest.mark.parametrize("text", ["2023MM13", "2023KW05", "2023 bloei", "23", ""])
def test_other_words_are_no_period(text: str):
    assert tables.period_of(text) is None


@pytest.mark.parametrize(
    ("text", "noun", "scale"),
    [
        ("x 1 000 euro", "euro", 1000.0),
        ("1 000 euro", "euro", 1000.0),
        ("x 1 000", "aantal", 1000.0),
        ("mln euro", "euro", 1e6),
        ("%", "%", 1.0),
        ("aantal", "aantal", 1.0),
    ],
)
def test_units_in_words_of_cbs_have_a_scale(text: str, noun: str, scale: float):
    assert tables.unit_of(text) == tables.CbsUnit(noun, scale)


def test_other_words_in_brackets_are_no_unit():
    assert tables.unit_of("excl. studenten") is None and tables.unit_of("") is None
    assert tables.label_of("Woningen (excl. studenten)_12") == "Woningen (excl. studenten)"


@pytest.mark.real
@pytest.mark.skipif("STADSHART_REAL" not in os.environ, reason="needs STADSHART_REAL")
def test_an_export_of_statline_gives_each_town_its_inhabitants(tmp_path: Path):
    content = real("cbs_inwonertal/inwonertal.csv").read_bytes()
    parsed = read(
        tmp_path,
        "inwonertal.csv",
        content,
        '"Inwonertal_54" = { indicator = "population", unit = "inwoners" }',
        top='surveyed = 2022-01-01\n[columns]\nregion = "RegioS"',
    )
    assert figures(parsed) == {
        "borne-cbs-inwonertal-2022-01-01": 24639.0,
        "hengelo-cbs-inwonertal-2022-01-01": 83058.0,
    }
    assert parsed.counts["dropped-other-municipality"] == 340


@pytest.mark.real
@pytest.mark.skipif("STADSHART_SAMPLES" not in os.environ, reason="needs STADSHART_SAMPLES")
def test_recorded_observations_give_each_town_its_house_prices(tmp_path: Path):
    content = sample("cbs_odata_v4/83625NED/observations-twente.json").read_bytes()
    parsed = read(
        tmp_path,
        "observations.json",
        content,
        '"M001534" = { theme = "living", label = "Gemiddelde verkoopprijs", unit = "euro" }',
        top=IN_LONG,
    )
    prices = figures(parsed)
    assert prices["hengelo-cbs-83625ned-gemiddelde-verkoopprijs-2025"] == 378471.0
    assert len(prices) == 22
