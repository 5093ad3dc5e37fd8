"""The rows of a callout: what a town or a site says, in words and marks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboard.maps.scene import Feature
from dashboard.press.drawing.canvas import width
from dashboard.style import theme
from dashboard.style.theme import Style

NAME, FIGURE, BASIS = 15.0, 19.0, 12.5
ROOM = 182.0
"""The widest line of a callout, in units."""
_MOST_NAMED = 11


@dataclass(frozen=True, slots=True)
class Item:
    """One visible feature on the page."""

    feature: Feature
    style: Style
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class CalloutRow:
    """One part of a callout: marks, then words large and small, about the ids `features`."""

    strong: str = ""
    quiet: str = ""
    styles: tuple[Style, ...] = ()
    strong_size: float = NAME
    framed: bool = False
    features: tuple[str, ...] = ()


def town_variants(
    name: str, members: Sequence[Item], *, names: bool
) -> tuple[tuple[CalloutRow, ...], ...]:
    """The words of a town, ever shorter: initiatives named, as marks only, and the name alone."""
    short = _titled(name, _town_rows(members, named=False))
    least = (
        CalloutRow(short[0].strong, strong_size=short[0].strong_size, features=short[0].features),
    )
    full = (
        (_titled(name, _town_rows(members, named=True)),)
        if names and len(members) <= _MOST_NAMED
        else ()
    )
    return tuple(dict.fromkeys((*full, short, least)))


def _titled(name: str, rows: Sequence[CalloutRow]) -> tuple[CalloutRow, ...]:
    """The rows under the town's name; a first figure stands beside it where both fit in a line."""
    if rows and rows[0].strong_size == FIGURE and not rows[0].styles:
        beside = f"{name}  {rows[0].strong}"
        if width(beside, FIGURE - 1.0, 600) <= ROOM:
            return (replace(rows[0], strong=beside, strong_size=FIGURE - 1.0), *rows[1:])
        return (CalloutRow(name), replace(rows[0], strong_size=FIGURE - 1.0), *rows[1:])
    return (CalloutRow(name), *rows)


def _town_rows(members: Sequence[Item], *, named: bool) -> list[CalloutRow]:
    rows: list[CalloutRow] = []
    icons: dict[bool, list[Item]] = {True: [], False: []}
    for item in members:
        style = item.style
        strong, quiet = label(item)
        shows = (item.feature.id,)
        if style.shape == "card":
            rows.append(CalloutRow(strong, quiet, strong_size=FIGURE, features=shows))
        elif style.shape == "text":
            rows.append(CalloutRow("", f"{strong}, {quiet}" if quiet else strong, features=shows))
        elif style.shape == "station":
            rows.append(
                CalloutRow(strong or item.feature.name, quiet, styles=(style,), features=shows)
            )
        elif style.id == "unknown":
            rows.append(CalloutRow("", item.feature.label or "", styles=(style,), features=shows))
        elif named:
            rows.append(
                CalloutRow(
                    "", item.feature.cells[0].text, styles=(plain_style(style),), features=shows
                )
            )
        else:
            icons[style.town_level].append(item)
    return [*rows, *(_icon_row(items, framed=framed) for framed, items in icons.items() if items)]


def _icon_row(items: Sequence[Item], *, framed: bool = False) -> CalloutRow:
    """The marks of items in one row, those of one class beside each other."""
    ordered = sorted(items, key=lambda item: plain_style(item.style).id)
    return CalloutRow(
        styles=tuple(plain_style(item.style) for item in ordered),
        framed=framed,
        features=tuple(item.feature.id for item in ordered),
    )


def label(item: Item) -> tuple[str, str]:
    """The strong and the quiet line of a label; a word that both hold stands once."""
    strong, _, quiet = (item.feature.label or "").partition("\n")
    first, _, rest = quiet.partition(" ")
    return strong, rest if first and strong.endswith(f" {first}") else quiet


def plain_style(style: Style) -> Style:
    """The town-level form of a class and its own share one mark in a callout."""
    return theme.STYLES[style.id.removesuffix("_town")]
