"""What ships, read once for all tests of a process that only read it, and what is measured on a
published version, worked out once per process however often it is opened.
"""

from functools import cache

from dashboard.analysis import vitality
from dashboard.analysis.vitality import Vitality
from dashboard.facts.snapshot import Facts
from data import catalogue

_measure = vitality.measured
_known: dict[object, Vitality] = {}


def _measured(facts: Facts) -> Vitality:
    # Frames that no folder holds have no version of their own.
    if not facts.catalogue.folder.exists():
        return _measure(facts)
    version = facts.version, facts.beyond, tuple(place.place_id for place in facts.centres)
    if version not in _known:
        _known[version] = _measure(facts)
    return _known[version]


# Before the caches of the dashboard name it.
vitality.measured = _measured


@cache
def facts() -> Facts:
    """Its records."""
    return Facts(catalogue.open(catalogue.EMBEDDED))


@cache
def vital() -> Vitality:
    """The vitality of its inner cities."""
    return vitality.measured(facts())
