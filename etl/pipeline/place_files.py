"""Which place files a data folder is filled from: those given now, else those it was given before,
else those that ship.

DIR/places/<place_id>.geojson      a copy of the place files given last
"""

from __future__ import annotations

import shutil
from pathlib import Path

from etl.fetch.raw_store import replace_file
from etl.sources.reference import PLACES

FOLDER = "places"


def places_folder(data: Path, given: Path | None) -> Path:
    """The folder of place files to go by."""
    kept = data / FOLDER
    if given is not None:
        return given
    return kept if any(kept.glob("*.geojson")) else PLACES


def save_places(data: Path, used: Path) -> None:
    """Copy the place files that were used, so that later commands know the same places; those that
    ship need no copy.
    """
    kept = data / FOLDER
    if used.resolve() == kept.resolve():
        return
    if used.resolve() == PLACES.resolve():
        shutil.rmtree(kept, ignore_errors=True)
        return
    texts = {path.name: path.read_text(encoding="utf-8") for path in used.glob("*.geojson")}
    for path in kept.glob("*"):
        if path.name not in texts:
            path.unlink()
    for name, text in sorted(texts.items()):
        path = kept / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            replace_file(path, text.encode())
