"""A published table as a file: what may leave of it, with its columns explained and its sources beside it."""

import io
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import pandas as pd
import pyogrio

from dashboard import bundle, downloads, publisher
from dashboard.downloads import Cell, Column, Kind, Row, Source, TableExport
from dashboard.errors import WithheldError
from dashboard.facts import Facts
from dashboard.text import Texts
from data import export
from data.export import Taken
from data.provenance import SourceRecord
from data.sharing import shareable
from data.tables import DECLARED

OWN_LICENCE = "EUPL-1.2"
# GDAL's clock is set for the whole process while a file is written.
_GATE = threading.Lock()
_MOMENT = "2000-01-01T00:00:00.000Z"
_KINDS: Mapping[str, Kind] = MappingProxyType(
    {"str": "text", "list": "text", "bool": "text", "float64": "number", "int64": "number", "datetime64[ms]": "date"}
)


def names() -> tuple[str, ...]:
    """Every table there may be; whether a snapshot holds it is another matter."""
    return tuple(DECLARED)


def geometric(name: str) -> bool:
    """Whether the rows of a table have a place on the map."""
    return DECLARED[name].geometry is not None


def taken(facts: Facts, name: str) -> Taken:
    """What may leave of a table. Raises WithheldError when the snapshot does not hold it or nothing of it may."""
    opened = facts.catalogue
    if not opened.has(name):
        raise WithheldError(f"{name}: this data version does not hold the table")
    frame = shareable(opened, name)
    if frame is None:
        raise WithheldError(f"{name}: its source is not shared row by row")
    record = opened.manifest.table(name)
    met = set(frame["source_id"]) if "source_id" in frame else set(record.sources if record else ())
    sources = tuple(source for source in opened.manifest.sources if source.source_id in met)
    return Taken(name, frame, sources, facts.version, publisher.public_url())


def written(facts: Facts, name: str, form: str, text: Texts) -> bytes:
    """The table in one form. Raises WithheldError."""
    return _FORMS[form](facts, name, text)


def _geopackage(facts: Facts, name: str, text: Texts) -> bytes:
    with tempfile.TemporaryDirectory(prefix="stadshart-") as folder, _GATE:
        path = Path(folder) / f"{name}.gpkg"
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _MOMENT})
        try:
            export.geopackage([taken(facts, name)], path)
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        return path.read_bytes()


def _parquet(facts: Facts, name: str) -> bytes:
    """The table as Parquet; a row without a shape has no covering box either, as GeoParquet 1.1 asks."""
    content = export.geoparquet(taken(facts, name))
    if not geometric(name):
        return content
    # Late: the interface starts without it.
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
    from pyarrow import BufferReader, scalar

    arrow = pq.read_table(BufferReader(content))
    place = arrow.schema.get_field_index("bbox")
    boxes = pc.if_else(pc.is_valid(arrow["geometry"]), arrow["bbox"], scalar(None, arrow.schema.field("bbox").type))
    out = io.BytesIO()
    pq.write_table(arrow.set_column(place, arrow.schema.field(place).with_nullable(True), boxes), out, compression="zstd")
    return out.getvalue()


def _zip(facts: Facts, name: str, text: Texts) -> bytes:
    table = as_table(facts, name, text)
    forms = ("csv", "xlsx", "parquet", *(("gpkg", "geojson") if geometric(name) else ()))
    files = {f"{name}.{form}": written(facts, name, form, text) for form in forms}
    return bundle.packed(f"stadshart-{name}".replace("_", "-"), files, table, facts, text)


_FORMS: Mapping[str, Callable[[Facts, str, Texts], bytes]] = MappingProxyType(
    {
        "csv": lambda facts, name, text: downloads.csv_bytes(as_table(facts, name, text), text),
        "xlsx": lambda facts, name, text: downloads.xlsx_bytes(as_table(facts, name, text), text),
        "gpkg": _geopackage,
        "parquet": lambda facts, name, text: _parquet(facts, name),
        "geojson": lambda facts, name, text: export.geojson(taken(facts, name)),
        "zip": _zip,
    }
)


def as_table(facts: Facts, name: str, text: Texts) -> TableExport:
    """The rows that may leave, with typed columns, each column's meaning and each row's source. Raises WithheldError."""
    one = taken(facts, name)
    columns: list[Column] = []
    values: list[pd.Series] = []
    for key, declared in DECLARED[name].columns.items():
        if key not in one.frame:
            continue
        if declared.dtype == "geometry":
            for axis, numbers in _coordinates(one.frame, key).items():
                columns.append(Column(axis, axis, "number", f"{declared.description}; RD (EPSG:28992), m"))
                values.append(numbers)
            continue
        unit = f" ({declared.unit})" if declared.unit else ""
        kind: Kind = "share" if declared.unit == "share" else _KINDS[declared.dtype]
        columns.append(Column(key, key, kind, f"{declared.description}{unit}"))
        values.append(one.frame[key])
    known = {source.source_id: _source(source, facts, text) for source in one.sources}
    # Words of our own, such as translations, rest on nobody else.
    everyone = tuple(known.values()) or (Source(text("product.name"), name, None, facts.version, OWN_LICENCE, facts.consulted),)
    own = one.frame["source_id"] if "source_id" in one.frame else pd.Series([None] * len(one.frame))
    rows = tuple(
        Row(tuple(_cell(cell) for cell in cells), (known[source],) if source in known else everyone)
        for source, *cells in zip(own, *values, strict=True)
    )
    notes = (DECLARED[name].row,) + ((text("example.note"),) if facts.example else ())
    return TableExport(f"{text('product.name')}: {name}", tuple(columns), rows, text.lang, one.link, notes)


def _coordinates(frame: pd.DataFrame, key: str) -> dict[str, pd.Series]:
    """A point as two numbers; lines and areas stand in the other formats."""
    shapes = gpd.GeoSeries(frame[key])
    if not set(shapes.geom_type.dropna()) <= {"Point"}:
        return {}
    stem = "" if key == "geometry" else f"{key}_"
    return {f"{stem}x_m": shapes.x.round(2), f"{stem}y_m": shapes.y.round(2)}


def _cell(value: object) -> Cell:
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    if value is None or value != value:
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value if isinstance(value, str | int | float) else str(value)


def _source(source: SourceRecord, facts: Facts, text: Texts) -> Source:
    return Source(
        publisher=source.publisher,
        title=source.title_nl,
        url=source.url,
        published=source.source_date,
        licence=facts.said(source.licence, text.lang),
        retrieved=source.retrieved,
    )
