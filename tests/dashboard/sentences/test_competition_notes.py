"""What the model rests on is said as it is: whose residents, how the check came out, and what
nothing was published about.
"""

from dataclasses import replace

import pytest

from dashboard.analysis.competition import outcome
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.selection.scenario import Scenario
from dashboard.sentences import competition, competition_notes

TEXT = texts("nl")


@pytest.mark.parametrize(
    ("published", "modelled", "verdict"),
    [
        ((0.02, 0.03), (0.04, 0.05), "Dat is te hoog"),
        ((0.04, 0.05), (0.02, 0.03), "Dat is te laag"),
        ((0.02, 0.04), (0.03, 0.05), "raken elkaar"),
        ((0.02, 0.05), (0.03, 0.04), "geheel binnen elkaar"),
        ((0.03, 0.04), (0.02, 0.05), "geheel binnen elkaar"),
    ],
)
def test_unfitted_check_says_how_it_came_out(model, published, modelled, verdict):
    said = competition_notes.calibration_notes(replace(model, check=(published, modelled)), TEXT)
    assert sum(verdict in note for note in said) == 1


def test_neighbourhoods_are_not_called_towns_of_the_gazetteer(model, facts):
    assert "buurten" not in " ".join(competition_notes.assumption_notes(model, facts, TEXT))
    towns = ("cbs:BU01530001", "cbs:BU01530002", *model.region.towns[2:])
    said = " ".join(
        competition_notes.assumption_notes(
            replace(model, region=replace(model.region, towns=towns)), facts, TEXT
        )
    )
    assert (
        said.startswith("2 buurten met inwoners volgens het CBS")
        and f"{len(towns) - 2} plaatsen" in said
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_centre_nobody_published_about_is_said_to_be_so_next_to_its_result(model, lang):
    text, mark = (
        texts(lang),
        {"nl": "niet gekalibreerd", "en": "not calibrated", "de": "nicht kalibriert"}[lang],
    )
    for site, free in (
        ("almelo", True),
        ("borne", True),
        ("oldenzaal", True),
        ("hengelo", False),
        ("plein-westermaat", False),
    ):
        found = outcome.run(model, Scenario(), "niet_dagelijks", site)
        assert (
            mark in competition.caution(model, found, site, site.title(), Scenario(), text)
        ) == free
