"""What the page of a centre says: one finding, and only comparisons that hold."""

from dataclasses import replace

import pytest

from dashboard.analysis import centre as selected
from dashboard.analysis import vitality
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.sentences import centre
from dashboard.sentences.centre import CentreCard, CentreWords
from tests.dashboard import shipped, voorbeeldstad
from tests.dashboard.street.frames import town_facts

NL = texts("nl")


def words(place: str, lang: str = "nl") -> CentreWords:
    """The page of one of the five centres."""
    facts = shipped.facts()
    return centre.words(facts, facts.places[place], shipped.vital(), texts(lang))


def card(page: CentreWords, heading: str) -> CentreCard:
    """The card of a subject."""
    return next(card for card in page.cards if card.heading == NL(f"centre.{heading}"))


@pytest.mark.parametrize(
    ("place", "finding"),
    [
        ("hengelo", "gedaald van 374 (2015) naar 325 (2019)"),
        ("oldenzaal", "gestegen van 1.006 (2019) naar 1.070 (2023)"),
        ("almelo", "gedaald van 6.871 (2019) naar 6.045 (2023)"),
        ("borne", "gedaald van 1.011 (2019) naar 944 (2023)"),
        ("enschede", "gedaald van 8.348 (2019) naar 7.868 (2023)"),
    ],
)
def test_the_finding_is_a_change_that_one_source_states_itself(place, finding):
    assert finding in words(place).finding


def test_the_finding_is_a_pair_of_figures_with_a_definition():
    # Hengelo counts 68, then 63 vacant premises, Oldenzaal 107, then 77 million: none is defined.
    for place, subject in (("hengelo", "vacancy"), ("oldenzaal", "supply")):
        assert len(card(words(place), subject).past) == 2
        assert card(words(place), subject).past_title not in words(place).finding


def test_a_goal_stands_as_a_goal_beside_the_figure_and_is_no_measurement():
    vacancy = card(words("hengelo"), "vacancy")
    assert (vacancy.figure, vacancy.verdict) == ("19,3 %", "reserved")
    assert len(vacancy.goals) == 1 and "5 tot 10 procent" in vacancy.goals[0].words
    assert [past.value for past in vacancy.past] == [68.0, 63.0]
    # What is not about one of the four subjects stands below them.
    assert any("32.000" in goal.words for goal in words("oldenzaal").goals)


def test_only_figures_of_one_definition_area_and_year_stand_beside_each_other():
    # June 2017, one study: 15 % in Enschede, 12 % in Hengelo. Hengelo's 19,3 % of 2023 is another.
    peers = card(words("hengelo"), "vacancy").peers
    assert [(peer.place.place_id, peer.written, peer.own) for peer in peers] == [
        ("enschede", "15 %", False),
        ("hengelo", "12 %", True),
    ]
    assert "juni 2017" in card(words("hengelo"), "vacancy").peers_title
    assert card(words("borne"), "vacancy").peers == ()


def test_travellers_compare_by_their_change_since_2019():
    # Oldenzaal 1.006 to 1.070, Almelo 6.871 to 6.045.
    peers = card(words("borne"), "travellers").peers
    assert [(peer.place.place_id, peer.written) for peer in peers] == [
        ("oldenzaal", "+6 %"),
        ("hengelo", "−1 %"),
        ("enschede", "−6 %"),
        ("borne", "−7 %"),
        ("almelo", "−12 %"),
    ]
    assert [past.year for past in card(words("borne"), "travellers").past if past.compared] == [
        2019,
        2023,
    ]


def test_an_unknown_figure_says_so_and_has_no_source():
    vacancy = card(words("borne"), "vacancy")
    assert (vacancy.figure, vacancy.source_id, vacancy.verdict) == (NL("unknown.cell"), None, None)
    assert "Leegstand" in words("borne").unknown
    assert "Inwoners van de binnenstad" not in words("borne").unknown


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("place", ["almelo", "borne", "enschede", "hengelo", "oldenzaal"])
def test_every_page_is_whole_sentences_in_every_language(place, lang):
    page = words(place, lang)
    assert len(page.cards) == 4 and page.edge is not None
    assert [row.indicator for row in page.edge_figures] == [
        "retail_floor_area_m2",
        "visitors_from_outside_share",
        "twente_market_share",
        "retail_jobs_change_share",
        "vacancy_rate",
    ]
    said = [page.finding, page.unknown, *(goal.words for goal in page.goals)]
    said += [line for card in page.cards for line in (card.basis, card.peers_title)]
    said += [goal.words for card in page.cards for goal in card.goals]
    assert not [line for line in said if "{" in line]


def test_towns_measured_alike_stand_beside_each_other_with_their_past():
    facts = voorbeeldstad.facts()
    page = centre.words(facts, facts.centres[0], vitality.measured(facts), NL)
    vacancy = page.cards[0]
    assert len(vacancy.peers) == 10 and len(vacancy.past) == 2
    assert [peer.value for peer in vacancy.peers] == sorted(
        (peer.value for peer in vacancy.peers), reverse=True
    )


def test_a_town_without_figures_has_no_finding_and_no_zero():
    facts = town_facts()
    vars(facts)["observations"] = ()
    place = facts.centres[0]
    page = centre.words(facts, place, vitality.measured(facts), NL)
    assert page.finding == NL("centre.no_finding", place=place.names["nl"])
    assert page.edge is None and not any(card.figure.startswith("0") for card in page.cards)


def test_a_later_figure_of_another_series_is_no_change():
    facts, place = shipped.facts(), shipped.facts().places["oldenzaal"]
    rows = [
        replace(row, series=None) if row.indicator == "turnover" and row.year == 2019 else row
        for row in facts.observations
    ]
    own = [row for row in rows if row.place_id == place.place_id and row.indicator == "turnover"]
    last = max(own, key=lambda row: row.year or 0)
    assert selected.series_until(own, last) == ()


def test_a_town_outside_the_region_of_the_survey_has_no_edge_of_it():
    facts = shipped.facts()
    hengelo = facts.places["hengelo"]
    assert words("hengelo").edge is facts.places["plein-westermaat"]
    # The code of Deventer.
    elsewhere = replace(hengelo, municipality_code="GM0150")
    page = centre.words(facts, elsewhere, shipped.vital(), NL)
    assert page.edge is None and page.edge_figures == ()
