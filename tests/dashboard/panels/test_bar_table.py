import re

from dashboard.charts.bars import ChartBar
from dashboard.panels import bar_table


def test_bars_are_shares_of_the_longest_and_carry_their_number():
    table = bar_table.write(
        [ChartBar("Almelo", 2.1, "2,1", strong=True), ChartBar("Nederland", 1.05, "1,05")],
        caption="per 1.000",
    )
    assert re.findall(r"width:([\d.]+)%", table) == ["100.0", "50.0"]
    assert "2,1" in table and "1,05" in table and table.count("strong") == 1


def test_earlier_value_is_a_bar_on_the_same_scale():
    table = bar_table.write([ChartBar("Borne", 200.0, "200", earlier=150.0)], caption="inwoners")
    assert re.findall(r'class="([^"]+)" style="width:([\d.]+)%', table) == [
        ("bar", "100.0"),
        ("bar earlier", "75.0"),
    ]
