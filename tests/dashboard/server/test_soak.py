"""Memory stays level under visitors who come and go: the limit of `tests/bench/soak.py`."""

import os
from pathlib import Path

import pytest

from tests.bench import soak


@pytest.mark.slow
@pytest.mark.long
def test_memory_is_level_under_fifty_visitors(tmp_path: Path):
    minutes = float(os.environ.get("STADSHART_SOAK_MINUTES", "30"))
    measured = soak.run(tmp_path / "log", visitors=50, minutes=minutes)
    for process in measured.memory:
        assert measured.slope_mb_per_minute(process, 30 * minutes) < 1.0, process
    assert len((tmp_path / "log").read_text("utf-8").splitlines()) == 1
