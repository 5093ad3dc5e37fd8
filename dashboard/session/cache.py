"""The open snapshot and all that is cached of it, shared by all visitors."""

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple, cast

import streamlit as st

from dashboard import deployment
from dashboard.analysis.actor_network import ActorNetwork
from dashboard.analysis.actor_network import network as make_network
from dashboard.analysis.news import Revision
from dashboard.analysis.news import revisions as make_revisions
from dashboard.analysis.ranking import InsufficientCoverage, Ranking, ranked, reach
from dashboard.analysis.vitality import Vitality, about_centre, measured
from dashboard.component import assets
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import LANGUAGES, Lang, texts
from dashboard.maps import region_content, street_map, tiles
from dashboard.maps.layers import streets
from dashboard.maps.scene import Scene, SceneFiles
from dashboard.maps.scene_files import scene_files as make_files
from dashboard.selection import permalink
from dashboard.selection.context import Context, context_of
from dashboard.selection.permalink import Selection
from dashboard.selection.scenario import BRANCHES
from dashboard.session import visitor
from dashboard.session.page_run import OncePerDrawing
from dashboard.style import templates
from data import catalogue
from data.snapshot.remote import is_mirror

_Made = TypeVar("_Made")
_Arguments = TypeVarTuple("_Arguments")

if TYPE_CHECKING:
    from dashboard.analysis.competition.calibration import Model
    from dashboard.analysis.competition.cannibalisation import Exchange
    from dashboard.analysis.effect_evaluation import Evidence, Standstill

# A rerun needs the published version several times; each time a file would be opened.
LOOK_AGAIN_S = 1.0


@dataclass(frozen=True, slots=True)
class _Look:
    """The published version when it was looked up, and results cached for it since."""

    at: float
    version: str
    held: dict[object, object]


@dataclass(slots=True)
class _Served:
    """The data folder served, whether to other computers, and each folder's version as last looked
    up: that of the made-up region is served beside it.
    """

    folder: Path | None = None
    beyond: bool = False
    looks: dict[Path | None, _Look] = field(default_factory=dict)


_served = _Served()
_asked: ContextVar[str] = ContextVar("dataset", default="")
# A page that is drawn while a version is published is wholly of one.
version_of_page: OncePerDrawing[Path | None, _Look] = OncePerDrawing()
_drawn: set[str] = set()


def use(folder: Path | None, *, beyond: bool = False) -> None:
    """Serve the snapshot in `folder`; None means the user's own, else the one that ships.

    With `beyond`, other computers can reach the dashboard, and nothing internal is read.
    """
    if beyond != _served.beyond:
        st.cache_resource.clear()
    _served.folder, _served.beyond = folder, beyond
    _served.looks.clear()


def fillable_folder() -> Path | None:
    """The data folder that this visit may fill with a run of the ETL.

    None where other computers can reach the dashboard, for what ships and what is made up, and on
    Windows, where no run can be handed its lock.
    """
    if _served.beyond or os.name == "nt" or visitor.dataset() != permalink.OWN:
        return None
    return own_folder()


def is_reachable() -> bool:
    """Whether other computers can reach the dashboard."""
    return _served.beyond


def own_folder() -> Path | None:
    """The data folder of the operator; None for what ships, is made up or mirrors an address."""
    folder = _served.folder or catalogue.user_folder()
    shipped = {path.resolve() for path in (catalogue.EMBEDDED, catalogue.EXAMPLE)}
    return None if folder.resolve() in shipped or is_mirror(folder) else folder


def look_again() -> None:
    """Look up the published version at the next question, instead of after `LOOK_AGAIN_S`."""
    _served.looks.clear()


@contextmanager
def dataset(asked: str | None) -> Iterator[None]:
    """Within it the data are those of this one of `permalink.DATASETS`, whatever a visit sees."""
    token = _asked.set(asked if asked in permalink.DATASETS else permalink.OWN)
    try:
        yield
    finally:
        _asked.reset(token)


def _folder() -> Path | None:
    """The folder of the dataset that the request asks for, else of the visit's."""
    asked = _asked.get() or visitor.dataset()
    return catalogue.EXAMPLE if asked == permalink.EXAMPLE else _served.folder


def _look(folder: Path | None) -> _Look:
    return version_of_page.get(folder, _newest)


