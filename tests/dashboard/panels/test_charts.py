import re
import xml.etree.ElementTree as ET

from dashboard.panels.charts import BarRow, YearValue, bars, broken_line

SVG = "{http://www.w3.org/2000/svg}"


def drawn(
    *values: float | None, first: int = 2015, written: dict[int, str] | None = None
) -> ET.Element:
    points = [YearValue(first + index, value) for index, value in enumerate(values)]
    return ET.fromstring(broken_line(points, written or {}, title="Station <A>"))


def stretches(svg: ET.Element) -> list[ET.Element]:
    return [line for line in svg.iter(f"{SVG}line") if line.get("stroke") == "#154273"]


def test_line_breaks_between_2017_and_2018():
    svg = drawn(1.0, 2.0, 3.0, 4.0, 5.0)
    assert len(stretches(svg)) == 3  # 15-16, 16-17, 18-19; not 17-18


def test_2016_stands_on_dashes_and_open():
    svg = drawn(1.0, 2.0, 3.0)
    assert [line.get("stroke-dasharray") for line in stretches(svg)] == ["4 3", "4 3"]
    assert [circle.get("fill") for circle in svg.iter(f"{SVG}circle")] == [
        "#154273",
        "#ffffff",
        "#154273",
    ]


def test_corona_years_are_hatched_and_open():
    svg = drawn(9.0, 4.0, 5.0, 8.0, first=2019)
    assert [line for line in svg.iter(f"{SVG}line") if line.get("stroke") == "#c9c3b6"]
    assert [circle.get("fill") for circle in svg.iter(f"{SVG}circle")][1:3] == [
        "#ffffff",
        "#ffffff",
    ]


def test_no_hatching_without_corona_years():
    svg = drawn(9.0, 4.0, first=2015)
    assert not [line for line in svg.iter(f"{SVG}line") if line.get("stroke") == "#c9c3b6"]


def test_unknown_year_has_no_point_and_no_zero():
    svg = drawn(9.0, None, 8.0, first=2018)
    assert len(list(svg.iter(f"{SVG}circle"))) == 2


def test_written_years_carry_their_figure():
    svg = drawn(10.0, 6.0, first=2019, written={2019: "10", 2020: "6"})
    assert {"10", "6"} <= {text.text for text in svg.iter(f"{SVG}text")}


def test_name_of_the_drawing_is_text():
    svg = drawn(1.0, 2.0)
    assert svg.get("aria-label") == "Station <A>"
    assert svg.find(f"{SVG}title").text == "Station <A>"


def test_values_lie_from_zero_up():
    svg = drawn(10.0, 5.0, first=2018)
    heights = [float(circle.get("cy")) for circle in svg.iter(f"{SVG}circle")]
    base = next(
        float(line.get("y1")) for line in svg.iter(f"{SVG}line") if line.get("stroke") == "#8a8a8a"
    )
    assert base - heights[0] == 2 * (base - heights[1])


def test_bars_are_shares_of_the_longest_and_carry_their_number():
    table = bars(
        [BarRow("Almelo", 2.1, "2,1", strong=True), BarRow("Nederland", 1.05, "1,05")],
        caption="per 1.000",
    )
    assert re.findall(r"width:([\d.]+)%", table) == ["100.0", "50.0"]
    assert "2,1" in table and "1,05" in table and table.count("strong") == 1
