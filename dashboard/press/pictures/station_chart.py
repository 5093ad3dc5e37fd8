"""Passengers per station and year: one small line chart per station, each on its own scale."""

from collections.abc import Sequence

from dashboard.analysis.stations import compared
from dashboard.charts import year_line
from dashboard.facts.records import StationYear
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.press import caption
from dashboard.press.caption import Story
from dashboard.press.drawing import chart
from dashboard.press.drawing import layout as drawing_layout
from dashboard.press.drawing.canvas import LEADING, Canvas, ascent
from dashboard.press.drawing.label_placement import PageBox
from dashboard.press.errors import UnknownSubjectError
from dashboard.press.request import PictureRequest
from dashboard.selection.context import Context
from dashboard.sentences import series
from dashboard.style import theme

_NAME = 15.0
_NOTE = 12.5
_TITLE = LEADING * _NAME


def trains(canvas: Canvas, context: Context, request: PictureRequest) -> Story:
    """Draw one small line chart per station, each on its own scale from zero.

    Raises UnknownSubjectError where there are no stations.
    """
    facts, text, selection = context.facts, context.text, context.selection
    place = selection.place
    whole = selection.whole_region
    stations = [
        rows for rows in series.stations(facts, text) if whole or rows[0].place_id == place
    ] or series.stations(facts, text)
    if not stations:
        raise UnknownSubjectError(text("press.no_figures"))
    draft = caption.Draft(
        view="kaart" if not whole else "overzicht",
        headline=headline(stations, text),
        standfirst=(
            text("press.stand_trains") if len(stations) > 1 else text("press.stand_trains_one")
        ),
        notes=notes(stations[0], text),
        references=[
            (facts.station_source_id, f"{stations[0][0].year}–{stations[0][-1].year}"),
        ],
        alt=text(
            "press.alt_trains",
            figures="; ".join(year_line.described_station(rows, text) for rows in stations),
        ),
    )
    words = caption.finish(context, request, draft)
    layout = drawing_layout.plan(canvas, words, text, notes=bool(words.notes))
    drawing_layout.ink(canvas, words, layout, text)
    columns = min(len(stations), 3 if canvas.size.wide else 2)
    lines = -(-len(stations) // columns)
    wide = (layout.body.width - drawing_layout.GAP * (columns - 1)) / columns
    high = (layout.body.height - 10.0 * (lines - 1)) / lines
    for index, rows in enumerate(stations):
        left = layout.body.left + (index % columns) * (wide + drawing_layout.GAP)
        top = layout.body.top + (index // columns) * (high + 10.0)
        # One station alone is named in the headline.
        title = rows[0].name if len(stations) > 1 else text("press.trains_axis")
        canvas.text(left, top + ascent(_NAME), title, _NAME, weight=700, colour=theme.HEADING)
        drawing = year_line.of_station(rows, text, wide, high - _TITLE)
        chart.draw(canvas, drawing, left, top + _TITLE)
    if len(stations) % columns:
        at = len(stations) % columns
        left, top = (
            layout.body.left + at * (wide + drawing_layout.GAP),
            layout.body.top + (lines - 1) * (high + 10.0),
        )
        _draw_key(canvas, PageBox(left, top, layout.body.right, top + high), text)
    return words


def _draw_key(canvas: Canvas, box: PageBox, text: Texts) -> None:
    """How to read the lines, in a free cell among them."""
    canvas.text(
        box.left,
        box.top + ascent(_NAME),
        text("press.trains_key"),
        _NAME,
        weight=700,
        colour=theme.HEADING,
    )
    y = box.top + _TITLE + 4.0
    for hollow, dashed, key in (
        (False, False, "trains_year"),
        (True, False, "trains_corona_year"),
        (True, True, "trains_total"),
    ):
        chart.draw(canvas, year_line.sample(hollow=hollow, dashed=dashed), box.left, y)
        y = (
            canvas.paragraph(box.left + 36.0, y, text(f"press.{key}"), _NOTE, box.width - 36.0)
            + 4.0
        )


def notes(rows: Sequence[StationYear], text: Texts) -> tuple[str, ...]:
    """The note on how to read the lines that are drawn."""
    legend = series.trains_legend(rows, text)
    return (legend,) if legend else ()


def headline(stations: Sequence[Sequence[StationYear]], text: Texts) -> str:
    """What holds for every station, else the title; 2019 and 2023 are comparable counts."""
    known = [pair for rows in stations if (pair := compared(rows)) is not None]
    title = series.trains_title([row for rows in stations for row in rows], text)
    if len(known) != len(stations):
        return title
    if len(stations) == 1:
        before, after = known[0]
        return text(
            "press.head_trains_one",
            station=stations[0][0].name,
            before=theme.number(before, text.lang),
            after=theme.number(after, text.lang),
        )
    more = [
        rows[0].name
        for rows, (before, after) in zip(stations, known, strict=True)
        if after >= before
    ]
    if not more:
        return text("press.head_trains_lower", count=len(known))
    if len(more) < len(known) / 2:
        return text(
            "press.head_trains_some",
            count=len(known) - len(more),
            total=len(known),
            stations=listed(more, text),
        )
    return title
