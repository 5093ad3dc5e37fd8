"""The ready line to quote what is set out: one plain line, with the permanent link where readers can reach it."""

from urllib.parse import urlencode

from dashboard import citation, publisher, theme
from dashboard.facts import Facts
from dashboard.maps.layers import edge_retail, initiatives, travellers
from dashboard.text import Lang, Texts


def permalink(key: str, lang: Lang) -> str | None:
    """The address under which a figure stays to be found; None without a public address."""
    base = publisher.public_url()
    return None if base is None else f"{base}/cijfers?{urlencode({'keuze': key, 'taal': lang}, safe=':')}"


def chosen(key: str | None, facts: Facts, text: Texts) -> str | None:
    """The line for the mark or row `key` (`layer:id`); None when there is nothing to quote."""
    layer, _, item = (key or "").partition(":")
    row = next((row for row in facts.observations if row.observation_id == item), None)
    if row is None and layer == edge_retail.ID and item in facts.places:
        row = edge_retail.floor_area(facts, facts.places[item])
    if row is not None:
        return _linked(citation.line(row, facts, text), f"cijfer:{row.observation_id}", text)
    if layer == travellers.ID:
        return _boardings(item, facts, text)
    if layer == initiatives.ID:
        return _initiative(item, facts, text)
    return None


def _linked(line: str, key: str, text: Texts) -> str:
    link = permalink(key, text.lang)
    return line if link is None else f"{line} {link}"


def _boardings(item: str, facts: Facts, text: Texts) -> str | None:
    station = next((row for row in facts.stations if travellers.feature_id(row) == item), None)
    if station is None or station.boardings_per_workday is None:
        return None
    record = facts.source(facts.station_source_id)
    return text(
        "cite.full",
        what=text("column.boardings"),
        value=theme.number(station.boardings_per_workday, text.lang),
        area=station.name,
        period=str(station.year),
        source=citation.source(
            record.source_id,
            facts,
            text,
            retrieved=record.retrieved or facts.consulted,
            source_date=record.source_date,
            licence=record.licence,
        ),
    )


def _initiative(item: str, facts: Facts, text: Texts) -> str | None:
    row = next((row for row in facts.initiatives if row.initiative_id == item), None)
    if row is None:
        return None
    source = citation.source(
        row.source_id, facts, text, retrieved=row.retrieved, source_date=row.source_date, licence=row.licence
    )
    town = facts.places[row.place_id].names[text.lang]
    return text("cite.initiative", name=row.name, place=town, source=source)
