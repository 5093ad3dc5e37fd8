import io
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from shapely import LineString, Point

from data.schema.parquet import _groups, from_bytes, shapes_of, sorted_rows, to_bytes
from data.schema.tables import DECLARED
from tests import town


def file_of(name: str) -> pq.ParquetFile:
    return pq.ParquetFile(io.BytesIO(to_bytes(DECLARED[name], town.tables()[name])))


def test_every_place_is_a_row_group():
    figures = file_of("observations")
    places = [
        figures.read_row_group(number, columns=["place_id"])
        for number in range(figures.num_row_groups)
    ]
    assert [group["place_id"].unique().to_pylist() for group in places] == [
        ["voorbeeldstad"],
        [None],
    ]


def test_small_places_of_a_country_share_row_groups_and_none_is_split():
    rows = [
        {"place_id": f"p{at:03d}", "premises_id": f"bag:{n}"}
        for at in range(30)
        for n in range(300)
    ]
    frame = pd.DataFrame(rows)
    groups = _groups(frame)
    assert groups == [(0, 2100), (2100, 2100), (4200, 2100), (6300, 2100), (8400, 600)]
    few = frame[frame["place_id"] < "p005"]
    assert _groups(few) == [(start, 300) for start in range(0, 1500, 300)]


def test_table_without_places_is_one_row_group():
    assert file_of("stops").num_row_groups == 1


def test_rows_stand_by_place_and_key():
    rows = sorted_rows(DECLARED["supply"], town.supply().iloc[::-1])
    assert rows["place_id"].tolist() == ["voorbeeldplein", "voorbeeldstad"]
    assert rows.index.tolist() == [0, 1]


def test_shapes_without_a_key_have_one_order():
    table, shapes = DECLARED["background"], town.background()
    assert to_bytes(table, shapes.iloc[::-1]) == to_bytes(table, shapes)


@pytest.mark.parametrize(
    "name", [name for name, table in DECLARED.items() if table.geometry is not None]
)
def test_geometry_is_geoparquet_1_1_with_a_box_per_row(name: str):
    metadata = json.loads(file_of(name).schema_arrow.metadata[b"geo"])
    assert metadata["version"] == "1.1.0"
    assert metadata["primary_column"] == "geometry"
    assert metadata["columns"]["geometry"]["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    assert metadata["columns"]["geometry"]["crs"]["id"] == {"authority": "EPSG", "code": 28992}


@pytest.mark.slow
@pytest.mark.parametrize("name", DECLARED)
def test_reading_gives_the_columns_and_types_back(name: str):
    table = DECLARED[name]
    again = from_bytes(table, to_bytes(table, town.tables()[name]))
    pd.testing.assert_series_equal(again.dtypes, town.tables()[name].dtypes)


def test_empty_lists_stay_lists():
    table = DECLARED["initiatives"]
    again = from_bytes(table, to_bytes(table, town.initiatives({"streets": []})))
    assert again["streets"].tolist() == [()]
    assert from_bytes(table, to_bytes(table, town.initiatives().iloc[:0])).empty


@pytest.mark.parametrize("byte_order", [0, 1])
@pytest.mark.parametrize(
    "shapes",
    [
        [Point(1.5, -2.0), Point(3.0, 4.0)],
        [Point(1.0, 2.0), None],
        [Point(1.0, 2.0), Point()],
        [Point(1, 2, 3)],
        [Point(1, 2), LineString([(0, 0), (1, 1)])],
        [],
    ],
    ids=["points", "a missing one", "an empty one", "with height", "and a line", "none"],
)
def test_shapes_come_back_as_they_were_written(
    shapes: list[shapely.Geometry | None], byte_order: int
):
    whole = np.array([*shapes, None], dtype=object)[:-1]
    drawn = pa.array(shapely.to_wkb(whole, byte_order=byte_order), type=pa.binary())
    # Of a few rows out of many as well.
    for begin in (0, 1):
        met = shapes_of(pa.chunked_array([drawn.slice(begin)]))
        assert shapely.equals_identical(met, whole[begin:]).tolist() == [
            one is not None for one in whole[begin:]
        ]
        assert shapely.is_missing(met).tolist() == [one is None for one in whole[begin:]]
