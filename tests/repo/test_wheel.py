"""What the build puts into a wheel."""

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILD = "import sys, {0} as backend; backend.build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the files git knows, built where an earlier build left a module that is deleted by
    now.
    """
    checkout, out = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("out")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, checkout / name)
    left = checkout / "build" / "lib" / "geo" / "indicators" / "deleted_long_ago.py"
    left.parent.mkdir(parents=True)
    left.write_text('"""An indicator of an earlier version."""\n')
    backend = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"][
        "build-backend"
    ]
    subprocess.run(
        [sys.executable, "-c", BUILD.format(backend), out],
        cwd=checkout,
        check=True,
        capture_output=True,
    )
    (made,) = out.glob("*.whl")
    return made


@pytest.mark.slow
def test_a_deleted_module_of_an_earlier_build_stays_out(wheel: Path):
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    assert "geo/indicators/__init__.py" in names
    assert [name for name in names if "deleted_long_ago" in name] == []


@pytest.mark.slow
def test_every_file_of_the_four_packages_goes_along(wheel: Path):
    listed = subprocess.run(
        ["git", "ls-files", "-z", "dashboard", "data", "etl", "geo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    with zipfile.ZipFile(wheel) as packed:
        assert {name for name in listed.stdout.split("\0") if name} <= set(packed.namelist())
