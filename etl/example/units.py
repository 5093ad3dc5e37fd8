"""The made-up shop survey of Voorbeeldstad over ten years, and passers-by counted at twenty spots.

What looks like chance is a hash of names, so the town is the same on every computer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import LineString, Point

from data.schema.tables import COUNTS, PREMISES
from etl.example import plan
from etl.example.rows import Row, frame, read, records

PLACE = "voorbeeldstad"
SURVEY_SOURCE = "voorbeeld-inventarisatie"
YEARS = tuple(range(2015, 2025))

# Where an initiative ran from 2022 on, fewer units become vacant and more are let again. It is a
# story, not a finding.
_HELPED_FROM = 2022
_HELPED_RISK = 0.3
_FILL_RATE, _HELPED_FILL_RATE = 0.26, 0.6
_SET_BACK_M = 9.0
_FIRST_SATURDAY = date(2024, 9, 7)


@dataclass(frozen=True, slots=True)
class Branch:
    """How common a branch is, and the share of its units that belongs to chains, 0 to 1."""

    name: str
    use: str
    weight: int
    chain_share: float


@dataclass(frozen=True, slots=True)
class ShopStreet:
    """A street with shops: metres of front per unit, and the chance, 0 to 1, that a unit becomes
    vacant within a year; `helped` where an initiative ran.
    """

    name: str
    front_m: float
    risk: float
    helped: bool


BRANCHES = records(Branch, "branches.csv")
SHOP_STREETS = {street.name: street for street in records(ShopStreet, "shop_streets.csv")}


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
    """The table `premises` but `street_id` and `duration`, which are measured as in any town."""
    return gpd.GeoDataFrame(frame(PREMISES, [row for unit in _units() for row in _series(unit)]))


def counts(streets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The rows of the table `counts`: twenty counters on three Saturdays from 11 to 17 hours.

    One was moved before the second Saturday, and one failed for an hour.
    """
    rows: list[Row] = []
    for number, (counter, street_id, spot) in enumerate(_counters(streets), start=1):
        near = np.exp(-spot.distance(Point(plan.X, plan.Y)) / 170.0) + 3.0 * np.exp(
            -spot.distance(plan.point(plan.STATION)) / 150.0
        )
        busy = 900.0 * near * (0.7 + 0.6 * chance("busy", counter))
        for week in range(3):
            for hour in range(11, 17):
                start = datetime.combine(_FIRST_SATURDAY, time(hour)) + timedelta(weeks=week)
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
    return gpd.GeoDataFrame(frame(COUNTS, rows))


def _counters(streets: gpd.GeoDataFrame) -> Iterator[tuple[str, str, Point]]:
    for number, row in enumerate(read("counters.csv"), start=1):
        street = streets[streets["name"] == row["street"]]
        walk = shapely.line_merge(shapely.union_all(street.geometry.array))
        spot = walk.interpolate(float(row["along"]), normalized=True)
        nearest = street.geometry.distance(spot).to_numpy().argmin()
        yield (
            f"voorbeeldteller-{number:02d}",
            str(street["street_id"].iloc[nearest]),
            Point(round(spot.x, 1), round(spot.y, 1)),
        )


def _units() -> Iterator[_Unit]:
    shapes = plan.lines()
    for street in SHOP_STREETS.values():
        shape = shapes.loc[shapes["name"] == street.name, "geometry"].iloc[0]
        if shape.geom_type == "Polygon":
            ring = shape.buffer(_SET_BACK_M, join_style="mitre").exterior
            yield from _along(street.name, ring, street.front_m, sides=(0.0,))
        else:
            yield from _along(street.name, shape, street.front_m, sides=(_SET_BACK_M, -_SET_BACK_M))


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
            front, ahead = line.interpolate(at), line.interpolate(at + 0.5)
            way = np.array([ahead.x - front.x, ahead.y - front.y]) * 2.0
            x, y = front.x - way[1] * offset, front.y + way[0] * offset
            yield _Unit(street, number, Point(round(x, 1), round(y, 1)))
            number += len(sides)
            at += front_m * (0.75 + 0.5 * chance(street, side, number))


def _series(unit: _Unit) -> Iterator[Row]:
    """One unit in every survey: who is in it, or since when nobody is."""
    street = SHOP_STREETS[unit.street]
    vacant_since = (
        _vacant_from(unit, 2009 + int(6 * chance("since", unit.key)))
        if chance("start", unit.key) < 1.4 * street.risk
        else None
    )
    branch, use, chain = _tenant(unit, 0)
    tenants = 0
    for year in YEARS:
        helped = street.helped and year >= _HELPED_FROM
        if vacant_since is None and chance("falls", unit.key, year) < street.risk * (
            _HELPED_RISK if helped else 1.0
        ):
            vacant_since = _vacant_from(unit, year)
        elif vacant_since is not None and chance("fills", unit.key, year) < (
            _HELPED_FILL_RATE if helped else _FILL_RATE
        ):
            vacant_since, tenants = None, tenants + 1
            branch, use, chain = _tenant(unit, tenants)
        unseen = chance("unseen", unit.key, year) < 0.012
        vacant = vacant_since is not None and not unseen
        # Half of the owners report since when; for the others only the surveys know.
        reported = vacant_since if vacant and chance("told", unit.key) < 0.5 else None
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
            "vacant_since": reported,
            "evidence": "niet gezien" if unseen else "gezien",
            "surveyed": date(year, 10, 1),
            "geometry": unit.point,
        }


def _vacant_from(unit: _Unit, year: int) -> date:
    return date(year, 1, 15) + timedelta(days=int(240 * chance("day", unit.key, year)))


def _tenant(unit: _Unit, turn: int) -> tuple[str, str, str]:
    at = chance("branch", unit.key, turn) * sum(branch.weight for branch in BRANCHES)
    for branch in BRANCHES:
        at -= branch.weight
        if at < 0:
            break
    is_chain = chance("chain", unit.key, turn) < branch.chain_share
    return branch.name, branch.use, "chain" if is_chain else "independent"
