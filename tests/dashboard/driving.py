"""Drives the dashboard without a browser: opens views, reads their words, finds their controls."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache as once
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar

import pytest
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, app_test, local_script_runner
from streamlit.testing.v1.element_tree import Widget
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from dashboard.exports import downloads
from dashboard.i18n.text import Lang
from dashboard.press.studio import Studio
from dashboard.selection import permalink
from dashboard.server import serve
from dashboard.session import cache, etl_process, visitor
from dashboard.session.etl_process import CommandResult, ProcessLimits
from etl.__main__ import main

APP = Path(serve.__file__).parents[1] / "app.py"
AnyWidget = TypeVar("AnyWidget", bound=Widget)
VIEWS = sorted(path.name for path in APP.parent.joinpath("views").glob("*.py"))

serve.skip_component_search()
# Every page compiles its scripts: one cache of bytecode for all, as a server has.
vars(app_test)["ScriptCache"] = vars(local_script_runner)["ScriptCache"] = once(ScriptCache)


def _wait(runner: LocalScriptRunner, timeout: float) -> None:
    """Wait for the page that `runner` runs in a thread of its own.

    Streamlit asks a thousand times a second, which takes a tenth of the time of a page.
    """
    thread = runner._script_thread
    assert thread is not None
    thread.join(timeout)
    assert not thread.is_alive(), f"the page took longer than {timeout} s"


vars(local_script_runner)["require_widgets_deltas"] = _wait
# `tests/conftest.py` keeps what is imported out of the collector's sight; what a server does for
# that after each dataset walks all that tests hold, for a tenth of a second each time.
vars(cache)["gc"] = SimpleNamespace(collect=bool, freeze=bool, unfreeze=bool)
# Every view in Dutch and by turns in another language: `test_views.py` opens each in each.
IN_TURN = [(view, lang) for at, view in enumerate(VIEWS) for lang in ("nl", ("en", "de")[at % 2])]


def opened(view: str = "kaart.py", **query: str) -> AppTest:
    """A view at an address with this query, run once without a fault."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    app.switch_page(f"views/{view}").run()
    assert not app.exception, app.exception
    return app


def words(app: AppTest) -> str:
    """The HTML of the page, that of its main part first."""
    return " ".join(block.proto.body for block in app.main if block.type == "html") + " ".join(
        element.proto.body for element in app.get("html")
    )


def control(controls: Iterable[AnyWidget], name: str) -> AnyWidget:
    """The control `name`, whose key ends in a number once its value was set by something else."""
    return next(
        widget for widget in controls if re.fullmatch(rf"w_{name}(_\d+)?", widget.key or "")
    )


@contextmanager
def served(folder: Path) -> Iterator[None]:
    """That data folder served in this process instead of the facts that ship."""
    before = cache._served.folder
    cache.use(folder)
    try:
        yield
    finally:
        cache.use(before)


def rows_of(name: str, **query: str) -> list[dict[str, str]]:
    """The rows of a download of what is served, for an address with this query."""
    selection, _ = permalink.parse(query, visitor.vocabulary(cache.facts(), query))
    content = downloads.make_from_studio(Studio(cache.facts()), name, selection).content.decode(
        "utf-8-sig"
    )
    return list(csv.DictReader(io.StringIO(content), delimiter=";"))


def run_here(arguments: Sequence[str], lang: Lang, _: ProcessLimits) -> CommandResult:
    """A command of the ETL, run to its end without a process of its own."""
    printed, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(printed), redirect_stderr(errors), pytest.raises(SystemExit) as left:
        main([*arguments, "--lang", lang, "--json"])
    lines = tuple(etl_process.json_lines(printed.getvalue()))
    if not left.value.code:
        return CommandResult("done", lines)
    outcome, message = etl_process.complaint(errors.getvalue())
    return CommandResult(outcome, lines, message)
