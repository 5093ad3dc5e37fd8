"""Counts of passers-by on the map: a mean of what was counted on end, never across a break, never
of the whole town.
"""

import datetime as dt

import pytest

from dashboard.exports import downloads
from dashboard.i18n.text import texts
from dashboard.maps import region_content
from dashboard.maps.layers import passers
from dashboard.panels import details
from dashboard.press.request import PictureRequest
from dashboard.press.studio import Studio
from dashboard.selection import permalink
from dashboard.selection.context import Context, context_of
from dashboard.session import cache, visitor
from data import catalogue
from tests import town as made_up
from tests.dashboard import shipped, voorbeeldstad
from tests.dashboard.driving import opened, rows_of, served, words
from tests.dashboard.street.frames import town_facts

pytestmark = pytest.mark.slow

EMBEDDED = shipped.facts()
EXAMPLE = voorbeeldstad.facts()
LANGUAGES = ("nl", "en", "de")
KEY = "passanten:voorbeeldteller-03/2024-09-14T1100"


@pytest.fixture
def example():
    """Voorbeeldstad served instead of the facts that ship."""
    with served(catalogue.EXAMPLE):
        yield


def on(facts, **query):
    selection, notes = permalink.parse(
        {"laag": "passanten"} | query, visitor.vocabulary(facts, query)
    )
    assert notes == ()
    return selection


def counted(*rows):
    """What is made of these intervals."""
    return town_facts(counts=made_up.counts(*rows)).counters


def test_a_break_parts_a_counter_and_an_hour_without_a_value_is_left_out():
    # 500 at noon, nothing at one, moved, 700 at two.
    before, after = counted()
    assert (before.value, before.intervals, before.failed, before.after_break) == (
        500.0,
        1,
        1,
        False,
    )
    assert (after.value, after.intervals, after.failed, after.after_break) == (700.0, 1, 0, True)
    assert (after.street, after.place_id, after.days, after.minutes) == (
        "Langestraat",
        "voorbeeldstad",
        1,
        60,
    )


def hours(*values, **told):
    start = dt.datetime(2024, 3, 2, 10)
    default = {"counter_id": "teller-2", "minutes": 60}
    return [
        {
            **default,
            "start": f"{start + dt.timedelta(hours=at):%Y-%m-%dT%H:%M}",
            "value": value,
            **told,
        }
        for at, value in enumerate(values)
    ]


def own(rows):
    return [row for row in counted(*rows) if row.counter_id == "teller-2"]


def test_the_mean_is_per_counted_hour():
    (row,) = own(hours(100.0, 300.0, None))
    assert (row.value, row.per, row.days, row.failed) == (200.0, "hour", 1, 1)
    assert passers.figure(row, texts("nl")) == "200 per geteld uur"


def test_quarters_add_up_to_an_hour():
    quarters = [
        {"counter_id": "teller-2", "minutes": 15, "start": f"2024-03-02T10:{at:02d}", "value": 25.0}
        for at in (0, 15, 30, 45)
    ]
    (row,) = own(quarters)
    assert (row.value, row.minutes, row.intervals) == (100.0, 15, 4)


def test_days_give_a_mean_per_counted_day():
    days = [
        {
            "counter_id": "teller-2",
            "minutes": 1440,
            "start": f"2024-03-0{day}",
            "value": 1000.0 * day,
        }
        for day in (1, 2, 3)
    ]
    (row,) = own(days)
    assert (row.value, row.per, row.days, row.end) == (2000.0, "day", 3, dt.date(2024, 3, 3))
    assert passers.figure(row, texts("en")) == "2,000 per counted day"


def test_a_week_counts_seven_days():
    (row,) = own(
        [{"counter_id": "teller-2", "minutes": 10080, "start": "2024-03-04", "value": 700.0}]
    )
    assert (row.value, row.days, row.end) == (100.0, 7, dt.date(2024, 3, 10))


def test_another_length_of_interval_is_another_series_even_unmarked():
    quarter = {"counter_id": "teller-2", "minutes": 15, "start": "2024-03-02T12:00", "value": 50.0}
    first, second = own([*hours(100.0, 300.0), quarter])
    assert (first.value, second.value, second.after_break) == (200.0, 200.0, True)


def test_a_counter_that_failed_all_along_is_unknown_and_not_nought():
    (row,) = own(hours(None, None))
    assert row.value is None and row.failed == 2
    assert passers.figure(row, texts("nl")) == texts("nl")("unknown.cell")


def test_nought_passers_by_is_a_figure():
    (row,) = own(hours(0.0, 0.0))
    assert passers.figure(row, texts("nl")) == "0,0 per geteld uur"


def test_a_counter_in_no_known_street_belongs_to_the_centre_around_it():
    (row,) = own(hours(10.0, street_id=None))
    assert (row.street, row.place_id) == (None, "voorbeeldstad")
    assert passers.name(row, texts("nl")).startswith(texts("nl")("unknown.street"))


def test_the_newest_stretch_within_the_period_stands_for_a_counter():
    old = {"counter_id": "teller-2", "start": "2022-03-02T12:00", "value": 90.0}
    new = {
        "counter_id": "teller-2",
        "start": "2024-03-02T12:00",
        "value": 60.0,
        "break_before": True,
    }
    facts = town_facts(counts=made_up.counts(old, new))
    for period, value in (("2022-2024", 60.0), ("2022", 90.0)):
        rows = passers.shown(context_of(facts, on(facts, periode=period)))
        assert [row.value for row in rows if row.counter_id == "teller-2"] == [value]
    assert facts.years == (2019, 2024)


