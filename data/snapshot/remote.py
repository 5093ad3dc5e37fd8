"""A snapshot in object storage: pushing a version to it, and the local mirror that is read.

ADDRESS/current                               names the version; written last, in one step
ADDRESS/versions/<version>/manifest.json      written after the files that it promises
ADDRESS/versions/<version>/<table>.parquet
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

from data.errors import (
    AddressError,
    DamagedFileError,
    ManifestError,
    NoSnapshotError,
    VersionError,
)
from data.manifest import from_json
from data.snapshot.address import require_no_secrets, shown
from data.snapshot.files import write_atomic
from data.snapshot.layout import (
    CURRENT,
    MANIFEST,
    current_version,
    has_current,
    intact_table_file,
    read_manifest,
    read_table_file,
    version_folder,
)
from data.snapshot.publish import KEEP, add_version, rollback

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

_VERSIONS = "versions"


@dataclass(frozen=True, slots=True)
class Push:
    """What a push did: the objects that it wrote, those that were there, the versions removed."""

    version: str
    sent: tuple[str, ...]
    present: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """The objects below an address; every method raises AddressError when it is not answered."""

    shown: str
    filesystem: FileSystem
    root: str

    @classmethod
    def at(cls, address: str) -> ObjectStore:
        """The store at an address that pyarrow knows: s3://, abfs://, gs:// or file://."""
        # Imported late: it costs a folder's reader a tenth of a second.
        from pyarrow.fs import FileSystem

        require_no_secrets(address)
        with _answered(shown(address)):
            filesystem, root = FileSystem.from_uri(address)
        return cls(shown(address), filesystem, root.rstrip("/"))

    def read(self, name: str) -> bytes | None:
        """The content of an object; None when there is none."""
        with _answered(self.shown):
            try:
                with self.filesystem.open_input_stream(f"{self.root}/{name}") as stream:
                    return bytes(stream.read())
            except FileNotFoundError:
                return None

    def write(self, name: str, content: bytes) -> None:
        """Put an object in place, whole or not at all."""
        path = f"{self.root}/{name}"
        with _answered(self.shown):
            if self.filesystem.type_name == "local":
                write_atomic(Path(path), content)
                return
            # One call of write: leaving the block after a half one would complete the object.
            with self.filesystem.open_output_stream(path) as stream:
                stream.write(content)

    def versions(self) -> dict[str, dict[str, int]]:
        """Sizes in bytes of the objects of every version, the version written last at the end."""
        from pyarrow.fs import FileSelector, FileType

        base = f"{self.root}/{_VERSIONS}"
        with _answered(self.shown):
            listed = self.filesystem.get_file_info(
                FileSelector(base, recursive=True, allow_not_found=True)
            )
        sizes: dict[str, dict[str, int]] = {}
        for info in sorted(listed, key=lambda info: info.mtime_ns or 0):
            version, _, name = info.path.removeprefix(f"{base}/").partition("/")
            if info.type == FileType.File and name:
                # Removed and added: the newest object says how old a version is.
                sizes[version] = sizes.pop(version, {}) | {name: info.size}
        return sizes

    def delete_version(self, version: str) -> None:
        """Delete every object of a version."""
        with _answered(self.shown):
            self.filesystem.delete_dir(f"{self.root}/{_VERSIONS}/{version}")

    def current(self) -> str:
        """Name of the published version; raises NoSnapshotError where nothing is published."""
        content = self.read(CURRENT)
        if content is None:
            raise NoSnapshotError(
                f"expected a snapshot at {self.shown}, got no object 'current': fill it with"
                f" 'stadshart-etl push {self.shown} --data DIR'"
            )
        return content.decode("utf-8", "replace").strip()


