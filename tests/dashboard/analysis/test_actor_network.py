"""Which initiatives pass the filters, who is tied to what, and what is known of support."""

from dataclasses import replace

import pytest

from dashboard.analysis import actor_network, pilot
from dashboard.facts.snapshot import Facts
from dashboard.selection import permalink
from dashboard.session import visitor
from data import catalogue
from data.snapshot import publish
from tests import town
from tests.dashboard import shipped

FACTS = shipped.facts()
EVERY = permalink.opening(visitor.vocabulary(FACTS))


def names(**filters: object) -> set[str]:
    return {row.initiative_id for row in actor_network.fitting(FACTS, replace(EVERY, **filters))}


def test_without_filters_all_thirteen_are_there():
    assert len(names()) == 13


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"place": "hengelo"}, {"gamechangekaravaan"}),
        ({"streets": ("enschede/oude-markt",)}, {"wannaplay"}),
        ({"types": ("transformation",)}, {"stadsmakers", "gamechangekaravaan"}),
        ({"tranches": ("tender",)}, {"literaire-muurgedichten"}),
        ({"roles": ("owner",)}, {"fabrieksschool", "menistenkerk"}),
        ({"actors": ("concordia",)}, {"upgrading-binnenstad-expo", "wannaplay"}),
        ({"actors": ("concordia",), "roles": ("initiator",)}, {"wannaplay"}),
        ({"actors": ("concordia",), "roles": ("funder",)}, set()),
        ({"fits": ("not_judged",)}, {"boeskoolmarkt", "de-verjoardag"}),
        ({"fits": ("fits",)}, set()),
        ({"years": (2018, 2018), "tranches": ("tender",)}, {"literaire-muurgedichten"}),
        ({"years": (2019, 2020), "tranches": ("tender",)}, set()),
    ],
)
def test_every_filter_leaves_what_it_says(filters, expected):
    assert names(**filters) == expected


def test_a_fit_is_unknown_where_the_profile_is():
    fits = {row.place_id: actor_network.fit(row, FACTS) for row in FACTS.initiatives}
    assert fits == {
        "almelo": "profile_unknown",
        "borne": "profile_unknown",
        "enschede": "profile_unknown",
        "hengelo": "profile_unknown",
        "oldenzaal": "not_judged",
    }


@pytest.mark.slow
def test_a_judged_fit_is_taken_over(tmp_path):
    made = town.tables() | {"initiatives": town.initiatives({"profile_fit": "partly"})}
    made["participations"] = town.participations({})
    publish.publish(
        tmp_path, made, town.sources(), town.table_sources(), published=None, label="judged"
    )
    facts = Facts(catalogue.open(tmp_path))
    assert [actor_network.fit(row, facts) for row in facts.initiatives] == ["partly"]


def test_shared_actors_come_most_initiatives_first():
    found = actor_network.network(FACTS)
    assert [(actor, len(ids)) for actor, ids in found.shared] == [
        ("provincie-overijssel", 4),
        ("regio-twente", 4),
        ("concordia", 2),
    ]
    assert found.enough and (len(found.actors), len(found.initiatives)) == (14, 12)


def test_a_tie_the_source_says_is_sure_and_ours_is_not():
    ties = {(one, other): sure for one, other, sure in actor_network.network(FACTS).ties}
    assert ties["fabrieksschool", "ons-huis"] is True
    assert ties["wannaplay", "concordia"] is False
    assert (actor_network.network(FACTS).derived, actor_network.network(FACTS).parts) == (19, 21)


def test_the_measures_are_those_of_the_network():
    found = actor_network.network(FACTS)
    assert found.actors["concordia"].degree == 2
    assert found.actors["trimotion"].betweenness == 0.0
    assert found.actors["concordia"].component != found.actors["regio-twente"].component


@pytest.mark.slow
def test_a_small_town_has_no_measures(tmp_path):
    found = actor_network.network(Facts(catalogue.open(town.snapshot(tmp_path))))
    assert not found.enough and found.shared == (
        ("gemeente-voorbeeldstad", ("lichtjesavond", "voorbeeldmarkt")),
    )


def test_only_money_is_known_as_a_way_of_support():
    ways = dict(actor_network.ways(actor_network.parts(FACTS, FACTS.initiatives)))
    assert list(ways) == ["communicative", "organisational", "financial_economic", "legal_planning"]
    assert {way: len(found) for way, found in ways.items()} == {
        "communicative": 0,
        "organisational": 0,
        "financial_economic": 8,
        "legal_planning": 0,
    }


def test_content_and_process_are_counted_apart():
    assert actor_network.designed(FACTS.initiatives) == (11, 2)


def test_the_two_rounds_are_told_from_their_sources():
    told = {line.key: (line.first, line.tender) for line in pilot.lines(FACTS)}
    values = {
        key: tuple(None if row is None else row.value for row in pair) for key, pair in told.items()
    }
    assert values["counted"] == (15, 8)
    assert values["spent"] == (600_000, None)
    assert values["least"] == (10_000, 5_000)
    assert values["most"] == (None, 100_000)
    assert values["share"] == (0.5, 0.25)
    assert told["end"][0] is None and told["end"][1].nature == "plan"
    assert [row.value for row in pilot.whole(FACTS)] == [2_600_000, None]
    assert all(row.source_id for row in pilot.figures_shown(FACTS))


def test_rules_differ_only_where_both_rounds_are_known(tmp_path):
    assert pilot.rules_differ(FACTS)
    without = Facts(catalogue.open(town.snapshot(tmp_path)))
    assert not pilot.rules_differ(without) and pilot.figures_shown(without) == ()
