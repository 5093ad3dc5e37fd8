"""The README's promises exist."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
DOCS = "\n".join(
    path.read_text("utf-8")
    for path in (
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *sorted((ROOT / "docs").rglob("*.md")),
    )
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_it_opens_with_a_dutch_summary():
    assert "binnensteden" in README.split("## ")[0]


def test_the_two_set_up_lines_stand_there_once_each():
    lines = [line for line in README.splitlines() if line.startswith("python3 -m venv")]
    assert len(lines) == 2
    assert (
        lines[0].endswith(".venv/bin/stadshart")
        and "'.[test]'" in lines[1]
        and lines[1].endswith("pytest")
    )


def test_the_commands_it_names_are_installed():
    for command in re.findall(r"`(stadshart(?:-etl)?)\b", DOCS):
        assert command in PROJECT["scripts"]


def test_the_etl_commands_it_names_answer():
    named = set(re.findall(r"`stadshart-etl (\w+)", DOCS))
    done = subprocess.run(
        [sys.executable, "-m", "etl", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert named and all(name in done.stdout for name in named)


def test_ci_calls_exactly_its_test_command():
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    found = re.search(r"command=\$\((sed .*)\)$", script, re.MULTILINE)
    assert found is not None and shutil.which("bash")
    done = subprocess.run(
        ["bash", "-c", found[1]], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() in README.splitlines()
    assert done.stdout.strip().endswith("pytest")


def test_files_and_folders_it_names_exist():
    for name in (
        "data/reference/",
        "tests/repo",
        "tests/bench",
        "dashboard/static/vendor/",
        "requirements.lock",
    ):
        assert name in DOCS
        assert (ROOT / name).exists(), name


def test_every_setting_of_the_dashboard_is_explained():
    code = "".join(path.read_text("utf-8") for path in (ROOT / "dashboard").rglob("*.py"))
    settings = set(re.findall(r'environ\.get\("(STADSHART_\w+)"', code))
    assert settings and not {name for name in settings if f"`{name}=" not in DOCS}
