"""How complete a published version is per place, what was joined and left out, and what
to do next.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from data.catalogue import Catalogue
from data.errors import MissingTableError
from etl import account
from etl import area as areas
from etl.account import SourceReport
from etl.parts import PartsIndex
from etl.report import Cell, ConsoleTable
from etl.source import Source, reader
from etl.status import SourceState, states

NO_RATE = (
    "a run from open data gives shop units (permits) and units that somebody mapped as empty, never"
    " a vacancy rate: for that, bring a shop survey with 'stadshart-etl import shop_survey FILE"
    " --place ID'"
)


@dataclass(frozen=True, slots=True)
class StatusReport:
    """Rows per place, what was joined and left out, how the sources stand, and what to do next in
    sentences.
    """

    places: ConsoleTable
    joins: ConsoleTable
    left_out: ConsoleTable
    account: SourceReport
    next: tuple[str, ...]


def status_report(
    opened: Catalogue, index: PartsIndex, sources: Mapping[str, Source], today: date
) -> StatusReport:
    """The overview of an opened version; `index` tells how it was made, and is empty for one that
    was not made here.
    """
    known = index if index.version == opened.version else PartsIndex()
    state = states(sources, known.parts)
    by_id = {one.record.source_id: one for one in state}
    met = _here(
        account.source_report(
            opened.manifest.sources, by_id if known.version else {}, sources, today
        ),
        opened,
    )
    rows = _places(opened)
    return StatusReport(
        places=ConsoleTable("place", "Places", _HEADINGS, rows),
        joins=ConsoleTable("join", "Units on their street", _JOIN_HEADINGS, _joins(known)),
        left_out=ConsoleTable("rule", "Rows left out or mended", _RULE_HEADINGS, _rules(state)),
        account=met,
        next=_next(rows, met, known, abroad=_abroad(opened)),
    )


_HEADINGS = {
    "place_id": "Place",
    "role": "Role",
    "figures": "Figures",
    "initiatives": "Initiatives",
    "streets": "Streets",
    "units_bag": "Shop units (BAG)",
    "units_osm": "Mapped units (OSM)",
    "mapped_empty": "Mapped as empty",
    "units_surveyed": "Surveyed units",
    "counted_streets": "Counted streets",
    "notices": "Notices",
    "vacancy_rate": "Vacancy rate",
}
_ROLES = ("centre", "periphery", "abroad")
_JOIN_HEADINGS = {
    "place_id": "Place",
    "source_id": "Source",
    "units": "Units",
    "on_street": "On a street",
    "missed": "Missed",
}
_RULE_HEADINGS = {"source_id": "Source", "rule": "Rule", "rows": "Rows"}


def _places(opened: Catalogue) -> list[dict[str, Cell]]:
    figures, initiatives, streets = (
        _sizes(opened, name) for name in ("observations", "initiatives", "streets")
    )
    units = _table(opened, "premises", ["place_id", "source_id", "status", "premises_id"])
    once = units.drop_duplicates(["source_id", "premises_id"], keep="last")
    by_source = {
        (str(a), str(b)): int(n)
        for (a, b), n in once.groupby(["place_id", "source_id"]).size().items()
    }
    survey = {
        str(a): int(n)
        for a, n in once[~once["source_id"].isin(("bag", "osm"))].groupby("place_id").size().items()
    }
    empty = (
        once[once["source_id"].eq("osm") & once["status"].eq("vacant")].groupby("place_id").size()
    )
    rated, counted, notices = _rated(opened), _counted(opened), _sizes(opened, "notices")
    rows: list[dict[str, Cell]] = []
    places = opened.table("places")[["place_id", "role"]]
    for place in sorted(
        places.itertuples(index=False), key=lambda one: (_ROLES.index(one.role), one.place_id)
    ):
        one = str(place.place_id)
        rows.append(
            {
                "place_id": one,
                "role": str(place.role),
                "figures": int(figures.get(one, 0)),
                "initiatives": int(initiatives.get(one, 0)),
                "streets": int(streets.get(one, 0)),
                # What nobody supplied is unknown, not nought.
                "units_bag": by_source.get((one, "bag")),
                "units_osm": by_source.get((one, "osm")),
                "mapped_empty": None if (one, "osm") not in by_source else int(empty.get(one, 0)),
                "units_surveyed": survey.get(one),
                "counted_streets": counted.get(one),
                # A town may publish under other kinds than were asked.
                "notices": int(notices[one]) if one in notices else None,
                "vacancy_rate": f"{rated[one]} streets" if one in rated else "unknown",
            }
        )
    return rows


def _rated(opened: Catalogue) -> dict[str, int]:
    """Streets with a rate per place that has any."""
    vacancy = _table(opened, "street_vacancy", ["place_id", "street", "vacancy_rate"])
    rated = vacancy[vacancy["vacancy_rate"].notna()].groupby("place_id")["street"].nunique()
    return {str(place_id): int(streets) for place_id, streets in rated.items()}


def _counted(opened: Catalogue) -> dict[str, int]:
    """Streets with counts of passers-by per place that has any."""
    return _streets_of(opened, set(_table(opened, "counts", ["street_id"])["street_id"].dropna()))


def _streets_of(opened: Catalogue, street_ids: Collection[str]) -> dict[str, int]:
    streets = _table(opened, "streets", ["street_id", "place_id"])
    return {
        str(a): int(n)
        for a, n in (
            streets[streets["street_id"].isin(street_ids)].groupby("place_id").size().items()
        )
    }


def _sizes(opened: Catalogue, name: str) -> pd.Series:
    return _table(opened, name, ["place_id"]).groupby("place_id").size()


def _table(opened: Catalogue, name: str, columns: Sequence[str]) -> pd.DataFrame:
    try:
        # A version of an earlier program may lack a column: then it says nothing of it.
        return pd.DataFrame(opened.table(name)).reindex(columns=list(columns))
    except MissingTableError:
        return pd.DataFrame({column: pd.Series(dtype="str") for column in columns})


def _joins(index: PartsIndex) -> list[dict[str, Cell]]:
    rows: list[dict[str, Cell]] = []
    for place_id, counts in sorted(index.joins.items()):
        for name in sorted(counts):
            source_id, _, what = name.rpartition("-units")
            if what == "" and source_id:
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
        {"source_id": one.record.source_id, "rule": rule, "rows": count}
        for one in state
        for rule, count in one.counts.items()
    ]


def _here(met: SourceReport, opened: Catalogue) -> SourceReport:
    """The account without the registers of the Netherlands where no place lies there: to ask them
    again brings nothing.
    """
    places = opened.table("places")
    if places["municipality_code"].notna().any():
        return met
    area = areas.of(places)
    return replace(met, to_ask=tuple(name for name in met.to_ask if reader(name).requests(area)))


def _abroad(opened: Catalogue) -> frozenset[str]:
    """Places without a Dutch municipality, of which Dutch registers know nothing."""
    places = opened.table("places")
    return frozenset(places.loc[places["municipality_code"].isna(), "place_id"].astype("str"))


def _next(
    rows: Sequence[Mapping[str, Cell]],
    met: SourceReport,
    index: PartsIndex,
    *,
    abroad: frozenset[str],
) -> tuple[str, ...]:
    """What to do, most urgent first."""
    told = []
    troubled = list(dict.fromkeys(str(row["source_id"]) for row in met.troubles.rows))
    if troubled:
        again = " ".join(f"--source {name}" for name in troubled)
        told.append(f"when what is said above is mended: 'stadshart-etl run {again}'")
    told += met.too_old
    centres = [row for row in rows if row["role"] == "centre"]
    bare = [str(row["place_id"]) for row in centres if not row["streets"]]
    if bare:
        told.append(
            f"no streets yet in {', '.join(bare)}: 'stadshart-etl run --source osm', or without a"
            " network 'stadshart-etl run --inputs DIR' with an OpenStreetMap file in DIR/osm/"
        )
    unitless = [
        str(row["place_id"])
        for row in centres
        if not row["units_bag"] and row["place_id"] not in abroad
    ]
    if unitless:
        told.append(
            f"no shop units yet in {', '.join(unitless)}: 'stadshart-etl run --source bag', or"
            " without a network 'stadshart-etl run --inputs DIR' with an export of the BAG"
            " (GeoPackage, GeoParquet or GeoJSON) in DIR/bag/"
        )
    surveyed = any(row["units_surveyed"] for row in centres)
    if not surveyed and any(row["vacancy_rate"] == "unknown" for row in centres):
        told.append(NO_RATE)
    told += [note.en for note in index.notes]
    return tuple(told)
