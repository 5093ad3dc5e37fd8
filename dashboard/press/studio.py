"""Any picture, from what is asked to a finished file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from dashboard.analysis import vitality
from dashboard.analysis.competition import calibration
from dashboard.analysis.competition.calibration import Model
from dashboard.analysis.vitality import Vitality
from dashboard.errors import CompetitionError
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Lang, texts
from dashboard.maps import region_content
from dashboard.maps.scene import Scene
from dashboard.press.caption import Story
from dashboard.press.drawing import files
from dashboard.press.drawing.canvas import Canvas
from dashboard.press.errors import UnknownSubjectError
from dashboard.press.pictures import (
    bar_chart,
    centre_picture,
    comparison_picture,
    factsheet,
    flow_picture,
    map_picture,
    station_chart,
    street_picture,
    table_picture,
    vacancy_card,
)
from dashboard.press.request import PictureRequest, Subject
from dashboard.press.sizes import ON_SLIDE, Format
from dashboard.selection.context import Context, context_of
from dashboard.selection.permalink import REGION

_MOST_SCENES = 12
Draw = Callable[[Canvas, Context, PictureRequest], Story]


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished picture and its alternative text."""

    content: bytes
    story: Story


class Studio:
    """Draws pictures of one snapshot; the maps' scenes are made once per language,
    in a country once per language and place.
    """

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._scenes: dict[tuple[Lang, str], Scene] = {}
        self._draw: Mapping[Subject, Draw] = MappingProxyType(
            {
                "kaart": self._map,
                "centrum": self._centre,
                "straten": self._streets,
                "treinreizigers": station_chart.trains,
                "inwoners": bar_chart.residents,
                "verkooppunten": bar_chart.outlets,
                "leegstand": vacancy_card.draw,
                "cijfers": table_picture.figures,
                "bronnen": table_picture.sources,
                "koopstromen": self._flows,
                "vergelijking": self._comparison,
            }
        )

    def draw(self, request: PictureRequest) -> tuple[Canvas, Story]:
        """The picture drawn, not yet a file."""
        canvas, context = Canvas(request.size), context_of(self.facts, request.selection)
        return canvas, self._draw[request.subject](canvas, context, request)

    def picture(self, request: PictureRequest, form: Format) -> Picture:
        """The picture as a file; the same request on the same snapshot gives the same bytes."""
        if form == "pptx":
            return self._slide(request)
        canvas, story = self.draw(request)
        return Picture(files.render(canvas, story, form, request.selection.lang), story)

    def _slide(self, request: PictureRequest) -> Picture:
        # Imported here: few ask for slides, and their library takes memory.
        from dashboard.press.slides import presentation

        canvas, story = self.draw(replace(request, size=ON_SLIDE))
        context = context_of(self.facts, request.selection)
        slide = presentation.pictured(canvas, story, context.text.lang)
        return Picture(presentation.document([slide], story.headline, context), story)

    def factsheet(self, request: PictureRequest) -> Picture:
        """The factsheet of the request's city as a PDF, the same bytes every time."""
        lang = request.selection.lang
        canvases, stories = self.pages(request)
        alternatives = [story.alt for story in stories]
        place = self.facts.places[request.selection.place].names[lang]
        title = texts(lang)("factsheet.title", place=place)
        whole = replace(stories[0], headline=title, alt=" ".join(alternatives))
        return Picture(files.document(canvases, alternatives, whole, lang), whole)

    def presentation(self, request: PictureRequest) -> Picture:
        """The slides about the request's city as one file, the same bytes every time.

        Raises UnknownSubjectError when no city is chosen.
        """
        # Imported here: few ask for slides, and their library takes memory.
        from dashboard.press.slides import centre_deck, presentation

        context = self._about_city(request, "slides.needs_city")
        slides = centre_deck.slides(context, self.draw, self.model, self.vitality, request)
        place = self.facts.places[request.selection.place].names[context.text.lang]
        title = context.text("slides.title", place=place)
        return Picture(presentation.document(slides, title, context), slides[0].story)

    def pages(self, request: PictureRequest) -> tuple[list[Canvas], list[Story]]:
        """The pages of the factsheet drawn, not yet a file.

        Raises UnknownSubjectError when no city is chosen.
        """
        context = self._about_city(request, "factsheet.needs_city")
        return factsheet.draw(
            context,
            self.model,
            self.vitality,
            self.scene(context.text.lang, context.selection.place),
            request,
        )

    def _about_city(self, request: PictureRequest, refusal: str) -> Context:
        """The context of a request, refused without a city before anything is measured."""
        context = context_of(self.facts, request.selection)
        if request.selection.whole_region:
            raise UnknownSubjectError(context.text(refusal))
        return context

    def scene(self, lang: Lang, place: str = REGION) -> Scene:
        """The map of the snapshot in one language; in a country that around a place."""
        facts = self.facts.around(place)
        key = lang, facts.focus
        if key not in self._scenes:
            if len(self._scenes) >= _MOST_SCENES:
                self._scenes.clear()
            self._scenes[key] = region_content.scene(facts, texts(lang))
        return self._scenes[key]

    def _centre(self, canvas: Canvas, context: Context, request: PictureRequest) -> Story:
        return centre_picture.draw(canvas, context, self.vitality, request)

    def _comparison(self, canvas: Canvas, context: Context, request: PictureRequest) -> Story:
        return comparison_picture.draw(canvas, context, self.vitality, request)

    def _flows(self, canvas: Canvas, context: Context, request: PictureRequest) -> Story:
        return flow_picture.draw(canvas, context, self.model, request)

    @cached_property
    def model(self) -> Model | None:
        """The calibrated model of the snapshot; None where its data are too few for one."""
        try:
            return calibration.model_of(self.facts)
        except CompetitionError:
            return None

    @cached_property
    def vitality(self) -> Vitality:
        """The indicators of every centre of the snapshot."""
        return vitality.measured(self.facts)

    def learn(self, model: Model) -> None:
        """Use a model of this snapshot, unless there is one."""
        vars(self).setdefault("model", model)

    def _streets(self, canvas: Canvas, context: Context, request: PictureRequest) -> Story:
        """The streets of the chosen town; the map of a place without streets."""
        town_known = context.selection.place in context.facts.towns
        return (street_picture.draw if town_known else self._map)(canvas, context, request)

    def _map(self, canvas: Canvas, context: Context, request: PictureRequest) -> Story:
        return map_picture.draw(
            canvas, context, self.scene(context.text.lang, context.selection.place), request
        )
