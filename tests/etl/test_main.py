import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import pytest

from data import catalogue
from data.manifest import Status
from data.snapshot import publish as snapshot_publish
from etl.cli import messages
from etl.problems import PROBLEMS
from tests import town
from tests.etl.command import Capture, run
from tests.etl.upstream import FastClock

START = datetime(2024, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def four_days_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ages are those of 4 March 2024."""
    monkeypatch.setattr(
        "etl.fetch.throttle.SystemClock", lambda: FastClock(begun=START + timedelta(days=3))
    )


def publish(folder: Path, boardings: float, *, days: int = 0, status: Status = "fresh") -> str:
    """A version with the town's places and one station; its last source has the status given."""
    first, last = town.sources()
    last = replace(last, status=status, problems=() if status == "fresh" else ("geen antwoord",))
    tables = {"places": town.places(), "stops": town.stops({"boardings_per_workday": boardings})}
    moment = START + timedelta(days=days)
    return snapshot_publish.publish(
        folder, tables, [first, last], town.table_sources(), published=moment
    ).version


@pytest.mark.parametrize(
    ("arguments", "message", "help_"),
    [
        ([], "Missing command", "--help"),
        (["fly"], "No such command 'fly'", "--help"),
        (["status", "--fast"], "No such option: --fast", "status --help"),
        (["status", "--data"], "requires an argument", "status --help"),
        (["rollback", "one", "two"], "unexpected extra argument", "rollback --help"),
        (["import", "osm", "town.csv"], "waits for a file", "import --help"),
    ],
)
def test_wrong_use_is_one_line_and_code_2(
    capsys: Capture, arguments: list[str], message: str, help_: str
):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert err.startswith("stadshart-etl: ") and err.endswith(f": see 'stadshart-etl {help_}'\n")
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", ["status", "verify", "rollback"])
def test_nothing_published_is_one_line_and_code_1(capsys: Capture, tmp_path: Path, command: str):
    code, out, err = run(capsys, command, "--data", tmp_path / "nowhere")
    assert (code, out) == (1, "")
    assert err.startswith("stadshart-etl: expected a snapshot in ") and err.count("\n") == 1


def test_version_is_that_of_the_distribution(capsys: Capture):
    assert run(capsys, "--version") == (0, f"stadshart-etl {version('stadshart-twente')}\n", "")


def test_status_on_a_new_machine_tells_about_what_ships(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(catalogue, "user_folder", lambda: tmp_path / "own")
    code, out, err = run(capsys, "status")
    assert (code, err) == (0, "")
    assert out.startswith(f"version {catalogue.version(catalogue.EMBEDDED)}, ")
    assert (
        f"the snapshot that ships; yours in {tmp_path / 'own'} is empty: 'stadshart-etl run'"
        " fills it" in out
    )
    assert json.loads(run(capsys, "status", "--json")[1].splitlines()[0])["ships"] is True


def test_file_in_place_of_a_folder_is_one_line(capsys: Capture, tmp_path: Path):
    (tmp_path / "current").mkdir()
    code, _, err = run(capsys, "status", "--data", tmp_path)
    assert code == 1
    assert "current: cannot be read" in err and err.count("\n") == 1


def test_help_lists_the_commands_without_boxes(capsys: Capture):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert all(command in out for command in ("embed", "status", "verify", "rollback", "sources"))
    assert "─" not in out and "..." not in out.partition("Commands:")[2]


def test_status_in_a_pipe_is_plain_lines(capsys: Capture, tmp_path: Path):
    version = publish(tmp_path, 1)
    code, out, err = run(capsys, "status", "--data", tmp_path)
    assert (code, err) == (0, "")
    assert f"version {version}, published 2024-03-01 12:00 UTC (3 days ago)" in out
    assert "stops\t1\t" in out
    assert (
        "voorbeeldteller\tfresh\t2024-03-02, 2 days ago\t-\tGemeente Voorbeeldstad\tinternal\n"
        in out
    )
    assert "1 source of curated facts, read 2024-03-01" in out
    assert "\x1b" not in out and "─" not in out


def test_status_on_a_terminal_is_a_table(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    publish(tmp_path, 1)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "120")
    _, out, _ = run(capsys, "status", "--data", tmp_path)
    assert "─" in out and "Gemeente Voorbeeldstad" in out


def test_status_for_programs_is_one_object_per_line(capsys: Capture, tmp_path: Path):
    version = publish(tmp_path, 1)
    _, out, _ = run(capsys, "status", "--data", tmp_path, "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert lines[0]["version"] == version
    assert [line["table"] for line in lines if line.get("kind") == "table"] == ["places", "stops"]
    sources = [line for line in lines if line.get("kind") == "source"]
    assert [(line["status"], line["age_days"]) for line in sources] == [("fresh", 3), ("fresh", 2)]


@pytest.mark.parametrize("status", ["stale", "failed"])
def test_source_in_trouble_is_code_3(capsys: Capture, tmp_path: Path, status: Status):
    publish(tmp_path, 1, status=status)
    code, out, err = run(capsys, "status", "--data", tmp_path)
    assert (code, err) == (3, "")
    assert (
        f"# What is stale or failed, and why\nvoorbeeldteller is {status} (what is shown was read"
        " 2024-03-02, 2 days ago): geen antwoord\n" in out
    )
    assert "stadshart-etl run --source voorbeeldteller" in out


def test_source_that_waits_for_a_file_is_no_trouble(capsys: Capture, tmp_path: Path):
    publish(tmp_path, 1, status="not_supplied")
    assert run(capsys, "status", "--data", tmp_path)[0] == 0


def test_verify_says_that_all_is_well(capsys: Capture, tmp_path: Path):
    publish(tmp_path, 1)
    assert run(capsys, "verify", "--data", tmp_path) == (0, f"all well in {tmp_path}\n", "")


def test_verify_names_a_changed_file_and_fails(capsys: Capture, tmp_path: Path):
    publish(tmp_path, 1)
    (catalogue.open(tmp_path).path / "stops.parquet").write_bytes(b"")
    code, out, err = run(capsys, "verify", "--data", tmp_path, "--json")
    assert code == 1
    assert "stops.parquet: expected sha256" in err
    assert len(json.loads(out)["problems"]) == 1


def test_rollback_says_where_it_is_now(capsys: Capture, tmp_path: Path):
    first, _ = publish(tmp_path, 1), publish(tmp_path, 2, days=1)
    code, out, _ = run(capsys, "rollback", "--data", tmp_path)
    assert (code, out) == (0, f"current is now version {first} in {tmp_path}\n")
    assert catalogue.open(tmp_path).version == first


def test_rollback_to_an_unknown_version_is_wrong_use(capsys: Capture, tmp_path: Path):
    version = publish(tmp_path, 1)
    code, _, err = run(capsys, "rollback", "yesterday", "--data", tmp_path)
    assert code == 2
    assert (
        err
        == f"stadshart-etl: VERSION: expected one of {version}, got 'yesterday': see 'stadshart-etl"
        " rollback --help'\n"
    )


def test_sources_are_listed_without_a_snapshot(capsys: Capture, tmp_path: Path):
    code, out, _ = run(capsys, "sources", "--data", tmp_path, "--json")
    assert code == 0
    assert "reference" in [json.loads(line)["source_id"] for line in out.splitlines()]


def test_sources_stand_as_blocks_on_a_terminal(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    _, out, _ = run(capsys, "sources", "--data", tmp_path)
    block = next(block for block in out.split("\n\n") if block.startswith("bag\n"))
    assert (
        "Licence          Public Domain Mark 1.0" in block
        and "Credit           Bron: BAG, Kadaster" in block
    )
    assert "never the live service" in block


@pytest.mark.slow
def test_help_loads_neither_pandas_nor_geopandas():
    code = (
        "import sys\nfrom etl.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print(sorted({'pandas', 'geopandas'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TERM": "dumb"},
    )
    assert done.stdout.endswith("[]\n")


@pytest.mark.parametrize("locale", ["nl_NL.UTF-8", "C.UTF-8", "fr_FR.UTF-8"])
def test_a_locale_that_is_not_english_is_answered_in_dutch(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locale: str
):
    publish(tmp_path, 1, status="stale")
    monkeypatch.setenv("LC_MESSAGES", locale)
    _, out, _ = run(capsys, "status", "--data", tmp_path)
    assert "gepubliceerd 2024-03-01 12:00 UTC (3 dagen geleden)" in out
    assert "# Wat verouderd of mislukt is, en waarom\nvoorbeeldteller is verouderd" in out
    assert "published" not in out and "# Sources" not in out


def test_the_language_option_wins_and_json_stays_english(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    publish(tmp_path, 1, status="stale")
    monkeypatch.setenv("LC_MESSAGES", "nl_NL.UTF-8")
    _, english, _ = run(capsys, "status", "--data", tmp_path, "--lang", "en")
    assert "# Worth knowing" not in english and "# What is stale or failed, and why" in english
    _, lines, _ = run(capsys, "status", "--data", tmp_path, "--json", "--lang", "nl")
    sentences = [
        row["sentence"] for row in map(json.loads, lines.splitlines()) if "sentence" in row
    ]
    assert any(sentence.startswith("voorbeeldteller is stale") for sentence in sentences)
    assert {row["status"] for row in map(json.loads, lines.splitlines()) if "age_days" in row} == {
        "fresh",
        "stale",
    }


def test_a_fault_and_its_cure_are_told_in_the_language_asked_for(capsys: Capture, tmp_path: Path):
    (tmp_path / "leeg.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    command = ("import", "counters", tmp_path / "leeg.csv", "--place", "hengelo")
    data = ("--data", tmp_path / "data")
    dutch, english = (run(capsys, *command, *data, "--lang", lang)[2] for lang in ("nl", "en"))
    code = dutch.partition(" [")[2].partition("]")[0]
    assert dutch.endswith(f": {messages.cures()[code]}\n")
    assert english.endswith(f"[{code}]: {PROBLEMS[code].cure}\n")


def test_an_unknown_language_is_wrong_use(capsys: Capture):
    code, _, err = run(capsys, "status", "--lang", "fr")
    assert code == 2 and "--lang" in err and err.count("\n") == 1
