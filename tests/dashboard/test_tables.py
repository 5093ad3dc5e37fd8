import gc
import shutil
from pathlib import Path

import pytest

from dashboard import state, tables, visit
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


def test_what_a_view_says_of_a_selection_is_made_once_for_all_visitors(served, monkeypatch):
    made = []

    def make(facts, selection, text):
        made.append((facts.version, selection.place, text.lang))
        return object()

    words = visit.vocabulary(tables.facts())
    once, again = (
        tables.remembered(make, state.parse({"plaats": "hengelo"}, words)[0]) for _ in range(2)
    )
    first = tables.facts().version
    assert again is once and made == [(first, "hengelo", "nl")]
    tables.remembered(make, state.parse({"plaats": "hengelo", "taal": "de"}, words)[0])
    assert made[1:] == [(first, "hengelo", "de")]

    monkeypatch.setattr(tables, "LOOK_AGAIN_S", 0.0)
    second = store.publish(
        served, town.tables(), town.sources(), town.table_sources(), published=None, label="town"
    ).version
    tables.remembered(make, state.opening(visit.vocabulary(tables.facts())))
    assert [version for version, _, _ in made] == [first, first, second]


def test_the_oldest_selections_are_forgotten(served, monkeypatch):
    made = []
    monkeypatch.setattr(tables, "_REMEMBERED", 2)
    words = visit.vocabulary(tables.facts())

    def make(facts, selection, text):
        made.append(selection.place)

    for place in ("hengelo", "borne", "hengelo", "enschede", "borne"):
        tables.remembered(make, state.parse({"plaats": place}, words)[0])
    assert made == ["hengelo", "borne", "enschede", "borne"]


def test_what_a_view_loads_late_is_frozen_once(monkeypatch):
    frozen = []
    monkeypatch.setattr(tables, "_drawn", set())
    monkeypatch.setattr(tables, "freeze", lambda: frozen.append("now"))
    for view in ("kaart", "kaart", "straten", "kaart"):
        tables.drawn(view)
    assert len(frozen) == 2
