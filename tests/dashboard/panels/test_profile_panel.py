"""The profile in words: unknown stays unknown, change stays within a series."""

import re
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

from dashboard.analysis import vitality
from dashboard.analysis.vitality import IndicatorChange, IndicatorComparison, Vitality
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.panels import profile
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.sentences import indicator_value
from dashboard.session import visitor
from geo import indicators
from tests.dashboard import shipped, voorbeeldstad

NL = texts("nl")
FACTS = shipped.facts()
EVERY = permalink.opening(visitor.vocabulary(FACTS))
BOARDINGS = indicators.declared_measures()["station_boardings"].INDICATOR
GROWTH = indicators.declared_measures()["population_change"].INDICATOR
OLDENZAAL = FACTS.places["oldenzaal"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("place", ["almelo", "borne", "enschede", "hengelo"])
def test_a_profile_that_is_not_sourced_is_unknown(place, lang):
    text = texts(lang)
    context = Context(FACTS, text, replace(EVERY, lang=lang))
    said = profile.own_profile(context, FACTS.places[place])
    assert text("unknown.cell") in said and "blockquote" not in said
    assert f'href="./bronnen?taal={lang}"' in said


def test_the_sourced_profile_stands_with_its_source():
    said = profile.own_profile(Context(FACTS, NL, EVERY), OLDENZAAL)
    assert (
        "Historisch erfgoed" in said
        and "carnaval" in said
        and "Ongedateerd." in said
        and "Gemeente Oldenzaal" in said
    )
    assert NL("unknown.cell") not in said


def test_an_ambition_stands_apart_and_named():
    said = profile.own_profile(Context(FACTS, NL, EVERY), FACTS.places["almelo"])
    assert NL("profile.related") in said and "(doel)" in said


def test_a_change_shows_both_years_and_never_the_difference():
    change = IndicatorChange(BOARDINGS, 8350.0, 2019, 7870.0, 2023, "down")
    assert (
        profile.sentence(change, NL)
        == "Treinreizigers: 8.350 instappers per werkdag in 2019, 7.870 instappers per werkdag in"
        " 2023."
    )


def test_a_measure_of_change_carries_its_sign():
    assert profile.sentence(IndicatorChange(GROWTH, None, 2021, 2.8, 2026, "up"), NL).endswith(
        ": +2,8 %, tussen 2021 en 2026."
    )
    assert indicator_value.written(GROWTH, -0.14, "nl") == "\N{MINUS SIGN}0,1 %"
    assert indicator_value.written(GROWTH, 0.01, "nl") == "0,0 %"


@pytest.mark.parametrize("turn", ["up", "down", "same"])
def test_every_turn_has_its_heading(turn):
    change = IndicatorChange(BOARDINGS, 1.0, 2019, 2.0, 2023, turn)
    place = FACTS.places["borne"]
    vital = type(shipped.vital())(
        shipped.vital().places,
        shipped.vital().indicators,
        shipped.vital().readings,
        {"borne": (change,)},
        shipped.vital().gaps,
        shipped.vital().table,
        shipped.vital().errors,
    )
    said = profile.changed(place, vital, NL)
    assert NL(f"profile.turn_{turn}") in said and NL("profile.turn_note") in said


def test_without_a_series_nothing_is_said_of_change():
    vital = replace(shipped.vital(), changes={})
    assert NL("profile.no_series", place="Borne") in profile.changed(
        FACTS.places["borne"], vital, NL
    )


def test_series_that_a_source_gives_itself_are_told_with_their_years():
    told = dict(reversed(pair) for pair in profile.published(FACTS, OLDENZAAL, NL))
    (turnover,) = [said for said in told if "107 miljoen euro in 2015" in said]
    assert "77 miljoen euro in 2019" in turnover and told[turnover] == "down"
    hengelo = FACTS.places["hengelo"]
    said = str(
        profile.changed(
            hengelo,
            shipped.vital(),
            NL,
            published=profile.published(FACTS, hengelo, NL),
            goals=profile.goals(FACTS, hengelo, NL),
        )
    )
    assert "68 panden in 2022, 63 panden in 2023" in said and "374 verkooppunten in 2015" in said
    measured, goals = said.split("Doelen, geen metingen")
    assert "5 tot 10 procent" in goals and "5 tot 10 procent" not in measured


def test_measures_stand_by_group_with_value_year_and_coverage():
    said = profile.measures(Context(FACTS, NL, EVERY), FACTS.places["hengelo"], shipped.vital())
    for part in (
        "Bereikbaarheid",
        "Samenwerking",
        "8.844 instappers per werkdag",
        "2023",
        "19,3 %",
        ">1 van 5<",
    ):
        assert part in said
    assert said.count(NL("profile.alone")) == 1
    assert said.count(NL("unknown.cell")) == len(shipped.vital().indicators) - 22


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_measure_says_what_it_is_about(lang):
    text = texts(lang)
    said = profile.measures(Context(FACTS, text, EVERY), None, shipped.vital())
    for scope in ("centre", "municipality", "nearby"):
        expected = sum(one.scope == scope for one in shipped.vital().indicators.values())
        assert expected and said.count(text(f"scope.{scope}")) == expected


def test_without_a_place_no_value_is_shown():
    said = profile.measures(Context(FACTS, NL, EVERY), None, shipped.vital())
    assert "8.844" not in said and ">5 van 5<" in said


@cache
def few(what: str) -> Vitality:
    """The vitality of the five with too few places or measures known."""
    vital = shipped.vital()
    if what == "places":
        return replace(vital, table=vital.table.loc[["almelo", "borne", "oldenzaal"]])
    return replace(vital, table=vital.table[["centre_residents", "cinema_distance"]])


@pytest.mark.parametrize(
    ("lacking", "word"), [("places", "4 plaatsen nodig"), ("features", "3 maten nodig")]
)
def test_look_alikes_say_what_they_need(lacking, word):
    assert word in profile.alike(OLDENZAAL, few(lacking), FACTS, NL)


def test_of_five_towns_the_nearest_is_named_with_what_the_two_share_and_where_they_differ():
    # Residents of the centre 2.570 and 3.255, of 2.570 to 5.900; to a cinema 11,3 and 2,7 km.
    said = profile.alike(OLDENZAAL, shipped.vital(), FACTS, NL)
    assert "lijkt Oldenzaal van de 4 andere het meest op Hengelo" in said
    assert "Inwoners van de binnenstad (2.570 inwoners en 3.255 inwoners)" in said
    assert "(11,3 km en 2,7 km)" in said.partition("verst uiteen")[2]


def test_of_ten_towns_the_three_nearest_are_named():
    facts = voorbeeldstad.facts()
    place, text = facts.centres[0], texts("en")
    said = profile.alike(place, vitality.measured(facts), facts, text)
    assert "of the 9 others" in said and said.partition(" most of ")[0].count("Voorbeeld") == 4


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("place", "side"), [("borne", "strong"), ("oldenzaal", "weak"), ("hengelo", "between")]
)
def test_strong_weak_and_between_have_their_heading_and_no_other(place, side, lang):
    text = texts(lang)
    unknown = dict.fromkeys(set(shipped.vital().indicators) - {GROWTH.id}, float("nan"))
    growth = replace(shipped.vital(), table=shipped.vital().table.assign(**unknown))
    said = profile.sides(FACTS.places[place], growth, text)
    assert [
        key for key in ("strong", "weak", "between") if text(f"profile.side_{key}") in said
    ] == [side]
    assert text("profile.side_note", count=1, total=len(shipped.vital().indicators)) in said


