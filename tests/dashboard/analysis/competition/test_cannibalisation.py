"""With units of the register for every site: one basis, what sites take from each other, and the
floor area to hold a share.
"""

import numpy as np
import pytest

from dashboard.analysis.competition import calibration, cannibalisation, outcome, region
from dashboard.facts.snapshot import Facts
from dashboard.selection.scenario import Scenario, parse
from data import catalogue
from tests.dashboard import register_snapshot

pytestmark = pytest.mark.slow

# Enough members for these rules, in a quarter of the time.
FEW = 40
GROWN = parse("vloer:plein-westermaat:150") or Scenario()


@pytest.fixture(scope="module")
def counted(tmp_path_factory) -> Facts:
    return Facts(catalogue.open(register_snapshot.snapshot(tmp_path_factory.mktemp("units"))))


@pytest.fixture(scope="module")
def even(counted) -> calibration.Model:
    found = calibration.model_of(counted, draws=FEW)
    assert found is not None
    return found


def test_every_site_of_this_country_counts_its_shop_units(even):
    assert even.region.units.used and even.region.units.lacking == ()
    for site, area in register_snapshot.AREAS.items():
        assert even.region.total(site) == pytest.approx((area, area))
        assert {row.basis for row in even.region.floor_areas if row.site_id == site} == {"bag"}


def test_floor_area_across_the_border_is_converted_and_stays_an_assumption(even, model):
    assert even.region.assumed == ("gronau", "nordhorn")
    low, high = model.region.total("nordhorn")
    assert even.region.total("nordhorn") == pytest.approx((low / 0.8, high / 0.755))


def test_groups_of_a_site_stay_in_proportion(even):
    rows = {(row.site_id, row.group): row for row in even.region.floor_areas}
    assert (rows["enschede", "daily"].low, rows["enschede", "daily"].high) == pytest.approx(
        (0.177 * 115_000, 0.209 * 115_000)
    )
    # 28.3 of 71.4 and 36.2 of 45.3 thousand m2 for large-scale goods.
    large = rows["plein-westermaat", "large_scale"]
    assert (large.low, large.high) == pytest.approx((28.3 / 71.4 * 70_000, 36.2 / 45.3 * 70_000))
    assert rows["hornbach-enschede", "large_scale"].low == 20_000


def test_one_site_without_units_keeps_every_published_floor_area(tmp_path, model):
    most = {site: area for site, area in register_snapshot.AREAS.items() if site != "borne"}
    found = region.region(Facts(catalogue.open(register_snapshot.snapshot(tmp_path, most))))
    assert not found.units.used and found.units.lacking == ("borne",)
    assert found.floor_areas == model.region.floor_areas


def test_shipped_snapshot_lacks_units_everywhere(model):
    assert not model.region.units.used and set(model.region.units.lacking) == set(
        register_snapshot.AREAS
    )


def test_units_that_cannot_meet_the_survey_are_not_used(tmp_path):
    tiny = {
        **register_snapshot.AREAS,
        "plein-westermaat": 300_000.0,
        "hengelo": 100.0,
        "enschede": 900.0,
    }
    facts = Facts(catalogue.open(register_snapshot.snapshot(tmp_path, tiny)))
    found = calibration.model_of(facts, draws=FEW)
    assert found is not None and not found.region.units.used and found.region.units.lacking == ()
    assert found.region.total("hengelo") == pytest.approx((35_342, 35_342), abs=1)


def test_what_a_site_wins_comes_from_the_others_together(even):
    found = cannibalisation.exchange(even, "niet_dagelijks")
    assert set(found.sites) == set(register_snapshot.AREAS)
    for site in found.sites:
        parts = [found.parts[site, source] for source in found.sources if source != site]
        assert sum(part.low for part in parts) <= 1.0 <= sum(part.high for part in parts)
        assert all(0.0 <= part.low <= part.high <= 1.0 for part in parts)


def test_neighbours_of_one_trade_feed_on_each_other_most(even):
    parts = cannibalisation.exchange(even, "niet_dagelijks").parts
    assert parts["hengelo", "plein-westermaat"].low > parts["hengelo", "almelo"].high
    assert (
        parts["hornbach-enschede", "woonboulevard-schuttersveld"].low
        > parts["hornbach-enschede", "enschede"].high
    )


def test_site_without_floor_area_in_a_branch_takes_nothing(even):
    assert set(cannibalisation.exchange(even, "winkelen").sites) == {
        "almelo",
        "borne",
        "enschede",
        "hengelo",
        "oldenzaal",
        "plein-westermaat",
    }


def test_centre_needs_more_when_the_edge_grows_and_less_when_it_closes(even):
    more = cannibalisation.floor_area_to_hold_share(even, GROWN, "niet_dagelijks")
    less = cannibalisation.floor_area_to_hold_share(
        even, parse("dicht:plein-westermaat"), "niet_dagelijks"
    )
    assert set(more) == {"almelo", "borne", "enschede", "hengelo", "oldenzaal"}
    assert all(span is not None and span.low > 0.0 for span in more.values())
    assert all(span is not None and span.high < 0.0 for span in less.values())
    assert more["hengelo"].low > more["oldenzaal"].high


def test_with_that_much_more_the_centre_has_its_share_again(even):
    held = cannibalisation.floor_area_to_hold_share(even, GROWN, "winkelen")["hengelo"]
    at = even.region.place_of("hengelo")
    for end, sign in ((held.low, 1), (held.high, -1)):
        # Groups other than this one stay out: only shopping floor was asked for.
        floor = even.floor.copy()
        floor[:, region.NON_DAILY, at] += end
        floor[:, :, even.region.place_of("plein-westermaat")] *= 1.5
        parts = np.zeros((len(floor), 3))
        parts[:, region.NON_DAILY] = 1.0
        after = outcome.ensemble.shares(even.pull, floor, parts)[:, :, at]
        before = outcome.ensemble.shares(even.pull, even.floor, parts)[:, :, at]
        residents = even.region.population * outcome.market(even.region)
        short = ((before - after) @ residents)[:-1] * sign
        # At the low end most members still fall short, at the high end most have more than they
        # had.
        assert (short > -1e-9).mean() >= 0.9


def test_own_floor_area_is_what_a_centre_holds(even):
    own = cannibalisation.floor_area_to_hold_share(
        even, parse("eigen:hengelo:20000,vloer:plein-westermaat:150"), "niet_dagelijks"
    )
    assert (
        own["hengelo"].high
        < cannibalisation.floor_area_to_hold_share(even, GROWN, "niet_dagelijks")["hengelo"].high
    )


def test_closed_centre_needs_what_it_had_and_is_said_so(even):
    closed = cannibalisation.floor_area_to_hold_share(even, parse("dicht:borne"), "niet_dagelijks")[
        "borne"
    ]
    # All of its floor area but the part for daily goods.
    assert (closed.low, closed.high) == pytest.approx(
        (16_000 * (1 - 0.209), 16_000 * (1 - 0.177)), rel=0.02
    )
