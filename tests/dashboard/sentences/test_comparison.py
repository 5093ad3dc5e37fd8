"""What stands side by side, and what is said of it: only what was counted alike is compared."""

import pytest

from dashboard.i18n.text import texts
from dashboard.sentences import comparison
from dashboard.sentences.town_dots import Dot, DotColumn
from tests.dashboard import shipped, voorbeeldstad

NL = texts("nl")
NAMES = {"a": "Ade", "b": "Bee"}


def centres(*places: str) -> dict[str, DotColumn]:
    """The rows of some of the five centres by heading."""
    facts = shipped.facts()
    chosen = [facts.places[place] for place in places]
    return {row.heading: row for row in comparison.of_centres(chosen, shipped.vital(), facts, NL)}


def dots(first: float, last: float, **other: object) -> DotColumn:
    """A row of two dots."""
    row = {"a": Dot(first, f"{first:g}"), "b": Dot(last, f"{last:g}")}
    return DotColumn(str(other.get("heading", "Maat")), "per jaar", True, row)


def test_a_vacancy_that_each_town_counts_in_its_own_way_is_open_and_says_so():
    vacancy = centres("almelo", "hengelo", "enschede")["Leegstand"]
    assert not vacancy.compares and vacancy.note == NL("comparison.apart")
    assert vacancy.dots["almelo"].written == "14,3 %"
    assert "januari 2017" in vacancy.dots["almelo"].basis


def test_two_towns_of_which_one_source_says_their_vacancy_are_compared_on_it_alone():
    rows = centres("enschede", "hengelo")
    assert "Leegstand" not in rows
    shared = rows["Leegstand, deel van de winkelmeters"]
    assert shared.compares and "2017" in shared.note
    assert [shared.dots[town].written for town in ("enschede", "hengelo")] == ["15 %", "12 %"]


def test_the_scale_of_a_measure_stays_as_the_choice_changes():
    for chosen in (("almelo", "borne"), ("almelo", "borne", "enschede", "hengelo", "oldenzaal")):
        row = centres(*chosen)["Cafés in de buurt"]
        assert row.scale == (0.0, row.dots["oldenzaal"].value)


def test_a_measure_that_one_of_the_towns_has_alone_is_left_out():
    for rows in (centres("almelo", "borne"), centres("borne", "oldenzaal")):
        assert "Leegstand, deel van de winkelmeters" not in rows


def test_the_years_of_a_series_stand_side_by_side():
    facts = shipped.facts()
    (row,) = (
        row
        for row in comparison.of_years([facts.places["almelo"]], (2019, 2023), facts, NL)
        if row.heading == "Instappers per gemiddelde werkdag"
    )
    assert [row.dots[year].written for year in ("2019", "2023")] == ["6.871", "6.045"]


def test_years_before_and_after_a_break_in_counting_never_stand_side_by_side():
    facts = shipped.facts()
    rows = comparison.of_years(facts.centres, (2017, 2019), facts, NL)
    assert not [row for row in rows if "Instappers" in row.heading]


def test_the_surveys_of_a_town_stand_for_a_vacancy_that_nobody_published():
    facts = voorbeeldstad.facts()
    place = facts.places["voorbeeldstad"]
    rows = [row.heading for row in comparison.of_years([place], (2019, 2024), facts, NL)]
    assert "Leegstand, deel van de panden" in rows and NL("theme.vacancy") not in rows


def test_the_lead_names_what_lies_farthest_and_least_apart_on_the_drawn_scale():
    far, near = dots(10, 20, heading="Ver"), dots(90, 100, heading="Dichtbij")
    assert comparison.lead([near, far], NAMES, NL) == (
        "Het grootste verschil tussen Ade en Bee: Ver. Ade 10, Bee 20 (per jaar)."
        " Het kleinste: Dichtbij. Ade 90, Bee 100 (per jaar)."
    )


def test_the_lead_never_rests_on_what_does_not_compare_or_grows_with_size():
    apart = DotColumn("Leegstand", "", False, dots(1, 99).dots)
    grows = DotColumn("Inwoners", "", True, dots(1, 99).dots, of_size=True)
    assert comparison.lead([apart, grows], NAMES, NL) == NL("comparison.none", names="Ade en Bee")
    assert "Maat" in comparison.lead([apart, dots(4, 5), grows], NAMES, NL)


@pytest.mark.parametrize(("low", "says"), [(0.05, "toeval"), (0.11, "Ade 10 %, Bee 20 %")])
def test_overlapping_margins_are_no_difference(low, says):
    row = DotColumn(
        "Leegstand",
        "gemodelleerd",
        True,
        {
            "a": Dot(0.1, "10 %", low=0.02, high=0.1),
            "b": Dot(0.2, "20 %", low=low, high=0.3, counted=0.25),
        },
    )
    assert says in comparison.lead([row], NAMES, NL)
    assert row.scale == (0.0, 0.3)


def test_a_corona_year_is_told_only_where_it_was_asked_for():
    years = {"2019": "2019", "2021": "2021", "2023": "2023"}
    counts = {"2019": Dot(100, "100"), "2021": Dot(40, "40"), "2023": Dot(90, "90")}
    row = DotColumn("Reizigers", "station", True, counts)
    assert "2019 100, 2023 90" in comparison.lead([row], years, NL)
    del years["2023"]
    assert "2019 100, 2021 40" in comparison.lead([row], years, NL)


@pytest.mark.parametrize("lang", ["en", "de"])
def test_the_lead_stands_in_every_language(lang):
    said = comparison.lead([dots(10, 20), dots(3, 3)], NAMES, texts(lang))
    assert "Maat" in said and "{" not in said
