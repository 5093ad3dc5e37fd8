"""What leaks away from a centre: four parts of 100 % per town, wherever the edge site lies."""

import re
from dataclasses import replace

import numpy as np
import pytest

from dashboard.analysis.competition import calibration, leakage, outcome
from dashboard.exports import flow_tables
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.maps import flow_map
from dashboard.panels.competition import leakage as panel
from dashboard.selection.context import Context
from dashboard.selection.permalink import Vocabulary, opening
from dashboard.selection.scenario import BRANCHES, Scenario, parse
from dashboard.sentences import competition
from tests.dashboard import voorbeeldstad

pytestmark = pytest.mark.slow

TEXT = texts("nl")
GROWN = parse("vloer:plein-westermaat:120") or Scenario()


@pytest.fixture(scope="module")
def example() -> calibration.Model:
    found = calibration.model_of(voorbeeldstad.facts())
    assert found is not None
    return found


@pytest.fixture(params=["real", "example"])
def any_model(request: pytest.FixtureRequest) -> calibration.Model:
    return request.getfixturevalue("model" if request.param == "real" else "example")


def cities(
    model: calibration.Model, scenario: Scenario = GROWN, branch: str = "niet_dagelijks"
) -> dict[str, leakage.Leakage]:
    return {
        row.place_id: row
        for row in leakage.of_cities(model.region, outcome.allocate(model, scenario, branch))
    }


def moved(model: calibration.Model, edge: str | None) -> calibration.Model:
    """The model with its edge site in another municipality, which flows do not ask for."""
    at = model.region.place_of(model.region.survey.edge)
    sites = list(model.region.sites)
    sites[at] = replace(sites[at], municipality_code=edge)
    return replace(model, region=replace(model.region, sites=tuple(sites)))


@pytest.mark.parametrize("branch", BRANCHES)
def test_four_parts_of_every_town_add_up_to_all_it_spends(any_model, branch: str):
    grown = replace(GROWN, floor=((any_model.region.survey.edge, 150),))
    found = outcome.allocate(any_model, grown, branch)
    rows = leakage.of_towns(any_model.region, found, range(len(any_model.region.towns)))
    for row in (*rows, *leakage.of_cities(any_model.region, found)):
        for state in (0, 1):
            assert sum(part.middle[state] for part in row.parts.values()) == pytest.approx(1.0)
        assert (
            sum(part.before.low for part in row.parts.values())
            <= 1.0
            <= sum(part.before.high for part in row.parts.values())
        )


@pytest.mark.parametrize("branch", BRANCHES)
def test_no_centre_keeps_more_when_the_edge_grows(any_model, branch: str):
    grown = Scenario(floor=((any_model.region.survey.edge, 120),))
    for place, row in cities(any_model, grown, branch).items():
        if "own_centre" in row.parts:
            own = row.parts["own_centre"]
            assert own.after.low <= own.before.low and own.after.high <= own.before.high, place
            assert own.change.high <= 0.0, place


def test_hengelo_keeps_less_in_its_centre_though_less_leaves_its_municipality(model):
    row = cities(model)["hengelo"]
    assert row.parts["own_centre"].change.high < 0.0 < row.parts["edge"].change.low
    # What the old table called leakage: it falls, since the edge site lies in the municipality.
    assert row.parts["outside"].change.high < 0.0


def test_edge_site_is_its_own_part_and_counted_once(model):
    """Of Almelo, whose residents leave their municipality for it."""
    found, at = (
        outcome.allocate(model, GROWN, "niet_dagelijks"),
        model.region.place_of("plein-westermaat"),
    )
    column = found.column[at]
    row = leakage.of_towns(model.region, found, [model.region.town_names.index("Almelo")])[0]
    share = found.before[:-1, model.region.town_names.index("Almelo"), column]
    assert (row.parts["edge"].before.low, row.parts["edge"].before.high) == pytest.approx(
        outcome.ensemble.span(share)
    )
    assert sum(part.middle[0] for part in row.parts.values()) == pytest.approx(1.0)


def test_branch_without_floor_area_in_a_centre_is_not_in_the_model_and_not_zero(model):
    row = cities(model, branch="grootschalig")["hengelo"]
    assert "own_centre" not in row.parts
    assert competition.part_share(row, "own_centre", "before", TEXT) == "niet in het model"


def test_town_whose_centre_is_not_modelled_has_no_own_centre(model):
    found = outcome.allocate(model, GROWN, "niet_dagelijks")
    row = leakage.of_towns(model.region, found, [model.region.town_names.index("Haaksbergen")])[0]
    assert set(row.parts) == {"elsewhere", "edge", "outside"}


def test_shops_of_a_town_abroad_on_its_own_side_are_not_outside(model):
    found, at = (
        outcome.allocate(model, GROWN, "niet_dagelijks"),
        model.region.town_names.index("Nordhorn"),
    )
    here = np.array([site.municipality_code is None for site in found.sites])
    row = leakage.of_towns(model.region, found, [at])[0]
    assert row.parts["elsewhere"].middle[0] == pytest.approx(found.before[-1, at, here].sum())


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("nl", "Plein Westermaat ligt in de gemeente Hengelo."),
        ("en", "Plein Westermaat lies in the municipality of Hengelo."),
        ("de", "Plein Westermaat liegt in der Gemeinde Hengelo."),
    ],
)
def test_words_say_where_the_edge_site_lies(model, lang, said: str):
    assert said in competition.cities(model.region, texts(lang))


