"""How footfall was modelled and tested, in words: every branch, in every language."""

from types import SimpleNamespace

import pytest

from dashboard.facts import street_records
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.sentences import footfall_skill

NL = texts("nl")
GOOD = street_records.FootfallSkill(0.76, 0.31, 0.96, 19, 0)
POOR = street_records.FootfallSkill(0.49, 0.10, 0.70, 12, 0)


def town(tested: street_records.FootfallSkill | None) -> SimpleNamespace:
    return SimpleNamespace(footfall_skill=tested)


def fitted(found: street_records.FootfallSkill) -> street_records.FootfallSkill:
    return street_records.FootfallSkill(found.spearman, found.low, found.high, found.n, blocks=4)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("found", [GOOD, POOR, fitted(GOOD), fitted(POOR)])
def test_skill_stands_with_interval_number_and_place(found, lang):
    said = footfall_skill.footfall(town(found), "Borne", texts(lang))
    point = "." if lang == "en" else ","
    assert "Borne" in said and str(found.n) in said
    for value in (found.spearman, found.low, found.high):
        assert f"{value:.2f}".replace(".", point) in said


@pytest.mark.parametrize(
    ("lang", "words"),
    [("nl", "niet betrouwbaar"), ("en", "not reliable"), ("de", "nicht verlässlich")],
)
def test_below_a_half_the_layer_is_called_unreliable(lang, words):
    for found in (POOR, fitted(POOR)):
        assert words in footfall_skill.tested(found, "Borne", texts(lang))
    for found in (GOOD, fitted(GOOD), street_records.FootfallSkill(0.5, 0.1, 0.8, 12, 0)):
        assert words not in footfall_skill.tested(found, "Borne", texts(lang))


def test_where_the_weights_come_from_is_said():
    assert "gewichten uit de literatuur" in footfall_skill.footfall(town(GOOD), "Borne", NL)
    assert "gewichten uit de literatuur" in footfall_skill.footfall(town(None), "Borne", NL)
    said = footfall_skill.footfall(town(fitted(GOOD)), "Borne", NL)
    assert "bij de tellingen in Borne zijn gezocht" in said and "een van 4 vakken van 500 m" in said


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("nl", "niet getoetst in Borne"),
        ("en", "not tested in Borne"),
        ("de", "in Borne nicht geprüft"),
    ],
)
def test_where_nobody_counted_it_is_untested(lang, words):
    assert words in footfall_skill.footfall(town(None), "Borne", texts(lang))


def test_several_towns_are_told_each_by_its_own_skill():
    said = footfall_skill.every(
        {"Borne": town(None), "Hengelo": town(GOOD), "Almelo": town(None)}, NL
    )
    assert said == [
        footfall_skill.tested(GOOD, "Hengelo", NL),
        footfall_skill.untested(["Borne", "Almelo"], NL),
    ]
    assert "niet getoetst in Borne en Almelo" in said[1]
