"""What ships, and the made-up region, each served once for all files that only look at it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import require_chromium, serving


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the dashboard on what ships, without tiles."""
    yield from _served(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def example_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same on the made-up region."""
    yield from _served(tmp_path_factory.mktemp("example"), "--example")


def _served(folder: Path, *options: str) -> Iterator[str]:
    require_chromium()
    with serving(
        lambda port: [sys.executable, "-m", "dashboard", *options, "--port", str(port)],
        folder / "log",
        env={"STADSHART_TILES": "off", "XDG_DATA_HOME": str(folder)},
    ) as served:
        yield served.address
