import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from etl.area import Area
from etl.errors import ContentError
from etl.parsing.statline import value_of
from etl.sources import cbs_statline as statline
from tests.etl.sources.source_runs import (
    NO_SAMPLES,
    SourceFailedError,
    SourceRunner,
    area,
    checked_frames,
    codes,
    piece,
    place,
    sample,
)
from tests.etl.sources.statline import BASE, TODAY, context, figures, observed, periods, read, shops
from tests.etl.upstream import FastClock, ReceivedRequest, Reply, Upstream, as_json


def test_a_figure_keeps_the_contract_and_is_published_with_its_words(tmp_path: Path):
    parsed = read(
        tmp_path, observed("81575NED", shops()), periods("81575NED", **{"2026JJ00": "Definitief"})
    )
    frames = checked_frames(statline, parsed, area(), today=TODAY)
    row = frames["observations"].iloc[0]
    assert (row["observation_id"], row["value"], row["unit"]) == (
        "hengelo-gemeente-establishments-retail-2026-01-01",
        640.0,
        "vestigingen",
    )
    assert (row["place_id"], row["area_name"], row["area_kind"], row["provisional"]) == (
        "hengelo",
        "Gemeente Hengelo",
        "municipality",
        False,
    )
    assert row["period_start"] == row["period_end"] == pd.Timestamp("2026-01-01")
    assert row["indicator"] in set(frames["indicators"]["indicator"])
    assert {row["unit"], row["definition"], row["area_name"]} <= set(
        frames["translations"]["text_nl"]
    )
    assert parsed.surveyed == "2026-01-01"


@pytest.mark.parametrize(
    ("told", "rows", "counted"),
    [
        ("Impossible", 0, {"missing-impossible": 1}),
        ("Confidential", 1, {}),
        ("NotAvailable", 1, {}),
    ],
)
def test_a_figure_that_is_not_told_is_missing_never_zero(
    tmp_path: Path, told: str, rows: int, counted: dict[str, int]
):
    parsed = read(
        tmp_path,
        observed("81575NED", shops(value=None, attribute=told)),
        periods("81575NED", **{"2026JJ00": "Definitief"}),
    )
    met = figures(parsed, "establishments_retail")
    assert (len(met), met["value"].notna().sum(), parsed.counts) == (rows, 0, counted)
    assert met["note"].notna().all()
    checked_frames(statline, parsed, area(), today=TODAY)


@pytest.mark.parametrize(
    ("value", "told"),
    [(None, "None"), (None, "Lost"), (5, "Confidential"), ("5", "None"), (True, "None")],
)
def test_a_figure_and_a_reason_that_do_not_fit_are_refused(
    tmp_path: Path, value: object, told: str
):
    with pytest.raises(ContentError, match="column-retyped"):
        read(tmp_path, observed("81575NED", shops(value=value, attribute=told)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "provisional"),
    [("Definitief", False), ("Voorlopig", True), ("NaderVoorlopig", True)],
)
def test_what_is_provisional_stays_so(tmp_path: Path, status: str, provisional: bool):
    parsed = read(
        tmp_path, observed("81575NED", shops()), periods("81575NED", **{"2026JJ00": status})
    )
    assert figures(parsed, "establishments_retail")["provisional"].tolist() == [provisional]
    assert codes(parsed) == []


def test_without_the_status_of_periods_everything_is_provisional_and_told(tmp_path: Path):
    parsed = read(tmp_path, observed("81575NED", shops()))
    assert (figures(parsed, "establishments_retail")["provisional"].tolist(), codes(parsed)) == (
        [True],
        ["period-status-missing"],
    )


@pytest.mark.parametrize("table", ["03759NED", "81575ned", "83625NED"])
def test_ids_of_tables_are_compared_capitals_included(tmp_path: Path, table: str):
    with pytest.raises(ContentError, match="input-kind"):
        read(tmp_path, observed(table))


def test_only_slices_places_and_periods_of_ours_are_read(tmp_path: Path):
    others = (shops(branch="999"), shops(region="GM0248"), shops("2026KW01"), shops("2026MM05"))
    assert len(read(tmp_path, observed("81575NED", *others)).frames["observations"]) == 0


def test_padded_codes_are_trimmed(tmp_path: Path):
    assert (
        len(read(tmp_path, observed("81575NED", shops(region="GM0164  "))).frames["observations"])
        == 1
    )


def test_a_missing_column_is_named(tmp_path: Path):
    row = shops()
    del row["Perioden"]
    with pytest.raises(ContentError, match="Perioden.*column-missing"):
        read(tmp_path, observed("81575NED", row))


