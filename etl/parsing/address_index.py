"""Addresses split and joined, and their positions by the units of the BAG in the data folder."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import geopandas as gpd
import pandas as pd
from pyarrow import feather

from data.schema.parquet import from_arrow
from etl.source import ENDING, Piece
from geo.crs import RD
from geo.names import search_key, streets_of

UNITS, POSTCODES, LINES = "premises", "postcodes", "lines"
LOOKED_UP = {"bag": (UNITS, POSTCODES), "osm": (LINES,)}
ASIDE_M = 30.0
"""A unit belongs to another street than its address names when that one is this much nearer."""
PARTS = ("street", "house_number", "house_letter", "addition", "postcode", "town")

_TAIL = re.compile(r"(?P<head>.*?)[,\s]+(?P<postcode>\d{4}\s?[A-Za-z]{2})\b[,\s]*(?P<town>.*)")
# Plein 1944 is a street: a year before another number is not a house number.
_DOOR = re.compile(
    r"(?P<street>.+?)\s+(?P<number>(?!(?:1[89]|20)\d\d\s+\d)\d{1,5})(?!\d)\s*[-/]?\s*(?P<more>[A-Za-z0-9][A-Za-z0-9"
    r" /-]*)?"
)
_LETTER = re.compile(r"(?P<letter>[A-Za-z])(?:[ -]?(?P<addition>\d.*))?")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Points (RD) by `bag:` id, and per place by postcode and door, and by street and door.

    `streets` holds `street` (as it is searched for), `name` and lines or the points of units.
    """

    units: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame

    def __len__(self) -> int:
        return len(self.units)

    def find(self, words: Mapping[str, pd.Series], place_id: str | None) -> gpd.GeoSeries:
        """The point (RD) of each row by its `bag_id`, else postcode and door, else street and door.

        A door is `house_number`, `house_letter` and `addition`. The point is missing for an unknown
        address and, without a place, for one that several places have.
        """
        if not len(self):
            index = words["house_number"].index
            return gpd.GeoSeries([None] * len(index), index=index, crs=RD)
        units = self.units if place_id is None else self.units[self.units["place_id"] == place_id]
        number, letter, more = (
            words[name].fillna("") for name in ("house_number", "house_letter", "addition")
        )
        door = _door(number + letter + ("-" + more).where(more != "", "")).where(
            words["house_number"].notna()
        )
        searches = {
            "premises_id": "bag:" + words["bag_id"],
            "by_postcode": _postcode(words["postcode"]) + "|" + door,
            "by_street": _street(words["street"]) + "|" + door,
        }
        points = gpd.GeoSeries([None] * len(door), index=door.index, crs=RD)
        for name, keys in searches.items():
            if not (points.isna() & keys.notna()).any():
                continue
            once = (
                units.dropna(subset=[name])
                .drop_duplicates([name, "place_id"])
                .drop_duplicates(name, keep=False)
            )
            point = pd.Series(once.geometry.to_numpy(), index=once[name].to_numpy(dtype=object))
            wanted = points.isna() & keys.isin(point.index)
            points[wanted] = gpd.GeoSeries(
                keys[wanted].map(point).to_numpy(dtype=object), index=door.index[wanted], crs=RD
            )
        return points

    def other_street(self, named: pd.Series, points: gpd.GeoSeries) -> pd.Series:
        """The street of each point that names another one; missing for all other points."""
        nowhere = pd.Series(None, index=named.index, dtype="str")
        if self.streets.empty:
            return nowhere
        street = _street(named)
        comparable = street.isin(set(self.streets["street"])) & points.notna()
        if not comparable.any():
            return nowhere
        at = gpd.GeoDataFrame({"own": street[comparable]}, geometry=points[comparable], crs=RD)
        nearest = at.sjoin_nearest(self.streets, distance_col="metres")
        nearest = nearest[~nearest.index.duplicated()]
        elsewhere = nearest[nearest["street"] != nearest["own"]]
        whole = (
            self.streets[self.streets["street"].isin(set(elsewhere["own"]))]
            .dissolve("street")
            .geometry
        )
        matches = gpd.GeoSeries(
            whole.reindex(elsewhere["own"]).array, index=elsewhere.index, crs=RD
        )
        away = elsewhere.geometry.distance(matches)
        names = elsewhere.loc[away - elsewhere["metres"] > ASIDE_M, "name"]
        return pd.Series(names.reindex(named.index), dtype="str")


def taken_apart(cells: pd.Series) -> pd.DataFrame:
    """The `PARTS` of addresses like `Langestraat 12 A, 7511 HA Enschede`, one row per cell.

    All parts are missing where a cell holds no street with a number.
    """
    return pd.DataFrame(
        [_apart(cell) for cell in cells], index=cells.index, columns=list(PARTS), dtype="str"
    )


