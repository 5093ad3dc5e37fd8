"""Executors for the tasks of a run: this process, several processes, or a Dask cluster."""

from __future__ import annotations

import gc
import importlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

from etl.errors import RunError

P = ParamSpec("P")
T = TypeVar("T")

MOST_PROCESSES = 4
CONNECT_S = 10


class SerialExecutor(Executor):
    """An executor that runs each task at once, in the calling process."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run the task; its future is done."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        # Like any executor, raise it where the result is read.
        except BaseException as error:  # noqa: BLE001 the future raises it again
            future.set_exception(error)
        return future


@contextmanager
def gc_frozen() -> Iterator[None]:
    """Exclude the objects that exist now from garbage collection, until exit.

    Reading shapes triggers many collections, and with the libraries loaded each full one takes a
    tenth of a second.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def fetch_threads(count: int) -> Iterator[Executor]:
    """Threads for fetching; Ctrl-C does not wait for them.

    A response that arrives later is stored whole in the raw store, or not at all.
    """
    pool = ThreadPoolExecutor(count, thread_name_prefix="fetch")
    wait = True
    try:
        yield pool
    except KeyboardInterrupt:
        wait = False
        raise
    finally:
        pool.shutdown(wait=wait, cancel_futures=True)


@contextmanager
def executor(
    *, workers: int | None, dask: str | None, data_dir: Path, tasks: int
) -> Iterator[Executor]:
    """An executor for this number of tasks.

    Without `workers` there are as many processes as cores, at most 4, and none for one or two
    tasks. Raises RunError when the cluster is not reached or does not see the data folder, and when
    a process ends during its work.
    """
    if dask is not None:
        with _cluster(dask, data_dir) as cluster:
            yield cluster
        return
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    count = min(workers if workers is not None else min(cores, MOST_PROCESSES), tasks)
    if count <= 1 or (workers is None and tasks <= 2):
        yield SerialExecutor()
        return
    # Spawned, since the threads for fetching may still run.
    with ProcessPoolExecutor(
        count, mp_context=multiprocessing.get_context("spawn"), initializer=_prepare_worker
    ) as pool:
        try:
            yield pool
        except BrokenExecutor as error:
            raise RunError(
                "a process that read or joined was ended from outside, often for want of memory:"
                f" try with fewer than --workers {count}"
            ) from error


def _prepare_worker() -> None:
    """Prepare a new process for its first task."""
    # Ctrl-C reaches every process of a terminal: workers end silently, the run itself reports it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    importlib.import_module("etl.pipeline.tasks")
    gc.freeze()


@contextmanager
def _cluster(address: str, data_dir: Path) -> Iterator[Executor]:
    # A run without a cluster does not need Dask.
    try:
        from distributed import Client, KilledWorker
        from distributed.comm import CommClosedError
    except ImportError as error:
        raise RunError(
            "--dask needs Dask, got none: install it with 'pip install stadshart-twente[scale]'"
        ) from error
    try:
        client = Client(address, timeout=CONNECT_S)
    except (OSError, ValueError, TimeoutError) as error:
        raise RunError(
            f"--dask: expected a scheduler at {address}, got none:"
            f" {' '.join(str(error).split())[:200]}"
        ) from error
    with client:
        access = client.run(_can_write, str(data_dir.resolve()))
        blind = sorted(name for name, writable in access.items() if not writable)
        if blind:
            raise RunError(
                f"--dask: expected every worker to see {data_dir}, got none at {', '.join(blind)}:"
                " use a shared folder"
            )
        # Not pure: a task that failed on a full disk runs again when it is submitted again.
        try:
            yield client.get_executor(pure=False)
        except (KilledWorker, CommClosedError) as error:
            raise RunError(
                f"--dask: the cluster at {address} lost the work:"
                f" {' '.join(str(error).split())[:200]}"
            ) from error


def _can_write(folder: str) -> bool:
    return os.access(folder, os.W_OK)
