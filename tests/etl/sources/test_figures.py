"""Single figures of a municipality."""

from collections import Counter
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.commands import template
from etl.errors import ContentError, ProblemError
from etl.parsing.preview import as_text
from etl.pipeline import validate
from etl.source import Parsed
from etl.sources import figures
from tests.etl.sources.figure_sheet import HEAD, sheet
from tests.etl.sources.pieces import TODAY, piece, voorbeeldstad, workbook


def parse(folder: Path, *contents: str | bytes, name: str = "cijfers") -> Parsed:
    endings = [".xlsx" if isinstance(content, bytes) else ".csv" for content in contents]
    pieces = [
        piece(folder, f"{name}{number}{endings[number]}", content)
        for number, content in enumerate(contents)
    ]
    return figures.parse(pieces, voorbeeldstad())


def one(folder: Path, **row: str) -> pd.Series:
    frame = parse(folder, sheet(row)).frames["observations"]
    assert len(frame) == 1
    return frame.iloc[0]


def test_figure_becomes_an_observation_of_its_place(tmp_path: Path):
    figure = one(tmp_path)
    assert figure["observation_id"] == "own:voorbeeldstad:vacant_premises:inner-city:2024-03"
    assert (figure["value"], figure["unit"], figure["area_kind"]) == (12.0, "panden", "inner_city")
    assert (figure["period_start"].date(), figure["period_end"].date()) == (
        date(2024, 3, 1),
        date(2024, 3, 31),
    )
    assert figure["note"] == "Bron volgens de gemeente: Gemeente Voorbeeldstad, telling 2024."
    assert figure["sharing"] == "internal"


def test_observations_keep_the_contract(tmp_path: Path):
    frame = parse(tmp_path, sheet({}, {"peildatum": "2023", "delen": "open"})).frames[
        "observations"
    ]
    checked = validate.as_table("observations", frame, figures.SOURCE, voorbeeldstad(), TODAY)
    assert (len(checked.frame), checked.counts.total()) == (2, 0)


def test_municipality_decides_what_is_open(tmp_path: Path):
    assert one(tmp_path, delen="open")["sharing"] == "open"


@pytest.mark.parametrize(
    ("value", "unit"), [("19,3", "%"), ("19,3%", "%"), ("19,3 %", "procent"), ("0,193", "aandeel")]
)
def test_per_cent_is_stored_as_a_share(tmp_path: Path, value: str, unit: str):
    assert one(tmp_path, indicator="vacancy_rate_premises", waarde=value, eenheid=unit)[
        "value"
    ] == pytest.approx(0.193)


def test_cell_in_per_cent_format_is_refused_because_it_can_mean_two_things(tmp_path: Path):
    content = workbook(
        [
            HEAD.strip().split(";"),
            ["vacancy_rate_premises", 0.193, "%", "2024-03", "d", "Gemeente", "binnenstad"],
        ]
    )
    assert dict(parse(tmp_path, content).counts) == {"dropped-percent-cell": 1}


def test_indicator_may_be_called_by_its_label(tmp_path: Path):
    assert one(tmp_path, indicator="Leegstaande winkelpanden")["indicator"] == "vacant_premises"


REFUSED = [
    ({"indicator": "vacant_premise"}, "dropped-indicator"),
    ({"waarde": "veel"}, "dropped-no-value"),
    ({"eenheid": "m2"}, "dropped-unit"),
    ({"peildatum": "ooit"}, "dropped-date"),
    ({"peildatum": "2025"}, "dropped-date"),
    ({"peildatum": "2024-13"}, "dropped-date"),
    ({"bron": ""}, "dropped-no-source"),
    ({"gebied": "wijk 3"}, "dropped-area"),
    ({"delen": "misschien"}, "dropped-word"),
    ({"opmerking": "vraag Jan Jansen"}, "dropped-personal"),
    ({"bron": "j.jansen@example.org"}, "dropped-personal"),
    ({"bron_url": "ftp://example.org"}, "dropped-url"),
    ({"indicator": "vacancy_rate_premises", "waarde": "120", "eenheid": "%"}, "dropped-share"),
    ({"indicator": "vacancy_rate_premises", "waarde": "-1", "eenheid": "%"}, "dropped-share"),
]


def test_row_is_refused_with_a_reason(tmp_path: Path):
    parsed = parse(tmp_path, sheet(*(row for row, _ in REFUSED)))
    assert parsed.frames["observations"].empty
    assert parsed.counts == Counter(rule for _, rule in REFUSED)


