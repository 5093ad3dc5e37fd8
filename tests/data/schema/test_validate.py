import geopandas as gpd
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from shapely.geometry import LineString, Point, Polygon

from data.errors import ContractError, DanglingError
from data.schema.rules import check_references
from data.schema.tables import DECLARED
from data.schema.validate import check
from geo.crs import RD
from tests import town


def breaches(name: str, frame: pd.DataFrame) -> tuple[str, ...]:
    with pytest.raises(ContractError) as raised:
        check(name, frame)
    return raised.value.breaches


def sources() -> list[str]:
    return [source.source_id for source in town.sources()]


@pytest.mark.parametrize("name", DECLARED)
def test_town_keeps_every_contract(name: str):
    check(name, town.tables()[name])


@pytest.mark.parametrize("name", DECLARED)
def test_empty_table_keeps_its_contract(name: str):
    check(name, town.tables()[name].iloc[:0])


@pytest.mark.parametrize("name", DECLARED)
def test_every_column_and_table_is_described(name: str):
    table = DECLARED[name]
    assert table.row
    assert all(column.description for column in table.columns.values())


@pytest.mark.parametrize("name", DECLARED)
def test_measures_name_their_unit(name: str):
    measures = {"_m": "m", "_m2": "m2", "_eur": "EUR/year", "_share": "share", "_rate": "share"}
    for column, declared in DECLARED[name].columns.items():
        for ending, unit in measures.items():
            if column.endswith(ending):
                assert declared.unit == unit


def test_all_breaches_are_reported_at_once():
    frame = town.observations(
        {"observation_id": "Bad Id", "confidence": "sure"},
        {"observation_id": "no-licence", "licence": None},
        {"observation_id": "above-one", "unit": "share", "value": 19.3},
        {"observation_id": "backwards", "period_start": "2024-01-01"},
    )
    told = breaches("observations", frame)
    assert len(told) == 5
    assert (
        "observation_id: expected text like [a-z0-9][a-z0-9:/_.-]*, got 'Bad Id' (Bad Id)" in told
    )
    assert "licence: expected a value, got none (no-licence)" in told
    assert "confidence: expected one of high, medium, low, got 'sure' (Bad Id)" in told
    assert "expected period_start <= period_end (backwards)" in told
    assert "expected figures with unit share in 0..1 (above-one)" in told


def test_degrees_are_refused_as_another_coordinate_system():
    assert breaches("streets", town.streets().to_crs("EPSG:4326")) == (
        "geometry: expected EPSG:28992, got EPSG:4326: call to_rd first",
    )


def test_second_geometry_must_be_in_rd_too():
    frame = town.places()
    frame["core"] = frame["core"].to_crs("EPSG:4326")
    assert breaches("places", frame) == (
        "core: expected EPSG:28992, got EPSG:4326: call to_rd first",
    )


def test_geometry_without_coordinate_system_is_refused():
    frame = town.streets().set_crs(None, allow_override=True)
    assert (
        "geometry: expected EPSG:28992, got no coordinate system" in breaches("streets", frame)[0]
    )


def test_spatial_table_must_be_a_geodataframe():
    assert (
        "expected a GeoDataFrame in EPSG:28992"
        in breaches("streets", pd.DataFrame(town.streets()))[0]
    )


def test_missing_and_unexpected_columns_are_named_together():
    frame = town.actors().drop(columns="kind").assign(email="iemand@example.org")
    assert breaches("actors", frame) == ("missing columns kind", "unexpected columns email")


def test_columns_stand_in_order():
    frame = town.actors()[["name", "actor_id", "kind"]]
    assert "expected columns in the order actor_id, name, kind" in breaches("actors", frame)[0]


def test_number_as_text_is_one_breach():
    frame = town.stops().assign(boardings_per_workday="duizend")
    assert breaches("stops", frame) == ("boardings_per_workday: expected type float64, got str",)


def test_key_occurs_once():
    told = breaches("stops", town.stops({}, {}))
    assert told == ("expected stop_id + year once, got more (station-voorbeeldstad + 2023)",)


@pytest.mark.parametrize("value", [float("inf"), -1.0])
def test_endless_and_negative_lengths_are_refused(value: float):
    assert (
        "length_m: expected a finite number at least 0"
        in breaches("streets", town.streets({"length_m": value}))[0]
    )


def test_empty_text_is_no_value():
    assert "name: expected text without blanks" in breaches("actors", town.actors({"name": ""}))[0]


def test_line_is_no_stop():
    line = town.streets({}).geometry[0]
    assert (
        "geometry: expected a valid Point" in breaches("stops", town.stops({"geometry": line}))[0]
    )


def test_figure_says_something():
    frame = town.observations({"value": None})
    assert breaches("observations", frame)[0].startswith(
        "expected a value, a bound, value_text or a note"
    )
    check("observations", town.observations({"value": None, "value_text": "meer dan 400"}))
    check("observations", town.observations({"value": None, "note": "De bron noemt geen dag."}))


def test_value_lies_between_its_bounds():
    check("observations", town.observations({"value": 10.0, "value_low": 10.0, "value_high": None}))
    frame = town.observations({"value": 10.0, "value_low": 11.0})
    assert breaches("observations", frame)[0].startswith(
        "expected value_low <= value <= value_high"
    )


def test_figure_needs_a_place_or_an_area():
    frame = town.observations({"place_id": None, "area_name": None})
    assert breaches("observations", frame)[0].startswith("expected place_id or area_name")


