"""What is sold where: how varied a street is, and how much of it belongs to chains."""

import numpy as np
import pandas as pd

from geo.columns import grouped, require
from geo.disclosure import MIN_UNITS
from geo.errors import NegativeValueError, WrongShapeError


def mix(premises: pd.DataFrame, *, by: str, min_units: int = MIN_UNITS) -> pd.DataFrame:
    """`units, branches, entropy, variety` per group of `by`, of units in use with a known branch.

    `entropy` is Shannon's (1948) in nats: 0 when all units are of one branch. `variety` is its
    exponential, the number of equally common branches that would be as varied (Hill, 1973): 1 or
    more. Both are missing below `min_units` units, where entropy says more of their number than of
    the street. Vacant units and rows without a group do not count.
    """
    require(premises, "status", "branch")
    premises = grouped(premises, by)
    if min_units < 1:
        raise NegativeValueError(f"expected min_units of 1 or more, got {min_units}")
    groups = pd.Index(premises[by].dropna().unique(), name=by).sort_values()
    known = premises[
        (premises["status"] == "in_use") & premises["branch"].notna() & premises[by].notna()
    ]
    each = known.groupby([by, "branch"]).size()
    units = each.groupby(level=0).sum()
    share = each / units.reindex(each.index, level=0)
    entropy: pd.Series = -(share * np.log(share)).groupby(level=0).sum()
    result = pd.DataFrame(
        {
            "units": units.reindex(groups, fill_value=0).astype("int64"),
            "branches": each.groupby(level=0).size().reindex(groups, fill_value=0).astype("int64"),
            # Turns -0.0 into 0.0.
            "entropy": entropy.reindex(groups).abs(),
        }
    )
    result["entropy"] = result["entropy"].where(result["units"] >= min_units)
    return result.assign(variety=np.exp(result["entropy"]))


def ownership(premises: pd.DataFrame, *, by: str, min_units: int = MIN_UNITS) -> pd.DataFrame:
    """`units, chains, independents, chain_share` per group, of units in use with known ownership.

    `chain_share` runs 0 to 1 and is missing below `min_units` units.
    """
    require(premises, "status", "ownership")
    premises = grouped(premises, by)
    strange = set(premises["ownership"].dropna().unique()) - {"chain", "independent"}
    if strange:
        raise WrongShapeError(
            f"expected ownership chain or independent, got {', '.join(sorted(map(str, strange)))}"
        )
    groups = pd.Index(premises[by].dropna().unique(), name=by).sort_values()
    known = premises[(premises["status"] == "in_use") & premises["ownership"].notna()]
    tally = pd.crosstab(known[by], known["ownership"]).reindex(
        index=groups, columns=["chain", "independent"], fill_value=0
    )
    units = tally.sum(axis=1).astype("int64")
    return pd.DataFrame(
        {
            "units": units,
            "chains": tally["chain"].astype("int64"),
            "independents": tally["independent"].astype("int64"),
            "chain_share": (tally["chain"] / units.where(units > 0))
            .where(units >= min_units)
            .astype(float),
        }
    )


def density(units: pd.Series, length_m: pd.Series) -> pd.Series:
    """Units per 100 m of street; missing for a street of no length."""
    if (length_m < 0).any():
        raise NegativeValueError(f"expected length_m of 0 or more, got {length_m.min():g}")
    return (100.0 * units / length_m.where(length_m > 0)).astype(float).rename("units_per_100_m")
