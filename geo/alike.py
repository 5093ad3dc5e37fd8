"""Places that look like a place, as far as enough places and characteristics are known."""

import pandas as pd

from geo.errors import TooFewToCompareError, WrongShapeError

# Among fewer places the nearest is merely one of the few there are.
MIN_PLACES = 10
MIN_FEATURES = 3


def nearest(features: pd.DataFrame, place: str, *, count: int = 3) -> pd.Series:
    """The `count` places most like `place`: distance over the characteristics, nearest first.

    Distance is the root mean square difference over the columns known for every place, each in its
    own standard deviation: 1 means one standard deviation apart on average. Equal distances fall to
    the name.

    Raises TooFewUnits below 10 places or 3 characteristics known for all of them, WrongShapeError
    for an unknown place.
    """
    if place not in features.index or not features.index.is_unique:
        raise WrongShapeError(f"expected {place} once among the places, got {list(features.index)}")
    full = features.astype("float64").dropna(axis="columns")
    spread = full.std(ddof=1)
    full = full.loc[:, spread > 0]
    for lacking, available, needed in (
        ("places", len(full), MIN_PLACES),
        ("features", full.shape[1], MIN_FEATURES),
    ):
        if available < needed:
            raise TooFewToCompareError(
                f"expected at least {needed} {lacking}, got {available}: add places or figures"
                " known for all of them",
                lacking,
                needed,
                available,
            )
    points = full / full.std(ddof=1)
    apart = ((points - points.loc[place]) ** 2).mean(axis=1) ** 0.5
    others = apart.drop(place).round(9).rename("distance").sort_index()
    return others.sort_values(kind="stable").head(count)
