"""What the index says in words: one test per branch."""

import itertools
from dataclasses import replace
from types import SimpleNamespace

import pytest

from dashboard.analysis.ranking import InsufficientCoverage, PlaceRank, Ranking, Sensitivity, Shift
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.panels import index
from dashboard.selection.context import Context
from tests.dashboard import shipped, voorbeeldstad

NL = texts("nl")
FACTS = shipped.facts()
EVERY = SimpleNamespace(weights=(), measured="alle")
ASKED = SimpleNamespace(weights=(("station_boardings", 1),), measured="alle")
FEW = InsufficientCoverage(2 / 11, 2, 11, 5)


def standing(low: int, high: int, *same: str) -> PlaceRank:
    return PlaceRank("borne", 10.0, 15.0, 20.0, low, high, same)


def test_too_little_is_said_with_its_numbers():
    said = index.refusal(FEW, NL)
    for part in (
        "2 van de 11 maten",
        "alle 5 binnensteden",
        "18 %",
        "65 %",
        "geen score en geen volgorde",
    ):
        assert part in said


def test_too_few_places_are_said():
    assert "maar 2 binnensteden" in index.refusal(InsufficientCoverage(1.0, 11, 11, 2), NL)
    assert "maar 1 binnenstad." in index.refusal(InsufficientCoverage(0.3, 4, 11, 1), NL)


def test_the_only_place_is_named_and_not_called_all():
    alone = replace(
        shipped.vital(),
        places=("borne",),
        gaps=(replace(shipped.vital().gaps[0], places=("borne",)),),
    )
    said = index.too_little(Context(FACTS, NL, EVERY), InsufficientCoverage(0.3, 4, 11, 1), alone)
    assert "Borne" in said and NL("index.everywhere") not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_missing_is_listed_per_measure_and_place(lang):
    said = index.too_little(Context(FACTS, texts(lang), EVERY), FEW, shipped.vital())
    for gap in shipped.vital().gaps:
        assert gap.indicator.label.text(lang) in said
    assert said.count("<tr>") == len(shipped.vital().gaps) + 1


def test_a_link_that_asks_for_an_index_is_told_why_not():
    assert NL("index.link_asks") in index.too_little(
        Context(FACTS, NL, ASKED), FEW, shipped.vital()
    )
    assert NL("index.link_asks") not in index.too_little(
        Context(FACTS, NL, EVERY), FEW, shipped.vital()
    )


def test_a_rank_is_an_interval():
    assert index.rank(standing(2, 4), NL) == "2 tot en met 4"
    assert index.rank(standing(2, 2), NL) == "2"


def test_places_that_cannot_be_told_apart_are_named():
    assert (
        index.apart(standing(1, 3, "hengelo", "almelo"), FACTS, NL)
        == "Niet te onderscheiden van Hengelo en Almelo."
    )
    assert index.apart(standing(1, 1), FACTS, NL) == "Te onderscheiden van alle andere."
    others = ("hengelo", "almelo", "enschede", "oldenzaal")
    assert index.apart(standing(1, 5, *others), FACTS, NL) == (
        "Van geen enkele andere te onderscheiden."
    )


def test_of_many_places_that_cannot_be_told_apart_the_others_are_named():
    facts = voorbeeldstad.facts()
    first, *others = [place.place_id for place in facts.centres]
    row = PlaceRank(first, 10.0, 15.0, 20.0, 1, 9, tuple(others[1:]))
    name = facts.places[others[0]].names["nl"]
    assert index.apart(row, facts, NL) == f"Alleen te onderscheiden van {name}."


def matter(assumption: str, total: float | None, varied: bool = True) -> Sensitivity:
    return Sensitivity(assumption, None if total is None else total / 2, total, varied)


def test_the_assumption_that_matters_most_is_named():
    said = index.matters(
        (matter("weights", 0.9), matter("normalisation", 0.3), matter("data", 0.0, False)), NL
    )
    assert "de gewichten" in said and "90 %" in said and NL("index.data_unvaried") in said
    assert "Daarna komen de schaling (30 %). Wat aannames" in said


def test_assumptions_all_varied_need_no_reserve():
    said = index.matters((matter("weights", 0.2), matter("data", 0.4)), NL)
    assert "de leeftijd van de cijfers" in said and NL("index.data_unvaried") not in said


def test_a_ranking_that_no_assumption_changes_says_so():
    assert index.matters((matter("weights", None), matter("data", None)), NL) == NL(
        "index.no_matter"
    )


