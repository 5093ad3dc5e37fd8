"""The opened snapshot, read once for all visitors: the one place where something is cached."""

import gc
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple, cast

import streamlit as st

from dashboard import deployment
from dashboard.analysis.actor_network import Network
from dashboard.analysis.actor_network import network as make_network
from dashboard.analysis.ranking import Ranking, TooLittle, ranked, reach
from dashboard.analysis.vitality import Vitality, measured
from dashboard.component import assets
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import LANGUAGES, Lang, Texts, texts
from dashboard.maps import region_content, street_map, tiles
from dashboard.maps.layers import streets
from dashboard.maps.scene import SceneFiles
from dashboard.maps.scene_files import scene_files as make_files
from dashboard.selection.permalink import Selection
from dashboard.selection.scenario import BRANCHES
from dashboard.style import templates
from data import catalogue

_Made = TypeVar("_Made")
_Arguments = TypeVarTuple("_Arguments")

if TYPE_CHECKING:
    from dashboard.analysis.competition.calibration import Model
    from dashboard.analysis.competition.cannibalisation import Exchange
    from dashboard.analysis.effect_evaluation import Evidence, Standstill

_folder: Path | None = None
_beyond = False
# A rerun asks several times which version is published, and each time a file would be opened.
LOOK_AGAIN_S = 1.0


@dataclass(frozen=True, slots=True)
class _Look:
    """What a look at the folder found, and what was asked of that version since."""

    at: float
    version: str
    held: dict[object, object]


_looked: _Look | None = None
_drawn: set[str] = set()


def use(folder: Path | None, *, beyond: bool = False) -> None:
    """Serve the snapshot in `folder`; None means the user's own, else the one that ships.

    With `beyond`, readers elsewhere can reach the dashboard, and nothing internal is read.
    """
    global _folder, _beyond, _looked
    if beyond != _beyond:
        st.cache_resource.clear()
    _folder, _beyond, _looked = folder, beyond, None


def _look() -> _Look:
    """The version being served: the published one, looked up again after a moment."""
    global _looked
    now, look = time.monotonic(), _looked
    if look is None or now - look.at >= LOOK_AGAIN_S:
        version = catalogue.version(_folder)
        held = look.held if look is not None and look.version == version else {}
        look = _looked = _Look(now, version, held)
    return look


def _version() -> str:
    return _look().version


def _held(read: Callable[[Path | None, str, *_Arguments], _Made], *arguments: *_Arguments) -> _Made:
    """What `read` gives of the version being served; a hit of Streamlit's cache hashes all it is
    asked with, each time.
    """
    look, key = _look(), (read, arguments)
    if key not in look.held:
        look.held[key] = read(_folder, look.version, *arguments)
    return cast(_Made, look.held[key])


@st.cache_resource(show_spinner=False, max_entries=2)
def _facts(folder: Path | None, version: str) -> Facts:
    # A new version: what held the old one may be collected again once it is out of the cache.
    gc.unfreeze()
    return Facts(catalogue.open(folder), beyond=_beyond)


@st.cache_resource(show_spinner=False, max_entries=6)
def _scene_files(folder: Path | None, version: str, lang: Lang) -> SceneFiles:
    scene = region_content.scene(
        _facts(folder, version),
        texts(lang),
        tiles=tiles.parse(os.environ.get("STADSHART_TILES")),
        link_base=deployment.public_url(),
    )
    files = make_files(scene)
    assets.publish(files.files)
    freeze()
    return files


@st.cache_resource(show_spinner=False, max_entries=48)
def _street_files(
    folder: Path | None, version: str, place: str, survey: str | None, measure: str, lang: Lang
) -> SceneFiles:
    snapshot = _facts(folder, version)
    town = snapshot.towns[place]
    scene = street_map.scene(
        snapshot,
        town,
        next((candidate for candidate in town.surveys if candidate.survey == survey), None),
        texts(lang),
        tiles=tiles.parse(os.environ.get("STADSHART_TILES")),
        link_base=deployment.public_url(),
        measure=measure,
    )
    files = make_files(scene)
    assets.publish(files.files)
    return files


def street_files(
    place: str, survey: str | None, lang: Lang, measure: str = streets.VACANCY
) -> SceneFiles:
    """The map of one town by street in one survey and one language, its table with a column of
    `measure`.
    """
    # Without a survey there is nothing to tell but length and footfall.
    column = streets.VACANCY if survey is None else streets.column_measure(measure)
    return _street_files(_folder, _version(), place, survey, column, lang)


def facts() -> Facts:
    """The records of the newest version of the snapshot that is being served."""
    return _held(_facts)


def scene_files(lang: Lang) -> SceneFiles:
    """The map of that version in one language, its files ready for the browser."""
    return _held(_scene_files, lang)


# Of each view, the selections that were asked for last.
_REMEMBERED = 128


def _memory(
    folder: Path | None, version: str, make: Callable[[Facts, Selection, Texts], _Made]
) -> Callable[[Selection], _Made]:
    snapshot = _facts(folder, version)

    @lru_cache(maxsize=_REMEMBERED)
    def made(selection: Selection) -> _Made:
        return make(snapshot, selection, texts(selection.lang))

    return made


