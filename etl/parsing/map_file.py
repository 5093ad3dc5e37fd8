"""GeoPackage and GeoParquet files: chosen columns of all rows, or of the rows in a box."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from geopandas.array import GeometryArray
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError

from data.schema.parquet import shapes_of
from etl.errors import ContentError
from etl.fetch.raw_store import link_or_copy
from etl.source import Piece
from geo.crs import RD_SYSTEM, geo_frame

Bounds = tuple[float, float, float, float]

MARGIN_M = 50.0
"""Margin around a box that is converted from RD to another system."""
BATCH_ROWS = 65_536
# Nobody writes to a file while it is read: SQLite needs no files beside it.
_READ_ONLY = {"IMMUTABLE": "YES"}
_LAYERS = "SELECT table_name FROM gpkg_contents WHERE data_type = 'features'"
_ALL_COLUMNS = b"stadshart_columns"
"""Metadata of a split file: all columns of the whole file, read or not."""
# Errors of a damaged file: for a damaged footer Arrow raises OSError.
_DAMAGED = (ValueError, OSError, AttributeError, pa.ArrowException, CRSError, ShapelyError)
_SIDES = ("xmin", "ymin", "xmax", "ymax")


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a layer in its own system, and the names of all its columns.

    `elsewhere` and `unlocated` count the rows that were not read: away from the box, or without
    geometry. `extent` is that of the whole layer where rows may have been left out.
    """

    frame: gpd.GeoDataFrame
    names: tuple[str, ...]
    elsewhere: int = 0
    unlocated: int = 0
    extent: Bounds | None = None


@dataclass(frozen=True, slots=True)
class GeoPackageLayer:
    """One layer of a GeoPackage; `columns` are those to read, None for all."""

    path: Path
    name: str
    crs: CRS | None
    geometry: str
    names: tuple[str, ...]
    columns: list[str] | None
    rows: int
    extent: Bounds | None
    indexed: bool


@contextmanager
def layer_of(piece: Piece, columns: Collection[str]) -> Iterator[GeoPackageLayer]:
    """The layer of a GeoPackage that holds most of `columns`; ContentError when it has no layer."""
    with TemporaryDirectory() as folder:
        # GDAL knows formats by file name; names in the raw store have no ending.
        path = Path(folder) / "layers.gpkg"
        link_or_copy(piece.path, path)
        try:
            layers = pyogrio.read_dataframe(path, sql=_LAYERS, **_READ_ONLY)["table_name"]
            infos = [pyogrio.read_info(path, layer=str(layer), **_READ_ONLY) for layer in layers]
            info = max(infos, key=lambda info: len(set(info["fields"]) & set(columns)))
            names = tuple(str(name) for name in info["fields"])
            sides = info["total_bounds"]
            yield GeoPackageLayer(
                path=path,
                name=info["layer_name"],
                crs=None if info["crs"] is None else CRS.from_user_input(info["crs"]),
                geometry=info["geometry_name"],
                names=names,
                columns=[name for name in names if name in columns] if columns else None,
                rows=info["features"],
                extent=tuple(sides) if sides is not None and np.isfinite(sides).all() else None,
                indexed=info["capabilities"]["fast_spatial_filter"],
            )
        except (DataSourceError, DataLayerError, CRSError, ValueError) as error:
            expected = f"a GeoPackage ({error})"
            raise ContentError("input-kind", name=piece.name, expected=expected) from error


def from_geopackage(piece: Piece, columns: Collection[str], near: Bounds | None) -> Rows:
    """The rows of the layer with most of `columns`; with an R-tree only those near the box."""
    with layer_of(piece, columns) as layer:
        given = {"layer": layer.name, "columns": layer.columns, "on_invalid": "ignore"} | _READ_ONLY
        if near is None or layer.crs is None or not layer.indexed:
            return Rows(pyogrio.read_dataframe(layer.path, **given), layer.names)
        box = _in_system(near, layer.crs)
        frame = pyogrio.read_dataframe(layer.path, bbox=box, fid_as_index=True, **given)
        # The index returns rows in another order.
        frame = frame.sort_index().reset_index(drop=True)
        located = _indexed_rows(layer)
        unlocated = max(0, layer.rows - located)
        return Rows(frame, layer.names, located - len(frame), unlocated, layer.extent)


