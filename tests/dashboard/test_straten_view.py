"""The view Straten in every language: the made-up town, a real place without streets, and the real
network of Enschede.
"""

import os
import re
from datetime import date
from pathlib import Path

import pytest

from dashboard.__main__ import main
from dashboard.exports import downloads
from dashboard.i18n.text import texts
from dashboard.panels.streets import filters
from dashboard.press.studio import Studio
from dashboard.selection import permalink
from dashboard.session import cache, visitor
from data import catalogue
from tests.dashboard.driving import opened, rows_of, served, words

pytestmark = pytest.mark.slow

LANGUAGES = ("nl", "en", "de")
VIEW = "straten.py"


@pytest.fixture
def example():
    """Voorbeeldstad served instead of the facts that ship."""
    with served(catalogue.EXAMPLE):
        yield


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_place_without_streets_says_what_it_needs_and_where_to_try(lang):
    app = opened(VIEW, taal=lang, plaats="borne")
    said = words(app)
    assert texts(lang)("note.streets_empty", place="Borne") in said
    assert permalink.example("straten", lang).replace("&", "&amp;") in said
    assert "stadshart-etl run" in said and "--place borne" in said
    # What sources do say of its streets, with the way to each figure.
    assert "Nijstad" in said and "keuze=cijfer:borne-nijstad-street-role-2016" in said


def test_without_a_choice_the_town_with_most_to_say_opens():
    app = opened(VIEW)
    assert (
        app.title[0].value == "Straten van Enschede"
        and app.selectbox(key="w_stad").value == "enschede"
    )
    assert "Noorderhagenstraat" in words(app)


def test_an_initiative_chosen_on_the_map_of_a_town_without_streets_tells_of_itself():
    said = words(opened(VIEW, plaats="enschede", keuze="initiatieven:wannaplay"))
    assert "Muzikale schommels op het plein" in said


def test_the_finding_names_month_place_and_both_numbers(example):
    assert "In oktober 2024 stonden in Voorbeeldstad 34 van de 341 panden leeg: 10,0 %." in words(
        opened(VIEW)
    )


def test_what_is_modelled_says_so_with_its_skill(example):
    said = words(opened(VIEW))
    assert (
        "Drukte is gemodelleerd" in said
        and "bij de tellingen in Voorbeeldstad zijn gezocht" in said
    )
    assert (
        "Getoetst in Voorbeeldstad aan tellingen in 19 straatdelen" in said
        and "rangcorrelatie 0,88 (interval 0,65 tot 0,97)" in said
    )


def test_the_three_ways_of_counting_are_told_apart(example):
    said = words(opened(VIEW))
    assert "BAG, winkelinventarisatie en koopstromenonderzoek tellen verschillend" in said
    assert "Teller en noemer komen hier altijd uit één inventarisatie" in said


def test_the_municipal_figure_stands_apart_with_its_own_definition(example):
    said = words(opened(VIEW))
    assert "6,6 %" in said and "panden zonder gebruiker en zonder verbruik" in said
    assert "Niet vergelijken met de cijfers hierboven" in said


def test_outlines_show_how_much_the_figure_moves(example):
    said = words(opened(VIEW))
    assert (
        "Hoeveel scheelt de grens?" in said
        and "Dezelfde inventarisatie, andere grenzen." in said
        and "Voor de pilot" not in said
    )
    for units, rate in ((341, "10,0 %"), (308, "10,4 %"), (323, "9,9 %"), (329, "9,7 %")):
        assert f">{units}<" in said and rate in said


def test_every_filter_moves_the_address(example):
    app = opened(VIEW)
    app.selectbox(key="w_maat").set_value("ketens").run()
    app.selectbox(key="w_grens").set_value("afgeleid").run()
    app.selectbox(key="w_peiling").set_value(2022).run()
    app.text_input(key="w_zoek").set_value("kerk").run()
    app.button_group(key="w_branches").set_value(["horeca"]).run()
    app.button_group(key="w_duren").set_value(["long"]).run()
    app.toggle(key="w_nabij").set_value(True).run()
    assert not app.exception
    query = dict(app.query_params)
    assert (query["maat"], query["grens"], query["periode"]) == ("ketens", "afgeleid", "2015-2022")
    assert (
        query["branche"] == "niet_dagelijks,horeca"
        and query["duur"] == "long"
        and query["nabij"] == "initiatief"
    )
    assert set(query["straat"].split(",")) == {
        f"voorbeeldstad/{name}" for name in ("kerkplein", "kerkstraat", "kerksteeg", "kerkepad")
    }


def test_a_link_opens_what_it_says(example):
    app = opened(VIEW, maat="drukte", grens="400m", straat="voorbeeldstad/langestraat", duur="long")
    assert app.selectbox(key="w_maat").value == "drukte"
    assert app.selectbox(key="w_grens").value == "400m"
    assert app.text_input(key="w_zoek").value == "Langestraat"
    assert app.button_group(key="w_duren").value == ["long"]


