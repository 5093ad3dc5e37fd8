"""The slides about one centre: its figures as pictures, its goals, what is unknown, the sources."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from dashboard.analysis.competition.calibration import Model
from dashboard.analysis.vitality import Vitality
from dashboard.facts.records import RetailPlace
from dashboard.press import attribution, caption
from dashboard.press.caption import Story
from dashboard.press.drawing.canvas import Canvas
from dashboard.press.request import PictureRequest, Subject
from dashboard.press.sizes import ON_SLIDE
from dashboard.press.slides import presentation
from dashboard.press.slides.presentation import Slide, Words
from dashboard.selection.context import Context
from dashboard.selection.scenario import NONE
from dashboard.sentences import centre, headline_figures
from dashboard.sentences.centre import CentreWords

Draw = Callable[[PictureRequest], tuple[Canvas, Story]]


def slides(
    context: Context, draw: Draw, model: Model | None, vital: Vitality, request: PictureRequest
) -> list[Slide]:
    """The slides about the place of the request; pictures only of what is known of it."""
    facts, text, selection = context.facts, context.text, context.selection
    place = facts.places[selection.place]
    today = replace(selection, chosen=None, extent=None, scenario=NONE)
    context = replace(context, selection=today)
    request = replace(request, selection=today, size=ON_SLIDE, headline=None, standfirst=None)
    words = centre.words(facts, place, vital, text)
    made = [
        presentation.pictured(*draw(replace(request, subject=subject)), text.lang)
        for subject in _subjects(context, place, model)
    ]
    made += _goals(context, words, request)
    made += _unknown(context, words, request)
    made += _sources(context, made, request)
    return made


def _subjects(context: Context, place: RetailPlace, model: Model | None) -> Iterator[Subject]:
    """The subjects of pictures that have a figure of the place."""
    facts, text = context.facts, context.text
    yield "centrum"
    if centre.vacancy(facts, place, text, context.selection.years).source_id is not None:
        yield "leegstand"
    if model is not None and place.place_id in {site.site_id for site in model.region.named}:
        yield "koopstromen"
    if any(row.place_id == place.place_id for row in facts.stations):
        yield "treinreizigers"
    if any(row.place_id == place.place_id for row in headline_figures.locatus(facts)):
        yield "verkooppunten"


def _goals(context: Context, words: CentreWords, request: PictureRequest) -> list[Slide]:
    goals = [*(goal for card in words.cards for goal in card.goals), *words.goals]
    title = context.text("slides.goals", place=words.place.names[context.text.lang])
    lines = [(goal.words, None) for goal in goals]
    return _written(context, request, title, lines, [goal.row for goal in goals])


def _unknown(context: Context, words: CentreWords, request: PictureRequest) -> list[Slide]:
    """What is unknown, and who may know it."""
    text, name = context.text, words.place.names[context.text.lang]
    if not words.unknown:
        return []
    lines = [words.unknown, text("unknown.how")]
    if any(card.subject == "vacancy" and card.source_id is None for card in words.cards):
        lines.append(f"{text('press.who_knows')}: {text('press.unknown_holder', place=name)}")
    title = text("slides.unknown", place=name)
    return _written(context, request, title, [(line, None) for line in lines])


def _sources(context: Context, made: list[Slide], request: PictureRequest) -> list[Slide]:
    """Every source of the slides with its address, then what their figures count."""
    facts, text = context.facts, context.text
    references = dict.fromkeys(cited for slide in made for cited in slide.story.references)
    cited = attribution.bibliography(references, facts, text)
    counted = attribution.definitions(references, facts, text)
    return [
        *_written(context, request, text("slides.sources"), [*cited.items()]),
        *_written(context, request, text("slides.counted"), [(line, None) for line in counted]),
    ]


def _written(
    context: Context,
    request: PictureRequest,
    title: str,
    lines: Sequence[Words],
    references: Sequence[attribution.Reference] = (),
) -> list[Slide]:
    """Slides of text under one title; none without lines."""
    draft = caption.Draft(
        view="centrum", headline=title, standfirst="", alt="", references=references
    )
    return presentation.pages_of_lines(caption.finish(context, request, draft), lines)
