"""The dashboard without what it works out before anybody asks, such as the model of spending, which
takes longer than the rest of a start: `python -m tests.dashboard.unprepared`, with what `stadshart`
takes behind it.
"""

import sys

from dashboard.__main__ import main
from dashboard.server import serve

serve._prepare = lambda: None

if __name__ == "__main__":
    main(sys.argv[1:])
