"""The documentation builds as a site without a warning, and asks nobody else for anything."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from data.schema.tables import DECLARED
from tests.conftest import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site; every broken link in it is an error."""
    folder = tmp_path_factory.mktemp("docs") / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def test_every_page_is_found_by_its_words(built: Path):
    index = json.loads((built / "search" / "search_index.json").read_text("utf-8"))
    pages = {row["location"].partition("#")[0] for row in index["docs"]}
    assert pages >= {f"gids/{name}.html" for name in ("beleid", "planoloog", "pers")}
    assert pages >= {f"{name}.html" for name in ("methods", "problems", "CHANGELOG", "data")}


def test_every_table_and_function_has_its_place(built: Path):
    dictionary = (built / "dictionary.html").read_text("utf-8")
    assert all(f'<h2 id="{name}">' in dictionary for name in DECLARED)
    reference = (built / "api.html").read_text("utf-8")
    assert 'id="geohuffshares"' in reference and "Land Economics" in reference


def test_a_page_asks_nothing_of_another_host(built: Path):
    asked = {
        address
        for page in built.rglob("*.html")
        for address in re.findall(
            r'<(?:script|link|img|iframe)\b[^>]*(?:src|href)="(https?:[^"]*)"',
            page.read_text("utf-8"),
        )
    }
    assert asked == set()
