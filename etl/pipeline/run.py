"""One run: collect inputs, parse what is new, join per place, and publish all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd

from data.errors import DataError
from data.manifest import SourceRecord
from data.snapshot import publish
from data.snapshot.layout import current_version, has_current, read_manifest, read_table_file
from data.snapshot.lock import held
from etl import area as areas
from etl.errors import ContactError, FetchError, RunError, UseError
from etl.fetch.client import Client
from etl.fetch.messages import user_agent
from etl.fetch.throttle import Clock, SystemClock
from etl.pipeline import merge, part_state, place_files
from etl.pipeline.collect_stage import collect_inputs
from etl.pipeline.contact import saved_contact
from etl.pipeline.executors import gc_frozen
from etl.pipeline.join_stage import join_places
from etl.pipeline.parse_stage import fall_back, parse_inputs, published_parts
from etl.pipeline.parts_store import (
    ParsedPart,
    PartsIndex,
    PartsStore,
    area_digest,
    digest,
    program_digest,
)
from etl.pipeline.progress import NoProgress, Step
from etl.pipeline.reference_data import ReferenceData, reference_data
from etl.pipeline.run_context import IMPORTS, RunContext, RunOptions
from etl.pipeline.source_state import SourceState, source_states
from etl.pipeline.tasks import JoinResult
from etl.source import Reader
from etl.sources import readers
from etl.sources.reference import SOURCE as CURATED
from etl.sources.reference import place_table

__all__ = ["IMPORTS", "RunOptions", "RunResult", "choose_readers", "read_places", "run"]

PROJECT_URL = "https://github.com/stadshart-twente/stadshart-twente"
WAIT_S = 30.0
"""How long a second run waits for the first."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended: the current version, whether it is new, and the state of each source."""

    version: str
    changed: bool
    sources: tuple[SourceState, ...]

    @property
    def troubled(self) -> bool:
        """Whether a source is stale or failed."""
        return any(source.record.status in ("stale", "failed") for source in self.sources)


def run(
    options: RunOptions,
    *,
    progress: NoProgress | None = None,
    clock: Clock | None = None,
    client: Client | None = None,
    publishing: bool = True,
) -> RunResult:
    """Fill the data folder and publish.

    A failing source does not stop the run: its last good rows remain. A run with unchanged input
    publishes nothing and changes no byte. Without `publishing` what was read is kept for the next
    run, which publishes it. Raises RunError for options that cannot be met, BusyError
    during another run, and the errors of the disk.
    """
    progress, clock = progress or NoProgress(), clock or SystemClock()
    curated = reference_data(read_places(options.places))
    context = _context(options, curated, clock, progress)
    try:
        (options.data / "raw").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(
            f"{options.data}: cannot be written ({error.strerror}): choose another folder with"
            " --data"
        ) from error
    with held(options.data / "raw", wait_s=WAIT_S), gc_frozen():
        # Another run may have published while this one waited.
        context = replace(
            context,
            published=_published(context.store, options.data),
            today=clock.now().date(),
        )
        owned = open_client(options, clock, progress) if client is None else nullcontext(client)
        with owned as used_client:
            result = _publish(context, curated, used_client, publishing)
        place_files.save_places(options.data, options.places)
        return result


def choose_readers(options: RunOptions) -> dict[str, Reader]:
    """The source modules of a run, by id; raises UseError for an unknown source or folder."""
    known = readers()
    named = {*options.only_sources, *(options.base_urls or {}), *(options.accept or {})}
    # The reference data is in every run.
    unknown = sorted(named - {*known, *(set(options.only_sources) & {CURATED.id})})
    if unknown:
        raise UseError(
            f"expected a source of {', '.join(sorted((*known, CURATED.id)))}, got"
            f" {', '.join(unknown)}"
        )
    if options.inputs is not None and not options.inputs.is_dir():
        raise UseError(f"--inputs: expected a folder, got {options.inputs}")
    folders = (
        [path.name for path in options.inputs.iterdir() if path.is_dir()]
        if options.inputs is not None
        else []
    )
    unknown_folders = sorted(
        name for name in folders if name not in known and not name.startswith(".")
    )
    if unknown_folders:
        raise UseError(
            f"--inputs: expected folders called after sources ({', '.join(known)}), got"
            f" {', '.join(unknown_folders)}"
        )
    if options.only_sources:
        return {name: reader for name, reader in known.items() if name in options.only_sources}
    # Once used, an optional source is read in every run.
    parts = PartsStore(options.data).index().parts.values()
    asked_for = {*named, *folders, *(part.source_id for part in parts)}
    return {
        name: reader
        for name, reader in known.items()
        if not reader.SOURCE.optional or name in asked_for
    }


def _context(
    options: RunOptions, curated: ReferenceData, clock: Clock, progress: NoProgress
) -> RunContext:
    places = curated.places
    known = set(places["place_id"])
    unknown = sorted(set(options.only_places) - known)
    if unknown:
        raise UseError(
            f"--place: expected one of {', '.join(sorted(known))}, got {', '.join(unknown)}"
        )
    parts_store = PartsStore(options.data)
    index = parts_store.index()
    targets = merge.geocoding_targets(curated, index.parts, parts_store)
    return RunContext(
        options=options,
        places=places,
        area=areas.area_of_places(places, options.only_places, spots=targets),
        chosen=choose_readers(options),
        clock=clock,
        progress=progress,
        store=parts_store,
        published=index,
        today=clock.now().date(),
    )


