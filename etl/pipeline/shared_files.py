"""Split an imported file that several places read into temporary files, one per place."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from data.snapshot.files import draft_name
from etl.errors import EtlError
from etl.pipeline.parts_store import PartsStore
from etl.pipeline.tasks import PARSER_ERRORS, ParseTask
from etl.source import Piece
from geo.errors import GeoError

WHOLE_BYTES = 256 * 1024 * 1024
"""A larger file is split for a single place too, so that memory never holds it whole."""


@contextmanager
def by_place(tasks: Mapping[str, ParseTask], data_dir: Path) -> Iterator[Mapping[str, ParseTask]]:
    """The tasks by name, each with the rows of its area in place of a file that several read."""
    folder = PartsStore(data_dir).folder / draft_name()
    try:
        yield _split(tasks, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _split(tasks: Mapping[str, ParseTask], folder: Path) -> Mapping[str, ParseTask]:
    readers: dict[tuple[str, Piece], list[str]] = {}
    for name, task in tasks.items():
        for piece in task.pieces:
            splits = hasattr(importlib.import_module(task.module), "split")
            if piece.origin == "file" and splits:
                readers.setdefault((task.module, piece), []).append(name)
    result = dict(tasks)
    for number, ((module, whole), names) in enumerate(readers.items()):
        if len(names) == 1 and whole.path.stat().st_size < WHOLE_BYTES:
            continue
        areas = [tasks[name].area for name in names]
        target = folder / str(number)
        try:
            target.mkdir(parents=True)
            parts = importlib.import_module(module).split(whole, areas, target)
        except (EtlError, GeoError, OSError, *PARSER_ERRORS):
            # The fault of the file or the disk is reported where each place reads the whole file.
            continue
        for name, part in zip(names, parts, strict=True):
            pieces = tuple(part if piece == whole else piece for piece in result[name].pieces)
            result[name] = replace(result[name], pieces=pieces)
    return result
