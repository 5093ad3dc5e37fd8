"""Made-up square municipalities for the benches: streets, units, and the inputs of a run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from etl.pipeline.run import RunOptions
from geo.crs import RD, to_wgs84

SIDE_M = 4_000.0
STREETS = 20
"""Streets each way per municipality."""
FIRST = 1
ROW = 19
"""Municipalities from west to east."""


@dataclass(frozen=True, slots=True)
class Town:
    """One made-up municipality: its number and how many units it holds."""

    number: int
    units: int

    @property
    def place_id(self) -> str:
        return f"gemeente-{self.number}"

    @property
    def west(self) -> float:
        return 20_000.0 + (self.number % ROW) * SIDE_M

    @property
    def south(self) -> float:
        return 310_000.0 + (self.number // ROW) * SIDE_M


def place_file(town: Town, folder: Path) -> None:
    """The town's place file, with its square as outline."""
    folder.mkdir(parents=True, exist_ok=True)
    square = shapely.box(town.west, town.south, town.west + SIDE_M, town.south + SIDE_M)
    outline, core = to_wgs84(gpd.GeoSeries([square, square.centroid], crs=RD))
    properties = {
        "place_id": town.place_id,
        "name_nl": town.place_id,
        "name_en": town.place_id,
        "name_de": town.place_id,
        "role": "centre",
        "municipality_code": f"GM{town.number:04d}",
        "core": [core.x, core.y],
        "core_basis": "square",
        "profile": None,
        "boundary_basis": "drawn",
        "boundary_source": None,
        "boundary_date": None,
    }
    feature = {
        "type": "Feature",
        "id": town.place_id,
        "geometry": shapely.geometry.mapping(outline),
        "properties": properties,
    }
    (folder / f"{town.place_id}.geojson").write_text(json.dumps(feature))


def lines(town: Town) -> bytes:
    """The town's streets as GeoJSON of OpenStreetMap: a lattice."""
    shapes = to_wgs84(collection_lines(town).geometry)
    features = [
        {
            "type": "Feature",
            "properties": {
                "@id": f"way/{town.number * 1000 + at}",
                "highway": "residential",
                "name": f"Straat {at}",
            },
            "geometry": shapely.geometry.mapping(shape),
        }
        for at, shape in enumerate(shapes, 1)
    ]
    return json.dumps(
        {"type": "FeatureCollection", "timestamp": "2026-01-01T00:00:00Z", "features": features}
    ).encode()


def collection_lines(town: Town) -> gpd.GeoDataFrame:
    """The town's streets in RD."""
    steps_m = np.linspace(0.0, SIDE_M, STREETS)
    upright = [
        shapely.LineString([(town.west + x, town.south + y) for y in steps_m]) for x in steps_m
    ]
    level = [
        shapely.LineString([(town.west + x, town.south + y) for x in steps_m]) for y in steps_m
    ]
    names = [f"Straat {number}" for number in range(1, 2 * STREETS + 1)]
    return gpd.GeoDataFrame(
        {"name": names, "highway": "residential"}, geometry=[*upright, *level], crs=RD
    )


def units(town: Town) -> gpd.GeoDataFrame:
    """The town's units as the register of addresses gives them, within 20 m of a street."""
    luck = np.random.default_rng(town.number)
    at = luck.integers(0, STREETS, town.units)
    along, beside = luck.uniform(0, SIDE_M, town.units), luck.uniform(-20, 20, town.units)
    across = np.clip(at * SIDE_M / (STREETS - 1) + beside, 1, SIDE_M - 1)
    upright = luck.random(town.units) < 0.5
    x, y = np.where(upright, across, along), np.where(upright, along, across)
    number = np.arange(town.units)
    frame = pd.DataFrame(
        {
            "identificatie": pd.Series(number).map(lambda n: f"{town.number:04d}01{n:010d}"),
            "gebruiksdoel": np.where(number % 5 == 0, "winkelfunctie,woonfunctie", "winkelfunctie"),
            "status": "Verblijfsobject in gebruik",
            "oppervlakte": luck.integers(20, 2000, town.units),
            "openbare_ruimte": [
                f"Straat {one + 1}" if up else f"Straat {one + 1 + STREETS}"
                for one, up in zip(at, upright, strict=True)
            ],
            "huisnummer": number % 300 + 1,
        }
    )
    return gpd.GeoDataFrame(
        frame, geometry=gpd.points_from_xy(town.west + x, town.south + y), crs=RD
    )


