"""The map of a selection as files of other programs, one by one or in a zip with everything around them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from dashboard import bundle, downloads, exports, geofiles, map_layers, qgis
from dashboard.errors import WithheldError
from dashboard.facts import Facts
from dashboard.map_layers import MapLayer
from dashboard.maps import atlas
from dashboard.maps.wording import wording
from dashboard.qgis import QgisTable
from dashboard.state import Selection
from dashboard.text import Texts

_PACKAGE = "stadshart.gpkg"


def written(facts: Facts, selection: Selection, form: str, text: Texts) -> bytes:
    """The selection in one form. Raises WithheldError when nothing of it may leave or has a place."""
    return _FORMS[form](facts, selection, text)


def _layers(facts: Facts, selection: Selection, text: Texts) -> tuple[MapLayer, ...]:
    layers = map_layers.of_selection(facts, selection, text)
    if not layers:
        raise WithheldError(text("bundle.nothing"))
    return layers


def _geojson(facts: Facts, selection: Selection, text: Texts) -> bytes:
    table = exports.map_table(facts, selection, text)
    return geofiles.geojson(_layers(facts, selection, text), title=table.title, notes=table.notes)


def _zip(facts: Facts, selection: Selection, text: Texts) -> bytes:
    layers = _layers(facts, selection, text)
    place = atlas.place_name(facts, selection, text)
    title = text("bundle.title", place=place, first=selection.years[0], last=selection.years[1])
    table = replace(exports.map_table(facts, selection, text), title=title)
    shown = [
        QgisTable(name, layer.name, layer.title, kind, frame)
        for layer in layers
        for name, frame, kind in geofiles.tables([layer])
    ]
    words = wording(text.lang)
    files = {
        "kaart.csv": downloads.csv_bytes(table, text),
        "kaart.xlsx": downloads.xlsx_bytes(table, text),
        _PACKAGE: geofiles.geopackage(layers),
        "kaart.parquet": geofiles.geoparquet(layers),
        "kaart.geojson": geofiles.geojson(layers, title=table.title, notes=table.notes),
        "stadshart.qgs": qgis.project(shown, words, title=table.title, package=_PACKAGE),
        **{f"qgis/{one.name}.qml": qgis.style_file(one, words) for one in shown},
    }
    return bundle.packed(f"stadshart-kaart-{selection.place}", files, table, facts, text)


_FORMS: Mapping[str, Callable[[Facts, Selection, Texts], bytes]] = MappingProxyType(
    {
        "gpkg": lambda facts, selection, text: geofiles.geopackage(_layers(facts, selection, text)),
        "parquet": lambda facts, selection, text: geofiles.geoparquet(_layers(facts, selection, text)),
        "geojson": _geojson,
        "zip": _zip,
    }
)