def remembered(make: Callable[[Facts, Selection, Texts], _Made], selection: Selection) -> _Made:
    """What `make` says of a selection in that version, made once for all visitors; it must not
    draw.
    """
    return _held(_memory, make)(selection)


def _settled(made: _Made) -> _Made:
    """What was made, after the libraries it brought in were moved out of the garbage collector's
    sight.
    """
    freeze()
    return made


@st.cache_resource(show_spinner=False, max_entries=2)
def _vitality(folder: Path | None, version: str) -> Vitality:
    made = measured(_facts(folder, version))
    # So that the libraries an index needs are in before the heap is settled.
    reach(made)
    return _settled(made)


@st.cache_resource(show_spinner=False, max_entries=64)
def _ranking(
    folder: Path | None, version: str, weights: tuple[tuple[str, int], ...]
) -> Ranking | TooLittle:
    return ranked(_vitality(folder, version), dict(weights))


@st.cache_resource(show_spinner=False, max_entries=2)
def _network(folder: Path | None, version: str) -> Network:
    return _settled(make_network(_facts(folder, version)))


@st.cache_resource(show_spinner=False, max_entries=16)
def _evidence(folder: Path | None, version: str, kinds: tuple[str, ...]) -> "tuple[Evidence, ...]":
    # Late: both designs bring scipy along.
    from dashboard.analysis.effect_evaluation import of_place, surveyed

    snapshot = _facts(folder, version)
    measured = (of_place(snapshot, place, kinds) for place in surveyed(snapshot))
    return _settled(tuple(evidence for evidence in measured if evidence is not None))


@st.cache_resource(show_spinner=False, max_entries=2)
def _obstacles(folder: Path | None, version: str) -> "Standstill":
    from dashboard.analysis.effect_evaluation import standstill

    return _settled(standstill(_facts(folder, version)))


def network() -> Network:
    """The network of actors and initiatives of that version."""
    return _network(_folder, _version())


def evidence(place: str | None, kinds: tuple[str, ...]) -> "tuple[Evidence, ...]":
    """What both designs say about initiatives of these kinds in a place, or in every place surveyed
    more than once.
    """
    every_place = _evidence(_folder, _version(), kinds)
    return tuple(row for row in every_place if place in (None, row.place_id))


def standstill() -> "Standstill":
    """Why the published series of that version cannot say whether the pilot mattered."""
    return _obstacles(_folder, _version())


def vitality() -> Vitality:
    """The readings of every indicator in that version."""
    return _vitality(_folder, _version())


def ranking(weights: tuple[tuple[str, int], ...]) -> Ranking | TooLittle:
    """The index of that version at these weights, or why there is none."""
    return _ranking(_folder, _version(), weights)


@st.cache_resource(show_spinner=False, max_entries=2)
def _competition(folder: Path | None, version: str) -> "Model | None":
    # Late: a page without the model need not load it.
    from dashboard.analysis.competition import calibration

    return _settled(calibration.of(_facts(folder, version)))


@st.cache_resource(show_spinner=False, max_entries=2)
def _exchange(folder: Path | None, version: str, _model: "Model") -> "Exchange":
    from dashboard.analysis.competition import cannibalisation

    return cannibalisation.exchange(_model, BRANCHES[0])


@st.cache_resource(show_spinner=False, max_entries=6)
def _flow_files(folder: Path | None, version: str, lang: Lang) -> SceneFiles | None:
    from dashboard.maps import flow_map

    model = _competition(folder, version)
    if model is None:
        return None
    scene = flow_map.scene(
        model,
        _facts(folder, version),
        texts(lang),
        tiles=tiles.parse(os.environ.get("STADSHART_TILES")),
        link_base=deployment.public_url(),
    )
    files = make_files(scene)
    assets.publish(files.files)
    return files


def competition() -> "Model | None":
    """The calibrated model of that version; None where it has no origins or floor areas."""
    return _competition(_folder, _version())


def exchange(model: "Model") -> "Exchange":
    """What the sites of that version, which has this model, take from each other."""
    return _exchange(_folder, _version(), model)


def flow_files(lang: Lang) -> SceneFiles | None:
    """The map of where the money goes in one language; None where there is no model."""
    return _flow_files(_folder, _version(), lang)


def warm() -> None:
    """Read every table, template and map before the first visitor comes."""
    templates.load()
    for lang in LANGUAGES:
        scene_files(lang)
    for town in facts().towns.values():
        street_files(town.place_id, town.surveys[-1].survey if town.surveys else None, LANGUAGES[0])


def freeze() -> None:
    """Move everything loaded so far out of the garbage collector's sight.

    Streamlit collects fully after every rerun; walking the libraries and tables each time costs 50
    ms and more.
    """
    gc.collect()
    gc.freeze()


def drawn(view: str) -> None:
    """After `view` was drawn for the first time: what it loaded late is out of the collector's
    sight as well.
    """
    if view not in _drawn:
        _drawn.add(view)
        freeze()
