"""Another package called `data` first on the import path is named in one line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("command", ["etl", "dashboard"])
@pytest.mark.parametrize("other", ["data/__init__.py", "data.py"])
def test_other_package_called_data_is_named_in_one_line(tmp_path: Path, command: str, other: str):
    path = tmp_path / other
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    done = subprocess.run(
        [sys.executable, "-m", command, "--help"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"got {path}: start from another folder" in done.stderr