@pytest.mark.parametrize(
    ("precision", "located"), [("none", True), ("street", False), ("square", False)]
)
def test_point_is_as_precise_as_told(precision: str, located: bool):
    changes: town.Row = {"location_precision": precision, **({} if located else {"geometry": None})}
    assert breaches("initiatives", town.initiatives(changes))[0].startswith(
        "expected a point for address, street"
    )


def test_initiative_of_a_town_may_do_without_a_point():
    check("initiatives", town.initiatives({"location_precision": "place", "geometry": None}))


def test_streets_are_a_list_of_texts():
    frame = town.initiatives({})
    frame["streets"] = pd.Series(["Marktplein"], dtype="object")
    assert "streets: expected a list of texts" in breaches("initiatives", frame)[0]


def test_no_more_vacant_units_than_units():
    frame = town.street_vacancy({"units": 1, "vacant_units": 2.0})
    assert breaches("street_vacancy", frame)[0].startswith("expected vacant_units <= units")


def test_unknown_table_is_named():
    assert breaches("shops", town.actors())[0].endswith("got 'shops'")


def test_ids_of_one_version_point_at_its_rows():
    check_references(town.tables(), sources())


def test_every_dangling_id_is_reported():
    tables = {
        **town.tables(),
        "participations": town.participations({"initiative_id": "nergens", "actor_id": "niemand"}),
        "observations": town.observations(
            {"place_id": "elders", "indicator": "geluk", "source_id": "roddel"}
        ),
    }
    with pytest.raises(DanglingError) as raised:
        check_references(tables, sources())
    assert raised.value.breaches == (
        "observations.source_id: expected one of the manifest's sources, got roddel",
        "observations.place_id: expected one of places.place_id, got elders",
        "observations.indicator: expected one of indicators.indicator, got geluk",
        "participations.initiative_id: expected one of initiatives.initiative_id, got nergens",
        "participations.actor_id: expected one of actors.actor_id, got niemand",
    )


def test_ids_may_not_point_at_an_absent_table():
    with pytest.raises(
        DanglingError, match="premises.street_id: expected one of streets.street_id"
    ):
        check_references({"places": town.places(), "premises": town.premises()}, sources())


def test_missing_place_points_nowhere():
    figures = town.observations({"place_id": None, "area_name": "Voorbeeldprovincie"})
    check_references({"observations": figures, "indicators": town.indicators()}, sources())


def test_check_leaves_the_frame_as_it_was():
    frame = town.places()
    before = frame.copy()
    check("places", frame)
    assert_geodataframe_equal(frame, before)


@pytest.mark.parametrize("name", DECLARED)
def test_table_without_a_row_can_be_had_and_keeps_its_contract(name: str):
    table = DECLARED[name]
    check(name, table.empty())
    assert table.empty() is not table.empty()


ODD = {
    "str": (None, "", " padded ", "vacant"),
    "float64": (float("nan"), float("inf"), -1.0, 2.5),
    "int64": (-1, 10**13),
    "datetime64[ms]": (pd.NaT, pd.Timestamp("2999-01-01")),
    "bool": (True,),
    "list": ([], [""], None, "Markt"),
    "geometry": (
        None,
        Point(),
        LineString([(0, 0), (1, 1)]),
        Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", DECLARED)
def test_every_odd_value_is_a_breach_of_its_column_alone(name: str):
    known, refused = town.tables()[name], set()
    for turn in range(max(map(len, ODD.values()))):
        frame, expected = known.copy(), set()
        for number, (column, declared) in enumerate(DECLARED[name].columns.items()):
            # Another turn for each column, so that odd and even ones stand side by side.
            odd = ODD[declared.dtype]
            values = known[column].astype(object)
            values.iloc[-1] = odd[(turn + number) % len(odd)]
            frame[column] = (
                gpd.GeoSeries(values, crs=RD)
                if declared.dtype == "geometry"
                else values.astype(known[column].dtype)
            )
            last = frame[column].iloc[-1:]
            missing = pd.isna(last.array).all()
            holds = declared.nullable if missing else bool(declared.holds(last).all())
            refused.add(holds)
            if not holds:
                expected.add(column)
        try:
            check(name, frame)
            told = ()
        except ContractError as error:
            told = error.breaches
        of_columns = [breach for breach in told if not breach.startswith("expected ")]
        assert {breach.split(":")[0] for breach in of_columns} == expected
    assert refused == {True, False}


@pytest.mark.parametrize("name", DECLARED)
def test_no_double_row_and_no_other_type_passes(name: str):
    table, whole = DECLARED[name], town.tables()[name]
    twice = pd.concat([whole, whole.iloc[:1]], ignore_index=True)
    if table.key:
        assert "once, got more" in breaches(name, twice)[0]
    else:
        check(name, twice)
    types = {
        column: declared.dtype
        for column, declared in table.columns.items()
        if declared.dtype not in ("geometry", "list")
    }
    retyped = whole.assign(**{column: whole[column].astype("category") for column in types})
    assert breaches(name, retyped) == tuple(
        f"{column}: expected type {dtype}, got category" for column, dtype in types.items()
    )


def test_pattern_is_judged_alike_of_words_that_return_and_that_do_not():
    column = DECLARED["premises"].columns["place_id"]
    many = pd.Series([f"plaats-{number}" for number in range(200)] + ["Bad Id"], dtype="str")
    few = pd.Series(["almelo", "borne", "Bad Id", "almelo"] * 50, dtype="str")
    assert column.holds(many).tolist() == [True] * 200 + [False]
    assert column.holds(few).tolist() == [True, True, False, True] * 50
