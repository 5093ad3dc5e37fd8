"""The commands as people type them: one clear line, exit codes, never a traceback."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from data.snapshot import changelog, lock
from tests.etl.command import Capture, run
from tests.etl.made_up_town import X, Y, place_file

pytestmark = pytest.mark.usefixtures("quick_disk")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place_file(tmp_path / "places")
    (tmp_path / "winkels-2026-02-01.csv").write_text(
        f"id;status;x;y\n1;leeg;{X:g};{Y:g}\n2;in gebruik;{X:g};{Y:g}\n"
    )
    return tmp_path


def bring(
    folder: Path, *more: object, file: str = "winkels-2026-02-01.csv", source: str = "shop_survey"
) -> list[object]:
    return [
        "import",
        source,
        folder / file,
        "--place",
        "voorbeeldstad",
        "--places",
        folder / "places",
        "--data",
        folder / "data",
        "--lang",
        "nl",
        *more,
    ]


def test_dry_run_tells_in_dutch_and_writes_the_map(capsys: Capture, folder: Path):
    code, out, err = run(capsys, *bring(folder, "--dry-run"))
    assert (code, err) == (0, "")
    assert (
        "2 van 2 rijen te gebruiken" in out
        and "leeg: 1" in out
        and "Dit was een proef: er is niets gepubliceerd." in out
    )
    assert 'unit_id = "id"' in (folder / "winkels-2026-02-01.csv.columns.toml").read_text()
    assert not (folder / "data").exists()


@pytest.mark.slow
def test_dry_run_names_the_command_that_publishes(capsys: Capture, folder: Path):
    _, out, _ = run(capsys, *bring(folder, "--dry-run"))
    command = shlex.split(out.splitlines()[-1].partition("Klopt dit, dan: ")[2])
    assert command[:3] == ["stadshart-etl", "import", "shop_survey"]
    assert run(capsys, *command[1:])[0] == 0 and (folder / "data" / "current").is_file()


@pytest.mark.parametrize(
    ("source", "content", "written"),
    [
        ("shop_survey", "foo;bar\n1;2\n", True),
        ("shop_survey", "straat;huisnummer\nLangestraat;1\n", True),
        ("counters", "telpunt;tijdstip;passanten;mac\nA;2-3-2024 12:00;1;x\n", False),
        ("shop_survey", "id;status;x;y\n1;leeg;1;1\n", False),
    ],
    ids=["no heading known", "a heading missing", "traces of people", "elsewhere"],
)
def test_a_refused_file_gets_a_map_only_where_a_map_helps(
    capsys: Capture, folder: Path, source: str, content: str, written: bool
):
    (folder / "2026-02-01.csv").write_text(content)
    code, _, err = run(capsys, *bring(folder, "--dry-run", file="2026-02-01.csv", source=source))
    assert code == 1 and "Traceback" not in err
    assert (folder / "2026-02-01.csv.columns.toml").exists() is written


def test_a_missing_heading_says_what_the_planner_can_do(capsys: Capture, folder: Path):
    (folder / "c.csv").write_text("indicator;waarde;eenheid\npopulation;9;inwoners\n")
    code, _, err = run(capsys, *bring(folder, "--lang", "en", file="c.csv", source="figures"))
    assert (
        code == 1
        and "c.csv has no column peildatum" in err
        and "--columns" in err
        and "--template" in err
        and "Report it" not in err
    )


def test_a_place_written_otherwise_is_guessed(capsys: Capture, folder: Path):
    code, _, err = run(capsys, *bring(folder), "--place", "Voorbeeld-Stad")
    assert code == 2 and "do you mean 'voorbeeldstad'?" in err


def test_an_empty_sheet_names_the_next_command(capsys: Capture, folder: Path):
    code, out, _ = run(capsys, "import", "figures", folder / "leeg.xlsx", "--template")
    assert code == 0 and f"stadshart-etl import figures {folder / 'leeg.xlsx'} --dry-run" in out


def test_an_empty_sheet_brought_back_empty_says_so(capsys: Capture, folder: Path):
    run(capsys, "import", "initiatives", folder / "leeg.csv", "--template")
    code, _, err = run(
        capsys, *bring(folder, "--lang", "en", file="leeg.csv", source="initiatives")
    )
    assert code == 1 and "No row of leeg.csv can be used: it holds no rows." in err


@pytest.mark.slow
def test_nothing_imported_is_nothing_to_withdraw(capsys: Capture, folder: Path):
    run(capsys, *bring(folder))
    code, _, err = run(capsys, "withdraw", "figures", "--reason", "test", "--data", folder / "data")
    assert code == 2 and "nothing of figures was imported" in err


def test_mended_map_is_never_written_over(capsys: Capture, folder: Path):
    path = folder / "winkels-2026-02-01.csv.columns.toml"
    path.write_text("# mended")
    _, out, _ = run(capsys, *bring(folder, "--dry-run"))
    assert "stond er al" in out and path.read_text() == "# mended"


def test_dry_run_for_programs_is_one_object_per_line(capsys: Capture, folder: Path):
    _, out, _ = run(capsys, *bring(folder, "--dry-run", "--json"))
    lines = [json.loads(line) for line in out.splitlines()]
    assert (
        lines[0]["kind"] == "preview" and lines[0]["kept"] == 2 and lines[-1]["published"] is False
    )


@pytest.mark.slow
def test_import_withdraw_and_export_in_a_row(capsys: Capture, folder: Path):
    code, out, err = run(capsys, *bring(folder))
    assert (code, err) == (0, "") and "shop_survey bevat nu premises 2" in out
    code, _, err = run(
        capsys,
        "export",
        "--format",
        "csv",
        "--table",
        "premises",
        "--out",
        folder / "p.csv",
        "--data",
        folder / "data",
    )
    assert code == 1 and "only internal ones" in err and err.count("\n") == 1
    arguments = [
        "withdraw",
        "shop_survey",
        "--row",
        "survey:voorbeeldstad:1",
        "--reason",
        "dubbel",
        "--places",
        folder / "places",
        "--data",
        folder / "data",
    ]
    code, out, err = run(capsys, *arguments)
    assert (code, err) == (0, "") and "withdrawn from shop_survey: survey:voorbeeldstad:1" in out
    code, out, _ = run(
        capsys,
        "export",
        "--format",
        "xlsx",
        "--out",
        folder / "alles.xlsx",
        "--data",
        folder / "data",
    )
    assert code == 0 and "internal, so not taken along: 1 rows of premises" in out


def test_file_that_needs_a_map_gets_one_to_complete(capsys: Capture, folder: Path):
    (folder / "vreemd.csv").write_text(
        f"id;status;wvo;x;y\n1;leeg;1.234;{X:g};{Y:g}\n2;open;;{X:g};{Y:g}\n"
    )
    code, out, err = run(capsys, *bring(folder, "--dry-run", file="vreemd.csv"))
    assert code == 1 and "[number-form]" in err and err.count("\n") == 1
    path = folder / "vreemd.csv.columns.toml"
    path.write_text(path.read_text().replace("# surveyed = 2024-03-31", "surveyed = 2026-02-01"))
    code, out, _ = run(capsys, *bring(folder, "--dry-run", "--columns", path, file="vreemd.csv"))
    assert code == 0 and "met winkelvloer in m2: 1" in out and "1234 m2" in out


@pytest.mark.parametrize(
    ("source", "ending"),
    [("shop_survey", "csv"), ("figures", "xlsx"), ("counters", "ods"), ("initiatives", "ods")],
)
def test_empty_sheet_is_written_once(capsys: Capture, folder: Path, source: str, ending: str):
    code, _out, _ = run(capsys, "import", source, folder / f"leeg.{ending}", "--template")
    assert code == 0 and (folder / f"leeg.{ending}").stat().st_size > 50
    code, _, err = run(capsys, "import", source, folder / f"leeg.{ending}", "--template")
    assert code == 2 and "existing file" in err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["import", "shop_survey"], 2, "Missing argument"),
        (["import", "osm", "x.csv"], 2, "waits for a file"),
        (["import", "shop_survey", "nowhere.csv"], 2, "not a file"),
        (["import", "shop_survey", "https://example.org/x.csv"], 2, "not a file"),
        (["import", "shop_survey", "/vsicurl/example.csv"], 2, "not a file"),
        (["withdraw", "shop_survey"], 2, "--reason"),
        (["withdraw", "shop_survey", "--reason", "x", "--row", "a", "--file", "b"], 2, "got both"),
        (["export", "--format", "csv"], 2, "--out"),
        (["export", "--format", "doc", "--out", "x"], 2, "--format"),
    ],
)
def test_wrong_use_is_one_line(
    capsys: Capture, tmp_path: Path, arguments: list[str], code: int, message: str
):
    met, out, err = run(
        capsys, *arguments, *([] if "Missing" in message else ["--data", tmp_path / "d"])
    )
    assert (met, out) == (code, "")
    assert message in err and err.startswith("stadshart-etl: ") and err.count("\n") == 1
    assert not (tmp_path / "d").exists()


def test_a_refused_file_is_told_with_what_to_do(capsys: Capture, folder: Path):
    (folder / "winkels-2024-03-31.csv").write_text("straat;huisnummer;status\nLangestraat;1;leeg\n")
    code, _, err = run(capsys, *bring(folder, "--lang", "en", file="winkels-2024-03-31.csv"))
    assert code == 1 and err.count("\n") == 1
    assert (
        "no coordinates" in err
        and "[survey-unplaced]: Run `stadshart-etl run --source bag` first" in err
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff" * 50,
        b"PK\x03\x04broken",
        b"<html></html>",
        b'id;status\n"1;leeg\n',
        b"OGRVRTDataSource",
    ],
)
def test_hostile_file_is_one_line(capsys: Capture, folder: Path, content: bytes):
    for ending in ("csv", "xlsx"):
        (folder / f"kwaad.{ending}").write_bytes(content)
        code, _, err = run(capsys, *bring(folder, file=f"kwaad.{ending}"))
        assert code == 1 and err.startswith("stadshart-etl: ") and err.count("\n") == 1
        assert not list((folder / "data").rglob("kwaad*"))


def test_folder_that_cannot_be_written_is_one_line(capsys: Capture, folder: Path):
    (folder / "data").write_text("a file in its place")
    code, _, err = run(capsys, *bring(folder))
    assert code == 1 and err.count("\n") == 1 and "Traceback" not in err


def test_dry_run_for_programs_names_columns_words_and_the_effect(capsys: Capture, folder: Path):
    file = folder / "winkels-2026-02-01.csv"
    file.write_text(file.read_text().replace("in gebruik", "blauw"))
    code, out, _ = run(capsys, *bring(folder, "--dry-run", "--json"))
    preview, *_, problem = map(json.loads, out.splitlines())
    assert code == 1 and preview["headings"] == ["id", "status", "x", "y"]
    assert preview["columns"] == {"unit_id": "id", "status": "status", "x": "x", "y": "y"}
    assert preview["fields"]["status"] == {"nl": "leeg of in gebruik", "en": "vacant or in use"}
    assert preview["words"] == {"blauw": 1} and preview["points"][0] == [X, Y, "vacant"]
    assert preview["units"] == {"before": None, "after": {"vacant": 1, "unknown": 1}}
    assert preview["sections"]["content"]["nl"][0] == "2 van 2 rijen te gebruiken"
    assert (problem["event"], problem["code"], problem["acceptable"]) == (
        "problem",
        "status-unclear",
        False,
    )


def test_a_file_without_known_headings_names_them_for_programs(capsys: Capture, folder: Path):
    (folder / "2026-02-01.csv").write_text("foo;bar\n1;2\n")
    _, out, _ = run(capsys, *bring(folder, "--dry-run", "--json", file="2026-02-01.csv"))
    draft = json.loads(out.splitlines()[0])
    assert draft["kind"] == "draft" and draft["headings"] == ["foo", "bar"]
    assert draft["columns"] == {} and "street" in draft["fields"]


@pytest.mark.slow
def test_the_changelog_names_reason_and_author_and_every_return(capsys: Capture, folder: Path):
    run(capsys, *bring(folder, "--reason", "telling", "--by", "redactie"))
    (folder / "winkels-2026-02-01.csv").write_text(
        f"id;status;x;y\n1;leeg;{X:g};{Y:g}\n3;in gebruik;{X:g};{Y:g}\n"
    )
    _, out, _ = run(capsys, *bring(folder, "--dry-run", "--json"))
    units = json.loads(out.splitlines()[0])["units"]
    assert units["before"] == {"vacant": 1, "in_use": 1} == units["after"]
    run(capsys, *bring(folder))
    run(capsys, "rollback", "--data", folder / "data", "--reason", "fout", "--by", "beheer")
    run(
        capsys,
        *("withdraw", "shop_survey", "--reason", "oud", "--by", "redactie"),
        *("--data", folder / "data", "--places", folder / "places"),
    )
    changes = changelog.read_changes(folder / "data")
    assert [(change.what, change.reason, change.by) for change in changes] == [
        ("import", "telling", "redactie"),
        ("import", None, None),
        ("rollback", "fout", "beheer"),
        ("withdraw_file", "oud", "redactie"),
    ]


def test_two_imports_at_once_wait_for_each_other(
    capsys: Capture, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("etl.commands.import_file.WAIT_S", 0.0)
    (folder / "data" / "imports").mkdir(parents=True)
    with lock.held(folder / "data" / "imports", wait_s=0):
        code, _, err = run(capsys, *bring(folder))
    assert code == 1 and "expected to be the only writer" in err
    assert not (folder / "data" / "current").exists()
