"""Share of the index's stated intervals that hold the truth, on tables like the shipped one.

Each simulation takes the shipped table of the five, moves every town by as much as the towns
differ, lets the figures age and be rounded as the sources do, and weighs, scales and aggregates at
random. Run with `python tests/bench/index_coverage.py`; the target is 90 per cent.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from dashboard.analysis import ranking, vitality
from dashboard.analysis.vitality import Vitality
from dashboard.facts.snapshot import Facts
from data import catalogue
from geo import index
from geo.ageing import YEARLY_CHANGE

SIMULATIONS, DRAWS, TARGET = 200, 1000, 0.90


@dataclass(frozen=True, slots=True)
class Structure:
    """The comparable figures of the five, what they are rounded to and how old they are."""

    values: pd.DataFrame
    steps: np.ndarray
    drift: np.ndarray
    better: dict[str, str]


def structure(vital: Vitality) -> Structure:
    """That of the measures an index of equal weights rests on."""
    known = vital.table.notna().all(axis=0)
    names = [name for name in vital.weighable if known[name]]
    cells = [[vital.readings[place, name] for name in names] for place in vital.places]
    rounding = np.array([[cell.rounding_error for cell in row] for row in cells])
    years = np.array([[cell.year for cell in row] for row in cells])
    return Structure(
        values=vital.table[names],
        steps=rounding * np.sqrt(12.0),
        drift=YEARLY_CHANGE * np.sqrt(years.max() - years),
        better={name: vital.indicators[name].better for name in names},
    )


def scores(values: pd.DataFrame, better: dict[str, str], rng: np.random.Generator) -> pd.Series:
    """Scores 0-100 with random weights, one scale and one way of aggregating."""
    method = rng.choice(["minmax", "zscore", "rank"])
    scaled = index.normalise(values, better=better, method=method)
    if method == "zscore":
        scaled = (50.0 + 20.0 * scaled).clip(0.0, 100.0)
    if method == "rank":
        scaled = (scaled - 1.0) / (len(values) - 1.0) * 100.0
    aggregation = rng.choice(["arithmetic", "geometric"])
    if aggregation == "geometric":
        scaled = 1.0 + 0.99 * scaled
    count = values.shape[1]
    # Half as much or one and a half as much as the mean weight is within a standard deviation.
    weights = rng.dirichlet(np.full(count, ((count - 1) / 0.25 - 1) / count))
    return index.aggregate(scaled, weights, method=aggregation)


def held(shape: Structure, rng: np.random.Generator, draws: int) -> pd.DataFrame:
    """Per town whether its true score and its true rank lie in the stated interval."""
    real = shape.values.to_numpy()
    moved = real + rng.standard_normal(real.shape) * real.std(axis=0)
    # No town has less of anything than half the least that any of the five has.
    true = np.maximum(moved, real.min(axis=0) - 0.5 * np.abs(real.min(axis=0)))
    aged = true * (1.0 + shape.drift * rng.standard_normal(real.shape))
    steps = np.where(shape.steps > 0, shape.steps, 1.0)
    seen = np.where(shape.steps > 0, np.round(aged / steps) * steps, aged)
    errors = np.hypot(shape.steps / np.sqrt(12.0), np.abs(seen) * shape.drift)
    frames = (
        pd.DataFrame(array, index=shape.values.index, columns=shape.values.columns)
        for array in (true, seen, errors)
    )
    truth, figures, standard_errors = frames
    stated = index.uncertainty(
        figures,
        better=shape.better,
        weights=dict.fromkeys(figures, 1),
        draws=draws,
        standard_errors=standard_errors,
        level=ranking.LEVEL,
    )
    score = scores(truth, shape.better, rng)
    rank = index.ranks(score)
    return pd.DataFrame(
        {
            "score": score.between(stated["score_low"], stated["score_high"]),
            "rank": rank.between(stated["rank_low"], stated["rank_high"]),
        }
    )


def coverage(simulations: int, draws: int, seed: int = 0) -> pd.Series:
    """Share of the stated intervals that hold the true score and the true rank, 0 to 1."""
    shape = structure(vitality.measured(Facts(catalogue.open(catalogue.EMBEDDED))))
    rng = np.random.default_rng(seed)
    return pd.concat([held(shape, rng, draws) for _ in range(simulations)]).mean()


def main() -> None:
    """Print the shares for scores and ranks."""
    print(f"{SIMULATIONS} simulations of {DRAWS} draws, target {TARGET:.0%}")
    for name, share in coverage(SIMULATIONS, DRAWS).items():
        print(f"{name}: {share:.1%} of the intervals hold the truth")


if __name__ == "__main__":
    main()
