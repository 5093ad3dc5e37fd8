"""Whether a figure may be quoted is said once: every door to it gives the same verdict."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.analysis import quotable, vitality
from dashboard.exports import map_tables
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import texts
from dashboard.maps.description import describe_figure
from dashboard.maps.layers import travellers
from dashboard.maps.map_row import columns
from dashboard.panels import details, figures
from dashboard.press import caption
from dashboard.press.pictures import factsheet_content
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.selection.permalink import Selection
from dashboard.sentences import citation, headline_figures
from dashboard.session import visitor
from dashboard.style import theme
from data.export.sheet import ExportTable
from tests.dashboard import shipped, voorbeeldstad

ROOT = Path(__file__).parents[2]
TEXT = texts("nl")
WORDS = {TEXT(f"cite.{verdict}"): verdict for verdict in ("yes", "reserved", "no")}


@pytest.fixture(scope="module", params=["shipped", "example"])
def facts(request: pytest.FixtureRequest) -> Facts:
    return shipped.facts() if request.param == "shipped" else voorbeeldstad.facts()


@pytest.fixture(scope="module")
def selection(facts: Facts) -> Selection:
    opening = permalink.opening(visitor.vocabulary(facts))
    return replace(opening, layers=(*opening.layers, travellers.ID), years=facts.years)


def verdicts(sheet: ExportTable) -> dict[str, str]:
    at = {column.key: index for index, column in enumerate(sheet.columns)}
    return {str(row.cells[at["id"]]): str(row.cells[at["cite"]]) for row in sheet.rows}


def tag(card: str) -> str:
    return re.search(r'<span class="tag \w+">[^<]*: ([^<]+)</span>', card)[1]


def row_of(context: Context, row) -> str:
    return figures.groups(context, [row], opened=True)


def said_of(
    facts: Facts, row, selection: Selection, filed: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """What each door says of one figure."""
    yield "the card", tag(details.card(describe_figure(row, facts, TEXT), facts, TEXT))
    yield (
        "the row in Cijfers",
        re.findall(r">([^<]+)</td></tr>", row_of(Context(facts, TEXT, selection), row))[0],
    )
    yield "the export", filed[row.observation_id]
    yield "the picture", caption.verdict(row, (), facts, TEXT).partition(": ")[2].partition(".")[0]


@pytest.mark.slow
def test_every_door_to_a_figure_gives_the_same_verdict(facts: Facts, selection: Selection):
    filed = verdicts(map_tables.figure_table(Context(facts, TEXT, selection)))
    assert set(filed) == {row.observation_id for row in facts.observations}
    for row in facts.observations:
        wanted = TEXT(f"cite.{quotable.quotable(row).verdict}")
        assert {
            door: said for door, said in said_of(facts, row, selection, filed) if said != wanted
        } == {}, row.observation_id


def test_mark_of_a_station_gives_the_verdict_of_its_published_figure(
    facts: Facts, selection: Selection
):
    rows = [row for row in facts.stations if (row.name, row.year) in facts.boardings_figures]
    assert rows
    for row in rows:
        figure, key = facts.boardings_figures[row.name, row.year], travellers.feature_id(row)
        assert figure.value == row.boardings_per_workday
        wanted = TEXT(f"cite.{quotable.quotable(figure).verdict}")
        assert (
            tag(details.chosen(f"{travellers.ID}:{key}", facts, TEXT))
            == tag(details.card(describe_figure(figure, facts, TEXT), facts, TEXT))
            == wanted
        )
        filed = travellers.rows(facts, {key: "station"}, TEXT)[key]
        at = [column.key for column in columns(TEXT)].index("cite")
        assert filed.cells[at] == wanted


@pytest.mark.slow
@pytest.mark.parametrize("door", ["the map's card", "the factsheet"])
def test_newest_boardings_have_one_verdict_on_card_and_factsheet(
    facts: Facts, selection: Selection, door: str
):
    vital = vitality.measured(facts)
    for place in facts.centres:
        row = headline_figures.newest_station(facts, place)
        if row is None or (row.name, row.year) not in facts.boardings_figures:
            continue
        wanted = quotable.quotable(facts.boardings_figures[row.name, row.year]).verdict
        if door == "the factsheet":
            sheet = factsheet_content.collect(facts, place, TEXT, vital)
            entry = next(one for one in sheet.centre.summary if one.card.subject == "travellers")
            assert entry.card.verdict == wanted
            assert entry.verdict.startswith(TEXT("factsheet.quote", verdict=TEXT(f"cite.{wanted}")))
        else:
            here = replace(selection, place=place.place_id)
            cards = [
                one
                for one in headline_figures.place_headlines(Context(facts, TEXT, here))
                if one.key.startswith(f"{travellers.ID}:")
            ]
            assert {
                one.verdict
                for one in cards
                if one.figure == theme.number(row.boardings_per_workday, "nl")
            } == {wanted}


def test_boardings_are_quoted_with_reserve_and_say_why(facts: Facts):
    row = next(
        row
        for row in facts.observations
        if row.indicator == "boardings_per_workday" and row.confidence == "high"
    )
    found = quotable.quotable(row)
    assert found.verdict == "reserved"
    assert "iets anders dan bezoekers" in citation.reason(row, TEXT)


def test_no_door_writes_a_verdict_of_its_own():
    """Streets are modelled: their layer says so of a rate that no figure holds."""
    owned = re.compile(r"""cite\.(yes|reserved|no)["']|cite_tag\(["']|_quote\(["']""")
    rooms = sorted((ROOT / "dashboard").rglob("*.py"))
    assert [path.name for path in rooms if owned.search(path.read_text("utf-8"))] == ["streets.py"]
