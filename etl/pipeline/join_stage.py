"""Third stage of a run: the parts of each place, joined."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, as_completed

import geopandas as gpd

from etl import area as areas
from etl.pipeline import collect
from etl.pipeline.parts_store import ParsedPart, area_digest, digest, program_digest
from etl.pipeline.progress import Step
from etl.pipeline.run_context import RunContext
from etl.pipeline.tasks import JoinResult, JoinTask, run_join


def join_places(
    context: RunContext,
    parts: Mapping[str, ParsedPart],
    places: gpd.GeoDataFrame,
    stops: gpd.GeoDataFrame,
) -> dict[str, JoinResult]:
    """The join of each place; a place with unchanged parts keeps its published join."""
    published = context.published
    results: dict[str, JoinResult] = {}
    tasks: dict[str, JoinTask] = {}
    for area in areas.areas_per_place(areas.area_of_places(places)):
        (place_id,) = area.place_ids
        own_parts = sorted(
            part.fingerprint
            for part in parts.values()
            if part.rows and part.key in (place_id, collect.REGION)
        )
        fingerprint = digest([place_id, program_digest(), area_digest(area), *own_parts])[:32]
        if published.places.get(place_id) == fingerprint and context.store.has(fingerprint):
            results[place_id] = JoinResult(
                place_id=place_id,
                fingerprint=fingerprint,
                joins=published.joins.get(place_id, {}),
            )
            continue
        tasks[place_id] = JoinTask(
            place_id=place_id,
            places=places,
            parts=tuple(own_parts),
            stops=stops,
            data_dir=context.options.data,
            fingerprint=fingerprint,
        )
    return results | _run_tasks(context, tasks)


def _run_tasks(context: RunContext, tasks: Mapping[str, JoinTask]) -> dict[str, JoinResult]:
    results: dict[str, JoinResult] = {}
    if not tasks:
        return results
    with context.executor(len(tasks)) as pool:
        futures: dict[Future[JoinResult], str] = {
            pool.submit(run_join, task): place_id for place_id, task in tasks.items()
        }
        for number, future in enumerate(as_completed(futures), 1):
            place_id = futures[future]
            results[place_id] = future.result()
            context.progress.on_step(
                Step("place", "places", key=place_id, done=number, total=len(futures))
            )
    return results
