"""Row bounds of a source: both hold for the five declared cities, the lower one with others too."""

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

BOUNDS = cbs_areas.SOURCE.rows


@pytest.mark.parametrize(
    ("rows", "other_towns", "refused"),
    [
        (BOUNDS.stop, (), True),
        (BOUNDS.stop, ("GM0150",), False),
        (BOUNDS.start - 1, (), True),
        (BOUNDS.start - 1, ("GM0150",), True),
    ],
)
def test_too_many_rows_are_refused_for_the_five_cities_alone(
    tmp_path: Path, rows: int, other_towns: tuple[str, ...], refused: bool
):
    part = ParsedPart(
        source_id="cbs_areas", key="region", fingerprint="0" * 64, rows={"areas": rows}
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
