"""The network, the timeline, the ways and the rounds as they stand on the page."""

import datetime as dt
import itertools
import re
import xml.etree.ElementTree as ET

import pytest

from dashboard.analysis import actor_network
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.maps.layers import initiatives
from dashboard.panels.initiatives import actors, invitation, pilot, timeline
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.session import visitor
from data import catalogue
from tests import town
from tests.dashboard import shipped, voorbeeldstad

NL = texts("nl")
FACTS = shipped.facts()
EXAMPLE = voorbeeldstad.facts(beyond=False)
EVERY = permalink.opening(visitor.vocabulary(FACTS))
NETWORK = actor_network.network(FACTS)
SMALL = actor_network.ActorNetwork({}, {}, (), (), False, 0, 0)
SVG = "{http://www.w3.org/2000/svg}"
BY_ID = {row.initiative_id: row for row in FACTS.initiatives}


def drawn(number: int) -> ET.Element:
    figure = actors.picture(NETWORK, FACTS, NL)[number]
    return ET.fromstring(figure).find(f"{SVG}svg")


@pytest.mark.parametrize("number", [0, 1])
def test_every_node_is_drawn_and_named(number):
    svg = drawn(number)
    assert len(list(svg.iter(f"{SVG}rect"))) == 12 and len(list(svg.iter(f"{SVG}circle"))) == 14
    words = " ".join(text.text for text in svg.iter(f"{SVG}text"))
    assert "Concordia" in words and "Wannaplay" in words


def test_derived_ties_are_dashed_and_told_ones_full():
    dashes = [line.get("stroke-dasharray") for line in drawn(0).iter(f"{SVG}line")]
    assert dashes.count(None) == 2 and len(dashes) == 21


def test_what_is_derived_is_explained_only_where_something_is():
    assert NL("actors.legend_derived") in actors.measures(NETWORK, FACTS, NL)
    assert "er 19 zelf afgeleid" in actors.sure(NETWORK, NL)
    made_up = actor_network.network(EXAMPLE)
    said = actors.measures(made_up, EXAMPLE, NL)
    assert NL("actors.legend_derived") not in said
    assert "10 actoren in 8 initiatieven; het hele netwerk hangt samen." in said
    assert "Alle 24 beschreven deelnames staan zo in een bron." in actors.sure(made_up, NL)


def test_labels_do_not_overlap():
    for number in (0, 1):
        for anchor in ("start", "end"):
            heights = sorted(
                float(t.get("y"))
                for t in drawn(number).iter(f"{SVG}text")
                if t.get("text-anchor", "start") == anchor
            )
            assert min(after - before for before, after in itertools.pairwise(heights)) >= 13.0


def test_the_picture_has_a_name_and_is_the_same_every_time():
    assert "14 actoren en 12 initiatieven" in drawn(0).get("aria-label")
    assert actors.picture(NETWORK, FACTS, NL) == actors.picture(
        actor_network.network(FACTS), FACTS, NL
    )


def test_the_table_holds_every_actor_with_its_measures():
    said = actors.measures(NETWORK, FACTS, NL)
    assert said.count("<tr>") == 15
    assert said.index("Provincie Overijssel") < said.index("Concordia") < said.index("TriMotion")


def test_shared_actors_are_named_with_their_initiatives():
    assert (
        "<strong>Concordia</strong>: 2 initiatieven: Upgrading binnenstad Expo en Wannaplay."
        in actors.shared(NETWORK, FACTS, NL)
    )
    assert NL("actors.none_shared") in actors.shared(SMALL, FACTS, NL)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_small_network_states_its_threshold(lang):
    said = actors.too_small(SMALL, texts(lang))
    assert "10" in said and "5" in said and "3" in said


def test_every_way_is_explained_and_unknown_where_nobody_says():
    said = actors.ways(actor_network.parts(FACTS, FACTS.initiatives), FACTS, NL)
    assert said.count(f"<td>{NL('unknown.cell')}</td>") == 3
    assert "8 deelnames, van Provincie Overijssel en Regio Twente / Netwerkstad Twente." in said
    assert NL("ways.unknown", unknown=13, total=21) in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_is_said_as_one(lang):
    text = texts(lang)
    assert actors.used(1, ["X"], text) == text("ways.used_one", who="X")
    assert actors.used(2, ["X"], text) == text("ways.used", count=2, who="X")
    assert actors.matching(1, 13, text) == text("involved.found_one", total=13)
    assert actors.matching(0, 13, text) == text("involved.found", shown=0, total=13)


