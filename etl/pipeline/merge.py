"""Merge reference data, parts and the joins of places into the tables of a version."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from data.schema.tables import DECLARED
from data.schema.vocabulary import CITIES
from etl.area import Spot
from etl.pipeline import drift
from etl.pipeline.collect import RawInput
from etl.pipeline.parts_store import ParsedPart, PartsStore
from etl.pipeline.reference_data import ReferenceData
from etl.pipeline.tasks import JoinResult, joined_rows
from etl.problems import Finding, make_finding
from etl.source import Reader
from etl.sources import geocoder
from geo.centres import KADASTER
from geo.crs import RD_SYSTEM
from geo.vacancy import NOT_SURVEYS

JOINED = ("streets", "footfall_tests", "street_vacancy", "premises", "counts")
"""Tables that are made per place from several sources."""
MOVED_M = 1.0
GUESSED = frozenset({"gazetteer", "postcode", "outline"})
"""Bases of a core that the market square improves; any other basis was chosen by hand."""


@dataclass(frozen=True, slots=True)
class LocatedPlaces:
    """Places with better cores and outlines, and a finding per core that moved and new outline.

    `spots` holds the located points: `key, precision, geometry` (RD).
    """

    places: gpd.GeoDataFrame
    spots: pd.DataFrame
    findings: tuple[Finding, ...]


def geocoding_targets(
    curated: ReferenceData, parts: Mapping[str, ParsedPart], store: PartsStore
) -> tuple[Spot, ...]:
    """Spots for the geocoder, with keys `core/<place_id>` and `initiative/<initiative_id>`.

    They are the market squares of Dutch centres whose core is a guess, and the first streets of
    initiatives without a point. Imported initiatives are those of the published version.
    """
    places = curated.places
    initiatives = [curated.tables["initiatives"]] if "initiatives" in curated.tables else []
    initiatives += _frames(parts, "initiatives", store)
    centres = places[places["role"].eq("centre") & places["municipality_code"].notna()]
    spots = [
        geocoder.core_spot(place_id) for place_id in centres.loc[_guessed(centres), "place_id"]
    ]
    for frame in initiatives:
        unplaced = frame["geometry"].isna() & frame["place_id"].isin(set(centres["place_id"]))
        columns = (frame.loc[unplaced, name] for name in ("initiative_id", "place_id", "streets"))
        spots += [
            Spot(f"initiative/{initiative_id}", str(place_id), str(streets[0]))
            for initiative_id, place_id, streets in zip(*columns, strict=True)
            if len(streets)
        ]
    return tuple(spots)


def locate_places(
    places: gpd.GeoDataFrame, parts: Mapping[str, ParsedPart], store: PartsStore
) -> LocatedPlaces:
    """The places with geocoded cores in place of guesses; a place without an outline moves too."""
    frames = [frame for frame in _frames(parts, "positions", store) if len(frame)]
    if not frames:
        return LocatedPlaces(places, pd.DataFrame({"key": [], "precision": [], "geometry": []}), ())
    spots = pd.concat(frames, ignore_index=True).drop_duplicates("key").set_index("key", drop=False)
    moved, findings = places.copy(), []
    cores = gpd.GeoSeries(moved["core"], crs=RD_SYSTEM)
    for at, place_id in moved.loc[_guessed(places), "place_id"].items():
        key = f"core/{place_id}"
        if key not in spots.index:
            continue
        point = spots.at[key, "geometry"]
        metres = float(cores[at].distance(point))
        findings += _core_moved(place_id, metres, spots.at[key, "precision"])
        if moved.at[at, "geometry"].geom_type == "Point":
            moved.at[at, "geometry"] = point
        cores[at] = point
        moved.at[at, "core_basis"] = "square"
    moved["core"] = cores
    return LocatedPlaces(moved, spots, tuple(findings))


def add_outlines(
    located: LocatedPlaces, parts: Mapping[str, ParsedPart], store: PartsStore
) -> LocatedPlaces:
    """The places, each without an outline of its own with that of the parts.

    A core that is still a guess moves to the centroid of the outline.
    """
    frames = [frame for frame in _frames(parts, "outlines", store) if len(frame)]
    if not frames:
        return located
    outlines = {
        place_id: (name, outline)
        for frame in frames
        for place_id, name, outline in zip(
            frame["place_id"], frame["name"], frame["geometry"], strict=True
        )
    }
    places, findings = located.places.copy(), list(located.findings)
    cores = gpd.GeoSeries(places["core"], crs=RD_SYSTEM)
    guessed = _guessed(places)
    without = places.geometry.geom_type.eq("Point") & places["place_id"].isin(outlines)
    for at, place_id in places.loc[without, "place_id"].items():
        name, outline = outlines[place_id]
        hectares = round(outline.area / 10_000.0)
        findings.append(make_finding("outline-taken", place=place_id, name=name, hectares=hectares))
        if guessed[at]:
            findings += _core_moved(place_id, cores[at].distance(outline.centroid), "outline")
            cores[at] = outline.centroid
            places.at[at, "core_basis"] = "outline"
        places.at[at, "geometry"] = outline
        places.at[at, "boundary_basis"] = KADASTER
    places["core"] = cores
    return replace(located, places=places, findings=tuple(findings))


def _core_moved(place_id: str, metres: float, precision: object) -> list[Finding]:
    """A finding that a core moved, none for less than `MOVED_M`."""
    if metres < MOVED_M:
        return []
    return [make_finding("core-moved", place=place_id, metres=round(metres), precision=precision)]


def _guessed(places: pd.DataFrame) -> pd.Series:
    """Whether each core is a guess: from a gazetteer or postcode, or on an unknown basis."""
    return places["core_basis"].isna() | places["core_basis"].isin(GUESSED)


def merge_stops(
    curated: ReferenceData, parts: Mapping[str, ParsedPart], store: PartsStore
) -> gpd.GeoDataFrame:
    """All stops, of reference data and parts, for the footfall."""
    frames = [curated.tables["stops"]] if "stops" in curated.tables else []
    frames += _frames(parts, "stops", store)
    return joined_rows(DECLARED["stops"], frames)


def merge_tables(
    curated: ReferenceData,
    parts: Mapping[str, ParsedPart],
    joins: Mapping[str, JoinResult],
    located: LocatedPlaces,
    store: PartsStore,
) -> tuple[dict[str, pd.DataFrame], dict[str, tuple[str, ...]]]:
    """Every table that has rows, and the sources of those whose rows name none.

    A row of the reference data goes before a row of a part with the same key.
    """
    frames = {name: [frame] for name, frame in curated.tables.items()}
    frames["places"] = [located.places]
    source_ids = {name: set(ids) for name, ids in curated.table_sources.items()}
    for part in parts.values():
        for name in part.rows:
            source_ids.setdefault(name, set()).add(part.source_id)
    for name in DECLARED:
        if name not in JOINED:
            frames.setdefault(name, []).extend(_frames(parts, name, store))
    frames = {name: some for name, some in frames.items() if some}
    # In order of place, not of completion.
    for _, join in sorted(joins.items()):
        for name in JOINED:
            frame = store.frame(join.fingerprint, name) if join.fingerprint else None
            if frame is not None:
                frames.setdefault(name, []).append(frame)
    source_ids["streets"] = source_ids.pop("lines", set())
    source_ids["footfall_tests"] = source_ids["streets"] | source_ids.get("counts", set())
    outlined = source_ids.pop("outlines", set())
    if located.places["boundary_basis"].eq(KADASTER).any():
        source_ids["places"] |= outlined
    source_ids["street_vacancy"] = source_ids.get("premises", set()) - set(NOT_SURVEYS)
    result = {name: joined_rows(DECLARED[name], some) for name, some in frames.items()}
    if "origins" in result:
        result["origins"] = without_double_residents(result["origins"])
    if "initiatives" in result:
        result["initiatives"] = _with_spots(result["initiatives"], located.spots)
    filled = {name: frame for name, frame in result.items() if len(frame)}
    table_sources = {
        name: tuple(sorted(source_ids.get(name, ())))
        for name in filled
        if "source_id" not in DECLARED[name].columns
    }
    return filled, table_sources


def apply_row_bounds(
    parts: Mapping[str, ParsedPart],
    inputs: Sequence[RawInput],
    chosen: Mapping[str, Reader],
    places: gpd.GeoDataFrame,
    fall_back: Callable[[RawInput, Sequence[Finding]], ParsedPart],
    accept: Mapping[str, str],
) -> dict[str, ParsedPart]:
    """The parts, with `fall_back` where a fetched source is out of its row bounds.

    The bounds hold for the rows of all five declared cities together; with other towns beside them
    only the lower one does.
    """
    result = dict(parts)
    codes, cities = set(places["municipality_code"].dropna()), set(CITIES.values())
    if not codes >= cities:
        return result
    for source_id, reader in chosen.items():
        fetched = [
            raw_input
            for raw_input in inputs
            if raw_input.source_id == source_id
            and any(piece.origin == "fetched" for piece in raw_input.pieces)
        ]
        source = reader.SOURCE
        source_parts = [part for part in result.values() if part.source_id == source_id]
        # Only a complete run has a comparable number of rows; failures are reported already.
        if (
            not fetched
            or len(source_parts) < (1 if source.per == "region" else len(places))
            or not all(part.good and part.fingerprint for part in source_parts)
        ):
            continue
        # Accepted rows remain accepted until the source has other rows.
        if all(_bounds_accepted(result[raw_input.name]) for raw_input in fetched):
            continue
        # Streets are counted by the lines they are made of.
        table = "lines" if source.fills[0].name == "streets" else source.fills[0].name
        rows = sum(part.rows.get(table, 0) for part in source_parts)
        if codes > cities:
            rows = min(rows, source.rows.stop - 1)
        findings = drift.accept(drift.row_bounds(source, rows), accept.get(source_id))
        refused = any(finding.severity == "error" for finding in findings)
        for raw_input in fetched if findings else ():
            part = result[raw_input.name]
            result[raw_input.name] = (
                fall_back(raw_input, findings)
                if refused
                else replace(part, findings=(*part.findings, *findings))
            )
    return result


def _bounds_accepted(part: ParsedPart) -> bool:
    return any(
        finding.code == "accepted" and finding.values["what"] == "rows-bounds"
        for finding in part.findings
    )


def _frames(
    parts: Mapping[str, ParsedPart], name: str, store: PartsStore
) -> Iterator[pd.DataFrame]:
    """The frames with this name, in order of source and area."""
    for _, part in sorted(parts.items()):
        if part.rows.get(name) is not None and part.fingerprint:
            frame = store.frame(part.fingerprint, name)
            if frame is not None:
                yield frame


def without_double_residents(origins: pd.DataFrame) -> pd.DataFrame:
    """The origins without towns whose neighbourhoods are origins too: each resident counts once."""
    neighbourhoods = origins["origin_id"].str.startswith("cbs:")
    covered = set(origins.loc[neighbourhoods, "municipality_code"].dropna())
    rest = ~origins["municipality_code"].isin(covered)
    return origins[neighbourhoods | rest].reset_index(drop=True)


def _with_spots(initiatives: pd.DataFrame, spots: pd.DataFrame) -> gpd.GeoDataFrame:
    """The initiatives, with a geocoded point where they have none."""
    result = gpd.GeoDataFrame(initiatives.copy(), geometry="geometry", crs=RD_SYSTEM)
    for at, initiative_id in result["initiative_id"].items():
        key = f"initiative/{initiative_id}"
        if key in spots.index and result.at[at, "geometry"] is None:
            result.at[at, "geometry"] = spots.at[key, "geometry"]
            result.at[at, "location_precision"] = spots.at[key, "precision"]
    return result
