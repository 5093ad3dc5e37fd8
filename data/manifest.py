"""What is known about a published version: its tables, their columns and their sources."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, cast, get_args

from data.errors import ManifestError

FORMAT = 1
"""Layout of `manifest.json`; a reader refuses any other."""

Status = Literal["fresh", "unchanged", "stale", "failed", "not_supplied"]
Sharing = Literal["open", "aggregate", "internal"]
Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

SHA256 = re.compile(r"[0-9a-f]{64}")
SLUG = re.compile(r"[a-z0-9][a-z0-9_.-]*")


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
    licence: str
    status: Status
    sharing: Sharing
    url: str | None = None
    credit: str | None = None
    read_via: str | None = None
    source_date: str | None = None
    surveyed: str | None = None
    retrieved: date | None = None
    sha256: str | None = None
    problems: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        where = f"source {self.source_id!r}"
        _require(
            SLUG.fullmatch(self.source_id) is not None,
            where,
            "source_id",
            self.source_id,
            "a-z, 0-9, _ . -",
        )
        for name in ("title_nl", "title_en", "publisher", "licence"):
            _require(bool(getattr(self, name).strip()), where, name, getattr(self, name), "a text")
        _require(
            self.status in get_args(Status),
            where,
            "status",
            self.status,
            " | ".join(get_args(Status)),
        )
        _require(
            self.sharing in get_args(Sharing),
            where,
            "sharing",
            self.sharing,
            " | ".join(get_args(Sharing)),
        )
        _require_sha256(self.sha256, where, "sha256", optional=True)


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
        where = f"table {self.name!r}"
        _require(SLUG.fullmatch(self.name) is not None, where, "name", self.name, "a-z, 0-9, _ . -")
        _require(self.rows >= 0, where, "rows", self.rows, "0 or more")
        _require_sha256(self.sha256, where, "sha256")
        _require_sha256(self.content_hash, where, "content_hash")

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
        if self.published is not None:
            _require(
                self.published.utcoffset() is not None,
                "manifest",
                "published",
                self.published,
                "a time with its zone",
            )
        for what, names in (
            ("tables", [table.name for table in self.tables]),
            ("sources", [source.source_id for source in self.sources]),
        ):
            _require(
                names == sorted(set(names)), "manifest", what, names, "each name once, in order"
            )
        known = {source.source_id for source in self.sources}
        for table in self.tables:
            unknown = sorted(set(table.sources) - known)
            _require(
                not unknown,
                f"table {table.name!r}",
                "sources",
                unknown,
                "only sources of this manifest",
            )

    def table(self, name: str) -> TableRecord | None:
        """The record of a table, or None when this version does not hold it."""
        return next((table for table in self.tables if table.name == name), None)

    def source(self, source_id: str) -> SourceRecord | None:
        """The record of a source, or None when this version does not know it."""
        return next((source for source in self.sources if source.source_id == source_id), None)

    def to_json(self) -> str:
        """The manifest as text: the same manifest is always the same bytes."""
        content: dict[str, Json] = {
            "format": FORMAT,
            "version": self.version,
            "published": None if self.published is None else _utc_text(self.published),
            "tables": [_table_json(table) for table in self.tables],
            "sources": [_source_json(source) for source in self.sources],
        }
        return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


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
    top = _fields(content, "manifest", ("format", "version", "published", "tables", "sources"))
    if top["format"] != FORMAT:
        raise ManifestError(
            f"manifest: expected format {FORMAT}, got {top['format']!r}: update Stadshart Twente"
        )
    published = _optional_text(top, "manifest", "published")
    return Manifest(
        version=_text(top, "manifest", "version"),
        published=None if published is None else _time(published, "manifest", "published"),
        tables=tuple(_table(item) for item in _list(top, "manifest", "tables")),
        sources=tuple(_source(item) for item in _list(top, "manifest", "sources")),
    )


def _table_json(table: TableRecord) -> dict[str, Json]:
    return {
        "name": table.name,
        "rows": table.rows,
        "sha256": table.sha256,
        "content_hash": table.content_hash,
        "sources": list(table.sources),
        "columns": [
            {
                "name": column.name,
                "dtype": column.dtype,
                "unit": column.unit,
                "description": column.description,
            }
            for column in table.columns
        ],
    }


def _table(item: Json) -> TableRecord:
    where = "manifest tables"
    fields = _fields(item, where, ("name", "rows", "sha256", "content_hash", "sources", "columns"))
    where = f"table {fields['name']!r}"
    rows = fields["rows"]
    if not isinstance(rows, int) or isinstance(rows, bool):
        raise ManifestError(f"{where}: expected rows as a whole number, got {rows!r}")
    columns = []
    for entry in _list(fields, where, "columns"):
        column = _fields(entry, f"{where} columns", ("name", "dtype", "unit", "description"))
        columns.append(
            ColumnRecord(
                name=_text(column, where, "name"),
                dtype=_text(column, where, "dtype"),
                unit=_optional_text(column, where, "unit"),
                description=_text(column, where, "description"),
            )
        )
    return TableRecord(
        name=_text(fields, where, "name"),
        rows=rows,
        sha256=_text(fields, where, "sha256"),
        content_hash=_text(fields, where, "content_hash"),
        sources=_texts(fields, where, "sources"),
        columns=tuple(columns),
    )


SOURCE_FIELDS = (
    "source_id",
    "title_nl",
    "title_en",
    "publisher",
    "url",
    "licence",
    "credit",
    "read_via",
    "source_date",
    "surveyed",
    "retrieved",
    "sha256",
    "status",
    "sharing",
    "problems",
)


def _source_json(source: SourceRecord) -> dict[str, Json]:
    content: dict[str, Json] = {name: getattr(source, name) for name in SOURCE_FIELDS}
    content["retrieved"] = None if source.retrieved is None else source.retrieved.isoformat()
    content["problems"] = list(source.problems)
    return content


def _source(item: Json) -> SourceRecord:
    fields = _fields(item, "manifest sources", SOURCE_FIELDS)
    where = f"source {fields['source_id']!r}"
    retrieved = _optional_text(fields, where, "retrieved")
    return SourceRecord(
        source_id=_text(fields, where, "source_id"),
        title_nl=_text(fields, where, "title_nl"),
        title_en=_text(fields, where, "title_en"),
        publisher=_text(fields, where, "publisher"),
        licence=_text(fields, where, "licence"),
        # The closed sets are checked by the record itself.
        status=cast(Status, _text(fields, where, "status")),
        sharing=cast(Sharing, _text(fields, where, "sharing")),
        url=_optional_text(fields, where, "url"),
        credit=_optional_text(fields, where, "credit"),
        read_via=_optional_text(fields, where, "read_via"),
        source_date=_optional_text(fields, where, "source_date"),
        surveyed=_optional_text(fields, where, "surveyed"),
        retrieved=None if retrieved is None else _day(retrieved, where, "retrieved"),
        sha256=_optional_text(fields, where, "sha256"),
        problems=_texts(fields, where, "problems"),
    )


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """A JSON object whose keys each occur once."""
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ManifestError(f"manifest: expected every key once, got twice: {', '.join(twice)}")
    return members


def _fields(item: Json, where: str, names: Sequence[str]) -> dict[str, Json]:
    """The object `item`, which must hold exactly `names`."""
    if not isinstance(item, dict):
        raise ManifestError(f"{where}: expected an object, got {type(item).__name__}")
    missing, extra = sorted(set(names) - set(item)), sorted(set(item) - set(names))
    if missing or extra:
        raise ManifestError(
            f"{where}: expected {', '.join(names)}; missing: {missing}, not known: {extra}"
        )
    return item


def _text(fields: Mapping[str, Json], where: str, name: str) -> str:
    value = fields[name]
    if not isinstance(value, str) or not value:
        raise ManifestError(f"{where}: expected {name} as text, got {value!r}")
    return value


def _optional_text(fields: Mapping[str, Json], where: str, name: str) -> str | None:
    return None if fields[name] is None else _text(fields, where, name)


def _list(fields: Mapping[str, Json], where: str, name: str) -> list[Json]:
    value = fields[name]
    if not isinstance(value, list):
        raise ManifestError(f"{where}: expected {name} as a list, got {value!r}")
    return value


def _texts(fields: Mapping[str, Json], where: str, name: str) -> tuple[str, ...]:
    values = _list(fields, where, name)
    texts = tuple(value for value in values if isinstance(value, str) and value)
    if len(texts) != len(values):
        raise ManifestError(f"{where}: expected {name} as a list of texts, got {values!r}")
    return texts


def _day(text: str, where: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ManifestError(
            f"{where}: expected {name} as a date like 2024-03-01, got {text!r}"
        ) from error


def _time(text: str, where: str, name: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ManifestError(
            f"{where}: expected {name} as a time like 2024-03-01T12:00:00Z, got {text!r}"
        ) from error


def _utc_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _require(holds: bool, where: str, name: str, got: object, expected: str) -> None:
    if not holds:
        raise ManifestError(f"{where}: expected {name} as {expected}, got {got!r}")


def _require_sha256(value: str | None, where: str, name: str, *, optional: bool = False) -> None:
    holds = optional if value is None else SHA256.fullmatch(value) is not None
    _require(holds, where, name, value, "64 hexadecimal digits")
