"""The import statements of a module, read from its text: parsing it takes ten times as long."""

import re
from functools import cache
from pathlib import Path

_IMPORT = re.compile(
    r"^[ \t]*(?:from ([a-zA-Z_][\w.]*) import (\([^)]*\)|[^\n]+)|import ([^\n]+))$", re.MULTILINE
)
_REMARK = re.compile(r"#[^\n]*")


@cache
def imports_of(path: Path) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each imported module, with the names imported from it."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for module, names, whole in _IMPORT.findall(path.read_text("utf-8")):
        if whole:
            found += [(name, ()) for name in _names(whole)]
        else:
            found.append((module, _names(names)))
    return tuple(found)


def _names(listed: str) -> tuple[str, ...]:
    words = (item.split() for item in _REMARK.sub("", listed).strip("() \n").split(","))
    return tuple(word[0] for word in words if word)
