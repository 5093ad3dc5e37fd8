"""A file of map features as one file per area, written in a single pass."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from etl.area import Area
from etl.decoding import strict_json
from etl.parsing import map_file, vector_layers
from etl.source import Piece
from geo.crs import to_rd

MOST_READ = 2.0
"""How many times all places together may read the rows of a file with an index."""


def split(
    piece: Piece, areas: Sequence[Area], folder: Path, *, columns: Collection[str]
) -> Sequence[Piece]:
    """The rows near each area as a separate piece.

    The piece itself where it has a quick index, or no rows near any area. Rows without geometry are
    in every piece: the reader counts them.
    """
    kind = piece.require("geojson", "gpkg", "parquet")
    if kind == "geojson":
        # Text is in memory as a whole anyway.
        return _from_json(piece, areas, folder) if len(areas) > 1 else [piece]
    if kind == "gpkg":
        with map_file.layer_of(piece, columns) as layer:
            if layer.indexed or layer.crs is None:
                return [piece] * len(areas)
            batches = map_file.batches_of(layer, layer.crs)
            return _from_batches(piece, areas, folder, batches, layer.crs, "geometry")
    sheet = map_file.open_geoparquet(piece.path, columns)
    if sheet is None or sheet.crs is None:
        return [piece] * len(areas)
    read = sum(sheet.rows_in(sheet.groups(area.reach.bounds)) for area in areas)
    if sheet.covering and read <= MOST_READ * sheet.file.metadata.num_rows:
        return [piece] * len(areas)
    read_rows = sheet.file.iter_batches(map_file.BATCH_ROWS, columns=sheet.columns)
    tables = (pa.Table.from_batches([batch]) for batch in read_rows)
    return _from_batches(piece, areas, folder, tables, sheet.crs, sheet.shapes)


def _from_json(piece: Piece, areas: Sequence[Area], folder: Path) -> Sequence[Piece]:
    collection = strict_json.read(piece.read())
    rows = vector_layers.features_of(collection)
    placed, _ = vector_layers.placed_of(rows, collection, piece, areas[0])
    bounds = shapely.bounds(np.asarray(placed.array, dtype=object))
    missing = np.isnan(bounds).any(axis=1)
    chosen = [vector_layers.meeting(bounds, area) for area in areas]
    if not isinstance(collection, Mapping) or not any(near.any() for near in chosen):
        return [piece] * len(areas)
    parts = []
    for number, near in enumerate(chosen):
        path = folder / f"{number}.geojson"
        selected = [rows[int(at)] for at in np.flatnonzero(near | missing)]
        content = dict(collection) | {"type": "FeatureCollection", "features": selected}
        path.write_text(json.dumps(content), encoding="utf-8")
        parts.append(replace(piece, path=path, elsewhere=len(rows) - len(selected)))
    return parts


def _from_batches(
    piece: Piece,
    areas: Sequence[Area],
    folder: Path,
    batches: Iterable[pa.Table],
    crs: CRS,
    shapes: str,
) -> Sequence[Piece]:
    """The rows near each area as GeoParquet, some rows in memory at a time."""
    total, written, located = 0, [0] * len(areas), False
    paths = [folder / f"{number}.parquet" for number in range(len(areas))]
    with ExitStack() as stack:
        writers: list[pq.ParquetWriter] = []
        for table in batches:
            if not writers:
                made = (pq.ParquetWriter(path, table.schema) for path in paths)
                writers = [stack.enter_context(writer) for writer in made]
            drawn = to_rd(gpd.GeoSeries(map_file.known_shapes(table[shapes]), crs=crs))
            bounds = shapely.bounds(np.asarray(drawn.array, dtype=object))
            missing = np.isnan(bounds).any(axis=1)
            total += len(table)
            for number, area in enumerate(areas):
                near = vector_layers.meeting(bounds, area)
                located |= bool(near.any())
                selected = np.flatnonzero(near | missing)
                if len(selected):
                    writers[number].write_table(table.take(selected))
                    written[number] += len(selected)
    if not located:
        return [piece] * len(areas)
    return [
        replace(piece, path=path, elsewhere=total - count)
        for path, count in zip(paths, written, strict=True)
    ]
