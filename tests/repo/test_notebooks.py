"""Every notebook in the documentation runs from top to bottom."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))


def cells(notebook: Path, kind: str) -> list[str]:
    """The sources of its cells of a kind, in order."""
    listed = json.loads(notebook.read_text("utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in listed if cell["cell_type"] == kind]


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(notebook: Path, tmp_path: Path):
    script = tmp_path / "notebook.py"
    script.write_text("\n".join(cells(notebook, "code")), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_holds_no_results(notebook: Path):
    listed = json.loads(notebook.read_text("utf-8"))["cells"]
    assert not [cell for cell in listed if cell.get("outputs") or cell.get("execution_count")]


def test_the_three_notebooks_are_there():
    assert [path.stem for path in NOTEBOOKS] == [
        "import_a_survey",
        "read_a_snapshot",
        "run_a_scenario",
    ]
