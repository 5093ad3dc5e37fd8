"""No filter can make the screen say what no source says."""

import datetime as dt
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis import figures, quotable
from dashboard.facts.records import MEASURED
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.maps import region_content
from dashboard.maps.description import describe_figure
from dashboard.maps.layers import edge_retail, initiatives, travellers, vacancy
from dashboard.panels import details, overview
from dashboard.selection import permalink
from dashboard.selection.context import Context, context_of
from dashboard.sentences import citation, headline_figures
from dashboard.session import visitor
from data import catalogue
from tests.dashboard import register_snapshot, shipped

pytestmark = pytest.mark.slow

FACTS = shipped.facts()
VOCABULARY = visitor.vocabulary(FACTS)
FIRST, LAST = VOCABULARY.years
STREETS = FACTS.street_keys(FACTS.places)
# A rule that a filter breaks, it breaks in most of the selections with that filter.
FEW = 25
PER_CENT = re.compile(r"[\d.,]+\s?%")


@st.composite
def selections(draw):
    years = sorted((draw(st.integers(FIRST, LAST)), draw(st.integers(FIRST, LAST))))
    return replace(
        permalink.opening(VOCABULARY, draw(st.sampled_from(LANGUAGES))),
        place=draw(st.sampled_from((permalink.REGION, *VOCABULARY.places))),
        streets=tuple(draw(st.lists(st.sampled_from(STREETS), max_size=2, unique=True))),
        types=tuple(draw(st.lists(st.sampled_from(permalink.TYPES), unique=True))),
        tranches=tuple(draw(st.lists(st.sampled_from(permalink.TRANCHES), unique=True))),
        years=(years[0], years[1]),
        layers=VOCABULARY.layers,
    )


def said(selection) -> str:
    """Everything the map view says in words for a selection."""
    context = context_of(FACTS, selection)
    text = context.text
    parts = [
        *region_content.notes(context),
        region_content.caption(FACTS, text),
        region_content.name(context),
    ]
    if not selection.whole_region:
        figures = headline_figures.place_headlines(context)
        parts.append(overview.cards(context, figures, "kaart"))
    for layer, features in region_content.select_content(context).visible.items():
        parts += [
            details.chosen(f"{layer}:{feature}", FACTS, text) or ""
            for feature in list(features)[:3]
        ]
    return " ".join(parts)


def published_shares(lang) -> set[str]:
    text = texts(lang)
    written = {
        citation.value(row, FACTS, text) for row in FACTS.observations if row.unit == "share"
    }
    notes = " ".join(
        FACTS.translate(part, lang)
        for row in FACTS.observations
        for part in (row.value_text, row.note, row.definition)
        if part is not None
    )
    return {
        match.replace(" ", "") for figure in (*written, notes) for match in PER_CENT.findall(figure)
    }


SHARES = {lang: published_shares(lang) for lang in LANGUAGES}


@settings(deadline=None, max_examples=FEW)
@given(selections())
def test_every_percentage_on_the_map_is_one_that_a_source_published(selection):
    found = {
        match.replace(" ", "")
        for match in PER_CENT.findall(re.sub(r'"[^"]*"', "", said(selection)))
    }
    assert found <= SHARES[selection.lang]


@settings(deadline=None, max_examples=FEW)
@given(selections())
def test_vacancy_is_never_coloured_or_sized_across_places(selection):
    assert set(vacancy.visible(context_of(FACTS, selection)).values()) <= {
        "vacancy_figure",
        "unknown",
    }


@settings(deadline=None, max_examples=FEW)
@given(selections())
def test_only_measured_or_derived_figures_are_drawn(selection):
    shown = vacancy.visible(context_of(FACTS, selection))
    rows = [row for row in FACTS.observations if row.observation_id in shown]
    assert all(row.nature in MEASURED and row.confidence != "low" for row in rows)


@settings(deadline=None, max_examples=FEW)
@given(selections())
def test_a_centre_without_a_figure_is_unknown_and_never_absent(selection):
    shown = vacancy.visible(context_of(FACTS, selection))
    about = {row.observation_id: row.place_id for row in FACTS.observations}
    named = {about.get(feature, feature.removesuffix("-unknown")) for feature in shown}
    centres = {
        place.place_id
        for place in FACTS.centres
        if selection.place in (permalink.REGION, place.place_id)
    }
    assert centres <= named


@settings(deadline=None, max_examples=FEW)
@given(selections())
def test_one_year_of_travellers_is_drawn_at_a_time(selection):
    years = {
        feature.rpartition("-")[2] for feature in travellers.visible(context_of(FACTS, selection))
    }
    assert len(years) <= 1


@settings(deadline=None, max_examples=FEW)
@given(selections())
def test_edge_retail_has_one_symbol_size(selection):
    assert set(edge_retail.visible(context_of(FACTS, selection)).values()) <= {"edge_retail"}


