"""What filters leave of the made-up town, and the classes it is drawn in."""

import json
import re
from collections import Counter
from dataclasses import replace

import pytest

from dashboard.analysis import street_measures
from dashboard.analysis.street_measures import MEASURES
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.maps import street_map
from dashboard.maps.layers import streets
from dashboard.maps.scene import Feature, LayerContent, SceneCell, SceneColumn, codes, message
from dashboard.maps.scene_files import layer_bytes, scene_files
from dashboard.maps.street_content import branches_before, select_content
from dashboard.maps.wording import wording
from dashboard.selection import permalink
from dashboard.selection.context import context_of
from dashboard.session import visitor
from dashboard.style import theme
from tests.dashboard import voorbeeldstad


@pytest.fixture(scope="module")
def facts():
    return voorbeeldstad.facts(beyond=False)


def asked(facts, **query):
    selection, notes = permalink.parse(query, visitor.vocabulary(facts, query))
    assert notes == ()
    return select_content(context_of(facts, selection), facts.towns["voorbeeldstad"])


@pytest.mark.slow
def test_without_filters_every_street_with_units_is_there(facts):
    found = asked(facts)
    assert len(found.streets) == 21 and len(found.units) == 344 and len(found.vacant) == 34
    assert found.visible["straten"].keys() == {street.key for street in found.streets}


def test_a_duration_leaves_vacant_units_of_that_class_and_their_streets(facts):
    found = asked(facts, duur="structural")
    assert found.units and {unit.duration for unit in found.units} == {"structural"}
    assert {unit.street for unit in found.units} == {street.key for street in found.streets}


def test_a_trade_leaves_its_units(facts):
    units = asked(facts, branche="niet_dagelijks,horeca").units
    assert {unit.branch for unit in units if unit.status != "vacant"} == {"Horeca"}


def test_streets_near_an_initiative(facts):
    town = facts.towns["voorbeeldstad"]
    assert {street.key for street in asked(facts, nabij="initiatief").streets} <= town.near


def test_an_outline_limits_units_and_is_drawn(facts):
    found = asked(facts, grens="gemeente")
    assert len(found.units) == 311 and found.visible["grens"] == {"gemeente": "outline"}


def test_the_period_chooses_the_survey(facts):
    assert asked(facts, periode="2019-2022").survey.survey == "voorbeeld-2022"
    town = facts.towns["voorbeeldstad"]
    assert town.survey((2010, 2014)) is None


def test_chosen_streets_leave_their_own_units(facts):
    found = asked(facts, straat="voorbeeldstad/langestraat")
    assert [street.name for street in found.streets] == ["Langestraat"]
    assert {unit.street for unit in found.units} == {"voorbeeldstad/langestraat"}


def test_footfall_colours_streets_without_units_too(facts):
    assert len(asked(facts, maat="drukte").streets) == 32


@pytest.mark.parametrize("measure", MEASURES)
def test_every_class_that_is_drawn_has_words(facts, measure):
    for lang in LANGUAGES:
        found = asked(facts, maat=measure)
        words = street_measures.legend(MEASURES[measure], texts(lang))
        used = {theme.style(name).label_key for name in found.visible["straten"].values()}
        assert used <= words.keys() and all(words.values())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_unit_of_unknown_status_is_not_called_a_street_of_too_few(facts, lang):
    for measure in MEASURES.values():
        words = wording(lang) | street_measures.legend(measure, texts(lang))
        assert words[theme.style("unit_unknown").label_key] == texts(lang)("street.unknown")


