"""Place files of a data folder: those given now, else those given before, else those that ship.

DIR/places/<place_id>.geojson      a copy of the place files given last
"""

from __future__ import annotations

import shutil
from pathlib import Path

from etl.fetch.raw_store import replace_file
from etl.sources.reference import PLACES

FOLDER = "places"


def places_folder(data: Path, given: Path | None) -> Path:
    """The folder of place files to use."""
    if given is not None:
        return given
    saved = data / FOLDER
    return saved if any(saved.glob("*.geojson")) else PLACES


def save_places(data: Path, used: Path) -> None:
    """Copy the place files that were used, for later commands; those that ship need no copy."""
    saved = data / FOLDER
    if used.resolve() == saved.resolve():
        return
    if used.resolve() == PLACES.resolve():
        shutil.rmtree(saved, ignore_errors=True)
        return
    texts = {path.name: path.read_text(encoding="utf-8") for path in used.glob("*.geojson")}
    for path in saved.glob("*"):
        if path.name not in texts:
            path.unlink()
    for name, text in sorted(texts.items()):
        path = saved / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            replace_file(path, text.encode())
