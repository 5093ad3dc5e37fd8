"""A link's question and its answer: the same for page, picture and file."""

from dataclasses import replace

import numpy as np
import pytest

from dashboard.analysis.competition import query
from dashboard.selection import permalink
from dashboard.selection.permalink import Selection, Vocabulary

SELECTION = permalink.opening(Vocabulary(("hengelo", "enschede"), (), (2003, 2026)))
GROWN = "naam:rand-groeit,vloer:plein-westermaat:150"


def asking(**said: str) -> Selection:
    return replace(SELECTION, **said)


def test_link_without_a_site_asks_about_the_edge(model):
    found = query.build_query(asking(chosen="initiatieven:markt"), model.region)
    assert (found.site, found.town, found.scenario.changes) == ("plein-westermaat", None, False)


@pytest.mark.parametrize(
    ("chosen", "site", "town"),
    [
        ("winkels:enschede", "enschede", None),
        ("stromen:enschede/geonames:2754394", "enschede", "geonames:2754394"),
        ("stromen:enschede/geonames:1", "enschede", None),
        ("winkels:nergens", "plein-westermaat", None),
    ],
)
def test_site_and_town_are_read_from_what_is_set_out(
    model, chosen: str, site: str, town: str | None
):
    found = query.build_query(asking(chosen=chosen), model.region)
    assert (found.site, found.town) == (site, town)


def test_site_this_snapshot_does_not_hold_is_named_and_let_go(model):
    found = query.build_query(asking(scenario=f"{GROWN},dicht:atlantis"), model.region)
    assert found.unknown == ("atlantis",) and found.scenario.closed == ()
    assert found.scenario.floor == (("plein-westermaat", 150),)


def test_without_a_change_there_is_no_second_state(model):
    assert query.answer(model, query.build_query(asking(), model.region)).after is None


def test_second_state_is_what_the_scenario_makes_of_the_first(model):
    found = query.answer(model, query.build_query(asking(scenario=GROWN), model.region))
    assert found.after is not None
    for today, after in zip(found.today.sites, found.after.sites, strict=True):
        assert today.before == today.after == after.before
    grown = next(row for row in found.after.sites if row.site_id == "plein-westermaat")
    assert grown.change.low > 0.0


def test_floor_area_a_reader_brought_counts_in_both_states(model):
    own = query.answer(
        model, query.build_query(asking(scenario=f"{GROWN},eigen:oldenzaal:25000"), model.region)
    )
    plain = query.answer(model, query.build_query(asking(scenario=GROWN), model.region))
    share = [
        {row.site_id: row.before for row in found.today.sites}["oldenzaal"]
        for found in (own, plain)
    ]
    assert share[0] != share[1]
    assert own.after is not None
    assert {row.site_id: row.before for row in own.after.sites}["oldenzaal"] == share[0]


def test_added_site_is_known_by_name(model):
    found = query.answer(
        model, query.build_query(asking(scenario="nieuw:6.7900:52.2700:20000:daily"), model.region)
    )
    assert found.known[-1].site_id == "new:0" and np.isfinite(found.known[-1].point).all()


@pytest.mark.parametrize(
    ("place", "site"),
    [("enschede", "enschede"), ("twente", "plein-westermaat"), ("atlantis", "plein-westermaat")],
)
def test_link_without_a_site_asks_about_its_place(model, place: str, site: str):
    assert query.build_query(asking(place=place), model.region).site == site
    # What is set out goes before the place.
    assert (
        query.build_query(asking(place=place, chosen="winkels:hengelo"), model.region).site
        == "hengelo"
    )
