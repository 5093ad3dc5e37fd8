"""What a selection shows as layers for other programs: one frame in RD per layer of the map, each row with its source."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from dashboard import downloads, exports, sharing
from dashboard.downloads import Cell, Row
from dashboard.facts import Facts
from dashboard.maps import atlas
from dashboard.maps.layers import edge_retail, premises
from dashboard.state import Selection
from dashboard.text import Texts
from geo.crs import RD

_DATES = ("period_start", "period_end")
_SOURCE = ("source_publisher", "source_title", "source_url", "source_date", "source_licence", "source_retrieved")


@dataclass(frozen=True, slots=True)
class MapLayer:
    """One layer: its name in small letters, its title, and its rows; `style` is the class of the style table."""

    name: str
    title: str
    frame: gpd.GeoDataFrame


def of_selection(facts: Facts, selection: Selection, text: Texts) -> tuple[MapLayer, ...]:
    """The layers with rows, in the order of the table beside the map; what may not leave is not among them."""
    visible = sharing.leaving(atlas.shown(facts, selection).visible, facts)
    link = exports.link(selection, "kaart")
    found = []
    for name, features in visible.items():
        layer = atlas.LAYERS[name].layer(facts, text)
        shapes = {feature.id: feature.geometry for feature in layer.features}
        rows = _by_feature(facts, name, features, text)
        # Longest first would be shorter; the order of the scene is what a reader knows from the screen.
        kept = [(key, rows[key]) for key in shapes if key in rows and key in features and shapes[key] is not None]
        if kept:
            frame = _frame(kept, {key: features[key] for key, _ in kept}, link)
            geometry = gpd.GeoSeries([shapes[key] for key, _ in kept], crs=RD)
            found.append(MapLayer(name, layer.title, gpd.GeoDataFrame(frame, geometry=geometry, crs=RD)))
    return tuple(found)


def _by_feature(facts: Facts, layer: str, features: Mapping[str, str], text: Texts) -> dict[str, Row]:
    """The row of each feature by the feature's id."""
    if layer == edge_retail.ID:
        # The row of a site is that of its floor area, which has an id of its own.
        rows = {key: exports.rows(layer, facts, {key: style}, text) for key, style in features.items()}
        return {key: found[0] for key, found in rows.items() if found}
    keys = {key: key for key in features}
    if layer == premises.ID:
        keys = {unit.premises_id: unit.key for town in facts.towns.values() for group in town.units.values() for unit in group if unit.key in features}
    return {keys[str(row.cells[1])]: row for row in exports.rows(layer, facts, features, text) if str(row.cells[1]) in keys}


def _frame(rows: list[tuple[str, Row]], styles: Mapping[str, str], link: str | None) -> pd.DataFrame:
    keys = [key for key, _ in exports.COLUMNS]
    columns: dict[str, list[Cell]] = {name: [] for name in keys if name != "layer"}
    for name in ("style", *_SOURCE, *(("link",) if link else ())):
        columns[name] = []
    for key, row in rows:
        for name, cell in zip(keys, row.cells, strict=True):
            if name != "layer":
                columns[name].append(cell)
        columns["style"].append(styles[key])
        for name, value in zip(_SOURCE, downloads.provenance(row), strict=True):
            columns[name].append(value)
        if link:
            columns["link"].append(link)
    frame = pd.DataFrame({name: _series(name, values) for name, values in columns.items()})
    return frame.rename(columns={"id": "feature_id"})


def _series(name: str, values: list[Cell]) -> pd.Series:
    if name == "value":
        return pd.Series(values, dtype="float64")
    if name in _DATES:
        return pd.Series(pd.to_datetime(pd.Series(values, dtype="object")), dtype="datetime64[ms]")
    return pd.Series([None if value is None else str(value) for value in values], dtype="str")
