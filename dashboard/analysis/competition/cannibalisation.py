"""What sites take from each other, and the floor area a centre needs to hold its share."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dashboard.analysis.competition import outcome
from dashboard.analysis.competition.calibration import Model
from dashboard.analysis.competition.outcome import OTHERS, Interval
from dashboard.selection.scenario import Scenario
from geo import cannibalisation, ensemble
from geo.arrays import Floats
from geo.errors import NoAttractionError

GROWTH = 0.1


@dataclass(frozen=True, slots=True)
class Exchange:
    """Parts, 0 to 1, of a site's gain from growing a tenth that come from each other site."""

    sites: tuple[str, ...]
    sources: tuple[str, ...]
    parts: Mapping[tuple[str, str], Interval]


def exchange(model: Model, branch: str) -> Exchange:
    """Today's exchange between the sites of this country; all other shops are the last source."""
    region = model.region
    allocation = outcome.allocate(model, Scenario(), branch)
    inland = [at for at, site in enumerate(region.named) if site.municipality_code is not None]

    def spent(factor: Floats) -> Floats:
        return ensemble.totals(
            region.population,
            ensemble.shares(allocation.pull, allocation.floor * factor, allocation.parts),
        )

    taken = cannibalisation.taken(spent, len(region.sites), which=inland, growth=GROWTH)[:-1]
    columns = np.concatenate(
        [taken[:, :, inland], np.delete(taken, inland, axis=2).sum(axis=2, keepdims=True)], axis=2
    )
    low, high = ensemble.span(columns)
    # A site without floor area in this branch gains nothing and has no row.
    names = [region.sites[at].site_id for at in inland]
    gaining = [row for row, name in enumerate(names) if (columns[:, row].sum(axis=1) > 0.0).all()]
    sources = (*names, OTHERS)
    return Exchange(
        tuple(names[row] for row in gaining),
        sources,
        {
            (names[row], source): Interval(float(low[row, at]), float(high[row, at]))
            for row in gaining
            for at, source in enumerate(sources)
            if source != names[row]
        },
    )


def floor_area_to_hold_share(
    model: Model, scenario: Scenario, branch: str
) -> Mapping[str, Interval | None]:
    """Extra m2 with which each centre of this country holds its share of spending in a scenario.

    Below 0 where less is enough; None where no floor area restores the share. Sites without floor
    area in this branch are left out.
    """
    region, allocation = model.region, outcome.allocate(model, scenario, branch)
    weight = np.where(outcome.market(region), region.population, 0.0)
    today = outcome.allocate(
        model, Scenario(user_floor_areas=scenario.user_floor_areas), branch
    ).floor
    extra = {}
    for at, site in enumerate(region.named):
        area = today[:, :, at] * (allocation.parts > 0.0)
        if (
            site.role == "centre"
            and site.municipality_code is not None
            and (area.sum(axis=1) > 0.0).all()
        ):
            extra[site.site_id] = _extra(allocation, weight, at, area)
    return extra


def _extra(
    allocation: outcome.Allocation, weight: Floats, site: int, today: Floats
) -> Interval | None:
    """Range of extra m2 over the members; the mix of groups stays that of `today[K, G]`."""
    members = slice(0, len(today))
    present = today.sum(axis=1)
    mix = today / present[:, None]
    groups = np.flatnonzero(allocation.parts.any(axis=0)).tolist()
    pulls, others = [], []
    for group in groups:
        fading = allocation.pull.fading(members, group)
        # Not a matrix product, whose threads cost more than this sum.
        whole = (fading * allocation.floor[:, group, None, :]).sum(axis=2)
        pulls.append(fading[:, :, site])
        others.append(whole - fading[:, :, site] * allocation.floor[:, group, site, None])
    pull, rest = np.stack(pulls, axis=1), np.stack(others, axis=1)
    parts = allocation.parts[:, groups]

    def spent(area: Floats) -> Floats:
        pulled = pull * (area[:, None] * mix[:, groups])[:, :, None]
        spending: Floats = np.einsum("kg,n,kgn->k", parts, weight, pulled / (pulled + rest))
        return spending

    had = np.einsum("n,kn->k", weight, allocation.before[:, :, allocation.column[site]])
    try:
        needed = cannibalisation.needed(spent, had, present)
    except NoAttractionError:
        return None
    after = (allocation.floor[:, :, site] * (allocation.parts > 0.0)).sum(axis=1)
    low, high = ensemble.span((needed - after)[:-1])
    return Interval(float(low), float(high))
