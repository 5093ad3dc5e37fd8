"""Publishing: a whole new version or the old one, at every instant."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from data.errors import (
    BreachError,
    ClockError,
    ContractError,
    DamagedFileError,
    DataError,
    ManifestError,
    NoSnapshotError,
    StoreError,
    VersionError,
)
from data.manifest import Manifest, SourceRecord, TableRecord
from data.schema.content_hash import content_hash
from data.schema.parquet import from_bytes
from data.schema.rules import check_references
from data.schema.tables import DECLARED
from data.schema.validate import check
from data.snapshot.files import HALF_WRITTEN, draft_name, sync_folder, write_atomic, write_new
from data.snapshot.layout import (
    CURRENT,
    MANIFEST,
    all_versions,
    current_version,
    published_times,
    read_manifest,
    read_table_file,
    version_folder,
    versions_folder,
)
from data.snapshot.lock import held
from data.snapshot.new_version import build_manifest, column_records, content_digest, prepare_table

KEEP = 5
"""Versions kept, the current one included; the version it replaced always stays."""
WAIT_S = 30.0
"""How long a second writer waits for the first."""

# No version name starts with a dot, so what is half written or discarded is never read as one.
DISCARDED = ".old-"


@dataclass(frozen=True, slots=True)
class Publication:
    """The published version; `changed` is False when the same content was published already."""

    version: str
    changed: bool
    removed: tuple[str, ...]


def publish(
    folder: Path,
    tables: Mapping[str, pd.DataFrame],
    sources: Sequence[SourceRecord],
    table_sources: Mapping[str, Sequence[str]],
    *,
    published: datetime | None,
    label: str | None = None,
    keep: int = KEEP,
    wait_s: float = WAIT_S,
) -> Publication:
    """Publish the tables as the current version; the same content again changes no byte.

    `table_sources` names the sources of tables whose rows do not name one; for our own words, such
    as labels, the list is empty. The version is named after `label`, or else after `published`,
    plus a hash of its content. If this is interrupted, `current` names either the whole old or the
    whole new version. At most `keep` versions stay.

    Raises ContractError or DanglingError when the tables break a promise, BusyError when another
    process is writing, ClockError when `published` lies before the newest version, StoreError when
    the folder cannot be written.
    """
    for name, frame in tables.items():
        check(name, frame)
    check_references(tables, [source.source_id for source in sources])
    prepared = {
        name: prepare_table(DECLARED[name], tables[name], table_sources) for name in sorted(tables)
    }
    manifest = build_manifest(prepared, sources, published=published, label=label)

    with _writing(folder, wait_s):
        sweep(folder)
        previous = _current_manifest(folder)
        if (
            previous is not None
            and content_digest(previous) == content_digest(manifest)
            and not _damaged_files(folder, previous)
        ):
            return Publication(previous.version, changed=False, removed=())
        _require_later(folder, manifest.published)
        _write_version(folder, manifest, {name: content for name, (_, content) in prepared.items()})
        protected = {manifest.version} | (
            {previous.version} if previous is not None and keep > 1 else set()
        )
        return Publication(manifest.version, changed=True, removed=_prune(folder, keep, protected))


def add_version(folder: Path, manifest: Manifest, contents: Mapping[str, bytes]) -> None:
    """Make a version that was published elsewhere the current one, from the bytes of its tables.

    The bytes must be those of the manifest. Raises as `publish` does about the folder.
    """
    with _writing(folder, WAIT_S):
        sweep(folder)
        previous = _current_manifest(folder)
        _write_version(folder, manifest, contents)
        _prune(folder, KEEP, {manifest.version} | ({previous.version} if previous else set()))


def rollback(folder: Path, version: str | None = None, *, wait_s: float = WAIT_S) -> str:
    """Make `version` current, by default the newest one published before the current one.

    Raises VersionError, naming the versions there are, when there is no such version, and
    DamagedFileError when its files are not those that were published.
    """
    if not versions_folder(folder).is_dir():
        raise NoSnapshotError(
            f"expected a snapshot in {folder}, got no folder 'versions': name another with --data"
        )
    with _writing(folder, wait_s):
        sweep(folder)
        versions = all_versions(folder)
        if version is None:
            version = _before_current(folder, versions)
        elif version not in versions:
            raise VersionError(
                f"expected one of {', '.join(versions) or 'no versions'}, got {version!r}"
            )
        damage = _damaged_files(folder, read_manifest(folder, version))
        if damage:
            raise DamagedFileError(f"version {version!r} cannot be put back: {damage[0]}")
        _switch(folder, version)
    return version


def verify(folder: Path, version: str | None = None) -> list[str]:
    """Everything wrong with a version (default the current one), in words; empty when all is well.

    Checks hashes, contracts, references between intact tables, and unexpected files.
    """
    try:
        manifest = read_manifest(folder, version or current_version(folder))
    except (ManifestError, VersionError) as error:
        return [str(error)]
    problems: list[str] = []
    frames: dict[str, pd.DataFrame] = {}
    for record in manifest.tables:
        if record.name not in DECLARED:
            problems.append(
                f"{record.file}: expected a table of {', '.join(DECLARED)}, got {record.name!r}"
            )
            continue
        try:
            frame = from_bytes(
                DECLARED[record.name], read_table_file(folder, manifest.version, record)
            )
            check(record.name, frame)
        except ContractError as error:
            problems += [f"{record.file}: {breach}" for breach in error.breaches]
            continue
        except DataError as error:
            problems.append(str(error))
            continue
        frames[record.name] = frame
        problems += _disagreements(record, frame)
    try:
        check_references(
            frames,
            [source.source_id for source in manifest.sources],
            unread={table.name for table in manifest.tables} - frames.keys(),
        )
    except BreachError as error:
        problems += error.breaches
    promised = {MANIFEST, *(record.file for record in manifest.tables)}
    unexpected = sorted(
        {path.name for path in version_folder(folder, manifest.version).iterdir()} - promised
    )
    return problems + [
        f"{name}: expected only files of the manifest, got this one" for name in unexpected
    ]


def sweep(folder: Path) -> list[str]:
    """Remove what interrupted writers left behind, and return the names.

    Call this only while holding the lock of the folder.
    """
    leftovers = [
        *versions_folder(folder).glob(f"{HALF_WRITTEN}*"),
        *versions_folder(folder).glob(f"{DISCARDED}*"),
        *folder.glob(f"{HALF_WRITTEN}*"),
    ]
    for path in leftovers:
        _remove(path)
    return sorted(path.name for path in leftovers)


def _disagreements(record: TableRecord, frame: pd.DataFrame) -> list[str]:
    """Where a valid table differs from its record in the manifest."""
    table = DECLARED[record.name]
    checks = (
        ("rows", record.rows, len(frame)),
        ("columns", list(record.columns), list(column_records(table))),
        ("content hash", record.content_hash, content_hash(table, frame)),
    )
    return [
        f"{record.file}: expected {what} {promised}, got {actual}"
        for what, promised, actual in checks
        if promised != actual
    ]


def _current_manifest(folder: Path) -> Manifest | None:
    """The manifest of the current version; None when none can be read, which publishing repairs."""
    try:
        return read_manifest(folder, current_version(folder))
    except (NoSnapshotError, VersionError, ManifestError):
        return None


def _require_later(folder: Path, published: datetime | None) -> None:
    """Raise ClockError when a version was published after `published`: rollback follows these
    times.
    """
    if published is None:
        return
    for version, newest in published_times(folder).items():
        if newest is not None and published < newest:
            raise ClockError(
                f"expected a time after {newest.isoformat()}, when version {version} was published,"
                f" got {published.isoformat()}: set the clock of this computer right"
            )


def _damaged_files(folder: Path, manifest: Manifest) -> list[str]:
    """Files of a version that are not as published."""
    problems = []
    for record in manifest.tables:
        try:
            read_table_file(folder, manifest.version, record)
        except DamagedFileError as error:
            problems.append(str(error))
    return problems


def _before_current(folder: Path, versions: Sequence[str]) -> str:
    """The newest version before the current one; the newest of all when `current` names none."""
    try:
        current = current_version(folder)
    except (NoSnapshotError, VersionError):
        current = None
    older = versions[: versions.index(current)] if current in versions else versions
    if not older:
        raise VersionError(
            f"expected a version before {current or 'now'} in {folder}, got none: nothing to go"
            " back to"
        )
    return older[-1]


@contextmanager
def _writing(folder: Path, wait_s: float) -> Iterator[None]:
    """Make the folder if needed and lock it; an OSError becomes a StoreError of one line."""
    try:
        versions_folder(folder).mkdir(parents=True, exist_ok=True)
        with held(folder, wait_s=wait_s):
            yield
    except OSError as error:
        cure = {
            errno.ENOSPC: "make room on the disk",
            errno.EDQUOT: "make room on the disk",
            errno.EROFS: "choose a folder that can be written with --data",
            errno.EACCES: "choose a folder that can be written with --data",
            errno.EPERM: "choose a folder that can be written with --data",
        }.get(error.errno or 0, "choose another folder with --data")
        raise StoreError(
            f"{error.filename or folder}: cannot be written ({error.strerror}): {cure}"
        ) from error


def _write_version(folder: Path, manifest: Manifest, contents: Mapping[str, bytes]) -> None:
    """Write the version's folder, then switch `current` to it; on a failure remove it again."""
    target = version_folder(folder, manifest.version)
    draft = versions_folder(folder) / draft_name()
    try:
        draft.mkdir()
        for name, content in contents.items():
            write_new(draft / f"{name}.parquet", content)
        write_new(draft / MANIFEST, manifest.to_json().encode())
        sync_folder(draft)
        if target.exists():
            # Left by a writer that died before `current`, or damaged since: nobody can be reading
            # it whole.
            _discard(target)
        draft.rename(target)
        sync_folder(target.parent)
        _switch(folder, manifest.version)
    except OSError:
        _remove(draft)
        if target.exists() and not _is_current(folder, manifest.version):
            _discard(target)
        raise


def _is_current(folder: Path, version: str) -> bool:
    path = folder / CURRENT
    return path.is_file() and path.read_text(encoding="utf-8").strip() == version


def _switch(folder: Path, version: str) -> None:
    """Let `current` name `version`, in one step."""
    write_atomic(folder / CURRENT, f"{version}\n".encode())


def _prune(folder: Path, keep: int, protected: set[str]) -> tuple[str, ...]:
    """Remove the oldest versions beyond `keep`, not the `protected`; returns their names."""
    removable = [version for version in all_versions(folder) if version not in protected]
    removed = removable[: max(0, len(removable) - max(0, keep - len(protected)))]
    for version in removed:
        _discard(version_folder(folder, version))
    return tuple(removed)


def _discard(path: Path) -> None:
    """Remove what is at `path`; renamed first, so that half a version is never read."""
    aside = path.with_name(f"{DISCARDED}{draft_name()}")
    path.rename(aside)
    _remove(aside)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
