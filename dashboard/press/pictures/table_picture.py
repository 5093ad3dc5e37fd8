"""The pictures of tables: figures with what vouches for each, and the sources they come from."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from dashboard.analysis import quotable
from dashboard.facts.records import Observation
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.press import caption
from dashboard.press.caption import Story
from dashboard.press.drawing import layout as drawing_layout
from dashboard.press.drawing.canvas import LEADING, Canvas, ascent, width, wrap
from dashboard.press.pictures import figure_picture
from dashboard.press.request import PictureRequest
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.sentences import citation, headline_figures, region_names
from dashboard.style import theme

_HEAD = 12.5
_CELLS = (18.0, 16.0, 15.0, 14.0)
_PAD = 6.0
# Between two columns, in units.
_GAP = 14.0
_HEAD_ROW = LEADING * _HEAD + 5.0
# Up to this many figures are set large, one below the other; more become a table.
_FEW = 5
# Units of observations in words, which count nothing.
_WORD_UNITS = frozenset({"dag", "datum", "omschrijving", "organisaties", "winkel"})


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column: its title, its part of the width, and whether its cells are bold."""

    title: str
    part: float
    bold: bool = False

    @property
    def weight(self) -> int:
        """The weight of its cells."""
        return 600 if self.bold else 400

    def wrap(self, words: str, size: float, table_width: float) -> list[str]:
        """The lines of a cell in a table of that width."""
        return wrap(words, size, self.part * table_width - _GAP, self.weight)


def figures(canvas: Canvas, context: Context, request: PictureRequest) -> Story:
    """Draw the chosen figure large, else the newest citable figures of place and theme."""
    facts = context.facts
    layer, _, key = (context.selection.chosen or "").partition(":")
    chosen = next(
        (row for row in facts.observations if layer == "cijfer" and row.observation_id == key), None
    )
    # A figure that may not be a headline is never set large.
    if chosen is not None and quotable.is_quotable_headline(chosen):
        return figure_picture.draw_chosen(canvas, chosen, context, request)
    return _table_of_figures(canvas, context, request)


def _table_of_figures(canvas: Canvas, context: Context, request: PictureRequest) -> Story:
    facts, text, selection = context.facts, context.text, context.selection
    theme_id = None if selection.theme == permalink.ALL else selection.theme
    every = headline_figures.about(
        facts, None if selection.whole_region else selection.place, theme_id
    )
    rows = _newest_citable(every, selection.years, facts)
    name = region_names.selected(context)
    subject = text("theme.all") if theme_id is None else text(f"theme.{theme_id}")
    cells = [
        (
            citation.value_without_unit(row, facts, text),
            citation.what(row, facts, text),
            citation.area(row, facts, text),
            citation.period(row, text, short=True),
            text(f"cite.{quotable.quotable(row).verdict}"),
        )
        for row in rows
    ]

    def words(shown: int) -> Story:
        draft = caption.Draft(
            view="cijfers",
            headline=text("press.head_figures", place=name),
            standfirst=text(
                "press.stand_figures",
                subject=subject[:1].upper() + subject[1:],
                shown=shown,
                total=len(every),
            ),
            notes=(text("press.note_figures"),),
            references=rows[:shown],
            alt=text("press.alt_table", rows="; ".join(" | ".join(line) for line in cells[:shown])),
        )
        return caption.finish(context, request, draft)

    if 0 < len(cells) <= _FEW:
        all_quotable = all(map(quotable.is_quotable_headline, rows))
        few = [
            (figure, what, text("press.cited", where=f"{area}, {period}", cite=cite))
            for figure, what, area, period, cite in cells
        ]
        return figure_picture.draw_few(canvas, few, words(len(few)), text, quotable=all_quotable)
    columns = (
        TableColumn(text("column.figure"), 0.17, bold=True),
        TableColumn(text("column.what"), 0.33),
        TableColumn(text("column.area"), 0.24),
        TableColumn(text("column.period"), 0.14),
        TableColumn(text("column.cite"), 0.12),
    )
    return _draw_table(canvas, columns, cells, words, text)


def draw_centres(
    canvas: Canvas, words: Story, cells: Sequence[tuple[str, ...]], text: Texts
) -> Story:
    """Draw one figure per centre: `cells` are figure, centre and what the figure counts."""
    if len(cells) <= _FEW:
        return figure_picture.draw_few(canvas, cells, words, text, quotable=False)
    columns = (
        TableColumn(text("column.figure"), 0.2, bold=True),
        TableColumn(text("overview.matrix_city"), 0.25),
        TableColumn(text("column.what"), 0.55),
    )
    return _draw_table(canvas, columns, cells, lambda shown: words, text)


def _newest_citable(
    rows: Iterable[Observation], years: tuple[int, int], facts: Facts
) -> list[Observation]:
    """The newest citable figure of each indicator and area, within the years.

    Figures about the region come before figures beyond it, the newest first.
    """
    first, last = years
    order = {"yes": 0, "reserved": 1, "no": 2}
    citable = [
        row
        for row in rows
        if quotable.quotable(row).verdict != "no"
        and (row.year is None or first <= row.year <= last)
        and _counted(row)
    ]
    citable.sort(
        key=lambda row: (
            row.place_id is None or facts.places[row.place_id].role == "abroad",
            -(row.year or 0),
            order[quotable.quotable(row).verdict],
            row.indicator,
            row.observation_id,
        )
    )
    newest: dict[tuple[str, str | None, str], Observation] = {}
    for row in citable:
        newest.setdefault((row.indicator, row.place_id, row.area_name), row)
    return list(newest.values())


