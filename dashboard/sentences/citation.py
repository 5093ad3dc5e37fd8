"""How a figure is written and quoted: value, period, area, and whether it may be cited."""

import datetime as dt
import re
from urllib.parse import urlencode

from dashboard import deployment
from dashboard.analysis.quotable import Quotable, quotable
from dashboard.facts.records import Initiative, Observation
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Lang, Texts
from dashboard.selection import permalink
from dashboard.selection.permalink import Selection
from dashboard.style import theme
from data.export.sheet import SourceNote
from data.manifest import SourceRecord

_ISO = re.compile(r"\b(\d{4})-(0[1-9]|1[0-2])(?:-(\d\d))?\b(?!-)")


def definition(row: Observation, facts: Facts, text: Texts) -> str:
    """The definition of the source, or that it gives none."""
    if row.definition is None:
        return text("unknown.definition")
    return facts.translate(row.definition, text.lang)


def reason(row: Observation, text: Texts) -> str:
    """Why a figure may or may not be quoted, as a sentence."""
    return why(quotable(row), text, nature=row.nature)


def why(verdict: Quotable, text: Texts, *, nature: str = "measured") -> str:
    """The same for a verdict on a figure of this nature."""
    return text(f"cite.why_{verdict.reason}", nature=text(f"nature.{nature}"))


def value(row: Observation, facts: Facts, text: Texts) -> str:
    """The figure as text: `19,3 %`, `13.896 m² wvo`, a range, or the words of the source."""
    if row.value_text is not None:
        return facts.translate(row.value_text, text.lang)
    if row.value is None and row.value_low is not None and row.value_high is not None:
        return text(
            "cite.range",
            low=amount(row.value_low, row.unit, facts, text),
            high=amount(row.value_high, row.unit, facts, text),
        )
    if row.value is None:
        return text("unknown.cell")
    return amount(row.value, row.unit, facts, text)


def amount(figure: float, unit: str, facts: Facts, text: Texts) -> str:
    """A number with its unit."""
    if unit == "share":
        return theme.share(figure, text.lang)
    if figure >= 1e6 and figure % 1e5 == 0.0:
        millions = text("cite.million", number=theme.number(figure / 1e6, text.lang))
        return f"{millions} {facts.translate(unit, text.lang)}".strip()
    if float(figure).is_integer() or abs(figure) >= 100:
        decimals = None
    elif unit.startswith("euro"):
        decimals = 2
    else:
        decimals = len(f"{figure:.2f}".rstrip("0").split(".")[1])
    number = theme.number(figure, text.lang, decimals=decimals)
    return f"{number} {facts.translate(unit, text.lang)}".strip()


def value_without_unit(row: Observation, facts: Facts, text: Texts) -> str:
    """The figure; without its unit where the name of the indicator holds it, or its first word."""
    figure, unit = value(row, facts, text), facts.translate(row.unit, text.lang)
    if unit.casefold().split(" ")[0] in what(row, facts, text).casefold():
        return figure.removesuffix(unit).strip()
    return figure


def age_warning(row: Observation, facts: Facts, text: Texts) -> str:
    """The sentence that says a figure is old; empty where it is not."""
    return text("note.old", year=row.year or 0) if facts.is_old(row) else ""


def period(row: Observation, text: Texts, *, short: bool = False) -> str:
    """The period that the figure describes, or "ongedateerd"."""
    return theme.period(row.start, row.end, text.lang, short=short)


def area(row: Observation, facts: Facts, text: Texts) -> str:
    """The area of the figure, as the source names it, with its place."""
    named = facts.translate(row.area_name, text.lang)
    if row.place_id is None:
        return named
    place = facts.places[row.place_id].names[text.lang]
    return named if place.casefold() in named.casefold() else f"{place}, {named}"


def place_or_area(row: Observation, facts: Facts, text: Texts) -> str:
    """The place of the figure; its area where it is about no place."""
    if row.place_id is None:
        return facts.translate(row.area_name, text.lang)
    return facts.places[row.place_id].names[text.lang]


def what(row: Observation, facts: Facts, text: Texts) -> str:
    """The name of the indicator."""
    return facts.indicators[row.indicator].labels[text.lang]


