"""Means of passers-by per counter, one per stretch without a break."""

from collections.abc import Callable, Mapping
from typing import cast

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point

from dashboard.facts.records import CountStretch, column_values
from data.catalogue import Catalogue
from data.export.sharing import Beyond
from geo.crs import RD

DAY_MINUTES = 1440
HOUR_MINUTES = 60


def counted(
    catalogue: Catalogue | Beyond, place_around: Callable[[Point], str | None]
) -> tuple[CountStretch, ...]:
    """Every stretch of every counter, by counter and time; none where no counts may be shown.

    `place_around` gives the centre within reach of a point in RD, for a counter in no known street.
    """
    if not catalogue.has("counts"):
        return ()
    rows = gpd.GeoDataFrame(catalogue.table("counts"), geometry="geometry", crs=RD).sort_values(
        ["counter_id", "start"], ignore_index=True
    )
    streets = _streets(catalogue)
    # Intervals of another length are another series, whether or not the break was marked.
    same = rows["counter_id"].eq(rows["counter_id"].shift())
    broken = same & (rows["break_before"] | rows["minutes"].ne(rows["minutes"].shift()))
    rows = rows.assign(stretch=broken.cumsum(), known=rows["value"].notna())
    stretches = []
    for (counter, _), stretch in rows.groupby(["counter_id", "stretch"], sort=False):
        last, known = stretch.iloc[-1], stretch[stretch["known"]]
        street = streets.get(str(last["street_id"]))
        place_id, name = (place_around(last["geometry"]), None) if street is None else street
        minutes = int(last["minutes"])
        stretches.append(
            CountStretch(
                counter_id=str(counter),
                place_id=place_id,
                street=name,
                begun=stretch["start"].iloc[0].to_pydatetime(),
                # An interval that ends at midnight belongs to the day before.
                end=(
                    last["start"] + pd.Timedelta(minutes=minutes) - pd.Timedelta(seconds=1)
                ).date(),
                days=_days(known, minutes),
                minutes=minutes,
                intervals=len(known),
                failed=len(stretch) - len(known),
                value=_mean(known, minutes),
                after_break=bool(broken[stretch.index[0]]),
                point=last["geometry"],
            )
        )
    return tuple(stretches)


def _streets(catalogue: Catalogue | Beyond) -> Mapping[str, tuple[str, str | None]]:
    """Place and name of every street section."""
    if not catalogue.has("streets"):
        return {}
    rows = catalogue.columns("streets", ("street_id", "place_id", "name"))
    names = cast("list[str | None]", column_values(rows["name"]))
    named = zip(rows["place_id"].astype(str), names, strict=True)
    return dict(zip(rows["street_id"].astype(str), named, strict=True))


def _days(known: pd.DataFrame, minutes: int) -> int:
    """Number of days with counts; an interval over a day counts every day it holds."""
    if minutes > DAY_MINUTES:
        return round(len(known) * minutes / DAY_MINUTES)
    return int(known["start"].dt.normalize().nunique())


def _mean(known: pd.DataFrame, minutes: int) -> float | None:
    """Passers-by per counted day, or per counted hour where intervals are shorter than a day."""
    if not len(known):
        return None
    return (
        float(known["value"].mean())
        * (DAY_MINUTES if minutes >= DAY_MINUTES else HOUR_MINUTES)
        / minutes
    )
