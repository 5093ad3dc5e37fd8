"""The shipped units: systemd takes them, they are closed, and their backup can be restored."""

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data import catalogue
from data.snapshot import lock
from etl.commands import schedule
from tests.conftest import ROOT
from tests.dashboard.deploy.proxies import replaced

pytestmark = pytest.mark.slow
UNITS = ROOT / "deploy" / "systemd"
GUIDE = (ROOT / "docs" / "operate.md").read_text("utf-8")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is missing")
def test_systemd_takes_every_unit_and_finds_it_closed(tmp_path: Path):
    schedule.schedule(tmp_path, every="week", at="04:30", user="root").write(tmp_path)
    for path in UNITS.iterdir():
        shipped = path.read_text("utf-8").replace("User=stadshart", "User=root")
        # The program is not installed there.
        (tmp_path / path.name).write_text(
            shipped.replace("/opt/stadshart/.venv/bin/stadshart", "/bin/true")
        )
    units = sorted(path.name for path in tmp_path.iterdir())
    assert len(units) == 5
    for unit in units:
        for command in (["verify"], ["security", "--offline=true", "--threshold=30"]):
            if command[0] == "security" and unit.endswith(".timer"):
                continue
            done = subprocess.run(
                ["systemd-analyze", *command, f"./{unit}"],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, f"{unit}: {done.stdout[-2000:]}{done.stderr}"
            assert "stadshart" not in done.stderr, done.stderr


def test_a_backup_waits_for_who_publishes_and_comes_back_whole(tmp_path: Path):
    changes = {
        "/var/lib": str(tmp_path),
        "/var/backups/stadshart": str(tmp_path / "backups"),
    }
    unit = replaced((UNITS / "stadshart-backup.service").read_text("utf-8"), changes)
    command = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)[0].replace("%%", "%")
    folder = tmp_path / "stadshart-twente"
    shutil.copytree(catalogue.EMBEDDED, folder)
    (tmp_path / "backups").mkdir()
    with lock.held(folder, wait_s=5):
        backing_up = subprocess.Popen(["sh", "-c", command])
        time.sleep(0.5)
        assert backing_up.poll() is None and not any((tmp_path / "backups").iterdir())
    assert backing_up.wait(30) == 0
    (packed,) = (tmp_path / "backups").iterdir()
    assert re.fullmatch(r"day-[1-7]\.tar\.gz", packed.name)
    # The folder is damaged, and restored as the guide says.
    (folder / "current").write_text("gone")
    restore = re.search(r"^rm -rf .*tar -xzf.*$", GUIDE, re.MULTILINE)
    assert restore is not None
    subprocess.run(
        ["sh", "-c", replaced(restore[0], {**changes, "day-1.tar.gz": packed.name})], check=True
    )
    verify = [sys.executable, "-m", "etl", "verify", "--data", str(folder)]
    subprocess.run(verify, cwd=ROOT, check=True, capture_output=True)
    assert catalogue.version(folder) == catalogue.version(catalogue.EMBEDDED)


def test_every_file_that_the_guide_names_ships():
    named = set(re.findall(r"\bdeploy/[\w@./-]*\w", GUIDE))
    assert {"deploy/nginx/stadshart.conf", "deploy/Containerfile"} <= named
    assert [name for name in named if not (ROOT / name).exists()] == []
