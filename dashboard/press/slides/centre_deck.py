"""The slides about one centre: its figures as pictures, its goals, what is unknown, the sources."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from dashboard.analysis.competition.calibration import Model
from dashboard.analysis.vitality import Vitality
from dashboard.facts.records import RetailPlace
from dashboard.press import attribution, caption
from dashboard.press.caption import Story
from dashboard.press.drawing.canvas import Canvas
from dashboard.press.errors import UnknownSubjectError
from dashboard.press.request import PictureRequest, Subject
from dashboard.press.sizes import ON_SLIDE
from dashboard.press.slides import presentation
from dashboard.press.slides.presentation import Slide
from dashboard.selection.context import Context
from dashboard.selection.scenario import NONE
from dashboard.sentences import centre, headline_figures
from dashboard.sentences.centre import CentreWords

Draw = Callable[[PictureRequest], tuple[Canvas, Story]]


def slides(
    context: Context, draw: Draw, model: Model | None, vital: Vitality, request: PictureRequest
) -> list[Slide]:
    """The slides about the place of the request; pictures only of what is known of it.

    Raises UnknownSubjectError when no city is chosen.
    """
    facts, text, selection = context.facts, context.text, context.selection
    if selection.whole_region:
        raise UnknownSubjectError(text("slides.needs_city"))
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
    story = _story(context, request, title, tuple(goal.row for goal in goals))
    return presentation.pages_of_lines(story, [(goal.words, None) for goal in goals])


def _unknown(context: Context, words: CentreWords, request: PictureRequest) -> list[Slide]:
    """What is unknown, and who may know it."""
    text, name = context.text, words.place.names[context.text.lang]
    if not words.unknown:
        return []
    lines = [words.unknown, text("unknown.how")]
    if any(card.subject == "vacancy" and card.source_id is None for card in words.cards):
        lines.append(f"{text('press.who_knows')}: {text('press.unknown_holder', place=name)}")
    story = _story(context, request, text("slides.unknown", place=name), ())
    return presentation.pages_of_lines(story, [(line, None) for line in lines])


def _sources(context: Context, made: list[Slide], request: PictureRequest) -> list[Slide]:
    """Every source of the slides with its address, then what their figures count."""
    facts, text = context.facts, context.text
    references = dict.fromkeys(cited for slide in made for cited in slide.story.references)
    found = []
    counted = attribution.definitions(references, facts, text)
    for title, lines in (
        (text("slides.sources"), [*attribution.bibliography(references, facts, text).items()]),
        (text("slides.counted"), [(definition, None) for definition in counted]),
    ):
        found += presentation.pages_of_lines(_story(context, request, title, ()), lines)
    return found


def _story(
    context: Context,
    request: PictureRequest,
    title: str,
    references: tuple[attribution.Reference, ...],
) -> Story:
    draft = caption.Draft(
        view="centrum", headline=title, standfirst="", alt="", references=references
    )
    return caption.finish(context, request, draft)
