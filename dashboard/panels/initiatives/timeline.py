"""When initiatives ran: a table with a bar per initiative on one scale of years."""

import datetime as dt
from collections.abc import Sequence

from dashboard.facts.records import Initiative
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.maps.layers import initiatives
from dashboard.selection.permalink import TYPES
from dashboard.style import theme
from dashboard.style.html import Markup, node
from dashboard.style.templates import render

Moment = tuple[dt.date, str, str]
"""A day, its name, and what happened in a sentence."""


def moments(facts: Facts, text: Texts) -> tuple[Moment, ...]:
    """The pilot's dated moments: start, opening of the tender, deadline for applications."""
    dated = []
    for key, indicator in (
        ("launch", "pilot_launch"),
        ("tender", "tender_start"),
        ("deadline", "application_deadline"),
    ):
        row = next(
            (row for row in facts.observations if row.indicator == indicator and row.start), None
        )
        if row is not None and row.start is not None:
            dated.append(
                (
                    row.start,
                    text(f"timeline.{key}_name"),
                    text(f"timeline.{key}", when=theme.period(row.start, row.end, text.lang)),
                )
            )
    return tuple(dated)


def table(rows: Sequence[Initiative], marks: Sequence[Moment], facts: Facts, text: Texts) -> Markup:
    """Every initiative with its period in words and as a bar.

    A bar without a known end is open; without a known start there is no bar.
    """
    days = [day for row in rows for day in (row.start, row.end) if day is not None]
    if not rows or not days:
        return node("p", text("timeline.nothing"), class_="caution")
    days += [day for day, _, _ in marks]
    scale = _Scale(min(days).year, max(days).year)
    groups = []
    for place in facts.centres:
        initiatives_of_place = sorted(
            (row for row in rows if row.place_id == place.place_id),
            key=lambda row: (row.start is None, row.start or dt.date.max, row.name),
        )
        if initiatives_of_place:
            lines = [
                (row, initiatives.period(row, text), scale.bar(row)) for row in initiatives_of_place
            ]
            groups.append((place.names[text.lang], lines))
    moments = [(f"{scale.at(day):.1f}", name, what) for day, name, what in marks]
    # The stylesheet draws the moments through every row and a sign per kind, from these variables.
    style = [f"--m{number}:{left}%" for number, (left, _, _) in enumerate(moments, start=1)]
    style += [f"--{kind}:{theme.style(f'initiative_{kind}').fill}" for kind in TYPES]
    return render(
        "timeline.table",
        groups=groups,
        years=scale.years(),
        moments=moments,
        style=";".join(style),
        text=text,
    )


class _Scale:
    """Days as per cent of the drawing's width."""

    def __init__(self, first: int, last: int) -> None:
        self.first, self.last = first, last
        self._begin = dt.date(first, 1, 1).toordinal()
        self._days = dt.date(last, 12, 31).toordinal() - self._begin

    def at(self, day: dt.date) -> float:
        return 100.0 * (day.toordinal() - self._begin) / self._days

    def years(self) -> list[tuple[int, str]]:
        """The years to write, and where."""
        step = 1 if self.last - self.first < 7 else 2
        return [
            (year, f"{self.at(dt.date(year, 1, 1)):.1f}")
            for year in range(self.first, self.last + 1, step)
        ]

    def bar(self, row: Initiative) -> str | None:
        """Where an initiative's bar begins and how long it is, as CSS; None without a start."""
        if row.start is None:
            return None
        left = self.at(row.start)
        right = self.at(row.end or dt.date(self.last, 12, 31))
        return f"left:{left:.1f}%;width:{right - left:.1f}%"


def legend(marks: Sequence[Moment], text: Texts) -> Markup:
    """What the numbered moments, the open bars and the missing bars stand for."""
    sentences = [
        text("timeline.mark", number=number, what=what)
        for number, (_, _, what) in enumerate(marks, start=1)
    ]
    return node("p", " ".join([*sentences, text("timeline.legend")]), class_="quiet small")