def batches_of(layer: GeoPackageLayer, crs: CRS) -> Iterator[pa.Table]:
    """All rows of a layer, some at a time, with `geometry` as well-known binary."""
    shapes: dict[str, object] = {"encoding": "WKB", "geometry_types": []}
    shapes["crs"] = crs.to_json_dict()
    geo = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": shapes}}
    metadata = {b"geo": json.dumps(geo).encode(), _ALL_COLUMNS: json.dumps(layer.names).encode()}
    given = {"layer": layer.name, "columns": layer.columns, "batch_size": BATCH_ROWS} | _READ_ONLY
    with pyogrio.open_arrow(layer.path, use_pyarrow=True, **given) as (info, reader):
        drawn = info["geometry_name"] or "wkb_geometry"
        for batch in reader:
            table = pa.Table.from_batches([batch])
            names = ["geometry" if name == drawn else name for name in table.column_names]
            yield table.rename_columns(names).replace_schema_metadata(metadata)


def _indexed_rows(layer: GeoPackageLayer) -> int:
    """The number of rows in the R-tree: those with geometry."""
    table = f"rtree_{layer.name}_{layer.geometry}_rowid".replace('"', '""')
    count = f'SELECT COUNT(*) AS n FROM "{table}"'  # noqa: S608 - a name is no parameter
    return int(pyogrio.read_dataframe(layer.path, sql=count, **_READ_ONLY)["n"].iloc[0])


@dataclass(frozen=True, slots=True)
class GeoParquetFile:
    """An open GeoParquet file with one column of shapes in well-known binary.

    `columns` are those to read, `covering` the columns that hold the box of each row, by side.
    """

    file: pq.ParquetFile
    shapes: str
    crs: CRS | None
    columns: list[str]
    covering: Mapping[str, str]

    def groups(self, near: Bounds) -> list[int]:
        """Row groups that may hold rows near the box (RD)."""
        count = self.file.num_row_groups
        if not self.covering or self.crs is None:
            return list(range(count))
        west, south, east, north = _in_system(near, self.crs)
        return [
            group
            for group in range(count)
            if not self._beyond(group, "xmin", above=east)
            and not self._beyond(group, "ymin", above=north)
            and not self._beyond(group, "xmax", below=west)
            and not self._beyond(group, "ymax", below=south)
        ]

    def rows_in(self, groups: Collection[int]) -> int:
        """The number of rows in these groups."""
        return sum(self.file.metadata.row_group(group).num_rows for group in groups)

    def unlocated_in(self, groups: Collection[int]) -> int:
        """The number of rows without geometry in these groups, as far as the file gives it."""
        every = (self._statistics(group, self.shapes) for group in groups)
        return sum(stats.null_count for stats in every if stats and stats.has_null_count)

    @property
    def extent(self) -> Bounds:
        """The extent of all rows, by their boxes."""
        sides = {side: self._sides(side) for side in _SIDES}
        return min(sides["xmin"]), min(sides["ymin"]), max(sides["xmax"]), max(sides["ymax"])

    def _sides(self, side: str) -> list[float]:
        groups = range(self.file.num_row_groups)
        every = [self._statistics(group, self.covering[side]) for group in groups]
        known = [stats for stats in every if stats is not None and stats.has_min_max]
        return [getattr(stats, side[1:]) for stats in known]

    def _beyond(
        self, group: int, side: str, *, above: float = np.inf, below: float = -np.inf
    ) -> bool:
        stats = self._statistics(group, self.covering[side])
        if stats is None or not stats.has_min_max:
            return False
        return bool(stats.min > above or stats.max < below)

    def _statistics(self, group: int, column: str) -> pq.Statistics | None:
        """Statistics of a column in a row group, None where the file has none."""
        row_group = self.file.metadata.row_group(group)
        for at in range(row_group.num_columns):
            chunk = row_group.column(at)
            if chunk.path_in_schema == column:
                return chunk.statistics if chunk.is_stats_set else None
        return None


