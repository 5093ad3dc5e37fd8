import gc
import shutil
from pathlib import Path

import pytest

from dashboard import tables
from data import catalogue, store
from tests import town


@pytest.fixture
def served(tmp_path: Path):
    shutil.copytree(catalogue.EMBEDDED, tmp_path / "snapshot")
    tables.use(tmp_path / "snapshot")
    yield tmp_path / "snapshot"
    tables.use(None)


def test_a_version_is_read_once(served):
    assert tables.facts() is tables.facts()
    assert tables.scene_files("nl") is tables.scene_files("nl")


def test_a_new_version_is_served_without_a_restart(served, monkeypatch):
    monkeypatch.setattr(tables, "LOOK_AGAIN_S", 0.0)
    before = tables.facts()
    published = store.publish(
        served, town.tables(), town.sources(), town.table_sources(), published=None, label="town"
    )
    after = tables.facts()
    assert published.changed and after is not before
    assert after.version == published.version == catalogue.version(served)


def test_one_change_asks_the_disk_once_which_version_is_published(served, monkeypatch):
    asked = []
    monkeypatch.setattr(catalogue, "version", lambda folder: asked.append(folder) or "one")
    monkeypatch.setattr(tables, "LOOK_AGAIN_S", 60.0)
    assert [tables._version() for _ in range(5)] == ["one"] * 5
    assert asked == [served]


def test_what_is_loaded_is_out_of_the_collectors_sight(served):
    gc.unfreeze()
    tables.scene_files("nl")
    assert gc.get_freeze_count() > 0
