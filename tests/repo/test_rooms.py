"""Imports between the rooms of a package only go down, and nothing imports itself in a circle."""

from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.repo.import_statements import imports_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
# From top to bottom; a room uses what stands below it. Rooms on one line use each other not at all.
ORDER = {
    "etl": """
        __main__
        cli
        commands
        pipeline example
        sources
        joins parsing
        source
        area fetch
        decoding
        errors
        problems
        """,
    "dashboard": """
        __main__
        app
        server views
        panels
        session
        exports
        press component
        charts
        maps
        sentences
        analysis
        selection
        facts
        style
        i18n
        deployment
        errors
        """,
    "data": """
        export
        catalogue
        forms snapshot
        manifest
        schema
        errors
        """,
}


@cache
def modules(package: str) -> dict[str, Path]:
    """Dotted name and file of every module of a package."""
    found = {}
    for path in (ROOT / package).rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports(package: str) -> list[tuple[str, str]]:
    """Importing and imported module, within one package."""
    known = modules(package)
    arrows = []
    for name, path in known.items():
        for module, parts in imports_of(path):
            wholes = (f"{module}.{part}" for part in parts)
            targets = [whole if whole in known else module for whole in wholes] or [module]
            arrows += [(name, target) for target in targets if target in known]
    return arrows


def room(module: str) -> str:
    return (module.split(".") + ["__init__"])[1]


@pytest.mark.parametrize("package", ORDER)
def test_every_room_has_a_floor(package):
    floors = ORDER[package].split()
    assert {room(name) for name in modules(package)} - {"__init__"} == set(floors)


@pytest.mark.parametrize("package", ORDER)
def test_rooms_import_only_what_stands_below(package):
    floor = {
        name: number
        for number, line in enumerate(ORDER[package].strip().splitlines())
        for name in line.split()
    }
    climbs = [
        f"{importing} imports {imported}"
        for importing, imported in imports(package)
        if room(importing) != room(imported)
        and "__init__" not in (room(importing), room(imported))
        and floor[room(imported)] <= floor[room(importing)]
    ]
    assert climbs == []


@pytest.mark.parametrize("depth", [2, 3, 4])
@pytest.mark.parametrize("package", [*ORDER, "geo"])
def test_neither_modules_nor_folders_import_in_a_circle(package, depth):
    graph: dict[str, set[str]] = {}
    for arrow in imports(package):
        importing, imported = (".".join(name.split(".")[:depth]) for name in arrow)
        if importing != imported and imported != package:
            graph.setdefault(importing, set()).add(imported)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" > ".join(circle.args[1]))
