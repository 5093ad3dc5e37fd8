"""What one move of a slider in the competition view costs.

    python tests/bench/competition.py [--changes 40] [--data DIR]

Prints the CPU time of the model alone and of the pieces of the page (medians), then drives the
served dashboard with Chromium and prints the CPU time of the server, the time until the map has
redrawn, and that from a key on the slider until the changed bars are in the page. The goal of the
last is 200 ms; on two cores with five times their load it was 225 ms, 40 ms of it the server's CPU.
"""

import argparse
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from playwright.sync_api import CDPSession, Page, sync_playwright

from dashboard.analysis.competition import calibration, outcome, region
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import texts
from dashboard.maps import flow_map
from dashboard.maps.scene_files import scene_files
from dashboard.panels.competition import page as competition_page
from dashboard.selection import permalink
from dashboard.selection import scenario as grammar
from dashboard.selection.context import Context
from dashboard.selection.scenario import Added, Scenario
from dashboard.session import visitor
from data import catalogue
from tests.bench.server import (
    CHROMIUM,
    FLAGS,
    Case,
    cpu_s,
    ready,
    serve_and_measure,
    served,
    settle,
    wait_until_up,
)

# Resolves to the milliseconds from the next key until another table of results is in the page.
WATCH = """() => { window.shown = new Promise((done) => addEventListener('keydown', () => {
  const start = performance.now(), table = () => document.querySelector('.result')?.innerHTML
  const before = table()
  const look = () => table() && table() !== before
    ? done(performance.now() - start) : requestAnimationFrame(look)
  look()
}, {once: true, capture: true})) }"""


def milliseconds(model: calibration.Model, scenarios: list[Scenario]) -> float:
    """Median CPU milliseconds of one outcome."""
    spent = []
    for scenario in scenarios:
        start = time.process_time()
        outcome.run(model, scenario, "niet_dagelijks", "plein-westermaat")
        spent.append(1000 * (time.process_time() - start))
    return statistics.median(spent)


def page_milliseconds(model: calibration.Model, facts: Facts, changes: int, shown: str) -> float:
    """Median CPU milliseconds of all pieces of the page for a moved slider, drawing excluded."""
    text = texts("nl")
    files = scene_files(flow_map.scene(model, facts, text))
    start = permalink.opening(visitor.vocabulary(facts))
    spent = []
    for move in range(changes):
        moved = Scenario(floor=(("plein-westermaat", 101 + move),))
        asked = replace(start, place="hengelo", scenario=grammar.write(moved), flow_map=shown)
        began = time.process_time()
        competition_page.page(Context(facts, text, asked), model, files)
        spent.append(1000 * (time.process_time() - began))
    return statistics.median(spent)


def bars(page: Page, key: str) -> float:
    """Milliseconds from a key on the slider until the changed bars are in the page."""
    page.evaluate(WATCH)
    page.keyboard.press(key)
    spent: float = page.evaluate("() => window.shown")
    page.wait_for_timeout(300)
    return spent


def task_s(session: CDPSession) -> float:
    """Seconds of processor time that the thread of the page has spent so far."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))


def measure_bars(command: list[str], changes: int) -> None:
    """Print the times from key to bars, and what the server spends on each."""
    case = Case("bars", command, "/concurrentie?plaats=hengelo")
    with served(case) as (address, pid), sync_playwright() as driver:
        wait_until_up(address)
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}{case.path}")
        while ready(page) is None:
            page.wait_for_timeout(50)
        page.wait_for_timeout(6_000)
        settle(pid)
        page.get_by_role("slider").last.focus()
        for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowRight"):
            bars(page, key)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        before, drawn = cpu_s(pid), task_s(session)
        spent = [bars(page, "ArrowRight") for _ in range(min(changes, 30))]
        each = 1000 * (cpu_s(pid) - before) / len(spent)
        drawing = 1000 * (task_s(session) - drawn) / len(spent)
        browser.close()
    print("bars")
    print(f"  key to changed bars       {statistics.median(spent):8.0f} ms (median)")
    print(f"  slowest of {len(spent):<3d}            {max(spent):8.0f} ms")
    print(f"  server CPU per change     {each:8.1f} ms")
    print(f"  page CPU per change       {drawing:8.1f} ms")


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
    for shown in permalink.FLOW_MAPS:
        spent = page_milliseconds(model, facts, asked.changes, shown)
        print(f"  page, map of {shown:12s} {spent:8.1f} ms CPU")
    command = [sys.executable, "-m", "dashboard", "--port", "{port}", "--data", asked.data]
    measure_bars(command, asked.changes)
    serve_and_measure(asked.changes, Case("view", command, "/concurrentie"))


if __name__ == "__main__":
    main()
