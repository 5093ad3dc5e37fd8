"""Where an address lies, told by the units of the BAG in the same data folder: rows without coordinates find a point by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
from pyarrow import feather

from data.parquet import from_arrow
from etl.parts import ENDING, Part, Store
from etl.source import Piece, Source
from geo.crs import RD
from geo.names import search_key, streets_of

UNITS, POSTCODES = "premises", "postcodes"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Points (RD) by `bag:` id, and per place by postcode and door, and by street and door."""

    units: gpd.GeoDataFrame

    def __len__(self) -> int:
        return len(self.units)

    def find(self, words: Mapping[str, pd.Series], place_id: str | None) -> gpd.GeoSeries:
        """The point of each row by its `bag_id`, its `postcode` and door, or its `street` and door; missing where none is known.

        A door is `house_number`, `house_letter` and `addition`. Without a place an address that several places know is none.
        """
        units = self.units if place_id is None else self.units[self.units["place_id"] == place_id]
        number, letter, more = (words[name].fillna("") for name in ("house_number", "house_letter", "addition"))
        door = _door(number + letter + ("-" + more).where(more != "", "")).where(words["house_number"].notna())
        asked = {
            "premises_id": "bag:" + words["bag_id"],
            "by_postcode": _postcode(words["postcode"]) + "|" + door,
            "by_street": _street(words["street"]) + "|" + door,
        }
        found = gpd.GeoSeries([None] * len(door), index=door.index, crs=RD)
        for name, keys in asked.items():
            once = units.dropna(subset=[name]).drop_duplicates([name, "place_id"]).drop_duplicates(name, keep=False)
            point = pd.Series(once.geometry.to_numpy(), index=once[name].to_numpy(dtype=object))
            wanted = found.isna() & keys.isin(point.index)
            found[wanted] = gpd.GeoSeries(keys[wanted].map(point).to_numpy(dtype=object), index=door.index[wanted], crs=RD)
        return found


def pieces(source: Source, parts: Mapping[str, Part], store: Store) -> tuple[Piece, ...]:
    """What a source may look up beside its own files: the units of the sources it names, as they were read last."""
    return tuple(
        Piece(
            name=f"{part.source_id}.{part.key}.{name}{ENDING}",
            path=store.folder / part.fingerprint / f"{name}{ENDING}",
            origin="file",
            url=f"file:{part.name}",
            sha256=part.fingerprint,
            retrieved=part.retrieved,
        )
        for _, part in sorted(parts.items())
        if part.source_id in source.beside and part.retrieved is not None and store.has(part.fingerprint)
        for name in (UNITS, POSTCODES)
        if part.rows.get(name)
    )


def of(given: Sequence[Piece]) -> Addresses:
    """The addresses among the pieces; none where the register was not read yet."""
    units, postcodes = (_frames(given, name) for name in (UNITS, POSTCODES))
    if not units:
        columns = {name: pd.Series([], dtype="str") for name in ("premises_id", "place_id", "by_postcode", "by_street")}
        return Addresses(gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=RD)))
    whole = pd.concat([one[["premises_id", "place_id", "address", "geometry"]] for one in units], ignore_index=True)
    street = streets_of(whole["address"])
    door = _door(pd.Series([text[len(way) :] if isinstance(text, str) else None for text, way in zip(whole["address"], street, strict=True)], dtype="str"))
    told = pd.concat(postcodes).drop_duplicates("premises_id").set_index("premises_id")["postcode"] if postcodes else pd.Series(dtype="str")
    whole["by_street"] = _street(street) + "|" + door
    whole["by_postcode"] = _postcode(whole["premises_id"].map(told).astype("str")) + "|" + door
    return Addresses(gpd.GeoDataFrame(whole, geometry="geometry", crs=RD))


def _frames(given: Sequence[Piece], name: str) -> list[pd.DataFrame]:
    return [from_arrow(feather.read_table(piece.path)) for piece in given if piece.name.endswith(f".{name}{ENDING}")]


def _door(text: pd.Series) -> pd.Series:
    """A door in one writing: `12 A`, `12-A` and `12a` are one, `12-3` and `123` are two; missing where nothing stands."""
    plain = text.str.lower().str.replace(r"[^a-z0-9]+", "-", regex=True).str.strip("-")
    joined = plain.str.replace(r"([0-9])-([a-z])", r"\1\2", regex=True)
    return joined.where(joined != "")


def _street(names: pd.Series) -> pd.Series:
    keys = {name: search_key(name) for name in names.dropna().unique()}
    return names.map(keys).astype("str")


def _postcode(text: pd.Series) -> pd.Series:
    return text.str.replace(" ", "").str.lower()