@settings(deadline=None, max_examples=FEW)
@given(selections())
def test_the_count_of_initiatives_never_stands_without_its_note(selection):
    text = texts(selection.lang)
    assert initiatives.count_note(FACTS, text) in region_content.notes(
        Context(FACTS, text, selection)
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_fraction_of_23_initiatives_is_said_anywhere(lang):
    for key, sentence in texts(lang).sentences.items():
        about_visitors = "76, 23" in sentence
        assert about_visitors or not re.search(r"\b23\b", sentence), key


def test_wording_of_the_count_is_as_agreed():
    assert (
        initiatives.count_note(FACTS, texts("nl"))
        == "13 initiatieven beschreven. De pilot telde er 15 in de eerste tranche en 8 in de tender"
        " tot voorjaar 2016. Van de eerste 15 kennen wij er 9 bij naam; van 4 andere is de"
        " tranche niet zeker. Meer stippen in een stad betekent niet dat daar meer is gebeurd."
    )


def test_vacancy_note_names_what_each_figure_counts():
    selection = replace(permalink.opening(VOCABULARY), layers=("leegstand",))
    note = region_content.notes(Context(FACTS, texts("nl"), selection))[0]
    assert note.startswith("Niet met elkaar vergelijken.")
    for part in (
        "Hengelo: van de panden, binnenstad, november 2023.",
        "Enschede: van de winkelmeters, binnenstad, juni 2017.",
        "Almelo: van de verkooppunten, hele gemeente, januari 2017.",
        "Borne: geen percentage gevonden; dat is niet nul.",
    ):
        assert part in note


def test_old_figures_say_their_year():
    row = next(
        row
        for row in FACTS.observations
        if row.year == 2017 and row.indicator in figures.VACANCY_RATES
    )
    assert FACTS.is_old(row)
    assert "Cijfer uit 2017." in (
        details.card(describe_figure(row, FACTS, texts("nl")), FACTS, texts("nl"))
    )


def test_the_day_of_consulting_is_that_of_the_newest_source_be_it_without_figures(tmp_path):
    assert FACTS.consulted == dt.date(2026, 11, 29)
    assert Facts(catalogue.open(register_snapshot.snapshot(tmp_path))).consulted == dt.date(
        2027, 3, 1
    )


def test_targets_plans_and_expectations_may_not_be_quoted_as_measurements():
    rows = [row for row in FACTS.observations if row.nature not in MEASURED]
    assert rows and all(quotable.quotable(row).verdict == "no" for row in rows)


def test_headlines_are_measured_dated_and_not_doubtful():
    keys = {
        headline.key.partition(":")[2]
        for headline in headline_figures.headlines(FACTS, texts("nl"))
    }
    rows = [row for row in FACTS.observations if row.observation_id in keys]
    assert len(rows) == 4
    assert all(
        row.nature in MEASURED and row.end and row.confidence in ("high", "medium") for row in rows
    )


def test_residents_are_compared_within_one_series_only():
    assert all(
        first.series == last.series is not None
        for _, first, last in headline_figures.residents(FACTS)
    )


def test_locatus_comparison_is_one_series_of_four():
    rows = headline_figures.locatus(FACTS)
    assert [row.value for row in rows] == [2.1, 2.1, 1.1, 1.0]
    assert len({row.series for row in rows}) == 1


def test_initiatives_without_a_year_stay_in_every_period():
    selection = replace(permalink.opening(VOCABULARY), years=(LAST, LAST))
    undated = {
        row.initiative_id for row in FACTS.initiatives if row.start is None and row.end is None
    }
    assert undated <= set(initiatives.visible(context_of(FACTS, selection)))


def test_a_street_filter_counts_what_it_cannot_place():
    selection = replace(permalink.opening(VOCABULARY), streets=("enschede/noorderhagen",))
    hidden = sum(not row.streets for row in FACTS.initiatives)
    assert (
        f"{hidden} initiatieven zonder bekende straat staan niet op de kaart."
        in region_content.notes(Context(FACTS, texts("nl"), selection))
    )


def test_marktplein_belongs_to_its_town():
    assert "borne/marktplein" in FACTS.streets
    assert all(key.startswith(f"{place}/") for key, (place, _) in FACTS.streets.items())


def test_what_is_not_known_names_no_source_but_the_way_to_add_it():
    text = texts("nl")
    selection = permalink.opening(visitor.vocabulary(FACTS), "nl")
    unknown = headline_figures.place_headlines(
        Context(FACTS, text, replace(selection, place="borne"))
    )[0]
    card = overview.cards(Context(FACTS, text, selection), [unknown], "kaart")
    assert unknown.source_id is None
    assert "onbekend: vul aan" in card and "Zo komt het erbij" in card
    assert not any(record.publisher in card for record in FACTS.manifest.sources)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_unknown_leads_to_how_to_supply_it(lang):
    text = texts(lang)
    unknown = details.chosen("leegstand:borne", FACTS, text)
    assert f'href="./bronnen?taal={lang}"' in unknown and text("unknown.door") in unknown
    row = next(row for row in FACTS.observations if row.value is not None)
    known = details.card(describe_figure(row, FACTS, text), FACTS, text)
    assert text("unknown.door") not in known
