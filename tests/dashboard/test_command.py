"""`stadshart` at the command line: what it says when it cannot serve."""

import os
import signal
import socket
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

import pytest

from dashboard.__main__ import main
from dashboard.server import serve
from dashboard.session import fetch_run
from data import catalogue
from tests.conftest import ROOT, free_port
from tests.dashboard import fetch_site
from tests.etl.upstream import SILENCE, Upstream


def said(capsys, arguments: list[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return ended.value.code, capsys.readouterr().err


def test_a_taken_port_is_one_line_that_says_what_to_do(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, line = said(capsys, ["--port", str(port)])
    assert code == 1
    assert line.startswith(f"stadshart: cannot listen on 127.0.0.1:{port}: ") and line.endswith(
        "--host and --port\n"
    )
    assert line.count("\n") == 1


def test_a_host_that_is_not_here_is_one_line(capsys):
    # TEST-NET-1: no machine has an address in it (RFC 5737).
    code, line = said(capsys, ["--host", "192.0.2.1", "--port", "8501"])
    assert (
        code == 1
        and line.startswith("stadshart: cannot listen on 192.0.2.1:8501: ")
        and line.count("\n") == 1
    )


@pytest.mark.parametrize("port", ["0", "65536", "web"])
def test_no_port_is_wrong_use(capsys, port):
    code, line = said(capsys, ["--port", port])
    assert code == 2 and "expected a port from 1 to 65535" in line and line.count("\n") == 1


def test_messages_are_in_the_language_asked_for_or_that_of_the_locale(capsys, monkeypatch):
    address = ["--host", "192.0.2.1", "--port", "8501"]
    assert "kan niet luisteren" in said(capsys, [*address, "--lang", "nl"])[1]
    monkeypatch.setenv("LC_MESSAGES", "nl_NL.UTF-8")
    assert "kan niet luisteren" in said(capsys, address)[1]
    assert "cannot listen" in said(capsys, [*address, "--lang", "en"])[1]


def test_the_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"stadshart {metadata.version('stadshart-twente')}\n"


def test_what_is_made_up_is_not_fetched(capsys):
    code, line = said(capsys, ["--example", "--fetch"])
    assert code == 2 and "--example and --fetch: expected one of them" in line


@pytest.mark.slow
def test_fetch_fills_the_folder_and_then_serves_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    served: list[bool] = []
    monkeypatch.setattr(
        serve, "serve", lambda data, **_: served.append(catalogue.open(Path(data)).has("streets"))
    )
    # Put back what `ask_only` sets.
    monkeypatch.setattr(fetch_run, "command", fetch_run.command)
    with Upstream() as upstream:
        upstream.serve(fetch_site.OVERPASS, fetch_site.streets())
        fetch_site.ask_only(upstream.url())
        main(["--fetch", "--data", str(tmp_path / "data"), "--port", str(free_port())])
    assert served == [True] and capfd.readouterr().out.startswith("published: version ")


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="a group of processes is POSIX only")
def test_ctrl_c_while_it_fetches_ends_both_and_serves_nothing(tmp_path: Path):
    with Upstream() as upstream:
        upstream.serve(fetch_site.OVERPASS, SILENCE)
        command = [sys.executable, "-m", "tests.dashboard.fetch_site", upstream.url(), "--fetch"]
        command += ["--data", str(tmp_path / "data"), "--port", str(free_port())]
        with subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as both:
            deadline = time.monotonic() + 60
            while not upstream.requests and time.monotonic() < deadline:
                time.sleep(0.05)
            os.killpg(both.pid, signal.SIGINT)
            out, err = both.communicate(timeout=30)
    assert (both.returncode, out) == (130, "")
    first, last = err.splitlines()
    assert first.startswith("stadshart-etl: stopped by hand: what was published before is whole")
    assert last == "stadshart: stopped"
    assert not (tmp_path / "data" / "current").exists()
