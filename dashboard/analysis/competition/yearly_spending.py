"""Changes of shares as euros per year, from published spending per head."""

from dataclasses import dataclass

import numpy as np

from dashboard.analysis.competition.calibration import Model
from dashboard.analysis.competition.outcome import Interval
from dashboard.facts.records import Observation
from dashboard.facts.snapshot import Facts
from geo import ensemble
from geo.arrays import Floats


@dataclass(frozen=True, slots=True)
class SpendingPerHead:
    """What an inhabitant of this country spends per year on the goods of a branch, euros.

    `lowest` and `highest` are the published figures; `part` is the share of them that the branch
    is, 0 to 1, and None where they are about its goods as a whole.
    """

    lowest: Observation
    highest: Observation
    part: Interval | None
    euros: Interval


def spending_per_head(model: Model, facts: Facts, branch: str) -> SpendingPerHead | None:
    """Spending per head on `branch`; None where the snapshot does not hold the figures."""
    named = model.region.survey.per_head
    kind = "daily" if branch == "dagelijks" else "other"
    rows = {row.observation_id: row for row in facts.observations}
    lowest, highest = (rows.get(figure_id) for figure_id in named.get(kind, ("", "")))
    if lowest is None or highest is None or lowest.value is None or highest.value is None:
        return None
    large: Floats = model.large_part[:-1]
    parts = {"grootschalig": large, "winkelen": 1.0 - large}.get(branch)
    part = None
    if parts is not None:
        low, high = ensemble.span(parts)
        part = Interval(float(low), float(high))
    whole = part or Interval(1.0, 1.0)
    return SpendingPerHead(
        lowest, highest, part, Interval(lowest.value * whole.low, highest.value * whole.high)
    )


def yearly_change(change: Interval, residents: float, per_head: Interval) -> Interval:
    """The change of a share as euros per year: every end of both ranges counts."""
    ends = np.outer((change.low, change.high), (per_head.low, per_head.high)) * residents
    return Interval(float(ends.min()), float(ends.max()))
