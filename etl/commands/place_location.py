"""Core and outline of a town, of the services that a run asks too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from data import catalogue
from data.snapshot.layout import has_current
from etl.area import Area, Place
from etl.commands.place_services import Answer, Assumption, Choose, Services
from etl.commands.place_target import NamedTown
from etl.errors import ContentError, RunError, UseError
from etl.parsing.municipalities import CONSULTED, Municipality, TypedName, by_code
from etl.problems import Finding, phrase
from etl.source import Piece
from etl.sources import bag, brt_places, cbs_areas, geocoder
from etl.sources.geocoder import Hit, Settlement
from geo.bilingual import Bilingual
from geo.centres import KADASTER, delineate, derived
from geo.crs import RD, REACH_M, WGS84, around, to_rd, to_wgs84
from geo.names import search_key

TOWN_REACH_M = 5_000.0
"""How far from the middle of a town its inner city is looked for, in metres."""
SQUARE_M = 100.0
"""A core chosen by hand this near to a market square is that square."""
GIVEN = "given"
"""The `core_basis` of a core that was chosen by hand elsewhere."""
DERIVED = "derived"
"""The `boundary_basis` of an outline around a cluster of shop units."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a core or outline comes from; `day` is an ISO date, or None."""

    kind: str
    source: str
    day: str | None


@dataclass(frozen=True, slots=True)
class LocatedTown:
    """A town with its core and outline (RD); without an outline it reaches `REACH_M`."""

    target: NamedTown
    core: Point
    core_basis: Basis
    outline: BaseGeometry | None
    outline_basis: Basis | None
    assumptions: tuple[Assumption, ...]


def locate_town(
    target: NamedTown, services: Services, choose: Choose, core: tuple[float, float] | None = None
) -> LocatedTown:
    """Core and outline of a town; `core` (longitude, latitude) decides where several fit.

    Raises RunError when no service says where the town lies and no core was given.
    """
    return _Locator(target, services, choose, core).locate()


