"""Whether initiatives had an effect: results of two designs, or the obstacles."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from dashboard.analysis.vitality import shared_table
from dashboard.facts.records import Initiative, street_key
from dashboard.facts.snapshot import Facts
from dashboard.selection.permalink import TYPES
from data.schema.tables import STREETS
from geo.disclosure import MIN_UNITS
from geo.errors import RefusedError, TooFewToCompareError

if TYPE_CHECKING:
    # Loads scipy, which a page without an effect does not need.
    from geo.effects import Effect, SyntheticControl

LAUNCH = "pilot_launch"
ALIKE = ("units", "sections")
_PER_TREATED = 5

ObstacleKind = Literal["series_start", "all_took_part", "one_place", "station", "no_street_series"]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason why no effect can be estimated, with the facts behind it."""

    kind: ObstacleKind
    first_year: int | None = None
    launch: tuple[dt.date, dt.date] | None = None
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """Mean share of vacant units in one survey, in per cent, of treated and of control streets."""

    surveyed: dt.date
    treated: float
    control: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Results or refusals of both designs on the streets of one place, in percentage points.

    The initiatives began between the surveys `before` and `start`; `left_out` counts streets with
    one at another time or of another kind.
    """

    place_id: str
    before: dt.date
    start: dt.date
    treated: tuple[str, ...]
    left_out: int
    difference: "Effect | RefusedError"
    synthetic: "SyntheticControl | RefusedError"
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Standstill:
    """Why nothing can be said: the obstacles, and the refusals of both designs."""

    obstacles: tuple[Obstacle, ...]
    refused: tuple[RefusedError, ...]


def standstill(facts: Facts) -> Standstill:
    """Why the published series cannot show an effect of the pilot."""
    return Standstill(obstacles(facts), attempts(facts))


def obstacles(facts: Facts) -> tuple[Obstacle, ...]:
    """The reasons why the published series cannot show an effect of the pilot."""
    reasons: list[Obstacle] = []
    launch = next(
        (
            (row.start, row.end)
            for row in facts.observations
            if row.indicator == LAUNCH and row.start and row.end
        ),
        None,
    )
    years = [row.year for row in facts.stations]
    if launch is not None and years and min(years) > launch[0].year:
        reasons.append(Obstacle("series_start", first_year=min(years), launch=launch))
    took_part = {row.place_id for row in facts.initiatives}
    if len(facts.centres) == 1:
        reasons.append(Obstacle("one_place"))
    elif all(place.place_id in took_part for place in facts.centres):
        reasons.append(Obstacle("all_took_part", places=len(facts.centres)))
    if years:
        reasons.append(Obstacle("station"))
    if not surveyed(facts):
        reasons.append(Obstacle("no_street_series"))
    return tuple(reasons)


def attempts(facts: Facts) -> tuple[RefusedError, ...]:
    """The refusals of both designs on the series of the stations."""
    from geo import effects

    took_part = {row.place_id for row in facts.initiatives}
    rows = [
        {
            "unit": row.place_id,
            "period": row.year,
            "outcome": row.boardings_per_workday,
            "treated": row.place_id in took_part,
        }
        for row in facts.stations
        if row.place_id is not None and row.boardings_per_workday is not None
    ]
    launch = next(
        (row.start for row in facts.observations if row.indicator == LAUNCH and row.start), None
    )
    if not rows or launch is None:
        return ()
    panel = pd.DataFrame(rows)
    panel = effects.complete_units(panel, unit="unit", period="period", outcome="outcome")
    refused: list[RefusedError] = []
    try:
        effects.difference_in_differences(
            panel,
            unit="unit",
            period="period",
            outcome="outcome",
            treated="treated",
            start=launch.year,
        )
    except RefusedError as error:
        refused.append(error)
    wide = panel.pivot(index="period", columns="unit", values="outcome")
    for unit in wide.columns[:1]:
        try:
            effects.synthetic_control(wide, treated=str(unit), start=launch.year)
        except RefusedError as error:
            refused.append(error)
    return tuple(refused)


def surveyed(facts: Facts) -> tuple[str, ...]:
    """The places of which a snapshot holds more than one survey of units on streets."""
    units = _units(facts)
    if units.empty:
        return ()
    surveys = units.groupby("place_id")["surveyed"].nunique()
    return tuple(str(place) for place in surveys.index[surveys > 1])


def of_place(facts: Facts, place_id: str, kinds: Collection[str] = TYPES) -> Evidence | None:
    """Both designs on the vacancy of the streets of one place, for its initiatives of these kinds.

    The unit is a whole street, since its sections are not independent. Treated are the streets
    whose initiatives began between the same two surveys, the pair with most of them. Streets with
    an initiative at another time or of another kind are left out of both groups. None where no
    initiative with a known beginning lies on a surveyed street after the first survey.
    """
    units = _units(facts)
    units = units[units["place_id"] == place_id]
    if units.empty:
        return None
    initiatives = [row for row in facts.initiatives if row.place_id == place_id]
    others = frozenset(
        street for row in initiatives if row.kind not in kinds for street in row.street_keys
    )
    return measure(
        units,
        _beginnings([row for row in initiatives if row.kind in kinds]),
        place_id=place_id,
        others=others,
    )


def measure(
    units: pd.DataFrame,
    beginnings: Mapping[str, dt.date],
    *,
    place_id: str,
    others: frozenset[str] = frozenset(),
) -> Evidence | None:
    """Both designs on `units`: rows per unit and survey of `street, section, surveyed, vacant`.

    `beginnings` maps a street to the day its first initiative began; `others` are left out.
    """
    from geo import effects

    table = _streets(units)
    moments = sorted(table["surveyed"].unique())
    streets = set(table["street"])
    began = {
        street: next((moment for moment in moments if moment.date() >= day), None)
        for street, day in beginnings.items()
        if street in streets - others
    }
    usable = Counter(
        moment for moment in began.values() if moment is not None and moment > moments[0]
    )
    if not usable:
        return None
    start = min(usable, key=lambda moment: (-usable[moment], moment))
    treated = tuple(sorted(street for street, moment in began.items() if moment == start))
    panel = table[table["street"].isin(treated) | ~table["street"].isin([*beginnings, *others])]
    panel = panel.assign(treated=panel["street"].isin(treated))
    panel = effects.complete_units(panel, unit="street", period="surveyed", outcome="share")
    matched = panel
    if panel["treated"].nunique() == 2:
        matched = effects.matched(
            panel, unit="street", treated="treated", alike=ALIKE, per_unit=_PER_TREATED
        )
    return Evidence(
        place_id=place_id,
        before=moments[moments.index(start) - 1].date(),
        start=start.date(),
        treated=treated,
        left_out=len(began) - len(treated) + len(streets & others),
        difference=_difference(matched, start),
        synthetic=_synthetic(panel, start),
        paths=_paths(matched),
    )


def _units(facts: Facts) -> pd.DataFrame:
    """Surveyed units of known status on streets: `place_id, street, section, surveyed, vacant`."""
    # Imported late: it loads scipy.
    from geo.frontage import street_names

    premises, streets = shared_table(facts, "premises"), shared_table(facts, "streets")
    if premises is None:
        return pd.DataFrame({"place_id": [], "surveyed": []})
    rows = premises[
        premises["premises_id"].str.startswith("survey:")
        & premises["status"].isin(["in_use", "vacant"])
        & premises["surveyed"].notna()
    ]
    names = street_names(rows, STREETS.empty() if streets is None else streets)
    rows, names = rows[names.notna()], names.dropna()
    # All visits of one survey are one moment: its last day.
    moment = rows.groupby(["place_id", "survey"])["surveyed"].transform("max")
    return pd.DataFrame(
        {
            "place_id": rows["place_id"],
            "street": [
                street_key(place, name) for place, name in zip(rows["place_id"], names, strict=True)
            ],
            "section": rows["street_id"],
            "surveyed": moment,
            "vacant": rows["status"] == "vacant",
        }
    )


def _streets(units: pd.DataFrame) -> pd.DataFrame:
    """Share of vacant units in per cent per street and survey, with the matching variables."""
    counted = units.groupby(["street", "surveyed"], as_index=False).agg(
        share=("vacant", "mean"), size=("vacant", "size")
    )
    counted["share"] = (100.0 * counted["share"]).where(counted["size"] >= MIN_UNITS)
    # The size in the first survey and the number of sections do not move with the outcome.
    first = counted.sort_values("surveyed").groupby("street")["size"].first()
    sections = units.groupby("street")["section"].nunique()
    return counted.assign(
        units=counted["street"].map(first), sections=counted["street"].map(sections)
    )


def _beginnings(initiatives: Sequence[Initiative]) -> dict[str, dt.date]:
    """First day of the first initiative on each street; of an unknown beginning `date.min`."""
    first_days: dict[str, dt.date] = {}
    for row in initiatives:
        for street in row.street_keys:
            first_days[street] = min(first_days.get(street, dt.date.max), row.start or dt.date.min)
    return first_days


def _difference(panel: pd.DataFrame, start: pd.Timestamp) -> "Effect | RefusedError":
    from geo import effects

    try:
        return effects.difference_in_differences(
            panel, unit="street", period="surveyed", outcome="share", treated="treated", start=start
        )
    except RefusedError as refused:
        return refused


def _synthetic(panel: pd.DataFrame, start: pd.Timestamp) -> "SyntheticControl | RefusedError":
    """Synthetic control for the mean of the treated streets, from streets without initiatives."""
    from geo import effects

    wide = panel[~panel["treated"]].pivot(index="surveyed", columns="street", values="share")
    treated = panel[panel["treated"]].groupby("surveyed")["share"].mean()
    if treated.empty:
        return TooFewToCompareError(
            "expected a treated street counted in every survey, got 0", "treated_units", 1, 0
        )
    try:
        return effects.synthetic_control(
            wide.assign(treated=treated), treated="treated", start=start
        )
    except RefusedError as refused:
        return refused


def _paths(panel: pd.DataFrame) -> tuple[Path, ...]:
    means = panel.groupby(["surveyed", "treated"])["share"].mean().unstack("treated")
    if len(means.columns) < 2:
        return ()
    days = means.index.to_series().dt.date
    return tuple(map(Path, days, means[True].astype(float), means[False].astype(float)))
