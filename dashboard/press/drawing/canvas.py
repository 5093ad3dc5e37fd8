"""A page to draw on in units, y downwards; it records the place of every line of text."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Patch, PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Bbox, BboxTransform

from dashboard.press.drawing import fonts
from dashboard.press.drawing.label_placement import PageBox
from dashboard.press.sizes import Size
from dashboard.style import theme

Align = Literal["left", "center", "right"]
# Text is measured at one size and scaled: without hinting, widths are proportional to size.
_MEASURED_AT = 100.0
_ASCENT, _DESCENT = 0.74, 0.22
LEADING = 1.26
# An address breaks only after one of its signs and never gets a hyphen: readers type it.
_ADDRESS = re.compile(r"\S*[^\W\d]{2,}[.@/][^\W\d]{2,}\S*")
_BLANKS = re.compile(r"[ \t\r\n]+")
# A line does not start with a dot between two parts, a count or the number of a source, and does
# not end with a small number before its word.
_NO_LINE_START = re.compile(r"[·–%]|\(\d+\)|(\[\d+\])+")
_NO_LINE_END = re.compile(r"\(?\d{1,2}\.?")


@dataclass(frozen=True, slots=True)
class TextBox:
    """A line of text as it stands on the page."""

    text: str
    box: PageBox
    size: float


@cache
def _properties(weight: int) -> FontProperties:
    return FontProperties(family=list(fonts.register()), weight=weight, size=_MEASURED_AT)


# Bounded: makers write any words.
@lru_cache(maxsize=8_192)
def _measured(text: str, weight: int) -> float:
    """The width of a word at `_MEASURED_AT`; laying out its letters is what costs time."""
    wide, _, _ = TextToPath().get_text_width_height_descent(
        fonts.settable(text), _properties(weight), False
    )
    return float(wide)


@cache
def _blank(weight: int) -> float:
    """The width of a blank between two words: alone it has none."""
    return _measured("n n", weight) - 2.0 * _measured("n", weight)


def width(text: str, size: float, weight: int = 400) -> float:
    """How wide a line is without blanks at its ends, in the unit of `size`."""
    return _line_measured(text, weight) * size / _MEASURED_AT


@lru_cache(maxsize=8_192)
def _line_measured(text: str, weight: int) -> float:
    """The width of a line at `_MEASURED_AT`.

    Its words are measured one by one, since most stand in many lines: the font moves no letter
    because of a blank beside it.
    """
    words = text.strip(" ").split(" ")
    return sum(_measured(word, weight) for word in words if word) + _blank(weight) * (
        len(words) - 1
    )


def wrap(text: str, size: float, room: float, weight: int = 400) -> list[str]:
    """Lines no wider than `room`, broken at blanks; too wide a word breaks at a hyphen or letter.

    A no-break blank keeps its two sides on one line; a small number stays with its word.
    """
    lines: list[str] = []
    line, wide = "", 0.0
    blank = _blank(weight) * size / _MEASURED_AT
    for word in _units(text, size, room, weight):
        longer = width(word, size, weight) + (wide + blank if line else 0.0)
        if longer <= room:
            line, wide = f"{line} {word}" if line else word, longer
            continue
        if line:
            lines.append(line)
        *full, line = _broken(word, size, room, weight)
        wide = width(line, size, weight)
        lines += full
    return [*lines, line] if line else lines


def _units(text: str, size: float, room: float, weight: int) -> list[str]:
    """The words, those that belong on one line joined where the room allows it."""
    units: list[str] = []
    last = ""
    for word in _BLANKS.split(text.strip()):
        held = _NO_LINE_START.fullmatch(word) is not None or (
            _NO_LINE_END.fullmatch(last) is not None and word[:1].isalpha()
        )
        if held and units and width(f"{units[-1]} {word}", size, weight) <= room:
            units[-1] = f"{units[-1]} {word}"
        else:
            units.append(word)
        last = word
    return units


def balance_lines(text: str, size: float, room: float, weight: int = 400) -> list[str]:
    """As few lines as `wrap` needs, as equally long as they can be: no last word alone."""
    lines = wrap(text, size, room, weight)
    if len(lines) < 2:
        return lines
    low, high = room / 2, room
    for _ in range(7):
        middle = (low + high) / 2
        trial = wrap(text, size, middle, weight)
        # A word must not be broken for it.
        if len(trial) <= len(lines) and " ".join(trial) == " ".join(lines):
            lines, high = trial, middle
        else:
            low = middle
    return lines


def _broken(word: str, size: float, room: float, weight: int) -> list[str]:
    pieces: list[str] = []
    address = _ADDRESS.fullmatch(word) is not None
    signs, hyphen = ("-/.@", "") if address else ("-/", "-")
    while width(word, size, weight) > room:
        fitting = max(
            (n for n in range(1, len(word)) if width(f"{word[:n]}{hyphen}", size, weight) <= room),
            default=1,
        )
        cut = max((n for n in range(2, fitting + 1) if word[n - 1] in signs), default=fitting)
        pieces.append(word[:cut] + ("" if word[cut - 1] in signs else hyphen))
        word = word[cut:]
    return [*pieces, word]


class Canvas:
    """One picture while it is drawn."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.width, self.height = size.width, size.height
        # A hair more than the exact size: floor(3507.99…) would lose a pixel.
        self.figure = Figure(
            figsize=((size.width_px + 1e-4) / size.dpi, (size.height_px + 1e-4) / size.dpi),
            dpi=size.dpi,
            facecolor=theme.PAPER,
        )
        # Without axes: ticks and clipping take a seventh of the time and show nothing.
        self._pixels = BboxTransform(
            Bbox(((0.0, self.height), (self.width, 0.0))), self.figure.bbox
        )
        self._points = 72.0 * size.pixels_per_unit / size.dpi
        self._order = 0
        self._edge: PageBox | None = None
        self.text_boxes: list[TextBox] = []

    @contextmanager
    def clip_to(self, box: PageBox) -> Iterator[None]:
        """Clip lines and shapes drawn meanwhile at the edge of `box`; text is never clipped."""
        self._edge = box
        try:
            yield
        finally:
            self._edge = None

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        weight: int = 400,
        colour: str = theme.INK,
        align: Align = "left",
        halo: str | None = None,
        link: str | None = None,
    ) -> float:
        """Write one line with its baseline at `y`; how wide it is."""
        if not text.strip():
            return 0.0
        text = fonts.settable(text)
        wide = width(text, size, weight)
        left = x - {"left": 0.0, "center": wide / 2, "right": wide}[align]
        self.text_boxes.append(
            TextBox(text, PageBox(left, y - _ASCENT * size, left + wide, y + _DESCENT * size), size)
        )
        drawn = Text(
            x,
            y,
            text,
            family=list(fonts.register()),
            weight=weight,
            size=size * self._points,
            color=colour,
            ha=align,
            va="baseline",
            zorder=self._next(),
            # A dollar sign in a name does not start a formula.
            parse_math=False,
            url=link,
        )
        if halo is not None:
            drawn.set_path_effects([withStroke(linewidth=3.0 * self._points, foreground=halo)])
        self._put(drawn)
        return wide

    def paragraph(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        room: float,
        *,
        weight: int = 400,
        colour: str = theme.INK,
        leading: float = LEADING,
    ) -> float:
        """Write lines below one another from the top `y`; where the next thing may start."""
        for line in wrap(text, size, room, weight):
            self.text(x, y + _ASCENT * size, line, size, weight=weight, colour=colour)
            y += leading * size
        return y

    def line(
        self,
        points: Sequence[tuple[float, float]],
        colour: str,
        width: float,
        *,
        dash: Sequence[float] = (),
        clip: PageBox | None = None,
        round_ends: bool = False,
    ) -> None:
        """Draw a line through points; `dash` in units."""
        xs, ys = zip(*points, strict=True)
        drawn = Line2D(
            xs,
            ys,
            color=colour,
            linewidth=width * self._points,
            solid_capstyle="round" if round_ends else "butt",
            solid_joinstyle="round",
            dash_capstyle="butt",
            zorder=self._next(),
        )
        if dash:
            drawn.set_linestyle((0, [max(length / max(width, 0.1), 0.01) for length in dash]))
        self._put(drawn)
        self._clip(drawn, clip)

    def shape(
        self,
        path: Path,
        *,
        fill: str | None = None,
        stroke: str | None = None,
        width: float = 0.0,
        dash: Sequence[float] = (),
        clip: PageBox | None = None,
        opacity: float = 1.0,
    ) -> None:
        """Draw a filled or outlined path; `dash` in units."""
        patch = PathPatch(path, joinstyle="round", capstyle="butt")
        self._add(patch, fill, stroke, width, dash, opacity, clip)

    def rect(
        self,
        box: PageBox,
        *,
        fill: str | None = None,
        stroke: str | None = None,
        width: float = 0.0,
        dash: Sequence[float] = (),
        radius: float = 0.0,
        opacity: float = 1.0,
    ) -> None:
        """Draw a rectangle, its corners rounded by `radius`."""
        corner = (box.left, box.top)
        patch: Patch
        if radius > 0:
            style = f"round,pad=0,rounding_size={radius}"
            patch = FancyBboxPatch(corner, box.width, box.height, boxstyle=style)
        else:
            patch = Rectangle(corner, box.width, box.height, joinstyle="miter")
        self._add(patch, fill, stroke, width, dash, opacity)

    def squares(self, corners: np.ndarray, side: float, colour: str) -> None:
        """Fill equal squares given by their upper left corners, as one shape without seams."""
        steps = np.array([(0, 0), (side, 0), (side, side), (0, side), (0, 0)])
        points = (corners[:, None, :] + steps[None, :, :]).reshape(-1, 2)
        codes = np.tile(
            [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY], len(corners)
        )
        drawn = PathPatch(
            Path(points, codes),
            facecolor=colour,
            edgecolor="none",
            antialiased=False,
            zorder=self._next(),
        )
        self._put(drawn)

    def _add(
        self,
        patch: Patch,
        fill: str | None,
        stroke: str | None,
        width: float,
        dash: Sequence[float],
        opacity: float,
        clip: PageBox | None = None,
    ) -> None:
        patch.set_facecolor(fill or "none")
        patch.set_edgecolor(stroke if stroke and width > 0 else "none")
        patch.set_linewidth(width * self._points if stroke else 0.0)
        patch.set_alpha(None if opacity == 1.0 else opacity)
        patch.set_zorder(self._next())
        if dash and width > 0:
            patch.set_linestyle((0, [length / width for length in dash]))
        self._put(patch)
        self._clip(patch, clip)

    def _clip(self, drawn: Line2D | Patch, clip: PageBox | None) -> None:
        clip = clip or self._edge
        if clip is not None:
            edge = Rectangle((clip.left, clip.top), clip.width, clip.height, transform=self._pixels)
            drawn.set_clip_path(edge)

    def _put(self, drawn: Artist) -> None:
        drawn.set_transform(self._pixels)
        self.figure.add_artist(drawn)

    def _next(self) -> int:
        # Later drawings lie on top, whatever their kind.
        self._order += 1
        return self._order


def ascent(size: float) -> float:
    """From the top of a line's box to its baseline."""
    return _ASCENT * size
