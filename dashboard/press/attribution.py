"""The publishers a picture rests on, with their periods and licences."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.facts.records import Observation
from dashboard.facts.snapshot import Facts
from dashboard.facts.street_records import TownSurvey
from dashboard.i18n.text import Texts
from dashboard.maps import layers
from dashboard.maps.background import SKETCH, source_ids
from dashboard.maps.layer import Citation
from dashboard.sentences import citation
from data.manifest import SourceRecord

Licensed = tuple[str, str]
"""A publisher and the licence of what it published."""
Visible = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Cited:
    """The sources of a picture: one phrase per publisher, and every source id."""

    lines: list[str]
    source_ids: tuple[str, ...]


def background(facts: Facts, text: Texts) -> str:
    """The credit of the background, a sentence after a blank; empty without a background."""
    drawn_from = map(facts.source, source_ids(facts.manifest))
    names = [
        text("example.credit") if facts.example else _credit(source, text) for source in drawn_from
    ]
    if not names:
        return ""
    return " " + text(
        "press.background",
        names="; ".join(dict.fromkeys(facts.translate(name, text.lang) for name in names)),
    )


def _credit(source: SourceRecord, text: Texts) -> str:
    """The credit that a source of the background asks for; our sketch has one in every language."""
    return text("press.border") if source.source_id == SKETCH else source.credit or source.publisher


def map_sources(
    facts: Facts,
    visible: Visible,
    rows: Sequence[Observation],
    text: Texts,
    *,
    survey: TownSurvey | None = None,
) -> Cited:
    """The publishers of what a map shows, each with the periods its figures describe.

    Streets and units are shown in `survey`, without it in the newest survey of their town.
    """
    citations = [
        *((row.source_id, citation.period(row, text, short=True)) for row in rows),
        *(
            cited
            for layer in layers.listed("picture_sources")
            for cited in layer.citations(facts, visible.get(layer.id, {}), text, survey)
        ),
    ]
    ids = dict.fromkeys(source_id for source_id, _ in citations)
    return Cited(_by_publisher(citations, facts, text), tuple(ids))


def _by_publisher(citations: Iterable[Citation], facts: Facts, text: Texts) -> list[str]:
    periods: dict[str, dict[str, None]] = {}
    for source_id, period in citations:
        periods.setdefault(citation.publisher_name(source_id, facts, text), {})[period] = None
    return [cited(name, tuple(periods_of_name)) for name, periods_of_name in periods.items()]


def row_sources(rows: Iterable[Observation], facts: Facts, text: Texts) -> list[str]:
    """Publishers of figures, each with the periods they describe."""
    return _by_publisher(
        ((row.source_id, citation.period(row, text, short=True)) for row in rows), facts, text
    )


def row_licences(rows: Iterable[Observation], facts: Facts, text: Texts) -> list[Licensed]:
    """The publishers of figures, each with the licence of its figure."""
    return [(citation.publisher_name(row.source_id, facts, text), row.licence) for row in rows]


def source_licences(source_ids: Iterable[str], facts: Facts, text: Texts) -> list[Licensed]:
    """The publishers of sources, each with its licence."""
    return [
        (citation.publisher_name(source_id, facts, text), facts.source(source_id).licence)
        for source_id in source_ids
    ]


def licensed(pairs: Iterable[Licensed], facts: Facts, text: Texts) -> str:
    """The licences and whose they are; the commonest is named last, for all other publishers."""
    names: dict[str, dict[str, None]] = {}
    for name, licence in pairs:
        # A semicolon within a licence becomes a comma: semicolons separate the licences.
        names.setdefault(facts.translate(licence, text.lang).replace(";", ","), {})[name] = None
    if len(names) < 2:
        return "".join(names)
    *few, most = sorted(names, key=lambda licence: len(names[licence]))
    exceptions = [
        text("press.licence_of", licence=licence, names=", ".join(names[licence]))
        for licence in few
    ]
    return "; ".join([*exceptions, text("press.licence_rest", licence=most)])


def cited(name: str, periods: Sequence[str]) -> str:
    """`CBS (2017, 2023)`; many periods as first and last, one that ends the name once."""
    known = sorted(
        {period for period in periods if period and not _is_stated_closer(period, periods)}
    )
    if not known:
        return name
    joined = ", ".join(known) if len(known) <= 3 else f"{known[0]} … {known[-1]}"
    # The name of a study may end with its year.
    return name if re.search(rf"\b{re.escape(joined)}\)?$", name) else f"{name} ({joined})"


def _is_stated_closer(period: str, periods: Sequence[str]) -> bool:
    """Whether another of the periods says the same time more closely, or the same month shorter."""
    month, _, year = period.rpartition(" ")
    others = [other.rpartition(" ") for other in periods if other != period]
    return any(
        there == year and (not month or (short != "" and month.startswith(short.rstrip("."))))
        for short, _, there in others
    )
