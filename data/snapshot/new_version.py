"""A version before it is written: the bytes of its files, and its manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from datetime import UTC, datetime

import pandas as pd

from data.errors import ManifestError, VersionError
from data.manifest import ColumnRecord, Manifest, SourceRecord, TableRecord
from data.schema.content_hash import content_hash, sorted_rows
from data.schema.parquet import to_bytes
from data.schema.table import Table


def prepare_table(
    table: Table, frame: pd.DataFrame, table_sources: Mapping[str, Sequence[str]]
) -> tuple[TableRecord, bytes]:
    """A table's record and the bytes of its file."""
    if "source_id" in table.columns:
        named = set(frame["source_id"].unique())
    elif table.name in table_sources:
        named = set(table_sources[table.name])
    else:
        raise ManifestError(
            f"table {table.name!r}: expected its sources in table_sources, got"
            f" {sorted(table_sources)}"
        )
    frame = sorted_rows(table, frame)
    content = to_bytes(table, frame, ordered=True)
    record = TableRecord(
        name=table.name,
        rows=len(frame),
        sha256=hashlib.sha256(content).hexdigest(),
        content_hash=content_hash(table, frame, ordered=True),
        sources=tuple(sorted(named)),
        columns=column_records(table),
    )
    return record, content


def column_records(table: Table) -> tuple[ColumnRecord, ...]:
    """What the manifest says of each column of `table`, in order."""
    return tuple(
        ColumnRecord(
            name=name, dtype=column.dtype, unit=column.unit, description=column.description
        )
        for name, column in table.columns.items()
    )


def build_manifest(
    prepared: Mapping[str, tuple[TableRecord, bytes]],
    sources: Sequence[SourceRecord],
    *,
    published: datetime | None,
    label: str | None,
) -> Manifest:
    """The manifest; the version is called after `label`, or after `published`, plus a digest.

    Raises VersionError when neither is given.
    """
    if label is None:
        if published is None:
            raise VersionError(
                "expected a label or a time of publishing to name the version, got neither"
            )
        label = published.astimezone(UTC).strftime("%Y-%m-%dt%H%M%Sz")
    unnamed = Manifest(
        version=label,
        # To the second, as it is written.
        published=(None if published is None else published.astimezone(UTC).replace(microsecond=0)),
        tables=tuple(record for record, _ in prepared.values()),
        sources=tuple(sorted(sources, key=lambda source: source.source_id)),
    )
    return replace(unnamed, version=f"{label}-{content_digest(unnamed)[:8]}")


def content_digest(manifest: Manifest) -> str:
    """Hash of tables, meaning of columns and sources; not of time or raw bytes."""
    tables = [
        [
            table.name,
            table.content_hash,
            list(table.sources),
            [astuple(column) for column in table.columns],
        ]
        for table in manifest.tables
    ]
    sources = [
        [
            source.source_id,
            source.title_nl,
            source.title_en,
            source.publisher,
            source.url,
            source.licence,
            source.credit,
            source.read_via,
            source.source_date,
            source.surveyed,
            source.sharing,
            # Fetched again or unchanged: the same content.
            "unchanged" if source.status == "fresh" else source.status,
            list(source.problems),
        ]
        for source in manifest.sources
    ]
    return hashlib.sha256(json.dumps([tables, sources], ensure_ascii=False).encode()).hexdigest()