@dataclass(slots=True)
class _Locator:
    """Looks up one town."""

    target: NamedTown
    services: Services
    choose: Choose
    given: tuple[float, float] | None
    notes: list[Assumption] = field(default_factory=list)
    none_drawn: bool = False
    """Whether the Kadaster answered and draws no outline here."""

    def locate(self) -> LocatedTown:
        start, start_basis, is_town = self._start()
        place = self._place(start, self._reach(start, is_town))
        outline, outline_basis = self._outline(place)
        near = around(start, REACH_M) if is_town else place.reach
        square, core_basis = self._square(place, near if outline is None else outline)
        if self.given is not None:
            core, core_basis = start, self._given_basis(start, square)
        elif square is not None:
            core = square.point
            self._note("core-square", name=square.street, day=core_basis.day)
        elif outline is not None and outline_basis is not None:
            core = outline.centroid
            core_basis = Basis("outline", outline_basis.source, outline_basis.day)
            self._note("core-outline")
        else:
            core, core_basis = start, start_basis
            self._note("core-gazetteer", day=start_basis.day)
        if outline is None and self.none_drawn:
            outline, outline_basis = self._retail_core(core)
        if outline is None:
            self._note("reach", metres=round(REACH_M))
        return LocatedTown(self.target, core, core_basis, outline, outline_basis, tuple(self.notes))

    def _note(self, key: str, **values: object) -> None:
        self.notes.append(Assumption(key, {"town": self.target.name, **values}))

    def _failed(self, key: str, failure: Finding) -> None:
        self._note(key, why=failure, code=failure.code)

    def _place(self, core: Point, reach: BaseGeometry) -> Place:
        code = self.target.municipality.code
        return Place(self.target.place_id, self.target.name, "centre", code, core, reach, True)

    def _start(self) -> tuple[Point, Basis, bool]:
        """Where the town lies, on what basis, and whether that is the town itself."""
        if self.given is not None:
            core = to_rd(gpd.GeoSeries.from_xy([self.given[0]], [self.given[1]], crs=WGS84))
            return core.iloc[0], Basis(GIVEN, "--core", None), True
        if self.target.town is not None:
            basis = Basis("gazetteer", geocoder.SOURCE.publisher, _iso(self.target.asked))
            return self.target.town.point, basis, True
        municipality = self.target.municipality
        name = TypedName.parse(municipality.name).base
        answer = self.services.ask(
            geocoder.SOURCE,
            geocoder.settlement_questions(name, municipality.code),
            Area((), ()),
            geocoder.settlements,
        )
        of_code = [
            hit for hit in answer.content or () if hit.municipality_code == municipality.code
        ]
        keys = municipality.keys
        towns = [
            hit for hit in of_code if hit.kind == geocoder.TOWN and search_key(hit.name) in keys
        ]
        wholes = [hit for hit in of_code if hit.kind == geocoder.MUNICIPALITY]
        if not towns and not wholes:
            raise RunError(_no_position(municipality, answer))
        if wholes and search_key(wholes[0].name) not in keys:
            self._note("renamed", code=municipality.code, now=wholes[0].name, day=answer.retrieved)
        if not towns:
            self._note("no-town", code=municipality.code, day=answer.retrieved)
        basis = Basis("gazetteer", geocoder.SOURCE.publisher, _iso(answer.retrieved))
        return (towns or wholes)[0].point, basis, bool(towns)

    def _reach(self, start: Point, is_town: bool) -> BaseGeometry:
        """Where the inner city is looked for: the municipality, near the town where it is known."""
        circle = around(start, TOWN_REACH_M)
        spot = self._place(start, around(start, SQUARE_M))
        area = Area((spot,), (spot,))
        answer = self.services.ask(
            cbs_areas.SOURCE,
            cbs_areas.questions(cbs_areas.SOURCE, cbs_areas.COLLECTIONS[:1], area),
            area,
            lambda pieces: _boundaries(pieces, area),
        )
        if answer.failure is not None:
            self._failed("boundary-failed", answer.failure)
            return circle
        frame = answer.content
        if frame is None or frame.empty:
            code = self.target.municipality.code
            if self.given is not None and by_code(code) is not None:
                label = self.target.municipality.label
                raise UseError(phrase("place_location.outside", label=label, at=_degrees(start)))
            self._note("boundary-unknown", code=code, day=answer.retrieved)
            return circle
        boundary = shapely.union_all(frame["geometry"].to_numpy())
        return circle.intersection(boundary) if is_town else boundary

    def _outline(self, place: Place) -> tuple[BaseGeometry | None, Basis | None]:
        area = Area((place,), (place,))
        answer = self.services.ask(
            brt_places.SOURCE,
            brt_places.requests(area),
            area,
            lambda pieces: _inner_cities(pieces, area),
        )
        if answer.failure is not None:
            self._failed("outline-failed", answer.failure)
            return None, None
        outlines = answer.content
        if outlines is None or outlines.empty:
            self._note("outline-none", day=answer.retrieved)
            self.none_drawn = True
            return None, None
        row = self._choose_outline(outlines, place)
        if row is None:
            self.none_drawn = True
            return None, None
        hectares = _hectares(row["geometry"])
        surveyed = None if pd.isna(row["surveyed"]) else str(row["surveyed"])
        day = surveyed or _iso(answer.retrieved)
        self._note("outline", name=row["name"], hectares=hectares, day=day)
        return row["geometry"], Basis(KADASTER, brt_places.SOURCE.publisher, day)

    def _choose_outline(self, outlines: gpd.GeoDataFrame, place: Place) -> pd.Series | None:
        """The outline that holds a given core; without such a core the only one, or the chosen."""
        if self.given is not None:
            holding = outlines[outlines.geometry.intersects(place.core)]
            if holding.empty:
                self._note("outline-elsewhere", names=", ".join(sorted(set(outlines["name"]))))
                return None
            smallest: pd.Series = holding.loc[holding.area.idxmin()]
            return smallest
        ranked = outlines.assign(away_m=outlines.geometry.distance(place.core))
        ranked = ranked.sort_values(["away_m", "name"]).reset_index(drop=True)
        options = [
            f"{name}, {_hectares(shape)} ha, {_degrees(shape.centroid)}"
            for name, shape in zip(ranked["name"], ranked.geometry, strict=True)
        ]
        at = 0 if len(options) == 1 else self.choose("outline", self.target.name, options)
        chosen: pd.Series = ranked.iloc[at]
        return chosen

    def _retail_core(self, core: Point) -> tuple[BaseGeometry | None, Basis | None]:
        """The cluster of shop units at the core, of an earlier run; only of the BAG, which is open.

        A survey may be internal, and its outline would publish where its units lie.
        """
        data = self.services.data
        opened = catalogue.open(data) if has_current(data) else None
        if opened is None or not opened.has("premises"):
            return None, None
        premises = opened.table("premises")
        units = premises[
            premises["source_id"].eq(bag.SOURCE.id)
            & premises["geometry"].intersects(around(core, REACH_M))
        ]
        outline = derived(delineate(gpd.GeoSeries(units["geometry"], crs=RD)), core)
        if outline is None:
            return None, None
        within = int(units["geometry"].intersects(outline).sum())
        day = _iso(opened.source(bag.SOURCE.id).retrieved)
        self._note("outline-derived", units=within, hectares=_hectares(outline), day=day)
        return outline, Basis(DERIVED, bag.SOURCE.publisher, day)

    def _given_basis(self, core: Point, square: Hit | None) -> Basis:
        """The basis of a core that was given: on a market square, or elsewhere."""
        self._note("core-given", lon_lat=_degrees(core))
        on_square = square is not None and square.point.distance(core) <= SQUARE_M
        return Basis("square" if on_square else GIVEN, "--core", None)

    def _square(self, place: Place, within: BaseGeometry) -> tuple[Hit | None, Basis]:
        """The market square within the outline, or near the middle of the town."""
        area = Area((place,), (place,), (geocoder.core_spot(place.place_id),))
        answer = self.services.ask(
            geocoder.SOURCE,
            geocoder.requests(area),
            area,
            lambda pieces: geocoder.squares(pieces, place),
        )
        day = _iso(answer.retrieved)
        basis = Basis("square", geocoder.SOURCE.publisher, day)
        if answer.failure is not None:
            self._failed("square-failed", answer.failure)
            return None, basis
        fitting = [hit for hit in answer.content or () if hit.point.intersects(within)]
        if not fitting:
            if self.given is None:
                self._note("square-none", day=day)
            return None, basis
        # A core that was given has decided already.
        if len(fitting) == 1 or self.given is not None:
            return fitting[0], basis
        options = [f"{hit.street}, {_degrees(hit.point)}" for hit in fitting]
        return fitting[self.choose("square", self.target.name, options)], basis