def title(record: SourceRecord, facts: Facts, text: Texts) -> str:
    """A source's title in the reader's language without its publisher; may be empty."""
    full_title = record.title_nl if text.lang == "nl" else record.title_en
    for name in (facts.publisher(record.source_id, text.lang), record.publisher):
        if full_title.casefold().startswith(name.casefold()):
            return full_title[len(name) :].lstrip(" ,")
    return full_title


def source_name(record: SourceRecord, facts: Facts, text: Texts) -> str:
    """Publisher and title in the reader's language, the publisher once."""
    name = facts.publisher(record.source_id, text.lang)
    return ", ".join(part for part in (name, title(record, facts, text)) if part)


def publisher_name(source_id: str, facts: Facts, text: Texts) -> str:
    """Who published a source; the made-up region says that nobody did."""
    return text("example.publisher") if facts.example else facts.publisher(source_id, text.lang)


def published(source_date: str | None, facts: Facts, text: Texts) -> str:
    """The date of a source with days and months written out."""
    if not source_date:
        return text("unknown.year")
    return _ISO.sub(lambda date: _written_date(date, text), facts.translate(source_date, text.lang))


def _written_date(date: re.Match[str], text: Texts) -> str:
    year, month, day = date.groups()
    moment = dt.date(int(year), int(month), int(day or 1))
    return theme.day(moment, text.lang) if day else theme.month(moment, text.lang)


def source(
    source_id: str,
    facts: Facts,
    text: Texts,
    *,
    retrieved: dt.date,
    source_date: str | None,
    licence: str,
    url: str | None = None,
) -> str:
    """The source as one line: publisher, date, title, address, day consulted, licence, medium."""
    record = facts.source(source_id)
    # The date stands in brackets: its own brackets become commas.
    date = published(source_date, facts, text).replace(" (", ", ").replace(")", "")
    name = f"{publisher_name(source_id, facts, text)} ({date}), {title(record, facts, text)}"
    # A semicolon would part one source in two.
    named, licensed = (
        words.replace(";", ",").removesuffix(", ")
        for words in (name, facts.translate(licence, text.lang))
    )
    line = text(
        "cite.source",
        name=f"{named}, {url}" if url else named,
        retrieved=theme.day(retrieved, text.lang),
        licence=licensed,
    )
    via = read_via(record, facts, text)
    return f"{line} {via}" if via else line


def read_via(record: SourceRecord, facts: Facts, text: Texts) -> str:
    """Where a source was read that was not read itself, as a sentence; empty for others."""
    if not record.read_via:
        return ""
    return text("cite.read_via", medium=facts.translate(record.read_via, text.lang))


def file_source(
    source_id: str, facts: Facts, text: Texts, *, row: Observation | Initiative | None = None
) -> SourceNote:
    """The source as an export table names it; a row's own details replace those of its source."""
    record = facts.source(source_id)
    dated = record if row is None else row
    return SourceNote(
        publisher=record.publisher,
        title=record.title_nl if text.lang == "nl" else record.title_en,
        url=record.url if row is None else row.source_url,
        published=facts.translate(dated.source_date, text.lang) if dated.source_date else None,
        licence=facts.translate(dated.licence, text.lang),
        retrieved=dated.retrieved,
        credit=record.credit,
    )


def row_source(row: Observation | Initiative, facts: Facts, text: Texts) -> str:
    """The source line of a figure or initiative, with its own address."""
    return source(
        row.source_id,
        facts,
        text,
        retrieved=row.retrieved,
        source_date=row.source_date,
        licence=row.licence,
        url=row.source_url,
    )


def line(row: Observation, facts: Facts, text: Texts) -> str:
    """The line to quote a figure with: indicator, value, area, period, source."""
    return text(
        "cite.full",
        what=what(row, facts, text),
        value=value(row, facts, text),
        area=area(row, facts, text),
        period=period(row, text),
        source=row_source(row, facts, text),
    )


def linked(quote: str, view: str, key: str, lang: Lang) -> str:
    """The line with the link to `key` (`layer:id`); without a public address the line alone."""
    base = deployment.public_url()
    return (
        quote
        if base is None
        else f"{quote} {base}/{view}?{urlencode({'keuze': key, 'taal': lang}, safe=':')}"
    )


def view_link(selection: Selection, view: str) -> str | None:
    """The address of a view with this selection; None without a public address."""
    base = deployment.public_url()
    return None if base is None else permalink.address(selection, view, base)
