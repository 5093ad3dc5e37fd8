"""Every sentence about an effect: each branch, in every language, never a cause."""

import datetime as dt
import re

import pandas as pd
import pytest

from dashboard.analysis.effect_evaluation import Evidence, Obstacle
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.sentences import effect as sentences_effect
from geo.effects import Effect
from geo.errors import PoorFitError, TooFewToCompareError
from geo.synthetic import SyntheticControl

NL = texts("nl")
CAUSES = re.compile(
    r"\b(door|dankzij|veroorzaak\w*|vanwege|leidde tot|caused?|because|due to|thanks to|led"
    r" to|durch|dank|wegen|"
    r"verursach\w*|führte zu)\b",
    re.IGNORECASE,
)
LACKING = {
    "difference": ("treated_units", "control_units", "periods_before", "periods_after"),
    "synthetic": ("treated_units", "donors", "periods_before", "periods_after"),
}


def effect(low: float, high: float, p: float = 0.8) -> Effect:
    return Effect((low + high) / 2, low, high, p, 6, 12)


def stand_in(gap: float, p: float, donors: int = 9) -> SyntheticControl:
    weights = pd.Series(1 / donors, index=range(donors))
    placebos = pd.DataFrame(0.5, index=[0], columns=range(donors))
    return SyntheticControl(weights, pd.Series([gap]), 1.0, 3.0, p, gap, placebos, weights * 0)


def short(lacking: str) -> TooFewToCompareError:
    return TooFewToCompareError("too few", lacking, 5, 2)


def evidence(difference: object, synthetic: object, left_out: int = 0) -> Evidence:
    return Evidence(
        "a",
        dt.date(2019, 10, 1),
        dt.date(2020, 10, 1),
        ("a/x",),
        left_out,
        difference,
        synthetic,
        (),
    )


@pytest.mark.parametrize(
    ("found", "key", "word"),
    [
        (effect(1.0, 3.0), "difference_up", "meer leegstand"),
        (effect(-3.0, -1.0), "difference_down", "minder leegstand"),
        (effect(-1.0, 2.0), "difference_none", "geen verschil"),
        (effect(1.0, 3.0, p=0.05), "difference_trend", "niets over te zeggen"),
        (effect(1.0, 3.0, p=float("nan")), "difference_untested", "maar één inventarisatie"),
    ],
)
def test_difference_says_what_its_interval_allows(found, key, word):
    said = sentences_effect.of_difference(found, NL)
    assert word in said
    assert said.startswith(NL.open(f"verdict.{key}").split("{")[0])


def test_the_difference_comes_with_its_margin_and_counts():
    said = sentences_effect.of_difference(effect(-3.0, -1.0), NL)
    assert "2,0 procentpunt minder" in said
    assert "marge \N{MINUS SIGN}3,0 procentpunt tot \N{MINUS SIGN}1,0 procentpunt" in said
    assert "6 straten tegen 12" in said


@pytest.mark.parametrize(
    ("found", "key", "word"),
    [
        (stand_in(2.0, 0.1), "synthetic_up", "meer leegstand"),
        (stand_in(-2.0, 0.1), "synthetic_down", "minder leegstand"),
        (stand_in(2.0, 0.6), "synthetic_none", "geen verschil"),
        (stand_in(2.0, 0.125, donors=7), "synthetic_cannot_tell", "niets over te zeggen"),
    ],
)
def test_the_stand_in_says_what_its_placebos_allow(found, key, word):
    said = sentences_effect.of_synthetic(found, NL)
    assert word in said
    assert said.startswith(NL.open(f"verdict.{key}").split("{")[0])


def test_the_stand_in_counts_how_many_streets_differ_as_much():
    assert "bij 1 van de 10 straten" in sentences_effect.of_synthetic(stand_in(-2.0, 0.1), NL)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("design", LACKING)
def test_every_refusal_names_what_is_there_and_what_is_needed(design, lang):
    for lacking in LACKING[design]:
        said = sentences_effect.refused(short(lacking), design, texts(lang))
        assert "2" in said and "5" in said, lacking


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_poor_fit_names_how_poor(lang):
    said = sentences_effect.of_synthetic(PoorFitError("poor", "fit_before", 1.0, 2.5), texts(lang))
    assert ("2.5" if lang == "en" else "2,5") in said


