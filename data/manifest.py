"""What is known about a published version: its tables, their columns and their sources."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Literal, TypeVar, get_args, get_type_hints

from data.errors import ManifestError

FORMAT = 1
"""Layout of `manifest.json`; a reader refuses any other."""

Status = Literal["fresh", "unchanged", "stale", "failed", "not_supplied"]
Sharing = Literal["open", "aggregate", "internal"]
Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

Record = TypeVar("Record")

SHA256 = re.compile(r"[0-9a-f]{64}")
SLUG = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_DIGEST, _SLUG = "64 hexadecimal digits", "a-z, 0-9, _ . -"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """One source as it stood when a version was published.

    `surveyed` is what the numbers describe and `source_date` when they were published, both in
    the source's own words; `retrieved` is the day they were fetched or read. `sha256` is that of
    the raw bytes, missing for facts retyped by hand.
    """

    source_id: str
    title_nl: str
    title_en: str
    publisher: str
    url: str | None = None
    licence: str
    credit: str | None = None
    read_via: str | None = None
    source_date: str | None = None
    surveyed: str | None = None
    retrieved: date | None = None
    sha256: str | None = None
    status: Status
    sharing: Sharing
    problems: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        texts = ("title_nl", "title_en", "publisher", "licence")
        _require(
            self,
            f"source {self.source_id!r}",
            source_id=(SLUG.fullmatch(self.source_id), _SLUG),
            **{name: (getattr(self, name).strip(), "a text") for name in texts},
            status=(self.status in get_args(Status), " | ".join(get_args(Status))),
            sharing=(self.sharing in get_args(Sharing), " | ".join(get_args(Sharing))),
            sha256=(self.sha256 is None or SHA256.fullmatch(self.sha256), _DIGEST),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRecord:
    """One column of a published table."""

    name: str
    dtype: str
    unit: str | None
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRecord:
    """One published table: `sha256` of its file, `content_hash` of what the file says."""

    name: str
    rows: int
    sha256: str
    content_hash: str
    sources: tuple[str, ...]
    columns: tuple[ColumnRecord, ...]

    def __post_init__(self) -> None:
        _require(
            self,
            f"table {self.name!r}",
            name=(SLUG.fullmatch(self.name), _SLUG),
            rows=(self.rows >= 0, "0 or more"),
            sha256=(SHA256.fullmatch(self.sha256), _DIGEST),
            content_hash=(SHA256.fullmatch(self.content_hash), _DIGEST),
        )

    @property
    def file(self) -> str:
        """Name of the table's file inside the version folder."""
        return f"{self.name}.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One published version. `published` is in UTC, and missing for the embedded version."""

    version: str
    published: datetime | None
    tables: tuple[TableRecord, ...]
    sources: tuple[SourceRecord, ...]

    def __post_init__(self) -> None:
        if self.published is not None and self.published.utcoffset() is None:
            raise _wrong("manifest", "published", "a time with its zone", self.published)
        known = [source.source_id for source in self.sources]
        for what, names in (("tables", [table.name for table in self.tables]), ("sources", known)):
            if names != sorted(set(names)):
                raise _wrong("manifest", what, "each name once, in order", names)
        for table in self.tables:
            unknown = sorted(set(table.sources) - set(known))
            if unknown:
                where = f"table {table.name!r}"
                raise _wrong(where, "sources", "only sources of this manifest", unknown)

    def table(self, name: str) -> TableRecord | None:
        """The record of a table, or None when this version does not hold it."""
        return next((table for table in self.tables if table.name == name), None)

    def source(self, source_id: str) -> SourceRecord | None:
        """The record of a source, or None when this version does not know it."""
        return next((source for source in self.sources if source.source_id == source_id), None)

    def to_json(self) -> str:
        """The manifest as text: the same manifest is always the same bytes."""
        content = {"format": FORMAT, **asdict(self)}
        return (
            json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False, default=_day_or_time)
            + "\n"
        )


