"""The pictures of tables: figures with what vouches for each, and the sources they come from."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from dashboard.analysis import quotable
from dashboard.facts.records import Observation
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.press import attribution, caption
from dashboard.press.caption import Story
from dashboard.press.drawing import layout as drawing_layout
from dashboard.press.drawing.canvas import LEADING, Sheet, ascent, balanced, width, wrap
from dashboard.press.request import Request
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.sentences import citation, headline_figures, region_names
from dashboard.style import theme

_HEAD = 12.5
_CELLS = (18.0, 16.0, 15.0, 14.0)
_PAD = 6.0
# Between two columns.
_GAP = 14.0
_HEAD_ROW = LEADING * _HEAD + 5.0
_BIG = 96.0
# As many figures as are set large, one below the other, before they become a table.
_FEW = 5
_FIGURES = (72.0, 62.0, 54.0, 46.0, 40.0, 34.0, 28.0, 24.0)
_FIGURE_PART = 0.42
_TALLEST = 210.0
_LONGEST_UNIT = 24
_MORE = 14.0
# Units of what is told of a place in words, and counts nothing.
_TOLD = frozenset({"dag", "datum", "omschrijving", "organisaties", "winkel"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, its part of the width, and whether its cells are bold."""

    title: str
    part: float
    bold: bool = False


def figures(sheet: Sheet, facts: Facts, request: Request, text: Texts) -> Story:
    """Draw the chosen figure large, else the newest citable figures of the selection's place and
    theme.
    """
    chosen = _chosen(facts, request)
    return (
        _table_of_figures(sheet, facts, request, text)
        if chosen is None
        else _one(sheet, chosen, facts, request, text)
    )


def _chosen(facts: Facts, request: Request) -> Observation | None:
    layer, _, key = (request.selection.chosen or "").partition(":")
    row = next(
        (row for row in facts.observations if layer == "cijfer" and row.observation_id == key), None
    )
    # What may not be a headline is never set large.
    return row if quotable.is_quotable_headline(row) else None


def _one(sheet: Sheet, row: Observation, facts: Facts, request: Request, text: Texts) -> Story:
    value = citation.value(row, facts, text)
    what = citation.what(row, facts, text)
    where = citation.area(row, facts, text)
    period = citation.period(row, text)
    old = text("note.old", year=row.year or 0) if facts.is_old(row) else ""
    words = caption.finish(
        Context(facts, text, request.selection),
        request,
        caption.Draft(
            view="cijfers",
            headline=what,
            standfirst=" ".join(
                part for part in (facts.said(row.definition or "", text.lang), old) if part
            ),
            notes=tuple(
                [facts.said(row.note, text.lang)] if row.note and len(row.note) <= 240 else []
            ),
            verdict=caption.verdict(row, (), facts, text),
            sources=[
                f"{citation.source_name(facts.source(row.source_id), facts, text)}"
                f" ({citation.period(row, text, short=True)})"
            ],
            licences=attribution.row_licences([row], facts, text),
            alt=citation.line(row, facts, text),
        ),
    )
    layout = drawing_layout.plan(sheet, words, text, notes=True)
    drawing_layout.ink(sheet, words, layout, text)
    body = layout.body
    size = drawing_layout.fitting(
        value, (_BIG * 1.6, _BIG * 1.3, _BIG, 76.0, 60.0, 46.0, 36.0, 28.0), body.width, 700, most=1
    )
    lines = balanced(value, size, body.width, 700)
    high = 1.05 * size * len(lines) + LEADING * 2 * 20.0
    y = body.top + max(0.0, (body.height - high) * 0.42)
    for line in lines:
        sheet.text(body.left, y + ascent(size), line, size, weight=700, colour=theme.HEADING)
        y += 1.05 * size
    for line in wrap(f"{where}, {period}", 20.0, body.width):
        sheet.text(body.left, y + ascent(20.0), line, 20.0, colour=theme.QUIET)
        y += LEADING * 20.0
    return words


