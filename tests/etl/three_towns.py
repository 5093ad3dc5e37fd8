"""Three made-up towns in a row, and files that hold the shop units of all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
from shapely.geometry import Point

from geo.crs import RD
from tests.etl.made_up_town import X, Y, place_file

APART_M = 4_000.0
TOWNS = {"aadorp": 0.0, "beek": APART_M, "cingel": 2 * APART_M}
"""Metres east of the first."""
FORMS = ("gpkg", "gpkg-plain", "parquet", "parquet-boxes", "parquet-sorted", "geojson")
"""With and without what finds the rows of one town; `parquet-sorted` has a row group per town."""


def places(folder: Path) -> Path:
    """The folder of their place files."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for number, (place_id, east) in enumerate(TOWNS.items(), 1):
        place_file(folder, place_id, x=east, code=f"GM999{number}")
    return folder


def units(per_town: int, towns: Sequence[str] = tuple(TOWNS)) -> gpd.GeoDataFrame:
    """So many shops per town, ten metres apart, those of the towns in turn."""
    number = np.arange(per_town * len(towns))
    wests = np.array([TOWNS[town] for town in towns])
    east = wests[number % len(towns)] + 10.0 * (number // len(towns))
    columns = {
        "identificatie": [f"999{at % len(towns) + 1}01{at:010d}" for at in number],
        "gebruiksdoel": "winkelfunctie",
        "status": "Verblijfsobject in gebruik",
        "oppervlakte": 80 + number,
        "openbare_ruimte": "Langestraat",
        "huisnummer": number + 1,
    }
    return gpd.GeoDataFrame(columns, geometry=[Point(X + x, Y) for x in east], crs=RD)


def write(
    frame: gpd.GeoDataFrame, folder: Path, form: str, *, layer: str = "verblijfsobject"
) -> Path:
    """The units as a file of that form."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"units.{form.partition('-')[0]}"
    if form.startswith("gpkg"):
        frame.to_file(path, layer=layer, SPATIAL_INDEX="YES" if form == "gpkg" else "NO")
    elif form == "geojson":
        frame.to_file(path, driver="GeoJSON", COORDINATE_PRECISION=9)
    else:
        ordered = frame.sort_values("identificatie") if form == "parquet-sorted" else frame
        size = len(frame) // len(TOWNS) if form == "parquet-sorted" else None
        ordered.to_parquet(path, write_covering_bbox=form != "parquet", row_group_size=size)
    return path