def from_json(text: str) -> Manifest:
    """The manifest in `text`; every field must be there and nothing else.

    Raises ManifestError naming the field, what it holds and what it should hold.
    """
    try:
        content: Json = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise ManifestError(
            f"manifest: expected JSON, got an error at {error.msg} (line {error.lineno})"
        ) from error
    top = _members(content, "manifest", ("format", "version", "published", "tables", "sources"))
    if top["format"] != FORMAT:
        raise ManifestError(
            f"manifest: expected format {FORMAT}, got {top['format']!r}: update Stadshart Twente"
        )
    return Manifest(
        version=_text(top["version"], "manifest", "version"),
        published=_time(top["published"], "manifest", "published"),
        tables=tuple(
            _record(TableRecord, item, "manifest tables")
            for item in _list(top["tables"], "manifest", "tables")
        ),
        sources=tuple(
            _record(SourceRecord, item, "manifest sources")
            for item in _list(top["sources"], "manifest", "sources")
        ),
    )


def _record(kind: Callable[..., Record], item: Json, where: str, owner: str = "") -> Record:
    """The record in an object, each field read as its type; `owner` names it in errors."""
    types = _types(kind)
    members = _members(item, where, types)
    first = next(iter(types))
    owner = owner or f"{where.removeprefix('manifest ').removesuffix('s')} {members[first]!r}"
    return kind(**{name: _READERS[types[name]](members[name], owner, name) for name in types})


_types = cache(get_type_hints)


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """A JSON object whose keys each occur once."""
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ManifestError(f"manifest: expected every key once, got twice: {', '.join(twice)}")
    return members


def _members(item: Json, where: str, names: Collection[str]) -> dict[str, Json]:
    """The object `item`, which must hold exactly `names`."""
    if not isinstance(item, dict):
        raise ManifestError(f"{where}: expected an object, got {type(item).__name__}")
    missing, extra = sorted(set(names) - set(item)), sorted(set(item) - set(names))
    if missing or extra:
        raise ManifestError(
            f"{where}: expected {', '.join(names)}; missing: {missing}, not known: {extra}"
        )
    return item


def _text(value: Json, where: str, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise _wrong(where, name, "text", value)
    return value


def _optional_text(value: Json, where: str, name: str) -> str | None:
    return None if value is None else _text(value, where, name)


def _whole_number(value: Json, where: str, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(where, name, "a whole number", value)
    return value


def _list(value: Json, where: str, name: str) -> list[Json]:
    if not isinstance(value, list):
        raise _wrong(where, name, "a list", value)
    return value


def _texts(value: Json, where: str, name: str) -> tuple[str, ...]:
    values = _list(value, where, name)
    texts = tuple(item for item in values if isinstance(item, str) and item)
    if len(texts) != len(values):
        raise _wrong(where, name, "a list of texts", values)
    return texts


def _columns(value: Json, where: str, name: str) -> tuple[ColumnRecord, ...]:
    items = _list(value, where, name)
    return tuple(_record(ColumnRecord, item, f"{where} columns", where) for item in items)


def _day(value: Json, where: str, name: str) -> date | None:
    text = _optional_text(value, where, name)
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise _wrong(where, name, "a date like 2024-03-01", text) from error


def _time(value: Json, where: str, name: str) -> datetime | None:
    text = _optional_text(value, where, name)
    try:
        return None if text is None else datetime.fromisoformat(text)
    except ValueError as error:
        raise _wrong(where, name, "a time like 2024-03-01T12:00:00Z", text) from error


_READERS: Mapping[object, Callable[[Json, str, str], object]] = {
    str: _text,
    # The records themselves check the closed sets.
    Status: _text,
    Sharing: _text,
    str | None: _optional_text,
    int: _whole_number,
    date | None: _day,
    tuple[str, ...]: _texts,
    tuple[ColumnRecord, ...]: _columns,
}


def _day_or_time(moment: date) -> str:
    """A day, or a time in UTC, as it is written."""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _require(record: object, where: str, **checks: tuple[object, str]) -> None:
    """Raise ManifestError for the first field whose check does not hold, with what it expects."""
    for name, (holds, expected) in checks.items():
        if not holds:
            raise _wrong(where, name, expected, getattr(record, name))


def _wrong(where: str, name: str, expected: str, got: object) -> ManifestError:
    return ManifestError(f"{where}: expected {name} as {expected}, got {got!r}")
