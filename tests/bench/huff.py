"""Prints how fast spending is divided over sites.

    python tests/bench/huff.py [--national ORIGINS] [--runs 9]

Data are made up and seeded. Wall and processor time are medians; where a machine is shared the
processor time is the figure to read. One thread: set before NumPy loads.
"""

import os

for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[name] = "1"

import sys
from pathlib import Path

# This file is called like the package it is compared with, and its folder comes first on the path.
sys.path[:] = [
    entry for entry in sys.path if Path(entry).resolve() != Path(__file__).resolve().parent
]
sys.path.append(str(Path(__file__).resolve().parents[2]))

import argparse
import contextlib
import importlib.util
import io
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from geo import huff

Floats = NDArray[np.float64]
ALPHA, BETA = 0.9, 1.7


@dataclass(frozen=True, slots=True)
class Timing:
    """Median seconds of wall and processor, and the best of both."""

    wall_s: float
    cpu_s: float
    best_wall_s: float
    best_cpu_s: float

    def __str__(self) -> str:
        return (
            f"wall {self.wall_s * 1e3:9.2f} ms (best {self.best_wall_s * 1e3:.2f})   "
            f"cpu {self.cpu_s * 1e3:9.2f} ms (best {self.best_cpu_s * 1e3:.2f})"
        )


def timed(work: Callable[[], object], runs: int) -> Timing:
    """Timing of `work` after one run that warms up."""
    work()
    wall, cpu = [], []
    for _ in range(runs):
        started, burnt = time.perf_counter(), time.process_time()
        work()
        cpu.append(time.process_time() - burnt)
        wall.append(time.perf_counter() - started)
    return Timing(median(wall), median(cpu), min(wall), min(cpu))