@pytest.mark.parametrize(
    ("one", "other", "key"),
    [
        (effect(1.0, 3.0), stand_in(2.0, 0.1), "agree"),
        (effect(-1.0, 3.0), stand_in(2.0, 0.6), "agree"),
        (effect(1.0, 3.0), stand_in(-2.0, 0.1), "differ"),
        (effect(1.0, 3.0), stand_in(2.0, 0.6), "differ"),
        (effect(1.0, 3.0), short("donors"), "one"),
        (effect(1.0, 3.0, p=0.01), stand_in(2.0, 0.1), "one"),
        (short("treated_units"), short("donors"), "neither"),
        (effect(1.0, 3.0, p=0.01), short("donors"), "neither"),
    ],
)
def test_both_designs_are_read_together(one, other, key):
    assert sentences_effect.together(evidence(one, other), NL) == NL(f"verdict.together_{key}")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_obstacle_is_said_with_its_facts(lang):
    text = texts(lang)
    launch = (dt.date(2014, 10, 1), dt.date(2014, 10, 31))
    started = sentences_effect.obstacle(
        Obstacle("series_start", first_year=2015, launch=launch), text
    )
    assert "2015" in started and "2014" in started
    assert "5" in sentences_effect.obstacle(Obstacle("all_took_part", places=5), text)
    for kind in ("one_place", "station", "no_street_series"):
        assert sentences_effect.obstacle(Obstacle(kind), text) == text(f"verdict.obstacle_{kind}")


def test_what_is_needed_is_what_the_designs_ask_for():
    said = sentences_effect.needed(NL)
    assert "minstens 5 straten waar een initiatief" in said and "minstens 5 ronden ervoor" in said


def test_streets_that_were_left_out_are_counted():
    assert "Niet meegeteld: 1 straat met" in sentences_effect.compared(
        evidence(short("donors"), short("donors"), 1), ["X"], NL
    )
    assert "Niet meegeteld: 2 straten met" in sentences_effect.compared(
        evidence(short("donors"), short("donors"), 2), ["X", "Y"], NL
    )
    said = sentences_effect.compared(evidence(short("donors"), short("donors")), ["X", "Y"], NL)
    assert (
        "X en Y" in said and "oktober 2019 en oktober 2020" in said and "Niet meegeteld" not in said
    )


@pytest.mark.parametrize(
    ("p", "key"),
    [(0.67, "trend_passed"), (0.10, "trend_passed"), (0.09, "trend_failed"), (0.0, "trend_failed")],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_test_before_the_start_is_told_with_its_limit(lang, p, key):
    said = sentences_effect.trend(effect(1.0, 3.0, p=p), texts(lang))
    point = "." if lang == "en" else ","
    assert said is not None and f"p = {p:.2f}".replace(".", point) in said and f"0{point}10" in said
    assert said.startswith(texts(lang).open(f"verdict.{key}").split("{")[0])


def test_one_survey_before_the_start_has_no_test():
    assert sentences_effect.trend(effect(1.0, 3.0, p=float("nan")), NL) is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_placebos_are_told_with_fit_ratio_and_how_many(lang):
    said = sentences_effect.placebos(stand_in(-2.0, 0.1), texts(lang))
    for part in ("1.0", "3.0", "0.10"):
        assert (part if lang == "en" else part.replace(".", ",")) in said
    assert re.search(r"\b1 (van de|of the|der) 10\b", said)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_kinds_that_were_chosen_are_named_found_or_not(lang):
    text = texts(lang)
    for found in (True, False):
        said = sentences_effect.kinds(("physical", "activity"), found, text)
        assert (
            text("kind.physical") in said
            and text("kind.activity") in said
            and text("kind.transformation") not in said
        )
    assert sentences_effect.kinds(("physical",), True, text) != sentences_effect.kinds(
        ("physical",), False, text
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_names_a_cause(lang):
    said = {key: text for key, text in texts(lang).sentences.items() if key.startswith("verdict.")}
    assert len(said) > 30
    assert not {key: found[0] for key, text in said.items() if (found := CAUSES.search(text))}


@pytest.mark.parametrize(
    ("lang", "words"), [("nl", "passen bij"), ("en", "consistent with"), ("de", "passen zu")]
)
def test_a_result_is_at_most_consistent_with(lang, words):
    for design in ("difference", "synthetic"):
        for reading in ("up", "down", "none"):
            assert words in texts(lang).open(f"verdict.{design}_{reading}")
