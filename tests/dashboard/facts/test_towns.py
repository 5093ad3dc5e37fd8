"""A small town by street, straight out of a published snapshot."""

import dataclasses

import pytest
from shapely import LineString, Point, box

from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import texts
from dashboard.maps.street_content import select_content
from dashboard.panels import map_page
from dashboard.panels.streets import notes
from dashboard.selection import permalink
from dashboard.selection.context import Context, context_of
from dashboard.session import visitor
from dashboard.style.html import join
from data.errors import MissingTableError
from tests import town as made_up
from tests.dashboard import shipped, voorbeeldstad
from tests.dashboard.street.frames import survey_of, town_facts, units
from tests.town import X, Y

pytestmark = pytest.mark.slow


def test_a_snapshot_without_streets_has_no_towns():
    none = {
        "streets": None,
        "street_vacancy": None,
        "premises": None,
        "counts": None,
        "footfall_tests": None,
    }
    assert dict(town_facts(**none).towns) == {}


def test_sections_of_one_name_are_one_street_and_nameless_ones_are_counted():
    streets = made_up.streets(
        {},
        {
            "street_id": "v-2",
            "name": "LANGESTRAAT",
            "geometry": LineString([(X + 200, Y), (X + 300, Y)]),
            "length_m": 100.0,
        },
        {"street_id": "v-3", "name": None},
    )
    town = town_facts(streets=streets, street_vacancy=None, counts=None).towns["voorbeeldstad"]
    assert list(town.streets) == ["voorbeeldstad/langestraat"]
    street = town.streets["voorbeeldstad/langestraat"]
    assert (street.sections, street.length_m, len(street.widths)) == (2, 500.0, 2)
    assert town.unnamed_sections == 1


def test_a_town_whose_streets_all_lack_a_name_has_none_to_list():
    town = town_facts(
        streets=made_up.streets({"name": None}), street_vacancy=None, counts=None
    ).towns["voorbeeldstad"]
    assert dict(town.streets) == {} and town.unnamed_sections == 1


def test_a_street_is_written_as_it_mostly_is_and_its_footfall_weighs_by_length():
    each = [
        ("Langestraat", 100.0, 10.0),
        ("LANGESTRAAT", 100.0, 20.0),
        ("Langestraat", 200.0, 30.0),
        ("Langestraat", 50.0, None),
    ]
    streets = made_up.streets(
        *(
            {"street_id": f"v-{at}", "name": name, "length_m": metres, "footfall_proxy": busy}
            for at, (name, metres, busy) in enumerate(each)
        )
    )
    street = (
        town_facts(streets=streets, street_vacancy=None, counts=None)
        .towns["voorbeeldstad"]
        .streets["voorbeeldstad/langestraat"]
    )
    # (100 x 10 + 100 x 20 + 200 x 30) / 400, without the section nobody knows the footfall of,
    # which is drawn thinnest.
    assert (street.name, street.footfall) == ("Langestraat", 22.5)
    assert sorted(street.widths) == [1.2, 1.2, 3.6, 6.0]


def test_a_square_is_drawn_as_its_rim():
    streets = made_up.streets({"name": "Marktplein", "geometry": box(X, Y, X + 40, Y + 30)})
    town = town_facts(streets=streets, street_vacancy=None, counts=None).towns["voorbeeldstad"]
    assert town.streets["voorbeeldstad/marktplein"].shape.length == pytest.approx(140.0)


def test_a_centre_under_fifty_units_gives_counts_and_no_street_rate():
    town = town_facts().towns["voorbeeldstad"]
    survey = town.surveys[-1]
    assert (survey.units, survey.vacant, survey.counts_only) == (10, 2, True)
    reading = town.streets["voorbeeldstad/langestraat"].readings["2024"]
    assert (reading.vacant, reading.rate) == (2, None)


def test_a_larger_centre_gives_a_rate_with_its_interval():
    town = town_facts(premises=survey_of(60, 6)).towns["voorbeeldstad"]
    reading = town.streets["voorbeeldstad/langestraat"].readings["2024"]
    assert not town.surveys[-1].counts_only
    assert reading.rate == pytest.approx(0.1) and reading.low < 0.1 < reading.high


def test_a_rate_by_floor_area_weighs_the_large_unit():
    rows = survey_of(60, 6)
    large = rows["status"].eq("vacant").to_numpy()
    rows.loc[large, "floor_area_m2"] = 900.0
    reading = (
        town_facts(premises=rows)
        .towns["voorbeeldstad"]
        .streets["voorbeeldstad/langestraat"]
        .readings["2024"]
    )
    # 6 x 900 of 6 x 900 + 54 x 100 square metres.
    assert reading.floor_rate == pytest.approx(0.5) and reading.rate == pytest.approx(0.1)


