"""Commands of the ETL beside the dashboard: their limits, and what a visitor's file leaves."""

import os
import tempfile
from pathlib import Path

import pytest

from dashboard.session import data_entry, etl_process
from dashboard.session.data_entry import Mending, Upload
from dashboard.session.etl_process import GIB, ProcessLimits
from tests.dashboard.driving import run_here

ROWS = b"straat;huisnummer;status;x;y\nAstraat;1;leeg;251200;476300\nAstraat;2;open;251200;476310\n"


def test_a_stored_name_holds_nothing_of_what_a_visitor_typed():
    for name in (
        "../../etc/passwd",
        "a\0b.csv",
        "x\n.CSV",
        "--help",
        "Jan Jansen.exe",
        "c:con.csv",
    ):
        stored = Upload(ROWS, name, "shop_survey", None).stored_name
        assert stored.rpartition("-")[0] == "shop_survey" and stored.endswith(".csv")
        assert stored.replace("_", "").replace("-", "").replace(".", "").isalpha()


def test_of_the_name_only_the_day_is_kept():
    dated = Upload(ROWS, "Winkels Jansen 20240331.xlsx", "shop_survey", None).stored_name
    assert dated.endswith("-2024-03-31.xlsx") and "Jansen" not in dated
    # The digest has no digits that might be read as a day.
    assert not any(sign.isdigit() for sign in dated.removesuffix("-2024-03-31.xlsx"))


def test_the_column_map_takes_any_heading():
    import tomllib

    strange = 'a"b\\c\x7f\n[words]\né😀'
    mending = Mending({"street": strange}, {strange: "vacant"}, status="in_use", decimal=",")
    read = tomllib.loads(mending.toml())
    assert read["columns"] == {"street": strange} and read["words"] == {strange: "vacant"}
    assert (read["status"], read["decimal"], read["thousands"]) == ("in_use", ",", ".")


def test_no_secret_of_the_login_reaches_a_command(monkeypatch):
    monkeypatch.setenv("STADSHART_LOGIN_SECRET", "secret")
    monkeypatch.setenv("STREAMLIT_SERVER_COOKIE_SECRET", "secret")
    monkeypatch.setenv("STADSHART_TILES", "off")
    given = etl_process._environment()
    assert "secret" not in given.values() and given["STADSHART_TILES"] == "off"


@pytest.mark.slow
def test_a_command_that_takes_too_long_is_ended():
    answer = etl_process.ask(["--version"], "nl", ProcessLimits(2 * GIB, 60, 0))
    assert answer.outcome in ("too_long", "busy")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows limits the time by the clock alone")
def test_memory_and_processor_time_are_limited(tmp_path: Path):
    file = tmp_path / "winkels-2024-03-31.csv"
    file.write_bytes(ROWS)
    command = ["import", "shop_survey", str(file), "--dry-run", "--data", str(tmp_path / "data")]
    # Where the memory ends decides in which words the command fails.
    small = etl_process.ask(command, "nl", ProcessLimits(GIB // 8, 60, 60))
    assert small.outcome not in ("done", "too_long", "busy"), small
    assert etl_process.ask(command, "nl", ProcessLimits(2 * GIB, 1, 60)).outcome == "too_long"


@pytest.mark.slow
def test_a_hostile_file_is_refused_and_nothing_of_it_stays(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(data_entry, "_writable", lambda _: tmp_path / "data")
    secret = tmp_path / "secret.csv"
    secret.write_text("id\nsecret\n")
    vrt = f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource>'
    answer = data_entry.try_out(Upload(vrt.encode(), "w.xlsx", "shop_survey", None), None, "nl")
    assert answer.outcome == "refused" and answer.line("problem")["code"] == "file-kind"
    assert "secret\n" not in str(answer)
    assert not any((tmp_path / "scratch").iterdir()) and not (tmp_path / "data").exists()


@pytest.mark.slow
def test_the_empty_sheet_comes_as_a_workbook_where_rows_are_filled_in_by_hand(monkeypatch):
    # The tests above start a process.
    monkeypatch.setattr(etl_process, "ask", run_here)
    assert data_entry.template("shop_survey", "xlsx", "nl")[:4] == b"PK\x03\x04"

    assert data_entry.template("cbs_vacancy", "xlsx", "nl") == b""
