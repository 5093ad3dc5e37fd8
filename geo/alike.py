"""Places that look like a place, and why, as far as enough characteristics are known."""

from dataclasses import dataclass

import pandas as pd

from geo.errors import TooFewToCompareError, WrongShapeError

# With fewer others the nearest is no choice.
MIN_PLACES = 4
MIN_FEATURES = 3
_SHARED = 2


@dataclass(frozen=True, slots=True)
class Resemblance:
    """Why two places are alike: the columns that they share, the most telling first, and the
    column on which they lie furthest apart.
    """

    shared: tuple[str, ...]
    apart: str


def nearest(features: pd.DataFrame, place: str, *, count: int = 3) -> pd.Series:
    """The `count` places most like `place`: distance over the characteristics, nearest first.

    Distance is the root mean square difference over the columns known for every place, each in its
    own standard deviation: 1 means one standard deviation apart on average. Equal distances fall to
    the name.

    Raises TooFewToCompareError below 4 places or 3 characteristics known for all of them,
    WrongShapeError for an unknown place.
    """
    points = _standardised(features, place)
    apart = ((points - points.loc[place]) ** 2).mean(axis=1) ** 0.5
    others = apart.drop(place).round(9).rename("distance").sort_index()
    return others.sort_values(kind="stable").head(count)


def explain(features: pd.DataFrame, place: str, other: str) -> Resemblance:
    """Why `other` is like `place`, in the columns and units of `nearest`.

    Two places share a column where both lie on one side of the mean, the more so the further from
    the mean and the nearer to each other they lie. Raises what `nearest` raises.
    """
    points = _standardised(features, place)
    if other not in points.index:
        raise WrongShapeError(f"expected {other} among the places, got {list(points.index)}")
    centred = points - points.mean()
    names = [str(name) for name in centred.columns]
    both = dict(zip(names, centred.loc[[place, other]].to_numpy().T.tolist(), strict=True))
    gaps = {name: abs(first - second) for name, (first, second) in both.items()}
    telling = {
        name: abs(first + second) / 2.0 - gaps[name]
        for name, (first, second) in both.items()
        if first * second > 0.0
    }
    apart = max(gaps, key=lambda name: gaps[name])
    telling.pop(apart, None)
    shared = sorted(telling, key=lambda name: -telling[name])[:_SHARED]
    return Resemblance(tuple(shared), apart)


def _standardised(features: pd.DataFrame, place: str) -> pd.DataFrame:
    """The columns known for every place that differ between places, in standard deviations."""
    if place not in features.index or not features.index.is_unique:
        raise WrongShapeError(f"expected {place} once among the places, got {list(features.index)}")
    full = features.astype("float64").dropna(axis="columns")
    full = full.loc[:, full.std(ddof=1) > 0]
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
    return full / full.std(ddof=1)
