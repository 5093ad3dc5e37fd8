"""Prints how fast streets are measured.

    python tests/bench/streets.py [--nodes 20000] [--points 1000000]

Data are made up and seeded: a jittered grid of 100 m with streets left out, 2.8 streets to a
junction. Seconds are processor time, best of the runs; where a machine is shared wall time says
little. networkx stands beside ours on sampled sources, cityseer and pandana (extra `oracle`) where
installed; both are references only. One thread: set before NumPy loads.
"""

import os

for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[name] = "1"

import sys
from pathlib import Path

# This file is called like a module of ours, and its folder comes first on the path.
sys.path[:] = [
    entry for entry in sys.path if Path(entry).resolve() != Path(__file__).resolve().parent
]
sys.path.append(str(Path(__file__).resolve().parents[2]))

import argparse
import contextlib
import importlib.util
import io
import logging
import resource
import time
import warnings
from collections.abc import Callable
from typing import TypeVar

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely

from geo import betweenness, footfall, network
from geo.compiled import HAS_NUMBA
from geo.crs import RD
from geo.nearest import nearest
from geo.network import Network

Result = TypeVar("Result")
SAMPLE = 200


def town(nodes: int, seed: int = 1) -> gpd.GeoDataFrame:
    """About `nodes` junctions with 2.8 streets each, every street a row."""
    rng = np.random.default_rng(seed)
    side = round(np.sqrt(nodes))
    at = 100.0 * np.stack(np.meshgrid(np.arange(side), np.arange(side), indexing="ij"), axis=-1)
    at += rng.uniform(-25.0, 25.0, at.shape) + (220_000.0, 450_000.0)
    ways = [(at[:-1], at[1:]), (at[:, :-1], at[:, 1:])]
    pairs = np.concatenate(
        [np.stack([one, other], axis=2).reshape(-1, 2, 2) for one, other in ways]
    )
    kept = pairs[rng.random(len(pairs)) < 0.7]
    return gpd.GeoDataFrame(geometry=shapely.linestrings(kept), crs=RD)


def timed(work: Callable[[], Result], runs: int = 3) -> tuple[Result, float]:
    """The result and the best processor seconds of the runs."""
    best, result = np.inf, work()
    for _ in range(runs):
        started = time.process_time()
        result = work()
        best = min(best, time.process_time() - started)
    return result, best


def once(work: Callable[[], Result]) -> tuple[Result, float]:
    """The result and the processor seconds of a single run."""
    started = time.process_time()
    return work(), time.process_time() - started


