import gc
import shutil
from pathlib import Path

import pytest
import streamlit as st

from dashboard.maps.tiles import BRT_GREY
from dashboard.selection import permalink
from dashboard.session import cache, visitor
from data import catalogue
from data.snapshot import publish
from tests import town

pytestmark = pytest.mark.slow


@pytest.fixture
def served(tmp_path: Path):
    shutil.copytree(catalogue.EMBEDDED, tmp_path / "snapshot")
    cache.use(tmp_path / "snapshot")
    yield tmp_path / "snapshot"
    cache.use(None)


def test_a_version_is_read_once(served):
    assert cache.facts() is cache.facts()
    assert cache.scene_files("nl") is cache.scene_files("nl")


def test_under_a_made_up_town_lie_no_tiles_of_the_real_country(served, monkeypatch):
    drawn = []
    make = cache.make_files
    monkeypatch.setattr(cache, "make_files", lambda scene: drawn.append(scene.tiles) or make(scene))
    monkeypatch.delenv("STADSHART_TILES", raising=False)
    st.cache_resource.clear()
    cache.scene_files("nl")
    cache.use(catalogue.EXAMPLE)
    cache.scene_files("nl")
    cache.street_files("voorbeeldstad", None, "nl")
    assert drawn == [BRT_GREY, None, None]


def test_a_new_version_is_served_without_a_restart(served, monkeypatch):
    monkeypatch.setattr(cache, "LOOK_AGAIN_S", 0.0)
    before = cache.facts()
    published = publish.publish(
        served, town.tables(), town.sources(), town.table_sources(), published=None, label="town"
    )
    after = cache.facts()
    assert published.changed and after is not before
    assert after.version == published.version == catalogue.version(served)


def test_a_page_that_is_drawn_meanwhile_stays_with_its_version(served, monkeypatch):
    monkeypatch.setattr(cache, "LOOK_AGAIN_S", 0.0)
    with cache.version_of_page.drawing():
        before = cache.facts()
        publish.publish(
            *(served, town.tables(), town.sources(), town.table_sources()),
            published=None,
            label="town",
        )
        assert cache.facts() is before and cache.vitality() is not None
        assert cache._now()[1] == before.version
    assert cache.facts().version != before.version


def test_one_change_asks_the_disk_once_which_version_is_published(served, monkeypatch):
    asked = []
    monkeypatch.setattr(catalogue, "version", lambda folder: asked.append(folder) or "one")
    monkeypatch.setattr(cache, "LOOK_AGAIN_S", 60.0)
    assert [cache._now()[1] for _ in range(5)] == ["one"] * 5
    assert asked == [served]


def test_what_is_loaded_is_out_of_the_collectors_sight(served, monkeypatch):
    # `driving.py` may have taken it away.
    monkeypatch.setattr(cache, "gc", gc)
    gc.unfreeze()
    cache.scene_files("nl")
    assert gc.get_freeze_count() > 0


def test_what_a_view_says_of_a_selection_is_made_once_for_all_visitors(served, monkeypatch):
    made = []

    def make(context):
        made.append((context.facts.version, context.selection.place, context.text.lang))
        return object()

    words = visitor.vocabulary(cache.facts())
    once, again = (
        cache.remembered(make, permalink.parse({"plaats": "hengelo"}, words)[0]) for _ in range(2)
    )
    first = cache.facts().version
    assert again is once and made == [(first, "hengelo", "nl")]
    cache.remembered(make, permalink.parse({"plaats": "hengelo", "taal": "de"}, words)[0])
    assert made[1:] == [(first, "hengelo", "de")]

    monkeypatch.setattr(cache, "LOOK_AGAIN_S", 0.0)
    second = publish.publish(
        served, town.tables(), town.sources(), town.table_sources(), published=None, label="town"
    ).version
    cache.remembered(make, permalink.opening(visitor.vocabulary(cache.facts())))
    assert [version for version, _, _ in made] == [first, first, second]


def test_the_oldest_selections_are_forgotten(served, monkeypatch):
    made = []
    monkeypatch.setattr(cache, "_REMEMBERED", 2)
    words = visitor.vocabulary(cache.facts())

    def make(context):
        made.append(context.selection.place)

    for place in ("hengelo", "borne", "hengelo", "enschede", "borne"):
        cache.remembered(make, permalink.parse({"plaats": place}, words)[0])
    assert made == ["hengelo", "borne", "enschede", "borne"]


def test_what_a_view_loads_late_is_frozen_once(monkeypatch):
    frozen = []
    monkeypatch.setattr(cache, "_drawn", set())
    monkeypatch.setattr(cache, "freeze", lambda: frozen.append("now"))
    for view in ("kaart", "kaart", "straten", "kaart"):
        cache.drawn(view)
    assert len(frozen) == 2
