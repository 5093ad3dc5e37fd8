"""The made-up town that ships, read once for all tests of a process: its streets take a while to
work out.
"""

from functools import cache

from dashboard.facts.snapshot import Facts
from data import catalogue


@cache
def facts(*, beyond: bool = True) -> Facts:
    """Its records, for tests that only read them; with `beyond` as readers elsewhere
    may have them.
    """
    return Facts(catalogue.open(catalogue.EXAMPLE), beyond=beyond)