def test_no_street_of_that_name_is_said(example):
    app = opened(VIEW)
    app.text_input(key="w_zoek").set_value("<b>Kalverstraat").run()
    assert "Geen straat in Voorbeeldstad heet zo" in words(app)
    assert "<b>Kalver" not in words(app) and "Bedoelde u" not in words(app)
    assert app.query_params["straat"] == "alle"


def test_a_typing_error_gets_the_street_most_like_it(example):
    app = opened(VIEW)
    app.text_input(key="w_zoek").set_value("Langstraet").run()
    assert re.search(
        r"Bedoelde u </span><a href=\"[^\"]*straat=voorbeeldstad/langestraat", words(app)
    )


def test_a_filter_on_branch_counts_per_street(example):
    said = words(opened(VIEW, branche="niet_dagelijks,horeca"))
    table = said.split("Panden die bij deze filters passen, per straat", 1)[1].split("</table>")[0]
    counts = [int(count) for count in re.findall(r'</th><td class="num">(\d+)</td>', table)]
    assert counts == sorted(counts, reverse=True) and counts[0] > 1
    assert "hier telt die van een eerdere inventarisatie" in said
    assert "per straat</h2>" not in words(opened(VIEW))


def test_the_finding_follows_the_measure_of_the_map(example):
    assert re.search(
        r'class="lead">Het drukst zijn volgens het model \w+, \w+ en \w+',
        words(opened(VIEW, maat="drukte")),
    )
    assert "Het grootste aandeel ketens: " in words(opened(VIEW, maat="ketens"))


def test_what_was_counted_of_a_street_stands_beside_its_modelled_footfall(example):
    counted = {row.street for row in cache.facts().counters if row.place_id == "voorbeeldstad"}
    street = min(filter(None, counted))
    key = next(
        key
        for key, row in cache.facts().towns["voorbeeldstad"].streets.items()
        if row.name == street
    )
    said = words(opened(VIEW, keuze=f"straten:{key}"))
    assert "Passanten gemiddeld" in said and "drukker dan" in said


def test_an_empty_selection_says_how_to_get_back(example):
    said = words(
        opened(VIEW, straat="voorbeeldstad/kerkplein", duur="long", branche="niet_dagelijks,mode")
    )
    assert "Geen straat past bij deze filters. Wis de filters" in said


def test_a_street_without_units_is_not_called_unfitting(example):
    said = words(opened(VIEW, straat="voorbeeldstad/westerweg"))
    assert "Aan Westerweg staat geen pand in deze inventarisatie. Kies de kleur Drukte" in said
    assert "Aan Westerweg" not in words(
        opened(VIEW, straat="voorbeeldstad/westerweg", maat="drukte")
    )


def test_a_street_has_a_page_of_its_own(example):
    app = opened(VIEW, keuze="straten:voorbeeldstad/langestraat")
    said = words(app)
    assert "Langestraat: 21 panden links en 20 rechts, 4 leeg" in said
    assert "Lege panden in 2024" in said and "Voorbeeldinitiatief Lichtlint" in said
    page = next(part.proto.body for part in app.get("html") if "strip-units" in part.proto.body)
    assert (page.count('<i class="v" title='), page.count("<i title=")) == (4, 37)
    assert "Langestraat 1, " in page and "<small>2024</small>" in page
    # Nine earlier surveys on both sides, each one line of colours.
    assert page.count("<u style=") == 18 and page.count("<small>2015</small>") == 2


def test_a_square_is_walked_round(example):
    assert "Marktplein: 26 panden rondom, 1 leeg" in words(
        opened(VIEW, keuze="straten:voorbeeldstad/marktplein")
    )


def test_a_unit_opens_its_street_with_what_was_seen(example):
    said = words(opened(VIEW, keuze="panden:voorbeeld-2024/survey:langestraat-5"))
    assert "Pand: Langestraat 5" in said and "Waargenomen op 1 oktober 2024" in said
    assert "Langestraat, Voorbeeldstad" in said


def test_two_streets_stand_side_by_side_with_their_intervals(example):
    said = words(
        opened(
            VIEW, keuze="straten:voorbeeldstad/langestraat", vergelijk="voorbeeldstad/oosterstraat"
        )
    )
    assert (
        "Oosterstraat naast Langestraat" in said and "10 % (4–18)" in said and "7 % (3–16)" in said
    )
    assert "kan het verschil toeval zijn" in said


def test_a_pinned_street_waits_for_another(example):
    app = opened(VIEW, keuze="straten:voorbeeldstad/langestraat")
    next(one for one in app.button if one.label == "Zet vast om te vergelijken").click().run()
    assert app.query_params["vergelijk"] == "voorbeeldstad/langestraat"
    assert "Langestraat staat vast" in words(app)


def test_a_choice_that_is_gone_is_said(example):
    assert "valt buiten deze gegevens" in words(opened(VIEW, keuze="straten:voorbeeldstad/nergens"))


def test_a_broken_link_falls_back_visibly(example):
    said = words(opened(VIEW, maat="goud", grens="<i>", vergelijk="borne/brink"))
    assert "onbekende waarde &#x27;goud&#x27; bij maat" in said and "<i>" not in said.replace(
        "<i class", ""
    )


