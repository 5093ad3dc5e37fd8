"""What is known of the chosen mark: the figure or initiative with source, date, definition and the
line to copy.
"""

import datetime as dt

from dashboard import citation, theme
from dashboard.facts import Facts
from dashboard.maps.layers import (
    edge_retail,
    initiatives,
    passers,
    population,
    premises,
    spending_flows,
    streets,
    travellers,
    vacancy,
)
from dashboard.markup import Markup, join, node, outward
from dashboard.panels import street, timeline
from dashboard.panels.frame import cite_tag, copy_button
from dashboard.records import Counted, Initiative, Observation, Place, StationYear
from dashboard.text import Texts

_Fact = tuple[str, str | Markup | None]


def chosen(key: str, facts: Facts, text: Texts) -> Markup | None:
    """The details of `layer:id`, or None when the snapshot holds no such thing."""
    layer, _, item = key.partition(":")
    if layer in (vacancy.ID, population.ID, spending_flows.ID):
        row = next((row for row in facts.observations if row.observation_id == item), None)
        if row is not None:
            return observation(row, facts, text)
        place = facts.places.get(item.removesuffix("-unknown"))
        if place is None or layer == population.ID:
            return None
        return unknown(
            place, "map.no_figure" if layer == vacancy.ID else "map.no_flow_figure", text
        )
    if layer == initiatives.ID:
        found = next((row for row in facts.initiatives if row.initiative_id == item), None)
        return None if found is None else initiative(found, facts, text)
    if layer == travellers.ID:
        station = next((row for row in facts.stations if travellers.feature_id(row) == item), None)
        return None if station is None else boardings(station, facts, text)
    if layer == passers.ID:
        count = next((row for row in facts.counters if passers.feature_id(row) == item), None)
        return None if count is None else passers_by(count, facts, text)
    if layer in (streets.ID, premises.ID):
        return street.mark(key, facts, text)
    if layer == edge_retail.ID and item in facts.places:
        return site(facts.places[item], facts, text)
    return None


def observation(row: Observation, facts: Facts, text: Texts, *, title: str | None = None) -> Markup:
    """One figure with everything needed to cite it."""
    figure = citation.value(row, facts, text)
    return _card(
        title or f"{citation.area(row, facts, text)}: {figure}",
        [
            ("what", citation.what(row, facts, text)),
            ("value", figure + (f" ({text('details.provisional')})" if row.provisional else "")),
            ("area", f"{citation.area(row, facts, text)} ({text(f'area.{row.area_kind}')})"),
            ("period", _when(row, facts, text)),
            ("definition", citation.definition(row, facts, text)),
            ("nature", text(f"nature.{row.nature}")),
            ("series", None if row.series else text("details.series_none")),
            ("note", facts.said(row.note, text.lang) if row.note else None),
            *_provenance(
                row.source_id,
                row.source_url,
                row.source_date,
                row.retrieved,
                row.licence,
                facts,
                text,
            ),
        ],
        _verdict(citation.quotable(row), text, nature=row.nature),
        citation.linked(
            citation.line(row, facts, text), "cijfers", f"cijfer:{row.observation_id}", text.lang
        ),
        text,
    )


def initiative(row: Initiative, facts: Facts, text: Texts) -> Markup:
    """One initiative with its actors; what is unknown says so."""
    parts = facts.participations.get(row.initiative_id, ())
    who = [
        f"{facts.said(part.actor, text.lang)} ({text(f'actor.{part.role}')}"
        + (f", {text('basis.derived')})" if part.basis == "derived" else ")")
        for part in parts
    ]
    told = row.descriptions["nl" if text.lang == "nl" else "en"]
    source = citation.row_source(row, facts, text)
    town = facts.places[row.place_id].names[text.lang]
    return _card(
        f"{row.name} ({town})",
        [
            ("description", told or text("unknown.cell")),
            ("kind", f"{text(f'kind.{row.kind}')} ({text(f'basis.{row.kind_basis}')})"),
            ("tranche", f"{text(f'tranche.{row.tranche}')} ({text(f'basis.{row.tranche_basis}')})"),
            ("period", timeline.period(row, text)),
            ("status", text(f"status.{row.status}")),
            ("streets", ", ".join(row.streets) or text("unknown.street")),
            ("precision", text(f"precision.{row.location_precision}")),
            ("actors", "; ".join(who) or text("unknown.actor")),
            ("note", facts.said(row.note, text.lang) if row.note else None),
            *_provenance(
                row.source_id,
                row.source_url,
                row.source_date,
                row.retrieved,
                row.licence,
                facts,
                text,
            ),
        ],
        None,
        citation.linked(
            f"{row.name} ({town}). {source}",
            "initiatieven",
            f"{initiatives.ID}:{row.initiative_id}",
            text.lang,
        ),
        text,
    )


