"""The stations on the opening view: drawn as lines, and the same counts as a table."""

import xml.etree.ElementTree as ET

from dashboard.analysis import stations
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import texts
from dashboard.panels import overview
from dashboard.style import theme

SVG = "{http://www.w3.org/2000/svg}"
TEXT = texts("nl")


def test_every_count_of_a_station_stands_in_the_table_below_the_lines(facts: Facts):
    below = overview.compared_bars(facts, TEXT)
    for row in facts.stations:
        assert row.boardings_per_workday is not None
        assert f'<td class="num">{theme.number(row.boardings_per_workday, "nl")}</td>' in below
    assert f"<summary>{TEXT('verdict.as_table')}</summary>" in below


def test_chosen_station_is_drawn_alone_and_described_by_both_figures(facts: Facts):
    row = next(row for row in facts.stations if row.name == "Station Hengelo")
    chosen = f"{stations.LAYER_ID}:{stations.feature_id(row)}"
    (figure,) = overview.trains(facts, TEXT, only=chosen)
    drawing = ET.fromstring(figure).find(f"{SVG}svg")
    assert drawing is not None
    assert drawing.get("aria-label") == "Station Hengelo: 2019: 8.950 · 2023: 8.844"
    assert len(overview.trains(facts, TEXT)) == 5