def _newest(folder: Path | None) -> _Look:
    """The published version, looked up again after `LOOK_AGAIN_S`."""
    now, look = time.monotonic(), _served.looks.get(folder)
    if look is None or now - look.at >= LOOK_AGAIN_S:
        version = catalogue.version(folder)
        held = look.held if look is not None and look.version == version else {}
        look = _served.looks[folder] = _Look(now, version, held)
    return look


def _now() -> tuple[Path | None, str]:
    """The folder and its version."""
    folder = _folder()
    return folder, _look(folder).version


def _held(read: Callable[[Path | None, str, *_Arguments], _Made], *arguments: *_Arguments) -> _Made:
    """Result of `read` for the version being served, cached in a dictionary.

    A hit of Streamlit's cache would hash all arguments each time.
    """
    folder = _folder()
    look, key = _look(folder), (read, arguments)
    if key not in look.held:
        look.held[key] = read(folder, look.version, *arguments)
    return cast(_Made, look.held[key])


@st.cache_resource(show_spinner=False, max_entries=3)
def _facts(folder: Path | None, version: str) -> Facts:
    # A new version: the old one may be collected once it is out of the cache.
    gc.unfreeze()
    return Facts(catalogue.open(folder), beyond=_served.beyond)


@st.cache_resource(show_spinner=False, max_entries=24)
def _scene_files(folder: Path | None, version: str, lang: Lang, place: str) -> SceneFiles:
    snapshot = _facts(folder, version).around(place)
    return _settled(_published(region_content.scene(snapshot, texts(lang)), snapshot))


def _published(scene: Scene, snapshot: Facts) -> SceneFiles:
    """The files of a scene for the screen, on tiles and with the address of its links."""
    # No tiles of the real country under a made-up town.
    under = None if snapshot.example else tiles.parse(os.environ.get("STADSHART_TILES"))
    files = make_files(replace(scene, tiles=under, link_base=deployment.public_url()))
    assets.publish(files.files)
    return files


@st.cache_resource(show_spinner=False, max_entries=48)
def _street_files(
    folder: Path | None, version: str, place: str, survey: str | None, measure: str, lang: Lang
) -> SceneFiles:
    snapshot = _facts(folder, version).around(place)
    town = snapshot.towns[place]
    town_survey = next((known for known in town.surveys if known.survey == survey), None)
    scene = street_map.scene(snapshot, town, town_survey, texts(lang), measure=measure)
    return _published(scene, snapshot)


def street_files(
    place: str, survey: str | None, lang: Lang, measure: str = streets.VACANCY
) -> SceneFiles:
    """The map of a town's streets in one survey and language, with a column of `measure`."""
    # Without a survey only length and footfall are known.
    column = streets.VACANCY if survey is None else measure
    return _street_files(*_now(), place, survey, column, lang)


def facts() -> Facts:
    """The records of the newest version of the snapshot that is being served."""
    return _held(_facts)


def scene_files(lang: Lang, place: str = permalink.REGION) -> SceneFiles:
    """The map of that version in one language, its files ready for the browser.

    In a country it holds the streets and units of `place` alone.
    """
    if place == permalink.REGION or not facts().country:
        return _held(_scene_files, lang, permalink.REGION)
    # Not held: of every place there may be one.
    return _scene_files(*_now(), lang, place)


# Selections remembered per view, the latest ones.
_REMEMBERED = 128


def _memory(
    folder: Path | None, version: str, make: Callable[[Context], _Made]
) -> Callable[[Selection], _Made]:
    snapshot = _facts(folder, version)

    @lru_cache(maxsize=_REMEMBERED)
    def made(selection: Selection) -> _Made:
        return make(context_of(snapshot, selection))

    return made


def remembered(make: Callable[[Context], _Made], selection: Selection) -> _Made:
    """Result of `make` for a selection in that version, made once for all visitors.

    `make` must not draw.
    """
    return _held(_memory, make)(selection)


def _settled(made: _Made) -> _Made:
    """The argument, after `freeze` has hidden the libraries that it loaded."""
    freeze()
    return made


@st.cache_resource(show_spinner=False, max_entries=3)
def _vitality(folder: Path | None, version: str) -> Vitality:
    made = measured(_facts(folder, version))
    # Loads the libraries of an index before the heap is frozen.
    reach(made)
    return _settled(made)


@st.cache_resource(show_spinner=False, max_entries=64)
def _ranking(
    folder: Path | None, version: str, weights: tuple[tuple[str, int], ...], centre_only: bool
) -> Ranking | InsufficientCoverage:
    vital = _vitality(folder, version)
    return ranked(about_centre(vital) if centre_only else vital, dict(weights))


