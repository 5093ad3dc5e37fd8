import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Rectangle

from dashboard.charts.marks import BoxMark, DotMark, Drawing, LineMark, TextMark
from dashboard.press.drawing import chart
from dashboard.press.drawing.canvas import Canvas
from dashboard.press.sizes import SIZES


def test_marks_stand_where_the_page_has_them_from_the_corner_of_the_box():
    canvas = Canvas(SIZES["social"])
    marks = (
        LineMark(((0.0, 40.0), (100.0, 40.0)), "#111111", 2.0),
        BoxMark(10.0, 20.0, 30.0, 8.0, "#222222"),
        DotMark(50.0, 25.0, 4.0, "#333333"),
        TextMark(99.0, 12.0, "9", 15.0, anchor="end"),
    )
    chart.draw(canvas, Drawing(100.0, 50.0, "", marks), 200.0, 300.0)
    (line,) = (one for one in canvas.figure.findobj(Line2D))
    assert list(zip(*line.get_data(), strict=True)) == [(200.0, 340.0), (300.0, 340.0)]
    boxes = [one for one in canvas.figure.findobj(Rectangle) if one is not canvas.figure.patch]
    assert [one.get_bbox().bounds for one in boxes] == [(210.0, 320.0, 30.0, 8.0)]
    (dot,) = canvas.figure.findobj(FancyBboxPatch)
    assert (dot.get_x(), dot.get_y(), dot.get_width()) == (246.0, 321.0, 8.0)
    (words,) = canvas.text_boxes
    assert words.text == "9" and words.box.right == pytest.approx(299.0)
