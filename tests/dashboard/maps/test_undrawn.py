"""A survey of a town whose streets nobody read in: it shows itself all the same."""

import pytest
from shapely.geometry import Point

from dashboard.analysis import street_measures
from dashboard.analysis.vitality import measured
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.maps import region_content, street_content, street_map, street_strip
from dashboard.maps.layers import premises, streets
from dashboard.maps.street_content import select_content
from dashboard.panels import details, inventory
from dashboard.panels.streets import notes, published_figures, street
from dashboard.selection import permalink
from dashboard.selection.context import Context, context_of
from dashboard.sentences import headline_figures, town_table
from dashboard.session import visitor
from dashboard.style.html import join
from tests import town as made_up
from tests.dashboard.street.frames import town_facts
from tests.town import X, Y

pytestmark = pytest.mark.slow

HERE = {"plaats": "voorbeeldstad"}
TEXT = texts("nl")


def unit(at, street="Marktstraat", status="in_use", **told):
    """One unit of the survey of 2024, with no section to stand on."""
    return {
        "premises_id": f"survey:{at}",
        "street_id": None,
        "street": street,
        "address": f"{street} {at}",
        "status": status,
        "geometry": Point(X + at, Y),
        **told,
    }


def surveyed(**options):
    """56 units in two streets and on none, 9 of them vacant; of two in the Steeg one."""
    rows = [
        *(unit(at, status="vacant" if at < 7 else "in_use") for at in range(40)),
        *(unit(at, None, status="vacant" if at < 41 else "in_use") for at in range(40, 54)),
        unit(54, "Steeg", "vacant"),
        unit(55, "Steeg"),
    ]
    return bare(*rows, **options)


def bare(*rows, **options):
    """The town with these units, without streets and without a station."""
    missing = dict.fromkeys(("streets", "counts", "footfall_tests", "stops"))
    return town_facts(premises=made_up.premises(*rows), **missing, **options)


def selected(facts, **query):
    return permalink.parse(HERE | query, visitor.vocabulary(facts, query))[0]


@pytest.fixture(scope="module")
def facts():
    return surveyed()


@pytest.fixture(scope="module")
def town(facts):
    return facts.towns["voorbeeldstad"]


def page(facts, lang="nl", **query):
    # The map itself is sent by the server; what is said of it stands around it.
    selection, text = selected(facts, taal=lang, **query), texts(lang)
    found = select_content(Context(facts, TEXT, selection), facts.towns["voorbeeldstad"])
    said = [
        notes.headline(Context(facts, text, selection), found),
        *street_content.notes(found, facts, text),
    ]
    return " ".join(map(str, said))


def test_the_survey_names_the_streets_and_counts_them(town):
    found = {name: (one.name, one.shape, one.length_m) for name, one in town.streets.items()}
    assert found == {
        "voorbeeldstad/marktstraat": ("Marktstraat", None, None),
        "voorbeeldstad/steeg": ("Steeg", None, None),
    }
    reading = town.streets["voorbeeldstad/marktstraat"].readings["2024"]
    assert (reading.units, reading.vacant) == (40, 7) and reading.low < reading.rate < reading.high


def test_the_centre_has_its_rate_with_its_interval(facts, town):
    survey = town.surveys[-1]
    assert (survey.vacant, survey.units, round(100 * survey.rate, 1)) == (9, 56, 16.1)
    assert "9 van de 56 panden leeg: 16,1 %." in page(facts)
    # Jeffreys: the ends of a beta distribution of 9.5 and 47.5.
    assert "het interval van 95 % loopt van 8,3 % tot 27,3 %" in page(facts)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_line_says_what_streets_would_add(facts, lang):
    said = page(facts, lang)
    assert (
        texts(lang)("inventory.no_streets", place=facts.places["voorbeeldstad"].names[lang]) in said
    )
    assert texts(lang)("straten.footfall") not in said


def test_every_unit_is_a_point_on_both_maps(facts, town):
    assert len(premises.visible(Context(facts, TEXT, selected(facts, laag="panden")))) == 56
    scene = street_map.scene(facts, town, town.surveys[-1], TEXT)
    units = next(layer for layer in scene.layers if layer.id == premises.ID)
    assert [feature.geometry.geom_type for feature in units.features] == ["Point"] * 56
    west, _, east, _ = scene.home
    assert west < X and east > X + 55


def test_the_table_has_no_column_that_nobody_can_fill(town):
    layer = streets.town_layer(town, town.surveys[-1], TEXT)
    assert [column.title for column in layer.columns] == ["Straat", "Leeg", "Leegstand"]
    cells = {feature.name: [cell.text for cell in feature.cells] for feature in layer.features}
    assert cells["Marktstraat"][1] == "7 van 40" and cells["Steeg"] == [
        "Steeg",
        "? van 2",
        "te weinig",
    ]


def test_units_go_by_number_where_nobody_drew_their_street(facts, town):
    listed = [
        one.address for one in town.units["2024"] if one.street == "voorbeeldstad/marktstraat"
    ]
    assert listed == [f"Marktstraat {at}" for at in range(40)]


def test_the_map_of_the_region_says_what_it_lacks(facts):
    said = region_content.notes(Context(facts, TEXT, selected(facts, laag="panden")))
    assert any("nog geen straten ingelezen" in one for one in said)
    assert not any("nog geen straatgegevens" in one for one in said)


