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


def writable_folder(data: Path, given: Path | None) -> tuple[Path, bool]:
    """The folder where place files are written, and whether those that ship are copied to it now.

    `given` is a region of its own. In the data folder the places that ship come first: without
    their copies the next run would drop them.
    """
    folder = given if given is not None else data / FOLDER
    if given is not None or any(folder.glob("*.geojson")):
        return folder, False
    for path in sorted(PLACES.glob("*.geojson")):
        replace_file(folder / path.name, path.read_bytes())
    return folder, True


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
