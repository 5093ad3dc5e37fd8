"""Row bounds of a source: they hold for the five declared cities, without any other town."""

from pathlib import Path

import geopandas as gpd
import pytest

from data.schema.vocabulary import CITIES
from etl.area import Area
from etl.pipeline import merge
from etl.pipeline.collect import RawInput
from etl.pipeline.parts_store import ParsedPart
from etl.source import Piece
from etl.sources import cbs_areas
from tests.etl.sources.source_runs import DAY


@pytest.mark.parametrize(("other_towns", "refused"), [((), True), (("GM0150",), False)])
def test_rows_out_of_bounds_are_refused_for_the_five_cities_alone(
    tmp_path: Path, other_towns: tuple[str, ...], refused: bool
):
    too_many = cbs_areas.SOURCE.rows.stop
    part = ParsedPart(
        source_id="cbs_areas", key="region", fingerprint="0" * 64, rows={"areas": too_many}
    )
    piece = Piece(
        name="gemeenten", path=tmp_path, origin="fetched", url="", sha256="", retrieved=DAY
    )
    raw_input = RawInput("cbs_areas", "region", Area((), ()), (piece,), "fresh")
    codes = [*CITIES.values(), *other_towns]
    old = ParsedPart(source_id="cbs_areas", key="region", fingerprint="1" * 64)
    result = merge.apply_row_bounds(
        {part.name: part},
        [raw_input],
        {"cbs_areas": cbs_areas},
        gpd.GeoDataFrame({"municipality_code": codes}),
        lambda raw_input, findings: old,
        {},
    )
    assert result == {part.name: old if refused else part}
