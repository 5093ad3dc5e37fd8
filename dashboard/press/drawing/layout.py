"""The composition of a picture: words get the room they need, the drawing gets the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import numpy as np
import segno

from dashboard.i18n.text import Texts
from dashboard.press.caption import Story
from dashboard.press.drawing.canvas import LEADING, Canvas, ascent, balance_lines, width, wrap
from dashboard.press.drawing.label_placement import PageBox
from dashboard.press.errors import RoomError
from dashboard.press.sizes import Size
from dashboard.selection.permalink import ALL, FITS, NONE, TRANCHES, TYPES
from dashboard.selection.scenario import BRANCHES
from dashboard.style import theme

SMALL = 12.0
GAP = 22.0
_KICKER = 13.0
_HEAD_LEADING = 1.13
_HEADLINES_WIDE = (36.0, 34.0, 32.0, 31.0, 30.0, 28.0, 26.0, 24.0, 22.0, 20.0)
_HEADLINES_TALL = (42.0, 39.0, 36.0, 33.0, 30.0, 27.0, 24.0, 22.0, 20.0)
_HEADLINE_ON_SLIDE = 32.0
_HEADLINES_SMALL = (30.0, 27.0, 24.0, 22.0, 20.0)
_LEAST_ONE_LINE = 30.0
# On a small page a longer list of verdicts goes with the citation.
_LONGEST_VERDICT = 2
_STANDFIRSTS = (18.0, 17.0, 16.0, 15.0, 14.0)
_LEAST_BODY = 0.34
# A scanner wants a module of at least two pixels and white around the code; the page is that white.
_MODULE = 2.0
_STAMP_WORDS, _STAMP_MOST = 128.0, 220.0
# Values that select nothing: a code without them leads to the same view with fewer modules.
_NOTHING = frozenset({ALL, NONE})
_SILENT = {
    "type": frozenset({ALL, ",".join(TYPES)}),
    "tranche": frozenset({ALL, ",".join(TRANCHES)}),
    "profiel": frozenset({ALL, ",".join(FITS)}),
    "branche": frozenset({BRANCHES[0]}),
    "maat": frozenset({"leegstand"}),
    "grens": frozenset({"alles"}),
    "beeld": frozenset({"scherm"}),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything goes; `side` is the column beside the drawing, None where there is none.

    `foot` holds the lines of the foot, each with its colour.
    """

    inner: PageBox
    headline: tuple[str, ...]
    headline_size: float
    standfirst: tuple[str, ...]
    standfirst_size: float
    foot: tuple[tuple[str, str], ...]
    foot_top: float
    body: PageBox
    side: PageBox | None
    stamp: PageBox | None
    code: np.ndarray | None


def plan(
    canvas: Canvas, story: Story, text: Texts, *, column: float = 0.0, notes: bool = False
) -> Layout:
    """The layout of a page, with a column of that width beside the drawing where the page is wide.

    With `notes` the story's notes stand in the foot. Raises RoomError when the words leave too
    little for the drawing. A picture without a frame is drawing alone, below its badges.
    """
    if not canvas.size.framed:
        return _plan_unframed(canvas, story, column)
    edge = 36.0 if canvas.width > 1000 else 32.0
    inner = PageBox(edge, edge - 8.0, canvas.width - edge, canvas.height - edge + 8.0)
    wide = canvas.size.wide
    headline, headline_size = _fit_headline(story, inner.width, canvas.size)
    room = min(inner.width, 940.0)
    standfirst_size = fitting(story.standfirst, _STANDFIRSTS, room, 400, most=2 if wide else 4)
    standfirst = balance_lines(story.standfirst, standfirst_size, room)
    top = inner.top + 32.0 + _HEAD_LEADING * headline_size * len(headline) + 4.0
    top += LEADING * standfirst_size * len(standfirst) + 12.0
    code = _code(story.link)
    stamp = _stamp(story, code, inner, column if wide and column else 0.0, text)
    beside = wide and column > 0
    used = (column + GAP) if beside else (stamp.width + GAP if stamp else 0.0)
    most = (6 if wide or canvas.size.small else 9) + (2 if notes else 0)
    lines = _foot_lines(
        story.sources, _rest(canvas, story, inner, notes=notes), inner.width - used, text, most=most
    )
    high = max(LEADING * SMALL * len(lines), 0.0 if beside or stamp is None else stamp.height)
    foot_top = inner.bottom - high
    right = inner.right - (column + GAP) if beside else inner.right
    body = PageBox(inner.left, top, right, foot_top - 20.0)
    low = (stamp.top - 14.0) if stamp else inner.bottom
    side = PageBox(inner.right - column, top, inner.right, low) if beside else None
    if body.height < _LEAST_BODY * canvas.height:
        raise RoomError(
            f"{canvas.size.id}: the words leave {body.height / canvas.height:.0%} of the height for"
            f" the drawing, expected {_LEAST_BODY:.0%}: shorten headline or introduction"
        )
    return Layout(
        inner,
        tuple(headline),
        headline_size,
        tuple(standfirst),
        standfirst_size,
        tuple(lines),
        foot_top,
        body,
        side,
        stamp,
        code,
    )


