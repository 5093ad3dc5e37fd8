"""The tasks of the picture process, which opens a snapshot once and makes file after file.

Heavy modules are imported in the tasks, so that the interface can name a task without them.
"""

import gc
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.i18n.text import texts
from dashboard.press.request import PictureRequest
from dashboard.press.sizes import MEDIA, Format
from dashboard.selection.context import Context

if TYPE_CHECKING:
    from dashboard.analysis.competition.calibration import Model
    from dashboard.press.studio import Studio

_MOST_STUDIOS = 2
_studios: "OrderedDict[tuple[Path, str], Studio]" = OrderedDict()


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file, with its words for who edits or cannot see it."""

    content: bytes
    media_type: str
    headline: str = ""
    standfirst: str = ""
    alt: str = ""
    unset: str = ""
    """Characters of headline and standfirst that no font of the picture holds."""
    caption: str = ""
    citation: str = ""


@cache
def begin() -> Made:
    """Load the libraries that the first picture would wait for; the result is empty.

    They stay, so the search for cycles after each drawing passes them over from now on.
    """
    from dashboard.press import studio as press_studio
    from dashboard.press.drawing import fonts

    fonts.register()
    gc.collect()
    gc.freeze()
    return Made(b"", press_studio.__name__)


def studio(folder: Path, version: str, model: "Model | None" = None) -> "Studio":
    """The studio of that version of the snapshot in `folder`, without internal rows.

    With `model` it need not fit one. The first model given is used for all later jobs, with what
    has been derived from it.
    """
    from dashboard.facts.snapshot import Facts
    from dashboard.press.studio import Studio
    from data import catalogue

    begin()
    key = (folder, version)
    if key not in _studios:
        _studios[key] = Studio(Facts(catalogue.open(folder), beyond=True))
        while len(_studios) > _MOST_STUDIOS:
            _studios.popitem(last=False)
    _studios.move_to_end(key)
    if model is not None:
        _studios[key].learn(model)
    return _studios[key]


def picture(
    folder: Path, version: str, request: PictureRequest, form: Format, model: "Model | None" = None
) -> Made:
    """One picture."""
    from dashboard.press.drawing import fonts

    made = studio(folder, version, model).picture(request, form)
    story = made.story
    return Made(
        made.content,
        MEDIA[form],
        story.headline,
        story.standfirst,
        story.alt,
        fonts.unset(f"{story.headline}{story.standfirst}"),
        story.caption,
        story.citation,
    )


def factsheet(
    folder: Path, version: str, request: PictureRequest, model: "Model | None" = None
) -> Made:
    """The factsheet of the request's city."""
    made = studio(folder, version, model).factsheet(request)
    return Made(
        made.content, MEDIA["pdf"], made.story.headline, made.story.standfirst, made.story.alt
    )


def presentation(
    folder: Path, version: str, request: PictureRequest, model: "Model | None" = None
) -> Made:
    """The slides about the request's city."""
    made = studio(folder, version, model).presentation(request)
    return Made(made.content, MEDIA["pptx"], made.story.headline)


def map_file(folder: Path, version: str, request: PictureRequest) -> Made:
    """The interactive map of the selection as one HTML file."""
    from dashboard.maps.single_file import folium_map
    from dashboard.press import caption

    facts = studio(folder, version).facts
    text = texts(request.selection.lang)
    content = folium_map.document(
        Context(facts, text, request.selection), preface=caption.unread(request.unread, text)
    )
    return Made(content, "text/html; charset=utf-8")