def peak_mb(work: Callable[[], object]) -> float:
    """Megabytes held at once beyond what existed before."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def region(
    origins: int, sites: int, width_m: float, seed: int = 7
) -> tuple[Floats, Floats, Floats, Floats]:
    """Demand, attraction, origins and sites in a made-up square region in metres."""
    rng = np.random.default_rng(seed)
    return (
        rng.gamma(2.0, 400.0, origins),
        rng.lognormal(9.0, 1.0, sites),
        rng.uniform(0.0, width_m, (origins, 2)),
        rng.uniform(0.0, width_m, (sites, 2)),
    )


def naive(demand: Floats, attraction: Floats, origins: Floats, sites: Floats) -> Floats:
    """Totals with every matrix in full and in float64."""
    cost = np.sqrt(((origins[:, None, :] - sites[None, :, :]) ** 2).sum(axis=2))
    pull = attraction**ALPHA * cost**-BETA
    return (demand[:, None] * pull / pull.sum(axis=1, keepdims=True)).sum(axis=0)


def town_and_country(runs: int) -> None:
    """The main case: 1e5 origins, 100 sites, from coordinates."""
    demand, attraction, origins, sites = region(100_000, 100, 60_000.0)
    pairs = demand.size * attraction.size

    def full() -> Floats:
        return huff.allocate(demand, attraction, (origins, sites), alpha=ALPHA, beta=BETA)

    print("1e5 origins x 100 sites, coordinates")
    blocks = timed(full, runs)
    print(f"  float32 blocks            {blocks}")
    print(
        f"    {pairs / blocks.cpu_s / 1e6:.0f} million pairs per cpu second, {peak_mb(full):.2f} MB"
        " beyond inputs"
    )
    plain = timed(lambda: naive(demand, attraction, origins, sites), 3)
    print(f"  full float64 matrices     {plain}")
    memory = peak_mb(lambda: naive(demand, attraction, origins, sites))
    print(
        f"    {plain.cpu_s / blocks.cpu_s:.1f} times the cpu of the blocks, {memory:.0f} MB beyond"
        " inputs"
    )
    kept = huff.prepare((origins, sites), beta=BETA)
    larger = attraction.copy()
    larger[0] *= 1.3
    scenario = timed(lambda: kept.allocate(demand, larger, alpha=ALPHA), runs * 3)
    size = sum(block.nbytes for block in kept.blocks) / 1e6
    print(f"  floor area changed        {scenario}   ({size:.0f} MB kept)")
    prepared = timed(lambda: huff.prepare((origins, sites), beta=BETA), 3)
    print(f"  preparing that            {prepared}")
    cost = np.hypot(origins[:, None, 0] - sites[:, 0], origins[:, None, 1] - sites[:, 1])
    matrix = timed(lambda: huff.allocate(demand, attraction, cost, alpha=ALPHA, beta=BETA), runs)
    print(f"  from a float64 cost table {matrix}")
    decline = timed(
        lambda: huff.allocate(demand, attraction, (origins, sites), beta=2e-4, decay="exponential"),
        runs,
    )
    print(f"  exponential decay         {decline}")
    exact = naive(demand, attraction, origins, sites)
    totals = full()
    print(
        "  float32 against float64: largest relative error of a total"
        f" {np.abs(totals / exact - 1).max():.1e},"
    )
    print(
        "    against the cached decay"
        f" {np.abs(kept.allocate(demand, attraction, alpha=ALPHA) / exact - 1).max():.1e};"
    )
    print(f"    sum of totals against demand {abs(totals.sum() / demand.sum() - 1):.1e}")


def twente() -> None:
    """A slider on 300 origins and 10 sites."""
    demand, attraction, origins, sites = region(300, 10, 40_000.0)
    moved = timed(
        lambda: huff.allocate(demand, attraction, (origins, sites), alpha=ALPHA, beta=BETA), 50
    )
    print(f"300 origins x 10 sites, any slider: {moved}")


def national(origins: int, sites: int = 500, piece: int = 100_000) -> None:
    """Origins that arrive in pieces and are never held together."""
    attraction, places = region(1, sites, 300_000.0)[1::2]
    rng = np.random.default_rng(11)

    def pieces(count: int) -> Iterator[tuple[Floats, Floats]]:
        for start in range(0, count, piece):
            size = min(piece, count - start)
            yield rng.gamma(2.0, 400.0, size), rng.uniform(0.0, 300_000.0, (size, 2))

    def stream(count: int) -> Floats:
        return huff.allocate_stream(pieces(count), attraction, sites=places, alpha=ALPHA, beta=BETA)

    started, burnt = time.perf_counter(), time.process_time()
    stream(origins)
    cpu, wall = time.process_time() - burnt, time.perf_counter() - started
    print(f"{origins:.0e} origins x {sites} sites, streamed with their making")
    print(
        f"  wall {wall:.2f} s   cpu {cpu:.2f} s   {origins * sites / cpu / 1e6:.0f} million pairs"
        " per cpu second"
    )
    print(f"  {peak_mb(lambda: stream(2 * piece)):.1f} MB with one piece of {piece:,} origins")


def beside_the_package() -> None:
    """The PyPI package `huff` on a size it can handle, where it is installed."""
    if importlib.util.find_spec("huff") is None:
        print("package huff: not installed (extra `oracle`), left out")
        return
    import geopandas as gpd
    import pandas as pd
    from huff.data_management import load_geodata
    from huff.models import create_interaction_matrix

    demand, attraction, origins, sites = region(1_000, 20, 40_000.0)

    def frame(points: Floats, amount: Floats) -> gpd.GeoDataFrame:
        names = pd.Series(np.arange(len(points)).astype(str))
        shapes = gpd.points_from_xy(
            points[:, 0] + 230_000.0, points[:, 1] + 460_000.0, crs="EPSG:28992"
        )
        return gpd.GeoDataFrame({"id": names, "amount": amount}, geometry=shapes)

    def package() -> None:
        start = load_geodata(frame(origins, demand), location_type="origins", unique_id="id")
        start.define_marketsize("amount")
        start.define_transportcosts_weighting(param_lambda=-2.0)
        ends = load_geodata(frame(sites, attraction), location_type="destinations", unique_id="id")
        ends.define_attraction("amount")
        ends.define_attraction_weighting(param_gamma=1.0)
        matrix = create_interaction_matrix(start, ends)
        matrix.transport_costs(network=False)
        matrix.utility()
        matrix.probabilities()
        matrix.flows()
        matrix.marketareas()

    with contextlib.redirect_stdout(io.StringIO()):
        slow = timed(package, 1)
    fast = timed(lambda: huff.allocate(demand, attraction, (origins, sites)), 20)
    print("1e3 origins x 20 sites, from coordinates to totals")
    print(f"  package huff              {slow}")
    print(f"  here                      {fast}   {slow.cpu_s / fast.cpu_s:,.0f} times less cpu")


def main() -> None:
    """Every case in one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--national",
        type=int,
        default=10_000_000,
        help="origins streamed over 500 sites; 0 leaves it out",
    )
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    print(
        f"NumPy {np.__version__}, one thread, load average"
        f" {', '.join(f'{load:.1f}' for load in os.getloadavg())}"
    )
    town_and_country(options.runs)
    twente()
    if options.national:
        national(options.national)
    beside_the_package()


if __name__ == "__main__":
    main()
