"""The list of sources, and the sections on data, accessibility and privacy."""

import datetime as dt
import re
from collections import Counter

from dashboard.facts.snapshot import Facts
from dashboard.i18n import glossary
from dashboard.i18n.text import Texts
from dashboard.panels.figures import MOST_OPENED
from dashboard.selection.permalink import FIGURE_THEMES
from dashboard.sentences import citation, passer_counts
from dashboard.style import theme
from dashboard.style.html import Markup, node, outward
from dashboard.style.templates import render
from data.manifest import SourceRecord
from geo.names import holds_words

# Sources of streets, units, initiatives and the map: no figure rests on them.
_OTHER = "other"
_DATED = re.compile(r"(\d{4})(?:-(\d\d)-(\d\d))?(?:T[\d:.]+Z?)?")


def sources(facts: Facts, text: Texts, *, typed: str = "") -> Markup:
    """The sources per subject with publisher, date, trouble and number of figures.

    A source stands with the subject that most of its figures are about. With `typed` only those
    whose publisher, title or date hold each word. The most common licence is said once; sources
    that were not supplied are named below.
    """
    ordered = sorted(
        facts.manifest.sources,
        key=lambda record: (record.publisher.casefold(), record.title_nl.casefold()),
    )
    there = [record for record in ordered if record.status != "not_supplied"]
    listed = [record for record in there if holds_words(_searched(record, facts, text), typed)]
    if typed and not listed:
        return node("p", text("search.nothing", typed=typed[:60]), class_="caution")
    usual = next(iter(Counter(record.licence for record in there).most_common(1)), ("", 0))[0]
    cited = _cited(facts)
    subjects: dict[str, list[dict[str, object]]] = {}
    for record in listed:
        themes = cited.get(record.source_id, Counter[str]())
        theme_id = themes.most_common(1)[0][0] if themes else _OTHER
        subjects.setdefault(theme_id, []).append(
            {
                "publisher": facts.translate(record.publisher, text.lang),
                "title": outward(_title(record, text), record.url),
                "medium": record.read_via and facts.translate(record.read_via, text.lang),
                "trouble": _trouble(record, text),
                "date": _date(record, facts, text),
                "licence": None
                if record.licence == usual
                else facts.translate(record.licence, text.lang),
                "rows": themes.total() or "",
            }
        )
    return render(
        "source_list.sources",
        subjects=[
            (
                text("sources.other") if theme_id == _OTHER else text(f"theme.{theme_id}"),
                text.counted("sources.in_subject", len(records), count=len(records)),
                records,
            )
            for theme_id in (*FIGURE_THEMES, _OTHER)
            if (records := subjects.get(theme_id))
        ],
        opened=bool(typed) and len(listed) <= MOST_OPENED,
        usual=facts.translate(usual, text.lang) if usual else None,
        absent="; ".join(
            _title(record, text) for record in ordered if record.status == "not_supplied"
        ),
        text=text,
    )


def _cited(facts: Facts) -> dict[str, Counter[str]]:
    """How many figures per subject rest on each source."""
    cited: dict[str, Counter[str]] = {}
    for row in facts.observations:
        subject = facts.indicators[row.indicator].theme
        cited.setdefault(row.source_id, Counter())[subject] += 1
    return cited


def _searched(record: SourceRecord, facts: Facts, text: Texts) -> str:
    publisher, date = facts.translate(record.publisher, text.lang), _date(record, facts, text)
    return f"{publisher} {_title(record, text)} {date}"


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


def supply(facts: Facts, text: Texts) -> Markup:
    """How to supply what is unknown, and why counts of passers-by are missing."""
    return render("source_list.supply", missing=passer_counts.missing(facts, text), text=text)


def sections(text: Texts) -> Markup:
    """The sections on rules, accessibility, privacy and licence, and the terms of the trade."""
    terms = [(term["name"], term["means"]) for term in glossary.terms(text)]
    return render("source_list.sections", terms=terms, text=text)
