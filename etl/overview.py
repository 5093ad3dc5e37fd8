"""What is published, how complete it is per place, what is stale and why, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from data.catalogue import Catalogue
from data.errors import MissingTableError
from etl.parts import Index
from etl.problems import PROBLEMS
from etl.report import Cell, Listing
from etl.source import Source
from etl.status import SourceState, states

NO_RATE = (
    "a run from open data gives shop units (permits) and units that somebody mapped as empty, never a vacancy rate: "
    "for that, bring a shop survey with 'stadshart-etl import shop_survey FILE --place ID'"
)


@dataclass(frozen=True, slots=True)
class Overview:
    """Rows per place, what was joined and left out, and what to do next in sentences."""

    places: Listing
    joins: Listing
    left_out: Listing
    next: tuple[str, ...]
    sources: tuple[SourceState, ...]


def of(opened: Catalogue, index: Index, sources: Mapping[str, Source]) -> Overview:
    """The overview of an opened version; `index` tells how it was made, and is empty for one that was not made here."""
    known = index if index.version == opened.version else Index()
    state = states(sources, known.parts)
    rows = _places(opened)
    return Overview(
        places=Listing("place", "Places", _HEADINGS, rows),
        joins=Listing("join", "Units on their street", _JOIN_HEADINGS, _joins(known)),
        left_out=Listing("rule", "Rows left out or mended", _RULE_HEADINGS, _rules(state)),
        next=_next(rows, state, known, own=bool(known.version)),
        sources=state,
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
    "vacancy_rate": "Vacancy rate",
}
_JOIN_HEADINGS = {"place_id": "Place", "source_id": "Source", "units": "Units", "on_street": "On a street", "missed": "Missed"}
_RULE_HEADINGS = {"source_id": "Source", "rule": "Rule", "rows": "Rows"}


def _places(opened: Catalogue) -> list[dict[str, Cell]]:
    figures, initiatives, streets = (_sizes(opened, name) for name in ("observations", "initiatives", "streets"))
    units = _table(opened, "premises", ["place_id", "source_id", "status", "premises_id"])
    once = units.drop_duplicates(["source_id", "premises_id"], keep="last")
    by_source = {(str(a), str(b)): int(n) for (a, b), n in once.groupby(["place_id", "source_id"]).size().items()}
    survey = {str(a): int(n) for a, n in once[~once["source_id"].isin(("bag", "osm"))].groupby("place_id").size().items()}
    empty = once[once["source_id"].eq("osm") & once["status"].eq("vacant")].groupby("place_id").size()
    rated = _rated(opened)
    rows = []
    for place in opened.table("places")[["place_id", "role"]].itertuples(index=False):
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
                "vacancy_rate": "per street" if one in rated else "unknown",
            }
        )
    return rows


def _rated(opened: Catalogue) -> set[str]:
    """Places of which at least one street has a rate."""
    vacancy = _table(opened, "street_vacancy", ["street_id", "vacancy_rate"])
    streets = _table(opened, "streets", ["street_id", "place_id"])
    rated = set(vacancy.loc[vacancy["vacancy_rate"].notna(), "street_id"])
    return set(streets.loc[streets["street_id"].isin(rated), "place_id"])


def _sizes(opened: Catalogue, name: str) -> pd.Series:
    return _table(opened, name, ["place_id"]).groupby("place_id").size()


def _table(opened: Catalogue, name: str, columns: Sequence[str]) -> pd.DataFrame:
    try:
        return pd.DataFrame(opened.table(name)[list(columns)])
    except MissingTableError:
        return pd.DataFrame({column: pd.Series(dtype="str") for column in columns})


def _joins(index: Index) -> list[dict[str, Cell]]:
    rows: list[dict[str, Cell]] = []
    for place_id, counts in sorted(index.joins.items()):
        for name in sorted(counts):
            source_id, _, what = name.rpartition("-units")
            if what == "" and source_id:
                units, on_street = counts[name], counts.get(f"{source_id}-on-street", 0)
                rows.append(
                    {"place_id": place_id, "source_id": source_id, "units": units, "on_street": on_street, "missed": units - on_street}
                )
    return rows


def _rules(state: Sequence[SourceState]) -> list[dict[str, Cell]]:
    return [
        {"source_id": one.record.source_id, "rule": rule, "rows": count} for one in state for rule, count in one.counts.items()
    ]


def _next(rows: Sequence[Mapping[str, Cell]], state: Sequence[SourceState], index: Index, *, own: bool) -> tuple[str, ...]:
    """What to do, most urgent first."""
    told = []
    for one in state if own else ():
        if one.record.status in ("stale", "failed"):
            codes = list(dict.fromkeys(finding.code for _, finding in one.findings if finding.severity == "error"))
            cure = PROBLEMS[codes[0]].cure if codes else "Run again."
            told.append(f"{one.record.source_id} is {one.record.status}: {cure}")
    centres = [row for row in rows if row["role"] == "centre"]
    bare = [str(row["place_id"]) for row in centres if not row["streets"]]
    if bare:
        told.append(
            f"no streets yet in {', '.join(bare)}: 'stadshart-etl run --source osm', or without a network "
            "'stadshart-etl run --inputs DIR' with an OpenStreetMap file in DIR/osm/"
        )
    unitless = [str(row["place_id"]) for row in centres if not row["units_bag"]]
    if unitless:
        told.append(f"no shop units yet in {', '.join(unitless)}: 'stadshart-etl run --source bag'")
    if any(row["vacancy_rate"] == "unknown" for row in centres):
        told.append(NO_RATE)
    told += [note.en for note in index.notes]
    return tuple(told)
