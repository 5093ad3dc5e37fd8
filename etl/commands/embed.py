"""The snapshots that ship: the reference data with the background, and the made-up region."""

from __future__ import annotations

from pathlib import Path

from data.snapshot import publish
from etl.errors import DeclarationError
from etl.example import town
from etl.example.rows import MADE
from etl.sources import background, competition, reference


def embed(folder: Path) -> publish.Publication:
    """Publish the reference data in `folder`; equal data gives the same version and bytes.

    The version is named after the last day a source was read, and has no time of publishing.
    """
    sources = [*reference.sources(), background.record()]
    read = [source.retrieved for source in sources if source.retrieved is not None]
    if not read:
        raise DeclarationError("embed: expected a source with the day it was read, got none")
    return publish.publish(
        folder,
        {**reference.tables(), **competition.tables(), "background": background.frame()},
        sources,
        {
            **reference.table_sources(),
            **competition.table_sources(),
            "background": (background.SOURCE.id,),
        },
        published=None,
        label=f"reference-{max(read).isoformat()}",
        keep=1,
    )


def embed_example(folder: Path) -> publish.Publication:
    """Publish the made-up region in `folder`: always the same version and bytes."""
    return publish.publish(
        folder,
        town.tables(),
        town.sources(),
        town.table_sources(),
        published=None,
        label=f"voorbeeld-{MADE.isoformat()}",
        keep=1,
    )
