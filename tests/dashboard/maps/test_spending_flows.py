"""Published figures of shopping flows on the map: one per place, never compared, never one that may
not be quoted.
"""

from dataclasses import replace

import pytest

from dashboard.analysis import figures
from dashboard.exports import downloads
from dashboard.i18n.text import texts
from dashboard.maps import region_content
from dashboard.maps.layers import spending_flows
from dashboard.panels import details
from dashboard.press.studio import Studio
from dashboard.selection import permalink, views
from dashboard.selection.context import Context, context_of
from dashboard.session import cache, visitor
from dashboard.style import theme
from data import catalogue
from tests import town as made_up
from tests.dashboard import shipped
from tests.dashboard.driving import opened, rows_of, served, words
from tests.dashboard.street.frames import town_facts

FACTS = shipped.facts()
LANGUAGES = ("nl", "en", "de")


@pytest.fixture
def example():
    """Voorbeeldstad served instead of the facts that ship."""
    with served(catalogue.EXAMPLE):
        yield


def on(facts=FACTS, **query):
    selection, notes = permalink.parse(
        {"laag": "koopstromen"} | query, visitor.vocabulary(facts, query)
    )
    assert notes == ()
    return selection


def row(name, **told):
    flow = {
        "indicator": "non_daily_inflow_share",
        "unit": "share",
        "value": 0.5,
        "area_kind": "municipality",
        "series": None,
        "period_start": "2019-01-01",
        "period_end": "2019-12-31",
        "definition": "omzet van buiten",
    }
    return {"observation_id": name, **flow, **told}


