"""What an IT department asks for: licences, components, citation, statements."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.dashboard import accessibility
from tests.repo import dependency_licences

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def tool(name: str) -> str:
    """The command of a package of the test extra."""
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    assert found is not None, name
    return found


@pytest.mark.slow
def test_every_file_says_whose_it_is_and_under_which_licence():
    done = subprocess.run(
        [tool("reuse"), "lint", "--lines"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_every_runtime_dependency_may_be_used_by_anyone():
    demanding = {
        package: dependency_licences.licence(package)
        for package in dependency_licences.locked()
        if not dependency_licences.is_permissive(dependency_licences.licence(package))
    }
    assert demanding == {}


@pytest.mark.parametrize(
    ("expression", "permissive"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-2-Clause", True),
        ("MIT OR GPL-3.0-or-later", True),
        ("MIT AND GPL-3.0-or-later", False),
        ("AGPL-3.0-only", False),
        ("BSD-4-Clause", False),
    ],
)
def test_a_licence_that_binds_the_user_is_seen(expression: str, permissive: bool):
    assert dependency_licences.is_permissive(expression) is permissive


def test_the_list_of_dependencies_is_that_of_the_lock():
    listed = re.findall(
        r"^\| ([a-z0-9._-]+) \| \S",
        (ROOT / "docs/dependencies.md").read_text("utf-8"),
        re.MULTILINE,
    )
    assert [name for name in listed if name != "package"] == list(dependency_licences.locked())


@pytest.mark.slow
def test_the_list_of_components_holds_every_package_with_its_hashes(tmp_path: Path):
    documented = re.search(r"`(cyclonedx-py [^`]*)`", (ROOT / "SECURITY.md").read_text("utf-8"))
    assert documented is not None
    program, *arguments, _ = documented[1].split()
    out = tmp_path / "sbom.cdx.json"
    # Holding its own output against its own schema takes the command three seconds.
    command = [tool(program), *arguments, out, "--no-validate"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    components = json.loads(out.read_text("utf-8"))["components"]
    listed = {component["name"]: component["version"] for component in components}
    assert listed == dependency_licences.locked()
    assert all(component["externalReferences"][0]["hashes"] for component in components)


def test_one_version_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    publiccode = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
    assert citation["version"] == publiccode["softwareVersion"] == VERSION
    assert citation["date-released"] == publiccode["releaseDate"]
    assert citation["license"] == publiccode["legal"]["license"] == "EUPL-1.2"
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()


def test_the_statement_of_accessibility_is_of_this_version_and_of_every_view():
    statement = (ROOT / "docs/toegankelijkheid.md").read_text("utf-8")
    assert f"Stadshart Twente {VERSION}, gemaakt op" in statement
    rows = re.findall(r"^\| `/([a-z]*)` \| (\d+) \| \d+ \| (.*) \|$", statement, re.MULTILINE)
    pages = str(len(accessibility.LANGUAGES) * 2)
    assert rows == [(view, pages, "geen") for view in accessibility.VIEWS]
    assert all(selector in statement for selector in accessibility.NOT_OURS)