def test_words_name_the_edge_site_of_another_region(example):
    assert (
        competition.edge_lies(example.region, TEXT)
        == "Voorbeeldboulevard ligt in de gemeente Voorbeeldstad."
    )


@pytest.mark.parametrize(
    ("code", "said"), [("GM1735", "in geen van de gemeenten"), (None, "over de grens")]
)
def test_edge_site_outside_every_municipality_of_a_centre(model, code: str | None, said: str):
    there = moved(model, code)
    assert said in competition.edge_lies(there.region, TEXT)
    row = cities(there)["hengelo"]
    assert row.parts["edge"].before == cities(model)["hengelo"].parts["edge"].before
    assert sum(part.middle[1] for part in row.parts.values()) == pytest.approx(1.0)


def test_region_without_an_edge_site_has_three_parts(model):
    unnamed = replace(model.region, survey=replace(model.region.survey, edge="nowhere"))
    rows = leakage.of_cities(unnamed, outcome.allocate(model, Scenario(), "niet_dagelijks"))
    for row in rows:
        assert "edge" not in row.parts and sum(
            part.middle[0] for part in row.parts.values()
        ) == pytest.approx(1.0)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_bars_end_where_the_parts_of_the_middle_outcome_do(model, lang):
    row = cities(model)["hengelo"]
    drawn = str(
        panel.cities(
            model.region, outcome.allocate(model, GROWN, "niet_dagelijks"), "x", True, texts(lang)
        )
    )
    hengelo = drawn[drawn.index("Hengelo<i ") :].partition("</tr>")[0]
    for state, bar in enumerate(re.findall(r"--a:(\d+);--b:(\d+);--c:(\d+)", hengelo)):
        ends = np.cumsum([row.parts[part].middle[state] for part in leakage.PARTS[:3]])
        assert [int(end) for end in bar] == [round(100 * end) for end in ends]
    # The same row says the ranges of both states.
    own = row.parts["own_centre"]
    spans = [competition.span(one, texts(lang)) for one in (own.before, own.after)]
    assert f"<td>{spans[0]}<b>{spans[1]}</b></td>" in hengelo


def test_municipality_and_town_do_not_stand_under_one_name(model):
    found = outcome.allocate(model, GROWN, "niet_dagelijks")
    assert "Gemeente Almelo" in panel.cities(model.region, found, "x", False, TEXT)
    almelo = model.region.towns[model.region.town_names.index("Almelo")]
    assert "Almelo, zonder de rest van de gemeente" in panel.town(
        model.region, found, almelo, "x", False, TEXT
    )


def test_exported_table_carries_the_four_parts_of_every_town(model, facts: Facts):
    selection = replace(
        opening(Vocabulary(("hengelo",), (), (2003, 2026))), scenario="vloer:plein-westermaat:120"
    )
    table = flow_tables.flow_table(Context(facts, TEXT, selection), model)
    keys = [column.key for column in table.columns]
    rows = [dict(zip(keys, row.cells, strict=True)) for row in table.rows]
    borne = model.region.town_names.index("Borne")
    shown = leakage.of_towns(
        model.region, outcome.allocate(model, GROWN, "niet_dagelijks"), [borne]
    )[0]
    filed = next(
        row
        for row in rows
        if row["origin"] == "Borne" and row["branch"] == TEXT("branch.niet_dagelijks")
    )
    for part in leakage.PARTS:
        for state, span in (("", shown.parts[part].before), ("_after", shown.parts[part].after)):
            assert (filed[f"{part}{state}_low"], filed[f"{part}{state}_high"]) == pytest.approx(
                (span.low, span.high), abs=1e-5
            )
    assert any("Plein Westermaat ligt in de gemeente Hengelo." in note for note in table.notes)


def test_floor_area_names_its_year_and_why_not_the_newest(model, facts: Facts):
    from dashboard.sentences import competition_notes

    hengelo = next(
        said
        for said in competition_notes.floor_areas(model.region, facts, TEXT)
        if said["site"] == "Hengelo"
    )
    assert hengelo["year"] == "2018"
    (said,) = [
        note for note in competition_notes.assumption_notes(model, facts, TEXT) if "30.381" in note
    ]
    assert "2018" in said and "2019" in said and "nov" in said


@pytest.mark.parametrize(
    ("site", "said"), [("hengelo", "gepubliceerd (2018)"), ("almelo", "aanname")]
)
def test_list_beside_the_map_names_the_year_of_a_published_floor_area(
    model, facts, site: str, said: str
):
    scene = flow_map.scene(model, facts, TEXT)
    sites = next(layer for layer in scene.layers if layer.id == flow_map.SITES)
    feature = next(one for one in sites.features if one.id == site)
    assert feature.cells[-1].text == said
