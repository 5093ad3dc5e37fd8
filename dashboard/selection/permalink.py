"""The selection: read from the address, written to it, and nowhere else."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar
from urllib.parse import quote, urlencode

from dashboard.errors import ScenarioError
from dashboard.i18n.text import LANGUAGES, Lang
from dashboard.selection import comparison, index_weights
from dashboard.selection import scenario as what_if
from dashboard.selection import streets as by_street
from dashboard.selection.comparison import SideBySide
from dashboard.selection.streets import StreetChoice

Extent = tuple[float, float, float, float]
Word = TypeVar("Word", bound=str)

REGION = "twente"
# Whose figures: those that are served, or the made-up ones.
OWN, EXAMPLE = "eigen", "voorbeeld"
DATASETS = (OWN, EXAMPLE)
DATASET_KEY = "streek"
ALL = "alle"
NONE = "geen"

TYPES = ("physical", "activity", "transformation")
TRANCHES = ("first", "tender", "unknown")
PARTS = ("initiator", "facilitator", "funder", "knowledge_partner", "owner", "user")
FITS = ("fits", "partly", "fits_not", "not_judged", "profile_unknown")
FIGURE_THEMES = (
    "vacancy",
    "floor_area",
    "spending_flows",
    "travellers",
    "profile",
    "edge_retail",
    "visitors",
    "population",
    "market",
    "streets",
    "pilot",
    "spending_per_head",
    "centre",
    "living",
    "nearby",
    "establishments",
    "parking",
    "programmes",
)
# What the index counts: every measure, or those about the centre itself.
MEASURED = ("alle", "binnenstad")
# What the map of spending flows shows of a scenario: what it changes, or one of the two states.
FLOW_MAPS = CHANGE, TODAY, AFTER = "verschil", "vandaag", "scenario"
IMAGES = ("scherm", "pers", "inbed")

_EXTENT = re.compile(r"-?\d{1,3}(\.\d{1,8})?")
_PERIOD = re.compile(r"(\d{4})(?:-(\d{4}))?")
_CHOSEN = re.compile(r"[a-z_]+:[\w./:+-]{1,120}")
_LONGEST = 4_000

NoteKind = Literal["place", "street", "value", "none", "period", "extent", "key", "chosen"]


@dataclass(frozen=True, slots=True)
class Note:
    """A value of a link that could not be read and was replaced by its default."""

    kind: NoteKind
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The closed lists a link may name: what the opened snapshot holds, and the map layers."""

    places: tuple[str, ...]
    streets: tuple[str, ...]
    years: tuple[int, int]
    actors: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    trades: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    opening_layers: tuple[str, ...] = ()
    """Those of `layers` that are on in the opening view."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What the visitor asked to see; one link, one selection."""

    place: str
    streets: tuple[str, ...]
    types: tuple[str, ...]
    tranches: tuple[str, ...]
    years: tuple[int, int]
    layers: tuple[str, ...]
    theme: str
    chosen: str | None
    extent: Extent | None
    lang: Lang
    image: str
    roles: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    fits: tuple[str, ...] = FITS
    # Every indicator with its weight, or nothing: then no index is asked for.
    weights: index_weights.Weights = ()
    measured: str = MEASURED[0]
    branch: str = what_if.BRANCHES[0]
    # A scenario as `dashboard.selection.scenario` writes it.
    scenario: str = what_if.NONE
    flow_map: str = CHANGE
    by_street: StreetChoice = field(default_factory=StreetChoice)
    beside: SideBySide = field(default_factory=SideBySide)
    # Whose figures: one of DATASETS.
    dataset: str = OWN

    @property
    def whole_region(self) -> bool:
        """Whether no single place is chosen."""
        return self.place == REGION

    def covers(self, place_id: str | None) -> bool:
        """Whether a place lies in view."""
        return self.whole_region or place_id == self.place