def _counted(row: Observation) -> bool:
    """Whether a figure counts something, also in the source's own words; a day or name does not."""
    return row.value is not None or row.value_low is not None or row.unit not in _WORD_UNITS


def sources(canvas: Canvas, context: Context, request: PictureRequest) -> Story:
    """Draw the publishers with the most figures, and how many each vouches for."""
    facts, text = context.facts, context.text
    counts = Counter(
        citation.publisher_name(row.source_id, facts, text) for row in facts.observations
    )
    licences: dict[str, dict[str, None]] = {}
    for record in facts.manifest.sources:
        licences.setdefault(citation.publisher_name(record.source_id, facts, text), {})[
            facts.translate(record.licence, text.lang)
        ] = None
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    columns = (
        TableColumn(text("sources.publisher"), 0.44, bold=True),
        TableColumn(text("sources.rows"), 0.12),
        TableColumn(text("sources.licence"), 0.44),
    )
    cells = [
        (name, theme.number(count, text.lang), " / ".join(licences.get(name, {})))
        for name, count in ranked
    ]

    def words(shown: int) -> Story:
        draft = caption.Draft(
            view="bronnen",
            headline=text("sources.title"),
            standfirst=_publishers(shown, len(ranked), len(facts.observations), text),
            alt=text("press.alt_table", rows="; ".join(" | ".join(line) for line in cells[:shown])),
        )
        return caption.finish(context, request, draft)

    return _draw_table(canvas, columns, cells, words, text)


def _publishers(shown: int, publishers: int, figures: int, text: Texts) -> str:
    if publishers == 1:
        return text("press.stand_sources_one", figures=figures)
    if shown == publishers:
        return text("press.stand_sources_all", publishers=publishers, figures=figures)
    return text("press.stand_sources", shown=shown, publishers=publishers, figures=figures)


def _draw_table(
    canvas: Canvas,
    columns: Sequence[TableColumn],
    cells: Sequence[tuple[str, ...]],
    words: Callable[[int], Story],
    text: Texts,
) -> Story:
    """Draw as many rows as fit; `words` gives the story for a number of rows."""
    # Rows that no page could hold are not laid out.
    shown = most = _fitting(_heights(columns, cells, canvas.width, _CELLS[-1]), canvas.height)
    story = words(shown)
    layout = drawing_layout.plan(canvas, story, text, notes=True)
    # Few rows are set larger, but no larger than their longest word allows.
    cell = _CELLS[-1]
    if most == len(cells):
        every = ((size, sum(_heights(columns, cells, layout.body.width, size))) for size in _CELLS)
        whole = (size for size, high in every if _HEAD_ROW + high <= layout.body.height)
        cell = next(
            (size for size in whole if _unbroken(columns, cells, layout.body.width, size)), cell
        )
    heights = _heights(columns, cells[:most], layout.body.width, cell)
    # Fewer rows have fewer sources and a smaller foot: remove rows until they fit, then add rows
    # back for which the smaller foot leaves room.
    while (fitting := _fitting(heights[:shown], layout.body.height)) < shown:
        shown = fitting
        story = words(shown)
        layout = drawing_layout.plan(canvas, story, text, notes=True)
    for more in range(shown + 1, most + 1):
        longer = words(more)
        tried = drawing_layout.plan(canvas, longer, text, notes=True)
        if _fitting(heights[:more], tried.body.height) < more:
            break
        shown, story, layout = more, longer, tried
    drawing_layout.ink(canvas, story, layout, text)
    body = layout.body
    y = body.top
    x = body.left
    for column in columns:
        canvas.text(x, y + ascent(_HEAD), column.title, _HEAD, weight=700, colour=theme.HEADING)
        x += column.part * body.width
    y += _HEAD_ROW
    canvas.line([(body.left, y), (body.right, y)], theme.HEADING, 1.4)
    for index, line in enumerate(cells[:shown]):
        if index:
            canvas.line([(body.left, y), (body.right, y)], theme.HAIRLINE, 0.8)
        high = _row_height(columns, line, body.width, cell)
        x = body.left
        for column, cell_text in zip(columns, line, strict=True):
            top = y + _PAD
            for part in column.wrap(cell_text, cell, body.width):
                canvas.text(x, top + ascent(cell), part, cell, weight=column.weight)
                top += LEADING * cell
            x += column.part * body.width
        y += high
    return story


def _row_height(
    columns: Sequence[TableColumn], line: Sequence[str], room: float, cell: float
) -> float:
    most = max(
        len(column.wrap(cell_text, cell, room))
        for column, cell_text in zip(columns, line, strict=True)
    )
    return LEADING * cell * max(most, 1) + 2 * _PAD


def _unbroken(
    columns: Sequence[TableColumn], cells: Sequence[tuple[str, ...]], room: float, cell: float
) -> bool:
    """Whether every word is narrower than its column."""
    return all(
        width(word, cell, column.weight) <= column.part * room - _GAP
        for line in cells
        for column, cell_text in zip(columns, line, strict=True)
        for word in cell_text.split()
    )


def _fitting(heights: Sequence[float], room: float) -> int:
    """How many of the first rows, of these heights, fit below the head."""
    return sum(_HEAD_ROW + high <= room for high in accumulate(heights))


def _heights(
    columns: Sequence[TableColumn], cells: Sequence[tuple[str, ...]], room: float, cell: float
) -> list[float]:
    return [_row_height(columns, line, room, cell) for line in cells]
