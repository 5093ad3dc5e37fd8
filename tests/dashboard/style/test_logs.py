"""One event is one plain line in the log."""

import json
import logging
import re
import subprocess
import sys
import textwrap

import pytest

from dashboard.errors import LogSettingError
from dashboard.style import logs
from dashboard.style.logs import one_line
from tests.conftest import ROOT


def written(code: str) -> list[str]:
    """What a process writes to stderr after the log is set up."""
    begin = "import logging, threading, warnings\nfrom dashboard.style import logs\nlogs.set_up()\n"
    command = [sys.executable, "-c", begin + textwrap.dedent(code)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stderr.splitlines()


@pytest.mark.slow
def test_a_traceback_is_one_line_whichever_handler_writes_it():
    lines = written(
        """
        for name in ("streamlit.x", "uvicorn.error"):
            log = logging.getLogger(name)
            log.propagate = False
            log.addHandler(logging.StreamHandler())
            try:
                1 / 0
            except ZeroDivisionError:
                log.exception("broke\\nhere")
        """
    )
    assert len(lines) == 2 and all(line.startswith("broke | here | Traceback") for line in lines)
    assert all("ZeroDivisionError: division by zero" in line for line in lines)


@pytest.mark.slow
def test_a_warning_and_a_thread_that_ends_are_one_line_each():
    lines = written(
        """
        warnings.warn("old")
        def end():
            raise ValueError("gone")
        thread = threading.Thread(target=end)
        thread.start()
        thread.join()
        """
    )
    assert len(lines) == 2
    assert " WARNING py.warnings: " in lines[0] and "ValueError: gone" in lines[1]


@pytest.mark.slow
def test_ordinary_events_are_not_logged():
    assert written("logging.getLogger('any').info('The fragment does not exist anymore')") == []


def test_what_a_visitor_wrote_makes_no_line_and_no_colour():
    assert one_line("a\n\n b\x1b[31m\r\nc\u2028d") == "a | b?[31m | c | d"
    assert logging.getLogRecordFactory() is logging.LogRecord


FAIL = """
    log = logging.getLogger("dashboard.x")
    try:
        1 / 0
    except ZeroDivisionError as fault:
        log.exception("broke\\nhere")
        print(logs.error_number(fault), file=sys.stderr)
"""


@pytest.mark.slow
def test_a_trace_stands_under_the_number_that_a_page_shows(monkeypatch):
    line, number = written(f"import sys\n{textwrap.dedent(FAIL)}")
    assert re.fullmatch(r"[2-9b-z]{4}-[2-9b-z]{4}", number)
    assert line.endswith(f"ZeroDivisionError: division by zero | error number {number}")


@pytest.mark.slow
def test_json_is_one_object_per_event(monkeypatch):
    monkeypatch.setenv("STADSHART_LOG", "json")
    monkeypatch.setenv("STADSHART_LOG_LEVEL", "info")
    line, number = written(f"import sys\n{textwrap.dedent(FAIL)}")
    event = json.loads(line)
    assert (event["level"], event["logger"]) == ("error", "dashboard.x")
    assert (event["message"], event["error"]) == ("broke | here", number)
    assert event["trace"].startswith("Traceback") and event["time"].endswith("+00:00")
    (line,) = written("logging.getLogger('any').info('it is %s', 'so')")
    assert json.loads(line)["message"] == "it is so"


@pytest.mark.parametrize(("name", "value"), [("", "xml"), ("_LEVEL", "loud")])
def test_a_wrong_setting_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(f"STADSHART_LOG{name}", value)
    with pytest.raises(LogSettingError, match=f"STADSHART_LOG{name}: expected"):
        logs.level() if name else logs.message_format()
