"""Time of the index's uncertainty: 1,000 draws for 50 places x 50 indicators, target 1 s.

Run with `python tests/bench/index.py`.
"""

import time

import numpy as np
import pandas as pd

from geo import index

PLACES, INDICATORS, DRAWS, TARGET_S = 50, 50, 1000, 1.0


def seconds(work, repeats: int = 5) -> tuple[float, float]:
    """Median wall and process seconds of `work`."""
    walls, processes = [], []
    for _ in range(repeats):
        wall, process = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        processes.append(time.process_time() - process)
    return float(np.median(walls)), float(np.median(processes))


def main() -> None:
    """Print one line per measurement."""
    rng = np.random.default_rng(1)
    names = [f"indicator_{number:02d}" for number in range(INDICATORS)]
    rows = [f"place_{number:02d}" for number in range(PLACES)]
    values = pd.DataFrame(rng.lognormal(size=(PLACES, INDICATORS)), index=rows, columns=names)
    errors = values * 0.05
    better = dict.fromkeys(names, "higher")
    weights = dict.fromkeys(names, 1.0)
    cases = {
        "uncertainty": lambda: index.uncertainty(
            values, better=better, weights=weights, draws=DRAWS
        ),
        "uncertainty with standard errors": lambda: index.uncertainty(
            values, better=better, weights=weights, draws=DRAWS, standard_errors=errors
        ),
        "sensitivity, 256 draws": lambda: index.sensitivity(values, better=better, weights=weights),
        "sensitivity with standard errors, 256 draws": lambda: index.sensitivity(
            values, better=better, weights=weights, standard_errors=errors
        ),
    }
    print(f"{PLACES} places x {INDICATORS} indicators, {DRAWS} draws, target {TARGET_S:.1f} s")
    for name, work in cases.items():
        wall, process = seconds(work)
        print(f"{name}: {wall:.3f} s wall, {process:.3f} s CPU, median of 5")


if __name__ == "__main__":
    main()