def test_another_base_year_is_another_series(tmp_path: Path):
    row = {
        "Id": 1,
        "Measure": "A042501_1",
        "ValueAttribute": "None",
        "Value": 101.2,
        "BedrijfstakkenBranchesSBI2008": "371600",
        "Perioden": "2026MM05",
    }
    measures = {
        **context("85828NED", "MeasureCodes"),
        "value": [{"Identifier": "A042501_1", "Title": "Ongecorrigeerd", "Unit": "2026 = 100"}],
    }
    with pytest.raises(ContentError, match="2021 = 100"):
        read(tmp_path, measures, observed("85828NED", row))


def test_months_and_years_are_never_one_series(tmp_path: Path):
    rows = [
        {
            "Id": n,
            "Measure": "M001327",
            "ValueAttribute": "None",
            "Value": 30,
            "TypeGefailleerde": "A047597",
            "Perioden": one,
        }
        for n, one in enumerate(("2025JJ00", "2026MM02", "2026KW01"))
    ]
    met = figures(read(tmp_path, observed("82242NED", *rows)), "bankruptcies_companies")
    assert met["series"].nunique() == len(met) == 2
    assert met.loc["nederland-bankruptcies-companies-2026-02", "period_end"] == pd.Timestamp(
        "2026-02-28"
    )


def test_with_two_centres_a_municipality_is_no_ones(tmp_path: Path):
    both = area(place(), place("hengelo-noord"))
    row = read(tmp_path, observed("81575NED", shops()), asked=both).frames["observations"].iloc[0]
    assert (row["place_id"], row["observation_id"]) == (
        None,
        "gm0164-gemeente-establishments-retail-2026-01-01",
    )


def test_inhabitants_join_the_curated_series(tmp_path: Path):
    row = {
        "Id": 1,
        "Measure": "M000352",
        "ValueAttribute": "None",
        "Value": 84045,
        "Geslacht": "T001038",
        "Leeftijd": "10000",
        "BurgerlijkeStaat": "T001019",
        "RegioS": "GM0164",
        "Perioden": "2026JJ00",
    }
    met = figures(read(tmp_path, observed("03759ned", row)), "population")
    assert met["series"].to_dict() == {
        "hengelo-gemeente-population-2026-01-01": "cbs-03759ned-hengelo"
    }


# Over a socket, with the protocol of the service.


def odata(
    upstream: Upstream, table: str, rows: list[dict[str, object]], *, size: int = 100
) -> None:
    """A table that gives `size` observations per page."""
    for entity, content in (
        ("Properties", {"Modified": "2026-10-02T02:00:00+02:00"}),
        ("MeasureCodes", {"value": []}),
        (
            "PeriodenCodes",
            {
                "value": [
                    {"Identifier": str(row["Perioden"]), "Status": "Definitief"} for row in rows
                ]
            },
        ),
    ):
        upstream.serve(f"{BASE}/{table}/{entity}", as_json({**context(table, entity), **content}))

    def say(asked: ReceivedRequest) -> Reply:
        start = int(asked.query.get("$skiptoken", "0"))
        following = (
            {"@odata.nextLink": upstream.url(f"{asked.path}?$filter=x&$skiptoken={start + size}")}
            if start + size < len(rows)
            else {}
        )
        return as_json(observed(table, *rows[start : start + size], **following))

    upstream.serve(f"{BASE}/{table}/Observations", say)


@pytest.fixture
def runner(upstream: Upstream, clock: FastClock, tmp_path: Path, quick_disk: None) -> SourceRunner:
    for table in dict.fromkeys(figure.table for figure in statline.FIGURES):
        odata(upstream, table, [])
    return SourceRunner(upstream, clock, tmp_path)


def test_pages_are_followed_to_the_last(runner: SourceRunner, upstream: Upstream):
    odata(
        upstream,
        "81575NED",
        [shops(f"{2015 + number}JJ00", number=number) for number in range(5)],
        size=2,
    )
    parsed = runner.run(statline, area())
    assert len(figures(parsed, "establishments_retail")) == 5
    assert parsed.frames["observations"]["source_date"].unique().tolist() == ["2026-10-02"]
    assert (
        codes(parsed),
        len(checked_frames(statline, parsed, area(), today=TODAY)["observations"]),
    ) == (
        [],
        5,
    )


def test_tables_without_rows_are_an_answer(runner: SourceRunner):
    parsed = runner.run(statline, area())
    assert len(parsed.frames["observations"]) == 0
    assert len(checked_frames(statline, parsed, area())["observations"]) == 0


