"""Sentences that once misled stay away, and everything counted has a form for one."""

import re
import string
from pathlib import Path

import pytest

from dashboard.i18n.text import LANGUAGES, texts
from dashboard.maps.description import describe_figure
from dashboard.maps.layers import travellers
from dashboard.panels import details, profile
from dashboard.panels.streets import published_figures
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.sentences import citation, indicator_value, town_table
from dashboard.session import visitor
from tests.dashboard import shipped, voorbeeldstad

ROOT = Path(__file__).parents[2]
NL = texts("nl")
SHIPPED = shipped.facts()
PLACES = [
    *(ROOT / "dashboard").rglob("*.toml"),
    *(ROOT / "dashboard").rglob("*.py"),
    *(ROOT / "dashboard").rglob("*.html"),
    *(ROOT / "data" / "reference").glob("*.csv"),
]

GONE = (
    # nl
    "Leeg van",
    "{place} sluiten",
    "met {free} vrije",
    "als leeg heeft gekaart",
    "als leeg gekaart",
    "is een deur",
    "zonder vaste plek",
    "Meenemen",
    "De goede kant op",
    "De andere kant op",
    "{value}, tot en met {year}",
    # de
    "wohl {count}",
    "wohl 1",
    "Hauptbahnhof",
    "Hauptbahnhöf",
    "Ihre Verwaltung",
    "Verwaltung dieses",
    "Die Verwaltung",
    "nichts mitzunehmen",
    "Einsteigende",
    "Ladenfläche",
    "nicht neben andere",
    "zieht die Zahl",
    "zum Mittel",
    "Mitnehmen",
    "mitnehmen",
    "weigern",
    "ist eine Tür",
    # en
    "known; {count} partial",
    "from the own city",
    "Take along",
    "to take along:",
    "unknown: add it",
    "Both methods refuse",
    "abroad: the country",
)
# Right for one as for many: a number behind a colon or in brackets, or out of so many. Or never
# one: a snapshot of one place is named after it, a rank correlation asks for more than one section,
# fewer than two stations have headlines of their own, and a figure is alike only to another.
ANY_NUMBER = {
    "straten.filters",
    "map.layers_button",
    "involved.kind_button",
    "involved.part_button",
    "involved.fit_button",
    "factsheet.initiatives",
    "factsheet.more",
    "press.sources_more",
    "straten.vacant_more",
    "pilot.described_derived",
    "pilot.unsure",
    "pilot.process_data",
    "overview.described",
    "profile.side_note",
    "passers.per_hour",
    "passers.per_day",
    "press.head_station",
    "region.name_other",
    "region.centres_other",
    "region.all_other",
    "map.title_other",
    "map.title_other_alone",
    "straten.tested",
    "straten.tested_fitted",
    "straten.unreliable",
    "straten.unreliable_fitted",
    "press.head_trains_lower",
    "press.head_trains_some",
    "sentence.leegstand_alike",
}


@pytest.mark.parametrize("phrase", GONE)
def test_phrase_that_misled_is_gone(phrase: str):
    assert [path.name for path in PLACES if phrase in path.read_text("utf-8")] == []


def counted(sentence: str) -> bool:
    return bool({name for _, name, _, _ in string.Formatter().parse(sentence)} & {"count", "n"})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_counted_sentence_has_a_form_for_one(lang):
    known = texts(lang).sentences
    asked = [
        key
        for key, said in known.items()
        if counted(said) and not key.endswith(("_one", "_few", "_none"))
    ]
    assert [key for key in asked if f"{key}_one" not in known and key not in ANY_NUMBER] == []
    assert [key for key in ANY_NUMBER if f"{key}_one" in known or not counted(known[key])] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_form_for_one_says_one_and_no_other_number(lang):
    for key, said in texts(lang).sentences.items():
        if key.endswith("_one") and counted(
            texts(lang).sentences.get(key.removesuffix("_one"), "")
        ):
            assert not counted(said), key


@pytest.mark.parametrize(
    ("lang", "one", "many"),
    [
        ("nl", "geen totaal bekend; wel 1 deelcijfer", "geen totaal bekend; wel 2 deelcijfers"),
        ("en", "no total known, but 1 partial figure", "no total known, but 2 partial figures"),
        ("de", "keine Summe bekannt, aber 1 Teilzahl", "keine Summe bekannt, aber 2 Teilzahlen"),
    ],
)
def test_one_partial_figure_is_one(lang, one: str, many: str):
    text = texts(lang)
    assert text.counted("overview.parts_known", 1, count=1) == one
    assert text.counted("overview.parts_known", 2, count=2) == many