def test_misspelt_indicator_is_refused_with_what_it_may_be(tmp_path: Path):
    seen = figures.preview(
        piece(tmp_path, "c.csv", sheet({"indicator": "vacant_premise"})), None, voorbeeldstad()
    )
    assert "bedoelt u vacant_premises (" in seen.refusals[0].why.nl
    meant = (
        figures.preview(
            piece(tmp_path, "d.csv", sheet({"indicator": "Leegstaande winkelpanden!"})),
            None,
            voorbeeldstad(),
        )
        .refusals[0]
        .why.nl
    )
    # By code and by what it is called, each once.
    assert meant.count("vacant_premises") == 1 and "(leegstaande winkelpanden)" in meant.lower()


def test_same_figure_twice_in_a_file_is_refused_and_later_file_replaces(tmp_path: Path):
    assert dict(parse(tmp_path, sheet({}, {"waarde": "13"})).counts) == {"dropped-twice": 1}
    parsed = parse(tmp_path, sheet({}), sheet({"waarde": "14"}))
    assert parsed.frames["observations"]["value"].tolist() == [14.0]
    assert dict(parsed.counts) == {"replaced-by-later-file": 1}


def test_withdrawn_row_stays_out(tmp_path: Path):
    gone = piece(
        tmp_path,
        "withdrawn.toml",
        '[[row]]\nid = "own:voorbeeldstad:vacant_premises:inner-city:2024-03"\nreason ='
        ' "fout"\ndate = 2024-05-01\n',
        place_id=None,
    )
    parsed = figures.parse(
        [piece(tmp_path, "c.csv", sheet({}, {"peildatum": "2023"})), gone], voorbeeldstad()
    )
    assert parsed.frames["observations"]["period_start"].dt.year.tolist() == [2023]
    assert dict(parsed.counts) == {"withdrawn": 1}


def test_only_figures_of_one_kind_and_area_share_a_series(tmp_path: Path):
    frame = parse(
        tmp_path, sheet({"reeks": "telling"}, {"reeks": "telling", "gebied": "gemeente"})
    ).frames["observations"]
    assert frame["series"].nunique() == 2


def test_file_without_a_place_is_refused(tmp_path: Path):
    with pytest.raises(ContentError, match="import-placeless"):
        figures.parse([piece(tmp_path, "c.csv", sheet({}), place_id=None)], voorbeeldstad())


def test_sheet_without_a_needed_column_is_refused(tmp_path: Path):
    with pytest.raises(ContentError, match="bron"):
        parse(
            tmp_path,
            "indicator;waarde;eenheid;peildatum;definitie;gebied\nx;1;x;2024;d;binnenstad\n",
        )


def test_preview_says_what_stays_here_and_what_is_shown(tmp_path: Path):
    seen = figures.preview(
        piece(tmp_path, "c.csv", sheet({}, {"peildatum": "2023", "delen": "ja"})),
        None,
        voorbeeldstad(),
    )
    lines = as_text(seen, "nl")
    assert "  alleen op deze computer te zien: 1" in lines and "  voor iedereen: 1" in lines


def test_template_is_read_back_by_the_reader(tmp_path: Path):
    template.write_template("figures", tmp_path / "leeg.xlsx")
    assert dict(parse(tmp_path, (tmp_path / "leeg.xlsx").read_bytes()).counts) == {}
    assert ("vacant_premises", "Leegstaande winkelpanden", "panden") in figures.explained()
    assert "Leegstaande winkelpanden" in figures.sheet_words()["indicator"]


CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["vacant_premises", "12", "1e9", "%", "2024", "binnenstad", "=cmd|x", "0,5", "-"]
    ),
)


@pytest.mark.slow
@settings(deadline=None, max_examples=20)
@given(st.lists(st.lists(CELL, min_size=12, max_size=12), min_size=1, max_size=3))
def test_any_cells_are_figures_or_refused(
    tmp_path_factory: pytest.TempPathFactory, cells: list[list[str]]
):
    body = "\n".join(
        ";".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in cells
    )
    try:
        parsed = parse(
            tmp_path_factory.getbasetemp(), (HEAD + body).encode("utf-8", "replace").decode()
        )
    except ProblemError as error:
        assert error.finding.nl
        return
    validate.as_table(
        "observations", parsed.frames["observations"], figures.SOURCE, voorbeeldstad(), TODAY
    )