def test_classes_go_up_with_the_measure():
    assert [
        street_measures.style(MEASURES["leegstand"], value)
        for value in (0.0, 0.05, 0.12, 0.2, 0.9, None)
    ] == [
        "vacancy_1",
        "vacancy_2",
        "vacancy_3",
        "vacancy_4",
        "vacancy_5",
        "street_unknown",
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_maps_that_show_vacancy_only_name_the_same_classes(lang):
    said = [wording(lang)[f"style.vacancy_{step}"] for step in range(1, 6)]
    ends = [f"{round(100 * cut)}" for cut in MEASURES["leegstand"].breaks]
    for low, high, words in zip([None, *ends], [*ends, None], said, strict=True):
        assert [part for part in (low, high) if part] == re.findall(r"\d+", words)


def test_without_a_value_a_measure_gives_way(facts):
    town = replace(facts.towns["voorbeeldstad"], surveys=(), units={}, figures={})
    streets = {key: replace(street, readings={}) for key, street in town.streets.items()}
    bare = replace(town, streets=streets)
    selection = permalink.opening(visitor.vocabulary(facts))
    assert street_measures.available(bare, None) == ("drukte",)
    assert select_content(context_of(facts, selection), bare).measure.id == "drukte"


def test_the_message_of_the_map_stays_under_two_kilobytes(facts):
    town = facts.towns["voorbeeldstad"]
    text = texts("nl")
    files = scene_files(street_map.scene(facts, town, town.surveys[-1], text))
    found = asked(facts, maat="branchemix", grens="gemeente", duur="long,structural")
    told = message(
        files,
        found.visible,
        name="x" * 150,
        caption="x" * 150,
        words=street_measures.legend(found.measure, text),
    )
    assert len(str(told).encode()) <= 2_000


def test_two_thousand_streets_in_every_class_are_coded_in_a_kilobyte():
    names = [f"measure_{step}" for step in range(1, 6)] + ["street_unknown"]
    features = tuple(
        Feature(f"s{at}", None, "street", f"s{at}", None, (SceneCell("x"),)) for at in range(2_000)
    )
    layer = LayerContent(
        "straten", "Straten", (SceneColumn("Straat"),), features, "streets", "{n}", "1"
    )
    # Classes without any order, the worst there is for packing.
    visible = {
        feature.id: names[(at * at + 7 * at // 3) % 6] for at, feature in enumerate(features)
    }
    assert len(codes(layer, visible)) <= 1_050


def test_a_scene_draws_widths_by_section_and_sparks_over_surveys(facts):
    town = facts.towns["voorbeeldstad"]
    scene = street_map.scene(facts, town, town.surveys[-1], texts("nl"))
    street = next(
        feature for feature in scene.layers[0].features if feature.id == "voorbeeldstad/langestraat"
    )
    assert len(street.widths) == 4 and max(street.widths) <= 6.0
    assert [len(cell.spark) for cell in street.cells] == [0, 0, 0, 10, 0]


@pytest.mark.parametrize("measure", MEASURES)
def test_the_table_tells_what_the_map_is_coloured_by(facts, measure):
    town, text = facts.towns["voorbeeldstad"], texts("nl")
    layer = street_map.scene(facts, town, town.surveys[-1], text, measure=measure).layers[0]
    titles = [column.title for column in layer.columns]
    at = titles.index(text(f"street.measure_{measure}"))
    for street in asked(facts, maat=measure).streets:
        cell = next(feature for feature in layer.features if feature.id == street.key).cells[at]
        assert cell.sort == street_measures.value(MEASURES[measure], street, town.surveys[-1])


def test_withheld_is_said_in_the_column_of_a_measure(facts):
    town, text = facts.towns["voorbeeldstad"], texts("nl")
    few = replace(
        town.streets["voorbeeldstad/langestraat"].readings["voorbeeld-2024"], chain_share=None
    )
    street = replace(town.streets["voorbeeldstad/langestraat"], readings={"voorbeeld-2024": few})
    bare = replace(town, streets={street.key: street})
    layer = street_map.scene(facts, bare, town.surveys[-1], text, measure="ketens").layers[0]
    assert layer.features[0].cells[2].text == text("street.withheld")


def test_footfall_is_the_share_of_streets_that_are_quieter(facts):
    town = facts.towns["voorbeeldstad"]
    ranked = sorted(town.streets.values(), key=lambda street: street.footfall)
    shares = [street.busier_than for street in ranked]
    assert shares[0] == 0.0 and shares[-1] == pytest.approx(31 / 32)
    assert shares == sorted(shares)
    written = street_measures.written(MEASURES["drukte"], 0.97, texts("nl"))
    assert written == f"drukker dan {theme.share(0.97, 'nl', decimals=0)}"


def test_five_classes_of_footfall_hold_about_as_many_streets_each(facts):
    classes = Counter(asked(facts, maat="drukte").visible["straten"].values())
    assert sorted(classes) == [f"measure_{step}" for step in range(1, 6)]
    assert max(classes.values()) - min(classes.values()) <= 1


def test_the_table_follows_the_measure_of_the_map(facts):
    town, text = facts.towns["voorbeeldstad"], texts("nl")
    layer = street_map.scene(facts, town, town.surveys[-1], text, measure="drukte").layers[0]
    shares = [town.streets[feature.id].busier_than for feature in layer.features]
    assert shares == sorted(shares, reverse=True)


def test_a_rate_shows_its_interval_and_what_was_counted(facts):
    town, text = facts.towns["voorbeeldstad"], texts("nl")
    layer = street_map.scene(facts, town, town.surveys[-1], text).layers[0]
    feature = next(row for row in layer.features if row.id == "voorbeeldstad/langestraat")
    reading = town.streets[feature.id].readings["voorbeeld-2024"]
    span = feature.cells[2].span
    assert span == (reading.low, reading.high, reading.rate, reading.vacant / reading.units)
    few = replace(reading, vacant=None)
    assert streets.counted_share(few) is None
    written = json.loads(layer_bytes(layer))["spans"]["0"]["2"]
    assert len(written) == 4 and all(share == round(share, 3) for share in written)


def test_a_vacant_unit_has_the_branch_of_the_survey_before(facts):
    before = branches_before(facts.towns["voorbeeldstad"], asked(facts).survey)
    found = asked(facts, branche="niet_dagelijks,horeca")
    vacant = [unit for unit in found.units if unit.status == "vacant"]
    assert vacant and {before[unit.premises_id].casefold() for unit in vacant} == {"horeca"}
    durations = {unit.duration for unit in vacant}
    assert asked(facts, branche="niet_dagelijks,horeca", duur=",".join(durations)).units
