import json
import shutil
from importlib.metadata import version
from pathlib import Path

import pytest

from data import catalogue
from data.snapshot import publish
from etl.commands.embed import embed
from etl.sources import background, competition, reference


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The snapshot that ships, built anew; not to be written to."""
    folder = tmp_path_factory.mktemp("embedded")
    embed(folder)
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.slow
def test_what_ships_says_what_the_curated_facts_say(built: Path):
    ships, anew = catalogue.open(catalogue.EMBEDDED).manifest, catalogue.open(built).manifest
    assert {table.name: table.content_hash for table in ships.tables} == {
        table.name: table.content_hash for table in anew.tables
    }
    assert (ships.version, ships.sources) == (anew.version, anew.sources)


def test_what_ships_is_byte_for_byte_what_is_built_under_the_locked_versions(built: Path):
    # Those that stand in the bytes: the writer, the types of columns, the words for a coordinate
    # system.
    lock = (Path(catalogue.EMBEDDED).parents[1] / "requirements.lock").read_text("utf-8")
    other = [
        name
        for name in ("pyarrow", "pandas", "pyproj")
        if f"\n{name}=={version(name)} " not in lock
    ]
    if other:
        pytest.skip(
            f"the snapshot that ships was written with another version of {', '.join(other)}"
        )
    assert content(catalogue.EMBEDDED) == content(built)


def test_embedding_again_changes_nothing(built: Path, tmp_path: Path):
    folder = Path(shutil.copytree(built, tmp_path / "again"))
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    again = embed(folder)
    assert (again.version, again.changed) == (catalogue.open(built).version, False)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_what_ships_keeps_every_contract():
    assert publish.verify(catalogue.EMBEDDED) == []


def test_only_one_version_ships():
    assert [path.name for path in (catalogue.EMBEDDED / "versions").iterdir()] == [
        catalogue.open(catalogue.EMBEDDED).version
    ]


def test_what_ships_carries_no_time_of_building(built: Path):
    opened = catalogue.open(built)
    newest = max(
        source.retrieved for source in opened.manifest.sources if source.retrieved is not None
    )
    assert opened.manifest.published is None
    assert opened.version.startswith(f"reference-{newest.isoformat()}-")


def test_every_table_of_the_curated_facts_ships(built: Path):
    assert set(catalogue.open(built).names) == {
        *reference.tables(),
        *competition.tables(),
        background.SOURCE.fills[0].name,
    }


def test_everything_that_ships_may_be_shown(built: Path):
    opened = catalogue.open(built)
    assert {source.sharing for source in opened.manifest.sources} == {"open"}
    assert set(opened.table("observations")["sharing"]) == {"open"}


def test_manifest_names_no_machine(built: Path):
    manifest = json.loads(
        (catalogue.open(built).path / "manifest.json").read_text(encoding="utf-8")
    )
    assert set(manifest) == {"format", "version", "published", "tables", "sources"}
    assert str(Path.home()) not in json.dumps(manifest)
