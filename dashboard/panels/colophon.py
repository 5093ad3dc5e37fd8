"""The list of sources and the rules of the house."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence

from dashboard import citation, theme
from dashboard.facts import Facts
from dashboard.markup import Markup, join, node, outward
from dashboard.text import Texts
from data.provenance import SourceRecord

_SECTIONS = ("fill", "rules", "access", "privacy")
_DATED = re.compile(r"(\d{4})(?:-(\d\d)-(\d\d))?(?:T[\d:.]+Z?)?")


def sources(facts: Facts, counts: Counter[str], text: Texts) -> Markup:
    """Every source of the snapshot with publisher, date, licence, how it stands and how many
    figures rest on it.

    Those of which nothing was read are named below: no figure comes from them.
    """
    keys = ("publisher", "what", "date", "licence", "rows")
    ordered = sorted(
        facts.manifest.sources,
        key=lambda record: (record.publisher.casefold(), record.title_nl.casefold()),
    )
    records = [record for record in ordered if record.status != "not_supplied"]
    body = join(
        node(
            "tr",
            node("td", facts.said(record.publisher, text.lang)),
            node(
                "td",
                outward(record.title_nl if text.lang == "nl" else record.title_en, record.url),
                node("span", f" {text('cite.read_via', medium=record.read_via)}", class_="quiet")
                if record.read_via
                else None,
                _trouble(record, text),
            ),
            node("td", _date(record, facts, text)),
            node("td", facts.said(record.licence, text.lang), data_label=text("sources.licence")),
            node(
                "td",
                str(counts[record.source_id]) if counts[record.source_id] else "",
                data_label=text("sources.rows"),
            ),
        )
        for record in records
    )
    table = node(
        "table",
        node(
            "thead", node("tr", *(node("th", text(f"sources.{key}"), scope="col") for key in keys))
        ),
        node("tbody", body),
        class_="stack terse",
    )
    shown = node(
        "div", table, class_="scroll", tabindex="0", role="region", aria_label=text("sources.title")
    )
    return join(
        [shown, *_absent([record for record in ordered if record.status == "not_supplied"], text)]
    )


def _trouble(record: SourceRecord, text: Texts) -> Markup | None:
    """What went wrong at the last attempt, and of when what is shown is then."""
    if record.status == "failed":
        return node("span", f" {text('sources.failed')}", class_="caution")
    if record.status == "stale" and record.retrieved is not None:
        return node(
            "span",
            f" {text('sources.stale', day=theme.day(record.retrieved, text.lang))}",
            class_="caution",
        )
    return None


def _date(record: SourceRecord, facts: Facts, text: Texts) -> str:
    """When the source was published, or else the time its numbers describe; undated when nobody
    says either.
    """
    if record.source_date:
        return citation.published(record.source_date, facts, text)
    told = [
        theme.day(dt.date(int(year), int(month), int(day)), text.lang) if month else year
        for year, month, day in _DATED.findall(record.surveyed or "")
    ]
    return " – ".join(dict.fromkeys((told[0], told[-1]))) if told else text("unknown.year")


def _absent(records: Sequence[SourceRecord], text: Texts) -> tuple[Markup, ...]:
    if not records:
        return ()
    names = "; ".join(
        record.title_nl if text.lang == "nl" else record.title_en for record in records
    )
    return (node("p", text("sources.absent", names=names), class_="quiet small"),)


def sections(text: Texts) -> Markup:
    """How to fill in, the rules, accessibility, privacy and licence."""
    parts = [
        join([node("h2", text(f"sources.{key}")), node("p", text(f"sources.{key}_text"))])
        for key in _SECTIONS
    ]
    return join([*parts, node("p", text("sources.licence_text"), class_="quiet")])
