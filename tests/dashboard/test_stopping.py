"""`stadshart` ends when it is told to, with one line at most, whatever it was doing."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dashboard.__main__ import main
from data import catalogue
from tests.conftest import ROOT, free_port, serving
from tests.dashboard.driving import served
from tests.dashboard.handshake import shake

pytestmark = pytest.mark.slow
LARGE = "/export/kaart.pdf?formaat=a4&plaats=hengelo"


def asked(address: str) -> int:
    """The status of an answer that may come late, or never."""
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0


def children(process: int) -> list[int]:
    told = Path(f"/proc/{process}/task/{process}/children")
    every = told.parent.parent.glob("*/children")
    return [int(child) for one in every for child in one.read_text("ascii").split()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to find the child")
@pytest.mark.parametrize(
    ("number", "code", "last"),
    [(signal.SIGINT, 130, "stadshart: stopped\n"), (signal.SIGTERM, -signal.SIGTERM, "")],
)
def test_a_signal_ends_server_and_picture_process_silently(tmp_path: Path, number, code, last):
    log = tmp_path / "log"
    with (
        serving(
            # A group of its own, as a terminal gives it: Ctrl-C reaches every process in it.
            lambda port: ["setsid", sys.executable, "-m", "dashboard", "--port", str(port)],
            log,
            env={"STADSHART_TILES": "off", "XDG_DATA_HOME": str(tmp_path)},
        ) as site,
        shake(site.address, Origin=site.address),
        ThreadPoolExecutor() as waiting,
    ):
        late = waiting.submit(asked, site.address + LARGE)
        deadline = time.monotonic() + 60
        while not (made_by := children(site.process.pid)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert made_by and not late.done()
        began = time.monotonic()
        os.killpg(site.process.pid, number)
        assert site.process.wait(30) == code
        # Drawing this page on paper takes longer.
        assert time.monotonic() - began < 10
        assert late.result() in (0, 503)
        assert not [child for child in made_by if Path(f"/proc/{child}").exists()]
        first = f"stadshart: {site.address} (Ctrl-C ends it)\n"
    assert log.read_text("utf-8") == first + last


def test_ctrl_c_before_anything_is_served_is_one_line_too():
    code = (
        "import os, signal\nfrom dashboard import __main__\n"
        "__main__._require_snapshot = lambda *_, **__: os.kill(os.getpid(), signal.SIGINT)\n"
        "__main__.main([])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (130, "stadshart: stopped\n")


def test_a_snapshot_that_is_damaged_at_the_start_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder = Path(shutil.copytree(catalogue.EMBEDDED, tmp_path / "data"))
    table = catalogue.open(folder).path / "observations.parquet"
    table.write_bytes(table.read_bytes()[:-1])
    # What this process serves is put back for the tests after it.
    with served(catalogue.EMBEDDED), pytest.raises(SystemExit) as left:
        main(["--data", str(folder), "--port", str(free_port())])
    said = capsys.readouterr().err
    assert left.value.code == 1 and said.startswith("stadshart: ")
    assert "observations.parquet" in said and said.count("\n") == 1
