"""Options of a run, and the context that its stages share."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd

from etl.area import Area
from etl.fetch.throttle import Clock
from etl.pipeline.executors import executor
from etl.pipeline.parts_store import ParsedPart, PartsIndex, PartsStore
from etl.pipeline.progress import NoProgress
from etl.source import Reader
from etl.sources.reference import PLACES

IMPORTS = "imports"
"""Folder with imported files in the data folder: `imports/<source id>/<place id>/<file>`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """Options of a run; `accept` is the reason, per source, to publish a suspicious change."""

    data: Path
    inputs: Path | None = None
    places: Path = PLACES
    only_places: tuple[str, ...] = ()
    only_sources: tuple[str, ...] = ()
    workers: int | None = None
    dask: str | None = None
    base_urls: Mapping[str, str] | None = None
    accept: Mapping[str, str] | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """Options, places and sources of one run, and the index of the published version."""

    options: RunOptions
    places: gpd.GeoDataFrame
    area: Area
    chosen: Mapping[str, Reader]
    clock: Clock
    progress: NoProgress
    store: PartsStore
    published: PartsIndex
    today: date

    def executor(self, tasks: int) -> AbstractContextManager[Executor]:
        """An executor for this number of tasks."""
        return executor(
            workers=self.options.workers,
            dask=self.options.dask,
            data_dir=self.options.data,
            tasks=tasks,
        )

    def stored(self, part: ParsedPart | None) -> bool:
        """Whether the frames of a part are in the store."""
        return part is not None and self.store.has(part.fingerprint)