def test_who_imported_a_survey_is_not_asked_to_import_it(town):
    steps = str(published_figures.more("voorbeeldstad", town, TEXT))
    assert "stadshart-etl run" in steps and "import shop_survey" not in steps


def test_a_survey_that_names_no_street_shows_its_units_and_its_rate():
    nameless = [unit(at, None, status="vacant" if at < 6 else "in_use") for at in range(60)]
    facts = bare(*nameless)
    town = facts.towns["voorbeeldstad"]
    assert (
        not town.streets
        and len(town.units["2024"]) == 60
        and town.surveys[-1].rate == pytest.approx(0.1)
    )
    assert street_measures.available(town, town.surveys[-1]) == ("leegstand",)
    assert "60 panden staan aan geen straat met een naam" in page(facts)


def test_too_few_units_for_a_rate_are_counted():
    few = [unit(at, status="vacant" if at < 2 else "in_use") for at in range(10)]
    facts = bare(*few)
    said = page(facts)
    assert "2 van 10 panden leeg" in said and "interval van 95 %" not in said


@pytest.mark.parametrize("layer", ["straten:voorbeeldstad/marktstraat", "panden:2024/survey:3"])
def test_a_click_on_the_map_of_the_region_tells_and_leads_on(facts, layer):
    said = str(details.chosen(layer, facts, TEXT))
    assert "Marktstraat" in said and "./straten?plaats=voorbeeldstad" in said


def test_of_a_small_street_its_own_page_tells_neither_how_many_nor_which(facts, town):
    selection = selected(facts)
    found = select_content(Context(facts, TEXT, selection), town)
    said = str(
        street.page(
            Context(facts, TEXT, selection), town.streets["voorbeeldstad/steeg"], None, found
        )
    )
    assert "Steeg 54" not in said and "Met minder dan 5 panden" in said


def test_the_profile_reads_what_the_streets_read(facts, town):
    reading = measured(facts).readings["voorbeeldstad", "vacancy_rate_premises"]
    assert (round(reading.value, 1), reading.year, reading.row_id) == (16.1, 2024, "2024")
    assert reading.value / 100 == town.surveys[-1].rate


def test_a_published_figure_of_the_same_year_goes_first():
    told = {"indicator": "vacancy_rate_premises", "value": 0.19, "unit": "share"}
    year = {"period_start": "2024-01-01", "period_end": "2024-12-31"}
    for more, shown_value in (({}, 16.1), (year, 19.0)):
        facts = surveyed(observations=made_up.observations(told | more))
        reading = measured(facts).readings["voorbeeldstad", "vacancy_rate_premises"]
        assert round(reading.value, 1) == shown_value


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_survey_is_named_with_its_owner_and_the_way_to_it(facts, lang):
    context = context_of(facts, selected(facts, taal=lang))
    said = str(join(inventory.surveys(context, inventory.surveyed(context))))
    assert "16" in said and "De Voorbeeldkrant" in said and "./straten?" in said
    assert context.text("inventory.internal") not in said


def test_an_internal_survey_says_that_it_stays_here_and_does_not_exist_elsewhere():
    here, there = (surveyed(sharing="internal", beyond=beyond) for beyond in (False, True))
    context = context_of(here, selected(here))
    told = inventory.surveys(context, inventory.surveyed(context))
    assert TEXT("inventory.internal") in str(join(told))
    assert not there.towns and inventory.surveyed(Context(there, TEXT, selected(there))) == ()
    assert ("voorbeeldstad", "vacancy_rate_premises") not in measured(there).readings


def test_what_nobody_published_is_known_from_the_survey(facts):
    cell = town_table.matrix(facts, TEXT)["voorbeeldstad"][1]
    assert cell.figure == "16,1 %" and cell.basis.startswith(
        "9 van de 56 panden, winkelinventarisatie"
    )
    card = headline_figures.place_headlines(Context(facts, TEXT, selected(facts)))[0]
    assert (card.figure, card.source_id) == ("16,1 %", "voorbeeldkrant")


def test_a_street_nobody_drew_stands_beside_the_drawn_ones():
    rows = [
        *(
            unit(at, status="vacant" if at < 8 else "in_use", street_id="voorbeeldstad-langestraat")
            for at in range(40)
        ),
        *(unit(at, "Nieuwe Gang") for at in range(40, 50)),
    ]
    town = town_facts(premises=made_up.premises(*rows)).towns["voorbeeldstad"]
    assert town.streets["voorbeeldstad/langestraat"].readings["2024"].units == 40
    gang = town.streets["voorbeeldstad/nieuwe-gang"]
    assert (gang.shape, gang.readings["2024"].units) == (None, 10)
    assert "voorbeeldstad/nieuwe-gang" in town.streets_inside["gemeente"]


def test_without_streets_and_without_a_survey_there_is_no_town():
    assert not bare({"source_id": "bag", "status": "unknown"}).towns


def test_one_unit_around_is_one():
    facts = bare(unit(0, "Steeg"))
    found = select_content(Context(facts, TEXT, selected(facts)), facts.towns["voorbeeldstad"])
    (steeg,) = found.town.streets.values()
    assert street_strip.lay_out(steeg, found, TEXT).title == "Steeg: 1 pand rondom"
