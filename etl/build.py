"""One run: gather what the sources say, read what is new, join it per place, and publish the whole
or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import geopandas as gpd

from data import store
from data.errors import DataError
from data.lock import held
from data.provenance import SourceRecord
from data.snapshot import current_version, has_current, read_manifest, read_table_file
from etl import addresses, assemble, gather, placefiles, repair, shared, standing
from etl import area as areas
from etl.area import Area
from etl.curated import Curated
from etl.curated import of as curated_of
from etl.errors import ContactError, FetchError, RunError, UseError
from etl.gather import Gathered
from etl.http import Client, user_agent
from etl.pace import Budget, Clock, SystemClock
from etl.parts import Index, Part, Store, area_digest, program
from etl.problems import Finding
from etl.progress import Quiet, Step
from etl.raw import Shelf
from etl.source import Reader, readers
from etl.sources.reference import PLACES, place_table
from etl.sources.reference import SOURCE as CURATED
from etl.status import SourceState, states
from etl.task import Finished, Finishing, Reading, finish, read
from etl.workers import executor, fetch_threads, settled

PROJECT_URL = "https://github.com/stadshart-twente/stadshart-twente"
MOST_SOURCES_AT_ONCE = 8
WAIT_S = 30.0
"""How long a second run waits for the first."""
IMPORTS = "imports"
"""Folder of the data folder in which imported files lie: `imports/<source id>/<place
id>/<file>`.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a run was asked to do. `accept` names, per source, why a suspicious change is published
    all the same.
    """

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


@dataclass(frozen=True, slots=True)
class Report:
    """How a run ended: the version that is current, whether it is new, and how each
    source stands.
    """

    version: str
    changed: bool
    sources: tuple[SourceState, ...]

    @property
    def troubled(self) -> bool:
        """Whether a source is stale or failed."""
        return any(source.record.status in ("stale", "failed") for source in self.sources)


def run(
    options: Options,
    *,
    progress: Quiet | None = None,
    clock: Clock | None = None,
    client: Client | None = None,
) -> Report:
    """Fill the data folder anew and publish.

    A failing source stops nothing: its last good rows stay. The same input again publishes nothing
    and changes no byte.
    Raises RunError when it was asked what cannot be, BusyError when another run is busy, and what
    the disk refuses.
    """
    shown, now = progress or Quiet(), clock or SystemClock()
    curated = curated_of(_places(options.places))
    area = _area(options, curated)
    chosen = _chosen(options)
    try:
        (options.data / "raw").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(
            f"{options.data}: cannot be written ({error.strerror}): choose another folder with"
            " --data"
        ) from error
    with held(options.data / "raw", wait_s=WAIT_S), settled():
        mine = client or _client(options, now, shown)
        try:
            done = _Run(options, curated, area, chosen, mine, now, shown).publish()
            placefiles.keep(options.data, options.places)
            return done
        finally:
            if client is None:
                mine.close()


def _client(options: Options, clock: Clock, progress: Quiet) -> Client:
    try:
        agent = user_agent(project_url=PROJECT_URL, contact=options.contact)
    except ContactError as error:
        raise UseError(f"--contact: {error}") from error
    try:
        return Client(
            agent,
            clock=clock,
            operator_urls=tuple((options.base_urls or {}).values()),
            listen=progress.heard,
        )
    except FetchError as error:
        raise UseError(f"--base-url: {error}") from error


def _places(folder: Path) -> gpd.GeoDataFrame:
    if not any(folder.glob("*.geojson")):
        raise UseError(
            f"{folder}: expected place files (*.geojson), got none: name their folder with --places"
        )
    return place_table(folder)


def _area(options: Options, curated: Curated) -> Area:
    places = curated.places
    known = set(places["place_id"])
    unknown = sorted(set(options.only_places) - known)
    if unknown:
        raise UseError(
            f"--place: expected one of {', '.join(sorted(known))}, got {', '.join(unknown)}"
        )
    kept = Store(options.data)
    return areas.of(
        places, options.only_places, wanted=assemble.wanted(curated, kept.index().parts, kept)
    )


def _chosen(options: Options) -> dict[str, Reader]:
    everything = readers()
    named = {*options.only_sources, *(options.base_urls or {}), *(options.accept or {})}
    # The curated facts are in every run, asked for or not.
    unknown = sorted(named - {*everything, *(set(options.only_sources) & {CURATED.id})})
    if unknown:
        raise UseError(
            f"expected a source of {', '.join(sorted((*everything, CURATED.id)))}, got"
            f" {', '.join(unknown)}"
        )
    if options.inputs is not None and not options.inputs.is_dir():
        raise UseError(f"--inputs: expected a folder, got {options.inputs}")
    folders = (
        [path.name for path in options.inputs.iterdir() if path.is_dir()]
        if options.inputs is not None
        else []
    )
    strange = sorted(
        name for name in folders if name not in everything and not name.startswith(".")
    )
    if strange:
        raise UseError(
            f"--inputs: expected folders called after sources ({', '.join(everything)}), got"
            f" {', '.join(strange)}"
        )
    # Once asked for, an optional source is kept up to date like any other.
    wished = {
        *named,
        *folders,
        *(part.source_id for part in Store(options.data).index().parts.values()),
    }
    return {
        name: module
        for name, module in everything.items()
        if (
            name in options.only_sources
            if options.only_sources
            else not module.SOURCE.optional or name in wished
        )
    }


class _Run:
    """The state of one run."""

    def __init__(
        self,
        options: Options,
        curated: Curated,
        area: Area,
        chosen: Mapping[str, Reader],
        client: Client,
        clock: Clock,
        progress: Quiet,
    ) -> None:
        self.options, self.curated, self.area, self.chosen = options, curated, area, chosen
        self.places = curated.places
        self.client, self.clock, self.progress = client, clock, progress
        self.store = Store(options.data)
        self.before = self.store.index()
        if _current(options.data) != self.before.version:
            # Rolled back, or published by another program: what was kept is still good, but nothing
            # is taken as done.
            self.before = replace(self.before, fingerprint="")
        self.today: date = clock.now().date()

    def publish(self) -> Report:
        """The version that now is current."""
        gathered = self._gather()
        parts = {**self._earlier(), **self._read(gathered)}
        parts = self._within_bounds(parts, gathered)
        standing.require_kept(self._known(), parts, self.store)
        placed = assemble.positioned(self.places, parts, self.store)
        finished = self._finish(parts, placed.places)
        state = states({name: module.SOURCE for name, module in readers().items()}, parts)
        sources = [*self.curated.sources, *(source.record for source in state)]
        fingerprint = self._fingerprint(parts, finished, sources)
        made = {part.fingerprint for part in parts.values()} | {
            one.fingerprint for one in finished.values()
        }
        if fingerprint == self.before.fingerprint and not self._damaged():
            # What was read and may not be used leaves nothing behind.
            self.store.sweep(made)
            return Report(self.before.version, False, state)
        self.progress.step(Step("publish", "publish", total=1))
        tables, named = assemble.tables(self.curated, parts, finished, placed, self.store)
        done = store.publish(self.options.data, tables, sources, named, published=self.clock.now())
        self.store.save_index(
            Index(
                version=done.version,
                fingerprint=fingerprint,
                parts=parts,
                places={place_id: one.fingerprint for place_id, one in finished.items()},
                joins={place_id: one.joins for place_id, one in finished.items()},
                notes=placed.findings,
            )
        )
        self.store.sweep(made)
        self.progress.step(Step("publish", "publish", key=done.version, done=1, total=1))
        return Report(done.version, done.changed, state)

    def _damaged(self) -> bool:
        """Whether what is published is not what was published."""
        try:
            for table in read_manifest(self.options.data, self.before.version).tables:
                read_table_file(self.options.data, self.before.version, table)
        except DataError:
            return True
        return False

    def _gather(self) -> list[Gathered]:
        """What is at hand of every chosen source; sources are asked side by side, each host in its
        turn.
        """
        result: list[Gathered] = []
        with fetch_threads(MOST_SOURCES_AT_ONCE) as threads:
            for future in as_completed(
                [threads.submit(self._gather_one, module) for module in self.chosen.values()]
            ):
                result += future.result()
        return sorted(result, key=lambda one: (one.source_id, one.key))

    def _gather_one(self, module: Reader) -> list[Gathered]:
        source = module.SOURCE
        shelf = Shelf(self.options.data, source.id)
        shelf.sweep(self.clock.now())
        area = self._asked(source.per)
        given = self._files(source.id)
        if given:
            return gather.bring(source, given, area, shelf, self.clock)
        divided = gather.divided(source, area)
        # With a folder of files the outside world is left alone.
        if source.waits_for_file or self.options.inputs is not None:
            return [Gathered(source.id, key, one, (), None) for key, one in divided.items()]
        budget = Budget(source.budget_s)
        base_url = (self.options.base_urls or {}).get(source.id)
        result = []
        for number, (key, one) in enumerate(divided.items()):
            self.progress.step(Step("source", source.id, key=key, done=number, total=len(divided)))
            result.append(
                gather.ask(
                    module,
                    key,
                    one,
                    shelf,
                    client=self.client,
                    clock=self.clock,
                    budget=budget,
                    base_url=base_url,
                )
            )
        return result

    def _asked(self, per: str) -> Area:
        """A source asked once always hears of all places, so that its table does not shrink."""
        return areas.of(self.places, wanted=self.area.wanted) if per == gather.REGION else self.area

    def _files(self, source_id: str) -> list[tuple[Path, str | None]]:
        """Files brought for a source and the place each is for, imported ones included."""
        roots = [
            self.options.data / IMPORTS / source_id,
            *([self.options.inputs / source_id] if self.options.inputs else []),
        ]
        found_files: list[tuple[Path, str | None]] = []
        for root in roots:
            if root.is_dir():
                found_files += [
                    (path, None)
                    for path in root.iterdir()
                    if path.is_file() and not path.name.startswith(".")
                ]
                for folder in (path for path in root.iterdir() if path.is_dir()):
                    found_files += [
                        (path, folder.name)
                        for path in folder.iterdir()
                        if path.is_file() and not path.name.startswith(".")
                    ]
        return found_files

    def _known(self) -> dict[str, Part]:
        """The parts of the published version of sources that still are, in places that
        still are.
        """
        known, present = set(self.places["place_id"]) | {gather.REGION}, set(readers())
        return {
            name: part
            for name, part in self.before.parts.items()
            if part.source_id in present and part.key in known
        }

    def _earlier(self) -> dict[str, Part]:
        """Those of them that may stay."""
        return {
            name: part
            for name, part in self._known().items()
            if not part.rows or self.store.has(part.fingerprint)
        }

    def _read(
        self, gathered: Sequence[Gathered], beside: Mapping[str, Part] | None = None
    ) -> dict[str, Part]:
        """The part of every area of every chosen source: read anew, known already, or the earlier
        one that stays.

        Those that look things up in other sources come last, with what those say `beside`.
        """
        result: dict[str, Part] = {}
        works: dict[str, tuple[Gathered, Reading]] = {}
        for one in gathered:
            if beside is None and self.chosen[one.source_id].SOURCE.beside:
                continue
            name = f"{one.source_id}/{one.key}"
            earlier = self.before.parts.get(name)
            if one.status is None:
                # Nothing to ask or read this time: what was known stays known.
                if earlier is not None:
                    result[name] = earlier
                continue
            if one.status == "failed":
                result[name] = self._stays(one, name, one.errors)
                continue
            work = self._reading(self._with(one, beside or {}), earlier)
            if (
                earlier is not None
                and earlier.fingerprint == work.fingerprint
                and self.store.has(work.fingerprint)
            ):
                result[name] = standing.again(earlier, one)
                continue
            works[name] = (one, work)
        for name, part in self._done(works).items():
            one = works[name][0]
            result[name] = (
                standing.anew(part, one) if part.good else self._stays(one, name, part.findings)
            )
        # What looks things up in other sources goes by what those say now.
        behind = (
            [one for one in gathered if self.chosen[one.source_id].SOURCE.beside]
            if beside is None
            else []
        )
        return result | self._read(behind, {**self._earlier(), **result}) if behind else result

    def _with(self, one: Gathered, beside: Mapping[str, Part]) -> Gathered:
        return replace(
            one,
            pieces=(
                *one.pieces,
                *addresses.pieces(self.chosen[one.source_id].SOURCE, beside, self.store),
            ),
        )

    def _reading(self, one: Gathered, earlier: Part | None) -> Reading:
        module = self.chosen[one.source_id]
        corrections = repair.of(one.source_id, self.options.data / "corrections")
        accept = (self.options.accept or {}).get(one.source_id)
        told = [
            f"{piece.name}|{piece.origin}|{piece.sha256}|{piece.content_crs}|{piece.place_id}"
            for piece in one.pieces
        ]
        whole = gather.digest(
            [one.source_id, one.key, program(), area_digest(one.area), repr(corrections), *told]
        )
        before = (
            earlier.fingerprint
            if earlier is not None and self.store.has(earlier.fingerprint)
            else None
        )
        return Reading(
            module=module.__name__,  # type: ignore[attr-defined]
            key=one.key,
            area=one.area,
            pieces=one.pieces,
            data_dir=self.options.data,
            fingerprint=whole[:32],
            before=before,
            corrections=corrections,
            today=self.today,
            accept=accept,
        )

    def _done(self, works: Mapping[str, tuple[Gathered, Reading]]) -> dict[str, Part]:
        """The parts that were read, by name."""
        result: dict[str, Part] = {}
        if not works:
            return result
        todo = {name: work for name, (_, work) in works.items()}
        with shared.by_place(todo, self.options.data) as own, self._executor(len(works)) as pool:
            futures: dict[Future[Part], str] = {
                pool.submit(read, work): name for name, work in own.items()
            }
            for number, future in enumerate(as_completed(futures), 1):
                name = futures[future]
                result[name] = future.result()
                rows = sum(result[name].rows.values())
                self.progress.step(
                    Step("read", "reading", key=name, rows=rows, done=number, total=len(futures))
                )
        return result

    def _executor(self, tasks: int) -> AbstractContextManager[Executor]:
        return executor(
            workers=self.options.workers,
            dask=self.options.dask,
            data_dir=self.options.data,
            tasks=tasks,
        )

    def _stays(self, one: Gathered, name: str, why: Sequence[Finding]) -> Part:
        """The part of before as stale, or a failed one when there is none that may stay."""
        earlier = self.before.parts.get(name)
        usable = (
            earlier
            if earlier is not None and earlier.rows and self.store.has(earlier.fingerprint)
            else None
        )
        return standing.stays(self.chosen[one.source_id].SOURCE, one, usable, why, self.today)

    def _within_bounds(
        self, parts: Mapping[str, Part], gathered: Sequence[Gathered]
    ) -> dict[str, Part]:
        """The parts, those of a source whose declared cities together brought too few or too many
        rows back to what they were.
        """
        return assemble.within_bounds(
            parts, gathered, self.chosen, self.places, self._stays, self.options.accept or {}
        )

    def _finish(self, parts: Mapping[str, Part], places: gpd.GeoDataFrame) -> dict[str, Finished]:
        """What was joined per place."""
        stops = assemble.stops(self.curated, parts, self.store)
        works: dict[str, Finishing] = {}
        result: dict[str, Finished] = {}
        for area in areas.one_by_one(areas.of(places)):
            (place_id,) = area.place_ids
            mine = sorted(
                part.fingerprint
                for part in parts.values()
                if part.rows and part.key in (place_id, gather.REGION)
            )
            told = [place_id, program(), area_digest(area), *mine]
            fingerprint = gather.digest(told)[:32]
            if self.before.places.get(place_id) == fingerprint and self.store.has(fingerprint):
                result[place_id] = Finished(
                    place_id=place_id,
                    fingerprint=fingerprint,
                    joins=self.before.joins.get(place_id, {}),
                )
            else:
                works[place_id] = Finishing(
                    place_id=place_id,
                    places=places,
                    parts=tuple(mine),
                    stops=stops,
                    data_dir=self.options.data,
                    fingerprint=fingerprint,
                )
        if works:
            with self._executor(len(works)) as pool:
                futures: dict[Future[Finished], str] = {
                    pool.submit(finish, work): place_id for place_id, work in works.items()
                }
                for number, future in enumerate(as_completed(futures), 1):
                    result[futures[future]] = future.result()
                    self.progress.step(
                        Step(
                            "place", "places", key=futures[future], done=number, total=len(futures)
                        )
                    )
        return result

    def _fingerprint(
        self,
        parts: Mapping[str, Part],
        finished: Mapping[str, Finished],
        sources: Sequence[SourceRecord],
    ) -> str:
        """Digest of all that a version says and where it comes from; when something was fetched
        again is left out.
        """
        told = [program(), area_digest(areas.of(self.places))]
        told += [
            f"{name}|{part.fingerprint}|{sorted(part.rows.items())}"
            for name, part in sorted(parts.items())
        ]
        told += [f"{place_id}|{one.fingerprint}" for place_id, one in sorted(finished.items())]
        told += [
            repr(
                replace(
                    one, retrieved=None, status="unchanged" if one.status == "fresh" else one.status
                )
            )
            for one in sources
        ]
        return gather.digest(told)


def _current(folder: Path) -> str | None:
    """Name of the version that is published and can be read, None when there is none: publishing
    mends that.
    """
    try:
        return current_version(folder) if has_current(folder) else None
    except DataError:
        return None
