import gc
import os
import pickle
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import data
import etl
import geo
from data.errors import BreachError
from etl.errors import ProblemError, RunError
from etl.pipeline.executors import executor, gc_frozen
from geo.errors import RefusedError


def raised() -> Iterator[type[Exception]]:
    """Every error that one of the three rooms behind a run can raise."""
    for room in (data, etl, geo):
        for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            if module.name.endswith(".errors"):
                yield from (
                    one
                    for one in vars(import_module(module.name)).values()
                    if isinstance(one, type) and issubclass(one, Exception)
                )


def made(error: type[Exception]) -> Exception:
    """One occurrence."""
    if issubclass(error, ProblemError):
        return error("body-empty", host="data.example")
    if issubclass(error, BreachError):
        return error("places", ["core: expected a point, got none", "role: expected centre"])
    if issubclass(error, RefusedError):
        return error("too few units", "units", 5.0, 3.0)
    return error("expected one, got none")


@pytest.mark.parametrize("error", sorted(set(raised()), key=lambda one: one.__name__))
def test_every_error_comes_home_from_a_worker_process_as_it_was(error: type[Exception]):
    before = made(error)
    home = pickle.loads(pickle.dumps(before))
    assert (type(home), str(home), vars(home)) == (type(before), str(before), vars(before))


@pytest.mark.slow
def test_a_worker_process_that_is_ended_from_outside_is_one_line(tmp_path: Path):
    with (
        pytest.raises(
            RunError, match="for want of memory: try with fewer than --workers 2"
        ) as stopped,
        executor(workers=2, dask=None, data_dir=tmp_path, tasks=2) as pool,
    ):
        pool.submit(os._exit, 9).result()
    assert "\n" not in str(stopped.value)


def test_what_was_there_is_looked_at_again_after_the_work():
    before = gc.get_freeze_count()

    def fail() -> None:
        with gc_frozen():
            assert gc.get_freeze_count() > before
            raise ValueError("the work failed")

    with pytest.raises(ValueError, match="the work failed"):
        fail()
    assert gc.get_freeze_count() == 0
