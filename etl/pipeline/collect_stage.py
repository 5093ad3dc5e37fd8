"""First stage of a run: the raw inputs of every chosen source."""

from __future__ import annotations

from concurrent.futures import as_completed
from pathlib import Path

from etl import area as areas
from etl.area import Area
from etl.fetch.client import Client
from etl.fetch.raw_store import RawStore
from etl.fetch.throttle import TimeBudget
from etl.pipeline import collect
from etl.pipeline.collect import RawInput
from etl.pipeline.executors import fetch_threads
from etl.pipeline.progress import Step
from etl.pipeline.run_context import IMPORTS, RunContext
from etl.source import Reader

MOST_SOURCES_AT_ONCE = 8


def collect_inputs(context: RunContext, client: Client) -> list[RawInput]:
    """The raw inputs of every chosen source, sorted by source and area.

    Sources are fetched in parallel, each host one request at a time.
    """
    inputs: list[RawInput] = []
    if context.options.inputs is None:
        for reader in context.chosen.values():
            if not reader.SOURCE.waits_for_file:
                source = reader.SOURCE
                context.progress.on_step(Step("plan", source.id, title=source.title))
    with fetch_threads(MOST_SOURCES_AT_ONCE) as threads:
        for future in as_completed(
            [
                threads.submit(_collect_source, context, client, reader)
                for reader in context.chosen.values()
            ]
        ):
            of_source = future.result()
            inputs += of_source
            statuses = [raw.status for raw in of_source if raw.status is not None]
            if statuses:
                worst, areas_done = collect.worst(statuses), len(of_source)
                step = Step(
                    "source", of_source[0].source_id, "", worst, done=areas_done, total=areas_done
                )
                context.progress.on_step(step)
    return sorted(inputs, key=lambda raw_input: (raw_input.source_id, raw_input.key))


def _collect_source(context: RunContext, client: Client, reader: Reader) -> list[RawInput]:
    source, options = reader.SOURCE, context.options
    raw_store = RawStore(options.data, source.id)
    raw_store.prune(context.clock.now())
    area = _source_area(context, source.per)
    files = input_files(options.data / IMPORTS / source.id)
    if options.inputs is not None:
        files += input_files(options.inputs / source.id)
    if files:
        return collect.from_files(source, files, area, raw_store, context.clock)
    by_key = collect.split_areas(source, area)
    # With a folder of files nothing is fetched.
    if source.waits_for_file or options.inputs is not None:
        return [RawInput(source.id, key, part, (), None) for key, part in by_key.items()]
    budget = TimeBudget(source.budget_s)
    inputs = []
    for number, (key, part) in enumerate(by_key.items()):
        context.progress.on_step(Step("source", source.id, key=key, done=number, total=len(by_key)))
        inputs.append(
            collect.ask(
                source,
                collect.questions_of(reader, part),
                key,
                part,
                raw_store,
                client=client,
                clock=context.clock,
                budget=budget,
                base_url=(options.base_urls or {}).get(source.id),
            )
        )
    return inputs


def _source_area(context: RunContext, per: str) -> Area:
    """The area of a source; all places for one asked once, so that its table does not shrink."""
    if per == collect.REGION and context.options.only_places:
        return areas.area_of_places(context.places, spots=context.area.spots)
    return context.area


def input_files(root: Path) -> list[tuple[Path, str | None]]:
    """Files in a folder, and those in its subfolders with the name of the subfolder as place.

    Files are in order of place and name; those whose name starts with a dot are left out.
    """
    if not root.is_dir():
        return []
    places = sorted(path for path in root.iterdir() if path.is_dir())
    return [
        (path, place_id)
        for folder, place_id in [(root, None), *((path, path.name) for path in places)]
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith(".")
    ]
