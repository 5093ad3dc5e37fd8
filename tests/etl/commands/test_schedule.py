"""A run at fixed times: what is printed is what systemd and cron understand."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.commands.schedule import UNIT, schedule
from etl.errors import UseError
from tests.etl.command import Capture, run

# What a folder may be called; a line break stands in no unit and no crontab.
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1)


@pytest.mark.parametrize(
    ("every", "calendar", "cron"),
    [
        ("day", "*-*-* 04:30:00", "30 04 * * * "),
        ("week", "Mon *-*-* 04:30:00", "30 04 * * 1 "),
        ("month", "*-*-01 04:30:00", "30 04 1 * * "),
    ],
)
def test_the_timer_and_cron_mean_the_same(every, calendar, cron):
    made = schedule(Path("/srv/stadshart"), every=every, at="04:30", user="stadshart")
    assert f"OnCalendar={calendar}\n" in made.timer
    assert made.cron.startswith(cron)
    assert "User=stadshart\n" in made.service and "SuccessExitStatus=3\n" in made.service


@given(NAMES)
def test_any_folder_reaches_the_command_whole(name):
    folder = Path("/srv") / name
    made = schedule(folder, every="day", at="23:59", user="root")
    # Cron ends a command at a bare % sign.
    words = made.cron.split(" ", 5)[5]
    assert re.search(r"(?<!\\)%", words) is None
    wanted = [sys.executable, "-m", "etl", "run", "--data", str(folder)]
    assert shlex.split(words.replace(r"\%", "%")) == wanted


@pytest.mark.parametrize(("every", "at"), [("hour", "04:30"), ("day", "4:30"), ("day", "24:00")])
def test_another_rhythm_or_time_is_refused(every, at):
    with pytest.raises(UseError, match="expected"):
        schedule(Path("/srv"), every=every, at=at, user="root")


def test_units_are_written_and_told(capsys: Capture, tmp_path: Path):
    units = tmp_path / "units"
    asked = ("schedule", "--data", tmp_path, "--out", units, "--user", "root", "--json")
    code, out, _ = run(capsys, *asked)
    told = json.loads(out)
    assert code == 0 and told["timer"] == (units / f"{UNIT}.timer").read_text()
    assert f'ReadWritePaths="{tmp_path}"\n' in told["service"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is missing")
def test_systemd_accepts_both_units(tmp_path: Path):
    folder = tmp_path / 'cijfers 100% "nieuw" $HOME'
    folder.mkdir()
    schedule(folder, every="week", at="04:30", user="root").write(tmp_path / "units")
    checked = subprocess.run(
        ["systemd-analyze", "verify", f"{UNIT}.service", f"{UNIT}.timer"],
        cwd=tmp_path / "units",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert UNIT not in checked.stderr, checked.stderr
