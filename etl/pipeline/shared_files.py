"""A file brought by hand that several places read: a file for each, gone when all are read."""

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
"""A larger file is split for a single place as well: it is never wholly in memory."""


@contextmanager
def by_place(works: Mapping[str, ParseTask], data_dir: Path) -> Iterator[Mapping[str, ParseTask]]:
    """The works by name, each with its own rows of a file that several read."""
    folder = PartsStore(data_dir).folder / draft_name()
    try:
        yield _split(works, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _split(works: Mapping[str, ParseTask], folder: Path) -> Mapping[str, ParseTask]:
    readers: dict[tuple[str, Piece], list[str]] = {}
    for name, work in works.items():
        for piece in work.pieces:
            splits = hasattr(importlib.import_module(work.module), "split")
            if piece.origin == "file" and splits:
                readers.setdefault((work.module, piece), []).append(name)
    result = dict(works)
    for number, ((module, piece), names) in enumerate(readers.items()):
        if len(names) == 1 and piece.path.stat().st_size < WHOLE_BYTES:
            continue
        areas = [works[name].area for name in names]
        own = folder / str(number)
        try:
            own.mkdir(parents=True)
            parts = importlib.import_module(module).split(piece, areas, own)
        except (EtlError, GeoError, OSError, *PARSER_ERRORS):
            # What is wrong with the file or the disk shows again where each place reads it whole.
            continue
        for name, part in zip(names, parts, strict=True):
            pieces = tuple(part if one == piece else one for one in result[name].pieces)
            result[name] = replace(result[name], pieces=pieces)
    return result