def write_units(town: Town, folder: Path, form: str) -> None:
    """The town's units in a file of that form."""
    folder.mkdir(parents=True, exist_ok=True)
    frame = units(town)
    if form == "parquet":
        frame.to_parquet(folder / "units.parquet")
    elif form == "gpkg":
        frame.to_file(folder / "units.gpkg", driver="GPKG", layer="units")
    else:
        frame.to_file(folder / "units.geojson", driver="GeoJSON")


FIGURES = {
    "population": ("inwoners", 10_000.0, 200_000.0),
    "retail_floor_area_m2": ("m²", 10_000.0, 250_000.0),
    "vacancy_rate_premises": ("%", 2.0, 15.0),
    "cafes_within_1km": ("zaken", 0.5, 12.0),
    "restaurants_within_1km": ("zaken", 0.5, 20.0),
    "hotels_within_5km": ("zaken", 1.0, 15.0),
    "distance_cinema_km": ("km", 1.0, 20.0),
    "distance_station_km": ("km", 1.0, 15.0),
    "distance_performing_arts_km": ("km", 1.0, 20.0),
    "distance_department_store_km": ("km", 1.0, 20.0),
}
"""The unit, the lowest and the highest of made-up figures."""
YEARS = range(2020, 2025)


def figures(town: Town) -> str:
    """Figures of the town in five years, as the sheet that a municipality fills in."""
    chance = np.random.default_rng(town.number)
    rows = ["indicator;waarde;eenheid;peildatum;definitie;bron;gebied;reeks;delen"]
    for indicator, (unit, low, high) in FIGURES.items():
        area = "binnenstad" if indicator.startswith(("vacancy", "retail")) else "gemeente"
        rows += [
            f"{indicator};{chance.uniform(low, high):.1f};{unit};{year};verzonnen: {indicator};"
            f"verzonnen voor een meting;{area};{indicator};open".replace(".", ",")
            for year in YEARS
        ]
    return "\n".join(rows)


def areas(towns: Sequence[Town]) -> gpd.GeoDataFrame:
    """The municipalities as CBS gives them."""
    shapes = [
        shapely.box(town.west, town.south, town.west + SIDE_M, town.south + SIDE_M)
        for town in towns
    ]
    codes = [f"GM{town.number:04d}" for town in towns]
    return gpd.GeoDataFrame(
        {"gemeentecode": codes, "gemeentenaam": [town.place_id for town in towns]},
        geometry=shapes,
        crs=RD,
    )


def country(towns: Sequence[Town], folder: Path) -> RunOptions:
    """The inputs of a run of these towns with figures and outlines of municipalities."""
    options = prepared(towns, folder, "parquet")
    for town in towns:
        sheet = folder / "inputs" / "figures" / town.place_id / "cijfers.csv"
        sheet.parent.mkdir(parents=True)
        sheet.write_text(figures(town), encoding="utf-8")
    outlines = folder / "inputs" / "cbs_areas" / "gemeenten.gpkg"
    outlines.parent.mkdir(parents=True)
    areas(towns).to_file(outlines, driver="GPKG")
    return options


def prepared(towns: Sequence[Town], folder: Path, form: str) -> RunOptions:
    """The inputs of a run of these towns, on disk."""
    for town in towns:
        place_file(town, folder / "places")
        write_units(town, folder / "inputs" / "bag" / town.place_id, form)
        osm = folder / "inputs" / "osm" / town.place_id
        osm.mkdir(parents=True)
        (osm / "streets.geojson").write_bytes(lines(town))
    return RunOptions(
        data=folder / "data", inputs=folder / "inputs", places=folder / "places", workers=1
    )
