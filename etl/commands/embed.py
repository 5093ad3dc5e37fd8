"""The snapshots that ship: one of the curated facts and the drawn background, and one of the
made-up region.
"""

from __future__ import annotations

from pathlib import Path

from data.snapshot import publish
from etl.errors import DeclarationError
from etl.example import town
from etl.sources import background, competition, reference


def embed(folder: Path) -> publish.Publication:
    """The embedded version now in `folder`: the same facts are always the same version and bytes.

    It is called after the last day a source was read, and carries no time of building.
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
    """The made-up region now in `folder`: always the same version and bytes."""
    return publish.publish(
        folder,
        town.tables(),
        town.sources(),
        town.table_sources(),
        published=None,
        label=f"voorbeeld-{town.MADE.isoformat()}",
        keep=1,
    )
