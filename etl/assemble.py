"""The tables of a version out of curated facts, parts and what was joined per place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from data import pilot
from data.content import increasing
from data.table import Table
from data.tables import DECLARED
from etl import checks
from etl.area import Spot
from etl.curated import Curated
from etl.gather import Gathered
from etl.parts import Part, Store
from etl.problems import Finding, found
from etl.source import Reader, Source
from etl.task import Finished
from geo.crs import RD_SYSTEM
from geo.vacancy import NOT_SURVEYS

JOINED = ("streets", "footfall_tests", "street_vacancy", "premises", "counts")
"""Tables that are made per place from several sources."""
CITIES = frozenset(pilot.CITIES.values())
"""The declared five, for which the row bounds of a declaration hold."""
MOVED_M = 1.0
GUESSED = frozenset({"gazetteer", "postcode"})
"""What a core rests on that the market square does better; any other basis somebody chose and may
not be moved.
"""


@dataclass(frozen=True, slots=True)
class Placed:
    """The places with their cores where the geocoder found the square, points found for
    initiatives, and what moved.
    """

    places: gpd.GeoDataFrame
    spots: pd.DataFrame
    findings: tuple[Finding, ...]


def wanted(curated: Curated, parts: Mapping[str, Part], store: Store) -> tuple[Spot, ...]:
    """What the geocoder is to find: the market square of each Dutch centre whose core is a guess,
    and the first street of
    initiatives without a point.

    Of brought initiatives those of the published version. Keys are `core/<place_id>` and
    `initiative/<initiative_id>`.
    """
    places = curated.places
    met = [curated.tables["initiatives"]] if "initiatives" in curated.tables else []
    met += [frame for _, frame in _frames(parts, "initiatives", store)]
    centres = places[places["role"].eq("centre") & places["municipality_code"].notna()]
    spots = [
        Spot(f"core/{place_id}", place_id, "Markt")
        for place_id in centres.loc[_guessed(centres), "place_id"]
    ]
    for known in met:
        for row in known[
            known["geometry"].isna() & known["place_id"].isin(set(centres["place_id"]))
        ].itertuples():
            if len(row.streets):
                spots.append(Spot(f"initiative/{row.initiative_id}", row.place_id, row.streets[0]))
    return tuple(spots)


def positioned(places: gpd.GeoDataFrame, parts: Mapping[str, Part], store: Store) -> Placed:
    """The places with the cores that were found instead of guessed ones; a place without an outline
    moves with its core.
    """
    frames = [frame for _, frame in _frames(parts, "positions", store) if len(frame)]
    if not frames:
        return Placed(places, pd.DataFrame({"key": [], "precision": [], "geometry": []}), ())
    spots = pd.concat(frames, ignore_index=True).drop_duplicates("key").set_index("key", drop=False)
    moved, findings = places.copy(), []
    cores = gpd.GeoSeries(moved["core"], crs=RD_SYSTEM)
    for at, place_id in moved.loc[_guessed(places), "place_id"].items():
        key = f"core/{place_id}"
        if key not in spots.index:
            continue
        point = spots.at[key, "geometry"]
        metres = float(cores[at].distance(point))
        if metres >= MOVED_M:
            findings.append(
                found(
                    "core-moved",
                    place=place_id,
                    metres=round(metres),
                    precision=spots.at[key, "precision"],
                )
            )
        if moved.at[at, "geometry"].geom_type == "Point":
            moved.at[at, "geometry"] = point
        cores[at] = point
        moved.at[at, "core_basis"] = "square"
    moved["core"] = cores
    return Placed(moved, spots, tuple(findings))


def _guessed(places: pd.DataFrame) -> pd.Series:
    """Whether each core is a guess: of a gazetteer or postcode, or on no basis that was told."""
    return places["core_basis"].isna() | places["core_basis"].isin(GUESSED)


def stops(curated: Curated, parts: Mapping[str, Part], store: Store) -> gpd.GeoDataFrame:
    """Every stop known, curated or read, for the footfall."""
    frames = [curated.tables["stops"]] if "stops" in curated.tables else []
    frames += [frame for _, frame in _frames(parts, "stops", store)]
    if not frames:
        return gpd.GeoDataFrame(
            {"stop_id": [], "year": [], "boardings_per_workday": []},
            geometry=gpd.GeoSeries([], crs=RD_SYSTEM),
        )
    return gpd.GeoDataFrame(_joined(DECLARED["stops"], frames), geometry="geometry", crs=RD_SYSTEM)


def tables(
    curated: Curated,
    parts: Mapping[str, Part],
    finished: Mapping[str, Finished],
    placed: Placed,
    store: Store,
) -> tuple[dict[str, pd.DataFrame], dict[str, tuple[str, ...]]]:
    """Every table that has rows, and the sources of those whose rows name none.

    A key that a curated fact and a part share stays as curated.
    """
    gathered: dict[str, list[pd.DataFrame]] = {
        name: [frame] for name, frame in curated.tables.items()
    }
    gathered["places"] = [placed.places]
    named: dict[str, set[str]] = {name: set(ids) for name, ids in curated.table_sources.items()}
    for part in parts.values():
        for name in part.rows:
            named.setdefault(name, set()).add(part.source_id)
    for name in DECLARED:
        if name not in JOINED:
            gathered.setdefault(name, []).extend(frame for _, frame in _frames(parts, name, store))
    gathered = {name: frames for name, frames in gathered.items() if frames}
    # In their order, not in that in which they came.
    for _, one in sorted(finished.items()):
        for name in JOINED:
            frame = store.frame(one.fingerprint, name) if one.fingerprint else None
            if frame is not None:
                gathered.setdefault(name, []).append(frame)
    named["streets"] = named.pop("lines", set())
    named["footfall_tests"] = named["streets"] | named.get("counts", set())
    named["street_vacancy"] = named.get("premises", set()) - set(NOT_SURVEYS)
    result = {name: _joined(DECLARED[name], frames) for name, frames in gathered.items()}
    if "origins" in result:
        result["origins"] = once_per_inhabitant(result["origins"])
    if "initiatives" in result:
        result["initiatives"] = _found_spots(result["initiatives"], placed.spots)
    filled = {name: frame for name, frame in result.items() if len(frame)}
    silent = {
        name: tuple(sorted(named.get(name, ())))
        for name in filled
        if "source_id" not in DECLARED[name].columns
    }
    return filled, silent


def within_bounds(
    parts: Mapping[str, Part],
    gathered: Sequence[Gathered],
    chosen: Mapping[str, Reader],
    places: gpd.GeoDataFrame,
    stays: Callable[[Gathered, str, Sequence[Finding]], Part],
    accept: Mapping[str, str],
) -> dict[str, Part]:
    """The parts; those of a fetched source whose rows for the declared cities are out of bounds are
    as they were before.
    """
    result = dict(parts)
    if not set(places["municipality_code"].dropna()) >= CITIES:
        return result
    for source_id, module in chosen.items():
        asked = [
            one
            for one in gathered
            if one.source_id == source_id and any(piece.origin == "fetched" for piece in one.pieces)
        ]
        own = [part for part in result.values() if part.source_id == source_id]
        # Only a whole run can be counted; what failed has been told already.
        if (
            not asked
            or len(own) < _areas(module.SOURCE, places)
            or not all(part.good and part.fingerprint for part in own)
        ):
            continue
        findings = checks.accepted(
            checks.in_bounds(module.SOURCE, _rows(module.SOURCE, own)), accept.get(source_id)
        )
        # The same rows were accepted before: that holds until other rows come.
        if all(_within_reason(result[f"{source_id}/{one.key}"]) for one in asked):
            continue
        for one in asked if findings else ():
            name = f"{source_id}/{one.key}"
            if any(finding.severity == "error" for finding in findings):
                result[name] = stays(one, name, findings)
            else:
                result[name] = replace(result[name], findings=(*result[name].findings, *findings))
    return result


def _within_reason(part: Part) -> bool:
    return any(
        finding.code == "accepted" and finding.values["what"] == "rows-bounds"
        for finding in part.findings
    )


def _areas(source: Source, places: gpd.GeoDataFrame) -> int:
    return 1 if source.per == "region" else len(places)


def _rows(source: Source, parts: Sequence[Part]) -> int:
    """Rows of the first table a source fills; streets are counted by the lines they are made of."""
    name = "lines" if source.fills[0].name == "streets" else source.fills[0].name
    return sum(part.rows.get(name, 0) for part in parts)


def _frames(
    parts: Mapping[str, Part], name: str, store: Store
) -> Iterator[tuple[Part, pd.DataFrame]]:
    """The frames of that name with their parts, in order of source and area."""
    for _, part in sorted(parts.items()):
        if part.rows.get(name) is not None and part.fingerprint:
            frame = store.frame(part.fingerprint, name)
            if frame is not None:
                yield part, frame


def _joined(table: Table, frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The rows of all frames, each key once and the first kept; shapes without a key each once."""
    filled = [frame for frame in frames if len(frame)] or list(frames[:1])
    whole = pd.concat(filled, ignore_index=True) if len(filled) > 1 else filled[0]
    if table.key:
        if not increasing(whole, table.sort):
            whole = whole.drop_duplicates(list(table.key), ignore_index=True)
    elif table.geometry is not None and len(filled) > 1:
        outline = gpd.GeoSeries(whole["geometry"]).to_wkb()
        plain = [name for name in table.columns if name != "geometry"]
        whole = whole[~whole[plain].assign(outline=outline).duplicated()].reset_index(drop=True)
    if table.geometry is None:
        return whole
    return (
        whole
        if isinstance(whole, gpd.GeoDataFrame)
        else gpd.GeoDataFrame(whole, geometry="geometry", crs=RD_SYSTEM)
    )


def once_per_inhabitant(origins: pd.DataFrame) -> pd.DataFrame:
    """The origins without the towns of municipalities whose neighbourhoods are there: nobody spends
    twice.
    """
    neighbourhoods = origins["origin_id"].str.startswith("cbs:")
    told = set(origins.loc[neighbourhoods, "municipality_code"].dropna())
    return origins[neighbourhoods | ~origins["municipality_code"].isin(told)].reset_index(drop=True)


def _found_spots(initiatives: pd.DataFrame, spots: pd.DataFrame) -> gpd.GeoDataFrame:
    """The initiatives with a point where one was found and none stood."""
    result = gpd.GeoDataFrame(initiatives.copy(), geometry="geometry", crs=RD_SYSTEM)
    for at, initiative_id in result["initiative_id"].items():
        key = f"initiative/{initiative_id}"
        if key in spots.index and result.at[at, "geometry"] is None:
            result.at[at, "geometry"] = spots.at[key, "geometry"]
            result.at[at, "location_precision"] = spots.at[key, "precision"]
    return result
