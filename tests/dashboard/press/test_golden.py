"""Every view's picture looks as it did when someone last looked at it, and is the same bytes in
every process.
"""

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dashboard.press.drawing import legend
from dashboard.press.drawing.canvas import Canvas
from dashboard.press.drawing.label_placement import PageBox
from dashboard.style import theme
from tests.dashboard.press import golden_pictures
from tests.dashboard.press.golden_pictures import PAGES, VIEWS, Gallery

pytestmark = pytest.mark.slow

_ROOT = Path(__file__).parents[3]
_BYTES = """
import sys
from pathlib import Path
from tests.dashboard.press.golden_pictures import Gallery
print(*Gallery(Path(sys.argv[1])).sums(documents=sys.argv[2] == "True"), sep="\\n")
"""


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    return Gallery(tmp_path_factory.mktemp("golden"))


@pytest.mark.parametrize("name", [*VIEWS, *PAGES])
def test_picture_looks_as_it_did(gallery: Gallery, name: str):
    golden = np.asarray(
        Image.open(golden_pictures.FOLDER / f"{name}.png").convert("RGB"), dtype=float
    )
    worst, mean = golden_pictures.difference(gallery.pixels(name), golden)
    assert worst <= golden_pictures.TOLERANCE and mean <= golden_pictures.MEAN_TOLERANCE, (
        f"{name}: worst cell {worst:.1f}, mean {mean:.2f} of 255: look at it, then draw it anew"
        " with `python -m tests.dashboard.press.golden_pictures`"
    )


def test_no_golden_picture_is_without_a_view():
    assert {path.stem for path in golden_pictures.FOLDER.glob("*.png")} == {*VIEWS, *PAGES}


def test_another_colour_of_one_class_is_seen(gallery: Gallery, monkeypatch: pytest.MonkeyPatch):
    before = gallery.pixels("initiatieven")
    assert golden_pictures.alike(before, gallery.pixels("initiatieven"))
    changed = replace(
        theme.STYLES["initiative_activity"], fill=theme.STYLES["initiative_transformation"].fill
    )
    monkeypatch.setattr(theme, "STYLES", dict(theme.STYLES) | {"initiative_activity": changed})
    assert not golden_pictures.alike(before, gallery.pixels("initiatieven"))


def test_legend_that_moves_is_seen(gallery: Gallery, monkeypatch: pytest.MonkeyPatch):
    before, drawn = gallery.pixels("initiatieven"), legend.draw

    def lower(
        canvas: Canvas, entries: tuple[legend.LegendEntry, ...], box: PageBox, columns: int = 1
    ) -> float:
        return drawn(
            canvas, entries, PageBox(box.left, box.top + 12.0, box.right, box.bottom), columns
        )

    monkeypatch.setattr(legend, "draw", lower)
    assert not golden_pictures.alike(before, gallery.pixels("initiatieven"))


def test_letters_a_hair_wider_are_no_difference(gallery: Gallery):
    before = gallery.pixels("inwoners")
    # A fifth of every pixel from its neighbour: what another version of the font library does at
    # worst.
    shifted = 0.8 * before + 0.2 * np.roll(before, 1, axis=1)
    assert golden_pictures.alike(before, shifted)


@pytest.mark.parametrize("documents", [False, pytest.param(True, marks=pytest.mark.long)])
def test_same_picture_is_the_same_bytes_in_every_process(
    gallery: Gallery, tmp_path: Path, documents: bool
):
    # The other fits its own model, and has its own order of what has none.
    with subprocess.Popen(
        [sys.executable, "-c", _BYTES, str(tmp_path), str(documents)],
        cwd=_ROOT,
        env={"PYTHONHASHSEED": "1", "PATH": "", "PYTHONPATH": str(_ROOT), "HOME": str(Path.home())},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as other:
        here = list(gallery.sums(documents=documents))
        there, complaint = other.communicate(timeout=600)
    assert other.returncode == 0, complaint
    assert len(here) == (7 if documents else 5) and all(
        len(one) == len(hashlib.sha256().hexdigest()) for one in here
    )
    assert there.split() == here
