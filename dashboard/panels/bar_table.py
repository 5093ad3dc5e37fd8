"""Bars and dots that carry their number, as a table of the page."""

from collections.abc import Sequence
from typing import Literal

from dashboard.charts.bars import ChartBar
from dashboard.style.html import Markup
from dashboard.style.templates import render


def write(
    rows: Sequence[ChartBar], *, caption: str, kind: Literal["bars", "dots"] = "bars"
) -> Markup:
    """Horizontal bars from zero as an HTML table: the name, the bar, the written figure.

    A value of an earlier year is a thin bar below. As `dots` only the end of each bar is drawn,
    below zero too; a mark stands at zero.
    """
    lowest = min((0.0, *(row.value for row in rows)))
    length = max((0.0, *(row.value for row in rows))) - lowest or 1.0
    widths = [
        (
            row,
            *(
                None if value is None else f"{100 * (value - lowest) / length:.1f}"
                for value in (row.value, row.earlier)
            ),
        )
        for row in rows
    ]
    zero = f"{-100 * lowest / length:.1f}" if lowest < 0 else None
    return render("bar_table.bars", rows=widths, caption=caption, kind=kind, zero=zero)