def test_chosen_streets_leave_their_own_counters():
    every = passers.visible(context_of(EXAMPLE, on(EXAMPLE)))
    few = passers.visible(context_of(EXAMPLE, on(EXAMPLE, straat="voorbeeldstad/kerkstraat")))
    assert len(every) == 20 and list(few) == ["voorbeeldteller-07/2024-09-07T1100"]


def test_all_counters_are_drawn_alike():
    assert set(passers.visible(context_of(EXAMPLE, on(EXAMPLE))).values()) == {"counter"}


def test_internal_counts_do_not_exist_elsewhere_and_nothing_says_that_they_do():
    here, there = (town_facts(beyond=beyond, sharing="internal") for beyond in (False, True))
    text = texts("nl")
    assert here.counters and there.counters == ()
    assert [*passers.notes(Context(there, text, on(there)))] == [
        text("passers.none", place="Voorbeeldstad", id="voorbeeldstad")
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_counts_the_page_says_so_and_how_they_come_in(lang):
    app = opened("kaart.py", taal=lang, laag="koopstromen,passanten")
    assert app.query_params["laag"] == "passanten,koopstromen"
    text = texts(lang)
    assert text("passers.none", place=text("region.five"), id="ID") in words(app)
    assert "stadshart-etl import counters" in words(app)
    (note,) = [*passers.notes(Context(EMBEDDED, text, on(EMBEDDED, plaats="borne")))]
    assert "--place borne" in note
    assert passers.visible(context_of(EMBEDDED, on(EMBEDDED))) == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_made_up_town_shows_its_counters_with_days_and_break(example, lang):
    app = opened(
        "kaart.py", taal=lang, plaats="voorbeeldstad", laag="koopstromen,passanten", keuze=KEY
    )
    text = texts(lang)
    said = words(app)
    assert text("passers.note") in said and "voorbeeldteller-03" in said
    assert text("passers.none", place="|", id="|").split("|")[0] not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_details_say_days_interval_break_source_and_licence(lang):
    text = texts(lang)
    card = details.chosen(KEY, EXAMPLE, text)
    for part in ("definition", "source", "source_date", "retrieved", "licence", "note"):
        assert text(f"details.{part}") in card
    assert text("passers.definition", intervals="12", minutes="60") in card
    assert text("cite.line") in card
    assert details.chosen("passanten:teller-99/2024-09-14T1100", EXAMPLE, text) is None


def test_an_hour_without_a_value_is_said():
    card = details.chosen("passanten:voorbeeldteller-05/2024-09-07T1100", EXAMPLE, texts("nl"))
    assert (
        "Intervallen zonder waarde, dus niet meegeteld: 1." in card
        and "17 getelde intervallen" in card
    )


def test_counters_are_taken_along_with_unit_days_and_source(example):
    rows = rows_of("kaart.csv", laag="passanten")
    assert len(rows) == 20 and {row["Eenheid"] for row in rows} == {"passanten per geteld uur"}
    moved = next(row for row in rows if row["Kenmerk"].startswith("voorbeeldteller-03"))
    assert (moved["Begin"], moved["Einde"]) == (
        "2024-09-14",
        "2024-09-21",
    ) and "na een breuk" in moved["Toelichting"]
    assert all(row["Uitgever"] and row["Licentie"] for row in rows)


def test_the_source_of_the_counts_stands_under_the_map():
    sources = region_content.source_ids(
        EXAMPLE, region_content.select_content(context_of(EXAMPLE, on(EXAMPLE)))
    )
    assert sources == EXAMPLE.counter_source_ids != ()
    assert (
        region_content.source_ids(
            EMBEDDED, region_content.select_content(context_of(EMBEDDED, on(EMBEDDED)))
        )
        == ()
    )


def test_the_map_as_one_file_and_the_picture_hold_the_counters(example):
    studio = Studio(cache.facts())
    page = downloads.make_from_studio(studio, "kaart.html", on(cache.facts())).content.decode()
    assert "per geteld uur" in page and "Passantentellingen" in page
    canvas, _ = studio.draw(PictureRequest(on(cache.facts(), plaats="voorbeeldstad"), "kaart"))
    written = " ".join(one.text for one in canvas.text_boxes)
    assert "passantentellingen" in written and "geen bezoekers van de stad" in written


def test_a_label_says_the_mean_and_the_months_it_was_counted_in():
    labels = {one.id: one.label for one in passers.layer(EXAMPLE, texts("nl")).features}
    assert labels["voorbeeldteller-01/2024-09-07T1100"] == "382 per geteld uur\nsep 2024"
    facts = town_facts(
        counts=made_up.counts(
            {"minutes": 1440, "start": "2024-03-30"},
            {"minutes": 1440, "start": "2024-04-02", "value": 300.0},
        )
    )
    assert [one.label for one in passers.layer(facts, texts("nl")).features] == [
        "400 per getelde dag\nmrt 2024 \N{EN DASH} apr 2024"
    ]


def test_counters_after_a_break_are_named_and_the_rest_counted():
    rows = [
        {
            "counter_id": f"teller-{number}",
            "start": f"2024-03-{day:02d}T12:00",
            "break_before": day == 3,
        }
        for number in range(8)
        for day in (2, 3)
    ]
    facts = town_facts(counts=made_up.counts(*rows))
    _, broken = [*passers.notes(Context(facts, texts("nl"), on(facts)))]
    assert broken.count("3 maart 2024") == passers.MOST_NAMED and broken.endswith("en nog 2.")
