"""The benches, which no other test runs, find everything that they import."""

from importlib import import_module
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "bench"
# An app of Streamlit draws while it is imported.
BENCHES = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.endswith("_app"))


@pytest.mark.parametrize("name", BENCHES)
def test_a_bench_can_be_imported(name: str):
    assert import_module(f"tests.bench.{name}").__doc__
