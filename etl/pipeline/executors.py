"""Where the work of a run is done: here, in processes of this computer, or on a Dask cluster; the
same tasks everywhere.
"""

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

from etl.decoding import gdal
from etl.errors import RunError

Given = ParamSpec("Given")
Made = TypeVar("Made")

MOST_PROCESSES = 4
CONNECT_S = 10


class SerialExecutor(Executor):
    """An executor that does the work at once, in the calling process."""

    def submit(
        self, fn: Callable[Given, Made], /, *args: Given.args, **kwargs: Given.kwargs
    ) -> Future[Made]:
        """The work, done."""
        future: Future[Made] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        # Whatever it is, it is raised where the result is asked for, as any executor does.
        except BaseException as error:  # noqa: BLE001
            future.set_exception(error)
        return future


@contextmanager
def gc_frozen() -> Iterator[None]:
    """Within, Python does not look for cycles among what was there before.

    Every shape read counts as new to it, and with the libraries loaded each look at all there is
    takes a tenth of a second.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def fetch_threads(count: int) -> Iterator[Executor]:
    """Threads that ask services; Ctrl-C does not wait for them.

    What still comes in afterwards lands whole in the raw store, or not at all.
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
    """An executor for so many tasks; without `workers` as many processes as there are cores, up to
    4, and none for a task or two.

    Raises RunError when the cluster cannot be had or does not see the data folder, and when a
    process ends under the work.
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
    # Spawned, since threads of the fetching are running by now.
    with ProcessPoolExecutor(
        count, mp_context=multiprocessing.get_context("spawn"), initializer=_begin
    ) as pool:
        try:
            yield pool
        except BrokenExecutor as error:
            raise RunError(
                "a process that read or joined was ended from outside, often for want of memory:"
                f" try with fewer than --workers {count}"
            ) from error


def _begin() -> None:
    """What a new process does before its first task."""
    # Ctrl-C reaches every process of a terminal: workers end without a word, the run itself says
    # what happened.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gdal.block()
    importlib.import_module("etl.pipeline.tasks")
    gc.freeze()


@contextmanager
def _cluster(address: str, data_dir: Path) -> Iterator[Executor]:
    # Only here: a run without a cluster needs no Dask.
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
        blind = sorted(
            name for name, sees in client.run(_sees, str(data_dir.resolve())).items() if not sees
        )
        if blind:
            raise RunError(
                f"--dask: expected every worker to see {data_dir}, got none at {', '.join(blind)}:"
                " use a shared folder"
            )
        # Not pure: a task that failed on a full disk is done again when it is asked again.
        try:
            yield client.get_executor(pure=False)
        except (KilledWorker, CommClosedError) as error:
            raise RunError(
                f"--dask: the cluster at {address} lost the work:"
                f" {' '.join(str(error).split())[:200]}"
            ) from error


def _sees(folder: str) -> bool:
    return os.access(folder, os.W_OK)
