"""Map tiles over our own background: their address and credit."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from dashboard.errors import TilesError

OFF = "off"
_GAPS = re.compile(r"\{[^{}]*\}")
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Tiles:
    """A raster tile set in web Mercator; `template` holds {z}, {x} and {y}."""

    template: str
    credit: str
    min_zoom: int = 6
    max_zoom: int = 19

    @property
    def origin(self) -> str:
        """Scheme and host, for the operator's content policy and the tests."""
        url = urlsplit(self.template)
        return f"{url.scheme}://{url.netloc}"


# The government's grey base map; the Netherlands only, CC BY 4.0.
BRT_GREY = Tiles(
    "https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/grijs/EPSG:3857/{z}/{x}/{y}.png",
    "Kaartgegevens © Kadaster (CC BY 4.0)",
)


def parse(setting: str | None) -> Tiles | None:
    """The tiles `STADSHART_TILES` asks for, None when they are off.

    Not set means the grey base map of the Dutch government. Otherwise `off`, or an address with
    {z}, {x} and {y}, followed by a space and its credit.

    Raises TilesError for anything else, so that a typing error stops the start.
    """
    text = (setting or "").strip()
    if not text:
        return BRT_GREY
    if text.lower() == OFF:
        return None
    template, _, credit = text.partition(" ")
    gaps = sorted(_GAPS.findall(template))
    url = urlsplit(template)
    usable = url.scheme in ("http", "https") and bool(url.hostname) and "@" not in url.netloc
    plain = template.isascii() and template.isprintable() and not set(template) & set("\"'<>\\`")
    if not usable or not plain or gaps != ["{x}", "{y}", "{z}"] or len(text) > _LONGEST:
        raise TilesError(
            f"STADSHART_TILES is {text[:120]!r}, expected off or an address such as "
            "https://tiles.example/{z}/{x}/{y}.png, a space and the credit"
        )
    return Tiles(template, credit.strip() or f"© {url.hostname}")
