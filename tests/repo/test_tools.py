"""Formatter, linter and type checker have nothing to say; files and functions stay short."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("dashboard", "data", "etl", "geo")
LINES_OF_A_FUNCTION = 60


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_every_file_is_formatted():
    checked = run("ruff", "format", "--check", ".")
    assert checked.returncode == 0, checked.stdout


def test_the_linter_finds_nothing():
    checked = run("ruff", "check", "--output-format", "concise", ".")
    assert checked.returncode == 0, checked.stdout


@pytest.mark.slow
def test_the_type_checker_finds_nothing():
    checked = run("mypy")
    assert checked.returncode == 0, checked.stdout


@pytest.mark.slow
def test_no_function_is_longer_than_sixty_lines():
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LINES_OF_A_FUNCTION
    ]
    assert long == []
