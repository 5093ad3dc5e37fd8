"""One process draws, the queue is short, and a process that dies takes one picture with it."""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from dashboard.press.errors import FailedJobError, LostError, QueueFullError, RoomError
from dashboard.press.worker.queue import PictureQueue

pytestmark = pytest.mark.slow
_PATIENCE_S = 20.0


@pytest.fixture(scope="module")
def chores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """Tasks a picture process can be given: draw, wait, die, break."""
    folder = tmp_path_factory.mktemp("chores")
    (folder / "press_chores.py").write_text(
        "import os, time\n"
        "from pathlib import Path\n"
        "from dashboard.press.errors import RoomError\n"
        "from dashboard.press.worker.jobs import Made\n"
        "def draw(log, words):\n"
        "    with Path(log).open('a') as out: out.write(words + '\\n')\n"
        "    return Made(words.encode(), 'text/plain')\n"
        "def wait(gate):\n"
        "    while not Path(gate).exists(): time.sleep(0.01)\n"
        "    return Made(b'waited', 'text/plain')\n"
        "def die(): os._exit(3)\n"
        "def break_(): raise ValueError('secret of the machine')\n"
        "def refuse(): raise RoomError('too long')\n"
        "def chatter():\n"
        "    print('a library talks')\n"
        "    return Made(b'quiet', 'text/plain')\n"
    )
    with pytest.MonkeyPatch.context() as found:
        found.syspath_prepend(folder)
        found.setenv("PYTHONPATH", str(folder))
        yield importlib.import_module("press_chores")
    sys.modules.pop("press_chores")


@pytest.fixture(scope="module")
def desk(chores: ModuleType) -> Iterator[PictureQueue]:
    """One queue for all tests: a process takes a second to start. Each uses keys of its own."""
    desk = PictureQueue(most_waiting=2)
    yield desk
    desk.close()


def test_same_key_is_worked_out_once(desk: PictureQueue, chores: ModuleType, tmp_path: Path):
    log, gate = tmp_path / "log", tmp_path / "gate"
    waiting = desk.ask("gate", chores.wait, gate)
    first, second = (desk.ask("once", chores.draw, log, "a") for _ in range(2))
    gate.touch()
    assert waiting.result(_PATIENCE_S).content == b"waited"
    assert first is second and first.result(_PATIENCE_S).content == b"a"
    assert desk.ask("once", chores.draw, log, "a").result(0).content == b"a"
    assert log.read_text() == "a\n"


def test_full_queue_refuses_and_takes_again_when_there_is_room(
    desk: PictureQueue, chores: ModuleType, tmp_path: Path
):
    gate, log = tmp_path / "gate", tmp_path / "log"
    taken = [
        desk.ask("wait", chores.wait, gate),
        *(desk.ask(key, chores.draw, log, key) for key in "ab"),
    ]
    with pytest.raises(QueueFullError, match="3 files are being made, expected at most 3"):
        desk.ask("c", chores.draw, log, "c")
    gate.touch()
    for future in taken:
        future.result(_PATIENCE_S)
    assert desk.ask("c", chores.draw, log, "c").result(_PATIENCE_S).content == b"c"


def test_process_that_dies_loses_one_task_and_the_next_works(
    desk: PictureQueue, chores: ModuleType, tmp_path: Path
):
    lost, after = (
        desk.ask("die", chores.die),
        desk.ask("after", chores.draw, tmp_path / "log", "after"),
    )
    with pytest.raises(LostError, match="'die'"):
        lost.result(_PATIENCE_S)
    assert after.result(_PATIENCE_S).content == b"after"


def test_task_that_breaks_is_told_without_the_machines_words(
    desk: PictureQueue, chores: ModuleType
):
    with pytest.raises(FailedJobError) as told:
        desk.ask("break", chores.break_).result(_PATIENCE_S)
    # The number of the trace in the log.
    assert re.fullmatch(r"\w{4}-\w{4}", str(told.value))


def test_refusal_arrives_as_it_was_said_and_is_not_kept(
    desk: PictureQueue, chores: ModuleType, tmp_path: Path
):
    with pytest.raises(RoomError, match="too long"):
        desk.ask("same", chores.refuse).result(_PATIENCE_S)
    assert (
        desk.ask("same", chores.draw, tmp_path / "log", "now").result(_PATIENCE_S).content == b"now"
    )


def test_what_a_library_prints_does_not_reach_the_file(desk: PictureQueue, chores: ModuleType):
    assert desk.ask("chatter", chores.chatter).result(_PATIENCE_S).content == b"quiet"