def _published(parts_store: PartsStore, folder: Path) -> PartsIndex:
    """The index of the published version, without a fingerprint when another program made it."""
    index = parts_store.index()
    try:
        current = current_version(folder) if has_current(folder) else None
    except DataError:
        # Publishing replaces a version that cannot be read.
        current = None
    # After a rollback parts may be reused, but the version must be published again.
    return index if current == index.version else replace(index, fingerprint="")


def open_client(options: RunOptions, clock: Clock, progress: NoProgress) -> Client:
    """The client for these options, with the contact of the data folder where none is given.

    Raises UseError for a contact or base URL that is none.
    """
    contact = options.contact or saved_contact(options.data) or None
    try:
        agent = user_agent(project_url=PROJECT_URL, contact=contact)
    except ContactError as error:
        raise UseError(f"--contact: {error}") from error
    try:
        return Client(
            agent,
            clock=clock,
            operator_urls=tuple((options.base_urls or {}).values()),
            listen=progress.on_fetch,
            anonymous=contact is None,
        )
    except FetchError as error:
        raise UseError(f"--base-url: {error}") from error


def read_places(folder: Path) -> gpd.GeoDataFrame:
    """The table `places` of a folder of place files; raises UseError for a folder without any."""
    if not any(folder.glob("*.geojson")):
        raise UseError(
            f"{folder}: expected place files (*.geojson), got none: name their folder with --places"
        )
    return place_table(folder)


def _publish(
    context: RunContext, curated: ReferenceData, client: Client, publishing: bool
) -> RunResult:
    """Collect, parse, join and publish; the version that is current afterwards."""
    options, parts_store, published = context.options, context.store, context.published
    inputs = collect_inputs(context, client)
    parts = merge.apply_row_bounds(
        parse_inputs(context, inputs),
        inputs,
        context.chosen,
        context.places,
        lambda raw_input, reasons: fall_back(context, raw_input, reasons),
        options.accept or {},
    )
    part_state.require_complete(published_parts(context), parts, parts_store)
    state = source_states({name: reader.SOURCE for name, reader in readers().items()}, parts)
    if not publishing:
        # An index of no version: the next run publishes, and `status` does not speak of these.
        parts_store.save_index(
            PartsIndex(parts=parts, places=published.places, joins=published.joins)
        )
        return RunResult(published.version, False, state)
    located = merge.locate_places(context.places, parts, parts_store)
    located = merge.add_outlines(located, parts, parts_store)
    stops = merge.merge_stops(curated, parts, parts_store)
    joins = join_places(context, parts, located.places, stops)
    sources = [*curated.sources, *(source.record for source in state)]
    fingerprint = _version_digest(context, parts, joins, sources)
    in_use = {part.fingerprint for part in parts.values()}
    in_use |= {join.fingerprint for join in joins.values()}
    if fingerprint == published.fingerprint and not _is_damaged(options.data, published.version):
        # Remove the frames that were parsed now and refused.
        parts_store.prune(in_use)
        return RunResult(published.version, False, state)
    context.progress.on_step(Step("publish", "publish", total=1))
    tables, table_sources = merge.merge_tables(curated, parts, joins, located, parts_store)
    publication = publish.publish(
        options.data, tables, sources, table_sources, published=context.clock.now()
    )
    parts_store.save_index(
        PartsIndex(
            version=publication.version,
            fingerprint=fingerprint,
            parts=parts,
            places={place_id: join.fingerprint for place_id, join in joins.items()},
            joins={place_id: join.joins for place_id, join in joins.items()},
            notes=located.findings,
        )
    )
    parts_store.prune(in_use)
    context.progress.on_step(Step("publish", "publish", key=publication.version, done=1, total=1))
    return RunResult(publication.version, publication.changed, state)


def _is_damaged(folder: Path, version: str) -> bool:
    """Whether the files of a version differ from those that were published."""
    try:
        for table in read_manifest(folder, version).tables:
            read_table_file(folder, version, table)
    except DataError:
        return True
    return False


def _version_digest(
    context: RunContext,
    parts: Mapping[str, ParsedPart],
    joins: Mapping[str, JoinResult],
    sources: Sequence[SourceRecord],
) -> str:
    """Digest of the content and the sources of a version, without days of retrieval."""
    everywhere = replace(context.area, places=context.area.all_places, spots=())
    hash_inputs = [program_digest(), area_digest(everywhere)]
    hash_inputs += [
        f"{name}|{part.fingerprint}|{sorted(part.rows.items())}"
        for name, part in sorted(parts.items())
    ]
    hash_inputs += [f"{place_id}|{join.fingerprint}" for place_id, join in sorted(joins.items())]
    for source in sources:
        status = "unchanged" if source.status == "fresh" else source.status
        hash_inputs.append(repr(replace(source, retrieved=None, status=status)))
    return digest(hash_inputs)
