"""One event is one plain line in the log."""

import logging
import subprocess
import sys
import textwrap

import pytest

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