def _boundaries(pieces: Sequence[Piece], area: Area) -> pd.DataFrame:
    """The outlines of the municipality; raises ContentError for an answer that a run refuses."""
    parsed = cbs_areas.parse(pieces, area)
    _require_no_error(parsed.findings)
    return parsed.frames["areas"]


def _inner_cities(pieces: Sequence[Piece], area: Area) -> gpd.GeoDataFrame:
    """The outlines of inner cities; raises ContentError for an answer that a run refuses."""
    findings: list[Finding] = []
    outlines = brt_places.inner_cities(pieces, area, Counter(), findings)
    _require_no_error(findings)
    return outlines


def _require_no_error(findings: Sequence[Finding]) -> None:
    for finding in findings:
        if finding.severity == "error":
            raise ContentError.from_finding(finding)


def _no_position(municipality: Municipality, answer: Answer[list[Settlement]]) -> Bilingual:
    """Why nothing says where a municipality lies, and what to do."""
    label = municipality.label
    if answer.failure is None:
        day = answer.retrieved
        return phrase("place_location.unknown", label=label, list=CONSULTED, day=day)
    return phrase("place_location.unanswered", label=label, list=CONSULTED, why=answer.why)


def _hectares(outline: BaseGeometry) -> int:
    return round(outline.area / 10_000.0)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _degrees(spot: Point) -> str:
    """Longitude and latitude as they are typed behind --core."""
    point = to_wgs84(gpd.GeoSeries([spot], crs=RD)).iloc[0]
    return f"{point.x:.5f} {point.y:.5f}"
