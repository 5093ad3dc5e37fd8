"""The words of the map and the names of its classes, in three languages."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from dashboard.i18n.text import Lang

_FILE = Path(__file__).parents[1] / "component" / "wording.toml"


@cache
def wording(lang: Lang) -> Mapping[str, str]:
    """The words of the map by key; `style.<name>` names a class of the style table."""
    return MappingProxyType(tomllib.loads(_FILE.read_text("utf-8"))[lang])


def with_edge(lang: Lang, edge: str) -> Mapping[str, str]:
    """The same words for a map with a button to the retail site `edge`."""
    words = wording(lang)
    return {**words, **{key: words[key].format(edge=edge) for key in ("show_edge", "edge_short")}}