def _plan_unframed(canvas: Canvas, story: Story, column: float) -> Layout:
    top = 30.0 if story.badges else 4.0
    page = PageBox(2.0, top, canvas.width - 2.0, canvas.height - 4.0)
    side = replace(page, left=page.right - column) if column else None
    body = page if side is None else replace(page, right=side.left - GAP)
    return Layout(
        replace(page, top=4.0),
        (),
        _HEADLINE_ON_SLIDE,
        (),
        0.0,
        (),
        page.bottom,
        body,
        side,
        None,
        None,
    )


def _fit_headline(story: Story, room: float, page: Size) -> tuple[list[str], float]:
    """The lines of the headline and their size."""
    words = story.headline
    for name in story.unbroken_names:
        words = words.replace(name, name.replace(" ", "\u00a0"))
    wide = page.wide
    sizes = _HEADLINES_WIDE if wide else _HEADLINES_SMALL if page.small else _HEADLINES_TALL
    size = fitting(words, sizes, room, 700, most=2 if wide else 3)
    # One line a little smaller leaves the map more room than two large lines.
    one_line_size = fitting(words, sizes, room, 700, most=1)
    if (
        wide
        and one_line_size >= _LEAST_ONE_LINE
        and len(wrap(words, one_line_size, room, 700)) == 1
    ):
        size = one_line_size
    return balance_lines(words, size, room, 700), size


def ink(canvas: Canvas, story: Story, layout: Layout, text: Texts) -> None:
    """Draw head, foot and stamp; of a picture without a frame its badges alone."""
    inner = layout.inner
    y = inner.top
    if not canvas.size.framed:
        _ink_badges(canvas, story, inner.right, y)
        return
    canvas.rect(PageBox(inner.left, y, inner.left + 44.0, y + 4.0), fill=theme.HEADING)
    y += 10.0
    canvas.text(
        inner.left,
        y + ascent(_KICKER),
        text("product.name"),
        _KICKER,
        weight=700,
        colour=theme.HEADING,
    )
    _ink_badges(canvas, story, inner.right, y - 4.0)
    y += 22.0
    for line in layout.headline:
        canvas.text(
            inner.left,
            y + ascent(layout.headline_size),
            line,
            layout.headline_size,
            weight=700,
            colour=theme.HEADING,
        )
        y += _HEAD_LEADING * layout.headline_size
    y += 4.0
    for line in layout.standfirst:
        canvas.text(inner.left, y + ascent(layout.standfirst_size), line, layout.standfirst_size)
        y += LEADING * layout.standfirst_size
    rule = layout.foot_top - 8.0
    canvas.line([(inner.left, rule), (layout.body.right, rule)], theme.HAIRLINE, 1.0)
    y = layout.foot_top
    for line, colour in layout.foot:
        canvas.text(inner.left, y + ascent(SMALL), line, SMALL, colour=colour)
        y += LEADING * SMALL
    if layout.stamp is not None:
        _ink_stamp(canvas, story, layout.stamp, layout.code, text)


def _ink_badges(canvas: Canvas, story: Story, right: float, top: float) -> None:
    for words in reversed(story.badges):
        wide = width(words, _KICKER, 700) + 16.0
        badge(canvas, words, right - wide, top)
        right -= wide + 8.0


def badge(canvas: Canvas, words: str, left: float, top: float) -> float:
    """Draw a mark such as "Gemodelleerd" with its corner at a point; where it ends below."""
    wide = width(words, _KICKER, 700) + 16.0
    canvas.rect(PageBox(left, top, left + wide, top + 21.0), fill=theme.SELECTED, radius=3.0)
    canvas.text(
        left + wide / 2, top + 4.5 + ascent(_KICKER), words, _KICKER, weight=700, align="center"
    )
    return top + 21.0


def fitting(words: str, sizes: Sequence[float], room: float, weight: int, *, most: int) -> float:
    """The largest size at which the words take at most `most` lines, else the smallest size."""
    return next((size for size in sizes if len(wrap(words, size, room, weight)) <= most), sizes[-1])


