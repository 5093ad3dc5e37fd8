"""The sizes and formats a picture comes in: closed lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from dashboard.press.errors import UnknownSizeError

DrawnFormat = Literal["png", "svg", "pdf"]
Format = Literal["png", "svg", "pdf", "pptx"]
FORMATS: tuple[Format, ...] = ("png", "svg", "pdf", "pptx")
MEDIA: Mapping[str, str] = MappingProxyType(
    {
        "png": "image/png",
        "svg": "image/svg+xml; charset=utf-8",
        "pdf": "application/pdf",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    }
)
_SCREEN_DPI = 96
_PRINT_DPI = 300
_SMALL = 700.0


@dataclass(frozen=True, slots=True)
class Size:
    """A picture's size in pixels; `pixels_per_unit` sets how large type and marks are in it.

    Type sizes are in units: 13 units are 13 pixels on a social picture and 9.4 points on paper.
    A picture that is not `framed` leaves headline, introduction and sources to what it stands in.
    """

    id: str
    width_px: int
    height_px: int
    pixels_per_unit: float
    dpi: int
    framed: bool = True

    @property
    def width(self) -> float:
        """Width in units."""
        return self.width_px / self.pixels_per_unit

    @property
    def height(self) -> float:
        """Height in units."""
        return self.height_px / self.pixels_per_unit

    @property
    def small(self) -> bool:
        """Whether few words fit: licences, notes on a map and maps of flows are left out."""
        return self.width < _SMALL

    @property
    def wide(self) -> bool:
        """Whether legend and notes stand beside the map rather than below it."""
        return self.width_px > 1.2 * self.height_px


def _table(*sizes: Size) -> Mapping[str, Size]:
    return MappingProxyType({size.id: size for size in sizes})


SIZES: Mapping[str, Size] = _table(
    Size("social", 1200, 675, 1.0, _SCREEN_DPI),
    Size("square", 1080, 1080, 5 / 3, _SCREEN_DPI),
    Size("slide", 1920, 1080, 1.6, _SCREEN_DPI),
    Size("a4", 3508, 2480, 3.0, _PRINT_DPI),
    Size("a4-portrait", 2480, 3508, 3.0, _PRINT_DPI),
)

# What stands on a slide between title and sources, which are text: a unit is 0.8 points there.
ON_SLIDE = Size("slide", 1920, 720, 1.7, _SCREEN_DPI, framed=False)


def size(name: str) -> Size:
    """The size of that name. Raises UnknownSizeError."""
    try:
        return SIZES[name]
    except KeyError:
        raise UnknownSizeError(f"size {name!r}, expected one of {', '.join(SIZES)}") from None
