"""Names are terms of the field: no private dialect, and one class per name."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PACKAGES = ("dashboard", "data", "etl", "geo")
# Words that say nothing to somebody who reads the code for the first time.
FORBIDDEN = frozenset(
    [
        "anew",
        "astray",
        "bring",
        "brings",
        "brought",
        "broke",
        "deed",
        "desk",
        "errand",
        "foreseen",
        "found",
        "glance",
        "kept",
        "met",
        "mine",
        "nameless",
        "of",
        "one",
        "said",
        "shelf",
        "spoken",
        "standing",
        "stays",
        "stuck",
        "theirs",
        "told",
        "untold",
        "wish",
    ]
)


def names(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, int]]:
    """Every name that a module defines, with its line."""
    for node in nodes:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name, node.lineno
            case ast.Name(ctx=ast.Store()):
                yield node.id, node.lineno
            case ast.arg():
                yield node.arg, node.lineno
            case ast.Attribute(ctx=ast.Store()):
                yield node.attr, node.lineno
            case ast.ExceptHandler(name=str(name)) | ast.alias(asname=str(name)):
                yield name, node.lineno


@dataclass
class Defined:
    """What the modules define: forbidden names with their lines, and the files of each class."""

    forbidden: list[str]
    classes: dict[str, list[str]]


@pytest.fixture(scope="module")
def defined() -> Defined:
    found = Defined([], defaultdict(list))
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            here, tree = path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))
            nodes = list(ast.walk(tree))
            found.forbidden += [
                f"{here}:{line} {name}"
                for name, line in names(nodes)
                if name.strip("_").lower() in FORBIDDEN
            ]
            for node in nodes:
                if isinstance(node, ast.ClassDef):
                    found.classes[node.name].append(here)
    return found


def test_no_name_is_a_word_of_a_private_dialect(defined: Defined):
    assert defined.forbidden == []


def test_a_class_name_stands_for_one_class(defined: Defined):
    assert {name: paths for name, paths in defined.classes.items() if len(paths) > 1} == {}
