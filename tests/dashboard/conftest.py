"""What ships, served once for all files that only look at it."""

import sys
from collections.abc import Iterator

import pytest

from tests.conftest import require_chromium, serving


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the dashboard on what ships, without tiles."""
    require_chromium()
    folder = tmp_path_factory.mktemp("site")
    with serving(
        lambda port: [sys.executable, "-m", "dashboard", "--port", str(port)],
        folder / "log",
        env={"STADSHART_TILES": "off", "XDG_DATA_HOME": str(folder)},
    ) as served:
        yield served.address
