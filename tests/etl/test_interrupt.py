"""Ctrl-C: one line, at once, and nothing half done."""

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.etl.upstream import SILENCE, Upstream

STOPPED = (
    "stadshart-etl: stopped by hand: what was published before is whole, and what was fetched is"
    " kept"
)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="a terminal of this kind is POSIX only")
# That nothing but sentences goes into a pipe is held by every test that reads what a run says.
@pytest.mark.parametrize(
    "terminal", [True, pytest.param(False, marks=pytest.mark.long)], ids=["terminal", "pipe"]
)
def test_ctrl_c_ends_a_run_that_waits_with_one_line(tmp_path: Path, terminal: bool):
    with Upstream() as upstream:
        upstream.serve("/api/interpreter", SILENCE)
        command = [
            sys.executable,
            "-m",
            "etl",
            "run",
            "--place",
            "enschede",
            "--data",
            str(tmp_path),
        ]
        command += ["--source", "osm", "--base-url", f"osm={upstream.url()}"]
        ours, theirs = pty.openpty() if terminal else os.pipe()
        with subprocess.Popen(command, stdout=theirs, stderr=theirs, start_new_session=True) as run:
            os.close(theirs)
            deadline = time.monotonic() + 60
            while not upstream.requests and time.monotonic() < deadline:
                time.sleep(0.05)
            os.killpg(run.pid, signal.SIGINT)
            began = time.monotonic()
            said = read_all(ours)
            assert run.wait(30) == 130
            took = time.monotonic() - began
    assert upstream.requests
    assert took < 8
    assert "Traceback" not in said
    assert terminal or ("\x1b" not in said and "─" not in said), "bars are for terminals"
    assert said.splitlines()[-1].endswith(STOPPED)
    assert said.count("stadshart-etl: ") == 1
    assert not (tmp_path / "current").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["raw"]


def read_all(descriptor: int) -> str:
    """What was written to the other end, which is closed; a terminal says so by an error."""
    said = b""
    try:
        while piece := os.read(descriptor, 65536):
            said += piece
    except OSError:
        pass
    os.close(descriptor)
    return said.decode()
