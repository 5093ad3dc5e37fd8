"""The indicators of vitality: one file each, found by folder."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Protocol

import pandas as pd

from geo.indicator import GROUPS, Indicator, Tables


class Measure(Protocol):
    """The interface of every module in this folder."""

    INDICATOR: Indicator

    def compute(self, tables: Tables) -> pd.DataFrame:
        """Readings per place and year (see `geo.indicator`), from the tables declared."""


@cache
def declared_measures() -> Mapping[str, Measure]:
    """Every indicator by its id, in the order of the groups, then of the names of the files."""
    modules = [
        import_module(f"{__name__}.{entry.name}") for entry in pkgutil.iter_modules(__path__)
    ]
    modules.sort(key=lambda module: GROUPS.index(module.INDICATOR.group))
    return MappingProxyType({module.INDICATOR.id: module for module in modules})
