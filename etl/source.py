"""What a source declares of itself, and which sources there are."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType, ModuleType
from typing import Literal

import etl.sources
from data.provenance import Sharing
from data.tables import Table
from etl.errors import DeclarationError
from geo.bilingual import Bilingual

Tried = Literal["live", "recorded", "documentation"]
"""What the reading was made against: the live service, a recorded answer, or its documentation only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The declaration on top of every module in `etl/sources/`.

    `rows` bounds what one run may bring for the five declared cities; outside it the source fails.
    After `max_age_days` without a fresh copy it is stale; a source that does not age has none.
    `waits_for_file` marks sources that nobody can fetch: without a file they are not supplied.
    """

    id: str
    title: Bilingual
    publisher: str
    licence: str
    fills: tuple[Table, ...]
    rows: range
    tried: Tried
    sharing: Sharing = "open"
    max_age_days: int | None = None
    url: str | None = None
    credit: str | None = None
    waits_for_file: bool = False


def found(package: ModuleType = etl.sources) -> Mapping[str, Source]:
    """Every declared source by id, in order of id.

    Raises DeclarationError when a module declares none, or one of another name than its file.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return MappingProxyType({name: _declared(package, name) for name in names})


def _declared(package: ModuleType, name: str) -> Source:
    module = importlib.import_module(f"{package.__name__}.{name}")
    source = getattr(module, "SOURCE", None)
    if not isinstance(source, Source):
        raise DeclarationError(f"{module.__name__}: expected SOURCE = Source(...), got {type(source).__name__}")
    if source.id != name:
        raise DeclarationError(
            f"{module.__name__}: expected SOURCE.id {name!r}, equal to the file name, got {source.id!r}"
        )
    return source
