"""Towns side by side: a row per measure, each town a named dot on its scale."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard.analysis import comparison as comparison_defaults
from dashboard.analysis import quotable
from dashboard.analysis.vitality import Vitality
from dashboard.facts.records import Observation
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.press import caption
from dashboard.press.caption import Story
from dashboard.press.drawing import layout as drawing_layout
from dashboard.press.drawing import named_dots
from dashboard.press.drawing.canvas import LEADING, Canvas, wrap
from dashboard.press.drawing.label_placement import PageBox
from dashboard.press.drawing.named_dots import NamedDot
from dashboard.press.errors import RoomError, UnknownSubjectError
from dashboard.press.request import PictureRequest
from dashboard.selection.comparison import MOST, TOWNS
from dashboard.selection.context import Context
from dashboard.sentences import comparison
from dashboard.sentences.town_dots import DotColumn
from dashboard.style import theme

_HEADING, _SMALL = 15.0, 12.0
_NAME_PART, _GAP = 0.3, 22.0
_BETWEEN, _MOST_BETWEEN = 10.0, 26.0
# Between the words of a row and the dots below them.
_ABOVE = 3.0
_VERDICTS: tuple[quotable.Verdict, ...] = ("yes", "reserved", "no")


@dataclass(frozen=True, slots=True)
class _Content:
    """The names of the towns, the rows that compare, their `head` first, and those that do not.

    `left_out` is the sentence about towns beyond those that fit.
    """

    names: Mapping[str, str]
    head: tuple[DotColumn, ...]
    alike: tuple[DotColumn, ...]
    apart: tuple[DotColumn, ...]
    left_out: str


@dataclass(frozen=True, slots=True)
class _Row:
    """One measure on the page: what it is, and its dots; without dots, a cell per town."""

    column: DotColumn
    heading: str
    notes: tuple[str, ...]
    dots: tuple[NamedDot, ...]
    cells: tuple[tuple[str, str], ...]


def draw(canvas: Canvas, context: Context, vital: Vitality, request: PictureRequest) -> Story:
    """Draw as many measures as fit, the one farthest apart first.

    Raises UnknownSubjectError for streets and years, for one town, and where nothing is known of
    two; RoomError where the words leave no room for one measure.
    """
    text = context.text
    content = _content(context, vital)
    alike = [_row(column, content, text) for column in content.alike]
    apart = [_row(column, content, text) for column in content.apart]
    # On a small page a measure that does not compare would take the room of three that do.
    rows = [*alike, *apart] if canvas.size.small else [*alike[:1], *apart, *alike[1:]]
    for shown in _shorter(rows, canvas):
        words = caption.finish(context, request, _draft(context, content, shown))
        layout = drawing_layout.plan(canvas, words, text, notes=True)
        body = layout.body
        high = [_height(row, body.width, wide=canvas.size.wide) for row in shown]
        if sum(high) <= body.height:
            drawing_layout.ink(canvas, words, layout, text)
            more = min((body.height - sum(high)) / len(shown), _MOST_BETWEEN)
            _draw_rows(canvas, shown, [needed + more for needed in high], body)
            return words
    raise RoomError(f"{canvas.size.id}: a comparison needs {high[0] - body.height:.0f} units more")


def _shorter(rows: Sequence[_Row], canvas: Canvas) -> Iterator[Sequence[_Row]]:
    """The first rows, ever fewer, from as many as the whole page could hold."""
    high = 0.0
    most = 0
    for row in rows:
        high += _height(row, canvas.width, wide=canvas.size.wide)
        most += high <= canvas.height or not most
    for count in range(most, 0, -1):
        yield rows[:count]


def _content(context: Context, vital: Vitality) -> _Content:
    facts, text, beside = context.facts, context.text, context.selection.beside
    if beside.kind != TOWNS:
        raise UnknownSubjectError(text(f"press.no_{beside.kind}"))
    chosen = beside.items or comparison_defaults.centres(facts, context.selection.place)
    names = {key: facts.places[key].names[text.lang] for key in chosen}
    if len(names) == 1:
        raise UnknownSubjectError(text("comparison.too_few", name=names[chosen[0]]))
    left_out = ", ".join(names[key] for key in chosen[MOST:])
    names = {key: names[key] for key in chosen[:MOST]}
    rows = comparison.of_centres([facts.places[key] for key in names], vital, facts, text)
    if not rows:
        raise UnknownSubjectError(text("press.no_figures"))
    head = tuple(comparison.by_gap(rows, names)[:1])
    rest = tuple(row for row in rows if row.compares and row not in head)
    return _Content(
        names=names,
        head=head,
        alike=head + rest,
        apart=tuple(row for row in rows if not row.compares),
        left_out=text("comparison.too_many", most=MOST, names=left_out) if left_out else "",
    )


def _row(column: DotColumn, content: _Content, text: Texts) -> _Row:
    """The words of a measure; what is unknown, and what is not simply quotable, stands with it."""
    names, known = content.names, column.dots
    least = _least_sure([column], names)
    verdict = "yes" if least is None else quotable.quotable(least).verdict
    quote = text("factsheet.quote", verdict=text(f"cite.{verdict}")).rstrip(".")
    reserve = () if verdict == "yes" else (quote,)
    if not column.compares:
        unknown = text("comparison.unknown")
        cells = tuple(
            (f"{name} {known[key].written}", known[key].basis)
            if key in known
            else (f"{name}", unknown)
            for key, name in names.items()
        )
        return _Row(column, column.heading, (text("press.apart"), *reserve), (), cells)
    missing = ", ".join(name for key, name in names.items() if key not in known)
    lacking = (text("press.not_known", names=missing),) if missing else ()
    dots = tuple(
        NamedDot(known[key].value, name, known[key].written)
        for key, name in names.items()
        if key in known
    )
    return _Row(column, column.heading, (column.note, *lacking, *reserve), dots, ())


def _draft(context: Context, content: _Content, shown: Sequence[_Row]) -> caption.Draft:
    """The words around the rows that are shown, and the sources of those alone."""
    text = context.text
    drawn = sum(bool(row.dots) for row in shown)
    total = len(content.alike)
    key = "press.stand_comparison" if drawn < total else "press.stand_comparison_all"
    columns = [row.column for row in shown]
    hidden = [column.heading for column in content.apart if column not in columns]
    note = content.head[0].note if content.head else ""
    sentences = [
        f"{note[:1].upper()}{note[1:]}." if note else "",
        text(key, names=listed(list(content.names.values()), text), shown=drawn, total=total)
        if total
        else text("press.stand_vacancy_apart"),
        text("press.apart_left_out", what=listed(hidden, text)) if hidden else "",
        content.left_out,
    ]
    return caption.Draft(
        view="vergelijk",
        headline=comparison.headline(content.head, content.names, text),
        standfirst=" ".join(filter(None, sentences)),
        notes=(text("press.note_scale"),) if drawn else (),
        verdict=_verdict(context, content),
        references=comparison.cited(columns, content.names),
        alt=text("press.alt_dots", rows="; ".join(_in_words(row) for row in shown)),
    )


def _verdict(context: Context, content: _Content) -> str:
    """How sure the less sure of the figures in the headline is."""
    least = _least_sure(content.head, content.names)
    return "" if least is None else caption.verdict(least, (), context.facts, context.text)


def _least_sure(columns: Sequence[DotColumn], names: Mapping[str, str]) -> Observation | None:
    """The figure behind the dots that is quoted with most reserve."""
    rows = [row for row in comparison.cited(columns, names) if isinstance(row, Observation)]
    return max(rows, key=lambda row: _VERDICTS.index(quotable.quotable(row).verdict), default=None)


def _in_words(row: _Row) -> str:
    figures = [f"{dot.name} {dot.written}" for dot in row.dots]
    figures += [f"{words} ({basis})" for words, basis in row.cells]
    return f"{row.heading} ({', '.join(row.notes)}): {', '.join(figures)}"


def _parts(box: PageBox, *, wide: bool) -> tuple[PageBox, PageBox]:
    """Where the words of a row stand, and its dots: on a wide page beside, else below them."""
    if not wide:
        return box, box
    middle = box.left + _NAME_PART * box.width
    return replace(box, right=middle - _GAP), replace(box, left=middle)


def _height(row: _Row, room: float, *, wide: bool) -> float:
    """The least height of a row in that width."""
    words, plot = _parts(PageBox(0.0, 0.0, room, 0.0), wide=wide)
    heading = wrap(row.heading, _HEADING, words.width, 700)
    notes = wrap(_notes(row), _SMALL, words.width)
    words_high = LEADING * (_HEADING * len(heading) + _SMALL * len(notes))
    if row.dots:
        drawn = named_dots.height(row.dots, row.column.scale, plot.width)
    else:
        drawn = max(_cell_height(cell, _cell_width(row, plot)) for cell in row.cells)
    return (max(words_high, drawn) if wide else words_high + _ABOVE + drawn) + _BETWEEN


def _notes(row: _Row) -> str:
    return " · ".join(row.notes)


def _cell_width(row: _Row, plot: PageBox) -> float:
    return (plot.width + _GAP) / len(row.cells) - _GAP


def _cell_height(cell: tuple[str, str], room: float) -> float:
    figure, basis = cell
    lines = wrap(figure, named_dots.SIZE, room, 600)
    return LEADING * (named_dots.SIZE * len(lines) + _SMALL * len(wrap(basis, _SMALL, room)))


def _draw_rows(
    canvas: Canvas, rows: Sequence[_Row], heights: Sequence[float], body: PageBox
) -> None:
    top = body.top
    for index, (row, high) in enumerate(zip(rows, heights, strict=True)):
        if index:
            canvas.line([(body.left, top), (body.right, top)], theme.HAIRLINE, 0.8)
        box = PageBox(body.left, top + _BETWEEN / 2, body.right, top + high)
        words, plot = _parts(box, wide=canvas.size.wide)
        low = canvas.paragraph(
            words.left,
            words.top,
            row.heading,
            _HEADING,
            words.width,
            weight=700,
            colour=theme.HEADING,
        )
        low = canvas.paragraph(
            words.left, low, _notes(row), _SMALL, words.width, colour=theme.QUIET
        )
        plot = plot if canvas.size.wide else replace(plot, top=low + _ABOVE)
        if row.dots:
            named_dots.draw(canvas, row.dots, row.column.scale, plot)
        else:
            _draw_cells(canvas, row, plot)
        top += high


def _draw_cells(canvas: Canvas, row: _Row, plot: PageBox) -> None:
    """Draw what each town has beside one another, each with what is counted: no scale is shared."""
    wide = _cell_width(row, plot)
    for index, (figure, basis) in enumerate(row.cells):
        left = plot.left + index * (wide + _GAP)
        low = canvas.paragraph(left, plot.top, figure, named_dots.SIZE, wide, weight=600)
        canvas.paragraph(left, low, basis, _SMALL, wide, colour=theme.QUIET)
