"""Every function that others build on shows an example, and every example is true."""

import doctest
import importlib
import inspect

import pytest

SHOWN = {
    "data.catalogue": (
        "open",
        "version",
        "Catalogue.__repr__",
        "Catalogue.contents",
        "Catalogue.table",
        "Catalogue.places",
        "Catalogue.source",
    ),
    "geo.huff": ("shares", "allocate", "fit"),
    "geo.mci": ("fit", "predict"),
    "geo.index": ("normalise", "aggregate", "uncertainty", "sensitivity"),
    "geo.effects": ("difference_in_differences", "synthetic_control"),
    "geo.footfall": ("proxy", "skill"),
    "geo.vacancy": ("rates",),
    "geo.centres": ("delineate",),
    "geo.actors": ("measures",),
}
"""The functions by module; some are offered there and written in another module."""


@pytest.mark.parametrize(
    "name", [f"{module}.{name}" for module, names in SHOWN.items() for name in names]
)
def test_example_in_the_docstring_is_true(name: str):
    room, module, *path = name.split(".")
    shown = importlib.import_module(f"{room}.{module}")
    for step in path:
        shown = getattr(shown, step)
    home = importlib.import_module(shown.__module__)
    examples = doctest.DocTestFinder(recurse=False).find(shown, name, globs=dict(vars(home)))
    assert [test for test in examples if test.examples], inspect.getsourcefile(home)
    runner = doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF)
    for test in examples:
        runner.run(test)
    assert runner.summarize(verbose=False).failed == 0


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_a_module_lists_what_it_offers(name: str):
    module = importlib.import_module(name)
    written_here = {
        key
        for key, value in vars(module).items()
        if not key.startswith("_") and getattr(value, "__module__", "") == name
    }
    assert written_here <= set(module.__all__)


def test_help_on_a_function_names_its_types_shortly():
    assert len(str(inspect.signature(importlib.import_module("geo.huff").shares))) < 250
