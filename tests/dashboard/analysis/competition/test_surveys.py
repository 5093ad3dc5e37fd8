"""Every declared survey is about places and figures of the snapshot it names, and has its words in
every language.
"""

import re
from dataclasses import replace

import numpy as np
import pytest

from dashboard.analysis.competition import calibration, outcome, query, region, skill, surveys
from dashboard.analysis.competition.flow_problem import PARAMETERS
from dashboard.analysis.competition.survey import FlowSurvey
from dashboard.analysis.competition.survey_targets import RANK
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.selection import permalink
from dashboard.selection.permalink import Vocabulary
from dashboard.selection.scenario import Scenario, parse
from data import catalogue
from tests import town
from tests.dashboard import shipped, voorbeeldstad

SNAPSHOTS = {"twente_2019": shipped.facts, "voorbeeldstreek_2023": voorbeeldstad.facts}
# What the shares of the made-up survey were made with (see `etl.example.flows`): the fit does not
# know it.
HIDDEN = {
    "beta_non_daily": 0.17,
    "beta_large_scale": 0.075,
    "border_minutes": 9.0,
    "other_shops": 0.30,
}
GROWN = "naam:rand-groeit,vloer:voorbeeldboulevard:150"


@pytest.fixture(scope="module")
def example() -> Facts:
    return voorbeeldstad.facts()


@pytest.fixture(scope="module")
def made_up(example: Facts) -> calibration.Model:
    found = calibration.model_of(example)
    assert found is not None
    return found


def shares(model: calibration.Model, asked: str = "geen") -> dict[str, outcome.SiteRow]:
    found = outcome.run(model, parse(asked) or Scenario(), "niet_dagelijks", "voorbeeldboulevard")
    return {row.site_id: row for row in found.sites}


def test_every_survey_has_a_snapshot_here():
    assert {survey.id for survey in surveys.all_surveys()} == set(SNAPSHOTS)


@pytest.mark.parametrize("survey", surveys.all_surveys(), ids=lambda survey: survey.id)
def test_survey_is_about_places_and_figures_of_its_snapshot(survey: FlowSurvey):
    facts = SNAPSHOTS[survey.id]()
    assert surveys.survey_of(facts) == survey
    assert {survey.edge, survey.home, survey.first, survey.checked} <= facts.places.keys()
    assert (
        facts.places[survey.home].municipality_code
        == facts.places[survey.edge].municipality_code
        == survey.home_code
    )
    assert survey.neighbour_codes < survey.municipalities
    floors = survey.floor_areas
    for asked in (
        *survey.published.values(),
        survey.turnover,
        floors.per_head,
        floors.country,
        floors.main_centres,
        floors.concentrations,
    ):
        assert region.figure(facts, asked) > 0.0
    # A year of the survey stands in every id of a share of it.
    assert all(name.endswith(str(survey.year)) for name in survey.published.values())


@pytest.mark.slow
def test_snapshot_no_survey_tells_of_has_none(tmp_path):
    facts = Facts(catalogue.open(town.snapshot(tmp_path)))
    assert surveys.survey_of(facts) is None
    assert calibration.model_of(facts, draws=16) is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_survey_says_the_same_things(lang):
    said = {
        survey.id: {
            key.split(".", 2)[2]
            for key in texts(lang).sentences
            if key.startswith(f"survey.{survey.id}.")
        }
        for survey in surveys.all_surveys()
    }
    assert said["twente_2019"] == said["voorbeeldstreek_2023"]
    assert set(surveys.all_surveys()[0].published) | {RANK} < said["twente_2019"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_notes_quote_the_shares_of_their_survey(lang):
    """The sentences name figures; they are those of the snapshot."""
    for survey in surveys.all_surveys():
        facts = SNAPSHOTS[survey.id]()
        per_cent = {
            key: round(100 * region.figure(facts, name)) for key, name in survey.published.items()
        }
        visits = [per_cent[key] for key in ("edge_outside", "edge_neighbours", "edge_germany")]
        money = [per_cent[key] for key in ("edge_market", "home_outside", "home_germany")]
        assert [
            int(one) for one in re.findall(r"\d+", survey.sentence("visitor", texts(lang)))
        ] == visits
        assert [
            int(one) for one in re.findall(r"\d+", survey.sentence("segment", texts(lang)))
        ] == money


@pytest.mark.slow
def test_made_up_survey_is_met_well_and_not_perfectly(made_up):
    assert 0.001 < made_up.rmse < 0.01
    assert made_up.rmse < made_up.skill.loo_rmse < 0.03
    assert len(made_up.members) >= 80
    for row in made_up.comparisons:
        if not row.at_least:
            assert row.modelled == pytest.approx(row.published, abs=0.01), row.target


@pytest.mark.slow
def test_fit_finds_what_the_made_up_shares_were_made_with(made_up):
    for at, name in enumerate(PARAMETERS):
        low, high = made_up.profiled[at]
        assert low <= HIDDEN[name] <= high, name


def test_no_other_form_predicts_the_made_up_figures_better_by_a_point(made_up):
    """As the page says of the form in use."""
    used, *others = skill.stored_trials("voorbeeldstreek_2023")
    assert used.name == made_up.skill.name == "exponential"
    assert used.loo_rmse == pytest.approx(made_up.skill.loo_rmse, abs=1e-4)
    assert all(other.loo_rmse > used.loo_rmse - 0.01 for other in others)


def test_made_up_turnover_that_was_not_fitted_is_met(made_up):
    (low, high), (modelled_low, modelled_high) = made_up.check
    assert modelled_low <= high and low <= modelled_high


def test_scenarios_of_the_made_up_region_answer(made_up):
    today, grown, closed = (
        shares(made_up),
        shares(made_up, GROWN),
        shares(made_up, "naam:dicht,dicht:voorbeeldboulevard"),
    )
    edge = "voorbeeldboulevard"
    assert grown[edge].change.low > 0.01 and closed[edge].after.high == 0.0
    assert closed["voorbeeldstad"].change.low > 0.0
    assert sum(row.before.middle for row in today.values()) == pytest.approx(1.0, abs=0.02)
    spent = outcome.allocate(made_up, parse(GROWN), "niet_dagelijks").after.sum(axis=2)
    assert np.abs(spent - 1.0).max() < 1e-9


def test_spot_outside_the_region_is_named_and_let_go(made_up, model):
    near, far = "nieuw:4.0000:53.2000:12000:large_scale", "nieuw:6.7700:52.2900:12000:large_scale"
    for one, kept, gone in (
        (made_up, "4.0000:53.2000", "6.7700:52.2900"),
        (model, "6.7700:52.2900", "4.0000:53.2000"),
    ):
        asked = replace(
            permalink.opening(Vocabulary(("stad",), (), (2003, 2026))),
            scenario=f"naam:x,{near},{far}",
        )
        found = query.build_query(asked, one.region)
        assert [new.spot for new in found.scenario.added] == [kept]
        assert found.unknown == (gone,)


def test_centres_no_figure_is_about_are_not_calibrated(made_up, model):
    assert set(model.region.free) == {"almelo", "borne", "oldenzaal"}
    assert set(made_up.region.free) == {
        site.site_id for site in made_up.region.named if site.role == "centre"
    } - {
        "voorbeeldstad",
        "voorbeeldhaven",
    }
