"""The declaration of a vitality indicator, and how published figures become its readings.

Readings are a frame with the columns of `READING`: one row per place and year, the value in the
unit of the indicator, the definition it was counted with, the row that vouches for it, its series
and the standard error that its rounding gives (0 where the source states no rounding). What nobody
counted has no row: it is missing, never 0.
"""

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from geo.bilingual import Bilingual
from geo.errors import WrongShapeError
from geo.scales import Better

# The five of the province's benchmark of town centres, in its order.
GROUPS = ("accessibility", "demography", "spatial_quality", "supply", "cooperation")
Group = Literal["accessibility", "demography", "spatial_quality", "supply", "cooperation"]
Scope = Literal["centre", "municipality", "nearby"]

Tables = Mapping[str, pd.DataFrame]
"""What measures are computed from, by the name of the table."""

READING: Mapping[str, str] = {
    "place_id": "str",
    "year": "int64",
    "value": "float64",
    "definition": "str",
    "row_id": "str",
    "series": "str",
    "rounding_error": "float64",
}
# Figures of two places are set side by side when their years lie at most this far apart.
YEARS_APART = 1
_USABLE = ("high", "medium")
_COUNTED = ("measured", "derived")
_PUBLISHED = (
    *("observation_id", "place_id", "period_end", "value", "definition", "series"),
    *("nature", "confidence"),
)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One measure of vitality. `needs` names the tables `compute` asks for, `also` those it takes
    along where they are there; `area` is the kind of area of its figures, `scope` what it says
    something about: the centre itself, the municipality as a whole, or what residents have nearby;
    without one it follows from the area.

    A measure with `change_years` already compares a place with its own past, so many years before;
    one that is `of_size` is larger in a larger place, so that alone it makes no place strong or
    weak; of one that is `yes_no` 1 says yes, 0 no.
    """

    id: str
    label: Bilingual
    unit: Bilingual
    better: Better
    group: Group
    area: str
    definition: Bilingual
    needs: tuple[str, ...]
    also: tuple[str, ...] = ()
    decimals: int = 0
    change_years: int = 0
    of_size: bool = False
    yes_no: bool = False
    scope: Scope | None = None

    def __post_init__(self) -> None:
        """Fill in the scope that follows from the area."""
        if self.scope is None:
            scope: Scope = "centre" if self.area == "inner_city" else "municipality"
            object.__setattr__(self, "scope", scope)

    @property
    def is_change(self) -> bool:
        """Whether it compares a place with its own past."""
        return self.change_years > 0


def readings(rows: Sequence[Mapping[str, object] | Mapping[Hashable, object]] = ()) -> pd.DataFrame:
    """Rows as a frame of readings, by place and year; what a row leaves out is missing.

    Raises WrongShapeError when a place has two readings for one year.
    """
    columns = {
        name: pd.Series([row.get(name) for row in rows], dtype=dtype)
        for name, dtype in READING.items()
    }
    frame = pd.DataFrame(columns).fillna({"rounding_error": 0.0})
    if len({(row.get("place_id"), row.get("year")) for row in rows}) < len(rows):
        twice = frame[frame.duplicated(["place_id", "year"])]
        raise WrongShapeError(
            f"expected one reading per place and year, got more for {twice['place_id'].iloc[0]} in "
            f"{twice['year'].iloc[0]}: leave one out"
        )
    return frame.sort_values(["place_id", "year"], ignore_index=True)


def published(
    observations: pd.DataFrame,
    indicator: str,
    area_kind: str,
    *,
    since: int | None = None,
    step: float = 0.0,
) -> pd.DataFrame:
    """Readings out of published figures: measured, dated, not doubtful, about one kind of area.

    Targets, plans, expectations and figures in words only are no readings. Of several figures for
    one place and year the last published wins, then the surer one. `step` is what the source
    rounds to, in its own unit; the error of rounding is uniform over one step.
    """
    # Each indicator has a few rows: a list of them takes less than half the time of a frame.
    about = (observations["indicator"] == indicator) & (observations["area_kind"] == area_kind)
    usable = [
        {
            **row,
            "year": row["period_end"].year,
            "row_id": row["observation_id"],
            "rounding_error": step / math.sqrt(12.0),
        }
        for row in observations.loc[about, list(_PUBLISHED)].to_dict("records")
        if row["nature"] in _COUNTED
        and row["confidence"] in _USABLE
        and not any(pd.isna(row[name]) for name in ("period_end", "place_id", "value"))
    ]
    usable.sort(key=lambda row: row["observation_id"])
    usable.sort(key=lambda row: (row["period_end"], _USABLE[::-1].index(row["confidence"])))
    last = {(row["place_id"], row["year"]): row for row in usable}
    return readings([row for row in last.values() if since is None or row["year"] >= since])


def ratio(
    counts: pd.DataFrame, bases: pd.DataFrame, indicator: Indicator, *, times: float = 1.0
) -> pd.DataFrame:
    """Readings of `counts` per `bases`, times a round number, per place and year that both know.

    The row of the count vouches for it. The errors of rounding of both are independent.
    """
    pairs = counts.merge(bases, on=["place_id", "year"], suffixes=("", "_base"))
    pairs = pairs[pairs["value_base"] > 0]
    share = pairs["value"] / pairs["value_base"]
    error = (
        (pairs["rounding_error"] / pairs["value_base"]) ** 2
        + (share * pairs["rounding_error_base"] / pairs["value_base"]) ** 2
    ) ** 0.5
    pairs = pairs.assign(
        value=times * share, rounding_error=times * error, definition=indicator.definition.nl
    )
    return readings(pairs[list(READING)].to_dict("records"))


def per_survey(
    units: pd.DataFrame, indicator: Indicator, measure: Callable[[pd.DataFrame], float | None]
) -> pd.DataFrame:
    """Readings out of surveyed units: `measure` of each place and year, None for no reading."""
    rows = []
    for (place_id, year), group in units.groupby(
        ["place_id", units["surveyed"].dt.year], sort=True
    ):
        value = measure(group)
        if value is not None:
            rows.append(
                {
                    "place_id": place_id,
                    "year": year,
                    "value": value,
                    "definition": indicator.definition.nl,
                    "row_id": group["survey"].iloc[0],
                    "series": f"{place_id}-{indicator.id}",
                }
            )
    return readings(rows)


def newest(rows: pd.DataFrame) -> pd.DataFrame:
    """The last reading of every place, indexed by place."""
    rows = rows.sort_values("year")
    return rows[~rows["place_id"].duplicated(keep="last")].set_index("place_id").sort_index()


def comparable(all_readings: pd.DataFrame) -> pd.Series:
    """The value per place that may be compared with those of other places.

    Only newest readings with one definition, at most one year older than the newest of them. Of
    several definitions the one that most places share is taken, then the newest. A reading without
    a definition is not comparable.
    """
    rows = newest(all_readings).dropna(subset=["definition"])
    if rows.empty:
        return pd.Series(dtype="float64", name="value")
    kinds = rows.groupby("definition")["year"].agg(["size", "max"]).sort_index()
    chosen = kinds.sort_values(["size", "max"], ascending=False, kind="stable").index[0]
    rows = rows[rows["definition"] == chosen]
    result: pd.Series = rows.loc[rows["year"] >= rows["year"].max() - YEARS_APART, "value"]
    return result


def changes(all_readings: pd.DataFrame) -> pd.DataFrame:
    """First and last reading of the newest series per place: `first_year, first, last_year, last`.

    Only readings of one series with one definition are compared. Indexed by place; a place with one
    such reading has no row.
    """
    known = all_readings.dropna(subset=["series", "definition"]).sort_values("year", kind="stable")
    of_place: dict[str, list[tuple[tuple[str, str], int, float]]] = {}
    for place, series, definition, year, value in known[
        ["place_id", "series", "definition", "year", "value"]
    ].itertuples(index=False):
        of_place.setdefault(place, []).append(((series, definition), year, value))
    ends = {}
    for place, rows in sorted(of_place.items()):
        same = [row for row in rows if row[0] == rows[-1][0]]
        if len(same) > 1:
            ends[place] = (*same[0][1:], *same[-1][1:])
    columns = ["first_year", "first", "last_year", "last"]
    return pd.DataFrame.from_dict(ends, orient="index", columns=columns)
