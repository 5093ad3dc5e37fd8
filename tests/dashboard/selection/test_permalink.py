from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.selection import permalink
from dashboard.selection.comparison import SideBySide
from dashboard.selection.permalink import Note, Vocabulary

TOWN = Vocabulary(
    places=("hengelo", "borne"),
    streets=("borne/marktplein", "hengelo/brink"),
    years=(2005, 2026),
    actors=("concordia", "regio-twente"),
    indicators=("boardings", "vacancy"),
    layers=("leegstand", "treinreizigers", "initiatieven", "randwinkels", "inwoners"),
    opening_layers=("leegstand", "initiatieven", "randwinkels"),
)


def test_no_link_opens_the_region_without_a_note():
    selection, notes = permalink.parse({}, TOWN)
    assert selection == permalink.opening(TOWN)
    assert notes == ()


def test_every_value_stands_in_the_address_defaults_too():
    query = permalink.to_query(permalink.opening(TOWN))
    assert query == {
        "plaats": "twente",
        "straat": "alle",
        "type": "physical,activity,transformation",
        "tranche": "first,tender,unknown",
        "periode": "2005-2026",
        "laag": "leegstand,initiatieven,randwinkels",
        "thema": "alle",
        "keuze": "geen",
        "taal": "nl",
        "beeld": "scherm",
        "rol": "alle",
        "actor": "alle",
        "profiel": "alle",
        "gewichten": "geen",
        "maten": "alle",
        "branche": "niet_dagelijks",
        "scenario": "geen",
        "kaartbeeld": "verschil",
        "maat": "leegstand",
        "grens": "alles",
        "duur": "alle",
        "nabij": "alle",
        "vergelijk": "geen",
        "streek": "eigen",
    }


def test_same_street_name_in_two_towns_keeps_its_town():
    selection, _ = permalink.parse({"straat": "borne/marktplein"}, TOWN)
    assert selection.streets == ("borne/marktplein",)


@pytest.mark.parametrize(
    ("key", "value", "kind"),
    [
        ("plaats", "gotham", "place"),
        ("straat", "borne/kalverstraat", "street"),
        ("type", "feest", "value"),
        ("laag", "goud", "value"),
        ("taal", "fr", "value"),
        ("periode", "gisteren", "period"),
        ("periode", "1890-1900", "period"),
        ("uitsnede", "1,2,3", "extent"),
        ("uitsnede", "7,52,6,53", "extent"),
        ("keuze", "<script>", "chosen"),
        ("kleur", "rood", "key"),
        ("rol", "baas", "value"),
        ("actor", "jan-modaal", "value"),
        ("profiel", "mooi", "value"),
        ("maten", "gemeente", "value"),
        ("branche", "goud", "value"),
        ("scenario", "vloer:enschede:9", "value"),
        ("kaartbeeld", "gisteren", "value"),
        ("maat", "goud", "value"),
        ("grens", "landelijk", "value"),
        ("duur", "eeuwig", "value"),
        ("nabij", "snackbar", "value"),
        ("vergelijk", "borne/kalverstraat", "value"),
        ("naast", "gotham", "value"),
        ("naast", "1890", "value"),
        ("scenario", "alles:beter", "value"),
        ("gewichten", "boardings:5,vacancy:101", "value"),
        ("gewichten", "boardings:5,vacancy:0.5", "value"),
        ("gewichten", "boardings:05,vacancy:1", "value"),
        ("gewichten", "boardings:5,vacancy:-1", "value"),
        ("gewichten", "boardings:0,vacancy:0", "value"),
        ("gewichten", "boardings:5,vacancy:1,boardings:2", "value"),
        ("gewichten", "boardings:5,vacancy:1,price:3", "value"),
    ],
)
def test_broken_value_falls_back_with_a_note(key, value, kind):
    selection, notes = permalink.parse({key: value}, TOWN)
    assert notes == (Note(kind, key, value),)
    assert selection == permalink.opening(TOWN)


def test_known_values_survive_beside_a_broken_one():
    selection, notes = permalink.parse({"straat": "borne/marktplein,borne/weg"}, TOWN)
    assert selection.streets == ("borne/marktplein",)
    assert notes == (Note("street", "straat", "borne/weg"),)


@pytest.mark.parametrize(
    ("text", "kind", "items"),
    [
        ("borne,hengelo", "steden", ("hengelo", "borne")),
        ("hengelo/brink,borne/marktplein", "straten", ("borne/marktplein", "hengelo/brink")),
        ("2019,2015", "jaren", ("2015", "2019")),
        ("straten", "straten", ()),
        ("alle", "steden", ()),
    ],
)
def test_what_stands_side_by_side_is_of_one_kind(text, kind, items):
    selection, notes = permalink.parse({"naast": text}, TOWN)
    assert selection.beside == SideBySide(kind, items) and notes == ()
    assert permalink.parse(permalink.to_query(selection), TOWN) == (selection, ())