def boardings(row: StationYear, facts: Facts, text: Texts) -> Markup:
    """One station in one year, with the caveat that always belongs to it."""
    source_id = facts.station_source_id
    record = facts.source(source_id)
    known = row.boardings_per_workday is not None
    figure = (
        theme.number(row.boardings_per_workday or 0.0, text.lang) if known else text("unknown.cell")
    )
    source = citation.source(
        source_id,
        facts,
        text,
        retrieved=record.retrieved or facts.consulted,
        source_date=record.source_date,
        licence=record.licence,
        url=record.url,
    )
    return _card(
        f"{facts.said(row.name, text.lang)}: {figure}",
        [
            ("what", text("column.boardings")),
            ("value", figure),
            ("period", str(row.year)),
            ("definition", travellers.series_note(row, facts, text)),
            ("note", facts.said(row.note, text.lang) if row.note else None),
            *_provenance(
                source_id,
                record.url,
                record.source_date,
                record.retrieved or facts.consulted,
                record.licence,
                facts,
                text,
            ),
        ],
        _verdict(citation.quotable_boardings(row, facts), text),
        citation.linked(
            f"{text('column.boardings')}, {row.name}, {row.year}: {figure}. {source}",
            "kaart",
            f"{travellers.ID}:{travellers.feature_id(row)}",
            text.lang,
        ),
        text,
    )


def passers_by(row: Counted, facts: Facts, text: Texts) -> Markup:
    """What one counter counted on end, with the days and intervals it rests on."""
    where, figure, records = (
        passers.name(row, text),
        passers.figure(row, text),
        [facts.source(one) for one in facts.counter_source_ids],
    )
    lines = [
        citation.source(
            one.source_id,
            facts,
            text,
            retrieved=one.retrieved or facts.consulted,
            source_date=one.source_date,
            licence=one.licence,
            url=one.url,
        )
        for one in records
    ]
    return _card(
        f"{where}: {figure}",
        [
            ("what", text("passers.column")),
            ("value", figure),
            ("period", passers.period(row, text)),
            ("definition", passers.definition(row, text)),
            ("note", passers.remark(row, text)),
            *(
                fact
                for one in records
                for fact in _provenance(
                    one.source_id,
                    one.url,
                    one.source_date,
                    one.retrieved or facts.consulted,
                    one.licence,
                    facts,
                    text,
                )
            ),
        ],
        _verdict(citation.PROXY, text),
        citation.linked(
            f"{text('passers.column')}, {where}, {passers.period(row, text)}: {figure}."
            f" {' '.join(lines)}",
            "kaart",
            f"{passers.ID}:{passers.feature_id(row)}",
            text.lang,
        ),
        text,
    )


def site(place: Place, facts: Facts, text: Texts) -> Markup:
    """A site at the edge: its floor area with its basis, or that none is known."""
    row = edge_retail.floor_area(facts, place)
    name = place.names[text.lang]
    if row is not None:
        return observation(row, facts, text, title=name)
    return _card(
        name,
        [("value", text("map.no_floor_area")), ("core", text(f"details.core_{place.core_basis}"))],
        None,
        None,
        text,
    )


def unknown(place: Place, missing: str, text: Texts) -> Markup:
    """What is not known of a place, `missing` being the key of its sentence, and how to
    fill it in.
    """
    return _card(
        f"{place.names[text.lang]}: {text(missing)}",
        [("value", text("unknown.cell")), ("note", text("unknown.how"))],
        None,
        None,
        text,
    )


def _when(row: Observation, facts: Facts, text: Texts) -> str:
    when = citation.period(row, text)
    return f"{when}. {text('note.old', year=row.year or 0)}" if facts.is_old(row) else when


def _provenance(
    source_id: str,
    url: str | None,
    source_date: str | None,
    retrieved: dt.date,
    licence: str,
    facts: Facts,
    text: Texts,
) -> list[_Fact]:
    record = facts.source(source_id)
    via = f" ({text('cite.read_via', medium=record.read_via)})" if record.read_via else ""
    return [
        (
            "source",
            join([outward(citation.source_name(record, facts, text), url), node("span", via)]),
        ),
        ("source_date", citation.published(source_date, facts, text)),
        ("retrieved", theme.day(retrieved, text.lang)),
        ("licence", facts.said(licence, text.lang)),
    ]


def _verdict(found: citation.Quotable, text: Texts, *, nature: str = "measured") -> Markup:
    """Whether the figure may be quoted, and why."""
    why = node("span", citation.why(found, text, nature=nature), class_="quiet")
    return join([cite_tag(found.verdict, text), Markup(" "), why])


def _card(
    title: str, rows: list[_Fact], verdict: Markup | None, quote: str | None, text: Texts
) -> Markup:
    return node(
        "section",
        node("h3", title),
        None if verdict is None else node("p", verdict),
        node(
            "dl",
            join(
                join([node("dt", text(f"details.{key}")), node("dd", value)])
                for key, value in rows
                if value is not None
            ),
        ),
        *(
            ()
            if quote is None
            else (
                node(
                    "p",
                    node("span", f"{text('cite.line')}: ", class_="quiet"),
                    quote,
                    class_="quote",
                ),
                copy_button(text("cite.copy"), quote, text),
            )
        ),
        class_="detail",
        aria_label=title,
    )