def push(folder: Path, address: str, *, keep: int = KEEP) -> Push:
    """Publish the current version of `folder` at an address.

    A reader there sees the whole old or the whole new version, also when this is interrupted: table
    files come first, then the manifest, then `current`. Objects that hold the same bytes are not
    sent again. At most `keep` versions stay, the one that it replaced included.

    Raises AddressError when the storage refuses or does not answer, DamagedFileError when the
    folder does not hold what its manifest promises, NoSnapshotError when it holds nothing.
    """
    version = current_version(folder)
    manifest = read_manifest(folder, version)
    store = ObjectStore.at(address)
    known = store.versions()
    sizes = known.get(version, {})
    sent: list[str] = []
    present: list[str] = []

    def put(name: str, content: bytes) -> None:
        path = f"{_VERSIONS}/{version}/{name}"
        if sizes.get(name) == len(content) and store.read(path) == content:
            present.append(name)
        else:
            store.write(path, content)
            sent.append(name)

    for record in manifest.tables:
        put(record.file, read_table_file(folder, version, record))
    put(MANIFEST, (version_folder(folder, version) / MANIFEST).read_bytes())
    replaced = store.read(CURRENT)
    named = f"{version}\n".encode()
    if replaced != named:
        store.write(CURRENT, named)
    protected = {version, (replaced or b"").decode("utf-8", "replace").strip()}
    removed = _outdated([name for name in known if name != version], protected, keep)
    for name in removed:
        store.delete_version(name)
    return Push(version, tuple(sent), tuple(present), tuple(removed))


def mirror_folder(address: str) -> Path:
    """The folder in the user's cache that holds the copy of what is published at an address."""
    name = hashlib.sha256(address.encode()).hexdigest()[:16]
    return user_cache_path("stadshart-twente", appauthor=False) / "mirrors" / name


def is_mirror(folder: Path) -> bool:
    """Whether a folder is the copy of an address: what is written there reaches nobody."""
    return folder.parent == mirror_folder("").parent


def refresh_mirror(address: str) -> Path:
    """The folder of the mirror, with the version that is published at the address as its current.

    The version is copied whole and every hash is checked before it becomes current; one that is
    there undamaged is not copied again. Whatever is raised, the mirror keeps the version it had.

    Raises AddressError when the storage refuses or does not answer, NoSnapshotError when nothing is
    published there, DamagedFileError or ManifestError, naming the object, when it is not what was
    pushed.
    """
    store, folder = ObjectStore.at(address), mirror_folder(address)
    version = store.current()
    while True:
        try:
            if not _is_whole(folder, version):
                _copy_version(store, folder, version)
            elif current_version(folder) != version:
                rollback(folder, version)
            return folder
        except DamagedFileError:
            # A version that was replaced meanwhile may be removed already.
            newest = store.current()
            if newest == version:
                raise
            version = newest


def _copy_version(store: ObjectStore, folder: Path, version: str) -> None:
    base = f"{_VERSIONS}/{version}"

    def content_of(name: str) -> bytes:
        content = store.read(f"{base}/{name}")
        if content is None:
            raise DamagedFileError(
                f"{store.shown}/{base}/{name}: expected the object of the version, got none: push"
                " the version again"
            )
        return content

    try:
        manifest = from_json(content_of(MANIFEST).decode())
    except (ManifestError, UnicodeDecodeError) as error:
        raise ManifestError(f"{store.shown}/{base}/{MANIFEST}: {error}") from error
    if manifest.version != version:
        raise ManifestError(
            f"{store.shown}/{base}/{MANIFEST}: expected version {version!r}, got"
            f" {manifest.version!r}"
        )
    contents = {}
    for record in manifest.tables:
        contents[record.name] = content = content_of(record.file)
        digest = hashlib.sha256(content).hexdigest()
        if digest != record.sha256:
            raise DamagedFileError(
                f"{store.shown}/{base}/{record.file}: expected sha256 {record.sha256[:12]}…, got"
                f" {digest[:12]}…: push the version again"
            )
    add_version(folder, manifest, contents)


def _is_whole(folder: Path, version: str) -> bool:
    """Whether the folder holds the version undamaged; hashed once per process."""
    if not has_current(folder):
        return False
    try:
        for record in read_manifest(folder, version).tables:
            intact_table_file(folder, version, record)
    except (VersionError, ManifestError, DamagedFileError):
        return False
    return True


def _outdated(versions: Sequence[str], protected: set[str], keep: int) -> list[str]:
    """The versions beyond `keep`, oldest first; `protected` ones, the new one among them, stay."""
    removable = [version for version in versions if version not in protected]
    stay = len(protected - {""})
    return removable[: max(0, len(removable) - max(0, keep - stay))]


@contextmanager
def _answered(address: str) -> Iterator[None]:
    """Within it an error of the storage becomes an AddressError of one line."""
    from pyarrow import ArrowException

    try:
        yield
    except (OSError, ArrowException) as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise AddressError(
            f"{address}: cannot be read or written ({reason[0]}): see that it answers and that the"
            " credentials in the environment are allowed there"
        ) from error