def test_what_is_of_another_kind_than_the_first_is_left_out_with_a_note():
    selection, notes = permalink.parse({"naast": "borne,2019,hengelo,marktplein"}, TOWN)
    assert selection.beside == SideBySide("steden", ("hengelo", "borne"))
    assert notes == (Note("value", "naast", "2019"), Note("value", "naast", "marktplein"))


def test_streets_side_by_side_stay_only_in_their_own_place():
    both, _ = permalink.parse({"naast": "hengelo/brink,borne/marktplein"}, TOWN)
    assert permalink.at_place(both, "borne").beside == SideBySide("straten", ("borne/marktplein",))
    assert permalink.at_place(both, permalink.REGION).beside == both.beside


def test_no_layer_is_a_choice_too():
    selection, notes = permalink.parse({"laag": "geen"}, TOWN)
    assert selection.layers == () and notes == ()


@pytest.mark.parametrize("key", ["type", "tranche", "profiel"])
def test_a_filter_in_which_nothing_is_chosen_shows_all_and_says_so(key):
    selection, notes = permalink.parse({key: "geen"}, TOWN)
    assert selection == permalink.opening(TOWN)
    assert notes == (Note("none", key, "geen"),)


def test_period_outside_the_data_is_clamped_and_said():
    selection, notes = permalink.parse({"periode": "1990-2019"}, TOWN)
    assert selection.years == (2005, 2019)
    assert notes == (Note("period", "periode", "1990-2019"),)


def test_one_year_is_a_period():
    assert permalink.parse({"periode": "2019"}, TOWN)[0].years == (2019, 2019)


def test_extent_of_the_map_is_read():
    assert permalink.parse({"uitsnede": "6.7,52.2,6.9,52.3"}, TOWN)[0].extent == (
        6.7,
        52.2,
        6.9,
        52.3,
    )


def test_other_place_lets_streets_extent_and_choice_go():
    here = permalink.parse(
        {"plaats": "borne", "straat": "borne/marktplein", "keuze": "leegstand:x"}, TOWN
    )[0]
    there = permalink.at_place(here, "hengelo")
    assert (there.place, there.streets, there.chosen, there.extent) == ("hengelo", (), None, None)
    assert permalink.at_place(here, permalink.REGION).streets == ("borne/marktplein",)


selections = st.builds(
    permalink.Selection,
    place=st.sampled_from((permalink.REGION, *TOWN.places)),
    streets=st.sampled_from(((), ("borne/marktplein",), TOWN.streets)),
    types=st.sampled_from((permalink.TYPES, ("activity",))),
    tranches=st.sampled_from((permalink.TRANCHES, ("tender",))),
    years=st.sampled_from(((2005, 2026), (2019, 2019), (2015, 2023))),
    layers=st.sampled_from((TOWN.layers, (), ("inwoners",))),
    theme=st.sampled_from((permalink.ALL, *permalink.FIGURE_THEMES)),
    chosen=st.sampled_from((None, "initiatieven:wannaplay")),
    extent=st.sampled_from((None, (6.5, 52.0, 7.0, 52.5))),
    lang=st.sampled_from(("nl", "en", "de")),
    image=st.sampled_from(permalink.IMAGES),
    beside=st.one_of(
        st.builds(SideBySide, st.just("steden"), st.sampled_from(((), TOWN.places, ("borne",)))),
        st.builds(SideBySide, st.just("straten"), st.sampled_from(((), TOWN.streets))),
        st.builds(SideBySide, st.just("jaren"), st.sampled_from(((), ("2005", "2019", "2026")))),
    ),
)


@pytest.mark.slow
@given(selections)
def test_a_copied_link_reproduces_the_selection(selection):
    link = permalink.address(selection, "kaart", "https://voorbeeld.nl/stadshart")
    parts = urlsplit(link)
    assert parts.path == "/stadshart/kaart"
    assert permalink.parse(dict(parse_qsl(parts.query)), TOWN) == (selection, ())


@pytest.mark.slow
@given(selections)
def test_a_compact_link_opens_the_same(selection):
    link = permalink.compact(selection, "kaart", "https://voorbeeld.nl/stadshart")
    assert permalink.parse(dict(parse_qsl(urlsplit(link).query)), TOWN) == (selection, ())


def test_a_compact_link_of_a_usual_view_fits_in_a_message():
    usual, _ = permalink.parse({"plaats": "borne", "periode": "2015-2023", "taal": "en"}, TOWN)
    link = permalink.compact(usual, "straten", "https://stadshart.voorbeeld.nl")
    assert link == (
        "https://stadshart.voorbeeld.nl/straten?plaats=borne&periode=2015-2023"
        f"&laag={','.join(usual.layers)}&taal=en"
    )
    assert len(link) <= 120


def test_a_compact_link_of_a_usual_comparison_fits_in_a_message():
    usual, _ = permalink.parse({"naast": "hengelo,borne"}, TOWN)
    link = permalink.compact(usual, "vergelijk", "https://stadshart.voorbeeld.nl")
    assert link == (
        "https://stadshart.voorbeeld.nl/vergelijk?periode=2005-2026"
        f"&laag={','.join(usual.layers)}&naast=hengelo,borne"
    )
    assert len(link) <= 120
    assert permalink.parse(dict(parse_qsl(urlsplit(link).query)), TOWN) == (usual, ())