def _rest(canvas: Canvas, story: Story, inner: PageBox, *, notes: bool) -> list[str]:
    """What stands in the foot beside the sources."""
    below = story.notes if notes else ()
    if not canvas.size.small:
        return [story.licence, story.verdict, *below]
    long = len(wrap(story.verdict, SMALL, inner.width)) > _LONGEST_VERDICT
    return [story.consulted, *(() if long else (story.verdict,)), *below]


def _foot_lines(
    cited: Sequence[str], rest: Sequence[str], room: float, text: Texts, *, most: int
) -> list[tuple[str, str]]:
    """Sources, then the rest; where sources are many, those that do not fit are counted."""
    quiet = wrap(" ".join(rest), SMALL, room)
    sources: list[str] = []  # a page of sources names none of its own
    for shown in range(len(cited), 0, -1):
        left = len(cited) - shown
        named = "; ".join(cited[:shown])
        sentence = (
            text("press.sources_more", sources=named, count=left)
            if left
            else text("press.sources", sources=named)
        )
        sources = wrap(sentence, SMALL, room)
        if len(sources) + len(quiet) <= most:
            break
    return [*((line, theme.INK) for line in sources), *((line, theme.QUIET) for line in quiet)]


def _stamp_words(story: Story, room: float, text: Texts) -> list[tuple[str, bool]]:
    """Sender and address, broken to the room; True for the lines that are the link."""
    sender = wrap(text("press.sender", sender=story.sender), SMALL, room) if story.sender else []
    link = wrap(_short(story.link), SMALL, room, 600) if story.link else []
    return [(line, False) for line in sender] + [(line, True) for line in link]


def _stamp(
    story: Story, code: np.ndarray | None, inner: PageBox, column: float, text: Texts
) -> PageBox | None:
    side = 0.0 if code is None else _MODULE * len(code)
    room = (column - side - 12.0) if column else _stamp_room(story)
    lines = _stamp_words(story, room, text)
    if not lines and code is None:
        return None
    wide = column or side + (12.0 if side else 0.0) + room
    high = max(side, LEADING * SMALL * len(lines))
    return PageBox(inner.right - wide, inner.bottom - high, inner.right, inner.bottom)


def _stamp_room(story: Story) -> float:
    """As wide as the longest word or address of the stamp, within bounds."""
    words = [(word, 400) for word in (story.sender or "").split()]
    words += [] if story.link is None else [(_short(story.link), 600)]
    longest = max((width(word, SMALL, weight) for word, weight in words), default=0.0)
    return min(max(longest + 2.0, _STAMP_WORDS), _STAMP_MOST)


def _ink_stamp(
    canvas: Canvas, story: Story, stamp: PageBox, code: np.ndarray | None, text: Texts
) -> None:
    left = stamp.left
    if code is not None:
        side = _MODULE * len(code)
        per_unit = canvas.size.pixels_per_unit
        # Whole pixels: scanners need sharp edges.
        module = int(_MODULE * per_unit) / per_unit
        x, y = (
            round(edge * per_unit) / per_unit for edge in (left, stamp.bottom - module * len(code))
        )
        rows, columns = np.nonzero(code)
        canvas.squares(
            np.column_stack([x + columns * module, y + rows * module]), module, "#000000"
        )
        left += side + 12.0
    y = stamp.top
    for line, is_link in _stamp_words(story, stamp.right - left, text):
        colour = theme.LINK if is_link else theme.INK
        weight, link = (600, story.link) if is_link else (400, None)
        canvas.text(left, y + ascent(SMALL), line, SMALL, weight=weight, colour=colour, link=link)
        y += LEADING * SMALL


def _short(link: str) -> str:
    """The address a reader can type: host and view; the code holds all of it."""
    parts = urlsplit(link)
    return f"{parts.netloc}{parts.path}"


# A layout is tried several times for one picture.
@lru_cache(maxsize=16)
def _code(link: str | None) -> np.ndarray | None:
    """The QR code of a link as a matrix of black modules."""
    if link is None:
        return None
    parts = urlsplit(link)
    choices = [
        (key, value)
        for key, value in parse_qsl(parts.query)
        if value not in _SILENT.get(key, _NOTHING)
    ]
    short = urlunsplit(parts._replace(query=urlencode(choices, safe=",/:")))
    matrix = segno.make(short, error="l", micro=False, boost_error=False).matrix
    return np.array([list(row) for row in matrix], dtype=bool)
