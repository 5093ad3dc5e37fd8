"""The records of the street level: a unit, a street in one survey, a street, a survey, a town."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from geo.names import search_key

Status = Literal["in_use", "vacant", "unknown"]
DURATIONS = ("frictional", "long", "structural", "untold")
OUTLINES = ("alles", "gemeente", "afgeleid", "400m")
"""All within reach, the municipality, the outline derived from units, 400 m round the market."""
REGISTER = "register"
"""The survey id of units that only registers know."""
REGISTERS = ("bag", "osm")
"""Sources of permitted or mapped units; neither is a survey of all units."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A shop or hospitality unit in one survey; `order` counts along its street from 1."""

    premises_id: str
    survey: str
    street: str | None
    address: str | None
    branch: str | None
    ownership: str | None
    status: Status
    since: dt.date | None
    duration: str | None
    surveyed: dt.date | None
    source_id: str
    side: str | None
    order: int | None
    point: Point

    @property
    def key(self) -> str:
        """Its name among the features of a map."""
        return f"{self.survey}/{self.premises_id}"

    @property
    def duration_class(self) -> str:
        """The class of its duration; `untold` for a vacancy without a known start."""
        return self.duration or "untold"


@dataclass(frozen=True, slots=True)
class StreetReading:
    """A street in one survey. Values that are unknown or withheld for few units are None.

    `rate, low, high` are modelled, of the units; `floor_rate` and its ends are the same of the
    floor area. Both are shrunk towards the rate of the centre.
    """

    survey: str
    units: int
    unknown: int
    vacant: int | None
    rate: float | None
    low: float | None
    high: float | None
    floor_rate: float | None
    floor_low: float | None
    floor_high: float | None
    lasting: int | None
    variety: float | None
    chain_share: float | None
    density: float | None


@dataclass(frozen=True, slots=True)
class Street:
    """A street by its name within a town; `widths` in pixels, one for each part of `shape`.

    `busier_than` is the share of the town's streets with less modelled footfall, 0 to 1.

    A street that only a survey names has no sections, length or shape.
    """

    key: str
    name: str
    place_id: str
    sections: int
    length_m: float | None
    footfall: float | None
    busier_than: float | None
    shape: BaseGeometry | None
    widths: tuple[float, ...]
    readings: Mapping[str, StreetReading]


@dataclass(frozen=True, slots=True)
class TownSurvey:
    """One survey of a town: `rate` is the share vacant of all units, with its interval.

    All three are None where it has too few units; then streets have no rate either.
    """

    survey: str
    day: dt.date
    source_id: str
    units: int
    vacant: int
    unknown: int
    rate: float | None
    low: float | None
    high: float | None

    @property
    def counts_only(self) -> bool:
        """Whether it has too few units for any rate."""
        return self.rate is None

    @property
    def year(self) -> int:
        """The year it was held."""
        return self.day.year


@dataclass(frozen=True, slots=True)
class OutlineFigure:
    """What one outline holds in one survey; all None where the outline is not known."""

    outline: str
    area_ha: float | None
    units: int | None
    vacant: int | None


@dataclass(frozen=True, slots=True)
class FootfallSkill:
    """Rank correlation of modelled footfall with counts: its interval and number of streets.

    `blocks` is the number of neighbourhoods left out in turn where the weights were fitted to the
    counts, else 0.
    """

    spearman: float
    low: float
    high: float
    n: int
    blocks: int

    @property
    def reliable(self) -> bool:
        """Whether the figure needs no warning that it is unreliable: 0.5 or more."""
        return self.spearman >= 0.5


@dataclass(frozen=True, slots=True)
class RegisterCounts:
    """Counts of registers without a survey: shop units by permit, and units mapped as vacant."""

    units: int
    mapped_vacant: int


@dataclass(frozen=True, slots=True)
class NetworkComponents:
    """Connected parts of the streets: number, length share of the largest, metres outside it."""

    parts: int
    largest_share: float
    outside_m: float


@dataclass(frozen=True, slots=True)
class TownStreets:
    """A town by street, with the streets that touch each outline and the keys of units in it."""

    place_id: str
    streets: Mapping[str, Street]
    unnamed_sections: int
    surveys: tuple[TownSurvey, ...]
    units: Mapping[str, tuple[Unit, ...]]
    outlines: Mapping[str, BaseGeometry | None]
    figures: Mapping[str, tuple[OutlineFigure, ...]]
    streets_inside: Mapping[str, frozenset[str]]
    units_inside: Mapping[str, frozenset[str]]
    footfall_skill: FootfallSkill | None
    register_counts: RegisterCounts | None
    components: NetworkComponents | None
    near: frozenset[str]
    trades: Mapping[str, str]
    source_ids: tuple[str, ...]
    units_hidden: bool

    @property
    def drawn(self) -> bool:
        """Whether the lines of its streets are known; else only a survey names them."""
        return any(street.shape is not None for street in self.streets.values())

    def survey(self, years: tuple[int, int]) -> TownSurvey | None:
        """The newest survey within the years, else None."""
        return max(
            (survey for survey in self.surveys if years[0] <= survey.year <= years[1]),
            key=lambda survey: survey.day,
            default=None,
        )

    def units_of(self, survey: TownSurvey | None) -> tuple[Unit, ...]:
        """The units of a survey, or those of the registers without one."""
        return self.units.get(REGISTER if survey is None else survey.survey, ())


def trade_key(branch: str) -> str:
    """A branch of trade as it stands in a link."""
    return search_key(branch).replace(" ", "-")
