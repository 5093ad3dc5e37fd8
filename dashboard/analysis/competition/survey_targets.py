"""What the model is fitted to: the shares a survey published, and the rank of two sites."""

import numpy as np

from dashboard.analysis.competition.region import Region, figure
from dashboard.errors import CompetitionError
from dashboard.facts.snapshot import Facts
from geo.arrays import Mask
from geo.ratios import Target

RANK = "first_centre_ahead"


def survey_targets(region: Region, facts: Facts) -> tuple[Target, ...]:
    """The published shares and the rank; a visit counts as an equal amount spent.

    Raises CompetitionError when a site or a figure of the survey is missing.
    """
    survey = region.survey
    missing = [name for name in survey.sites if not region.at(name).any()]
    if missing:
        raise CompetitionError(
            "expected floor area of every site the survey tells of, got none of"
            f" {', '.join(missing)}"
        )
    everyone = np.ones(len(region.towns), dtype=bool)
    everywhere = np.ones(len(region.sites), dtype=bool)
    home, market = region.within(frozenset({survey.home_code})), region.market
    edge, town = region.at(survey.edge), region.sites_within(survey.home_code)
    pairs: dict[str, tuple[tuple[Mask, Mask], tuple[Mask, Mask]]] = {
        "edge_outside": ((~home, edge), (everyone, edge)),
        "edge_neighbours": ((region.within(survey.neighbour_codes), edge), (everyone, edge)),
        "edge_germany": ((region.abroad, edge), (everyone, edge)),
        "edge_market": ((market, edge), (market, everywhere)),
        "home_outside": ((~home, town), (everyone, town)),
        "home_germany": ((region.abroad, town), (everyone, town)),
    }
    rank = Target(RANK, 1.0, (market, region.at(survey.first)), (market, edge), at_least=True)
    shares = [
        Target(name, figure(facts, survey.published[name]), part, whole)
        for name, (part, whole) in pairs.items()
    ]
    return (*shares, rank)
