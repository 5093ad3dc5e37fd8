"""Effect on the page: the card that explains, or both designs with picture and table."""

import itertools
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import pytest

from dashboard.analysis import effect_evaluation
from dashboard.analysis.effect_evaluation import Standstill
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.panels.initiatives import effect
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.session import visitor
from dashboard.style import theme
from geo.effects import Effect
from tests.dashboard import shipped, towns
from tests.dashboard.evidence_town import SPRING, measured, units, usual

NL = texts("nl")
SVG = "{http://www.w3.org/2000/svg}"
STREETS = SimpleNamespace(
    streets={street: ("a", street) for street in (*towns.TREATED, *towns.OTHERS)},
    places={"a": SimpleNamespace(names=dict.fromkeys(LANGUAGES, "Aastad"))},
    towns={
        "a": SimpleNamespace(
            streets={
                street: SimpleNamespace(name=street) for street in (*towns.TREATED, *towns.OTHERS)
            }
        )
    },
)


@cache
def standstill() -> Standstill:
    """Why nothing is said about what ships."""
    return effect_evaluation.standstill(shipped.facts())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_card_explains_why_nothing_is_said(lang):
    text = texts(lang)
    said = effect.card(standstill(), text)
    assert said.count("<li>") == 6
    assert text("verdict.card_intro") in said and text("verdict.tried") in said


def test_the_card_names_what_stands_in_the_way():
    said = effect.card(standstill(), NL)
    for part in (
        "2015",
        "oktober 2014",
        "Alle 5 binnensteden",
        "station",
        "zonder initiatief om mee te vergelijken: 0;",
        "Andere straten of steden: 4;",
    ):
        assert part in said, part


def test_the_card_without_an_attempt_does_not_claim_one():
    assert NL("verdict.tried") not in effect.card(Standstill(standstill().obstacles, ()), NL)


@pytest.mark.parametrize(
    ("drop", "word"), [(4, "minder leegstand"), (-4, "meer leegstand"), (0, "geen verschil")]
)
def test_the_analysis_says_what_was_found(drop, word):
    found = measured(units(drop=drop))
    said = effect.analysis(found, STREETS, NL)
    assert word in said and "Straat A, Straat B" in said
    assert effect.table(found, NL).count("<tr>") == len(towns.SURVEYS) + 1


