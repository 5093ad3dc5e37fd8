"""A scene as files for the browser: geometry, names and table cells, named after their content."""

import hashlib

from dashboard.errors import MapError
from dashboard.maps import packing
from dashboard.maps.scene import (
    PANES,
    Background,
    Json,
    LayerContent,
    PlaceName,
    Scene,
    SceneFiles,
    feature_ids,
    json_bytes,
)
from dashboard.maps.shapes import STEPS_PER_DEGREE, kind_of, point_to_degrees, steps, to_degrees
from dashboard.maps.tiles import Tiles
from dashboard.style import theme


def layer_bytes(layer: LayerContent) -> bytes:
    """The layer as compact JSON: the same layer always gives the same bytes.

    Coordinates are WGS84, in steps of 1e-5 degree (points 1e-6), each from the vertex before.
    Raises MapError for double ids, rows of another length than the columns or mixed geometry,
    UnknownStyleError for unknown classes.
    """
    _check(layer)
    shapes = [feature.geometry for feature in layer.features]
    kind = kind_of(shapes, f"layer {layer.id!r}")
    classes = sorted({feature.style for feature in layer.features})
    return json_bytes(
        {
            "id": layer.id,
            "title": layer.title,
            "pane": layer.pane,
            "sentence": layer.sentence,
            "sentenceOne": layer.sentence_one,
            "note": layer.note,
            "classed": layer.classed,
            "columns": [[column.title, int(column.numeric)] for column in layer.columns],
            "kind": kind,
            "steps": STEPS_PER_DEGREE[kind],
            "classes": classes,
            "ids": [feature.id for feature in layer.features],
            "names": [feature.name for feature in layer.features],
            "labels": [feature.label for feature in layer.features],
            "styles": [classes.index(feature.style) for feature in layer.features],
            "cells": [[cell.text for cell in feature.cells] for feature in layer.features],
            "sort": [[cell.sort for cell in feature.cells] for feature in layer.features],
            **_extras(layer),
            "shapes": steps(shapes, STEPS_PER_DEGREE[kind]),
        }
    )


def background_bytes(background: Background) -> bytes:
    """The background as compact JSON, in the drawing order of its shapes."""
    unknown = sorted({kind for kind, _ in background.shapes} - theme.BACKGROUND.keys())
    if unknown:
        raise MapError(
            f"background kind {unknown[0]!r}, expected one of {', '.join(theme.BACKGROUND)}"
        )
    shapes = [shape for _, shape in background.shapes]
    return json_bytes(
        {
            "schematic": background.schematic,
            "credit": background.credit,
            "steps": STEPS_PER_DEGREE["line"],
            "kinds": [kind for kind, _ in background.shapes],
            "shapes": steps(shapes, STEPS_PER_DEGREE["line"]),
            "names": [_name(place) for place in background.names],
            "countries": [_name(place) for place in background.countries],
            "around": [_name(place) for place in background.around],
            "stations": [_name(place) for place in background.stations],
        }
    )


def scene_files(scene: Scene) -> SceneFiles:
    """The files of a scene, each named after the sha256 of its content.

    Raises MapError when two layers share an id.
    """
    if len({layer.id for layer in scene.layers}) < len(scene.layers):
        raise MapError(f"layer ids {[layer.id for layer in scene.layers]}, expected each once")
    files: dict[str, bytes] = {}

    def keep(content: bytes) -> str:
        name = f"{hashlib.sha256(content).hexdigest()}.json"
        files[name] = content
        return name

    layers: list[Json] = [
        {"id": layer.id, "file": keep(layer_bytes(layer))} for layer in scene.layers
    ]
    background = keep(background_bytes(scene.background))
    address = keep(
        json_bytes(
            {
                "lang": scene.lang,
                "texts": {**scene.texts},
                "layers": layers,
                "background": background,
                "panes": PANES,
                "styles": {name: _style(style) for name, style in theme.STYLES.items()},
                "letters": {letter: name for name, letter in packing.LETTER.items()},
                "backgroundStyles": {
                    name: _style(style) for name, style in theme.BACKGROUND.items()
                },
                "look": _look(),
                "home": to_degrees(scene.home),
                "edge": None if scene.edge is None else to_degrees(scene.edge),
                "tiles": None if scene.tiles is None else _tiles(scene.tiles),
                "inset": scene.inset,
                "linkBase": scene.link_base,
            }
        )
    )
    return SceneFiles(scene, address, files)


def _look() -> Json:
    """Colours, font and sizes of the map itself."""
    return {
        **theme.MAP_COLOURS,
        "font": theme.FONT,
        "widest_line": theme.WIDEST_LINE_PX,
        "casing": theme.CASING_PX,
        "border_band": theme.BORDER_BAND_PX,
        "border_band_opacity": theme.BORDER_BAND_OPACITY,
        "band_opacity": theme.BAND_OPACITY,
        "marks_per_row": theme.MARKS_PER_ROW,
    }


def _tiles(tiles: Tiles) -> Json:
    return {
        "template": tiles.template,
        "credit": tiles.credit,
        "minZoom": tiles.min_zoom,
        "maxZoom": tiles.max_zoom,
    }


def _extras(layer: LayerContent) -> dict[str, Json]:
    """Sparks, spans, widths and sizes by the number of the feature, for layers that have any."""
    sparks: dict[str, Json] = {
        str(index): {
            str(column): cell.spark for column, cell in enumerate(feature.cells) if cell.spark
        }
        for index, feature in enumerate(layer.features)
        if any(cell.spark for cell in feature.cells)
    }
    spans: dict[str, Json] = {
        str(index): {
            str(column): [None if share is None else round(share, 3) for share in cell.span]
            for column, cell in enumerate(feature.cells)
            if cell.span is not None
        }
        for index, feature in enumerate(layer.features)
        if any(cell.span for cell in feature.cells)
    }
    widths: dict[str, Json] = {
        str(index): feature.widths for index, feature in enumerate(layer.features) if feature.widths
    }
    sizes: dict[str, Json] = {
        str(index): round(feature.size, 3)
        for index, feature in enumerate(layer.features)
        if feature.size != 1.0
    }
    extras = {"sparks": sparks, "spans": spans, "widths": widths, "sizes": sizes}
    return {name: values for name, values in extras.items() if values}


def _check(layer: LayerContent) -> None:
    where = f"layer {layer.id!r}"
    ids = feature_ids(layer)
    if len(set(ids)) < len(ids):
        double = next(id_ for id_ in ids if ids.count(id_) > 1)
        raise MapError(
            f"{where}: id {double!r} stands for more than one feature, expected each once"
        )
    for feature in layer.features:
        if len(feature.cells) != len(layer.columns):
            raise MapError(
                f"{where}: {feature.id!r} has {len(feature.cells)} cells, expected"
                f" {len(layer.columns)} as its columns"
            )
        theme.style(feature.style)


def _name(place: PlaceName) -> Json:
    lon, lat = point_to_degrees(place.point_rd)
    return [place.name, lon, lat, int(place.abroad)]


def _style(style: theme.Style) -> Json:
    return {
        "shape": style.shape,
        "fill": style.fill,
        "stroke": style.stroke,
        "width": style.width_px,
        "radius": style.radius_px,
        "dash": style.dash,
        "hatch": style.hatch,
        "town": style.town_level,
        "fixed": style.fixed,
        "label": style.label_key,
    }
