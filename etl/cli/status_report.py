"""Report on a published version: completeness per place, joins, dropped rows, and next steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from data.catalogue import Catalogue
from data.errors import MissingTableError
from etl import area as areas
from etl.cli import source_report
from etl.cli.console import Cell, ConsoleTable
from etl.cli.messages import message
from etl.cli.source_report import SourceReport
from etl.pipeline.parts_store import PartsIndex
from etl.pipeline.source_state import SourceState, source_states
from etl.source import Source
from etl.sources import reader
from geo.bilingual import Bilingual


@dataclass(frozen=True, slots=True)
class StatusReport:
    """Rows per place, joins, dropped rows, the sources, and sentences about what to do next."""

    places: ConsoleTable
    joins: ConsoleTable
    left_out: ConsoleTable
    sources: SourceReport
    next: tuple[Bilingual, ...]


def status_report(
    opened: Catalogue, index: PartsIndex, sources: Mapping[str, Source], today: date
) -> StatusReport:
    """The report on an opened version.

    `index` lists the parts of the version; it is empty for a version made elsewhere.
    """
    known = index if index.version == opened.version else PartsIndex()
    state = source_states(sources, known.parts)
    by_id = {source.record.source_id: source for source in state} if known.version else {}
    report = source_report.source_report(opened.manifest.sources, by_id, sources, today)
    report = _without_useless_questions(report, opened)
    rows = _places(opened)
    return StatusReport(
        places=ConsoleTable("place", _COLUMNS, rows),
        joins=ConsoleTable(
            "join", ("place_id", "source_id", "units", "on_street", "missed"), _joins(known)
        ),
        left_out=ConsoleTable("rule", ("source_id", "rule", "rows"), _rules(state)),
        sources=report,
        next=_next_steps(rows, report, known, abroad=_abroad(opened)),
    )


_COLUMNS = (
    "place_id",
    "role",
    "figures",
    "initiatives",
    "streets",
    "units_bag",
    "units_osm",
    "mapped_empty",
    "units_surveyed",
    "counted_streets",
    "notices",
    "vacancy_rate",
)
_ROLES = ("centre", "periphery", "abroad")
_CENTRE = message("word.centre")
_UNKNOWN_RATE = message("status.rate-unknown")


def _places(opened: Catalogue) -> list[dict[str, Cell]]:
    figures, initiatives, streets = (
        _sizes(opened, name) for name in ("observations", "initiatives", "streets")
    )
    units = _table(opened, "premises", ["place_id", "source_id", "status", "premises_id"])
    once = units.drop_duplicates(["source_id", "premises_id"], keep="last")
    bag, osm = (_count_by_place(once[once["source_id"].eq(name)]) for name in ("bag", "osm"))
    surveyed = _count_by_place(once[~once["source_id"].isin(("bag", "osm"))])
    mapped_empty = once["source_id"].eq("osm") & once["status"].eq("vacant")
    empty = _count_by_place(once[mapped_empty])
    rated, counted, notices = _rated(opened), _counted(opened), _sizes(opened, "notices")
    rows: list[dict[str, Cell]] = []
    places = opened.table("places")[["place_id", "role"]]
    by_role = sorted(
        zip(places["place_id"].astype(str), places["role"].astype(str), strict=True),
        key=lambda place: (_ROLES.index(place[1]), place[0]),
    )
    for place_id, role in by_role:
        rows.append(
            {
                "place_id": place_id,
                "role": message(f"word.{role}"),
                "figures": figures.get(place_id, 0),
                "initiatives": initiatives.get(place_id, 0),
                "streets": streets.get(place_id, 0),
                # Without a source the number is unknown, not 0.
                "units_bag": bag.get(place_id),
                "units_osm": osm.get(place_id),
                "mapped_empty": empty.get(place_id, 0) if place_id in osm else None,
                "units_surveyed": surveyed.get(place_id),
                "counted_streets": counted.get(place_id),
                # A municipality may publish notices of other kinds.
                "notices": notices.get(place_id),
                "vacancy_rate": (
                    message("status.rated-streets", count=rated[place_id])
                    if place_id in rated
                    else _UNKNOWN_RATE
                ),
            }
        )
    return rows


def _count_by_place(rows: pd.DataFrame) -> dict[str, int]:
    """Number of rows per place that has any."""
    return {str(place): int(count) for place, count in rows["place_id"].value_counts().items()}


def _rated(opened: Catalogue) -> dict[str, int]:
    """Streets with a vacancy rate, per place that has any."""
    vacancy = _table(opened, "street_vacancy", ["place_id", "street", "vacancy_rate"])
    rated = vacancy[vacancy["vacancy_rate"].notna() & vacancy["street"].notna()]
    return _count_by_place(rated.drop_duplicates(["place_id", "street"]))


def _counted(opened: Catalogue) -> dict[str, int]:
    """Streets with counts of passers-by, per place that has any."""
    street_ids = set(_table(opened, "counts", ["street_id"])["street_id"].dropna())
    streets = _table(opened, "streets", ["street_id", "place_id"])
    return _count_by_place(streets[streets["street_id"].isin(street_ids)])


def _sizes(opened: Catalogue, name: str) -> dict[str, int]:
    return _count_by_place(_table(opened, name, ["place_id"]))


def _table(opened: Catalogue, name: str, columns: Sequence[str]) -> pd.DataFrame:
    try:
        # A version of an earlier program may lack a column, which is then missing in every row.
        return pd.DataFrame(opened.table(name)).reindex(columns=list(columns))
    except MissingTableError:
        return pd.DataFrame({column: pd.Series(dtype="str") for column in columns})


def _joins(index: PartsIndex) -> list[dict[str, Cell]]:
    rows: list[dict[str, Cell]] = []
    for place_id, counts in sorted(index.joins.items()):
        for name in sorted(counts):
            source_id = name.removesuffix("-units")
            if source_id != name:
                units, on_street = counts[name], counts.get(f"{source_id}-on-street", 0)
                rows.append(
                    {
                        "place_id": place_id,
                        "source_id": source_id,
                        "units": units,
                        "on_street": on_street,
                        "missed": units - on_street,
                    }
                )
    return rows


def _rules(state: Sequence[SourceState]) -> list[dict[str, Cell]]:
    return [
        {"source_id": source.record.source_id, "rule": rule, "rows": count}
        for source in state
        for rule, count in source.counts.items()
    ]


def _without_useless_questions(report: SourceReport, opened: Catalogue) -> SourceReport:
    """The report without Dutch registers to ask where no place lies in the Netherlands."""
    places = opened.table("places")
    if places["municipality_code"].notna().any():
        return report
    area = areas.area_of_places(places)
    not_fetched = tuple(name for name in report.not_fetched if reader(name).requests(area))
    return replace(report, not_fetched=not_fetched)


def _abroad(opened: Catalogue) -> frozenset[str]:
    """Places without a Dutch municipality, which are not in Dutch registers."""
    places = opened.table("places")
    return frozenset(places.loc[places["municipality_code"].isna(), "place_id"].astype("str"))


def _next_steps(
    rows: Sequence[Mapping[str, Cell]],
    report: SourceReport,
    index: PartsIndex,
    *,
    abroad: frozenset[str],
) -> tuple[Bilingual, ...]:
    """Sentences about what to do, most urgent first."""
    sentences: list[Bilingual] = []
    troubled = dict.fromkeys(str(row["source_id"]) for row in report.troubles.rows)
    if troubled:
        options = " ".join(f"--source {name}" for name in troubled)
        sentences.append(message("next.troubled", options=options))
    sentences += report.too_old
    centres = [row for row in rows if row["role"] == _CENTRE]
    without_streets = [str(row["place_id"]) for row in centres if not row["streets"]]
    if without_streets:
        sentences.append(message("next.no-streets", places=", ".join(without_streets)))
    without_units = [
        str(row["place_id"])
        for row in centres
        if not row["units_bag"] and row["place_id"] not in abroad
    ]
    if without_units:
        sentences.append(message("next.no-units", places=", ".join(without_units)))
    surveyed = any(row["units_surveyed"] for row in centres)
    if not surveyed and any(row["vacancy_rate"] == _UNKNOWN_RATE for row in centres):
        sentences.append(message("next.no-rate"))
    return (*sentences, *(Bilingual(nl=note.nl, en=note.en) for note in index.notes))
