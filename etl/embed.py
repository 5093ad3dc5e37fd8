"""The snapshot that ships, built from the curated facts and the drawn background."""

from __future__ import annotations

from pathlib import Path

from data import store
from etl.errors import DeclarationError
from etl.sources import background, competition, reference


def embed(folder: Path) -> store.Publication:
    """The embedded version now in `folder`: the same facts are always the same version and bytes.

    It is called after the last day a source was read, and carries no time of building.
    """
    sources = [*reference.sources(), background.record()]
    read = [source.retrieved for source in sources if source.retrieved is not None]
    if not read:
        raise DeclarationError("embed: expected a source with the day it was read, got none")
    return store.publish(
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