def _table_of_figures(sheet: Sheet, facts: Facts, request: Request, text: Texts) -> Story:
    selection = request.selection
    place = None if selection.whole_region else selection.place
    theme_id = None if selection.theme == permalink.ALL else selection.theme
    every = headline_figures.about(facts, place, theme_id)
    order = {"yes": 0, "reserved": 1, "no": 2}
    first, last = selection.years
    rows = [
        row
        for row in every
        if quotable.quotable(row).verdict != "no"
        and (row.year is None or first <= row.year <= last)
        and _counted(row)
    ]
    # What is about the region before what lies beyond it, the newest first, and what is of one kind
    # together.
    rows.sort(
        key=lambda row: (
            _beyond(row, facts),
            -(row.year or 0),
            order[quotable.quotable(row).verdict],
            row.indicator,
            row.observation_id,
        )
    )
    # The newest of a kind and an area stands for the older ones.
    newest: dict[tuple[str, str | None, str], Observation] = {}
    for row in rows:
        newest.setdefault((row.indicator, row.place_id, row.area_name), row)
    rows = list(newest.values())
    name = region_names.selected(facts, selection, text)
    subject = text("theme.all") if theme_id is None else text(f"theme.{theme_id}")
    columns = (
        Column(text("column.figure"), 0.17, bold=True),
        Column(text("column.what"), 0.33),
        Column(text("column.area"), 0.24),
        Column(text("column.period"), 0.14),
        Column(text("column.cite"), 0.12),
    )
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
        return caption.finish(
            Context(facts, text, request.selection),
            request,
            caption.Draft(
                view="cijfers",
                headline=text("press.head_figures", place=name),
                standfirst=text(
                    "press.stand_figures",
                    subject=subject[:1].upper() + subject[1:],
                    shown=shown,
                    total=len(every),
                ),
                notes=(text("press.note_figures"),),
                sources=attribution.row_sources(rows[:shown], facts, text),
                licences=attribution.row_licences(rows[:shown], facts, text),
                alt=text(
                    "press.alt_table", rows="; ".join(" | ".join(line) for line in cells[:shown])
                ),
            ),
        )

    if 0 < len(cells) <= _FEW:
        return _large(
            sheet,
            cells,
            words(len(cells)),
            text,
            sure=all(map(quotable.is_quotable_headline, rows)),
        )
    return _tabled(sheet, columns, cells, words, text)


def _large(
    sheet: Sheet, cells: Sequence[tuple[str, ...]], words: Story, text: Texts, *, sure: bool
) -> Story:
    """Draw few figures large, one below the other, each with what it counts, where and when beside
    it.

    Unless they are all `sure` they stay smaller than the headline: what stands largest on a page is
    quoted.
    """
    layout = drawing_layout.plan(sheet, words, text, notes=True)
    drawing_layout.ink(sheet, words, layout, text)
    body = layout.body
    high = min(body.height / len(cells), _TALLEST)
    left = body.left + _FIGURE_PART * body.width
    parts = [_parted(line[0]) for line in cells]
    size = min(
        drawing_layout.fitting(
            number, _FIGURES, left - body.left - 32.0 - width(unit, _CELLS[0]), 700, most=1
        )
        for number, unit in parts
    )
    size = min(size, 0.46 * high, *(() if sure else (layout.headline_size - 2.0,)))
    for index, (figure, what, area, period, cite) in enumerate(cells):
        top = body.top + index * high
        if index:
            sheet.line([(body.left, top), (body.right, top)], theme.HAIRLINE, 0.8)
        middle = top + high / 2
        number, unit = _parted(figure)
        lines = wrap(number, size, left - body.left - 24.0, 700)
        for step, line in enumerate(lines):
            baseline = middle + 0.35 * size + (step - (len(lines) - 1) / 2) * 1.1 * size
            wide = sheet.text(body.left, baseline, line, size, weight=700, colour=theme.HEADING)
            if unit and step == len(lines) - 1:
                sheet.text(body.left + wide + 8.0, baseline, unit, _CELLS[0], colour=theme.HEADING)
        more = text("press.cited", where=f"{area}, {period}", cite=cite)
        blocks = [(line, _CELLS[0], 600) for line in wrap(what, _CELLS[0], body.right - left, 600)]
        blocks += [(line, _MORE, 400) for line in wrap(more, _MORE, body.right - left)]
        y = middle - sum(LEADING * one for _, one, _ in blocks) / 2
        for line, one, weight in blocks:
            sheet.text(
                left,
                y + ascent(one),
                line,
                one,
                weight=weight,
                colour=theme.INK if weight == 600 else theme.QUIET,
            )
            y += LEADING * one
    return words


def _parted(figure: str) -> tuple[str, str]:
    """A number and its unit; a range, a per cent and the source's own words stay whole."""
    number, _, unit = figure.partition(" ")
    plain = unit != "%" and len(unit) <= _LONGEST_UNIT and not any(sign.isdigit() for sign in unit)
    return (number, unit) if number[:1].isdigit() and plain else (figure, "")


def _counted(row: Observation) -> bool:
    """Whether a figure counts something, be it in the source's own words; a day or a
    name does not.
    """
    return row.value is not None or row.value_low is not None or row.unit not in _TOLD


def _beyond(row: Observation, facts: Facts) -> bool:
    return row.place_id is None or facts.places[row.place_id].role == "abroad"


