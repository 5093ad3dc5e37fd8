"""The figures by subject, each with its source and whether it may be quoted."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from dashboard.analysis import quotable
from dashboard.facts.records import MEASURED, Observation
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.selection.permalink import Selection
from dashboard.sentences import citation
from dashboard.style.html import Markup, outward
from dashboard.style.templates import render
from geo.names import holds_words

ID = "cijfer"
# More of one subject is folded: a reader then looks for a word rather than down the page.
MOST_SHOWN = 20
# A search with more hits shows how they spread over subjects first.
MOST_OPENED = 40


def search(rows: Sequence[Observation], typed: str, facts: Facts, text: Texts) -> list[Observation]:
    """The figures with every typed word in name, area, period, value, definition or publisher."""
    if not typed.strip():
        return list(rows)

    def described(row: Observation) -> str:
        return " ".join(
            (
                citation.what(row, facts, text),
                citation.area(row, facts, text),
                citation.period(row, text),
                citation.value(row, facts, text),
                citation.definition(row, facts, text),
                facts.publisher(row.source_id, text.lang),
            )
        )

    return [row for row in rows if holds_words(described(row), typed)]


def is_number(row: Observation) -> bool:
    """Whether a row holds a number or a range; a market day is none."""
    return row.value is not None or row.value_low is not None


def groups(context: Context, rows: Sequence[Observation], *, opened: bool) -> Markup:
    """The figures per subject, newest first, with older ones folded; sources once below them.

    `opened` shows the tables of all subjects at once.
    """
    facts, text = context.facts, context.text
    numbers = {
        source_id: number
        for number, source_id in enumerate(dict.fromkeys(row.source_id for row in rows), 1)
    }
    by_theme: dict[str, list[Observation]] = {}
    for row in rows:
        by_theme.setdefault(facts.indicators[row.indicator].theme, []).append(row)
    subjects = []
    for theme_id in permalink.FIGURE_THEMES:
        about = by_theme.get(theme_id, [])
        figures = sorted(filter(is_number, about), key=_newest_first)
        facts_only = sorted((row for row in about if not is_number(row)), key=_newest_first)
        if not about:
            continue
        latest = newest(figures)
        first = [row for row in figures if row.observation_id in latest][:MOST_SHOWN]
        shown = {row.observation_id for row in first}
        folded = [row for row in figures if row.observation_id not in shown]
        subjects.append(
            {
                "name": text(f"theme.{theme_id}"),
                "count": text.counted("figures.in_subject", len(figures), count=len(figures))
                if figures
                else text("figures.no_numbers"),
                "rows": [_cells(context, row, numbers) for row in first],
                "more": text.counted("figures.more", len(folded), count=len(folded)),
                "folded": [_cells(context, row, numbers) for row in folded],
                "facts": [_cells(context, row, numbers) for row in facts_only],
            }
        )
    licences = Counter(facts.source(source_id).licence for source_id in numbers)
    usual = licences.most_common(1)[0][0]
    return render(
        "figures.groups",
        subjects=subjects,
        opened=opened or len(subjects) == 1,
        usual=facts.translate(usual, text.lang),
        sources=[
            (
                outward(citation.source_name(record, facts, text), record.url),
                citation.published(record.source_date, facts, text),
                None if record.licence == usual else facts.translate(record.licence, text.lang),
            )
            for record in map(facts.source, numbers)
        ],
        text=text,
    )


def newest(rows: Sequence[Observation]) -> frozenset[str]:
    """The id of the first row of each indicator and area, for rows with the newest first."""
    latest: dict[tuple[str | None, str, str], str] = {}
    for row in rows:
        latest.setdefault((row.place_id, row.area_name, row.indicator), row.observation_id)
    return frozenset(latest.values())


def _newest_first(row: Observation) -> tuple[int, str, str]:
    return -(row.end or dt.date.min).toordinal(), row.indicator, row.observation_id


def _cells(context: Context, row: Observation, numbers: Mapping[str, int]) -> dict[str, object]:
    facts, text = context.facts, context.text
    return {
        "id": row.observation_id,
        "what": citation.what(row, facts, text),
        "address": address(row.observation_id, context.selection),
        "figure": citation.value(row, facts, text),
        "area": citation.area(row, facts, text),
        "period": citation.period(row, text),
        "nature": text(f"nature.{row.nature}") if is_number(row) else text("figures.fact"),
        "measured": row.nature in MEASURED,
        "number": numbers[row.source_id],
        "cite": text(f"cite.{quotable.quotable(row).verdict}"),
    }


def address(
    observation_id: str, selection: Selection, *, only: Collection[str] | None = None
) -> str:
    """Where a figure is shown, as a link of `permalink.address`."""
    return permalink.address(
        permalink.choose(selection, f"{ID}:{observation_id}"), "cijfers", only=only
    )


def chosen(key: str | None, facts: Facts) -> Observation | None:
    """The figure that a link points at, or None."""
    if key is None or not key.startswith(f"{ID}:"):
        return None
    return next(
        (row for row in facts.observations if row.observation_id == key.partition(":")[2]), None
    )
