"""What ships, read once for all tests of a process that only read it."""

from functools import cache

from dashboard.analysis import vitality
from dashboard.analysis.vitality import Vitality
from dashboard.facts.snapshot import Facts
from data import catalogue


@cache
def facts() -> Facts:
    """Its records."""
    return Facts(catalogue.open(catalogue.EMBEDDED))


@cache
def vital() -> Vitality:
    """The vitality of its inner cities."""
    return vitality.measured(facts())
