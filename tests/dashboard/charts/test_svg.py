import xml.etree.ElementTree as ET

from dashboard.charts import svg
from dashboard.charts.marks import BoxMark, DotMark, Drawing, LineMark, TextMark

SVG = "{http://www.w3.org/2000/svg}"
DRAWING = Drawing(
    100.0,
    50.0,
    "Station <A>",
    (
        LineMark(((0.0, 40.0), (100.0, 40.0)), "#111111", 2.0, dash=(5.0, 4.0)),
        LineMark(((0.0, 40.0), (50.0, 25.0), (100.0, 40.0)), "#111111"),
        BoxMark(10.0, 20.0, 30.0, 8.0, "#222222"),
        DotMark(50.0, 25.0, 4.0, "#333333"),
        TextMark(99.0, 12.0, "<9>", 15.0, anchor="end", weight=600),
    ),
)


def test_each_mark_is_one_element_in_its_order():
    written = ET.fromstring(svg.write(DRAWING))
    kinds = [element.tag.removeprefix(SVG) for element in written]
    assert kinds == ["title", "line", "polyline", "rect", "circle", "text"]
    _, line, path, box, dot, words = written
    assert (line.get("x2"), line.get("y2"), line.get("stroke-dasharray")) == ("100", "40", "5 4")
    assert (path.get("points"), path.get("fill")) == ("0.0,40.0 50.0,25.0 100.0,40.0", "none")
    assert (box.get("x"), box.get("width")) == ("10", "30")
    assert (dot.get("cx"), dot.get("r"), dot.get("stroke")) == ("50", "4", None)
    assert (words.get("text-anchor"), words.get("font-weight")) == ("end", "600")


def test_name_and_words_of_a_drawing_are_text():
    written = ET.fromstring(svg.write(DRAWING))
    assert written.get("aria-label") == "Station <A>" and written.get("role") == "img"
    assert [element.text for element in written.iter() if element.text] == ["Station <A>", "<9>"]


def test_image_carries_the_drawing_and_its_description():
    image = ET.fromstring(svg.image(DRAWING))
    assert image.get("alt") == "Station <A>"
    assert "<" not in (image.get("src") or "") and "polyline" in (image.get("src") or "")
