"""Dots on a scale: words stand at their dot, apart, and within the line."""

import pytest

from dashboard.press.drawing import named_dots
from dashboard.press.drawing.canvas import Canvas
from dashboard.press.drawing.label_placement import PageBox
from dashboard.press.drawing.named_dots import NamedDot
from dashboard.press.sizes import SIZES
from tests.dashboard.press.boxes import overlapping

BOX = PageBox(100.0, 100.0, 700.0, 300.0)


def row(*values: float) -> tuple[NamedDot, ...]:
    """A dot per value, written as it is."""
    return tuple(NamedDot(value, f"Stad {at}", f"{value:g}") for at, value in enumerate(values))


def drawn(dots: tuple[NamedDot, ...]) -> Canvas:
    canvas = Canvas(SIZES["social"])
    named_dots.draw(canvas, dots, (0.0, 100.0), BOX)
    return canvas


def lanes(dots: tuple[NamedDot, ...]) -> int:
    """On how many heights words stand."""
    return len({one.box.top for one in drawn(dots).text_boxes})


def test_words_of_dots_far_apart_stand_in_one_line_above():
    assert lanes(row(10, 50, 90)) == 1
    assert named_dots.height(row(10, 50, 90), (0.0, 100.0), BOX.width) < named_dots.height(
        row(48, 50, 52), (0.0, 100.0), BOX.width
    )


@pytest.mark.parametrize(
    "values", [(48, 50, 52), (96, 97, 98, 99, 100), (0, 1, 2, 3, 4), (0, 1, 50, 99, 100)]
)
def test_words_of_near_dots_stand_above_and_below_apart_and_within_the_line(values):
    canvas = drawn(row(*values))
    assert lanes(row(*values)) == 2 and overlapping(canvas) == []
    for one in canvas.text_boxes:
        assert BOX.left - 0.01 <= one.box.left and one.box.right <= BOX.right + 0.01


def test_dots_of_one_figure_are_one_with_all_their_names():
    seen = [one.text for one in drawn(row(40, 40, 80)).text_boxes]
    assert seen == ["Stad 0, Stad 1", "40", "Stad 2", "80"]


def test_names_too_long_for_two_lines_take_more():
    long = tuple(
        NamedDot(value, "Westerhaar-Vriezenveensewijk " * 2, "1" * value) for value in (1, 2, 3)
    )
    canvas = drawn(long)
    assert lanes(long) == 3 and overlapping(canvas) == []
