"""The one style table: colours and marks by meaning, type, numbers and dates.

Page, map, press picture and exported file draw from here, so they cannot differ.
Colour is never alone: every class that has one also has its own shape, pattern or label.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Literal

from dashboard.errors import UnknownStyleError
from dashboard.i18n.text import Lang

Shape = Literal[
    "circle",
    "square",
    "diamond",
    "up",
    "down",
    "hatched",
    "station",
    "card",
    "text",
    "line",
    "area",
    "dot",
]
Hatch = Literal["none", "wide", "fine"]

INK = "#1f2733"
HEADING = "#154273"
LINK = "#01689b"
QUIET = "#595959"
HAIRLINE = "#d5d9df"
SIDE = "#f3f6fa"
# For comparison: an earlier year, a whole country.
PALE = "#aab4c2"
PAPER = "#ffffff"
GROUND = "#f3f1ec"
HALO = "#ffffff"
SELECTED = "#ffb612"

FONT = "Source Sans 3"
FONT_FOLDER = "vendor/source-sans-3-5.3.1"
FONT_WEIGHTS = (400, 600, 700)

# Wider lines would cover short streets beside them.
WIDEST_LINE_PX = 6.0
# The extra width of the casing under a line, and the pale band under a border.
CASING_PX = 1.6
BORDER_BAND_PX, BORDER_BAND_OPACITY = 9.0, 0.55
# Marks at town level stand in rows of this many.
MARKS_PER_ROW = 6

# The colours of the frame of the map, of labels, and of the table beside the map.
MAP_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "ink": INK,
        "heading": HEADING,
        "link": LINK,
        "quiet": QUIET,
        "hairline": HAIRLINE,
        "paper": PAPER,
        "side": SIDE,
        "ground": GROUND,
        "halo": HALO,
        "selected": SELECTED,
        "shadow": "#14213d",
        "town": "#3d3a34",
        "place": "#6b655a",
        "around": "#8a8272",
        "inset_dot": "#575248",
        "circle": "#cfc8ba",
        "circle_name": "#7a7365",
        "basis": "#4d545e",
        "edge_name": "#54216f",
        "card_edge": "#b9c0c9",
        "bare": "#5b6470",
        "leader": "#8a929c",
        "dashed": "#6d7480",
        "foot": "#4b525c",
        "base_line": "#c4cad2",
        "control_edge": "#c3cad3",
        "control_edge_hover": "#9aa6b4",
        "field_edge": "#8b96a3",
        "table_rule": "#b9c4d0",
        "row_rule": "#e8ebef",
        "row_hover": "#eef4f9",
        "row_chosen": "#fff6dd",
    }
)


@dataclass(frozen=True, slots=True)
class Style:
    """How one class is drawn; sizes in CSS pixels, `dash` on and off lengths."""

    id: str
    label_key: str
    shape: Shape
    fill: str
    stroke: str
    width_px: float = 1.5
    radius_px: float = 7.0
    dash: tuple[float, ...] = ()
    hatch: Hatch = "none"
    # Only the town is known, so the mark stands on no spot.
    town_level: bool = False
    # One of many close together: a mark keeps its spot, small and unnamed; a line keeps its width.
    fixed: bool = False

    def sized(self, size: float) -> "Style":
        """The class with `size` times its radius."""
        return self if size == 1.0 else replace(self, radius_px=self.radius_px * size)


def _table(*styles: Style) -> Mapping[str, Style]:
    return MappingProxyType({style.id: style for style in styles})


def _initiative(kind: str, shape: Shape, fill: str, radius_px: float) -> tuple[Style, Style]:
    spot = Style(
        f"initiative_{kind}", f"style.initiative_{kind}", shape, fill, PAPER, 1.8, radius_px
    )
    town = Style(
        f"initiative_{kind}_town",
        f"style.initiative_{kind}",
        shape,
        fill,
        PAPER,
        1.4,
        radius_px - 2.0,
        dash=(3.0, 3.0),
        town_level=True,
    )
    return spot, town


_CASING = "#55524c"

# Bands of equal share let the border and the water under them through.
BAND_OPACITY = 0.64

# From under 5 per cent to 50 and over; neighbours are at least 14 apart (CIELAB) in every colour
# vision.
SHARE_RAMP = ("#cfe5dd", "#83bbba", "#45929d", "#21647b", "#0a3349")

# From the largest loss to the largest gain, with no change in the middle: orange and blue are told
# apart in every colour vision, and their triangles point down and up.
CHANGE_RAMP = ("#7f3404", "#d9731a", "#f6c08a", "#e9e6df", "#a8cbe8", "#3f86c4", "#0d3f78")
_CHANGE_MARKS: tuple[tuple[Shape, float, tuple[float, ...]], ...] = (
    *(("down", radius, ()) for radius in (11.0, 8.5, 6.0)),
    ("dot", 4.4, (2.0, 2.0)),
    *(("up", radius, ()) for radius in (6.0, 8.5, 11.0)),
)

_PLACE_VACANCY = {  # One circle per place of a country, where cards would lie on each other.
    f"place_vacancy_{step}": fill
    for step, fill in enumerate(("#edc373", "#dd9440", "#c2621f", "#8f3714", "#4c1508"), 1)
}
STYLES: Mapping[str, Style] = _table(
    Style("vacancy_figure", "style.vacancy_figure", "card", PAPER, "#5b6470", 1.0, 3.5),
    Style("flow_figure", "style.flow_figure", "card", PAPER, "#5b6470", 1.0, 3.5),
    Style("station", "style.station", "station", "#ffffff", "#33475b", 2.0, 6.0),
    Style(
        "station_corona",
        "style.station_corona",
        "station",
        "#ffffff",
        "#33475b",
        1.6,
        6.0,
        hatch="fine",
    ),
    Style(
        "station_total",
        "style.station_total",
        "station",
        "#ffffff",
        "#33475b",
        1.6,
        6.0,
        dash=(2.5, 2.0),
    ),
    *_initiative("physical", "circle", "#0b2f6b", 7.0),
    *_initiative("activity", "square", "#3591bf", 6.5),
    *_initiative("transformation", "diamond", "#b0186f", 8.0),
    Style(
        "edge_retail", "style.edge_retail", "hatched", "#6b2f8a", "#6b2f8a", 1.8, 9.0, hatch="wide"
    ),
    Style("population", "style.population", "text", "#3f4a57", "#3f4a57", 0.0, 0.0),
    Style("vacancy_1", "style.vacancy_1", "line", "#edc373", _CASING, 3.0),
    Style("vacancy_2", "style.vacancy_2", "line", "#dd9440", _CASING, 3.6),
    Style("vacancy_3", "style.vacancy_3", "line", "#c2621f", _CASING, 4.2),
    Style("vacancy_4", "style.vacancy_4", "line", "#8f3714", _CASING, 4.8),
    Style("vacancy_5", "style.vacancy_5", "line", "#4c1508", _CASING, 5.4),
    *(
        Style(name, f"style.{name}", "circle", fill, _CASING, 1.0, 5.0, fixed=True)
        for name, fill in _PLACE_VACANCY.items()
    ),
    Style("street", "style.street", "line", "#ffffff", "#8a857c", 3.0),
    Style(
        "street_unknown", "style.street_unknown", "line", "#8a8a8a", "#8a8a8a", 2.0, dash=(5.0, 4.0)
    ),
    Style("vacant", "style.vacant", "diamond", "#b5490f", PAPER, 1.2, 5.5),
    Style("in_use", "style.in_use", "circle", "#2b7a9b", PAPER, 1.2, 4.5),
    # Shares of spending: one hue from light to dark, neither good nor bad; marks have a casing.
    *(
        Style(f"share_{step}", f"style.share_{step}", "dot", fill, _CASING, 1.2, radius)
        for step, (fill, radius) in enumerate(
            zip(SHARE_RAMP, (4.6, 5.1, 5.6, 6.1, 6.6), strict=True), start=1
        )
    ),
    *(
        Style(f"flow_{step}", "style.flow", "line", "#21647b", PAPER, width, fixed=True)
        for step, width in enumerate((1.0, 2.2, 3.8, 6.0), start=1)
    ),
    # The land where a site has at least that share, in a lighter shade of the dots of the class.
    *(
        Style(f"band_{step}", f"style.share_{step}", "area", fill, stroke, width)
        for step, fill, stroke, width in (
            (2, "#e3eeea", "#3f7f8c", 0.7),
            (3, "#c3dcdb", "#3b7786", 1.0),
            (4, "#98c0c8", "#21647b", 1.5),
            (5, "#6f9fb0", "#0a3349", 2.2),
        )
    ),
    *(
        Style(f"change_{step}", f"style.change_{step}", shape, fill, _CASING, 1.0, radius, dash)
        for step, (fill, (shape, radius, dash)) in enumerate(
            zip(CHANGE_RAMP, _CHANGE_MARKS, strict=True), start=1
        )
    ),
    # Small, so that the dot of the town below still shows its class.
    Style("site_centre", "style.site_centre", "dot", PAPER, INK, 2.4, 3.2),
    Style("site_abroad", "style.site_abroad", "dot", PAPER, "#6d7480", 2.0, 3.2),
    Style("site_new", "style.site_new", "hatched", "#b0186f", "#b0186f", 2.0, 9.0, hatch="fine"),
    Style("unknown", "style.unknown", "circle", "#ffffff", "#6f6f6f", 1.4, 4.5, dash=(2.0, 2.0)),
    Style("measure_1", "style.measure_1", "line", "#c6dbe8", _CASING, 3.0),
    Style("measure_2", "style.measure_2", "line", "#8fb8d3", _CASING, 3.6),
    Style("measure_3", "style.measure_3", "line", "#5790b8", _CASING, 4.2),
    Style("measure_4", "style.measure_4", "line", "#2a6592", _CASING, 4.8),
    Style("measure_5", "style.measure_5", "line", "#0f3a5f", _CASING, 5.4),
    # Beside vacancy in yellow to brown and units in blue and orange; all counters are drawn alike.
    Style("counter", "style.counter", "dot", "#4b3a78", PAPER, 1.6, 5.0),
    Style("unit_vacant", "style.vacant", "diamond", "#b5490f", PAPER, 0.9, 4.6, fixed=True),
    Style("unit_in_use", "style.in_use", "circle", "#2b7a9b", PAPER, 0.7, 2.6, fixed=True),
    Style(
        "unit_unknown",
        "style.unknown",
        "circle",
        "#ffffff",
        "#6f6f6f",
        1.2,
        2.6,
        dash=(1.5, 1.5),
        fixed=True,
    ),
    Style("outline", "style.outline", "line", "#1f2733", "#ffffff", 1.8, dash=(7.0, 5.0)),
)

BACKGROUND: Mapping[str, Style] = _table(
    Style("land_nl", "style.land_nl", "area", "#f8f6f1", "#f8f6f1", 0.0),
    Style("land_de", "style.land_de", "area", "#ebe7de", "#ebe7de", 0.0),
    Style("water", "style.water", "area", "#d5e2e9", "#b9cdd8", 0.6),
    Style("green", "style.green", "area", "#e3e9d8", "#e3e9d8", 0.0),
    Style("building", "style.building", "area", "#ded8cd", "#cfc8bb", 0.5),
    Style(
        "neighbourhood", "style.neighbourhood", "line", "#d3cbbb", "#f8f6f1", 1.4, dash=(2.0, 4.0)
    ),
    Style(
        "municipality",
        "style.municipality",
        "line",
        "#a79c86",
        "#f8f6f1",
        1.8,
        dash=(8.0, 4.0, 2.0, 4.0),
    ),
    Style("road", "style.road", "line", "#ffffff", "#d3ccbf", 3.0),
    Style("rail", "style.rail", "line", "#fbfaf7", "#b4ad9f", 2.2, dash=(6.0, 6.0)),
    Style("border", "style.border", "line", "#8d8474", "#d8cfbd", 1.3, dash=(9.0, 4.0, 2.0, 4.0)),
    Style("place_name", "style.place_name", "text", "#4a463f", "#ffffff", 3.0),
    Style("country_name", "style.country_name", "text", "#8a8272", "#f8f6f1", 2.0),
)


def style(name: str) -> Style:
    """The style of class `name`.

    Raises UnknownStyleError for a class without one: an unmapped category is never "other".
    """
    try:
        return STYLES[name]
    except KeyError:
        raise UnknownStyleError(f"no style {name!r}, expected one of {', '.join(STYLES)}") from None


# Figures

_MARKS: Mapping[Lang, tuple[str, str]] = MappingProxyType(
    {"nl": (".", ","), "en": (",", "."), "de": (".", ",")}
)
_MONTH_NAMES: Mapping[Lang, str] = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}
_MONTHS: Mapping[Lang, tuple[str, ...]] = MappingProxyType(
    {lang: tuple(names.split()) for lang, names in _MONTH_NAMES.items()}
)
_UNDATED: Mapping[Lang, str] = MappingProxyType(
    {"nl": "ongedateerd", "en": "undated", "de": "undatiert"}
)
_MINUS = "\N{MINUS SIGN}"
_EN_DASH = "\N{EN DASH}"


def number(value: float, lang: Lang, *, decimals: int | None = None) -> str:
    """`1.234,5` (nl, de) or `1,234.5` (en); without `decimals` one, and none for whole numbers."""
    if decimals is None:
        decimals = 0 if float(value).is_integer() else 1
    thousands, point = _MARKS[lang]
    text = f"{abs(value):,.{decimals}f}"
    text = text.translate(str.maketrans(",.", f"{thousands}{point}"))
    return _MINUS + text if value < 0 and any(digit in "123456789" for digit in text) else text


def share(value: float, lang: Lang, *, decimals: int | None = None) -> str:
    """A share of 0 to 1 as per cent: `19,3 %` (nl, de), `19.3%` (en)."""
    hundredfold = round(value * 100, 6)
    return number(hundredfold, lang, decimals=decimals) + ("%" if lang == "en" else " %")


def signed_share(value: float, lang: Lang) -> str:
    """A change as whole per cent with its sign: `+6 %`."""
    rounded = round(value, 2)
    return ("+" if rounded > 0 else "") + share(rounded, lang, decimals=0)


def day(moment: date, lang: Lang) -> str:
    """`1 maart 2024`, `1 March 2024`, `1. März 2024`."""
    point = "." if lang == "de" else ""
    return f"{moment.day}{point} {month(moment, lang)}"


def month(moment: date, lang: Lang) -> str:
    """`november 2023`, `November 2023`."""
    return f"{_MONTHS[lang][moment.month - 1]} {moment.year}"


def short_month(moment: date, lang: Lang) -> str:
    """`nov 2023`, for labels on the map."""
    name = _MONTHS[lang][moment.month - 1]
    short = name if len(name) <= 4 else name[:3]
    return f"{'mrt' if (lang, moment.month) == ('nl', 3) else short} {moment.year}"


def period(start: date | None, end: date | None, lang: Lang, *, short: bool = False) -> str:
    """`2023`, two years, `november 2023`, `1 maart 2024` or "ongedateerd": the shortest form."""
    if start is None or end is None:
        return _UNDATED[lang]
    if start == end:
        return day(start, lang)
    whole_years = (start.month, start.day, end.month, end.day) == (1, 1, 12, 31)
    if whole_years:
        return f"{start.year}" if start.year == end.year else f"{start.year}{_EN_DASH}{end.year}"
    month_name = short_month if short else month
    # Whole months: the day after the end is the first of one.
    if start.day == 1 and date.fromordinal(end.toordinal() + 1).day == 1:
        if (start.year, start.month) == (end.year, end.month):
            return month_name(start, lang)
        return f"{month_name(start, lang)} {_EN_DASH} {month_name(end, lang)}"
    return f"{day(start, lang)} {_EN_DASH} {day(end, lang)}"


# Streamlit


def streamlit_options() -> dict[str, str | bool]:
    """The theme as options of `App.run(config=...)`; the font files stand in
    `static/fonts.css`.

    Streamlit would send their addresses again with every rerun.
    """
    return {
        "theme.base": "light",
        "theme.primaryColor": LINK,
        "theme.backgroundColor": PAPER,
        "theme.secondaryBackgroundColor": SIDE,
        "theme.textColor": INK,
        "theme.linkColor": LINK,
        "theme.linkUnderline": True,
        "theme.borderColor": HAIRLINE,
        "theme.baseRadius": "4px",
        "theme.font": f"'{FONT}', sans-serif",
        "theme.headingFont": f"'{FONT}', sans-serif",
    }
