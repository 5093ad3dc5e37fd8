"""What every brought file must pass, whoever reads it: nothing is published while its question is
open.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
import python_calamine

from data import catalogue
from data.forms.initiatives import COLUMNS
from etl.commands import template
from etl.commands.import_file import PLACES, area_of
from etl.parsing import dropped_rows
from etl.source import FileRead
from etl.sources import reader
from geo.bilingual import Bilingual
from tests import town
from tests.etl.command import Capture, run
from tests.etl.made_up_town import X, Y, place_file
from tests.etl.sources.ods import ods, rows
from tests.etl.sources.pieces import piece, voorbeeldstad, workbook
from tests.etl.sources.xls import xls

pytestmark = [pytest.mark.usefixtures("quick_disk"), pytest.mark.slow]
EMPTY = f"id;adres;x;y\n1;Langestraat 1;{X:g};{Y:g}\n2;Langestraat 3;{X + 9:g};{Y:g}\n"
NAME = "leegstandslijst-2026-02-01.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place_file(tmp_path / "places")
    (tmp_path / NAME).write_text(EMPTY)
    return tmp_path


def bring(folder: Path, *more: object) -> list[object]:
    return [
        "import",
        "shop_survey",
        folder / NAME,
        "--place",
        "voorbeeldstad",
        "--places",
        folder / "places",
        "--data",
        folder / "data",
        *more,
    ]


def file_read(**more: object) -> FileRead:
    return FileRead(**{"name": "a.csv", "rows": 3, "used": 3, **more})


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (file_read(), None),
        (file_read(used=0), "import-nothing"),
        (file_read(rows=0, used=0), "import-nothing"),
        (file_read(statuses={"vacant": 3}), "status-unclear"),
        (file_read(statuses={"in_use": 2, "unknown": 1}), "status-unclear"),
        (file_read(statuses={"in_use": 2, "vacant": 1}), None),
        (file_read(statuses={"vacant": 3}, stated=True), None),
    ],
)
def test_a_file_without_a_usable_row_or_with_one_status_is_refused(
    file: FileRead, code: str | None
):
    assert [one.code for one in dropped_rows.refused_files([file])] == ([code] if code else [])


def test_the_first_reason_is_told_of_a_file_without_a_usable_row():
    refused = dropped_rows.refused_files(
        [file_read(used=0, reason=Bilingual(nl="rij 2: ooit", en="row 2: ooit"))]
    )
    assert "rij 2: ooit" in refused[0].nl


@pytest.fixture(autouse=True)
def dutch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_MESSAGES", "nl_NL.UTF-8")


UNUSABLE = {
    "shop_survey": "id;status;peildatum;x;y\n1;leeg;ooit;150000;530000\n",
    "counters": "telpunt;tijdstip;passanten;x;y\nA;ooit;5;150000;530000\n",
    "figures": (
        "indicator;waarde;eenheid;peildatum;definitie;bron;gebied\nonbekends;9;x;2024;d;Gemeente;gemeente\n"
    ),
}


@pytest.mark.parametrize("source", UNUSABLE)
def test_a_run_with_a_file_of_which_no_row_is_usable_fails_the_source(
    folder: Path, capsys: Capture, source: str
):
    laid = folder / "inputs" / source / "voorbeeldstad"
    laid.mkdir(parents=True)
    (laid / "a.csv").write_text(UNUSABLE[source])
    code, _, err = run(
        capsys,
        "run",
        "--inputs",
        folder / "inputs",
        "--source",
        source,
        "--places",
        folder / "places",
        "--data",
        folder / "data",
    )
    assert code in (1, 3) and "[import-nothing]" in err and "a.csv" in err


def test_a_run_asks_which_units_are_vacant_and_publishes_none(folder: Path, capsys: Capture):
    laid = folder / "inputs" / "shop_survey" / "voorbeeldstad"
    laid.mkdir(parents=True)
    (laid / NAME).write_text(EMPTY)
    command = [
        "run",
        "--inputs",
        folder / "inputs",
        "--source",
        "shop_survey",
        "--places",
        folder / "places",
        "--data",
        folder / "data",
    ]
    code, _, err = run(capsys, *command)
    assert (
        code in (1, 3)
        and "[status-unclear]" in err
        and not catalogue.open(folder / "data").has("premises")
    )
    (laid / f"{NAME}.columns.toml").write_text(
        'status = "vacant"\n[columns]\nunit_id = "id"\naddress = "adres"\nx = "x"\ny = "y"\n'
    )
    assert run(capsys, *command)[0] == 0
    assert catalogue.open(folder / "data").table("premises")["status"].tolist() == [
        "vacant",
        "vacant",
    ]


def test_import_refuses_in_one_line_until_the_map_of_the_dry_run_answers(
    folder: Path, capsys: Capture
):
    code, out, err = run(capsys, *bring(folder))
    assert (
        (code, out, err.count("\n")) == (1, "", 1)
        and "[status-unclear]" in err
        and not (folder / "data").exists()
    )
    code, out, err = run(capsys, *bring(folder, "--dry-run"))
    assert (
        code == 1 and err.count("\n") == 1 and "Eerst een vraag" in out and "Klopt dit" not in out
    )
    assert '  status = "vacant"' in out
    written = folder / f"{NAME}.columns.toml"
    written.write_text(written.read_text().replace('# status = "vacant"', 'status = "vacant"'))
    code, out, err = run(capsys, *bring(folder, "--dry-run", "--columns", written))
    assert (code, err) == (0, "") and "Dit was een proef" in out
    code, out, err = run(capsys, *bring(folder, "--columns", written))
    assert (code, err) == (0, "") and "shop_survey bevat nu premises 2" in out
    assert catalogue.open(folder / "data").table("premises")["status"].tolist() == [
        "vacant",
        "vacant",
    ]
    # The answer lies beside the file: the next run asks nothing.
    assert (
        run(
            capsys,
            "run",
            "--source",
            "shop_survey",
            "--places",
            folder / "places",
            "--data",
            folder / "data",
        )[0]
        == 0
    )


def test_the_question_is_there_for_programs(folder: Path, capsys: Capture):
    code, out, _ = run(capsys, *bring(folder, "--dry-run", "--json"))
    preview = json.loads(out.splitlines()[0])
    assert code == 1 and [one["code"] for one in preview["questions"]] == ["status-unclear"]


def test_status_after_a_survey_asks_for_no_survey(folder: Path, capsys: Capture):
    (folder / NAME).write_text(f"id;status;x;y\n1;leeg;{X:g};{Y:g}\n2;open;{X:g};{Y:g}\n")
    code, out, _ = run(capsys, *bring(folder))
    assert code == 0 and out.startswith("gepubliceerd: versie ")
    _, out, _ = run(capsys, "status", "--data", folder / "data")
    assert "bring a shop survey" not in out


TABLES: dict[str, tuple[Sequence[object], Sequence[object]]] = {
    "shop_survey": (
        ("id", "status", "peildatum", "x", "y"),
        (1, "leeg", "1-2-2024", town.X, town.Y),
    ),
    "counters": (
        ("telpunt", "tijdstip", "passanten", "minuten", "x", "y"),
        ("A", "2-2-2024 12:00", 5, 60, town.X, town.Y),
    ),
    "figures": (
        ("indicator", "waarde", "eenheid", "peildatum", "definitie", "bron", "gebied"),
        ("population", 9000, "inwoners", 2024, "d", "Gemeente", "gemeente"),
    ),
}
WRITTEN: dict[str, Callable[[Sequence[Sequence[object]]], bytes]] = {
    "xlsx": workbook,
    "xls": xls,
    "ods": lambda cells: ods(("Blad1", rows(cells))),
}


# Readers share one way to read each kind.
@pytest.mark.parametrize(
    ("source", "ending"),
    [("shop_survey", "ods"), ("counters", "xls"), ("figures", "xlsx"), ("initiatives", "xlsx")],
)
def test_every_reader_of_brought_tables_reads_every_kind_of_workbook(
    tmp_path: Path, source: str, ending: str
):
    module = reader(source)
    assert set(WRITTEN) <= {kind.removeprefix(".") for kind in module.SOURCE.accepts}
    if source == "initiatives":
        example = {**module.EXAMPLE, "plaats": "voorbeeldstad"}
        table = ([one.name for one in COLUMNS], [example.get(one.name) for one in COLUMNS])
    else:
        table = TABLES[source]
    parsed = module.parse([piece(tmp_path, f"a.{ending}", WRITTEN[ending](table))], voorbeeldstad())
    assert len(parsed.frames[module.SOURCE.fills[0].name]) == 1 and [
        one.used for one in parsed.files
    ] == [1]


def test_rows_of_a_workbook_of_initiatives_are_told_by_their_number(tmp_path: Path):
    module = reader("initiatives")
    names = [one.name for one in COLUMNS]
    example = {**module.EXAMPLE, "plaats": "voorbeeldstad"}
    table = [
        names,
        [],
        [example.get(name) for name in names],
        [{**example, "soort": "feest"}.get(name) for name in names],
    ]
    told = module.faults(piece(tmp_path, "a.xlsx", workbook(table)), voorbeeldstad())
    assert [fault.nl.partition(":")[0] for fault in told] == ["rij 4, kolom soort"]


def test_the_empty_workbook_offers_one_word_per_meaning(tmp_path: Path):
    template.write_template("shop_survey", tmp_path / "leeg.xlsx")
    book = openpyxl.load_workbook(tmp_path / "leeg.xlsx")
    headings = [cell.value for cell in book["invullen"][1]]
    letter = openpyxl.utils.get_column_letter(headings.index("status") + 1)
    (rule,) = [
        rule
        for rule in book["invullen"].data_validations.dataValidation
        if str(rule.sqref).startswith(f"{letter}2:")
    ]
    cells = book["lijsten"][rule.formula1.partition("!")[2].replace("$", "")]
    assert [row[0].value for row in cells][:2] == ["leeg", "in gebruik"]
    assert book["lijsten"].sheet_state == "hidden" and rule.errorStyle == "warning"


def test_the_empty_sheet_of_opendocument_holds_the_same_and_is_read_back(tmp_path: Path):
    template.write_template("shop_survey", tmp_path / "leeg.ods")
    template.write_template("shop_survey", tmp_path / "leeg.xlsx")
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "leeg.ods")
    other = openpyxl.load_workbook(tmp_path / "leeg.xlsx")
    for sheet in ("invullen", "voorbeeld", "uitleg"):
        cells = [tuple(row) for row in book.get_sheet_by_name(sheet).to_python()]
        same = [tuple(cell or "" for cell in row) for row in other[sheet].values]
        assert cells[0] == same[0] and len(cells) == len(same)
    with zipfile.ZipFile(tmp_path / "leeg.ods") as archive:
        assert archive.namelist()[0] == "mimetype"
        content = archive.read("content.xml").decode()
    assert 'cell-content-is-in-list("leeg";"in gebruik"' in content


@pytest.mark.parametrize("source", [*TABLES, "initiatives"])
def test_the_empty_workbook_explains_itself_and_its_example_is_read(tmp_path: Path, source: str):
    template.write_template(source, tmp_path / "leeg.xlsx")
    book = openpyxl.load_workbook(tmp_path / "leeg.xlsx")
    explained = list(book["uitleg"].iter_rows(values_only=True))
    headings = [cell.value for cell in book["invullen"][1]]
    # How to fill it in comes first, then what stands under each heading.
    assert "'invullen'" in explained[0][0] and explained[5][0] == "kolom"
    assert [line[0] for line in explained[6 : len(headings) + 6]] == headings
    names, cells = book["voorbeeld"].iter_rows(values_only=True)
    example = {name: cell for name, cell in zip(names, cells, strict=True) if cell}
    assert list(names) == headings and len(example) >= 5
    book["invullen"].append([example.get(name) for name in headings])
    second = {**example, "status": "in gebruik", "id": "13", "huisnummer": "14"}
    if source == "shop_survey":
        book["invullen"].append([second.get(name) for name in headings])
        # The example is not read, not even where the sheet to fill in has fewer columns.
        book["invullen"].delete_cols(1)
    book.save(tmp_path / "vol.xlsx")
    brought = piece(tmp_path, "vol.xlsx", (tmp_path / "vol.xlsx").read_bytes(), place_id="hengelo")
    parsed = reader(source).parse([brought], area_of(PLACES))
    assert dropped_rows.refused_files(parsed.files) == () and len(
        parsed.frames[reader(source).SOURCE.fills[0].name]
    ) in (1, 2)