def _apart(cell: object) -> dict[str, str]:
    if not isinstance(cell, str):
        return {}
    tail = _TAIL.fullmatch(cell)
    head, _, town = (tail["head"], "", tail["town"]) if tail else cell.partition(",")
    door = _DOOR.fullmatch(head.strip())
    if door is None:
        return {}
    letter = _LETTER.fullmatch(door["more"] or "")
    parts = {
        "street": door["street"],
        "house_number": door["number"],
        "house_letter": letter["letter"] if letter else None,
        "addition": letter["addition"] if letter else door["more"],
        "postcode": tail["postcode"] if tail else None,
        "town": town.strip(),
    }
    return {name: part for name, part in parts.items() if part}


def written(words: Mapping[str, pd.Series]) -> pd.Series:
    """Street and number, postcode and town in one text, as far as they are known."""
    door = words["house_number"].fillna("") + words["house_letter"].fillna("")
    door = door.str.cat(words["addition"].fillna(""), sep="-").str.strip("-")
    street = words["street"].str.cat(door, sep=" ").str.strip()
    postcode = (
        words["postcode"].str.upper().str.replace(r"^(\d{4})\s*([A-Z]{2})$", r"\1 \2", regex=True)
    )
    town = postcode.fillna("").str.cat(words["town"].fillna(""), sep=" ").str.strip()
    whole = street.str.cat(town, sep=", ").str.strip(", ")
    return whole.where(whole.fillna("") != "").astype("str")


def read_addresses(given: Sequence[Piece]) -> Addresses:
    """The addresses and streets among the pieces; empty where none was read yet."""
    units, postcodes = (_frames(given, name) for name in (UNITS, POSTCODES))
    lines = [frame[["name", "geometry"]].dropna() for frame in _frames(given, LINES)]
    if not units:
        return replace(_no_addresses(), streets=_streets(lines)) if lines else _no_addresses()
    whole = pd.concat(
        [frame[["premises_id", "place_id", "address", "geometry"]] for frame in units],
        ignore_index=True,
    )
    street = streets_of(whole["address"])
    door = _door(
        pd.Series(
            [
                text[len(way) :] if isinstance(text, str) else None
                for text, way in zip(whole["address"], street, strict=True)
            ],
            dtype="str",
        )
    )
    postcode_of = (
        pd.concat(postcodes).drop_duplicates("premises_id").set_index("premises_id")["postcode"]
        if postcodes
        else pd.Series(dtype="str")
    )
    whole["by_street"] = _street(street) + "|" + door
    whole["by_postcode"] = (
        _postcode(whole["premises_id"].map(postcode_of).astype("str")) + "|" + door
    )
    doors = whole.assign(name=street)[["name", "geometry"]].dropna()
    return Addresses(
        gpd.GeoDataFrame(whole, geometry="geometry", crs=RD), _streets([*lines, doors])
    )


@cache
def _no_addresses() -> Addresses:
    columns = {
        name: pd.Series([], dtype="str")
        for name in ("premises_id", "place_id", "by_postcode", "by_street")
    }
    return Addresses(gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=RD)), _streets([]))


def _streets(named: Sequence[pd.DataFrame]) -> gpd.GeoDataFrame:
    empty = pd.DataFrame(
        {"name": pd.Series([], dtype="str"), "geometry": gpd.GeoSeries([], crs=RD)}
    )
    whole = pd.concat([empty, *named], ignore_index=True) if named else empty
    return gpd.GeoDataFrame(
        whole.assign(street=_street(whole["name"].astype("str"))), geometry="geometry", crs=RD
    )


def _frames(given: Sequence[Piece], name: str) -> list[pd.DataFrame]:
    return [
        from_arrow(feather.read_table(piece.path))
        for piece in given
        if piece.name.endswith(f".{name}{ENDING}")
    ]


def _door(text: pd.Series) -> pd.Series:
    """Doors in one notation: `12 A`, `12-A` and `12a` are the same, `12-3` and `123` are not."""
    plain = text.str.lower().str.replace(r"[^a-z0-9]+", "-", regex=True).str.strip("-")
    joined = plain.str.replace(r"([0-9])-([a-z])", r"\1\2", regex=True)
    return joined.where(joined != "")


def _street(names: pd.Series) -> pd.Series:
    keys = {name: search_key(name) for name in names.dropna().unique()}
    return names.map(keys).astype("str")


def _postcode(text: pd.Series) -> pd.Series:
    return text.str.replace(" ", "").str.lower()
