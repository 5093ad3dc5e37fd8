"""The picture queue: one process that draws beside the interface, and a cache of results."""

import os
import queue
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dashboard.press.errors import LostError, PressError, QueueFullError
from dashboard.press.worker import process as worker_process
from dashboard.press.worker.jobs import Made

# With more in front of them, visitors have left before their picture is ready.
MOST_WAITING = 8
RETRY_AFTER_S = 5
# A task that takes longer has failed. Large tables take some ten seconds, and several times that
# on a busy computer; a task stopped too early starts over, with all tasks behind it.
_LONGEST_S = 120.0
_CACHE_BYTES = 24_000_000
LARGEST_CACHED_BYTES = 12_000_000
# A new process now and then bounds the growth of memory.
_TASKS_A_PROCESS = 400
_FRUGAL = {
    "MALLOC_ARENA_MAX": "1",
    # Larger blocks return to the system when freed, without fragmenting the heap.
    "MALLOC_MMAP_THRESHOLD_": "1048576",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}
_ROOT = Path(__file__).parents[3]

Task = Callable[..., Made]


@dataclass(frozen=True, slots=True)
class _QueuedTask:
    key: Hashable
    task: Task
    arguments: tuple[object, ...]
    future: "Future[Made]"


class PictureQueue:
    """Hands tasks to the process one by one and caches their results.

    A process pool of the standard library would start a copy of the running script, which in this
    server is the page of a visitor.
    """

    def __init__(self, *, most_waiting: int = MOST_WAITING) -> None:
        self._most = most_waiting
        self._lock = threading.Lock()
        self._queue: queue.SimpleQueue[_QueuedTask | None] = queue.SimpleQueue()
        self._runner: threading.Thread | None = None
        self._pending: dict[Hashable, Future[Made]] = {}
        self._cache: OrderedDict[Hashable, Made] = OrderedDict()
        self._cached_bytes = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def ask(self, key: Hashable, task: Task, *arguments: object) -> "Future[Made]":
        """The result of a task, now or soon; the same key is worked out once.

        Raises BusyError when too many others wait already.
        """
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                done: Future[Made] = Future()
                done.set_result(self._cache[key])
                return done
            if key in self._pending:
                return self._pending[key]
            if len(self._pending) > self._most:
                raise QueueFullError(
                    f"{len(self._pending)} files are being made, expected at most"
                    f" {self._most + 1}: try again"
                )
            future: Future[Made] = Future()
            self._pending[key] = future
            if self._runner is None:
                self._runner = threading.Thread(target=self._run, name="picture queue", daemon=True)
                self._runner.start()
        self._queue.put(_QueuedTask(key, task, arguments, future))
        return future

    def load(self) -> tuple[int, int | None]:
        """How many tasks are worked on or wait, and the number of the process, if it runs."""
        process = self._process
        return len(self._pending), None if process is None else process.pid

    def close(self) -> None:
        """End the process once what waits is done."""
        with self._lock:
            runner, self._runner = self._runner, None
        if runner is not None:
            self._queue.put(None)
            runner.join()

    def stop(self) -> None:
        """End the process at once: waiting callers get a LostError, and later tasks fail.

        Takes no lock: the handler of a signal calls it, which may interrupt a holder of the lock.
        """
        self._stopped = True
        if self._process is not None:
            self._process.kill()

    def _run(self) -> None:
        """Give the process one task after another; replace a process that dies or hangs."""
        process: subprocess.Popen[bytes] | None = None
        tasks = 0
        while (queued := self._queue.get()) is not None:
            answer: Made | PressError
            try:
                if not self._stopped and (process is None or tasks >= _TASKS_A_PROCESS):
                    _end(process)
                    process, tasks = None, 0
                    process = self._process = _start()
                if process is None or self._stopped:
                    raise EOFError("the queue was stopped")
                tasks += 1
                answer = _answer(process, queued)
            except (EOFError, OSError):
                # The caller gets an error; the next task gets a new process.
                answer = LostError(
                    f"the picture process ended while it made {queued.key!r}: try again"
                )
                if process is not None:
                    process.kill()
                _end(process)
                process = None
            if isinstance(answer, Made):
                self._store(queued.key, answer)
            with self._lock:
                self._pending.pop(queued.key, None)
            if isinstance(answer, Made):
                queued.future.set_result(answer)
            else:
                queued.future.set_exception(answer)
        _end(process)

    def _store(self, key: Hashable, made: Made) -> None:
        if len(made.content) > LARGEST_CACHED_BYTES:
            return
        with self._lock:
            self._cache[key] = made
            self._cached_bytes += len(made.content)
            while self._cached_bytes > _CACHE_BYTES:
                _, old = self._cache.popitem(last=False)
                self._cached_bytes -= len(old.content)


def _start() -> "subprocess.Popen[bytes]":
    python_path = os.environ.get("PYTHONPATH")
    return subprocess.Popen(
        [sys.executable, "-m", "dashboard.press.worker.process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # Ctrl-C reaches a process group; this process ends when the interface closes its pipe.
        process_group=0,
        # One thread and one arena save memory: the process draws one picture at a time.
        env={
            **os.environ,
            **_FRUGAL,
            "PYTHONPATH": os.pathsep.join([str(_ROOT), *([python_path] if python_path else [])]),
        },
    )


def _end(process: "subprocess.Popen[bytes] | None") -> None:
    if process is None:
        return
    if process.stdin is not None:
        with suppress(OSError):  # unread input is lost with the process
            process.stdin.close()  # ends the process
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _answer(process: "subprocess.Popen[bytes]", queued: _QueuedTask) -> Made | PressError:
    """The result of a task, or its refusal. Raises EOFError or OSError when the process ended."""
    if process.stdin is None or process.stdout is None:
        raise BrokenPipeError("the picture process has no pipes, expected both")
    timer = threading.Timer(_LONGEST_S, process.kill)
    timer.start()
    try:
        worker_process.send(process.stdin, (queued.task, queued.arguments))
        return worker_process.receive(process.stdout)
    finally:
        timer.cancel()
