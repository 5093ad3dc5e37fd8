"""Every notebook in the documentation runs from top to bottom."""

import json
import runpy
import tempfile
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
def test_a_notebook_runs(
    notebook: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    script = tmp_path / "notebook.py"
    script.write_text("\n".join(cells(notebook, "code")), encoding="utf-8")
    # Without a data folder of its own, and with nothing left behind.
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    runpy.run_path(str(script))
    assert capsys.readouterr().out.strip()


def test_no_notebook_holds_results():
    listed = [
        (notebook.name, cell)
        for notebook in NOTEBOOKS
        for cell in json.loads(notebook.read_text("utf-8"))["cells"]
    ]
    assert [one for one in listed if one[1].get("outputs") or one[1].get("execution_count")] == []


def test_the_three_notebooks_are_there():
    assert [path.stem for path in NOTEBOOKS] == [
        "import_a_survey",
        "read_a_snapshot",
        "run_a_scenario",
    ]
