"""The folder of a snapshot: which version is current, which there are, and what each promises.

FOLDER/current                               names the version
FOLDER/versions/<version>/manifest.json      written last
FOLDER/versions/<version>/<table>.parquet
"""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from io import BufferedReader
from pathlib import Path

from data.errors import DamagedFileError, ManifestError, NoSnapshotError, VersionError
from data.manifest import SLUG, Manifest, TableRecord, from_json

CURRENT = "current"
MANIFEST = "manifest.json"

_hashed: dict[tuple[Path, int, int, int], str] = {}
"""Hashes of the files of which parts were read, by path, size, time and inode."""


def versions_folder(folder: Path) -> Path:
    """The folder of the versions of a snapshot."""
    return folder / "versions"


def version_folder(folder: Path, version: str) -> Path:
    """The folder of one version; raises VersionError when the name could lead elsewhere."""
    if SLUG.fullmatch(version) is None:
        raise VersionError(f"expected a version name of a-z, 0-9, _ . -, got {version!r}")
    return versions_folder(folder) / version


def has_current(folder: Path) -> bool:
    """Whether the folder holds a published version."""
    return (folder / CURRENT).is_file()


def current_version(folder: Path) -> str:
    """Name of the published version.

    Raises NoSnapshotError when nothing is published, VersionError when the named version is gone.
    """
    try:
        version = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NoSnapshotError(
            f"expected a snapshot in {folder}, got no file 'current': fill it with 'stadshart-etl"
            f" run --data {folder}'"
        ) from error
    if not (version_folder(folder, version) / MANIFEST).is_file():
        raise VersionError(
            f"expected version {version!r} of {folder / CURRENT} in {versions_folder(folder)}, got"
            f" none: go back with 'stadshart-etl rollback --data {folder}'"
        )
    return version


def read_manifest(folder: Path, version: str) -> Manifest:
    """The manifest of one version; raises ManifestError when it is damaged or another's."""
    path = version_folder(folder, version) / MANIFEST
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise VersionError(
            f"expected a version {version!r} in {versions_folder(folder)}, got none"
        ) from error
    except UnicodeDecodeError as error:
        raise ManifestError(
            f"{path}: expected UTF-8 text, got byte {error.object[error.start]:#x}"
        ) from error
    try:
        manifest = from_json(text)
    except ManifestError as error:
        raise ManifestError(f"{path}: {error}") from error
    if manifest.version != version:
        raise ManifestError(f"{path}: expected version {version!r}, got {manifest.version!r}")
    return manifest


def published_times(folder: Path) -> dict[str, datetime | None]:
    """When each version with a readable manifest was published, by its name."""
    times: dict[str, datetime | None] = {}
    for path in sorted(versions_folder(folder).glob("*")):
        if SLUG.fullmatch(path.name) is not None and (path / MANIFEST).is_file():
            try:
                times[path.name] = read_manifest(folder, path.name).published
            except ManifestError:
                continue
    return times


def all_versions(folder: Path) -> list[str]:
    """Names of the versions, oldest first; damaged ones and those without a time come first."""
    times = published_times(folder)

    def age(name: str) -> tuple[float, str]:
        published = times.get(name)
        known = 0.0 if published is None else published.timestamp()
        return (known if name in times else -1.0, name)

    return sorted(
        (path.name for path in versions_folder(folder).glob("*") if SLUG.fullmatch(path.name)),
        key=age,
    )


def read_table_file(folder: Path, version: str, record: TableRecord) -> bytes:
    """The bytes of a table's file, as the manifest promises them.

    Raises DamagedFileError, naming the file, when it is gone or differs.
    """
    path = version_folder(folder, version) / record.file
    with _opened(folder, path) as file:
        content = file.read()
    _require_published(folder, path, record, hashlib.sha256(content).hexdigest())
    return content


def intact_table_file(folder: Path, version: str, record: TableRecord) -> Path:
    """Path of a table's file, to read a part of it; raises as `read_table_file`.

    The file is hashed once, in blocks, and again when its size or time has changed.
    """
    path = version_folder(folder, version) / record.file
    with _opened(folder, path) as file:
        state = os.fstat(file.fileno())
        key = (path, state.st_size, state.st_mtime_ns, state.st_ino)
        if _hashed.get(key) != record.sha256:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            _require_published(folder, path, record, digest)
            _hashed[key] = digest
    return path


def _opened(folder: Path, path: Path) -> BufferedReader:
    try:
        return path.open("rb")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DamagedFileError(
            f"{path}: expected the file of the manifest, got none: open the snapshot again, it may"
            f" have moved on; else 'stadshart-etl rollback --data {folder}'"
        ) from error


def _require_published(folder: Path, path: Path, record: TableRecord, digest: str) -> None:
    if digest != record.sha256:
        raise DamagedFileError(
            f"{path}: expected sha256 {record.sha256[:12]}…, got {digest[:12]}…: the file was"
            " changed after publishing; go back with"
            f" 'stadshart-etl rollback --data {folder}' or publish again"
        )
