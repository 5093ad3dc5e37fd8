"""What one move of a slider in the competition view costs.

    python tests/bench/competition.py [--changes 40] [--data DIR]

Prints the CPU time of the model alone (median), then drives the served dashboard with Chromium and
prints the CPU time of the server and the time until the new numbers are drawn.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from dashboard.analysis.competition import calibration, outcome, region
from dashboard.facts.snapshot import Facts
from dashboard.selection.scenario import Added, Scenario
from data import catalogue
from tests.bench.server import Case, serve_and_measure


def milliseconds(model: calibration.Model, scenarios: list[Scenario]) -> float:
    """Median CPU milliseconds of one outcome."""
    spent = []
    for scenario in scenarios:
        start = time.process_time()
        outcome.run(model, scenario, "niet_dagelijks", "plein-westermaat")
        spent.append(1000 * (time.process_time() - start))
    return statistics.median(spent)


def main() -> None:
    """Measure the model, then the view."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--changes", type=int, default=40)
    parser.add_argument("--data", default=str(catalogue.EMBEDDED))
    asked = parser.parse_args()
    facts = Facts(catalogue.open(asked.data))
    start = time.process_time()
    model = calibration.build(region.region(facts), facts)
    members, groups, towns, sites = model.pull.shape
    print(f"model: {towns} towns, {sites} sites, {groups} branch groups, {members} members")
    print(f"  calibrated in             {time.process_time() - start:8.2f} s CPU")
    moves = range(asked.changes)
    cases = {
        "floor area": [Scenario(floor=(("plein-westermaat", 101 + move),)) for move in moves],
        "travel time": [Scenario(travel=101 + move) for move in moves],
        "exponent": [Scenario(rates=(100, 101 + move, 100)) for move in moves],
        "a new site": [
            Scenario(added=(Added(67_000 + move, 522_900, 20_000, "large_scale"),))
            for move in moves
        ],
    }
    for name, scenarios in cases.items():
        print(f"  {name:25s} {milliseconds(model, scenarios):8.1f} ms CPU")
    command = [sys.executable, "-m", "dashboard", "--port", "{port}", "--data", asked.data]
    serve_and_measure(asked.changes, Case("view", command, "/concurrentie"))


if __name__ == "__main__":
    main()
