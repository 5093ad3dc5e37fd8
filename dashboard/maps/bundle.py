"""The modules and the styles of the map component, each as one file."""

import re
from functools import cache
from pathlib import Path

COMPONENT = Path(__file__).parents[1] / "component"
# The rules of the table follow those of the frame around it.
_STYLESHEETS = ("map.css", "linked_maps.css", "table.css")
_LEAFLET = "./leaflet.js"
_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"(\.[^"]+)"\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function|const|class) (\w+))", re.MULTILINE)
_COMMENT_OR_INDENT = re.compile(r"^ *(?://.*\n)?", re.MULTILINE)
# Strings are kept; line breaks stay, because they end statements.
_TEXT_OR_SPACED = re.compile(r'("[^"\n]*"|`[^`]*`)| *(=>|[=?:&|{}(),<>]) *')


@cache
def stylesheet() -> str:
    """The styles of the map and its table."""
    return "\n".join((COMPONENT / name).read_text("utf-8") for name in _STYLESHEETS)


@cache
def bundle(entry: Path) -> str:
    """The module `entry` and all it imports as one script with the exports of `entry` at top level.

    Every module becomes a function scope after those it imports. Modules import and export by name
    only: functions, classes and constants. The page must have loaded Leaflet.
    """
    scopes: dict[str, str] = {}
    _add(entry, scopes)
    return "".join(scopes.values()) + f"const {{ {_exports(entry)} }} = {_scope(entry.name)}\n"


def page_module() -> str:
    """The map of the page as one module beside Leaflet.

    Separate files would cost a first visit a round of requests per level of imports.
    """
    entry = COMPONENT / "map.mjs"
    return f'import "{_LEAFLET}"\n{bundle(entry)}export {{ {_exports(entry)} }}\n'


def _add(module: Path, scopes: dict[str, str]) -> None:
    if module.name in scopes:
        return
    code = module.read_text("utf-8")
    for _, name in _IMPORT.findall(code):
        if name != _LEAFLET:
            _add(module.parent / name, scopes)
    code = _IMPORT.sub(_taken_from_scope, code)
    code = _COMMENT_OR_INDENT.sub("", _EXPORT.sub(r"\1", code))
    code = _TEXT_OR_SPACED.sub(lambda piece: piece[1] or piece[2], code)
    scopes[module.name] = (
        f"const {_scope(module.name)} = (() => {{\n{code}return {{ {_exports(module)} }}\n}})()\n"
    )


def _exports(module: Path) -> str:
    return ", ".join(name for _, name in _EXPORT.findall(module.read_text("utf-8")))


def _taken_from_scope(line: re.Match[str]) -> str:
    names, path = line.groups()
    return "" if names is None else f"const {{{names}}} = {_scope(Path(path).name)}\n"


def _scope(name: str) -> str:
    return f"${name.removesuffix('.mjs')}"
