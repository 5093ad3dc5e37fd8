"""The sources a picture rests on: publishers with periods, licences, and lines to cite."""

import re
from collections.abc import Iterable, Mapping, Sequence

from dashboard.facts.records import Observation
from dashboard.facts.snapshot import Facts
from dashboard.facts.street_records import TownSurvey
from dashboard.i18n.text import Texts
from dashboard.maps import layers
from dashboard.maps.background import SKETCH, source_ids
from dashboard.maps.layer import Citation
from dashboard.sentences import citation
from data.manifest import SourceRecord

Reference = Observation | Citation
"""A figure, or the id of a source with the period it describes."""
Visible = Mapping[str, Mapping[str, str]]


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


def of_map(
    facts: Facts,
    visible: Visible,
    rows: Sequence[Observation],
    text: Texts,
    *,
    survey: TownSurvey | None = None,
) -> tuple[Reference, ...]:
    """The figures and sources that a map shows.

    Streets and units are shown in `survey`, without it in the newest survey of their town.
    """
    shown = (
        cited
        for layer in layers.listed("picture_sources")
        for cited in layer.citations(facts, visible.get(layer.id, {}), text, survey)
    )
    return *rows, *shown


def publishers(references: Iterable[Reference], facts: Facts, text: Texts) -> dict[str, str | None]:
    """One phrase per publisher, with the periods its figures describe, and its first address."""
    periods: dict[str, dict[str, None]] = {}
    addresses: dict[str, str | None] = {}
    for reference in references:
        if isinstance(reference, Observation):
            source_id, period = reference.source_id, citation.period(reference, text, short=True)
        else:
            source_id, period = reference
        name = citation.publisher_name(source_id, facts, text)
        periods.setdefault(name, {})[period] = None
        addresses[name] = addresses.get(name) or _address(reference, facts)
    return {
        cited(name, tuple(periods_of_name)): addresses[name]
        for name, periods_of_name in periods.items()
    }


def _address(reference: Reference, facts: Facts) -> str | None:
    if isinstance(reference, Observation):
        return reference.source_url
    return facts.source(reference[0]).url


def bibliography(
    references: Iterable[Reference], facts: Facts, text: Texts
) -> dict[str, str | None]:
    """One line per source: publisher, date, title, day consulted, licence; and its address.

    The address stands in the line as well.
    """
    lines: dict[str, tuple[str, str | None]] = {}
    for reference in references:
        address = _address(reference, facts)
        if isinstance(reference, Observation):
            line = citation.row_source(reference, facts, text)
            lines.setdefault(reference.source_id, (line, address))
        else:
            record = facts.source(reference[0])
            line = citation.source(
                record.source_id,
                facts,
                text,
                retrieved=record.retrieved or facts.consulted,
                source_date=record.source_date,
                licence=record.licence,
                url=record.url,
            )
            lines.setdefault(record.source_id, (line, address))
    return dict(lines.values())


def definitions(references: Iterable[Reference], facts: Facts, text: Texts) -> tuple[str, ...]:
    """What each figure counts, in the words of its source; each definition once."""
    return tuple(
        dict.fromkeys(
            f"{citation.what(row, facts, text)}: {facts.translate(row.definition, text.lang)}"
            for row in references
            if isinstance(row, Observation) and row.definition
        )
    )


def licences(references: Iterable[Reference], facts: Facts, text: Texts) -> str:
    """The licences and whose they are; the commonest is named last, for all other publishers."""
    names: dict[str, dict[str, None]] = {}
    for reference in references:
        if isinstance(reference, Observation):
            source_id, licence = reference.source_id, reference.licence
        else:
            source_id = reference[0]
            licence = facts.source(source_id).licence
        # A semicolon within a licence becomes a comma: semicolons separate the licences.
        names.setdefault(facts.translate(licence, text.lang).replace(";", ","), {})[
            citation.publisher_name(source_id, facts, text)
        ] = None
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
