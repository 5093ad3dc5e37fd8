"""Where the rows of brought tables lie, and whether they lie in the street that they name."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from pyarrow import feather
from shapely import LineString, Point

from data.schema.parquet import to_arrow
from etl.errors import ContentError
from etl.parsing import column_map, positions
from etl.parsing.preview import Preview, as_text
from etl.source import Piece
from etl.sources import counters, shop_survey
from geo.crs import RD, to_wgs84
from tests import town
from tests.etl.sources.pieces import TODAY, piece, voorbeeldstad

pytestmark = pytest.mark.slow

X, Y = int(town.X), int(town.Y)
STREETS = {"Langestraat": Y, "Noorderhagen": Y + 80}
"""Streets from west to east, 80 m apart."""


def lines(folder: Path, streets: dict[str, int]) -> Piece:
    """The streets as the last run read them from OpenStreetMap."""
    shapes = [LineString([(X - 300, y), (X + 300, y)]) for y in streets.values()]
    frame = gpd.GeoDataFrame(
        {"name": pd.Series(list(streets), dtype="str"), "highway": "pedestrian"},
        geometry=shapes,
        crs=RD,
    )
    path = folder / "osm.region.lines.arrow"
    feather.write_feather(to_arrow(frame, lists=[], boxes=False), path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Piece(
        name=path.name, path=path, origin="file", url="file:osm", sha256=digest, retrieved=TODAY
    )


def seen(folder: Path, units: Sequence[tuple[str, int]], *beside: Piece) -> Preview:
    """A survey of units with the street they name and their y."""
    rows = [
        f"{number};{street};{word};{X};{y}"
        for number, ((street, y), word) in enumerate(zip(units, ["leeg", "open"] * 9, strict=False))
    ]
    content = "id;straat;status;x;y\n" + "\n".join(rows) + "\n"
    return shop_survey.preview(
        piece(folder, "w-2024-03-31.csv", content), None, voorbeeldstad(), beside
    )


def test_a_row_that_names_another_street_than_it_lies_in_is_told_and_counted(tmp_path: Path):
    preview = seen(
        tmp_path,
        [("Langestraat", Y + 5), ("Noorderhagen", Y + 6), ("noorderhagen", Y + 75)],
        lines(tmp_path, STREETS),
    )
    assert [(one.row, one.rule) for one in preview.refusals] == [
        (3, "street-differs")
    ] and preview.file.used == 3
    assert (
        "  rij 3: noemt Noorderhagen, maar ligt volgens de coördinaten bij Langestraat"
        in as_text(preview, "nl")
    )


@pytest.mark.parametrize(
    "units",
    [[("Langestraat", Y + 38), ("Noorderhagen", Y + 38)], [("Dorpsstraat", Y), ("Markt", Y)]],
    ids=["a corner", "unknown streets"],
)
def test_nothing_is_said_of_a_corner_or_a_street_that_nobody_knows(
    tmp_path: Path, units: list[tuple[str, int]]
):
    assert seen(tmp_path, units, lines(tmp_path, STREETS)).refusals == ()


def test_without_streets_nothing_is_compared(tmp_path: Path):
    assert seen(tmp_path, [("Langestraat", Y), ("Noorderhagen", Y)]).refusals == ()


def test_the_import_counts_what_the_dry_run_told(tmp_path: Path):
    content = f"id;straat;status;x;y\n1;Noorderhagen;leeg;{X};{Y}\n2;Langestraat;open;{X};{Y}\n"
    parsed = shop_survey.parse(
        [piece(tmp_path, "w-2024-03-31.csv", content), lines(tmp_path, STREETS)], voorbeeldstad()
    )
    assert parsed.counts == {"street-differs": 1} and len(parsed.frames["premises"]) == 2


@pytest.mark.parametrize("module", [shop_survey, counters])
def test_each_row_lies_where_the_pair_that_it_fills_says(tmp_path: Path, module: object):
    spot = to_wgs84(gpd.GeoSeries([Point(X, Y)], crs=RD)).iloc[0]
    metres, degrees = f"{X};{Y};;", f";;{spot.x:.7f};{spot.y:.7f}"
    if module is shop_survey:
        content = (
            f"id;status;peildatum;x;y;lon;lat\n1;leeg;2024-03-01;{metres}\n"
            f"2;open;2024-03-01;{degrees}\n3;open;2024-03-01;;;;\n"
        )
    else:
        content = f"telpunt;x;y;lon;lat\nA;{metres}\nB;{degrees}\n"
    parsed = module.parse([piece(tmp_path, "a.csv", content)], voorbeeldstad())
    if module is counters:
        assert [one.used for one in parsed.files] == [2]
        return
    frame = parsed.frames["premises"]
    assert frame["premises_id"].str[-1].tolist() == ["1", "2"] and parsed.counts == {
        "dropped-no-position": 1
    }
    assert (frame.distance(Point(X, Y)) < 0.2).all()


def test_a_template_filled_with_degrees_only_is_read_whole(tmp_path: Path):
    spot = to_wgs84(gpd.GeoSeries([Point(X, Y)], crs=RD)).iloc[0]
    names = [one.aliases[0] for one in shop_survey.FIELDS]
    filled = {
        "status": "leeg",
        "peildatum": "2024-03-01",
        "lon": f"{spot.x:.7f}",
        "lat": f"{spot.y:.7f}",
    }
    rows = [
        ";".join({**filled, "id": str(number)}.get(name, "") for name in names)
        for number in range(112)
    ]
    preview = shop_survey.preview(
        piece(tmp_path, "a.csv", ";".join(names) + "\n" + "\n".join(rows) + "\n"),
        None,
        voorbeeldstad(),
    )
    assert preview.file.used == 112


def test_half_a_pair_is_named(tmp_path: Path):
    with pytest.raises(ContentError, match="no column lat"):
        shop_survey.parse(
            [piece(tmp_path, "w-2024-03-31.csv", "id;status;lon\n1;leeg;5,3\n")], voorbeeldstad()
        )


def test_half_a_pair_beside_a_whole_one_is_passed_over(tmp_path: Path):
    opened = column_map.open_table(
        piece(tmp_path, "a.csv", f"id;status;x;y;lon\n1;leeg;{X};{Y};5,3\n"),
        None,
        shop_survey.FIELDS,
        source_id="shop_survey",
    )
    assert positions.row_points(opened).iloc[0].x == X