@pytest.mark.slow
@given(
    st.dictionaries(
        st.sampled_from([*permalink.to_query(permalink.opening(TOWN)), "naast"]),
        st.text(max_size=60),
    )
)
def test_any_text_in_the_address_gives_a_selection_from_the_lists(query):
    selection, _ = permalink.parse(query, TOWN)
    assert selection.place in (permalink.REGION, *TOWN.places)
    assert set(selection.streets) <= set(TOWN.streets)
    assert set(selection.layers) <= set(TOWN.layers)
    assert 2005 <= selection.years[0] <= selection.years[1] <= 2026


def test_a_link_carries_every_weight():
    selection, notes = permalink.parse({"gewichten": "vacancy:100,boardings:0"}, TOWN)
    assert selection.weights == (("boardings", 0), ("vacancy", 100))
    assert notes == ()
    assert permalink.to_query(selection)["gewichten"] == "boardings:0,vacancy:100"


def test_a_link_from_before_an_indicator_existed_gives_it_no_weight():
    selection, notes = permalink.parse({"gewichten": "boardings:5"}, TOWN)
    assert selection.weights == (("boardings", 5), ("vacancy", 0))
    assert notes == ()


def test_a_link_carries_what_the_index_counts():
    selection, notes = permalink.parse({"maten": "binnenstad"}, TOWN)
    assert (selection.measured, notes) == ("binnenstad", ())
    assert permalink.to_query(selection)["maten"] == "binnenstad"


def test_without_weights_no_index_is_asked_for():
    assert permalink.parse({"gewichten": "geen"}, TOWN)[0].weights == ()


def test_a_link_carries_parts_actors_and_fit():
    selection, notes = permalink.parse(
        {"rol": "funder", "actor": "regio-twente,concordia", "profiel": "fits"}, TOWN
    )
    assert (selection.roles, selection.actors, selection.fits) == (
        ("funder",),
        ("concordia", "regio-twente"),
        ("fits",),
    )
    assert notes == ()


def test_all_parts_and_actors_are_no_filter():
    selection, _ = permalink.parse({"rol": "alle", "actor": "alle", "profiel": "alle"}, TOWN)
    assert (selection.roles, selection.actors, selection.fits) == ((), (), permalink.FITS)


def test_the_choice_of_streets_is_written_out_and_read_back():
    town = replace(TOWN, trades=("horeca", "mode"))
    query = {
        "maat": "drukte",
        "grens": "400m",
        "duur": "long,structural",
        "nabij": "initiatief",
        "vergelijk": "hengelo/brink",
        "branche": "dagelijks,mode",
    }
    selection, notes = permalink.parse(query, town)
    assert notes == ()
    assert selection.branch == "dagelijks" and selection.by_street.trades == ("mode",)
    assert {key: permalink.to_query(selection)[key] for key in query} == query


def test_an_unknown_trade_is_said_and_the_rest_kept():
    selection, notes = permalink.parse({"branche": "goud,mode"}, replace(TOWN, trades=("mode",)))
    assert notes == (Note("value", "branche", "goud"),)
    assert selection.by_street.trades == ("mode",)


def test_another_place_lets_the_street_beside_go():
    here = permalink.parse(
        {"plaats": "borne", "vergelijk": "borne/marktplein", "maat": "drukte"}, TOWN
    )[0]
    there = permalink.at_place(here, "hengelo")
    assert (there.by_street.beside, there.by_street.measure) == (None, "drukte")


def test_where_there_is_one_place_a_visit_opens_there():
    assert permalink.opening(replace(TOWN, places=("voorbeeldstad",))).place == "voorbeeldstad"


def test_scenario_is_written_out_whole_and_read_back():
    selection, notes = permalink.parse(
        {"scenario": "vloer:plein-westermaat:120", "branche": "grootschalig"}, TOWN
    )
    assert notes == ()
    query = permalink.to_query(selection)
    assert (
        query["scenario"]
        == "naam:zonder-naam,vloer:plein-westermaat:120,reis:100,grens:0,verval:100:100:100"
    )
    assert query["branche"] == "grootschalig"
    assert permalink.parse(query, TOWN) == (selection, ())


def test_a_link_older_than_the_map_of_changes_opens_the_scenario_as_before():
    older, notes = permalink.parse({"scenario": "vloer:plein-westermaat:120"}, TOWN)
    assert (older.flow_map, notes) == (permalink.AFTER, ())
    assert permalink.parse({"scenario": "geen"}, TOWN)[0].flow_map == permalink.CHANGE
    for shown in permalink.FLOW_MAPS:
        link = permalink.compact(replace(older, flow_map=shown), "concurrentie", "")
        query = dict(parse_qsl(urlsplit(link).query))
        assert permalink.parse(query, TOWN) == (replace(older, flow_map=shown), ())
