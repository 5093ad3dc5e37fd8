"""The repository keeps its own rules: arrows between rooms, sizes, names."""

import ast
import subprocess
from pathlib import Path

import pytest

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
    "requests": ("etl/http.py",),
    "folium": ("dashboard/maps/",),
    "branca": ("dashboard/maps/",),
    "streamlit": ("dashboard/",),
    "matplotlib": ("dashboard/press/",),
}
NEVER = {"cityseer", "pandana", "igraph", "huff", "pydeck"}
SILENT_NAMES = {"util", "utils", "helper", "helpers", "common", "core", "misc", "base", "manager"}

# Longer than they may be since the formatter set their lines: each goes once it is split.
STILL_LONG = {
    "dashboard/views/concurrentie.py",
    "dashboard/competition/calibration.py",
    "dashboard/press/callouts.py",
    "dashboard/press/carto.py",
    "dashboard/press/factsheet.py",
    "dashboard/press/series.py",
    "dashboard/street/town.py",
    "etl/__main__.py",
    "etl/build.py",
    "etl/checks.py",
    "etl/example/region.py",
    "etl/example/town.py",
    "etl/headings.py",
    "etl/http.py",
    "etl/imports.py",
    "etl/openstreetmap.py",
    "etl/raw.py",
    "etl/sources/cbs_statline.py",
    "etl/sources/counters.py",
    "etl/sources/figures.py",
    "etl/sources/osm.py",
    "etl/sources/shop_survey.py",
    "etl/sources/transit.py",
    "etl/spreadsheet.py",
    "etl/survey.py",
    "tests/bench/etl.py",
    "tests/data/test_spreadsheet.py",
    "tests/etl/sources/test_bag.py",
    "tests/etl/sources/test_cbs_statline.py",
    "tests/etl/sources/test_shop_survey.py",
    "tests/etl/sources/test_survey_status.py",
    "tests/etl/sources/test_transit.py",
    "tests/etl/test_http_body.py",
    "tests/etl/test_http_transport.py",
    "tests/geo/test_footfall.py",
    "tests/geo/test_vacancy.py",
    "tests/town.py",
}

FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_arrows_between_rooms_hold(path):
    room = relative(path).split("/")[0]
    assert imported(path) & set(ROOMS) <= MAY_IMPORT[room]


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_outside_packages_stay_in_their_room(path):
    here = relative(path)
    names = imported(path)
    assert not names & NEVER
    for package, homes in ONLY_IN.items():
        if package in names:
            assert here.startswith(homes), f"{package} belongs in {homes}"
    if here.startswith(("dashboard/maps/", "dashboard/press/")):
        assert "streamlit" not in names


@pytest.mark.parametrize("path", [*FILES, *TESTS], ids=relative)
def test_a_file_fits_on_a_screen_or_two(path):
    here = relative(path)
    limit = (
        60 if here == "dashboard/app.py" else 120 if here.startswith("dashboard/views/") else 400
    )
    fits = len(path.read_text("utf-8").splitlines()) <= limit
    assert fits != (here in STILL_LONG)


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_a_module_is_named_after_its_noun(path):
    assert path.stem not in SILENT_NAMES
    assert not set(path.relative_to(ROOT).parts[1:-1]) & {
        "pages",
        "data",
        "geo",
        "etl",
    }


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
