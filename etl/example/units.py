"""The made-up shop survey of Voorbeeldstad: every unit in ten years, and the passers-by counted at
twenty spots.

What looks like chance is a hash of what it is about, so the town is the same on every computer and
in every year.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import LineString, Point

from data.schema.tables import COUNTS, PREMISES
from etl.example import plan
from geo.crs import RD

PLACE = "voorbeeldstad"
SURVEY_SOURCE = "voorbeeld-inventarisatie"
YEARS = tuple(range(2015, 2025))

_BRANCHES: tuple[tuple[str, str, int, float], ...] = (
    # branch, use, how common, share that belongs to chains
    ("Mode", "retail", 20, 0.55),
    ("Levensmiddelen", "retail", 13, 0.3),
    ("Huishoudelijk", "retail", 8, 0.45),
    ("Wonen", "retail", 7, 0.25),
    ("Vrije tijd", "retail", 8, 0.3),
    ("Persoonlijke verzorging", "retail", 10, 0.45),
    ("Horeca", "hospitality", 22, 0.15),
    ("Diensten", "services", 12, 0.35),
)
# Metres of front per unit, and how weak the street stands: the chance that a unit falls empty
# within a year.
_STREETS: Mapping[str, tuple[float, float]] = {
    "Marktplein": (12.0, 0.018),
    "Langestraat": (11.0, 0.042),
    "Oosterstraat": (12.0, 0.045),
    "Noorderstraat": (13.0, 0.048),
    "Zuiderstraat": (16.0, 0.066),
    "Kerkstraat": (8.0, 0.03),
    "Kerkplein": (17.0, 0.045),
    "Stationsplein": (26.0, 0.072),
    "Waagstraat": (15.0, 0.06),
    "Hofstraat": (24.0, 0.1),
    "Bakkerssteeg": (20.0, 0.1),
    "Molenstraat": (30.0, 0.084),
    "Nieuwstraat": (22.0, 0.08),
    "Brugstraat": (36.0, 0.072),
    "Smedenstraat": (24.0, 0.096),
    "Schoolstraat": (34.0, 0.06),
    "Weverstraat": (40.0, 0.072),
    "Tuinstraat": (28.0, 0.06),
    "Torenstraat": (32.0, 0.06),
    "Gildestraat": (36.0, 0.066),
    # A strip on the way to the harbour, out of the centre: outlines must differ on something.
    "Havenweg": (52.0, 0.072),
}
# Where an initiative ran from 2022 on, fewer units fall empty and more fill again. It is a story,
# not a finding.
_HELPED = frozenset(
    {"Oosterstraat", "Kerkplein", "Waagstraat", "Nieuwstraat", "Hofstraat", "Bakkerssteeg"}
)
_HELPED_FROM = 2022
_FALLS_LESS = 0.3
_FILLS, _FILLS_HELPED = 0.26, 0.6
_SET_BACK_M = 9.0


@dataclass(frozen=True, slots=True)
class _Unit:
    street: str
    number: int
    point: Point

    @property
    def key(self) -> str:
        return f"{self.street.lower()}-{self.number}"


def chance(*about: str | int) -> float:
    """A number from 0 to 1 that is always the same for the same words."""
    words = "/".join(map(str, about)).encode()
    return int.from_bytes(hashlib.sha256(words).digest()[:6], "big") / 2**48


def premises() -> gpd.GeoDataFrame:
    """The rows of the table `premises` without `street_id` and `duration`, which are measured like
    any other town's.
    """
    rows = [row for unit in _units() for row in _series(unit)]
    frame = pd.DataFrame(rows)
    columns: dict[str, pd.Series] = {}
    for name, column in PREMISES.columns.items():
        cells = (
            frame[name] if name in frame.columns else pd.Series([None] * len(frame), dtype="object")
        )
        columns[name] = (
            gpd.GeoSeries(cells, crs=RD)
            if column.dtype == "geometry"
            else cells.astype(column.dtype)
        )
    found = gpd.GeoDataFrame(columns, geometry="geometry", crs=RD)
    return found.sort_values(list(PREMISES.sort), ignore_index=True)


def counts(streets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The rows of the table `counts`: twenty counters on three Saturdays from 11 to 17 hours.

    One was moved before the second Saturday, and one failed for an hour.
    """
    rows = []
    for number, (counter, street_id, spot) in enumerate(_counters(streets), start=1):
        near = np.exp(-spot.distance(Point(plan.X, plan.Y)) / 170.0) + 3.0 * np.exp(
            -spot.distance(plan.point(plan.STATION)) / 150.0
        )
        busy = 900.0 * near * (0.7 + 0.6 * chance("busy", counter))
        for week in range(3):
            for hour in range(11, 17):
                start = datetime(2024, 9, 7, hour) + timedelta(weeks=week)
                swell = {11: 0.7, 12: 0.9, 13: 1.1, 14: 1.25, 15: 1.2, 16: 0.85}[hour]
                failed = (number, week, hour) == (5, 1, 14)
                value = (
                    None
                    if failed
                    else round(busy * swell * (0.9 + 0.2 * chance(counter, week, hour)))
                )
                rows.append(
                    {
                        "counter_id": counter,
                        "street_id": street_id,
                        "start": start,
                        "minutes": 60,
                        "value": value,
                        "break_before": (number, week, hour) == (3, 1, 11),
                        "geometry": spot,
                    }
                )
    frame = pd.DataFrame(rows).astype({"start": "datetime64[ms]", "value": "float64"})
    frame = frame.astype({name: COUNTS.columns[name].dtype for name in ("counter_id", "street_id")})
    found = gpd.GeoDataFrame(frame, geometry="geometry", crs=RD)
    return found.sort_values(list(COUNTS.sort), ignore_index=True)