def test_without_any_floor_area_there_is_no_rate_by_it():
    rows = survey_of(60, 6).assign(floor_area_m2=float("nan"))
    reading = (
        town_facts(premises=rows)
        .towns["voorbeeldstad"]
        .streets["voorbeeldstad/langestraat"]
        .readings["2024"]
    )
    assert reading.floor_rate is None and reading.rate is not None


def test_a_street_with_few_units_keeps_its_number_and_nothing_else():
    few = [
        row | {"premises_id": f"survey:few{at}"}
        for at, row in enumerate(units("vacant", "in_use", street="voorbeeldstad-dwarsstraat"))
    ]
    rows = made_up.premises(*units(*["in_use"] * 60), *few)
    reading = (
        town_facts(premises=rows)
        .towns["voorbeeldstad"]
        .streets["voorbeeldstad/dwarsstraat"]
        .readings["2024"]
    )
    assert (reading.units, reading.vacant, reading.rate, reading.lasting) == (2, None, None, None)


def test_units_know_their_side_and_order():
    town = town_facts(premises=survey_of(6, 1)).towns["voorbeeldstad"]
    listed = town.units["2024"]
    assert {unit.side for unit in listed} == {"left", "right"}
    assert [unit.order for unit in listed] == [1, 2, 3, 4, 5, 6]


def test_a_unit_that_the_first_survey_found_empty_is_empty_for_nobody_knows_how_long():
    def seen(year, since, duration):
        return units(
            "vacant",
            survey=f"s{year}",
            surveyed=f"{year}-10-01",
            vacant_since=since,
            duration=duration,
        )

    unseen = [
        *seen(2020, "2020-10-01", "frictional"),
        *seen(2022, "2020-10-01", "long"),
        *seen(2024, "2020-10-01", "structural"),
    ]
    town = town_facts(premises=made_up.premises(*unseen), counts=None).towns["voorbeeldstad"]
    assert [
        (town.units[f"s{year}"][0].since, town.units[f"s{year}"][0].duration_class)
        for year in (2020, 2022, 2024)
    ] == [(None, "untold"), (None, "untold"), (None, "structural")]
    told = town_facts(
        premises=made_up.premises(*seen(2020, "2020-05-01", "frictional")), counts=None
    ).towns["voorbeeldstad"]
    assert (str(told.units["s2020"][0].since), told.units["s2020"][0].duration_class) == (
        "2020-05-01",
        "frictional",
    )


def test_what_is_internal_does_not_exist_for_readers_elsewhere():
    here = town_facts(sharing="internal").towns["voorbeeldstad"]
    there = town_facts(sharing="internal", beyond=True).towns["voorbeeldstad"]
    assert here.surveys and here.units
    assert not there.surveys and not any(there.units.values()) and there.streets


def test_facts_are_strict_unless_told_that_nobody_reads_along():
    told = town_facts(sharing="internal")
    assert not Facts(told.catalogue).towns["voorbeeldstad"].surveys


def test_what_is_shared_in_totals_only_lists_no_unit():
    town = town_facts(sharing="aggregate").towns["voorbeeldstad"]
    assert town.units_hidden and not town.units
    assert town.surveys[-1].vacant == 2


def test_four_hundred_metres_need_the_market_square():
    square = town_facts().towns["voorbeeldstad"]
    point = town_facts(places=made_up.places({"core_basis": "gazetteer"})).towns["voorbeeldstad"]
    assert square.outlines["400m"] is not None and point.outlines["400m"] is None
    figure = next(one for one in point.figures["2024"] if one.outline == "400m")
    assert (figure.units, figure.vacant, figure.area_ha) == (None, None, None)


def test_an_outline_tells_how_much_the_figure_moves():
    places = made_up.places({"geometry": box(X - 200, Y - 200, X, Y + 200)})
    town = town_facts(places=places).towns["voorbeeldstad"]
    figures = {one.outline: (one.units, one.vacant) for one in town.figures["2024"]}
    # Units 1 to 5 stand west of the middle, and 4 is one of the two vacant ones.
    assert figures["alles"] == (10, 2) and figures["gemeente"] == (5, 1)


def test_footfall_nobody_counted_is_untested():
    assert town_facts(footfall_tests=None).towns["voorbeeldstad"].footfall_skill is None


def test_the_skill_of_one_town_is_never_that_of_another():
    other = {"place_id": "buurstad", "core": Point(X + 5000, Y), "geometry": Point(X + 5000, Y)}
    away = {
        "street_id": "b-1",
        "name": "Buurweg",
        "place_id": "buurstad",
        "geometry": LineString([(X + 5000, Y), (X + 5100, Y)]),
    }
    facts = town_facts(
        places=made_up.places({}, other),
        streets=made_up.streets({}, away),
        street_vacancy=None,
        premises=None,
        footfall_tests=made_up.footfall_tests({"rank_correlation": 0.49, "blocks": 4}),
    )
    tested = facts.towns["voorbeeldstad"].footfall_skill
    assert (tested.spearman, tested.low, tested.high, tested.n, tested.blocks) == (
        0.49,
        0.4,
        0.9,
        12,
        4,
    )
    assert not tested.reliable
    assert facts.towns["buurstad"].footfall_skill is None


