"""The declaration of a map layer; the layers are files in `maps/layers/`."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from shapely.geometry.base import BaseGeometry

from dashboard.facts.records import Observation
from dashboard.facts.snapshot import Facts
from dashboard.facts.street_records import TownStreets, TownSurvey
from dashboard.i18n.text import Texts
from dashboard.maps.description import Description
from dashboard.maps.map_row import RowsById
from dashboard.maps.scene import LayerContent
from dashboard.selection.context import Context
from geo.bilingual import Bilingual

Features = Mapping[str, str]
"""The visible features of one layer: id to class in the style table."""
Listing = Literal["controls", "sources", "picture_notes", "picture_sources"]
Citation = tuple[str, str]
"""The id of a source, and the period it describes; the period may be empty."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The headline of a picture of a map; `figure` is the published figure in it.

    `preface` goes before the usual standfirst, `standfirst` replaces it. A `fallback` is used only
    when no other layer has a headline.
    """

    words: str
    figure: Observation | None = None
    preface: str = ""
    standfirst: str | None = None
    fallback: bool = False


def _empty(*_: object) -> tuple[()]:
    return ()


def _none(*_: object) -> None:
    return None


def _all_features(facts: Facts, features: Features) -> Features:
    return features


def note_where_shown(key: str) -> Callable[[Context, Features], tuple[str, ...]]:
    """`picture_notes` that give the sentence with that key where any feature is shown."""
    return lambda context, features: (context.text(key),) if features else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLayer:
    """A map layer: its names, its order among the others, and the functions over its data.

    A layer declares `content`, `visible` and `rows`; every other function defaults to nothing.
    """

    id: str
    """Its value in the address."""
    title: Bilingual
    noun: Bilingual
    """Its name within a sentence."""
    order: int
    """Its position in the table beside the map, in notes and in files; lowest first."""
    order_in: Mapping[Listing, int] = field(default_factory=lambda: MappingProxyType({}))
    """Its position in listings where it differs."""
    on_at_opening: bool = False
    qgis_label: str | None = None
    """The QGIS expression of the label beside a mark, over the columns of `map_row`."""
    companions: tuple[str, ...] = ()
    """Layers that a picture without streets shows too."""
    content: Callable[[Facts, Texts], LayerContent]
    """Every feature of the snapshot, with the columns of the table."""
    visible: Callable[[Context], dict[str, str]]
    """The visible features of a selection, each with its class."""
    rows: Callable[[Facts, Features, Texts], RowsById]
    """The visible features as rows of the map table, by feature."""
    notes: Callable[[Context], Iterable[str]] = _empty
    """What a reader must know beside the map."""
    source_ids: Callable[[Facts, Features], Iterable[str]] = _empty
    """Sources of the visible features, besides those of published figures."""
    description: Callable[[str, Facts, Texts], Description | None] = _none
    """The details of the feature with that id; None when there is no such feature."""
    figures: Callable[[Facts, Collection[str]], Iterable[Observation]] = _empty
    """The published figures behind visible features whose id is not that of a figure."""
    citations: Callable[[Facts, Features, Texts, TownSurvey | None], Iterable[Citation]] = _empty
    """What a picture cites besides published figures; streets and units in that survey, without
    one in the newest of their town."""
    picture_notes: Callable[[Context, Features], Iterable[str]] = _empty
    """What a reader of a picture must know, short."""
    headline: Callable[[Context, Features, str], Headline | None] = _none
    """The headline of a picture; the last argument names the visible layers in words."""
    alternatives: Callable[[Facts, Features, Texts], Iterable[str]] = _empty
    """What the alternative text of a picture says besides published figures."""
    town_frame: Callable[[Facts, TownStreets], Sequence[BaseGeometry] | None] = _none
    """What a picture of a town with this layer must show at least, in RD; None for any extent."""
    shareable: Callable[[Facts, Features], Features] = _all_features
    """The features that a picture may show to others."""

    def place_in(self, listing: Listing) -> int:
        """Its position in a listing; lowest first."""
        return self.order_in.get(listing, self.order)
