"""The streets of a town with their lines, from sections and from what surveys name."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from dashboard.facts.records import Initiative, records, street_key
from dashboard.facts.street_records import NetworkComponents, Street, StreetReading, Unit
from geo.crs import on_ground, rd_per_metre_at
from geo.names import search_key, usual_writings

# An initiative is near a street it names, or whose line lies this near to its spot.
NEAR_M = 100.0
_THIN_PX, _WIDEST_PX = 1.2, 6.0


def named_sections(place_id: str, streets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The named sections with their link key `street` and the `usual` writing of its name."""
    usual = usual_writings(streets["name"], within=streets["place_id"])
    named = streets[streets["name"].notna()]
    searched = named["name"].map(search_key)
    named, searched = named[searched.ne("")], searched[searched.ne("")]
    names = searched.map({key: name for (_, key), name in usual.items()})
    return named.assign(street=names.map(lambda name: street_key(place_id, name)), usual=names)


def street_lines(named: gpd.GeoDataFrame) -> pd.DataFrame:
    """Name, sections, length in m, mean footfall and its rank, shape and widths per street key.

    A square is drawn as its rim. Only the order of the modelled footfall within a town has meaning,
    so the width runs from its quietest to its busiest section.
    """
    named = named.sort_values("street", kind="stable")
    street, keys = pd.factorize(named["street"])
    proxy, length_m = (
        named[column].to_numpy(dtype=float) for column in ("footfall_proxy", "length_m")
    )
    known = ~np.isnan(proxy)
    low, high = (float(end(proxy[known])) if known.any() else np.nan for end in (np.min, np.max))
    busy = (proxy - low) / (high - low if high > low else 1.0)
    width = np.round(np.where(known, _THIN_PX + (_WIDEST_PX - _THIN_PX) * busy, _THIN_PX), 1)
    geometries = np.asarray(named.geometry.array, dtype=object)
    area = shapely.get_dimensions(geometries) == 2
    parts, section = shapely.get_parts(
        np.where(area, shapely.boundary(geometries), geometries), return_index=True
    )
    weight, total = (
        np.bincount(street[known], weights=each[known], minlength=len(keys))
        for each in (length_m, proxy * length_m)
    )
    footfall = pd.Series(np.divide(total, weight, out=np.full(len(keys), np.nan), where=weight > 0))
    busier_than = (footfall.rank(method="min") - 1.0) / max(footfall.count(), 1)
    ends = np.flatnonzero(np.diff(street[section])) + 1
    return pd.DataFrame(
        {
            "name": named["usual"].to_numpy()[np.searchsorted(street, np.arange(len(keys)))],
            "sections": np.bincount(street, minlength=len(keys)),
            "length_m": np.bincount(street, weights=length_m, minlength=len(keys)),
            "footfall": footfall.to_numpy(),
            "busier_than": busier_than.to_numpy(),
            "shape": shapely.multilinestrings(parts, indices=street[section]),
            "widths": [tuple(widths.tolist()) for widths in np.split(width[section], ends)][
                : len(keys)
            ],
        },
        index=pd.Index(keys),
    )


def build_streets(
    place_id: str,
    lines: pd.DataFrame,
    names: Mapping[str, str],
    readings: Mapping[str, Mapping[str, StreetReading]],
) -> dict[str, Street]:
    """The streets by link key: those with lines, then those that only a survey names."""
    streets = records(
        lines.reset_index(names="key").assign(place_id=place_id),
        Street,
        readings=(MappingProxyType(readings.get(key, {})) for key in lines.index),
    )
    by_key = {street.key: street for street in streets}
    for key in sorted(readings.keys() - by_key.keys()):
        by_key[key] = Street(
            key=key,
            name=names[key],
            place_id=place_id,
            sections=0,
            length_m=None,
            footfall=None,
            busier_than=None,
            shape=None,
            widths=(),
            readings=MappingProxyType(readings[key]),
        )
    return by_key


def keys_inside(
    streets: Mapping[str, Street], units: Iterable[Unit], outline: BaseGeometry | None
) -> frozenset[str]:
    """The streets that touch the outline; one without lines lies where its units lie."""
    occupied = {unit.street for unit in units}
    return frozenset(
        key
        for key, street in streets.items()
        if (
            key in occupied
            if street.shape is None
            else outline is not None and street.shape.intersects(outline)
        )
    )


def keys_near(streets: Mapping[str, Street], initiatives: tuple[Initiative, ...]) -> set[str]:
    """The streets that an initiative names, or that lie within 100 m of its known spot."""
    near = {key for row in initiatives for key in row.street_keys if key in streets}
    spots = [
        row.point
        for row in initiatives
        if row.point is not None and row.location_precision != "place"
    ]
    drawn = {key: street.shape for key, street in streets.items() if street.shape is not None}
    if spots and drawn:
        shapes = np.array([*drawn.values()], dtype=object)
        distances_m = shapely.distance(shapes, shapely.multipoints(spots))
        near |= {key for key, metres in zip(drawn, distances_m, strict=True) if metres <= NEAR_M}
    return near


def components(streets: gpd.GeoDataFrame) -> NetworkComponents | None:
    """How the sections fall into parts that do not touch; None where they are one network."""
    from geo import network

    if streets.empty:
        return None
    scale = rd_per_metre_at(shapely.box(*streets.total_bounds))
    parts = network.parts(network.build(on_ground(streets, scale)))
    if parts.count <= 1:
        return None
    return NetworkComponents(parts.count, parts.largest_share, sum(parts.lengths_m[1:]))
