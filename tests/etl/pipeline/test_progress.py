"""How a run tells that it goes on."""

import io
import json
from datetime import UTC, datetime

import pytest
from rich.console import Console
from rich.progress import Progress, TextColumn

from etl.cli.console import Console as Output
from etl.cli.progress_display import JsonProgress, ProgressBars, open_progress
from etl.fetch.messages import FetchEvent
from etl.pipeline.progress import NoProgress, Step


def test_lines_are_one_object_each_and_leave_the_bytes_out(capsys: pytest.CaptureFixture[str]):
    with open_progress(Output("en", True)) as lines:
        lines.on_fetch(FetchEvent("ask", "osm", "example.org", tries=1))
        lines.on_fetch(FetchEvent("bytes", "osm", "example.org", bytes=100))
        lines.on_step(Step("read", "reading", key="osm/hengelo", rows=12, done=1, total=2))
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["event"], one.get("source"), one.get("rows")) for one in said] == [
        ("ask", "osm", None),
        ("read", None, 12),
    ]
    assert isinstance(lines, JsonProgress)


def test_a_pipe_is_left_in_peace(capsys: pytest.CaptureFixture[str]):
    with open_progress(Output("en", False)) as quiet:
        quiet.on_fetch(FetchEvent("ask", "osm", "example.org"))
        quiet.on_step(Step("place", "places"))
    assert type(quiet) is NoProgress and capsys.readouterr() == ("", "")


def test_bars_show_bytes_rows_and_what_is_waited_for_without_markup():
    columns = [
        TextColumn(
            "{task.description} {task.fields[amount]} {task.completed}/{task.total}"
            " {task.fields[what]}",
            markup=False,
        )
    ]
    console = Console(file=io.StringIO(), width=120)
    progress = Progress(*columns, console=console, auto_refresh=False)
    bars = ProgressBars(progress, "en")
    bars.on_fetch(FetchEvent("bytes", "osm", "example.org", bytes=2_500_000))
    bars.on_fetch(FetchEvent("wait", "osm", "[red]example.org", wait_s=30.0, code="http-429"))
    bars.on_step(Step("read", "reading", key="osm/hengelo", rows=1200, done=1, total=2))
    said = {
        task.description: (task.fields["amount"], task.completed, task.fields["what"])
        for task in progress.tasks
    }
    assert said["osm"] == ("2 MB", 0, "waiting 30 s for [red]example.org (http-429)")
    assert said["reading"] == ("", 1, "osm/hengelo 1 200 rows")


def test_silence_is_told_with_its_host_and_until_when(capsys: pytest.CaptureFixture[str]):
    until = datetime(2026, 3, 1, 12, 1, 50, tzinfo=UTC)
    quiet = FetchEvent("quiet", "osm", "example.org", tries=1, wait_s=10.0, until=until)
    JsonProgress().on_fetch(quiet)
    said = json.loads(capsys.readouterr().out)
    assert (said["event"], said["host"], said["wait_s"]) == ("quiet", "example.org", 10.0)
    assert said["until"] == "2026-03-01T12:01:50+00:00"
    progress = Progress(console=Console(file=io.StringIO()), auto_refresh=False)
    ProgressBars(progress, "en").on_fetch(quiet)
    on_the_wall = until.astimezone().strftime("%H:%M:%S")
    told = f"example.org has said nothing for 10 s, given up at {on_the_wall}"
    assert progress.tasks[0].fields["what"] == told
