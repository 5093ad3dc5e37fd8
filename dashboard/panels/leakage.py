"""Where residents spend, in four parts of 100 %: one table with a bar in each row."""

from collections.abc import Sequence
from itertools import accumulate

from dashboard.competition import leakage, sentences
from dashboard.competition.leakage import PARTS, Leakage
from dashboard.competition.outcome import Divided
from dashboard.competition.region import Region
from dashboard.competition.sentences import part_name, part_share
from dashboard.markup import Markup, join, node
from dashboard.panels.competition import free_tag, table
from dashboard.text import Texts


def cities(region: Region, found: Divided, goods: str, changed: bool, text: Texts) -> Markup:
    """What leaks away from each inner city: in words and as the four parts of its municipality."""
    rows = leakage.of_cities(region, found)
    heads = [
        [
            text(
                "competition.municipality_of",
                place=sentences.site_name(row.place_id, region.sites, text),
            ),
            *free_tag(row.place_id, region, text),
        ]
        for row in rows
    ]
    return join(
        [
            node("h2", text("competition.cities_title")),
            node("p", _said(rows, region, changed, text)),
            _parts(
                text("competition.cities_caption", goods=goods), heads, rows, region, changed, text
            ),
        ]
    )


def _said(rows: Sequence[Leakage], region: Region, changed: bool, text: Texts) -> str:
    """The words above the table; in a scenario its tags say which centres are not calibrated."""
    if not changed:
        return sentences.cities(region, text)
    change = sentences.leakage_change(rows, region, text)
    return f"{text('competition.modelled')} {sentences.leakage_is(region, text)} {change}"


def town(
    region: Region, found: Divided, town_id: str, goods: str, changed: bool, text: Texts
) -> Markup:
    """The four parts of the spending of one town."""
    at = region.towns.index(town_id)
    name = region.town_names[at]
    caption = text("competition.town_parts_caption", place=name, goods=goods)
    rows = leakage.of_towns(region, found, [at])
    return _parts(caption, [[name]], rows, region, changed, text, abroad=region.codes[at] is None)


def _parts(
    caption: str,
    heads: Sequence[Sequence[str | Markup]],
    rows: Sequence[Leakage],
    region: Region,
    changed: bool,
    text: Texts,
    *,
    abroad: bool = False,
) -> Markup:
    """Per row its name, a bar of the middle outcome, four ranges; in a scenario both states."""
    guide = text("competition.bars_scenario") if changed else text("competition.bars_today")
    names = [
        text("column.place"),
        *(part_name(part, region, text, abroad=abroad) for part in PARTS),
    ]
    states = ("before", "after") if changed else ("before",)
    lines = []
    for head, row in zip(heads, rows, strict=True):
        bars = [_bar(row, state) for state in range(len(states))]
        cells = [[part_share(row, part, state, text) for state in states] for part in PARTS]
        lines.append(node("tr", node("th", *head, *bars, scope="row"), *map(_cell, cells)))
    return table(f"{caption}. {guide}", names, lines, kind="shares leak")


def _bar(row: Leakage, state: int) -> Markup:
    """A bar of 100 %: where each part but the last ends.

    The style sheet has the colours: bars travel with every move of a slider.
    """
    lengths = [row.parts[part].middle[state] if part in row.parts else 0.0 for part in PARTS[:-1]]
    ends = zip("abc", accumulate(lengths), strict=True)
    return node("i", style=";".join(f"--{name}:{100 * end:.0f}" for name, end in ends))


def _cell(shares: Sequence[str]) -> Markup:
    first, *then = shares
    return node("td", first, *(part for share in then for part in (node("br"), node("b", share))))