def sources(sheet: Sheet, facts: Facts, request: Request, text: Texts) -> Story:
    """Draw the publishers with the most figures, and how many each vouches for."""
    counts = Counter(
        citation.publisher_name(row.source_id, facts, text) for row in facts.observations
    )
    licences: dict[str, dict[str, None]] = {}
    for record in facts.manifest.sources:
        licences.setdefault(citation.publisher_name(record.source_id, facts, text), {})[
            facts.said(record.licence, text.lang)
        ] = None
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    columns = (
        Column(text("sources.publisher"), 0.44, bold=True),
        Column(text("sources.rows"), 0.12),
        Column(text("sources.licence"), 0.44),
    )
    cells = [
        (name, theme.number(count, text.lang), " / ".join(licences.get(name, {})))
        for name, count in ranked
    ]

    def words(shown: int) -> Story:
        return caption.finish(
            Context(facts, text, request.selection),
            request,
            caption.Draft(
                view="bronnen",
                headline=text("sources.title"),
                standfirst=_publishers(shown, len(ranked), len(facts.observations), text),
                alt=text(
                    "press.alt_table", rows="; ".join(" | ".join(line) for line in cells[:shown])
                ),
            ),
        )

    return _tabled(sheet, columns, cells, words, text)


def _publishers(shown: int, publishers: int, figures: int, text: Texts) -> str:
    if publishers == 1:
        return text("press.stand_sources_one", figures=figures)
    if shown == publishers:
        return text("press.stand_sources_all", publishers=publishers, figures=figures)
    return text("press.stand_sources", shown=shown, publishers=publishers, figures=figures)


def _tabled(
    sheet: Sheet,
    columns: Sequence[Column],
    cells: Sequence[tuple[str, ...]],
    words: Callable[[int], Story],
    text: Texts,
) -> Story:
    """Draw as many rows as fit; what the page says of their number is settled with them."""
    # What no page could hold need not be laid out.
    shown = most = _fitting(_heights(columns, cells, sheet.width, _CELLS[-1]), sheet.height)
    story_ = words(shown)
    layout = drawing_layout.plan(sheet, story_, text, notes=True)
    # Few rows are set larger, but no larger than their longest word allows.
    cell = _CELLS[-1]
    if most == len(cells):
        every = ((size, sum(_heights(columns, cells, layout.body.width, size))) for size in _CELLS)
        whole = (size for size, high in every if _HEAD_ROW + high <= layout.body.height)
        cell = next(
            (size for size in whole if _unbroken(columns, cells, layout.body.width, size)), cell
        )
    heights = _heights(columns, cells[:most], layout.body.width, cell)
    # The foot shrinks with the sources of the rows: fewer rows first, then as many more as the
    # smaller foot leaves room for.
    while (fitting := _fitting(heights[:shown], layout.body.height)) < shown:
        shown = fitting
        story_ = words(shown)
        layout = drawing_layout.plan(sheet, story_, text, notes=True)
    for more in range(shown + 1, most + 1):
        longer = words(more)
        tried = drawing_layout.plan(sheet, longer, text, notes=True)
        if _fitting(heights[:more], tried.body.height) < more:
            break
        shown, story_, layout = more, longer, tried
    drawing_layout.ink(sheet, story_, layout, text)
    body = layout.body
    y = body.top
    x = body.left
    for column in columns:
        sheet.text(x, y + ascent(_HEAD), column.title, _HEAD, weight=700, colour=theme.HEADING)
        x += column.part * body.width
    y += _HEAD_ROW
    sheet.line([(body.left, y), (body.right, y)], theme.HEADING, 1.4)
    for index, line in enumerate(cells[:shown]):
        if index:
            sheet.line([(body.left, y), (body.right, y)], theme.HAIRLINE, 0.8)
        high = _row_height(columns, line, body.width, cell)
        x = body.left
        for column, said in zip(columns, line, strict=True):
            top = y + _PAD
            for part in wrap(
                said, cell, column.part * body.width - _GAP, 600 if column.bold else 400
            ):
                sheet.text(x, top + ascent(cell), part, cell, weight=600 if column.bold else 400)
                top += LEADING * cell
            x += column.part * body.width
        y += high
    return story_


def _row_height(columns: Sequence[Column], line: Sequence[str], room: float, cell: float) -> float:
    most = max(
        len(wrap(said, cell, column.part * room - _GAP, 600 if column.bold else 400))
        for column, said in zip(columns, line, strict=True)
    )
    return LEADING * cell * max(most, 1) + 2 * _PAD


def _unbroken(
    columns: Sequence[Column], cells: Sequence[tuple[str, ...]], room: float, cell: float
) -> bool:
    """Whether every word is narrower than its column."""
    return all(
        width(word, cell, 600 if column.bold else 400) <= column.part * room - _GAP
        for line in cells
        for column, said in zip(columns, line, strict=True)
        for word in said.split()
    )


def _fitting(heights: Sequence[float], room: float) -> int:
    """How many rows of these heights stand below the head within the room, counted from
    the first.
    """
    return sum(_HEAD_ROW + high <= room for high in accumulate(heights))


def _heights(
    columns: Sequence[Column], cells: Sequence[tuple[str, ...]], room: float, cell: float
) -> list[float]:
    return [_row_height(columns, line, room, cell) for line in cells]