def test_reset_lets_every_filter_go(example):
    app = opened(VIEW, maat="drukte", duur="long", straat="voorbeeldstad/langestraat")
    app.button(key="reset").click().run()
    assert (app.query_params["maat"], app.query_params["duur"], app.query_params["straat"]) == (
        "leegstand",
        "alle",
        "alle",
    )


def test_the_map_shows_streets_and_units_of_a_snapshot_that_has_them(example):
    said = words(opened("kaart.py", laag="straten,panden"))
    assert (
        "Beide zijn gemodelleerd" in said
        and "Getoetst in Voorbeeldstad aan tellingen in 19 straatdelen" in said
    )


def test_a_search_finds_by_name_and_prefers_the_same(example):
    town = cache.facts().towns["voorbeeldstad"]
    assert filters.searched(town, "Kerkstraat") == ("voorbeeldstad/kerkstraat",)
    assert filters.searched(town, "langestr, markt") == (
        "voorbeeldstad/langestraat",
        "voorbeeldstad/marktplein",
    )
    assert filters.searched(town, " ") == ()


def test_streets_are_taken_along_with_interval_and_source(example):
    rows = rows_of("straten.csv", straat="voorbeeldstad/langestraat")
    assert len(rows) == 1 and rows[0]["Straat"] == "Langestraat"
    assert rows[0]["Panden"] == "41" and rows[0]["Leegstand, gemodelleerd (0-1)"].startswith(
        "0,098"
    )
    # Half of the streets are quieter, as the table on the page says.
    assert rows[0]["Straten die rustiger zijn (0-1)"] == "0,5"
    assert rows[0]["Lengte (m)"] == "229,7"
    assert "verzonnen" in rows[0]["Uitgever"]


def test_units_are_taken_along_as_they_are_shown(example):
    rows = rows_of("panden.csv", duur="structural")
    assert rows and {row["Stand"] for row in rows} == {"leeg, langer dan 3 jaar"}


def test_the_map_is_taken_along_with_streets_and_units(example):
    rows = rows_of("kaart.csv", laag="straten,panden")
    assert {row["Laag"] for row in rows} == {"Straten", "Panden"}


def test_the_map_to_take_along_says_that_the_town_is_made_up(example):
    selection, _ = permalink.parse({"laag": "straten,panden"}, visitor.vocabulary(cache.facts()))
    page = downloads.make_from_studio(
        Studio(cache.facts()), "kaart.html", selection
    ).content.decode()
    assert '<span class="badge">Voorbeeldstreek: verzonnen gegevens</span>' in page
    assert '<span class="badge">Gemodelleerd</span>' in page
    assert "Natural Earth" not in page.split('class="caption"')[1].split("</figcaption>")[0]


def test_the_made_up_town_and_other_data_are_not_opened_together(capsys):
    with pytest.raises(SystemExit) as left:
        main(["--example", "--data", "elsewhere"])
    assert left.value.code == 2 and "never mixes with data" in capsys.readouterr().err


@pytest.mark.real
def test_the_real_streets_of_enschede_open_and_say_what_they_lack(tmp_path):
    folder = os.environ.get("STADSHART_REAL")
    if not folder:
        pytest.skip("STADSHART_REAL is unset: the real Enschede network is not here")
    with served(_enschede(Path(folder), tmp_path)):
        town = cache.facts().towns["enschede"]
        assert town.components is not None and town.components.parts > 100
        for lang in LANGUAGES:
            app = opened(VIEW, taal=lang, plaats="enschede", maat="drukte")
            said = words(app)
            say = texts(lang)
            assert say("straten.no_survey", place="Enschede") in said
            assert say("straten.untested", place="Enschede") in said
            assert app.selectbox(key="w_maat").value == "drukte"
            assert str(town.components.parts) in said
        assert "enschede/oude-markt" in town.streets and len(town.streets) > 150


def _enschede(real, folder):
    import geopandas as gpd

    from data.manifest import SourceRecord
    from data.snapshot import publish
    from etl.joins import streets
    from etl.sources import reference
    from geo.crs import to_rd

    read = gpd.read_file(real / "enschede_osm_streets" / "enschede_centre_highways.geojson")
    name = "Name" if "Name" in read.columns else "name"
    lines = gpd.GeoDataFrame(
        {"name": read[name], "highway": read["highway"]}, geometry=read.geometry, crs=read.crs
    )
    every = reference.tables()
    record = SourceRecord(
        source_id="osm",
        title_nl="Straten",
        title_en="Streets",
        publisher="OpenStreetMap",
        licence="ODbL 1.0",
        credit="© OpenStreetMap contributors",
        retrieved=date(2023, 12, 24),
        status="fresh",
        sharing="open",
    )
    every["streets"] = streets.streets(to_rd(lines), every["places"], stops=every["stops"]).streets
    sources = sorted([*reference.sources(), record], key=lambda one: one.source_id)
    publish.publish(
        folder,
        every,
        sources,
        {**reference.table_sources(), "streets": ("osm",)},
        published=None,
        label="enschede",
    )
    return folder
