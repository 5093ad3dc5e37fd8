"""Raw store: responses and files as received, addressed by the checksum of their content.

`raw/<source>/<sha256>` holds the bytes; the sidecar `raw/<source>/<sha256>.<request>.json` holds
the request they answer, the time and the licence. Content without a sidecar is pruned.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from data.snapshot.files import draft_name, write_atomic
from etl.errors import RawStoreError
from etl.problems import Finding, make_finding, one_line

SLUG = re.compile(r"[a-z][a-z0-9_]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SIDECAR = re.compile(r"([0-9a-f]{64})\.([0-9a-f]{16})\.json")
_TEMPORARY = re.compile(r"\.new-(\d+)-[0-9a-f]+")
_STEP_BYTES = 1024 * 1024

LARGE_BYTES = 256 * 1024 * 1024
"""An imported file below this size is copied into the store; a larger one is linked."""
ORPHAN_AGE = timedelta(days=1)
SUPERSEDED_AGE = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """One stored response: last confirmed at `retrieved`, about the day or period `surveyed`."""

    source: str
    key: str
    sha256: str
    size: int
    url: str
    method: str
    form: tuple[tuple[str, str], ...] = ()
    retrieved: datetime
    surveyed: str | None = None
    licence: str = ""
    attribution: str = ""
    rows: int | None = None
    content_type: str = ""
    content_crs: str = ""
    etag: str | None = None
    last_modified: str | None = None
    page_of: str | None = None

    def to_json(self) -> str:
        """The sidecar's text."""
        members = asdict(self) | {"retrieved": self.retrieved.isoformat()}
        return json.dumps(members, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> RawRecord:
        """The record in a sidecar; raises ValueError, TypeError or KeyError when it is not one."""
        members = json.loads(text)
        members["retrieved"] = datetime.fromisoformat(members["retrieved"])
        members["form"] = tuple((name, value) for name, value in members["form"])
        return cls(**{field.name: members[field.name] for field in fields(cls)})


@dataclass(frozen=True, slots=True)
class PageSet:
    """Pages of one paged request, in order; complete without a `following` address."""

    key: str
    started: datetime
    pages: tuple[tuple[str, str], ...]
    following: str | None

    def to_json(self) -> str:
        """Text of the file that lists the pages by request key and checksum."""
        members = asdict(self) | {"started": self.started.isoformat()}
        return json.dumps(members, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> PageSet:
        """The set in a text; raises ValueError, TypeError or KeyError when it is not one."""
        members = json.loads(text)
        members["started"] = datetime.fromisoformat(members["started"])
        members["pages"] = tuple((key, sha256) for key, sha256 in members["pages"])
        return cls(**{field.name: members[field.name] for field in fields(cls)})


class RawStore:
    """The raw files of one source."""

    def __init__(self, data_dir: Path, source: str) -> None:
        if not SLUG.fullmatch(source):
            raise ValueError(f"expected a source id of a-z, 0-9 and _, got {source!r}")
        self.source = source
        self.folder = data_dir / "raw" / source

    @contextmanager
    def temporary_file(self) -> Iterator[tuple[BinaryIO, Path]]:
        """An open temporary file in the store, removed afterwards unless it was added."""
        path = self.folder / draft_name()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = path.open("xb")
        except OSError as error:
            raise self._not_written(error) from error
        try:
            with file:
                yield file, path
        finally:
            path.unlink(missing_ok=True)

    def add(self, received: Path, record: RawRecord) -> RawRecord:
        """Store received content under its checksum, then its sidecar; both or neither.

        The file must be closed or flushed.
        """
        try:
            with received.open("rb+") as file:
                os.fsync(file.fileno())
            # Intact content is not written again; a damaged copy is replaced.
            if not self.is_intact(record):
                os.replace(received, self.path(record))
        except OSError as error:
            raise self._not_written(error) from error
        return self.write_sidecar(record)

    def add_file(
        self,
        given: Path,
        *,
        retrieved: datetime,
        licence: str = "",
        attribution: str = "",
    ) -> RawRecord:
        """Store a file; its name is recorded, its folder is not.

        A large file is linked, not copied: a change in place changes the store too, which the next
        run notices by the checksum. On another disk the link is symbolic: the store loses the
        content when the file is removed.
        """
        digest, size, name = hashlib.sha256(), 0, one_line(given.name)
        large = given.stat().st_size >= LARGE_BYTES
        with self.temporary_file() as (file, path), given.open("rb") as source:
            while piece := source.read(_STEP_BYTES):
                digest.update(piece)
                size += len(piece)
                if large:
                    continue
                try:
                    file.write(piece)
                except OSError as error:
                    raise self._not_written(error) from error
            file.close()
            record = RawRecord(
                source=self.source,
                key=hashlib.sha256(f"FILE\n{name}".encode()).hexdigest()[:16],
                sha256=digest.hexdigest(),
                size=size,
                url=f"file:{name}",
                method="FILE",
                retrieved=retrieved,
                licence=licence,
                attribution=attribution,
            )
            return self._link(given, path, record) if large else self.add(path, record)

    def _link(self, given: Path, path: Path, record: RawRecord) -> RawRecord:
        """Link a large file into the store; `path` is a temporary name in it."""
        target = self.path(record)
        try:
            if not (target.exists() and target.samefile(given)):
                path.unlink()
                link_or_copy(given, path)
                os.replace(path, target)
        except OSError as error:
            raise self._not_written(error) from error
        return self.write_sidecar(record)

    def write_sidecar(self, record: RawRecord) -> RawRecord:
        """Write the sidecar of stored content, replacing that of the same request."""
        path = self.folder / f"{record.sha256}.{record.key}.json"
        replace_file(path, record.to_json().encode())
        return record

    def path(self, record: RawRecord) -> Path:
        """Path of the content of a record."""
        return self.folder / record.sha256

    def is_intact(self, record: RawRecord) -> bool:
        """Whether the content is stored and still has its checksum."""
        try:
            with self.path(record).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == record.sha256
        except FileNotFoundError:
            return False

    def read(self, record: RawRecord) -> bytes:
        """The content of a record; raises RawStoreError when it is absent or damaged."""
        try:
            data = self.path(record).read_bytes()
        except FileNotFoundError:
            data = b""
        if hashlib.sha256(data).hexdigest() != record.sha256:
            raise RawStoreError("raw-damaged", sha256=record.sha256)
        return data

    def records(self) -> tuple[RawRecord, ...]:
        """Every readable sidecar whose content is there, oldest first."""
        return tuple(
            sorted(self._records("*"), key=lambda record: (record.retrieved, record.sha256))
        )

    def newest(self, key: str) -> RawRecord | None:
        """The newest response to a request, None without one."""
        return max(
            self._records(key), key=lambda record: (record.retrieved, record.sha256), default=None
        )

    def find(self, key: str, sha256: str) -> RawRecord | None:
        """The response to a request with this content, None when it is not stored."""
        return next((record for record in self._records(key) if record.sha256 == sha256), None)

    def save_pages(self, pages: PageSet) -> None:
        """Save the pages of a request so far, or the complete set."""
        name = "done" if pages.following is None else "partial"
        replace_file(self.folder / f"{pages.key}.{name}.json", pages.to_json().encode())
        if pages.following is None:
            self.drop_partial(pages.key)

    def complete_pages(self, key: str) -> tuple[RawRecord, ...] | None:
        """The last complete pages of a request, None when there are none or one is missing."""
        return self._pages(key, "done")[1]

    def partial_pages(self, key: str) -> tuple[PageSet, tuple[RawRecord, ...]] | None:
        """The pages of an interrupted request; None when there are none or one is missing."""
        pages, records = self._pages(key, "partial")
        return None if pages is None or records is None else (pages, records)

    def drop_partial(self, key: str) -> None:
        """Drop the pages of an interrupted request."""
        (self.folder / f"{key}.partial.json").unlink(missing_ok=True)

    def prune(self, now: datetime, *, keep: timedelta = SUPERSEDED_AGE) -> int:
        """Remove what is no longer needed; the number of files removed.

        That is temporary files of dead processes or older than a day, content without a sidecar,
        and superseded responses older than `keep`.
        """
        if not self.folder.is_dir():
            return 0
        removed = 0
        in_sets = {page for path in self.folder.glob("*.*.json") for page in self._pages_in(path)}
        newest = {record.key: record.sha256 for record in self.records()}
        for record in self.records():
            superseded = (
                newest[record.key] != record.sha256 and (record.key, record.sha256) not in in_sets
            )
            if superseded and now - record.retrieved > keep:
                (self.folder / f"{record.sha256}.{record.key}.json").unlink(missing_ok=True)
                removed += 1
        named = {
            match.group(1)
            for path in self.folder.iterdir()
            if (match := _SIDECAR.fullmatch(path.name))
        }
        for path in sorted(self.folder.iterdir()):
            age = now.timestamp() - path.lstat().st_mtime
            temporary = _TEMPORARY.fullmatch(path.name)
            dead = temporary is not None and (
                not _alive(int(temporary.group(1))) or age > ORPHAN_AGE.total_seconds()
            )
            # Another process may be about to write the sidecar of fresh content.
            orphan = (
                _SHA256.fullmatch(path.name) is not None
                and path.name not in named
                and age > ORPHAN_AGE.total_seconds()
            )
            if dead or orphan:
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def _records(self, key: str) -> Iterator[RawRecord]:
        if not self.folder.is_dir():
            return
        for path in self.folder.glob(f"*.{key}.json"):
            if not _SIDECAR.fullmatch(path.name):
                continue
            try:
                record = RawRecord.from_json(path.read_text(encoding="utf-8"))
            except (OSError, ValueError, TypeError, KeyError):
                # A sidecar cut by a crash: the response counts as absent.
                continue
            if path.name == f"{record.sha256}.{record.key}.json" and self.path(record).is_file():
                yield record

    def _pages(self, key: str, name: str) -> tuple[PageSet | None, tuple[RawRecord, ...] | None]:
        try:
            pages = PageSet.from_json(
                (self.folder / f"{key}.{name}.json").read_text(encoding="utf-8")
            )
        except (OSError, ValueError, TypeError, KeyError):
            return None, None
        records = [self.find(page, sha256) for page, sha256 in pages.pages]
        whole = tuple(record for record in records if record is not None)
        return pages, whole if len(whole) == len(records) else None

    def _pages_in(self, path: Path) -> Sequence[tuple[str, str]]:
        if not path.name.endswith((".done.json", ".partial.json")):
            return ()
        pages, _ = self._pages(*path.name.split(".")[:2])
        return pages.pages if pages else ()

    def _not_written(self, error: OSError) -> RawStoreError:
        return RawStoreError("raw-not-written", folder=self.folder, detail=error.strerror or error)


def link_or_copy(given: Path, target: Path) -> None:
    """Make `target` another name of `given`; a copy only where the system has no links."""
    source = given.resolve()
    try:
        os.link(source, target)
    except OSError:
        # The target is on another disk, or the file belongs to another user.
        try:
            os.symlink(source, target)
        except OSError:
            shutil.copyfile(source, target)


def confirmed(record: RawRecord, retrieved: datetime) -> RawRecord:
    """The record as confirmed at `retrieved`, or at its own moment when that is later."""
    return replace(record, retrieved=max(record.retrieved, retrieved))


def stale_finding(record: RawRecord, now: datetime, max_age: timedelta | None) -> Finding:
    """The finding about an old copy: `copy-stale` (in use) or `copy-too-old` (no longer)."""
    day = record.retrieved.date().isoformat()
    if max_age is not None and now - record.retrieved > max_age:
        return make_finding("copy-too-old", retrieved=day, days=max_age.days)
    return make_finding("copy-stale", retrieved=day)


def without_age(findings: Iterable[Finding]) -> list[Finding]:
    """The findings without those about an old copy."""
    return [finding for finding in findings if finding.code not in ("copy-stale", "copy-too-old")]


def _alive(process: int) -> bool:
    """Whether a process runs; True on Windows, where `os.kill` would end it."""
    if os.name == "nt":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def replace_file(path: Path, content: bytes) -> None:
    """Replace the file atomically; raises RawStoreError and leaves the old content."""
    try:
        write_atomic(path, content)
    except OSError as error:
        raise RawStoreError(
            "raw-not-written", folder=path.parent, detail=error.strerror or error
        ) from error
