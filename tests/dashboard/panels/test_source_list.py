"""The list of sources: what each is of, how it stands, and which are not there at all."""

import datetime as dt
from dataclasses import replace

import pytest

from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.panels import source_list
from data.manifest import SourceRecord
from tests import town
from tests.dashboard.street.frames import frames_catalogue

pytestmark = pytest.mark.slow

NL = texts("nl")


def listed(lang: str = "nl", **changed: object) -> str:
    """The list of a made-up town of whose first source something is told."""
    told: list[SourceRecord] = town.sources()
    records = [replace(told[0], **changed), *told[1:]]
    facts = Facts(frames_catalogue(town.tables(), records))
    return str(source_list.sources(facts, texts(lang)))


@pytest.mark.parametrize(
    ("surveyed", "told"),
    [
        ("2026-02-20T10:00:00Z", "20 februari 2026"),
        ("2022", "2022"),
        ("2026-03-02/2026-03-29", "2 maart 2026 – 29 maart 2026"),
        ("2022 - 2024", "2022 – 2024"),
        (None, "ongedateerd"),
    ],
)
def test_a_source_without_a_date_of_its_own_is_dated_by_what_its_numbers_describe(
    surveyed: str | None, told: str
):
    assert f"<td>{told}</td>" in listed(source_date=None, surveyed=surveyed)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_was_not_refreshed_says_so_with_its_day(lang: str):
    said = listed(lang, status="stale", retrieved=dt.date(2025, 1, 2))
    assert "2025" in said and texts(lang)("sources.stale", day="").split(":")[0] in said


def test_what_could_not_be_fetched_says_that_nothing_of_it_is_shown():
    assert NL("sources.failed") in listed(status="failed") and NL("sources.failed") not in listed()


def test_a_source_of_which_nothing_was_read_is_named_apart_and_not_listed_as_a_source_of_figures():
    title = town.sources()[0].title_nl
    said = listed(status="not_supplied")
    table, _, below = said.rpartition("<p ")
    assert f">{title}<" not in table and title in below and "Nog niet ingelezen" in below
    assert "Nog niet ingelezen" not in listed()
