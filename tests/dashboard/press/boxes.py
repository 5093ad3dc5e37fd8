"""Which words of a canvas are cut off or share ink, and where that is to be asked."""

from collections.abc import Collection

import pytest
from _pytest.mark.structures import ParameterSet

from dashboard.i18n.text import LANGUAGES
from dashboard.press.drawing.canvas import Canvas
from dashboard.press.sizes import SIZES

# A slide has as much room as a social picture: `test_a_slide_has_the_room_of_a_social_picture`.
ROOMS = [size for size in SIZES if size != "slide"]


def in_german(values: Collection[str]) -> list[ParameterSet]:
    """Each value in German, whose words are the longest, and the first in every language; all in
    all languages in the long form.
    """
    return [
        pytest.param(value, lang, marks=() if lang == "de" or not at else pytest.mark.long)
        for at, value in enumerate(values)
        for lang in LANGUAGES
    ]


def outside(canvas: Canvas) -> list[str]:
    return [
        one.text
        for one in canvas.text_boxes
        if one.box.left < 0
        or one.box.top < 0
        or one.box.right > canvas.width
        or one.box.bottom > canvas.height
    ]


def overlapping(canvas: Canvas) -> list[tuple[str, str]]:
    """Pairs of lines that share ink; a hair less than their boxes, since lines stand closer than
    ascent and descent.
    """
    boxes = [(one.text, one.box.grown(-0.12 * one.size)) for one in canvas.text_boxes]
    return [
        (name, other)
        for index, (name, box) in enumerate(boxes)
        for other, second in boxes[index + 1 :]
        if box.overlaps(second)
    ]