def _counters(streets: gpd.GeoDataFrame) -> Iterator[tuple[str, str, Point]]:
    asked = (
        ("Langestraat", 0.1),
        ("Langestraat", 0.6),
        ("Oosterstraat", 0.2),
        ("Oosterstraat", 0.8),
        ("Noorderstraat", 0.3),
        ("Zuiderstraat", 0.4),
        ("Kerkstraat", 0.5),
        ("Waagstraat", 0.4),
        ("Hofstraat", 0.5),
        ("Molenstraat", 0.5),
        ("Brugstraat", 0.5),
        ("Weverstraat", 0.5),
        ("Zuiderstraat", 0.9),
        ("Noorderstraat", 0.8),
        ("Zuidersingel", 0.6),
        ("Schoolstraat", 0.5),
        ("Smedenstraat", 0.5),
        ("Gildestraat", 0.5),
        ("Molenstraat", 0.9),
        ("Oosterstraat", 0.5),
    )
    for number, (name, along) in enumerate(asked, start=1):
        own = streets[streets["name"] == name]
        walk = shapely.line_merge(shapely.union_all(own.geometry.array))
        spot = walk.interpolate(along, normalized=True)
        nearest = own.geometry.distance(spot).to_numpy().argmin()
        yield (
            f"voorbeeldteller-{number:02d}",
            str(own["street_id"].iloc[nearest]),
            Point(round(spot.x, 1), round(spot.y, 1)),
        )


def _units() -> Iterator[_Unit]:
    shapes = plan.lines()
    for street, (front_m, _) in _STREETS.items():
        shape = shapes.loc[shapes["name"] == street, "geometry"].iloc[0]
        if shape.geom_type == "Polygon":
            ring = shape.buffer(_SET_BACK_M, join_style="mitre").exterior
            yield from _along(street, ring, front_m, sides=(0.0,))
        else:
            yield from _along(street, shape, front_m, sides=(_SET_BACK_M, -_SET_BACK_M))


def _along(
    street: str, line: LineString, front_m: float, *, sides: Sequence[float]
) -> Iterator[_Unit]:
    """Units along a line: odd numbers on the left and even ones on the right, none at
    the corners.
    """
    for side, offset in enumerate(sides):
        number = 1 + side
        at = front_m * (0.6 + 0.5 * chance(street, side))
        while at < line.length - front_m * 0.5:
            here, ahead = line.interpolate(at), line.interpolate(at + 0.5)
            way = np.array([ahead.x - here.x, ahead.y - here.y]) * 2.0
            x, y = here.x - way[1] * offset, here.y + way[0] * offset
            yield _Unit(street, number, Point(round(x, 1), round(y, 1)))
            number += len(sides)
            at += front_m * (0.75 + 0.5 * chance(street, side, number))


def _series(unit: _Unit) -> Iterator[dict[str, str | float | date | Point | None]]:
    """One unit in every survey: who is in it, or since when nobody is."""
    weak = _STREETS[unit.street][1]
    vacant_since = (
        _fell_empty(unit, 2009 + int(6 * chance("since", unit.key)))
        if chance("start", unit.key) < 1.4 * weak
        else None
    )
    branch, use, chain = _tenant(unit, 0)
    tenants = 0
    for year in YEARS:
        helped = unit.street in _HELPED and year >= _HELPED_FROM
        if vacant_since is None and chance("falls", unit.key, year) < weak * (
            _FALLS_LESS if helped else 1.0
        ):
            vacant_since = _fell_empty(unit, year)
        elif vacant_since is not None and chance("fills", unit.key, year) < (
            _FILLS_HELPED if helped else _FILLS
        ):
            vacant_since, tenants = None, tenants + 1
            branch, use, chain = _tenant(unit, tenants)
        unseen = chance("unseen", unit.key, year) < 0.012
        vacant = vacant_since is not None and not unseen
        # Half of the owners told since when: of the others the surveys have to tell.
        told = vacant_since if vacant and chance("told", unit.key) < 0.5 else None
        known = not (vacant or unseen)
        yield {
            "premises_id": f"survey:{unit.key}",
            "source_id": SURVEY_SOURCE,
            "survey": f"voorbeeld-{year}",
            "place_id": PLACE,
            "street": unit.street,
            "address": f"{unit.street} {unit.number}",
            "floor_area_m2": (
                None
                if chance("area", unit.key) < 0.05
                else float(round(55 + 380 * chance("m2", unit.key) ** 2.4))
            ),
            "use": use,
            "branch": branch if known else None,
            "ownership": None if not known or chance("whose", unit.key, tenants) < 0.06 else chain,
            "status": "unknown" if unseen else "vacant" if vacant else "in_use",
            "vacant_since": told,
            "evidence": "niet gezien" if unseen else "gezien",
            "surveyed": date(year, 10, 1),
            "geometry": unit.point,
        }


def _fell_empty(unit: _Unit, year: int) -> date:
    return date(year, 1, 15) + timedelta(days=int(240 * chance("day", unit.key, year)))


def _tenant(unit: _Unit, turn: int) -> tuple[str, str, str]:
    at = chance("branch", unit.key, turn) * sum(weight for _, _, weight, _ in _BRANCHES)
    for branch, use, weight, chains in _BRANCHES:
        at -= weight
        if at < 0:
            break
    return branch, use, "chain" if chance("chain", unit.key, turn) < chains else "independent"