def peak_mb() -> float:
    """The most memory the process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def say(what: str, seconds: float, more: str = "") -> None:
    print(f"  {what:<58} {seconds:9.3f} s   {more}")


def ours(streets: gpd.GeoDataFrame) -> tuple[Network, pd.DataFrame]:
    net, seconds = timed(lambda: network.build(streets))
    degree = 2 * len(net.ends) / len(net.xy)
    print(
        f"Streets: {len(net.xy):,} junctions, {len(net.ends):,} ways, {degree:.2f} ways to a"
        f" junction, memory so far {peak_mb():.0f} MB"
    )
    say("build the network", seconds)
    found, seconds = timed(lambda: network.parts(net))
    say(
        "connected parts",
        seconds,
        f"{found.count} parts, {found.largest_share:.1%} of length in the largest",
    )
    core = gpd.GeoSeries(shapely.points(net.xy[[len(net.xy) // 2]]), crs=RD)
    say("distance to the core", timed(lambda: network.distance_m(net, core))[1])
    if HAS_NUMBA:
        for radius in betweenness.WALKS_M:
            each = timed(
                lambda radius=radius: betweenness.measures(net, radii_m=[radius], engine="numba")
            )[1]
            say(f"betweenness and reach {radius:.0f} m, numba", each)
        measured, seconds = timed(lambda: betweenness.measures(net, engine="numba"))
        say("betweenness and reach 400/800/1600 m in one walk, numba", seconds)
    plain, seconds = once(lambda: betweenness.measures(net, engine="scipy"))
    say("the same without numba (scipy)", seconds)
    if HAS_NUMBA:
        worst = float(((measured - plain).abs() / plain.abs().clip(lower=1.0)).max().max())
        print(f"  numba against scipy: largest relative difference {worst:.1e}")
    return net, plain


def everything(streets: gpd.GeoDataFrame) -> None:
    """All measures of a town in a row: network, parts, betweenness, reach, and the evidence for
    footfall.
    """
    rng = np.random.default_rng(2)
    west, south, east, north = streets.total_bounds
    middle = np.array([(west + east) / 2.0, (south + north) / 2.0])
    core = gpd.GeoSeries(shapely.points([middle]), crs=RD)
    shops = gpd.GeoSeries(shapely.points(rng.normal(middle, 400.0, (1_000, 2))), crs=RD)
    stops = gpd.GeoDataFrame(
        {"boardings_per_workday": rng.uniform(100, 9_000, 20)},
        geometry=shapely.points(rng.normal(middle, 900.0, (20, 2))),
        crs=RD,
    )

    def work() -> pd.Series:
        net = network.build(streets)
        network.parts(net)
        betweenness.on_streets(net)
        return footfall.proxy(streets, cores=core, attractions=shops, stops=stops)

    _, seconds = timed(work, runs=2)
    engine = "numba" if HAS_NUMBA else "scipy"
    say(
        f"all measures and the footfall proxy, 1,000 shops, {engine}",
        seconds,
        f"peak of the process {peak_mb():.0f} MB (target 3 s, 400 MB with numba)",
    )


def beside_networkx(net: Network) -> None:
    graph = nx.from_scipy_sparse_array(net.routes())
    some = np.random.default_rng(3).choice(len(net.xy), SAMPLE, replace=False).tolist()
    for radius in betweenness.WALKS_M:
        limit = 1000.0 * radius
        _, seconds = once(
            lambda limit=limit: [
                nx.single_source_dijkstra_path_length(graph, node, cutoff=limit, weight="weight")
                for node in some
            ]
        )
        say(
            f"networkx, distances only, {radius:.0f} m, {SAMPLE} sources",
            seconds,
            f"all sources: x {len(net.xy) / SAMPLE:.0f} = {seconds * len(net.xy) / SAMPLE:.0f} s",
        )
    part = network.build(town(900))
    expected = nx.betweenness_centrality(
        nx.from_scipy_sparse_array(part.routes()), weight="weight", normalized=False
    )
    found = betweenness.measures(part, radii_m=[1e6], engine="scipy").iloc[:, 0]
    worst = max(abs(found[node] - value) for node, value in expected.items())
    print(
        f"  ours against networkx, {len(part.xy)} junctions, no radius: "
        f"largest difference {worst:.1e} of {max(expected.values()):.0f}"
    )


def beside_pandana(net: Network) -> None:
    import pandana

    ends = pd.DataFrame({"a": net.ends[:, 0], "b": net.ends[:, 1], "m": net.length_mm / 1000.0})
    nodes = pd.DataFrame(net.xy, columns=["x", "y"])
    built, seconds = once(
        lambda: pandana.Network(nodes["x"], nodes["y"], ends["a"], ends["b"], ends[["m"]])
    )
    say("pandana, build", seconds)
    say("pandana, prepare 1600 m", once(lambda: built.precompute(1600.0))[1])
    built.set(
        pd.Series(np.arange(len(nodes))),
        variable=pd.Series(net.node_length_mm() / 1000.0),
        name="length",
    )
    mine = betweenness.measures(net)
    for radius in betweenness.WALKS_M:
        theirs, seconds = timed(
            lambda radius=radius: built.aggregate(radius, type="sum", decay="flat", name="length")
        )
        same = np.isclose(theirs, mine[f"reach_m_{radius:g}"], atol=0.01).mean()
        agree = f"same reach as ours at {same:.2%} of junctions"
        say(f"pandana, street length in reach {radius:.0f} m (no betweenness)", seconds, agree)


def beside_cityseer(net: Network) -> None:
    from cityseer.metrics import networks
    from cityseer.tools import io as seer

    graph = nx.MultiGraph(crs=28992)
    for node, (x, y) in enumerate(net.xy):
        graph.add_node(str(node), x=float(x), y=float(y))
    for one, other in net.ends:
        graph.add_edge(str(one), str(other), geom=shapely.linestrings(net.xy[[one, other]]))
    (nodes, _, structure), seconds = once(lambda: seer.network_structure_from_nx(graph))
    say("cityseer, build", seconds)
    mine = betweenness.measures(net)
    for radius in betweenness.WALKS_M:
        found, seconds = once(
            lambda radius=radius: networks.node_centrality_shortest(
                structure, nodes.copy(), distances=[int(radius)], compute_closeness=False
            )
        )
        column = next(
            name
            for name in found.columns
            if "betweenness" in name and name.endswith(f"_{radius:.0f}") and "beta" not in name
        )
        same = float(np.corrcoef(found[column].to_numpy(), mine[f"betweenness_{radius:g}"])[0, 1])
        say(f"cityseer, betweenness {radius:.0f} m", seconds, f"correlation with ours {same:.6f}")


def nearest_street(streets: gpd.GeoDataFrame, count: int) -> None:
    rng = np.random.default_rng(4)
    west, south, east, north = streets.total_bounds
    xy = rng.uniform((west - 200.0, south - 200.0), (east + 200.0, north + 200.0), (count, 2))
    points = gpd.GeoDataFrame(geometry=shapely.points(xy), crs=RD)
    print(f"Nearest street of {count:,} points among {len(streets):,} streets, 300 m")
    rates = {}
    for engine in ("numba", "numpy") if HAS_NUMBA else ("numpy",):
        found, seconds = timed(
            lambda engine=engine: nearest(points, streets, engine=engine), runs=2
        )
        rates[engine] = count / seconds
        say(f"ours, {engine}", seconds, f"{count / seconds / 1e6:.2f} M rows/s")
    joined, seconds = once(
        lambda: gpd.sjoin_nearest(points, streets, how="left", max_distance=300.0, distance_col="m")
    )
    say(
        "geopandas.sjoin_nearest",
        seconds,
        f"{count / seconds / 1e6:.2f} M rows/s, ours "
        + ", ".join(f"x {rate * seconds / count:.1f} ({engine})" for engine, rate in rates.items()),
    )
    theirs = joined[~joined.index.duplicated()]
    apart = (theirs["m"] - found["distance_m"]).abs().max()
    alike = bool((theirs["m"].isna() == found["distance_m"].isna()).all())
    print(f"  largest difference in distance {apart:.1e} m, missing alike: {alike}")


def compiling() -> None:
    """Nothing; the loops that numba compiles are made, once per process."""
    few = town(100)
    net = network.build(few)
    core = few.geometry.representative_point().iloc[:1]
    walks = once(lambda: betweenness.measures(net, engine="numba"))[1]
    attracted = once(lambda: footfall.evidence(few, cores=core, attractions=core, engine="numba"))[
        1
    ]
    near = once(lambda: nearest(core, few, engine="numba"))[1]
    say(
        "compile betweenness and reach, what attracts, nearest street",
        walks + attracted + near,
        "once per process",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=20_000)
    parser.add_argument("--points", type=int, default=1_000_000)
    asked = parser.parse_args()
    print(f"numba {'present' if HAS_NUMBA else 'absent'}")
    streets = town(asked.nodes)
    if HAS_NUMBA:
        compiling()
    everything(streets)
    net, _ = ours(streets)
    beside_networkx(net)
    for tool, beside in (("pandana", beside_pandana), ("cityseer", beside_cityseer)):
        if importlib.util.find_spec(tool) is None:
            print(f"  {tool}: not installed (extra 'oracle')")
            continue
        logging.disable(logging.CRITICAL)
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            beside(net)
    nearest_street(streets, asked.points)


if __name__ == "__main__":
    main()
