"""Checks of imported files and fetched archives, made before any library reads them."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from etl.decoding.sniff import HEAD_BYTES, WORDS, Kind, describe_start, matches
from etl.errors import FileError

MIB = 1024 * 1024

_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!",
    b"\x28\xb5\x2f\xfd",
)
_ARCHIVE_NAMES = re.compile(
    r"\.(zip|gz|tgz|bz2|xz|7z|rar|tar|zst|jar|xlsx|ods|docx|kmz|gpkg\.zip)$", re.IGNORECASE
)
_DRIVE = re.compile(r"[A-Za-z]:")
_ODS_MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Most bytes of the file and of all its members, largest ratio of a member, most members."""

    file_bytes: int = 512 * MIB
    unpacked_bytes: int = 4096 * MIB
    ratio: int = 1000
    members: int = 10_000


WORKBOOK = ArchiveLimits(file_bytes=20 * MIB, unpacked_bytes=200 * MIB)


def require_file(given: str | Path) -> Path:
    """The path of an existing ordinary file; not a URL, a GDAL path, or content itself.

    Raises FileError.
    """
    name = str(given)
    slashed = name.replace("\\", "/")
    if (
        slashed.startswith("/vsi")
        or "://" in slashed
        or "\0" in name
        or "\n" in name
        or name.lstrip().startswith(("<", "{"))
    ):
        raise FileError("file-name", name=name)
    try:
        path = Path(name).resolve(strict=True)
        ordinary = path.is_file()
    except OSError as error:
        raise FileError("file-name", name=name) from error
    # A symbolic link may lead anywhere but to a GDAL path.
    if not ordinary or str(path).startswith("/vsi"):
        raise FileError("file-name", name=name)
    return path


def require_kind(given: str | Path, kind: Kind, *, caps: ArchiveLimits | None = None) -> Path:
    """The path of a file of this kind by its first bytes and its archive members.

    To be called before a library that guesses formats opens the file. Raises FileError.
    """
    path = require_file(given)
    if caps is not None:
        _require_size(path, caps.file_bytes)
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not matches(head, kind):
        raise FileError(
            "file-kind",
            name=path.name,
            expected=WORDS[kind],
            start=describe_start(head) if head else "nothing",
        )
    if kind in ("xlsx", "ods"):
        _require_workbook(path, kind, caps or WORKBOOK)
    elif kind == "zip":
        require_archive(path, caps=caps or ArchiveLimits())
    return path


def workbook_kind(given: str | Path) -> Kind | None:
    """The kind of workbook a file is by its content, None when it is not a workbook.

    Raises FileError.
    """
    path = require_file(given)
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if matches(head, "xls"):
        return "xls"
    if not matches(head, "zip"):
        return None
    # Both other kinds are zips; only an ODS has a member that declares its type.
    with _opened(path) as archive:
        return "ods" if "mimetype" in archive.namelist() else "xlsx"


def require_archive(
    path: Path, *, wanted: Collection[str] = (), caps: ArchiveLimits = ArchiveLimits()
) -> tuple[str, ...]:
    """Names of the members of a zip that may be opened; nothing is unpacked.

    Every member must be harmless, not only the wanted ones. Raises FileError.
    """
    _require_size(path, caps.file_bytes)
    with _opened(path) as archive:
        members = archive.infolist()
    if len(members) > caps.members:
        raise FileError("archive-many", name=path.name, count=len(members), limit=caps.members)
    total = 0
    names: set[str] = set()
    for member in members:
        _require_harmless(path, member, caps)
        total += member.file_size
        if member.filename in names:
            raise FileError("archive-twice", name=path.name, member=member.filename)
        names.add(member.filename)
    if total > caps.unpacked_bytes:
        raise FileError("archive-large", name=path.name, size=total, limit=caps.unpacked_bytes)
    missing = sorted(set(wanted) - names)
    if missing:
        raise FileError("archive-missing", name=path.name, member=", ".join(missing))
    return tuple(member.filename for member in members if not member.is_dir())


@contextmanager
def member(path: Path, name: str, *, caps: ArchiveLimits = ArchiveLimits()) -> Iterator[IO[bytes]]:
    """One open member of a zip that passes `require_archive`; its checksum is checked at the end.

    Raises FileError when the archive is refused or broken, or the member is itself an archive.
    """
    require_archive(path, wanted=(name,), caps=caps)
    with _opened(path) as archive:
        try:
            with archive.open(name) as first:
                if first.read(6).startswith(_ARCHIVES):
                    raise FileError("archive-nested", name=path.name, member=name)
            with archive.open(name) as content:
                yield content
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise FileError("archive-broken", name=path.name, detail=error) from error


def _require_harmless(path: Path, member: zipfile.ZipInfo, caps: ArchiveLimits) -> None:
    """Raise FileError for a member that is unsafe to read."""
    name = member.orig_filename.replace("\\", "/")
    steps = name.split("/")
    if ".." in steps or name.startswith("/") or _DRIVE.match(name) or "\0" in name or not name:
        raise FileError("archive-path", name=path.name, member=member.orig_filename)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise FileError("archive-link", name=path.name, member=member.filename)
    if member.flag_bits & 0x1:
        raise FileError("archive-encrypted", name=path.name, member=member.filename)
    if _ARCHIVE_NAMES.search(name):
        raise FileError("archive-nested", name=path.name, member=member.filename)
    if member.file_size > caps.ratio * max(1, member.compress_size):
        raise FileError("archive-ratio", name=path.name, ratio=caps.ratio, member=member.filename)


def _require_workbook(path: Path, kind: Kind, caps: ArchiveLimits) -> None:
    """Raise FileError unless the archive holds a workbook of this kind."""
    if kind == "xlsx":
        require_archive(path, wanted=("[Content_Types].xml", "xl/workbook.xml"), caps=caps)
        return
    require_archive(path, wanted=("mimetype", "content.xml"), caps=caps)
    with _opened(path) as archive, archive.open("mimetype") as file:
        mimetype = file.read(200)
    if mimetype.strip() != _ODS_MIMETYPE:
        raise FileError(
            "file-kind", name=path.name, expected=WORDS[kind], start=describe_start(mimetype)
        )


def _require_size(path: Path, limit: int) -> None:
    size = path.stat().st_size
    if size > limit:
        raise FileError("file-large", name=path.name, size=size, limit=limit)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise FileError("archive-broken", name=path.name, detail=error) from error
    with archive:
        yield archive
