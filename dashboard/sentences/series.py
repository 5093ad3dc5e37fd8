"""The words around the series that may be compared: over which years, what breaks them, and who is
missing.
"""

from collections.abc import Sequence

from dashboard.analysis.stations import BREAK_AFTER, CORONA_YEARS, TOTAL_ONLY_YEAR
from dashboard.facts.records import Observation, StationYear
from dashboard.facts.snapshot import Facts
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts


def trains_title(rows: Sequence[StationYear], text: Texts) -> str:
    """What the stations' lines show, with their first and last year."""
    years = [row.year for row in rows]
    return text("overview.trains_title", first=min(years), last=max(years))


def trains_legend(rows: Sequence[StationYear], text: Texts) -> str:
    """What a broken line, an open point and a hatched ground mean, of those that the years of
    `rows` bring; else empty.
    """
    years = {row.year for row in rows}
    features = {
        "break": min(years) <= BREAK_AFTER < max(years),
        "total": TOTAL_ONLY_YEAR in years,
        "corona": set(CORONA_YEARS) <= years,
    }
    return " ".join(text(f"overview.trains_{key}") for key, present in features.items() if present)


def outlets_note(rows: Sequence[Observation], facts: Facts, text: Texts) -> str:
    """That the figures are of one kind, and for which centres there is none."""
    covered = {row.place_id for row in rows}
    missing = [place.names[text.lang] for place in facts.centres if place.place_id not in covered]
    sentences = [text("overview.locatus_note")]
    if missing:
        sentences.append(text("overview.locatus_missing", places=listed(missing, text)))
    return " ".join(sentences)
