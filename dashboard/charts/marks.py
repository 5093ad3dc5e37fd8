"""The marks that charts are made of: lines, dots, boxes and words, in units with y downwards."""

from dataclasses import dataclass
from typing import Literal

from dashboard.style import theme

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class LineMark:
    """A line through points; `dash` holds its on and off lengths."""

    points: tuple[Point, ...]
    colour: str = theme.QUIET
    width: float = 1.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class DotMark:
    """A circle around (x, y); without `stroke` it has no outline."""

    x: float
    y: float
    radius: float
    fill: str
    stroke: str | None = None
    width: float = 1.6


@dataclass(frozen=True, slots=True)
class BoxMark:
    """A filled rectangle: a bar, a range, a square or a ground."""

    left: float
    top: float
    width: float
    height: float
    fill: str


@dataclass(frozen=True, slots=True)
class TextMark:
    """One line of words with its baseline at `y`; a `halo` keeps it clear of what lies below."""

    x: float
    y: float
    words: str
    size: float
    colour: str = theme.QUIET
    weight: int = 400
    anchor: Anchor = "start"
    halo: bool = False


Mark = LineMark | DotMark | BoxMark | TextMark


@dataclass(frozen=True, slots=True)
class Drawing:
    """Marks in a box of `width` by `height`, the later ones on top; `described` says them in words.

    Its title and source stand around it.
    """

    width: float
    height: float
    described: str
    marks: tuple[Mark, ...]
