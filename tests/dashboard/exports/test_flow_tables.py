"""The flows as a file: every row a range with its doubt, nothing that may not leave."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from dashboard.analysis.competition import outcome
from dashboard.exports import flow_tables
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.selection import permalink
from dashboard.selection.context import context_of
from dashboard.selection.permalink import Vocabulary
from dashboard.selection.scenario import BRANCHES, Scenario, parse
from data.export.csv_xlsx import csv_bytes, xlsx_bytes
from data.export.sheet import Cell, ExportTable

pytestmark = pytest.mark.slow

TEXT = texts("nl")
SELECTION = permalink.opening(Vocabulary(("hengelo",), (), (2003, 2026)))
GROWN = "naam:rand-groeit,vloer:plein-westermaat:150"


@pytest.fixture(scope="module")
def made(model, facts) -> Callable[..., ExportTable]:
    """The table of a selection, made when it is first asked for."""
    return cache(
        lambda selection=SELECTION: flow_tables.flow_table(context_of(facts, selection), model)
    )


def cells(table: ExportTable) -> list[dict[str, Cell]]:
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, row.cells, strict=True)) for row in table.rows]


@pytest.mark.parametrize("branch", BRANCHES)
def test_flows_of_a_town_are_ranges_around_all_it_spends(model, branch):
    low, high = np.zeros(len(model.region.towns)), np.zeros(len(model.region.towns))
    for flow in flow_tables.flows(model, Scenario(), branch):
        assert 0.0 <= flow.before[0] <= flow.before[1] <= 1.0 and flow.before == flow.after
        low[flow.town] += flow.before[0]
        high[flow.town] += flow.before[1]
    assert (low <= 1.0).all() and (high >= 1.0 - 0.01).all()


def test_flow_in_the_file_is_the_flow_on_the_screen(model):
    town = model.region.towns[5]
    shown = {
        row.site_id: row
        for row in outcome.run(model, parse(GROWN), "winkelen", "hengelo", town).town
    }
    filed = {
        flow.site_id: flow
        for flow in flow_tables.flows(model, parse(GROWN), "winkelen")
        if flow.town == 5
    }
    assert filed.keys() >= {site for site, row in shown.items() if row.before.high > 0.001}
    for site in filed.keys() & shown.keys():
        assert filed[site].before == pytest.approx(
            (shown[site].before.low, shown[site].before.high), abs=1e-5
        )
        assert filed[site].change == pytest.approx(
            (shown[site].change.low, shown[site].change.high), abs=1e-5
        )


def test_every_row_says_modelled_its_range_and_its_error(model, made):
    rows = cells(made())
    assert {row["nature"] for row in rows} == {"gemodelleerd"}
    assert {row["branch"] for row in rows} == {TEXT(f"branch.{branch}") for branch in BRANCHES}
    for row in rows:
        assert row["share_low"] <= row["share_high"]
        assert row["error"] == round(100 * model.rmse, 2) and row["error_foreseen"] == round(
            100 * model.skill.loo_rmse, 2
        )
    marks = {
        row["site_id"]: (row["floor_area"], row["calibrated"])
        for row in rows
        if row["branch"] == TEXT("branch.winkelen")
    }
    assert marks["almelo"] == ("aanname", "niet gekalibreerd")
    assert marks["hengelo"][0] == "gepubliceerd of omgerekend"


def test_no_euros_and_no_single_value_leave(made):
    keys = {column.key for column in made().columns}
    assert not any("eur" in key for key in keys) and "share" not in keys


def test_scenario_adds_its_name_and_the_difference_with_a_range(made):
    rows = cells(made(replace(SELECTION, scenario=GROWN)))
    edge = [row for row in rows if row["site_id"] == "plein-westermaat"]
    assert {row["scenario"] for row in rows} == {"rand groeit"}
    assert all(row["change_high"] >= row["change_low"] >= 0.0 for row in edge)
    assert "scenario" not in {column.key for column in made().columns}


def test_assumptions_go_along(made):
    notes = " ".join(made().notes)
    for said in (
        "Aanname, geen totaal gevonden",
        "hemelsbreed",
        "Rekenvoorbeeld",
        "procentpunt",
        "bezoek",
    ):
        assert said in notes
    assert not any(gap in notes for gap in "{}")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_both_files_can_be_written(made, lang):
    table = made(replace(SELECTION, lang=lang, scenario=GROWN))
    assert csv_bytes(table).count(b"\r\n") == len(table.rows) + 1


def test_workbook_names_every_source_on_its_second_sheet(facts, made):
    from io import BytesIO

    import openpyxl

    table = made()
    few = replace(table, rows=table.rows[:3])
    sheets = openpyxl.load_workbook(BytesIO(xlsx_bytes([few]))).worksheets
    said = {cell.value for row in sheets[1].iter_rows() for cell in row}
    for name in ("geonames-cities500", "cbs-03759ned"):
        assert facts.source(name).publisher in said


def test_without_a_model_the_file_says_what_is_needed(facts):
    table = flow_tables.flow_table(context_of(facts, SELECTION), None)
    assert table.rows == () and "valt niets te modelleren" in table.notes[0]


def test_internal_source_keeps_the_flows_here(model, facts, monkeypatch: pytest.MonkeyPatch):
    known = facts.source
    monkeypatch.setattr(
        facts, "source", lambda source_id: replace(known(source_id), sharing="internal")
    )
    table = flow_tables.flow_table(context_of(facts, SELECTION), model)
    assert table.rows == () and "eigen gebruik" in table.notes[0]
