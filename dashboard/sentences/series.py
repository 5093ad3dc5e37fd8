"""The words around comparable series: their years, their breaks, and who is missing."""

from collections.abc import Sequence
from dataclasses import replace

from dashboard.analysis.stations import BREAK_AFTER, CORONA_YEARS, TOTAL_ONLY_YEAR
from dashboard.facts.records import Observation, StationYear
from dashboard.facts.snapshot import Facts
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts


def stations(facts: Facts, text: Texts) -> list[list[StationYear]]:
    """The years of each station, under its name in the language of the text."""
    names = sorted({row.name for row in facts.stations})
    return [
        [
            replace(row, name=facts.translate(name, text.lang))
            for row in facts.stations
            if row.name == name
        ]
        for name in names
    ]


def trains_title(rows: Sequence[StationYear], text: Texts) -> str:
    """The title of the lines of stations, with their first and last year."""
    years = [row.year for row in rows]
    return text("overview.trains_title", first=min(years), last=max(years))


def trains_legend(rows: Sequence[StationYear], text: Texts) -> str:
    """What a broken line, an open point and hatching mean, as far as the years show them."""
    years = {row.year for row in rows}
    features = {
        "break": min(years) <= BREAK_AFTER < max(years),
        "total": TOTAL_ONLY_YEAR in years,
        "corona": set(CORONA_YEARS) <= years,
    }
    return " ".join(text(f"overview.trains_{key}") for key, present in features.items() if present)


def outlets_note(rows: Sequence[Observation], facts: Facts, text: Texts) -> str:
    """Says that the figures are of one kind, and which centres have none."""
    covered = {row.place_id for row in rows}
    missing = [place.names[text.lang] for place in facts.centres if place.place_id not in covered]
    sentences = [text("overview.locatus_note")]
    if missing:
        sentences.append(text("overview.locatus_missing", places=listed(missing, text)))
    return " ".join(sentences)
