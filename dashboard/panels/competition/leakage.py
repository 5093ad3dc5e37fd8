"""Where residents spend, in four parts of 100 %: one table with a bar in each row."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Literal

from dashboard.analysis.competition import leakage
from dashboard.analysis.competition.leakage import PARTS, Leakage
from dashboard.analysis.competition.outcome import Allocation
from dashboard.analysis.competition.region import Region
from dashboard.i18n.text import Texts
from dashboard.panels.competition.results import uncalibrated_tags
from dashboard.sentences import competition
from dashboard.sentences.competition import part_name, part_share
from dashboard.style.html import Markup
from dashboard.style.templates import render


def cities(
    region: Region, allocation: Allocation, goods: str, changed: bool, text: Texts
) -> Markup:
    """Leakage from each inner city: in words and as four parts of its municipality's spending."""
    rows = leakage.of_cities(region, allocation)
    heads = [
        (
            text(
                "competition.municipality_of",
                place=competition.site_name(row.place_id, region.sites, text),
            ),
            uncalibrated_tags(row.place_id, region, text),
        )
        for row in rows
    ]
    caption = text("competition.cities_caption", goods=goods)
    parts = _parts(caption, heads, rows, region, changed, text)
    sentences = _sentences(rows, region, changed, text)
    return render("leakage.cities", sentences=sentences, parts=parts, text=text)


def _sentences(rows: Sequence[Leakage], region: Region, changed: bool, text: Texts) -> str:
    """The sentences above the table: the published shares, or in a scenario what changes."""
    if not changed:
        return competition.cities(region, text)
    change = competition.leakage_change(rows, region, text)
    return f"{text('competition.modelled')} {competition.leakage_is(region, text)} {change}"


def town(
    region: Region, allocation: Allocation, town_id: str, goods: str, changed: bool, text: Texts
) -> Markup:
    """The four parts of the spending of one town."""
    at = region.towns.index(town_id)
    name = region.town_names[at]
    caption = text("competition.town_parts_caption", place=name, goods=goods)
    rows = leakage.of_towns(region, allocation, [at])
    return _parts(
        caption, [(name, [])], rows, region, changed, text, abroad=region.codes[at] is None
    )


def _parts(
    caption: str,
    heads: Sequence[tuple[str, list[str]]],
    rows: Sequence[Leakage],
    region: Region,
    changed: bool,
    text: Texts,
    *,
    abroad: bool = False,
) -> Markup:
    """A table: name, bar of the middle outcome and four ranges; in a scenario both states."""
    guide = text("competition.bars_scenario") if changed else text("competition.bars_today")
    names = [
        text("column.place"),
        *(part_name(part, region, text, abroad=abroad) for part in PARTS),
    ]
    states: tuple[Literal["before", "after"], ...] = ("before", "after") if changed else ("before",)
    lines = [
        (
            name,
            tags,
            # What a scenario leaves as it was stands once.
            list(dict.fromkeys(_bar(row, state) for state in range(len(states)))),
            [
                list(dict.fromkeys(part_share(row, part, state, text) for state in states))
                for part in PARTS
            ],
        )
        for (name, tags), row in zip(heads, rows, strict=True)
    ]
    return render("leakage.parts", caption=f"{caption}. {guide}", heads=names, rows=lines)


def _bar(row: Leakage, state: int) -> str:
    """A bar of 100 %, as CSS: where each part but the last ends.

    The colours are in the stylesheet: bars are sent with every move of a slider.
    """
    lengths = [row.parts[part].middle[state] if part in row.parts else 0.0 for part in PARTS[:-1]]
    ends = zip("abc", accumulate(lengths), strict=True)
    return ";".join(f"--{name}:{100 * end:.0f}" for name, end in ends)