def opening(vocabulary: Vocabulary, lang: Lang = "nl", dataset: str = OWN) -> Selection:
    """The selection of a visitor without a link: the whole region, or the only place."""
    return Selection(
        place=vocabulary.places[0] if len(vocabulary.places) == 1 else REGION,
        streets=(),
        types=TYPES,
        tranches=TRANCHES,
        years=vocabulary.years,
        layers=vocabulary.opening_layers,
        theme=ALL,
        chosen=None,
        extent=None,
        lang=lang,
        image="scherm",
        dataset=dataset,
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads values of a query string; what it cannot read becomes a note."""

    query: Mapping[str, str]
    notes: list[Note]

    def value(
        self, key: str, allowed: Sequence[Word], default: Word, kind: NoteKind = "value"
    ) -> Word:
        """One of the allowed values."""
        given = self.query.get(key, default)
        for word in allowed:
            if word == given:
                return word
        self.notes.append(Note(kind, key, given))
        return default

    def values(
        self,
        key: str,
        allowed: Sequence[str],
        default: tuple[str, ...] = (),
        kind: NoteKind = "value",
        *,
        filters: bool = True,
    ) -> tuple[str, ...]:
        """Some of the allowed values, in their order; in a filter none chosen is all."""
        text = self.query.get(key)
        if text is None or len(text) > _LONGEST:
            return default
        if text == NONE and default and filters:
            self.notes.append(Note("none", key, text))
            return default
        if text in (ALL, NONE):
            return tuple(allowed) if text == ALL and default else ()
        named = list(dict.fromkeys(part for part in text.split(",") if part))
        self.notes.extend(Note(kind, key, part) for part in named if part not in allowed)
        return tuple(item for item in allowed if item in named) or default


def parse(query: Mapping[str, str], vocabulary: Vocabulary) -> tuple[Selection, tuple[Note, ...]]:
    """The selection a query string asks for, and a note for each value that fell back."""
    start = opening(vocabulary)
    notes: list[Note] = []
    reader = _Reader(query, notes)
    one_place = len(vocabulary.places) == 1
    places = vocabulary.places if one_place else (REGION, *vocabulary.places)
    group, trades = _branches(query.get("branche"), vocabulary.trades, start.branch, notes)
    streets = by_street.read(vocabulary.streets, reader.value, reader.values)
    sides = comparison.options(vocabulary.places, vocabulary.streets, vocabulary.years)
    # A link with a scenario and without `kaartbeeld` is older than that key.
    scenario = _scenario(query.get("scenario"), notes)
    selection = Selection(
        place=reader.value("plaats", places, start.place, "place"),
        streets=reader.values("straat", vocabulary.streets, start.streets, "street"),
        types=reader.values("type", TYPES, start.types),
        tranches=reader.values("tranche", TRANCHES, start.tranches),
        years=_years(query.get("periode"), vocabulary.years, notes),
        layers=reader.values("laag", vocabulary.layers, start.layers, filters=False),
        theme=reader.value("thema", (ALL, *FIGURE_THEMES), start.theme),
        chosen=_chosen(query.get("keuze"), notes),
        extent=_extent(query.get("uitsnede"), notes),
        lang=reader.value("taal", LANGUAGES, start.lang),
        image=reader.value("beeld", IMAGES, start.image),
        roles=reader.values("rol", PARTS, start.roles),
        actors=reader.values("actor", vocabulary.actors, start.actors),
        fits=reader.values("profiel", FITS, start.fits),
        weights=_weights(query.get("gewichten"), vocabulary.indicators, notes),
        measured=reader.value("maten", MEASURED, start.measured),
        branch=group,
        scenario=scenario,
        flow_map=reader.value("kaartbeeld", FLOW_MAPS, CHANGE if scenario == NONE else AFTER),
        by_street=replace(streets, trades=trades),
        beside=comparison.read(query.get(comparison.KEY), sides, reader.values),
        dataset=reader.value(DATASET_KEY, DATASETS, start.dataset),
    )
    known = set(to_query(selection)) | {"uitsnede", comparison.KEY}
    notes.extend(Note("key", key, value) for key, value in query.items() if key not in known)
    return selection, tuple(notes)


def to_query(selection: Selection) -> dict[str, str]:
    """Every value of the selection by its name in the address, defaults too."""
    first, last = selection.years
    query = {
        "plaats": selection.place,
        "straat": ",".join(selection.streets) or ALL,
        "type": ",".join(selection.types) or NONE,
        "tranche": ",".join(selection.tranches) or NONE,
        "periode": f"{first}-{last}" if first != last else f"{first}",
        "laag": ",".join(selection.layers) or NONE,
        "thema": selection.theme,
        "keuze": selection.chosen or NONE,
        "taal": selection.lang,
        "beeld": selection.image,
        "rol": ",".join(selection.roles) or ALL,
        "actor": ",".join(selection.actors) or ALL,
        "profiel": ALL if selection.fits == FITS else ",".join(selection.fits) or NONE,
        "gewichten": index_weights.write(selection.weights),
        "maten": selection.measured,
        "branche": ",".join((selection.branch, *selection.by_street.trades)),
        "scenario": selection.scenario,
        "kaartbeeld": selection.flow_map,
        **by_street.write(selection.by_street),
        **comparison.write(selection.beside),
        DATASET_KEY: selection.dataset,
    }
    if selection.extent is not None:
        query["uitsnede"] = ",".join(f"{degrees:.5f}" for degrees in selection.extent)
    return query


def address(
    selection: Selection, view: str, base: str = "", *, only: Collection[str] | None = None
) -> str:
    """The link to `selection` in `view`: within the site (`./kaart?…`), or in full behind `base`.

    `view` is empty for the opening view; `base` has no trailing slash. A link to share holds every
    value; one within the site may hold the keys of `only`, without those that are `alle`.
    """
    query = to_query(selection)
    shown = (
        query
        if only is None
        else {key: query[key] for key in query if key in only and query[key] != ALL}
        | {DATASET_KEY: selection.dataset}
    )
    # Only a link to share, in full, says that the figures are the own.
    if selection.dataset == OWN and (only is not None or not base):
        del shown[DATASET_KEY]
    return f"{base or '.'}/{quote(view)}?{urlencode(shown, safe=',/:')}"


def compact(selection: Selection, view: str, base: str) -> str:
    """The link in full behind `base`, without what every snapshot opens with.

    It opens the same: what depends on the data (place, period, layers) always stands in it. The
    region does not where towns are named side by side: no snapshot with both opens on one place.
    """
    region = selection.whole_region and comparison.names_towns(selection.beside)
    shown = {
        key: value
        for key, value in to_query(selection).items()
        if (
            key in _OF_DATA
            or value != _ALWAYS.get(key)
            or (key == "kaartbeeld" and selection.scenario != NONE)
        )
        and not (region and key == "plaats")
    }
    return f"{base}/{quote(view)}?{urlencode(shown, safe=',/:')}"


def example(view: str, lang: Lang) -> str:
    """The link to `view` of the made-up region, within the site."""
    return f"./{quote(view)}?{urlencode({DATASET_KEY: EXAMPLE, 'taal': lang})}"


def at_place(selection: Selection, place: str) -> Selection:
    """The same selection at another place, without what belongs to the old place."""

    def here(keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(key for key in keys if place == REGION or key.startswith(f"{place}/"))

    sides = comparison.keep_streets(selection.beside, here)
    moved = replace(selection, place=place, streets=here(selection.streets), beside=sides)
    by_name = replace(selection.by_street, beside=None)
    return replace(moved, extent=None, chosen=None, by_street=by_name)


def choose(selection: Selection, key: str | None) -> Selection:
    """The same selection with `key` (`layer:id`) highlighted; None highlights nothing."""
    return replace(selection, chosen=key)


def _years(text: str | None, bounds: tuple[int, int], notes: list[Note]) -> tuple[int, int]:
    if text is None:
        return bounds
    if match := _PERIOD.fullmatch(text):
        first, last = int(match[1]), int(match[2] or match[1])
        clamped = (max(first, bounds[0]), min(last, bounds[1]))
        if clamped == (first, last) and first <= last:
            return clamped
        if clamped[0] <= clamped[1]:
            bounds = clamped
    notes.append(Note("period", "periode", text))
    return bounds


def _extent(text: str | None, notes: list[Note]) -> Extent | None:
    if text is None:
        return None
    parts = text.split(",")
    if len(parts) == 4 and all(_EXTENT.fullmatch(part) for part in parts):
        west, south, east, north = map(float, parts)
        if -180 <= west < east <= 180 and -85 <= south < north <= 85:
            return west, south, east, north
    notes.append(Note("extent", "uitsnede", text))
    return None


def _branches(
    text: str | None, trades: tuple[str, ...], default: str, notes: list[Note]
) -> tuple[str, tuple[str, ...]]:
    """The branch group of spending and the trades of units, both from `branche`, group first."""
    if text is None or len(text) > _LONGEST:
        return default, ()
    named = [part for part in text.split(",") if part]
    notes.extend(
        Note("value", "branche", part) for part in named if part not in (*what_if.BRANCHES, *trades)
    )
    group = next((part for part in named if part in what_if.BRANCHES), default)
    return group, tuple(trade for trade in trades if trade in named)


def _weights(
    text: str | None, indicators: tuple[str, ...], notes: list[Note]
) -> index_weights.Weights:
    try:
        return index_weights.read(text, indicators)
    except ValueError:
        notes.append(Note("value", "gewichten", text or ""))
        return ()


def _chosen(text: str | None, notes: list[Note]) -> str | None:
    if text is None or text == NONE:
        return None
    if _CHOSEN.fullmatch(text):
        return text
    notes.append(Note("chosen", "keuze", text))
    return None


def _scenario(text: str | None, notes: list[Note]) -> str:
    if text is None:
        return what_if.NONE
    try:
        return what_if.write(what_if.parse(text))
    except ScenarioError:
        notes.append(Note("value", "scenario", text))
        return what_if.NONE


# Keys whose opening value depends on the data, and the opening values of the others.
_OF_DATA = ("plaats", "periode", "laag", "uitsnede")
_ALWAYS = to_query(opening(Vocabulary(places=(), streets=(), years=(0, 0))))
