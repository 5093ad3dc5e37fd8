"""The layers of the map: one file each, found by folder."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from dashboard.maps.layer import Listing, MapLayer


@cache
def by_id() -> Mapping[str, MapLayer]:
    """Every layer by its id, in the order of the table beside the map."""
    layers: list[MapLayer] = [
        import_module(f"{__name__}.{entry.name}").LAYER for entry in pkgutil.iter_modules(__path__)
    ]
    layers.sort(key=lambda layer: (layer.order, layer.id))
    return MappingProxyType({layer.id: layer for layer in layers})


def listed(listing: Listing) -> tuple[MapLayer, ...]:
    """Every layer in the order of a listing."""
    return tuple(sorted(by_id().values(), key=lambda layer: layer.place_in(listing)))
