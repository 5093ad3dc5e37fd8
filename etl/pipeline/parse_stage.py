"""Second stage of a run: a part of every source and area, parsed only where its input changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import replace

from etl.pipeline import collect, part_state, parts_store, shared_files
from etl.pipeline import corrections as pipeline_corrections
from etl.pipeline.collect import RawInput
from etl.pipeline.parts_store import ParsedPart, area_digest, program_digest
from etl.pipeline.progress import Step
from etl.pipeline.run_context import RunContext
from etl.pipeline.tasks import ParseTask, run_parse
from etl.problems import Finding
from etl.sources import readers


def published_parts(context: RunContext) -> dict[str, ParsedPart]:
    """Parts of the published version whose source and place still exist."""
    keys, source_ids = set(context.places["place_id"]) | {collect.REGION}, set(readers())
    return {
        name: part
        for name, part in context.published.parts.items()
        if part.source_id in source_ids and part.key in keys
    }


def parse_inputs(context: RunContext, inputs: Sequence[RawInput]) -> dict[str, ParsedPart]:
    """The part of every area of every source, by name: parsed now, unchanged, or an earlier one.

    Sources that look things up in other sources come last, with the new parts of those.
    """
    first = [raw for raw in inputs if not context.chosen[raw.source_id].SOURCE.beside]
    last = [raw for raw in inputs if context.chosen[raw.source_id].SOURCE.beside]
    parts = _reusable_parts(context)
    parts |= _parse(context, first, {})
    return parts | _parse(context, last, parts) if last else parts


def fall_back(context: RunContext, raw_input: RawInput, reasons: Sequence[Finding]) -> ParsedPart:
    """The published part as stale, or a failed part when none is usable."""
    part = context.published.parts.get(raw_input.name)
    usable = part if part is not None and part.rows and context.stored(part) else None
    source = context.chosen[raw_input.source_id].SOURCE
    return part_state.fall_back(source, raw_input, usable, reasons, context.today)


def _reusable_parts(context: RunContext) -> dict[str, ParsedPart]:
    """Published parts whose frames are still in the store, or that have no rows."""
    return {
        name: part
        for name, part in published_parts(context).items()
        if not part.rows or context.stored(part)
    }


def _parse(
    context: RunContext, inputs: Sequence[RawInput], lookups: Mapping[str, ParsedPart]
) -> dict[str, ParsedPart]:
    parts: dict[str, ParsedPart] = {}
    tasks: dict[str, ParseTask] = {}
    by_name = {raw_input.name: raw_input for raw_input in inputs}
    for name, raw_input in by_name.items():
        published = context.published.parts.get(name)
        if raw_input.status is None:
            # Nothing is asked or read in this run: the published part remains.
            if published is not None:
                parts[name] = published
            continue
        if raw_input.status == "failed":
            parts[name] = fall_back(context, raw_input, raw_input.errors)
            continue
        task = _parse_task(context, _add_lookups(context, raw_input, lookups), published)
        if (
            published is not None
            and published.fingerprint == task.fingerprint
            and context.stored(published)
        ):
            parts[name] = part_state.as_unchanged(published, raw_input)
        else:
            tasks[name] = task
    for name, part in _run_tasks(context, tasks).items():
        raw_input = by_name[name]
        parts[name] = (
            part_state.as_fresh(part, raw_input)
            if part.good
            else fall_back(context, raw_input, part.findings)
        )
    return parts


def _add_lookups(
    context: RunContext, raw_input: RawInput, lookups: Mapping[str, ParsedPart]
) -> RawInput:
    source = context.chosen[raw_input.source_id].SOURCE
    pieces = parts_store.lookup_pieces(source, lookups, context.store)
    return replace(raw_input, pieces=(*raw_input.pieces, *pieces))


def _parse_task(
    context: RunContext, raw_input: RawInput, published: ParsedPart | None
) -> ParseTask:
    options, source_id = context.options, raw_input.source_id
    corrections = pipeline_corrections.load_corrections(source_id, options.data / "corrections")
    hash_inputs = [
        f"{piece.name}|{piece.origin}|{piece.sha256}|{piece.content_crs}|{piece.place_id}"
        for piece in raw_input.pieces
    ]
    digest = parts_store.digest(
        [
            source_id,
            raw_input.key,
            program_digest(),
            area_digest(raw_input.area),
            repr(corrections),
            *hash_inputs,
        ]
    )
    previous = published if context.stored(published) else None
    return ParseTask(
        module=context.chosen[source_id].__name__,
        key=raw_input.key,
        area=raw_input.area,
        pieces=raw_input.pieces,
        data_dir=options.data,
        fingerprint=digest[:32],
        previous=None if previous is None else previous.fingerprint,
        corrections=corrections,
        today=context.today,
        accept=(options.accept or {}).get(source_id),
    )


def _run_tasks(context: RunContext, tasks: Mapping[str, ParseTask]) -> dict[str, ParsedPart]:
    """The parts that the tasks make, by name."""
    parts: dict[str, ParsedPart] = {}
    if not tasks:
        return parts
    with (
        shared_files.by_place(tasks, context.options.data) as own_tasks,
        context.executor(len(tasks)) as pool,
    ):
        futures: dict[Future[ParsedPart], str] = {
            pool.submit(run_parse, task): name for name, task in own_tasks.items()
        }
        for number, future in enumerate(as_completed(futures), 1):
            name = futures[future]
            parts[name] = future.result()
            rows = sum(parts[name].rows.values())
            context.progress.on_step(
                Step("read", "reading", key=name, rows=rows, done=number, total=len(futures))
            )
    return parts