@pytest.mark.parametrize(
    ("ranks", "said"),
    [
        (3, "zakt Borne 3 plaatsen"),
        (1, "zakt Borne 1 plaats."),
        (-2, "stijgt Borne 2 plaatsen"),
        (-1, "stijgt Borne 1 plaats."),
    ],
)
def test_leaving_out_a_measure_says_who_moves(ranks, said):
    found = index.left_out(
        (Shift("retail_floor_area", "borne", ranks),), FACTS, shipped.vital(), NL
    )
    assert len(found) == 1 and said in found[0] and "Winkelvloer" in found[0]


def test_a_ranking_that_no_measure_changes_says_so():
    assert index.left_out((), FACTS, shipped.vital(), NL) == [NL("index.no_shift")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_preset_shows_its_origin(lang):
    said = index.origins(texts(lang))
    assert "OECD/JRC" in said and "Goudappel" in said and "Manchester Metropolitan" in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_branch_says_something_else_in_every_language(lang):
    text = texts(lang)
    shifts = [
        index.left_out((Shift("retail_floor_area", "borne", ranks),), FACTS, shipped.vital(), text)[
            0
        ]
        for ranks in (3, 1, -1, -3)
    ]
    said = [
        *(index.refusal(InsufficientCoverage(0.18, 2, 11, places), text) for places in (5, 2, 1)),
        index.matters((matter("weights", 0.9), matter("data", 0.0, False)), text),
        index.matters((matter("weights", 0.9), matter("data", 0.1)), text),
        index.matters((matter("weights", None),), text),
        index.apart(standing(1, 3, "hengelo"), FACTS, text),
        index.apart(standing(1, 1), FACTS, text),
        index.rank(standing(1, 3), text),
        index.rank(standing(1, 1), text),
        *shifts,
        *index.left_out((), FACTS, shipped.vital(), text),
    ]
    assert len(set(said)) == len(said)
    assert not [sentence for sentence in said if "{" in sentence or "None" in sentence]


def ranked(*apart: tuple[str, str]) -> Ranking:
    """The five, of which only these pairs (above, below) are told apart."""
    places = tuple(facts.place_id for facts in FACTS.centres)
    split = {frozenset(pair) for pair in apart}
    rows = tuple(
        PlaceRank(
            place,
            10.0,
            15.0,
            20.0,
            1,
            5,
            tuple(o for o in places if o != place and frozenset((place, o)) not in split),
        )
        for place in places
    )
    return Ranking(rows, apart, (), (), 0.7, ("centre_density", "hotels_nearby"))


OTHERS = ("almelo", "borne", "hengelo", "oldenzaal")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_headline_says_how_many_pairs_cannot_be_told_apart(lang):
    text = texts(lang)
    only = ranked(*(("enschede", other) for other in OTHERS))
    assert index.headline(only, FACTS, text) == text("index.only_apart", place="Enschede")
    assert index.headline(ranked(), FACTS, text) == text("index.none_apart")
    some = ranked(("hengelo", "borne"), ("oldenzaal", "borne"))
    assert index.headline(some, FACTS, text) == text("index.some_apart", same=8, total=10)
    every = ranked(*itertools.combinations([place.place_id for place in FACTS.centres], 2))
    assert index.headline(every, FACTS, text) == text("index.all_apart")


def test_pairs_that_cannot_be_told_apart_come_first():
    first, second, third, level = index.pairs(
        ranked(("hengelo", "almelo"), ("hengelo", "borne"), ("oldenzaal", "borne")), FACTS, NL
    )
    assert first.startswith("Niet te onderscheiden: Almelo en Borne; Almelo en Enschede;")
    assert first.count(";") == 6 and "Almelo en Hengelo" not in first
    assert second == "Hengelo staat boven Almelo en Borne."
    assert third == "Oldenzaal staat boven Borne."
    assert "95 van de 100" in level


def test_what_the_scores_rest_on_is_said():
    said = index.modelled(ranked(), shipped.vital(), NL)
    assert "uit 2 maten" in said and "70 %" in said and "1 daarvan" in said and "4,5 %" in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_score_is_an_interval_with_its_bar_and_middle(lang):
    said = index.result(ranked(), FACTS, shipped.vital(), texts(lang))
    assert "10–20" in said and "left:10%;width:10%" in said and "left:15%" in said
