"""The details of one mark: its facts, sources, verdict on quoting, and the line to copy."""

import datetime as dt
from dataclasses import dataclass

from dashboard.analysis import quotable
from dashboard.analysis.quotable import Quotable
from dashboard.facts.records import Initiative, Observation, RetailPlace
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.sentences import citation


@dataclass(frozen=True, slots=True)
class Provenance:
    """The source of a fact, with its address, date, day of access and licence."""

    source_id: str
    url: str | None
    source_date: str | None
    retrieved: dt.date
    licence: str

    @classmethod
    def of_row(cls, row: Observation | Initiative) -> "Provenance":
        """The provenance of a figure or initiative."""
        return cls(row.source_id, row.source_url, row.source_date, row.retrieved, row.licence)

    @classmethod
    def of_source(cls, source_id: str, facts: Facts) -> "Provenance":
        """The provenance of a source as a whole."""
        record = facts.source(source_id)
        return cls(
            source_id,
            record.url,
            record.source_date,
            record.retrieved or facts.consulted,
            record.licence,
        )

    def cited(self, facts: Facts, text: Texts) -> str:
        """The source as one line."""
        return citation.source(
            self.source_id,
            facts,
            text,
            retrieved=self.retrieved,
            source_date=self.source_date,
            licence=self.licence,
            url=self.url,
        )


@dataclass(frozen=True, slots=True)
class Description:
    """The details of one mark; a fact is a key of the `details` texts and its value, or None."""

    title: str
    facts: tuple[tuple[str, str | None], ...]
    provenance: tuple[Provenance, ...] = ()
    quotable: Quotable | None = None
    nature: str = "measured"
    quote: str | None = None


def describe_figure(
    row: Observation, facts: Facts, text: Texts, *, title: str | None = None
) -> Description:
    """A published figure with everything needed to cite it."""
    value = citation.value(row, facts, text)
    area, period = citation.area(row, facts, text), citation.period(row, text)
    old = citation.age_warning(row, facts, text)
    return Description(
        title or f"{area}: {value}",
        (
            ("what", citation.what(row, facts, text)),
            ("value", value + (f" ({text('details.provisional')})" if row.provisional else "")),
            ("area", f"{area} ({text(f'area.{row.area_kind}')})"),
            ("period", f"{period}. {old}" if old else period),
            ("definition", citation.definition(row, facts, text)),
            ("nature", text(f"nature.{row.nature}")),
            ("series", None if row.series else text("details.series_none")),
            ("note", facts.translate(row.note, text.lang) if row.note else None),
        ),
        (Provenance.of_row(row),),
        quotable.quotable(row),
        row.nature,
        citation.linked(
            citation.line(row, facts, text), "cijfers", f"cijfer:{row.observation_id}", text.lang
        ),
    )


def describe_unknown(place: RetailPlace, missing: str, text: Texts) -> Description:
    """A place with what is unknown of it (`missing`) and how to supply it."""
    return Description(
        f"{place.names[text.lang]}: {missing}",
        (("value", text("unknown.cell")), ("note", text("unknown.how"))),
    )