def test_every_city_says_on_what_it_stands_out():
    context = Context(FACTS, NL, EVERY)

    def hengelo(vital: Vitality) -> list[str]:
        row = profile.profiles(context, vital).partition(">Hengelo<")[2].partition("</tr>")[0]
        return re.findall(r"<td[^>]*>([^<]*)</td>", row)[1:3]

    assert hengelo(shipped.vital()) == [
        (
            "Treinreizigers per inwoner van de binnenstad; Afstand tot het station; "
            "Vestigingen in cultuur, recreatie en overige diensten"
        ),
        "geen",
    ]
    apart = replace(shipped.vital(), table=shipped.vital().table * float("nan"))
    assert hengelo(apart) == [NL("unknown.cell"), NL("unknown.cell")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_city_that_stands_beside_no_other_says_so(lang):
    text = texts(lang)
    said = profile.sides(
        OLDENZAAL, replace(shipped.vital(), table=shipped.vital().table * float("nan")), text
    )
    assert (
        text("profile.no_side", place="Oldenzaal") in said and text("profile.side_weak") not in said
    )


def test_a_measure_says_the_range_of_the_others():
    row = IndicatorComparison(GROWTH, 1.0, 2026, 1.8, 5.8, 4, "weak")
    assert profile.others(row, NL) == "De 4 andere: van +1,8 tot +5,8 %"
    assert profile.others(replace(row, lowest=5.8), NL) == "De 4 andere: alle +5,8 %"


@pytest.mark.parametrize(
    ("better", "drawn"),
    [("higher", "--at:0.0;--low:20.0;--high:100.0"), ("lower", "--at:100.0;--low:0.0;--high:80.0")],
)
def test_the_better_end_is_on_the_right(better, drawn):
    # 1 beside 2 to 6: outside the others, by a fifth of the whole.
    measure = replace(GROWTH, better=better)
    vital = replace(
        shipped.vital(),
        indicators={GROWTH.id: measure},
        table=pd.DataFrame({GROWTH.id: [1.0, 2.0, 6.0]}, ["oldenzaal", "borne", "hengelo"]),
    )
    said = profile.sides(OLDENZAAL, vital, NL)
    assert drawn in said and "hele gemeente, 2026" in said


@pytest.mark.parametrize(
    ("value", "said"), [(1.0, "ja"), (0.0, "nee"), (2.0, "2 (1 = ja, 0 = nee)")]
)
def test_an_answer_is_a_word(value, said):
    manager = indicators.declared_measures()["centre_manager"].INDICATOR
    assert indicator_value.written(manager, value, "nl") == said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_branch_of_likeness_and_change_says_something_else(lang):
    text = texts(lang)
    turned = [
        profile.changed(
            OLDENZAAL,
            replace(
                shipped.vital(),
                changes={"oldenzaal": (IndicatorChange(BOARDINGS, 1.0, 2019, 2.0, 2023, turn),)},
            ),
            text,
        )
        for turn in ("up", "down", "same")
    ]
    said = [
        *(
            profile.alike(OLDENZAAL, v, FACTS, text)
            for v in (few("places"), few("features"), shipped.vital())
        ),
        *turned,
        profile.changed(OLDENZAAL, replace(shipped.vital(), changes={}), text),
        profile.sentence(IndicatorChange(GROWTH, None, 2021, 2.8, 2026, "up"), text),
    ]
    assert len(set(said)) == len(said) and not [sentence for sentence in said if "{" in sentence]
