"""The run that the page starts: one at a time, stopped as a whole, and told how it ended."""

import json
import os
import random
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.i18n.text import texts
from dashboard.session import cache, fetch_run
from dashboard.session.fetch_run import FetchState
from data import catalogue
from data.snapshot import lock, publish
from tests.dashboard import fetch_site
from tests.dashboard.driving import opened, served, words
from tests.etl.upstream import ReceivedRequest, Reply, Upstream

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a run is handed its lock on POSIX")


def doing(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let a run do this instead of filling a folder."""
    monkeypatch.setattr(fetch_run, "command", lambda *_: [sys.executable, "-c", code])


def ended(folder: Path, within_s: float = 60.0) -> FetchState:
    """The state of the run once it is over."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        state = fetch_run.state(folder)
        if state is not None and state.outcome != "running":
            return state
        time.sleep(0.02)
    pytest.fail(f"the run goes on: {fetch_run.state(folder)}")


def process_of(folder: Path) -> int:
    lines = (folder / "fetch" / "progress.jsonl").read_text().splitlines()
    return next(line["process"] for line in map(json.loads, lines) if line["event"] == "start")


def written(folder: Path, *lines: object, errors: str = "") -> FetchState:
    """The state of a run that wrote these lines and is over."""
    room = folder / "fetch"
    room.mkdir(exist_ok=True)
    (room / "progress.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    (room / "errors.txt").write_text(errors)
    state = fetch_run.state(folder)
    assert state is not None
    return state


def test_a_folder_in_which_the_page_started_nothing_has_no_state(tmp_path: Path):
    assert fetch_run.state(tmp_path) is None
    fetch_run.stop(tmp_path)
    fetch_run.forget(tmp_path)
    assert not fetch_run.is_filled_by_another(tmp_path)


PLAN = {"event": "plan", "name": "osm", "title": {"nl": "Straten", "en": "Streets", "de": None}}
ASKING = {"event": "source", "name": "osm", "status": "", "done": 1, "total": 3}
ANSWERED = {"event": "done", "source": "osm", "code": None}


def test_a_source_counts_places_and_answers_and_says_what_it_waits_for(tmp_path: Path):
    refused = {"event": "done", "source": "osm", "code": "http-404"}
    wait = {"event": "wait", "source": "osm", "code": "http-429"}
    source = written(tmp_path, PLAN, ASKING, ANSWERED, refused, ANSWERED, wait).sources["osm"]
    assert (source.activity, source.places_done, source.places) == ("asking", 1, 3)
    assert (source.answers, source.code) == (2, "http-429")
    assert written(tmp_path, PLAN).sources["osm"].activity == "waiting"
    fresh = {**ASKING, "status": "fresh", "done": 3}
    assert written(tmp_path, PLAN, fresh).sources["osm"].activity == "arrived"


def test_a_half_written_last_line_is_left_out(tmp_path: Path):
    written(tmp_path, PLAN, ASKING)
    with (tmp_path / "fetch" / "progress.jsonl").open("a") as progress:
        progress.write('{"event": "done", "ver')
    state = fetch_run.state(tmp_path)
    assert state is not None and state.version is None and list(state.sources) == ["osm"]


@pytest.mark.parametrize(
    ("errors", "outcome", "message"),
    [
        ("", "broken_off", ""),
        ("osm: nothing\nstadshart-etl: the disk is full\n", "refused", "the disk is full"),
        ("Traceback (most recent call last):\n  x\nKeyError: 'y'\n", "crashed", "KeyError: 'y'"),
    ],
)
def test_a_run_that_did_not_finish_is_told_by_its_last_words(
    tmp_path: Path, errors: str, outcome: str, message: str
):
    state = written(tmp_path, PLAN, errors=errors)
    assert (state.outcome, state.message) == (outcome, message)
    done = {"event": "done", "version": "v1", "changed": True}
    assert written(tmp_path, PLAN, done, errors=errors).outcome == "done"


def test_a_stop_that_came_too_late_is_no_stop(tmp_path: Path):
    done, stop = {"event": "done", "version": "v1", "changed": True}, {"event": "stop"}
    assert written(tmp_path, PLAN, done, stop).outcome == "done"
    assert written(tmp_path, PLAN, stop, done).outcome == "done"
    assert written(tmp_path, PLAN, stop).outcome == "stopped"


def test_a_second_start_leaves_the_first_run_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    doing(monkeypatch, "import time; time.sleep(60)")
    fetch_run.start(tmp_path, "nl")
    first = process_of(tmp_path)
    fetch_run.start(tmp_path, "nl")
    assert process_of(tmp_path) == first
    state = fetch_run.state(tmp_path)
    assert state is not None and state.outcome == "running"
    fetch_run.forget(tmp_path)
    assert fetch_run.state(tmp_path) is not None, "what goes on is not forgotten"
    fetch_run.stop(tmp_path)
    assert ended(tmp_path).outcome == "stopped"
    fetch_run.forget(tmp_path)
    assert fetch_run.state(tmp_path) is None


def test_a_stop_ends_the_processes_that_a_run_has_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    code = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', %r]); %s"
    sleep = "import time; time.sleep(60)"
    child = f"import os; open({str(tmp_path / 'child')!r}, 'w').write(str(os.getpid())); {sleep}"
    doing(monkeypatch, code % (child, sleep))
    fetch_run.start(tmp_path, "nl")
    deadline = time.monotonic() + 30
    number = tmp_path / "child"
    while time.monotonic() < deadline and not (number.is_file() and number.read_text()):
        time.sleep(0.02)
    fetch_run.stop(tmp_path)
    assert ended(tmp_path).outcome == "stopped"
    process = Path(f"/proc/{number.read_text()}/stat")
    while time.monotonic() < deadline and process.exists() and ") Z " not in process.read_text():
        time.sleep(0.02)
    assert not process.exists() or ") Z " in process.read_text()


def test_a_run_of_another_computer_is_not_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    doing(monkeypatch, "import time; time.sleep(60)")
    fetch_run.start(tmp_path, "nl")
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("socket.gethostname", lambda: "elsewhere")
        fetch_run.stop(tmp_path)
    state = fetch_run.state(tmp_path)
    assert state is not None and state.outcome == "running"
    fetch_run.stop(tmp_path)
    assert ended(tmp_path).outcome == "stopped"


def test_a_run_that_somebody_else_started_is_seen(tmp_path: Path):
    (tmp_path / "raw").mkdir()
    with lock.held(tmp_path / "raw", wait_s=1.0):
        assert fetch_run.is_filled_by_another(tmp_path)
    assert not fetch_run.is_filled_by_another(tmp_path)


@pytest.fixture
def upstream(monkeypatch: pytest.MonkeyPatch) -> Iterator[Upstream]:
    """The service that a run asks for the streets of Hengelo; it takes a moment."""

    def reply(_: ReceivedRequest) -> Reply:
        time.sleep(0.1)
        return fetch_site.streets()

    with Upstream() as service:
        service.serve(fetch_site.OVERPASS, reply)
        monkeypatch.setattr(fetch_run, "command", fetch_run.command)
        fetch_site.ask_only(service.url())
        yield service


def killed(folder: Path) -> FetchState:
    """The state of a run that is killed with all it started, unless it has ended."""
    if fetch_run.state(folder).outcome == "running":
        os.killpg(process_of(folder), signal.SIGKILL)
    return ended(folder)


def check_whole(folder: Path, state: FetchState, note: str) -> None:
    """What is published after a kill is whole, and the page says so; the next run fills it."""
    assert state.outcome in ("broken_off", "done"), (note, state)
    assert publish.verify(folder) == [], note
    published = catalogue.open(folder)
    new = published.version != catalogue.version(catalogue.EMBEDDED)
    assert published.has("streets") == new, note
    if state.outcome == "done":
        assert published.version == state.version and new, note
    else:
        with served(folder):
            cache.look_again()
            page = opened("straten.py", plaats="hengelo")
            assert texts("nl")("fetch.broken_off") in words(page), note
    fetch_run.start(folder, "nl")
    again = ended(folder)
    assert (again.outcome, again.troubles) == ("done", []), note
    now = catalogue.open(folder)
    assert set(now.table("streets")["name"]) == {"Langestraat", "Dwarsstraat"}, note
    assert publish.verify(folder) == [], note


@pytest.mark.slow
def test_a_run_killed_while_it_asks_loses_nothing_and_the_page_says_so(
    upstream: Upstream, tmp_path: Path
):
    folder = Path(shutil.copytree(catalogue.EMBEDDED, tmp_path / "data"))
    is_killed = threading.Event()

    def reply(_: ReceivedRequest) -> Reply:
        # Until then nothing is answered, however late the kill comes.
        is_killed.wait(60)
        return fetch_site.streets()

    upstream.serve(fetch_site.OVERPASS, reply)
    fetch_run.start(folder, "nl")
    deadline = time.monotonic() + 60
    while not upstream.requests and time.monotonic() < deadline:
        time.sleep(0.01)
    state = killed(folder)
    is_killed.set()
    assert state.outcome == "broken_off"
    check_whole(folder, state, "killed while it asked")


@pytest.mark.long
def test_a_run_killed_at_any_moment_loses_nothing_and_the_page_says_so(
    upstream: Upstream, tmp_path: Path
):
    shutil.copytree(catalogue.EMBEDDED, tmp_path / "whole")
    began = time.monotonic()
    fetch_run.start(tmp_path / "whole", "nl")
    assert ended(tmp_path / "whole").outcome == "done"
    whole_s = time.monotonic() - began
    seed = random.SystemRandom().randrange(1_000_000)
    spread, moments, broken = random.Random(seed), 50, 0
    for number in range(moments):
        folder = Path(shutil.copytree(catalogue.EMBEDDED, tmp_path / f"{number}"))
        # Each in its own part of the run.
        after_s = whole_s * (number + spread.random()) / moments
        fetch_run.start(folder, "nl")
        time.sleep(after_s)
        state = killed(folder)
        broken += state.outcome == "broken_off"
        check_whole(folder, state, f"seed {seed}, killed after {after_s:.3f} s of {whole_s:.3f}")
        shutil.rmtree(folder)
    assert broken, "a run that was never broken off proves nothing"