@st.cache_resource(show_spinner=False, max_entries=3)
def _network(folder: Path | None, version: str) -> ActorNetwork:
    return _settled(make_network(_facts(folder, version)))


@st.cache_resource(show_spinner=False, max_entries=16)
def _evidence(folder: Path | None, version: str, kinds: tuple[str, ...]) -> "tuple[Evidence, ...]":
    # Imported here: both designs load scipy.
    from dashboard.analysis.effect_evaluation import of_place, surveyed

    snapshot = _facts(folder, version)
    measured = (of_place(snapshot, place, kinds) for place in surveyed(snapshot))
    return _settled(tuple(evidence for evidence in measured if evidence is not None))


@st.cache_resource(show_spinner=False, max_entries=3)
def _obstacles(folder: Path | None, version: str) -> "Standstill":
    from dashboard.analysis.effect_evaluation import standstill

    return _settled(standstill(_facts(folder, version)))


@st.cache_resource(show_spinner=False, max_entries=2)
def _revisions(folder: Path | None, version: str) -> tuple[Revision, ...]:
    return make_revisions(_facts(folder, version))


def revisions() -> tuple[Revision, ...]:
    """What changed in that version, and in the kept ones before it."""
    return _held(_revisions)


def network() -> ActorNetwork:
    """The network of actors and initiatives of that version."""
    return _network(*_now())


def evidence(place: str | None, kinds: tuple[str, ...]) -> "tuple[Evidence, ...]":
    """What both designs say about initiatives of these kinds, in `place` or in every surveyed
    place.
    """
    every_place = _evidence(*_now(), kinds)
    return tuple(row for row in every_place if place in (None, row.place_id))


def standstill() -> "Standstill":
    """Why the published series of that version cannot say whether the pilot mattered."""
    return _obstacles(*_now())


def vitality() -> Vitality:
    """The readings of every indicator in that version."""
    return _vitality(*_now())


def ranking(
    weights: tuple[tuple[str, int], ...], *, centre_only: bool = False
) -> Ranking | InsufficientCoverage:
    """The index of that version with these weights, or why there is none.

    With `centre_only` the weights are those of the measures about the centre itself.
    """
    return _ranking(*_now(), weights, centre_only)


@st.cache_resource(show_spinner=False, max_entries=3)
def _competition(folder: Path | None, version: str) -> "Model | None":
    # Imported here: a page without the model does not need it.
    from dashboard.analysis.competition import calibration

    return _settled(calibration.model_of(_facts(folder, version)))


@st.cache_resource(show_spinner=False, max_entries=3)
def _exchange(folder: Path | None, version: str, _model: "Model") -> "Exchange":
    from dashboard.analysis.competition import cannibalisation

    return cannibalisation.exchange(_model, BRANCHES[0])


@st.cache_resource(show_spinner=False, max_entries=6)
def _flow_files(folder: Path | None, version: str, lang: Lang) -> SceneFiles | None:
    from dashboard.maps import flow_map

    model = _competition(folder, version)
    if model is None:
        return None
    snapshot = _facts(folder, version)
    return _published(flow_map.scene(model, snapshot, texts(lang)), snapshot)


def competition() -> "Model | None":
    """The calibrated model of that version; None where it has no origins or floor areas."""
    return _competition(*_now())


def exchange(model: "Model") -> "Exchange":
    """What the sites of that version take from each other; `model` is that of the version."""
    return _exchange(*_now(), model)


def flow_files(lang: Lang) -> SceneFiles | None:
    """The map of spending flows in one language; None where there is no model."""
    return _flow_files(*_now(), lang)


def warm() -> None:
    """Read every table, template and map before the first visitor comes."""
    templates.load()
    for lang in LANGUAGES:
        scene_files(lang)
    for town in facts().listed_towns:
        street_files(town.place_id, town.surveys[-1].survey if town.surveys else None, LANGUAGES[0])


def freeze() -> None:
    """Exclude everything loaded so far from garbage collection.

    Streamlit collects fully after every rerun; walking the libraries and tables costs 50 ms and
    more each time.
    """
    gc.collect()
    gc.freeze()


def drawn(view: str) -> None:
    """Freeze again after `view` was drawn for the first time, which may have loaded libraries."""
    if view not in _drawn:
        _drawn.add(view)
        freeze()
