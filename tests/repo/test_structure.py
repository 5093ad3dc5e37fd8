"""The repository keeps its own rules: arrows between rooms, sizes, names."""

import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.repo.import_statements import imports_of

ROOT = Path(__file__).parents[2]
ROOMS = ("dashboard", "data", "etl", "geo")
MAY_IMPORT = {
    "geo": {"geo"},
    "data": {"data", "geo"},
    "etl": {"etl", "data", "geo"},
    "dashboard": {"dashboard", "data", "geo"},
}
# Where an outside package may be imported: path prefixes.
ONLY_IN = {
    "requests": ("etl/fetch/client.py", "etl/fetch/response_reader.py", "etl/fetch/transport.py"),
    "folium": ("dashboard/maps/",),
    "branca": ("dashboard/maps/",),
    "streamlit": ("dashboard/",),
    "matplotlib": ("dashboard/press/",),
    "pptx": ("dashboard/press/slides/",),
}
NEVER = {"cityseer", "pandana", "igraph", "huff", "pydeck"}
SILENT_NAMES = {"util", "utils", "helper", "helpers", "common", "core", "misc", "base", "manager"}

FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> set[str]:
    return {module.split(".")[0] for module, _ in imports_of(path)}


@cache
def imported_by_file() -> dict[str, set[str]]:
    """The outermost packages that each file imports."""
    return {relative(path): imported(path) for path in FILES}


@pytest.mark.slow
def test_arrows_between_rooms_hold():
    assert {
        here: wrong
        for here, names in imported_by_file().items()
        if (wrong := names & set(ROOMS) - MAY_IMPORT[here.split("/")[0]])
    } == {}


def test_outside_packages_stay_in_their_room():
    assert {
        here: wrong for here, names in imported_by_file().items() if (wrong := names & NEVER)
    } == {}
    for package, homes in ONLY_IN.items():
        misplaced = [here for here in users(package) if not here.startswith(homes)]
        assert misplaced == [], f"{package} belongs in {homes}"
    drawn = tuple(
        f"dashboard/{room}/"
        for room in ("press", "maps", "sentences", "analysis", "selection", "facts")
    )
    assert [here for here in users("streamlit") if here.startswith(drawn)] == []


def users(package: str) -> list[str]:
    """The files that import the package."""
    return [here for here, names in imported_by_file().items() if package in names]


def limit(here: str) -> int:
    """Lines that a file may have."""
    return 60 if here == "dashboard/app.py" else 120 if here.startswith("dashboard/views/") else 400


def test_a_file_fits_on_a_screen_or_two():
    lines = {relative(path): len(path.read_text("utf-8").splitlines()) for path in FILES + TESTS}
    assert {here: count for here, count in lines.items() if count > limit(here)} == {}


def test_a_module_is_named_after_its_noun():
    assert [relative(path) for path in FILES if path.stem in SILENT_NAMES] == []
    taken = {"pages", "data", "geo", "etl"}
    assert [
        relative(path) for path in FILES if taken & set(path.relative_to(ROOT).parts[1:-1])
    ] == []


def test_no_view_touches_frames():
    for view in (ROOT / "dashboard" / "views").glob("*.py"):
        assert not imported(view) & {"pandas", "numpy", "geopandas"}, view.name


def tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("not a git checkout: the list of tracked files is unknown")
    return [
        ROOT / name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file()
    ]


def test_nothing_is_left_open():
    marks = ("TO" + "DO", "FIX" + "ME", "X" + "XX", "raise NotImplemented" + "Error")
    for path in tracked():
        if path.suffix in {".py", ".mjs", ".css", ".toml"} and "vendor" not in path.parts:
            text = path.read_text("utf-8")
            assert not [mark for mark in marks if mark in text], relative(path)


def test_the_lock_file_names_no_index():
    lock = ROOT / "requirements.lock"
    lines = lock.read_text("utf-8").splitlines()
    assert any("--hash=sha256:" in line for line in lines)
    assert not [
        line
        for line in lines
        if "://" in line or line.startswith(("-i ", "--index", "--extra-index"))
    ]


def test_vendored_files_carry_their_licence():
    for package in (ROOT / "dashboard" / "static" / "vendor").iterdir():
        if package.is_dir():
            assert list(package.glob("LICENSE*")), package.name