def test_the_card_says_how_each_part_was_supported():
    said = actors.card(BY_ID["boeskoolmarkt"], FACTS, NL)
    assert "niet beoordeeld" in said and "financieel-economisch" in said
    said = actors.card(BY_ID["wannaplay"], FACTS, NL)
    assert "profiel onbekend" in said and NL("ways.of_part_unknown") in said


def test_the_rounds_stand_side_by_side_with_what_is_unknown():
    said = pilot.rounds(Context(FACTS, NL, EVERY))
    for part in (
        "2,6 miljoen euro",
        "600.000 euro",
        "15 initiatieven",
        "8 initiatieven",
        "100.000 euro",
        "50 %",
        "25 %",
        "plan",
    ):
        assert part in said, part
    assert "2.000.000" not in said
    assert said.count(NL("unknown.cell")) == 3
    assert "1, door ons afgeleid" in said and NL("pilot.unsure", count=4, derived=1) in said


def test_content_and_process_come_with_their_counts():
    said = pilot.designs(FACTS, NL)
    assert "zijn er 11 van deze soort" in said and "van deze soort: 2" in said
    assert NL("pilot.rules_differ") in said


@pytest.mark.slow
def test_a_tiewithout_the_pilot_tells_no_story_of_it(tmp_path):
    facts = Facts(catalogue.open(town.snapshot(tmp_path)))
    assert pilot.story(Context(facts, NL, EVERY)) == ()
    assert NL("pilot.rules_unknown") in pilot.designs(facts, NL)


MOMENTS = timeline.moments(FACTS, NL)


def test_the_pilots_moments_are_those_of_the_sources():
    assert [(day, name) for day, name, _ in MOMENTS] == [
        (dt.date(2014, 10, 1), "start"),
        (dt.date(2015, 6, 1), "tender"),
        (dt.date(2016, 5, 1), "deadline"),
    ]


def bars(*names: str) -> list[tuple[float, float]]:
    said = timeline.table([BY_ID[name] for name in names], MOMENTS, FACTS, NL)
    return [
        (float(a), float(b)) for a, b in re.findall(r"<b[^>]*left:([\d.]+)%;width:([\d.]+)%", said)
    ]


def test_a_bar_runs_over_its_years():
    (left, width), (whole_left, whole) = bars("stadsmakers", "noorderhagenstraat")[::-1]
    assert (whole_left, whole) == (0.0, 100.0)
    assert left == pytest.approx(25.0, abs=0.1) and width == pytest.approx(50.0, abs=0.2)


def test_an_unknown_year_has_a_line_and_no_bar():
    said = timeline.table([BY_ID["the-passion"], BY_ID["wannaplay"]], MOMENTS, FACTS, NL)
    assert said.count("<b ") == 1 and "The Passion" in said and NL("unknown.cell") in said


def test_only_unknown_years_say_so():
    assert NL("timeline.nothing") in timeline.table([BY_ID["the-passion"]], MOMENTS, FACTS, NL)
    assert NL("timeline.nothing") in timeline.table([], MOMENTS, FACTS, NL)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("noorderhagenstraat", "2013, einde onbekend"),
        ("stadsmakers", "2014\N{EN DASH}2015"),
        ("wannaplay", "28 mei 2015 \N{EN DASH} 9 juni 2015"),
        ("marktplein-de-koem-nieuwe-markt", "2014 \N{EN DASH} november 2016"),
        ("the-passion", "onbekend: vul aan"),
        ("literaire-muurgedichten", "2018"),
    ],
)
def test_a_period_is_no_more_precise_than_its_source(name, said):
    assert initiatives.period(BY_ID[name], NL) == said


def test_the_invitation_offers_the_sheet_and_its_rules():
    said = invitation.invitation(Context(FACTS, NL, EVERY))
    assert "./export/initiatieven-sjabloon.csv?" in said
    assert NL("invite.rule_refused") in said and "voormalig eigenaar" in said
    assert (
        "<code>soort</code>: fysieke ingreep, activiteit of evenement, transformatie en"
        " samenwerking" in said
    )