def test_facts_beside_an_unknown_profile_are_no_parts_of_a_total():
    cells = {place: row[-1] for place, row in town_table.matrix(SHIPPED, NL).items()}
    said = [cell.basis for cell in cells.values() if cell.figure is None and cell.basis]
    assert said and all("ander" in basis and "totaal" not in basis for basis in said)


# ---- sources and citations
def test_name_of_a_source_holds_no_semicolon():
    for facts in (SHIPPED, voorbeeldstad.facts()):
        for record in facts.manifest.sources:
            assert ";" not in record.publisher + record.title_nl + record.title_en, record.source_id


@pytest.mark.parametrize("lang", LANGUAGES)
def test_citation_has_no_brackets_in_brackets_no_iso_date_and_the_address(lang):
    for row in SHIPPED.observations:
        line = citation.row_source(row, SHIPPED, texts(lang))
        assert not re.search(r"\([^()]*\(", line.replace(row.source_url or "\0", "")), line
        assert row.source_url is None or row.source_url in line
        assert not re.search(
            r"\b\d{4}-\d\d(-\d\d)?\b(?!-)(?=[ ,.)])",
            line.partition("http")[0].partition("(")[2].partition(")")[0],
        ), line


def test_citation_reads_publisher_date_title_address_day():
    row = next(
        row
        for row in SHIPPED.observations
        if row.observation_id == "hengelo-binnenstad-retail-floor-area-m2-2023-11"
    )
    assert citation.line(row, SHIPPED, NL).startswith(
        "Winkelvloer, Binnenstad Hengelo, november 2023: 30.381 m² wvo. "
        "Bron: 1Twente (ongedateerd, de cijfers hebben peildatum november 2023), "
        "Leegstand in Hengelo daalt langzaam, https://www.1twente.nl/"
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2013-08-23", "23 augustus 2013"),
        ("2018-10", "oktober 2018"),
        ("2014-2015", "2014-2015"),
        ("2023", "2023"),
        ("2019-11 (maand afgeleid)", "november 2019 (maand afgeleid)"),
        (None, "ongedateerd"),
    ],
)
def test_date_of_a_source_is_written_out(written: str | None, said: str):
    assert citation.published(written, SHIPPED, NL) == said


# ---- figures as their source wrote them
@pytest.mark.parametrize(("value", "said"), [(15.0, "15 %"), (19.3, "19,3 %"), (14.96, "15 %")])
def test_whole_per_cent_stays_whole(value: float, said: str):
    from geo.indicators import vacancy_rate_premises

    assert indicator_value.written(vacancy_rate_premises.INDICATOR, value, "nl") == said


def test_year_stands_once_where_the_period_is_beside_it():
    row = next(row for row in SHIPPED.observations if SHIPPED.is_old(row))
    every = permalink.opening(visitor.vocabulary(SHIPPED))
    assert "Cijfer uit" not in str(published_figures.figures(Context(SHIPPED, NL, every), [row]))
    # Where it stands alone it keeps its age.
    assert "Cijfer uit" in details.card(describe_figure(row, SHIPPED, NL), SHIPPED, NL)


# ---- caveats only where they apply
def test_break_in_counting_is_told_of_series_that_have_it():
    almelo = [row for row in SHIPPED.stations if row.name == "Station Almelo"]
    assert min(row.year for row in almelo) <= 2017
    assert "2017 en eerder" in travellers.note(almelo, NL, station="Station Almelo")
    later = [row for row in almelo if row.year >= 2018]
    assert "2017 en eerder" not in travellers.note(later, NL) and "coronajaren" in travellers.note(
        later, NL
    )
    example = voorbeeldstad.facts().stations
    assert example and "2017" not in travellers.note(example, NL)


@pytest.mark.slow
def test_yes_and_no_of_others_are_counted():
    from dashboard.analysis import vitality

    facts = voorbeeldstad.facts()
    vital = vitality.measured(facts)
    said = [
        profile.others(row, NL)
        for place in facts.centres
        for row in vitality.compare_with_others(vital, place.place_id)
        if row.indicator.yes_no and row.lowest != row.highest
    ]
    assert said and all(re.search(r"De \d+ andere: \d+ keer ja$", one) for one in said)


@pytest.mark.slow
def test_change_names_both_years():
    from dashboard.analysis import vitality

    change = next(
        one for one in vitality.measured(SHIPPED).changes["oldenzaal"] if one.indicator.is_change
    )
    assert re.search(r"tussen 2021 en 2026\.$", profile.sentence(change, NL))
