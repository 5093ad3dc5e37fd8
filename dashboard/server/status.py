"""The status of the data for programs, and the JSON schema of it."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from dashboard.facts.snapshot import Facts
from data.manifest import Json, SourceRecord


def shown_sources(facts: Facts) -> tuple[SourceRecord, ...]:
    """The sources that may be named: any site may read the status, so none that is internal."""
    return tuple(record for record in facts.manifest.sources if record.sharing != "internal")


def status(facts: Facts) -> dict[str, object]:
    """Version, days, rows per table, and how each source stands."""
    published, sources = facts.manifest.published, shown_sources(facts)
    return {
        "version": facts.version,
        "published": published.isoformat() if published else None,
        "consulted": facts.consulted.isoformat(),
        "tables": {table.name: table.rows for table in facts.manifest.tables},
        "sources": {record.source_id: record.status for record in sources},
        "retrieved": {
            record.source_id: record.retrieved.isoformat()
            for record in sources
            if record.retrieved is not None
        },
    }


@cache
def schema() -> Mapping[str, Json]:
    """The JSON schema (draft 2020-12) of `status`."""
    read: Mapping[str, Json] = json.loads(
        Path(__file__).with_name("status.schema.json").read_text("utf-8")
    )
    return read
