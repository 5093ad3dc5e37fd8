"""A line by year: where it breaks, what is open or hatched, and which figures it carries."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import pytest
from shapely import Point

from dashboard.charts import year_line
from dashboard.charts.marks import BoxMark, DotMark, Drawing, LineMark, Mark, TextMark
from dashboard.facts.records import StationYear
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import texts
from dashboard.sentences import centre
from dashboard.sentences.centre import CentreCard, DatedValue
from dashboard.style import theme

M = TypeVar("M", bound=Mark)
TEXT = texts("nl")
BASE = 150.0 - 1.25 * 15.0


def station(*counts: float | None, first: int = 2015) -> list[StationYear]:
    return [
        StationYear("hgl", first + index, "Hengelo", count, None, Point(0, 0), "hengelo")
        for index, count in enumerate(counts)
    ]


def drawn(*counts: float | None, first: int = 2015, width: float = 240.0) -> Drawing:
    return year_line.of_station(station(*counts, first=first), TEXT, width, 150.0)


def marks(drawing: Drawing, kind: type[M]) -> list[M]:
    return [mark for mark in drawing.marks if isinstance(mark, kind)]


def stretches(drawing: Drawing) -> list[LineMark]:
    return [line for line in marks(drawing, LineMark) if line.colour == theme.HEADING]


def words(drawing: Drawing) -> list[str]:
    return [text.words for text in marks(drawing, TextMark)]


def hollow(drawing: Drawing) -> list[bool]:
    return [dot.fill == theme.PAPER for dot in marks(drawing, DotMark)]


def past_of(card: CentreCard, *figures: tuple[int, float], size: float = 15.0) -> Drawing:
    past = tuple(
        DatedValue(
            year, f"jaar {year}", str(year), value, f"{value:.0f}", at in (0, len(figures) - 1)
        )
        for at, (year, value) in enumerate(figures)
    )
    return year_line.of_past(
        replace(card, past_title="Panden", past=past), TEXT, 200.0, 150.0, size
    )


@pytest.fixture
def card(facts: Facts) -> CentreCard:
    return centre.vacancy(facts, facts.places["hengelo"], TEXT, facts.years)


def test_line_breaks_between_2017_and_2018():
    drawing = drawn(1.0, 2.0, 3.0, 4.0, 5.0)
    assert len(stretches(drawing)) == 3  # 15-16, 16-17, 18-19; not 17-18
    dotted = [line for line in marks(drawing, LineMark) if line.dash == (1.5, 3.0)]
    assert len(dotted) == 1 and dotted[0].points[0][0] == 8.0 + 2.5 * 224.0 / 4


def test_2016_stands_on_dashes_and_open():
    drawing = drawn(1.0, 2.0, 3.0)
    assert [line.dash for line in stretches(drawing)] == [(5.0, 4.0)] * 2
    assert hollow(drawing) == [False, True, False]


def test_unknown_year_has_no_point_no_zero_and_dashes_over_it():
    drawing = drawn(9.0, None, 8.0, first=2022)
    assert len(marks(drawing, DotMark)) == 2
    assert [line.dash for line in stretches(drawing)] == [(5.0, 4.0)]


def test_corona_years_are_hatched_within_their_ground_and_open():
    drawing = drawn(9.0, 4.0, 5.0, 8.0, first=2019)
    assert hollow(drawing) == [False, True, True, False]
    (ground,) = marks(drawing, BoxMark)
    hatch = [line for line in marks(drawing, LineMark) if line.colour == theme.HAIRLINE]
    assert hatch
    for x, y in (point for line in hatch for point in line.points):
        assert ground.left - 1e-9 <= x <= ground.left + ground.width + 1e-9
        assert ground.top - 1e-9 <= y <= ground.top + ground.height + 1e-9


def test_no_hatching_without_corona_years():
    assert not marks(drawn(9.0, 4.0), BoxMark)


def test_values_lie_from_zero_up():
    heights = [dot.y for dot in marks(drawn(10.0, 5.0, first=2018), DotMark)]
    assert BASE - heights[0] == pytest.approx(2 * (BASE - heights[1]))


def test_compared_years_carry_their_figure_and_a_wide_line_every_year():
    counts = (10.0, 6.0, 7.0, 8.0, 9.0)
    assert words(drawn(*counts, first=2019)) == ["coronajaren", "10", "2019", "9", "2023"]
    assert not {"6", "7", "8"} & set(words(drawn(*counts, first=2019)))
    assert {"10", "6", "7", "8", "9"} <= set(words(drawn(*counts, first=2019, width=600.0)))


def test_words_of_the_break_stand_below_the_line_or_not_at_all():
    even = (9.0,) * 9
    assert {"andere telling", "vanaf 2018", "coronajaren"} <= set(words(drawn(*even)))
    low = year_line.of_station(station(*even), TEXT, 240.0, 60.0)
    assert words(low) == ["2015", "9", "2019", "9", "2023"]


def test_words_stay_within_the_drawing():
    for text in marks(drawn(*(9_000_000.0,) * 9), TextMark):
        half = 0.5 * text.size * len(text.words) / 2
        left = {"start": text.x, "middle": text.x - half, "end": text.x - 2 * half}[text.anchor]
        assert left >= 0.0 and left + 2 * half <= 240.0


def test_description_names_the_station_and_both_compared_figures():
    assert drawn(9.0, 8.0, 8.0, 8.0, 7.0, first=2019).described == "Hengelo: 2019: 9 · 2023: 7"
    assert drawn(9.0, first=2019).described == "Hengelo: niet voor beide jaren bekend"


def test_past_of_another_figure_than_boardings_is_not_broken(card: CentreCard):
    figures: Sequence[tuple[int, float]] = ((2016, 4.0), (2017, 4.0), (2018, 5.0), (2019, 6.0))
    drawing = past_of(card, *figures)
    assert [line.dash for line in stretches(drawing)] == [()] * 3
    assert hollow(drawing) == [False] * 4
    assert words(drawing) == ["4", "2016", "6", "2019"]
    assert drawing.described.startswith("Panden: jaar 2016 4, jaar 2017 4")
    broken = past_of(replace(card, subject="travellers"), *figures)
    assert len(stretches(broken)) == 2


def test_no_word_of_a_note_is_broken_in_a_narrow_band():
    assert "coronajaren" in words(drawn(*(9.0,) * 39, first=1985))