def test_registers_are_told_apart_from_a_survey():
    records = [
        dataclasses.replace(made_up.sources()[0], source_id=source_id)
        for source_id in ("bag", "osm")
    ]
    rows = made_up.premises(
        {"source_id": "bag", "status": "unknown"},
        {"source_id": "osm", "premises_id": "osm:node/1", "status": "vacant"},
    )
    town = town_facts(premises=rows, sources=records).towns["voorbeeldstad"]
    assert town.surveys == () and (
        town.register_counts.units,
        town.register_counts.mapped_vacant,
    ) == (1, 1)
    assert {unit.source_id for unit in town.units_of(None)} == {"bag", "osm"}
    assert all(not street.readings for street in town.streets.values())


def test_streets_that_do_not_touch_are_said_to_fall_apart():
    streets = made_up.streets(
        {},
        {
            "street_id": "v-2",
            "name": "Ver",
            "geometry": LineString([(X, Y + 190), (X + 100, Y + 190)]),
        },
    )
    fallen = (
        town_facts(streets=streets, street_vacancy=None, counts=None)
        .towns["voorbeeldstad"]
        .components
    )
    assert (fallen.parts, fallen.largest_share, fallen.outside_m) == (
        2,
        pytest.approx(0.8),
        pytest.approx(100.0),
    )


def test_a_street_an_initiative_names_or_stands_on_is_near_it():
    town = town_facts().towns["voorbeeldstad"]
    assert {"voorbeeldstad/langestraat", "voorbeeldstad/dwarsstraat"} <= town.near


def test_counts_and_rates_are_those_that_were_published():
    table = made_up.street_vacancy(
        {"units": 12, "vacant_units": 3.0, "vacancy_rate": 0.3, "vacancy_low": 0.2}
    )
    reading = (
        town_facts(street_vacancy=table)
        .towns["voorbeeldstad"]
        .streets["voorbeeldstad/langestraat"]
        .readings["2024"]
    )
    assert (reading.units, reading.vacant, reading.rate, reading.low, reading.floor_rate) == (
        12,
        3,
        0.3,
        0.2,
        None,
    )


def test_a_table_by_sections_of_an_earlier_program_is_not_taken_for_one_by_streets():
    old = made_up.street_vacancy().rename(columns={"street": "street_id"})
    with pytest.raises(MissingTableError, match="publish it again"):
        _ = town_facts(street_vacancy=old).towns


def test_only_made_up_sources_make_an_example():
    assert town_facts().example
    assert not shipped.facts().example
    assert voorbeeldstad.facts().example


def test_a_town_of_thousands_writes_them_as_its_language_does():
    facts = town_facts(premises=survey_of(1_234, 1_000), counts=None)
    for lang, said in (
        ("nl", "1.000 van de 1.234 panden"),
        ("en", "1,000 of the 1,234 premises"),
        ("de", "1.000 der 1.234 Lokale"),
    ):
        selection, _ = permalink.parse(
            {"plaats": "voorbeeldstad", "taal": lang}, visitor.vocabulary(facts)
        )
        found = select_content(context_of(facts, selection), facts.towns["voorbeeldstad"])
        assert said in str(notes.headline(Context(facts, texts(lang), selection), found))
        assert said.split(" ")[0] in str(notes.outlines(found, facts, texts(lang)))


def pointed_to(
    lang="nl", *, surveyed="2026-02-01", beyond=False, sharing="internal", layer="leegstand"
):
    premises = made_up.premises({"survey": "later", "surveyed": surveyed})
    # The figure on the map is of 2023.
    figure = made_up.observations(
        {"indicator": "vacancy_rate_premises", "value": 0.1, "unit": "share"}
    )
    facts = town_facts(
        premises=premises,
        observations=figure,
        street_vacancy=None,
        counts=None,
        beyond=beyond,
        sharing=sharing,
    )
    selection, _ = permalink.parse(
        {"plaats": "voorbeeldstad", "laag": layer, "taal": lang}, visitor.vocabulary(facts)
    )
    return str(join(map_page.newer_surveys(Context(facts, texts(lang), selection))))


@pytest.mark.parametrize(
    ("lang", "said"), [("nl", "februari 2026"), ("en", "February 2026"), ("de", "Februar 2026")]
)
def test_a_survey_newer_than_the_figure_on_the_map_is_pointed_to(lang, said):
    found = pointed_to(lang)
    assert said in found and 'href="./straten?' in found


def test_an_older_survey_another_layer_and_other_readers_hear_of_none():
    assert (
        pointed_to(surveyed="2019-02-01")
        == pointed_to(layer="inwoners")
        == pointed_to(beyond=True)
        == ""
    )
    assert pointed_to(beyond=True, sharing="open")
