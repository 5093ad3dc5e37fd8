"""One module per source; a new file is found by its name."""

import importlib
import pkgutil
import sys
from collections.abc import Mapping
from types import MappingProxyType, ModuleType
from typing import cast

from etl.errors import DeclarationError
from etl.source import Reader, Source

_PACKAGE = sys.modules[__name__]


def declared_sources(package: ModuleType = _PACKAGE) -> Mapping[str, Source]:
    """Every declared source by id, in order of id.

    Raises DeclarationError when a module declares none, or one of another name than its file.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return MappingProxyType({name: _declared(package, name) for name in names})


def readers(package: ModuleType = _PACKAGE) -> Mapping[str, Reader]:
    """The source modules the build runs, by id; the curated facts and the sketch are no such
    modules.
    """
    modules = {
        name: importlib.import_module(f"{package.__name__}.{name}")
        for name in declared_sources(package)
    }
    return MappingProxyType(
        {name: cast(Reader, module) for name, module in modules.items() if hasattr(module, "parse")}
    )


def reader(source_id: str, package: ModuleType = _PACKAGE) -> Reader:
    """The module of one source."""
    return cast(Reader, importlib.import_module(f"{package.__name__}.{source_id}"))


def _declared(package: ModuleType, name: str) -> Source:
    module = importlib.import_module(f"{package.__name__}.{name}")
    source = getattr(module, "SOURCE", None)
    if not isinstance(source, Source):
        raise DeclarationError(
            f"{module.__name__}: expected SOURCE = Source(...), got {type(source).__name__}"
        )
    if source.id != name:
        raise DeclarationError(
            f"{module.__name__}: expected SOURCE.id {name!r}, equal to the file name, got"
            f" {source.id!r}"
        )
    return source
