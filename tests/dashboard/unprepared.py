"""The dashboard without what it works out before anybody asks, such as the model of spending, which
takes longer than the rest of a start: `python -m tests.dashboard.unprepared`, with what `stadshart`
takes behind it.
"""

import sys
from collections.abc import Sequence

from dashboard.__main__ import main
from dashboard.server import serve
from dashboard.session import cache


def start(arguments: Sequence[str]) -> None:
    """Serve with these arguments, until it is stopped."""
    serve._prepare = cache.warm = lambda: None
    main(arguments)


if __name__ == "__main__":
    start(sys.argv[1:])
