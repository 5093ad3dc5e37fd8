"""Small golden pictures, and how far a new one is from them.

    python -m tests.dashboard.press.golden_pictures

draws them again: look at every picture before you commit it.
"""

import hashlib
import io
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dashboard.analysis.competition import calibration
from dashboard.facts.snapshot import Facts
from dashboard.press.caption import Story
from dashboard.press.drawing import files
from dashboard.press.drawing.canvas import Canvas
from dashboard.press.request import PictureRequest, Subject
from dashboard.press.sizes import Size
from dashboard.press.studio import Studio
from dashboard.selection import permalink
from dashboard.session import visitor
from data import catalogue
from tests import town

Pixels = NDArray[np.float64]
FOLDER = Path(__file__).parent / "golden"
# The widest and the highest picture at half size.
WIDE = Size("golden", 600, 338, 0.5, 96)
TALL = Size("golden-tall", 414, 585, 0.5, 96)
_CELL = 8
# What a cell of 8 x 8 pixels may differ, of 255: letters a hair wider move less than 10, another
# colour of one mark more than 20.
TOLERANCE = 14.0
MEAN_TOLERANCE = 0.6
SCENARIO = "naam:rand-groeit,vloer:plein-westermaat:150"
# Name: snapshot, subject, and what of the opening view is changed.
VIEWS: dict[str, tuple[str, Subject, dict[str, Any]]] = {
    "kaart-regio": ("embedded", "kaart", {}),
    "kaart-stad": ("embedded", "kaart", {"place": "hengelo"}),
    "straten": ("town", "kaart", {"layers": ("straten", "panden", "initiatieven")}),
    "initiatieven": ("embedded", "kaart", {"layers": ("initiatieven",)}),
    "treinreizigers": ("embedded", "treinreizigers", {}),
    "inwoners": ("embedded", "inwoners", {}),
    "verkooppunten": ("embedded", "verkooppunten", {}),
    "leegstand": ("embedded", "leegstand", {"place": "hengelo"}),
    "centrum": ("embedded", "centrum", {"place": "hengelo"}),
    "cijfers": ("town", "cijfers", {}),
    "bronnen": ("town", "bronnen", {}),
    "koopstromen": ("embedded", "koopstromen", {}),
    "vergelijking": ("embedded", "vergelijking", {}),
    "scenario": ("embedded", "koopstromen", {"scenario": SCENARIO}),
}
PAGES = ("factsheet-1", "factsheet-2", "factsheet-3")


class Gallery:
    """Draws the golden pictures of what ships and of the made-up town."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.embedded = Studio(Facts(catalogue.open(catalogue.EMBEDDED)))

    @cached_property
    def town(self) -> Studio:
        """The picture maker on the made-up town."""
        return Studio(Facts(catalogue.open(town.snapshot(self.scratch / "town"))))

    def draw(self, name: str) -> tuple[Canvas, Story]:
        """A picture drawn, not yet pixels."""
        if name in PAGES:
            canvases, stories = self.factsheet
            at = PAGES.index(name)
            return canvases[at], stories[at]
        snapshot, subject, changes = VIEWS[name]
        studio = self.town if snapshot == "town" else self.embedded
        return studio.draw(PictureRequest(selection(studio, changes), subject, WIDE))

    @cached_property
    def factsheet(self) -> tuple[list[Canvas], list[Story]]:
        """The pages of a city."""
        return self.embedded.pages(PictureRequest(selection(self.embedded, {"place": "oldenzaal"})))

    def sums(self, *, documents: bool) -> Iterator[str]:
        """Checksums of the model, and of a map, a scenario and the page of a centre: between them
        in every form, since a form writes what is drawn whatever it is. With `documents` those of a
        factsheet and of slides as well.
        """
        studio = Studio(self.embedded.facts)
        # Few draws come out the same where many do.
        model = calibration.model_of(studio.facts, draws=40)
        assert model is not None
        studio.learn(model)
        yield hashlib.sha256(model.floor.tobytes() + repr(model.comparisons).encode()).hexdigest()
        there = PictureRequest(selection(studio, {"place": "almelo"}))
        scenario = PictureRequest(selection(studio, {"scenario": SCENARIO}), "koopstromen")
        made = [
            studio.picture(there, "png"),
            studio.picture(there, "pptx"),
            studio.picture(scenario, "svg"),
            studio.picture(replace(there, subject="centrum"), "pdf"),
        ]
        if documents:
            made += [studio.factsheet(there), studio.presentation(there)]
        yield from (hashlib.sha256(picture.content).hexdigest() for picture in made)

    def pixels(self, name: str) -> Pixels:
        """The picture as `[height, width, 3]`, 0 to 255."""
        canvas, story = self.draw(name)
        if name in PAGES:
            canvas.figure.set_dpi(canvas.size.dpi * TALL.width_px / canvas.size.width_px)
        return opened(files.png(canvas, story, "nl"))


def selection(studio: Studio, changes: dict[str, Any]) -> permalink.Selection:
    """The opening view with what is changed of it."""
    return replace(permalink.opening(visitor.vocabulary(studio.facts), "nl"), **changes)


def opened(content: bytes) -> Pixels:
    """The pixels of a PNG, 0 to 255."""
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"), dtype=np.float64)


def difference(first: Pixels, second: Pixels) -> tuple[float, float]:
    """How far two pictures are apart in cells of 8 x 8 pixels: the worst cell and the
    mean, of 255.
    """
    if first.shape != second.shape:
        return 255.0, 255.0
    high, wide = (length // _CELL * _CELL for length in first.shape[:2])
    gap = np.abs(_cells(first[:high, :wide]) - _cells(second[:high, :wide])).max(axis=2)
    return float(gap.max()), float(gap.mean())


def _cells(pixels: Pixels) -> Pixels:
    high, wide, channels = pixels.shape
    cells = pixels.reshape(high // _CELL, _CELL, wide // _CELL, _CELL, channels)
    means: Pixels = cells.mean(axis=(1, 3))
    return means


def alike(first: Pixels, second: Pixels) -> bool:
    """Whether a reader would call two pictures the same."""
    worst, mean = difference(first, second)
    return worst <= TOLERANCE and mean <= MEAN_TOLERANCE


def main() -> None:
    """Draw every golden picture again."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        gallery = Gallery(Path(scratch))
        pictures = {name: gallery.pixels(name) for name in (*VIEWS, *PAGES)}
    for name, pixels in pictures.items():
        # A palette keeps the files small; it moves no cell by more than 3 of 255.
        image = Image.fromarray(pixels.astype(np.uint8))
        small = image.quantize(
            256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE, kmeans=2
        )
        small.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