def of(*rows):
    """The made-up town with these figures of flows."""
    labels = {
        "label_nl": "Omzet van buiten",
        "label_en": "Turnover from outside",
        "label_de": "Umsatz von außen",
        "theme": "spending_flows",
    }
    kinds = sorted({one["indicator"] for one in rows})
    return town_facts(
        observations=made_up.observations(*rows),
        indicators=made_up.indicators(*({"indicator": kind, **labels} for kind in kinds)),
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_place_has_its_one_figure_or_is_unknown(lang):
    shown = spending_flows.visible(context_of(FACTS, on(taal=lang)))
    assert shown == {
        "almelo-unknown": "unknown",
        "borne-unknown": "unknown",
        "enschede-binnenstad-visitors-from-germany-share-2016": "flow_figure",
        "hengelo-gemeente-non-daily-inflow-share-2019": "flow_figure",
        "oldenzaal-binnenstad-turnover-2019": "flow_figure",
        "plein-westermaat-visitors-from-outside-share-2019": "flow_figure",
    }


def test_a_label_says_figure_what_it_measures_where_and_when():
    labels = {one.id: one.label for one in spending_flows.layer(FACTS, texts("nl")).features}
    assert (
        labels["hengelo-gemeente-non-daily-inflow-share-2019"]
        == "59 %\nOmzet van buiten, niet-dagelijks · hele gemeente · 2019"
    )
    # No town's name stands beside a site at the edge.
    assert labels["plein-westermaat-visitors-from-outside-share-2019"].startswith(
        "Plein Westermaat: 76 %\n"
    )


def test_a_municipality_shows_its_centre_and_its_edge():
    shown = spending_flows.visible(context_of(FACTS, on(plaats="hengelo")))
    assert set(shown) == {
        "hengelo-gemeente-non-daily-inflow-share-2019",
        "plein-westermaat-visitors-from-outside-share-2019",
    }


def test_a_period_without_a_figure_leaves_the_centre_unknown():
    assert spending_flows.visible(
        context_of(FACTS, on(plaats="oldenzaal", periode="2016-2018"))
    ) == {"oldenzaal-unknown": "unknown"}
    assert spending_flows.visible(context_of(FACTS, on(plaats="oldenzaal", periode="2015"))) == {
        "oldenzaal-binnenstad-turnover-2015": "flow_figure"
    }


@pytest.mark.parametrize(
    "told",
    [
        {"nature": "expectation"},
        {"nature": "target"},
        {"confidence": "low"},
        {"value": None, "value_text": "meer dan de helft"},
        {"indicator": "outlets_daily"},
        {"area_kind": "market"},
        {"period_start": None, "period_end": None},
    ],
)
def test_what_may_not_be_quoted_or_is_no_flow_of_the_place_is_not_drawn(told):
    facts = of(row("gemeten"), row("anders", **told))
    assert [one.observation_id for one in figures.flow_candidates(facts)] == ["gemeten"]


def test_the_inner_city_goes_before_the_municipality_and_new_before_old():
    centre = {"area_kind": "inner_city", "indicator": "turnover", "value": 1e6, "unit": "euro"}
    old = {"period_start": "2015-01-01", "period_end": "2015-12-31"}
    facts = of(row("gemeente"), row("oud", **centre, **old), row("nieuw", **centre))
    ranked = figures.ranked(figures.flow_candidates(facts), figures.flow_rank)
    rows = ranked["voorbeeldstad"]
    assert figures.best(rows, (2010, 2024)).observation_id == "nieuw"
    assert figures.best(rows, (2010, 2015)).observation_id == "oud"
    assert figures.best(rows, (2020, 2024)) is None


@pytest.mark.slow
def test_an_internal_figure_does_not_exist_elsewhere():
    facts = of(row("open"), row("eigen", sharing="internal", source_id="voorbeeldteller"))
    assert len(figures.flow_candidates(facts)) == 2
    facts = town_facts(
        beyond=True,
        observations=made_up.observations(row("open"), row("eigen", sharing="internal")),
    )
    assert [one.observation_id for one in figures.flow_candidates(facts)] == ["open"]


def test_figures_are_never_coloured_or_sized_across_places():
    figure, vacancy = theme.style("flow_figure"), theme.style("vacancy_figure")
    assert replace(figure, id=vacancy.id, label_key=vacancy.label_key) == vacancy
    assert {one.style for one in spending_flows.layer(FACTS, texts("nl")).features} == {
        "flow_figure",
        "unknown",
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_note_says_that_they_do_not_compare_and_where_the_model_is(lang):
    text = texts(lang)
    (note,) = region_content.notes(Context(FACTS, text, on(taal=lang)))
    assert views.title("concurrentie", lang) in note and "2019" in note
    assert text("note.vacancy_unknown", place="Borne") in note


@pytest.mark.parametrize("lang", LANGUAGES)
def test_details_give_source_definition_licence_and_the_line_to_quote(lang):
    text = texts(lang)
    key = "koopstromen:hengelo-gemeente-non-daily-inflow-share-2019"
    card = details.chosen(key, FACTS, text)
    for part in ("definition", "source", "source_date", "retrieved", "licence"):
        assert text(f"details.{part}") in card
    assert text("cite.line") in card and "59" in card
    assert text("map.no_flow_figure") in details.chosen("koopstromen:borne-unknown", FACTS, text)
    assert details.chosen("koopstromen:nergens-unknown", FACTS, text) is None


def test_sources_are_those_of_the_figures_shown():
    now = region_content.select_content(context_of(FACTS, on(plaats="hengelo")))
    assert set(region_content.source_ids(FACTS, now)) == {
        "kso2019-hartvanhengelo",
        "kso2019-rtvoost",
    }


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_opens_with_the_layer_and_its_note(lang):
    app = opened("kaart.py", taal=lang, laag="koopstromen", plaats="hengelo")
    assert app.query_params["laag"] == "koopstromen"
    assert texts(lang)("note.spending_flows", view="|", per_place="").split("|")[0] in words(app)


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_made_up_town_opens_with_the_layer(example, lang):
    app = opened("kaart.py", taal=lang, laag="koopstromen")
    assert "Voorbeeldstad" in words(app)


def test_what_is_shown_is_taken_along_with_its_source():
    rows = rows_of("kaart.csv", laag="koopstromen", plaats="hengelo")
    assert [(one["Plaats"], one["Waarde"], one["Aard"]) for one in rows] == [
        ("Hengelo", "0,59", "gemeten"),
        ("Plein Westermaat", "0,76", "gemeten"),
    ]
    assert all(one["Uitgever"] and one["Licentie"] for one in rows)


def test_the_map_as_one_file_has_the_figure():
    page = downloads.make_from_studio(
        Studio(cache.facts()), "kaart.html", on(plaats="hengelo")
    ).content.decode()
    assert "Omzet van buiten, niet-dagelijks" in page and "Koopstroomcijfers" in page