def test_a_refused_analysis_says_so_and_keeps_the_figures():
    found = measured(units(), dict.fromkeys(towns.TREATED[:4], SPRING))
    said = effect.analysis(found, STREETS, NL)
    assert (
        "kan hier niet. Straten of steden met een initiatief in de reeks: 4; nodig: minstens 5."
        in said
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_placebos_are_drawn_and_stand_in_tables(lang):
    text = texts(lang)
    found = usual()
    figure = ET.fromstring(effect.placebos(found, found.synthetic, text))
    lines = list(figure.iter(f"{SVG}polyline"))
    assert len(lines) == len(towns.OTHERS) + 1 and [
        line.get("stroke-width") for line in lines
    ].count(None) == len(towns.OTHERS)
    names = {street: street for street in towns.OTHERS}
    tables = effect.placebo_tables(found.synthetic, names, text)
    # A head and a row per survey; a head, the treated streets and a row per other street.
    assert tables.count("<tr>") == 1 + len(towns.SURVEYS) + 2 + len(towns.OTHERS)
    assert all(street in tables for street in towns.OTHERS) and text("verdict.donors") in tables


def test_results_come_with_their_checks_and_refusals_without():
    found = usual()
    said = effect.analysis(found, STREETS, NL)
    assert "Toets op de jaren vóór de start" in said and "bouwden elke andere straat" in said
    refused = measured(units(), dict.fromkeys(towns.TREATED[:4], SPRING))
    assert "Toets op de jaren" not in effect.analysis(refused, STREETS, NL)


def test_the_two_paths_are_told_apart_without_colour():
    figure = ET.fromstring(effect.paths(usual(), NL))
    svg = figure.find(f"{SVG}svg")
    lines = list(svg.iter(f"{SVG}polyline"))
    assert [line.get("stroke-dasharray") for line in lines] == ["6 4", None]
    assert (
        len(list(svg.iter(f"{SVG}rect")))
        == len(list(svg.iter(f"{SVG}circle")))
        == len(towns.SURVEYS)
    )
    words = [text.text for text in svg.iter(f"{SVG}text")]
    assert {"begin", "Straten met", "initiatief", "Vergelijkbare", "straten"} <= set(words)


def test_a_line_is_named_where_it_ends_and_no_name_covers_another():
    svg = ET.fromstring(effect.paths(usual(), NL)).find(f"{SVG}svg")
    places = {text.text: text for text in svg.iter(f"{SVG}text")}
    ends = [line.get("points").split()[-1].split(",") for line in svg.iter(f"{SVG}polyline")]
    names = [places[name] for name in ("Straten met", "initiatief", "Vergelijkbare", "straten")]
    assert all(float(name.get("x")) > float(x) for name in names for x, _ in ends)
    heights = sorted(float(name.get("y")) for name in names)
    assert min(low - high for high, low in itertools.pairwise(heights)) > 14.0


def test_the_page_begins_with_whether_it_helped():
    known = effect.answer([usual()], STREETS, NL)
    assert known.startswith("Hielp het in ") and "De cijfers passen bij" in known
    selection = permalink.opening(visitor.vocabulary(shipped.facts()))
    lead = effect.lead(Context(shipped.facts(), NL, selection), [])
    assert "niet te zeggen" in lead and 'href="#wie"' in lead and 'href="./effect?' in lead


@pytest.mark.parametrize(
    ("top", "values"),
    [
        (23.0, [0, 5, 10, 15, 20]),
        (40.0, [0, 10, 20, 30, 40]),
        (9.9, [0, 2, 4, 6, 8]),
        (100.0, [0, 50, 100]),
        (0.4, [0]),
    ],
)
def test_a_scale_has_round_values(top, values):
    assert effect.ticks(top) == values


def written(figure: str) -> list[str | None]:
    return [text.text for text in ET.fromstring(figure).iter(f"{SVG}text")]


def test_each_drawing_stands_alone_with_its_scale_and_every_year():
    found = usual()
    years = [str(year) for year in towns.SURVEYS]
    paths, placebos = (
        written(effect.paths(found, NL)),
        written(effect.placebos(found, found.synthetic, NL)),
    )
    assert (
        [word for word in paths if word in years]
        == [word for word in placebos if word in years]
        == years[::-1]
    )
    assert {theme.share(share, "nl", decimals=0) for share in (0.0, 0.2, 0.4)} <= set(paths)
    assert {"0", "+10", "\N{MINUS SIGN}10"} <= set(placebos)


def test_the_interval_is_drawn_to_scale_beside_no_difference():
    # From -8 to 0 over 508: the bar from -8 to -2, the dot at -6.
    drawn = effect.interval(Effect(-6.0, -8.0, -2.0, 0.5, 6, 11), NL)
    svg = ET.fromstring(drawn).find(f"{SVG}svg")
    bar, dot, zero = (svg.find(f"{SVG}{name}") for name in ("rect", "circle", "line"))
    assert (bar.get("x"), bar.get("width"), dot.get("cx")) == ("56", "381", "183")
    assert zero.get("x1") == "564"
    assert [text.text for text in svg.iter(f"{SVG}text")] == [
        "geen verschil",
        "\N{MINUS SIGN}8,0",
        "\N{MINUS SIGN}2,0",
        "\N{MINUS SIGN}6,0",
    ]


def test_where_earlier_trends_differ_no_interval_is_drawn():
    doubted = replace(usual(), difference=Effect(-6.0, -8.0, -2.0, 0.01, 6, 11))
    assert NL("verdict.interval") not in " ".join(effect.drawn(doubted, NL))
