"""The picture desk: one process beside the interface that draws, with a short queue and what it drew before."""

import multiprocessing
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Generic, TypeVar

from dashboard.press.errors import BusyError

Made = TypeVar("Made")

# A waiting visitor has left by then, and the next one would wait behind him.
MOST_WAITING = 8
RETRY_AFTER_S = 5
_CACHE_BYTES = 48_000_000
_LARGEST_KEPT_BYTES = 6_000_000
# A fresh process now and then, so that nothing grows for ever.
_TASKS_A_PROCESS = 400
_NICENESS = 10


def _begin() -> None:
    """Settle a new process: behind the interface in line for the processor, and gone when it is gone."""
    os.nice(_NICENESS)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(0)


class Desk(Generic[Made]):
    """Hands tasks to the process and keeps their results; `weight` says how many bytes one is."""

    def __init__(self, weight: Callable[[Made], int], *, most_waiting: int = MOST_WAITING) -> None:
        self._weight = weight
        self._most = most_waiting
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._under_way: dict[Hashable, Future[Made]] = {}
        self._kept: OrderedDict[Hashable, Made] = OrderedDict()
        self._kept_bytes = 0

    def prepare(self, task: Callable[[], Made]) -> None:
        """Start the process with a first task, so that the first file need not wait for it."""
        with self._lock:
            if self._pool is None:
                self._workers().submit(task)

    def ask(self, key: Hashable, task: Callable[..., Made], *arguments: object) -> "Future[Made]":
        """The result of a task, now or soon; the same key is worked out once.

        Raises BusyError when too many others wait already.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                done: Future[Made] = Future()
                done.set_result(self._kept[key])
                return done
            if key in self._under_way:
                return self._under_way[key]
            if len(self._under_way) > self._most:
                raise BusyError(f"{len(self._under_way)} files are being made, expected at most {self._most + 1}: try again")
            try:
                future = self._workers().submit(task, *arguments)
            except BrokenProcessPool as fault:
                self._pool = None
                raise BusyError("the process that draws was ended: try again") from fault
            self._under_way[key] = future
        future.add_done_callback(lambda made: self._done(key, made))
        return future

    def close(self) -> None:
        """End the process; what is under way is finished first."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)

    def _workers(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                max_workers=1,
                # Never a copy of the interface's process: threads and locks of a server do not survive that.
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_begin,
                max_tasks_per_child=_TASKS_A_PROCESS,
            )
        return self._pool

    def _done(self, key: Hashable, made: "Future[Made]") -> None:
        with self._lock:
            self._under_way.pop(key, None)
            if made.cancelled():
                return
            fault = made.exception()
            if isinstance(fault, BrokenProcessPool):
                self._pool = None
            if fault is not None:
                return
            weight = self._weight(made.result())
            if weight > _LARGEST_KEPT_BYTES:
                return
            self._kept[key] = made.result()
            self._kept_bytes += weight
            while self._kept_bytes > _CACHE_BYTES:
                _, old = self._kept.popitem(last=False)
                self._kept_bytes -= self._weight(old)
