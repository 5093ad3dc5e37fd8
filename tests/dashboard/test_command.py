"""`stadshart` at the command line: what it says when it cannot serve."""

import socket
from importlib import metadata

import pytest

from dashboard.__main__ import main


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
