"""A centre at a glance as one picture: the finding, four figures, the edge, and the unknown."""

from collections.abc import Iterator
from dataclasses import replace

from dashboard.analysis.vitality import Vitality
from dashboard.facts.records import Observation
from dashboard.i18n.text import Texts
from dashboard.press import caption
from dashboard.press.caption import Story
from dashboard.press.drawing import layout as drawing_layout
from dashboard.press.drawing.canvas import Canvas
from dashboard.press.errors import RoomError
from dashboard.press.pictures import centre_content, factsheet_summary, vacancy_card
from dashboard.press.pictures.centre_content import CentreContent
from dashboard.press.request import PictureRequest
from dashboard.selection.context import Context
from dashboard.sentences import centre
from dashboard.sentences.centre import CentreWords


def draw(canvas: Canvas, context: Context, vital: Vitality, request: PictureRequest) -> Story:
    """Draw the page of the chosen centre, of the whole region the vacancy of every centre.

    Where room is short, the past of the figures is left out, then the edge, then goals. Raises
    RoomError.
    """
    if context.selection.whole_region:
        return vacancy_card.draw(canvas, context, request)
    facts, text = context.facts, context.text
    words = centre.words(facts, facts.places[context.selection.place], vital, text)
    content = replace(centre_content.collect(words, facts, text), unknown="")
    columns = 4 if canvas.size.wide else 2
    for shorter, names in _versions(content, text):
        story = caption.finish(
            context, request, _draft(words, shorter, text, small=canvas.size.small)
        )
        layout = drawing_layout.plan(canvas, story, text)
        trial = Canvas(canvas.size)
        low = factsheet_summary.draw(
            trial, shorter, layout.body, text, columns=columns, names=names
        )
        if low <= layout.body.bottom:
            drawing_layout.ink(canvas, story, layout, text)
            factsheet_summary.draw(canvas, shorter, layout.body, text, columns=columns, names=names)
            return story
    raise RoomError(f"{canvas.size.id}: a centre needs {low - layout.body.bottom:.0f} units more")


def _versions(content: CentreContent, text: Texts) -> Iterator[tuple[CentreContent, bool]]:
    """The content, ever shorter; whether every peer is named below its dots."""
    yield content, True
    reserve = {"reserved": text("press.with_reserve")}
    rows = tuple(
        replace(row, definition="", verdict=reserve.get(row.card.verdict or "", ""))
        for row in content.summary
    )
    yield replace(content, summary=rows), False
    rows = tuple(replace(row, card=replace(row.card, past=())) for row in rows)
    yield replace(content, summary=rows), False
    yield replace(content, summary=rows, edge=()), False
    rows = tuple(replace(row, goals=()) for row in rows)
    yield replace(content, summary=rows, edge=(), goals=()), False


def _draft(
    words: CentreWords, content: CentreContent, text: Texts, *, small: bool
) -> caption.Draft:
    """The words around what is drawn, and the sources of that alone."""
    rows: list[Observation] = [row for card in words.cards for row in card.rows]
    rows += [goal.row for row in content.summary if row.goals for goal in row.card.goals]
    rows += [goal.row for goal in words.goals if content.goals]
    rows += words.edge_figures if content.edge else ()
    title = text("centre.title", place=words.place.names[text.lang])
    return caption.Draft(
        view="centrum",
        headline=words.finding,
        standfirst="" if small else f"{title} {words.unknown}".strip(),
        alt=f"{centre_content.alt_text(content)}.",
        verdict=content.verdict,
        references=(*(cited for card in words.cards for cited in card.surveyed), *rows),
    )
