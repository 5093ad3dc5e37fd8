"""The list of sources and the rules of the house."""

from collections import Counter

from dashboard.facts import Facts
from dashboard.markup import Markup, join, node, outward
from dashboard.text import Texts

_SECTIONS = ("fill", "rules", "access", "privacy")


def sources(facts: Facts, counts: Counter[str], text: Texts) -> Markup:
    """Every source of the snapshot with publisher, date, licence and how many figures rest on it."""
    keys = ("publisher", "what", "date", "licence", "rows")
    records = sorted(facts.manifest.sources, key=lambda record: (record.publisher.casefold(), record.title_nl.casefold()))
    body = join(
        node(
            "tr",
            node("td", record.publisher),
            node(
                "td",
                outward(record.title_nl, record.url),
                node("span", f" {text('cite.read_via', medium=record.read_via)}", class_="quiet")
                if record.read_via
                else None,
            ),
            node("td", facts.said(record.source_date, text.lang) if record.source_date else text("unknown.year")),
            node("td", facts.said(record.licence, text.lang), data_label=text("sources.licence")),
            node("td", str(counts[record.source_id]) if counts[record.source_id] else "", data_label=text("sources.rows")),
        )
        for record in records
    )
    table = node(
        "table",
        node("thead", node("tr", *(node("th", text(f"sources.{key}"), scope="col") for key in keys))),
        node("tbody", body),
        class_="stack terse",
    )
    return node("div", table, class_="scroll", tabindex="0", role="region", aria_label=text("sources.title"))


def sections(text: Texts) -> Markup:
    """How to fill in, the rules, accessibility, privacy and licence."""
    parts = [join([node("h2", text(f"sources.{key}")), node("p", text(f"sources.{key}_text"))]) for key in _SECTIONS]
    return join([*parts, node("p", text("sources.licence_text"), class_="quiet")])
