"""The list of sources, and the sections on data, accessibility and privacy."""

import datetime as dt
import re
from collections import Counter

from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.sentences import citation, passer_counts
from dashboard.style import theme
from dashboard.style.html import Markup, outward
from dashboard.style.templates import render
from data.manifest import SourceRecord

_DATED = re.compile(r"(\d{4})(?:-(\d\d)-(\d\d))?(?:T[\d:.]+Z?)?")


def sources(facts: Facts, counts: Counter[str], text: Texts) -> Markup:
    """Every source of the snapshot with publisher, date, licence, trouble and number of figures.

    Sources that were not supplied are named below the table.
    """
    ordered = sorted(
        facts.manifest.sources,
        key=lambda record: (record.publisher.casefold(), record.title_nl.casefold()),
    )
    return render(
        "source_list.sources",
        records=[
            {
                "publisher": facts.translate(record.publisher, text.lang),
                "title": outward(_title(record, text), record.url),
                "medium": record.read_via,
                "trouble": _trouble(record, text),
                "date": _date(record, facts, text),
                "licence": facts.translate(record.licence, text.lang),
                "rows": counts[record.source_id] or "",
            }
            for record in ordered
            if record.status != "not_supplied"
        ],
        absent="; ".join(
            _title(record, text) for record in ordered if record.status == "not_supplied"
        ),
        text=text,
    )


def _title(record: SourceRecord, text: Texts) -> str:
    return record.title_nl if text.lang == "nl" else record.title_en


def _trouble(record: SourceRecord, text: Texts) -> str | None:
    """What went wrong at the last attempt, and the date of the data shown; None without trouble."""
    if record.status == "failed":
        return text("sources.failed")
    if record.status == "stale" and record.retrieved is not None:
        return text("sources.stale", day=theme.day(record.retrieved, text.lang))
    return None


def _date(record: SourceRecord, facts: Facts, text: Texts) -> str:
    """When the source was published, else the period it describes, else that it is undated."""
    if record.source_date:
        return citation.published(record.source_date, facts, text)
    days = [
        theme.day(dt.date(int(year), int(month), int(day)), text.lang) if month else year
        for year, month, day in _DATED.findall(record.surveyed or "")
    ]
    return " – ".join(dict.fromkeys((days[0], days[-1]))) if days else text("unknown.year")


def sections(facts: Facts, text: Texts) -> Markup:
    """The sections on gaps and filling them, rules, accessibility, privacy and licence."""
    missing = passer_counts.missing(facts, text)
    return render("source_list.sections", missing=missing, text=text)