def test_only_slices_are_asked_with_codes_as_written(
    runner: SourceRunner, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(statline, "_today", lambda: date(2016, 3, 1))
    periods = "(startswith(Perioden,'2015') or startswith(Perioden,'2016'))"
    runner.run(statline, area(place(), place("enschede", "GM0153")))
    asked = {
        one.path.removeprefix(BASE): one.query.get("$filter")
        for one in upstream.requests
        if one.path.endswith("/Observations")
    }
    assert (
        asked["/03759ned/Observations"]
        == "Geslacht eq 'T001038' and Leeftijd eq '10000' and BurgerlijkeStaat eq 'T001019' and "
        f"(RegioS eq 'GM0153' or RegioS eq 'GM0164') and {periods}"
    )
    assert asked["/82242NED/Observations"] == f"TypeGefailleerde eq 'A047597' and {periods}"


def test_an_error_inside_a_good_answer_is_a_failure(runner: SourceRunner, upstream: Upstream):
    upstream.serve(
        f"{BASE}/81575NED/Observations",
        as_json({"error": {"code": "500", "message": "the service is being changed"}}),
    )
    with pytest.raises(SourceFailedError, match="error-inside"):
        runner.run(statline, area())


def test_the_address_of_a_question_about_the_whole_country_stays_short():
    everywhere = area(*(place(f"p{number}", f"GM{number:04d}") for number in range(1, 343)))
    addresses = [question.request.address for question in statline.requests(everywhere)]
    assert max(map(len, addresses)) < 2000
    assert sum("startswith%28RegioS%2C%27GM%27%29" in address for address in addresses) == 2


def test_the_file_of_a_table_that_has_ended_names_its_successor(tmp_path: Path):
    old = {**context("83868NED", "Observations"), "value": []}
    with pytest.raises(ContentError, match="85828NED, which goes on with 83868NED"):
        read(tmp_path, old)


def test_a_table_that_is_not_kept_up_is_told(tmp_path: Path):
    told = {**context("82242NED", "Properties"), "Status": "Gediscontinueerd"}
    parsed = read(tmp_path, told)
    assert [(one.code, one.severity) for one in parsed.findings] == [("table-retired", "warning")]
    assert "opvolger: niet bekend" in parsed.findings[0].nl


def test_a_table_that_is_spelt_otherwise_is_not_found(runner: SourceRunner, upstream: Upstream):
    upstream.serve(f"{BASE}/03759ned/Observations", Reply(status=404, body=b"{}"))
    with pytest.raises(SourceFailedError, match="table-gone"):
        runner.run(statline, area())


def test_abroad_only_the_country_is_asked_and_nothing_where_no_place_lies_in_it():
    gronau = place("gronau", None, role="abroad")
    tables = {
        question.name.partition("-")[0]
        for question in statline.requests(Area((gronau,), (gronau, place())))
    }
    assert tables == {"85828NED", "82242NED"}
    assert statline.requests(area(gronau)) == []


# Against recorded answers.


@NO_SAMPLES
def test_recorded_inhabitants_are_those_of_the_curated_facts():
    parsed = statline.parse(
        [piece(sample("cbs_odata_v4/03759ned/observations-twente.json"))], area()
    )
    met = figures(parsed, "population")
    assert (met.loc["hengelo-gemeente-population-2026-01-01", "value"], len(met)) == (84045.0, 8)
    checked_frames(statline, parsed, area(), today=TODAY)


@NO_SAMPLES
def test_recorded_nulls_of_an_abolished_municipality_are_missing():
    rows = json.loads(sample("cbs_odata_v4/83625NED/observations-twente.json").read_text())["value"]
    gone = [value_of(row) for row in rows if row["RegioS"].strip() == "GM0248"]
    assert set(gone) == {(None, "Impossible")}
    assert all(
        value is not None
        for row in rows
        if row["RegioS"] == "GM0164"
        for value, _ in [value_of(row)]
    )


@NO_SAMPLES
def test_recorded_last_months_are_provisional():
    folder = sample("cbs_odata_v4/82242NED")
    names = (
        "properties",
        "measure-codes",
        "codes-Perioden",
        "codes-TypeGefailleerde",
        "observations-2024plus",
    )
    parsed = statline.parse([piece(folder / f"{name}.json") for name in names], area())
    met = figures(parsed, "bankruptcies_companies")["provisional"]
    assert met[met].index.tolist() == [
        f"nederland-bankruptcies-companies-2026-0{month}" for month in (4, 5)
    ]
    assert parsed.frames["observations"]["source_date"].unique().tolist() == ["2026-06-12"]
    checked_frames(statline, parsed, area(), today=TODAY)


@NO_SAMPLES
def test_recorded_retail_turnover_is_one_measure_of_many():
    folder = sample("cbs_odata_v4/85828NED")
    parsed = statline.parse(
        [
            piece(folder / f"{name}.json")
            for name in ("measure-codes", "observations-371600-2024plus")
        ],
        area(),
    )
    met = figures(parsed, "retail_turnover_index")["value"]
    assert met["nederland-retail-turnover-index-2024-01"] == 107.6
    assert met.index.is_unique