def open_geoparquet(path: Path, columns: Collection[str]) -> GeoParquetFile | None:
    """An open GeoParquet file; None for several columns of shapes, or other encodings."""
    file = pq.ParquetFile(path)
    schema = file.schema_arrow
    geo = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
    shapes = geo.get("columns", {})
    name = geo.get("primary_column", "geometry")
    drawn = shapes.get(name, {})
    # Without a stated system the default of geopandas applies.
    if len(shapes) != 1 or drawn.get("encoding") != "WKB" or "crs" not in drawn:
        return None
    boxes = drawn.get("covering", {}).get("bbox", {})
    covering = {side: ".".join(boxes[side]) for side in _SIDES} if set(_SIDES) <= set(boxes) else {}
    beside = {boxes[side][0] for side in covering}
    chosen = columns or set(schema.names) - beside
    wanted = [column for column in schema.names if column == name or column in chosen]
    crs = None if drawn["crs"] is None else _system(json.dumps(drawn["crs"]))
    return GeoParquetFile(file, name, crs, wanted, covering)


# The files of a run state the same one.
@lru_cache(maxsize=16)
def _system(stated: str) -> CRS:
    """The coordinate system of a text of JSON, one object for RD."""
    crs = CRS.from_user_input(json.loads(stated))
    return RD_SYSTEM if crs == RD_SYSTEM else crs


def from_geoparquet(piece: Piece, columns: Collection[str], near: Bounds | None) -> Rows:
    """The rows of a GeoParquet file, without the row groups that lie away from the box."""
    try:
        sheet = open_geoparquet(piece.path, columns)
        if sheet is None:
            present = pq.read_schema(piece.path).names
            wanted = [name for name in present if name in columns or name == "geometry"]
            whole = gpd.read_parquet(piece.path, columns=wanted if columns else None)
            return Rows(whole.reset_index(drop=True), tuple(map(str, whole.columns)))
        every = range(sheet.file.num_row_groups)
        groups = list(every) if near is None else sheet.groups(near)
        left = set(every) - set(groups)
        read = sheet.file.read_row_groups(groups, columns=sheet.columns)
        plain = read.drop_columns([sheet.shapes]).to_pandas()
        shapes = GeometryArray(known_shapes(read[sheet.shapes]), crs=sheet.crs)
        columns = {str(name): values.array for name, values in plain.items()}
        frame = geo_frame({**columns, "geometry": shapes})
        unlocated = sheet.unlocated_in(left)
        elsewhere = sheet.rows_in(left) - unlocated
        every_name = (sheet.file.schema_arrow.metadata or {}).get(_ALL_COLUMNS)
        names = tuple(map(str, frame.columns if every_name is None else json.loads(every_name)))
        return Rows(frame, names, elsewhere, unlocated, sheet.extent if left else None)
    except _DAMAGED as error:
        expected = f"GeoParquet ({error})"
        raise ContentError("input-kind", name=piece.name, expected=expected) from error


def known_shapes(drawn: pa.ChunkedArray) -> NDArray[np.object_]:
    """Shapes of well-known binary, None where there is none or it is broken."""
    try:
        return shapes_of(drawn)
    except ShapelyError:
        shapes: NDArray[np.object_] = shapely.from_wkb(drawn.to_numpy(), on_invalid="ignore")
        return shapes


def _in_system(box: Bounds, crs: CRS) -> Bounds:
    """The box (RD) in another system, a little wider; the same in RD."""
    if crs == RD_SYSTEM or crs.to_epsg() == 28992:
        return box
    drawn = gpd.GeoSeries([shapely.box(*box).buffer(MARGIN_M, join_style="mitre")], crs=RD_SYSTEM)
    sides = drawn.segmentize(500.0).to_crs(crs).total_bounds
    west, south, east, north = (float(side) for side in sides)
    return west, south, east, north
