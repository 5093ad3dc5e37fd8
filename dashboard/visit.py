"""The selection of one visit: read from the address once, kept by the widgets, written back to the address."""

from dataclasses import dataclass, field, replace
from typing import cast

import streamlit as st

from dashboard import state
from dashboard.facts import Facts
from dashboard.state import Note, Selection, Vocabulary
from dashboard.text import LANGUAGES, Lang, Texts, texts
from geo import indicators

_KEPT = "visit"
WIDGET = "w_"


@dataclass(frozen=True, slots=True)
class Visit:
    """What this run shows: the selection, the notes of a broken link, and the sentences of its language."""

    selection: Selection
    notes: tuple[Note, ...]
    text: Texts

    @property
    def lang(self) -> Lang:
        """The language of the page."""
        return self.selection.lang


@dataclass(slots=True)
class _Kept:
    """What a visit keeps from run to run, in one piece: every key of the session is a search of its own."""

    selection: Selection
    notes: tuple[Note, ...]
    # The address as we wrote it last, and the selection and the widgets as the last run left them.
    written: dict[str, str] = field(default_factory=dict)
    left: Selection | None = None
    widgets: dict[str, object] = field(default_factory=dict)
    # The widgets of this run.
    seeded: set[str] = field(default_factory=set)
    # The view that drew them.
    view: str | None = None


def _kept() -> _Kept:
    return cast(_Kept, st.session_state[_KEPT])


def vocabulary(facts: Facts) -> Vocabulary:
    """What a link may name, given the snapshot."""
    places = tuple(place.place_id for place in facts.places.values() if place.role == "centre")
    return Vocabulary(
        places=places,
        streets=facts.street_keys,
        years=facts.years,
        actors=tuple(facts.actors),
        indicators=tuple(indicators.found()),
        trades=facts.trades,
    )


def begin(facts: Facts) -> Visit:
    """The selection of this run.

    A new visit, a followed link or the back button brings an address that we did not write last: then the address
    rules and the widgets start afresh. Otherwise the widgets are the truth, also when a quick hand moved one before
    the address of the move before it had arrived.
    """
    incoming = st.query_params.to_dict()
    ours = {key: value for key, value in incoming.items() if key != "uitsnede"}
    kept = cast(_Kept | None, st.session_state.get(_KEPT))
    if kept is None or (ours and ours != kept.written and not _moved_here(kept)):
        kept = _afresh(kept, *state.parse(incoming, vocabulary(facts)))
    kept.seeded.clear()
    selection = kept.selection
    # Title and menu stand above the widgets that decide them, so these two are read before they are drawn.
    language = st.session_state.get(f"{WIDGET}taal")
    if language in LANGUAGES:
        selection = replace(selection, lang=cast(Lang, language))
    place = st.session_state.get(f"{WIDGET}plaats")
    if place is not None and place != selection.place:
        selection = state.at_place(selection, str(place))
        put("straat", list(selection.streets))
    kept.selection = selection
    return Visit(selection, kept.notes, texts(selection.lang))


def enter(view: str) -> None:
    """Say which view this run draws; called after `begin` and before the view's own.

    A widget of another view with the same name is another one to Streamlit: it would start at its own default while the
    name still told the value of the view before. So the widgets are let go, and the selection seeds those of this view.
    """
    kept = _kept()
    if kept.view != view:
        kept.view = view
        forget("")


def _afresh(kept: _Kept | None, selection: Selection, notes: tuple[Note, ...]) -> _Kept:
    """The visit with what a link asks for, its widgets let go."""
    forget("")
    if kept is None:
        kept = st.session_state[_KEPT] = _Kept(selection, notes)
    kept.selection, kept.notes = selection, notes
    return kept


def _moved_here(kept: _Kept) -> bool:
    """Whether a widget or a click caused this run: one of them differs from how the last run left it."""
    if kept.left is not None and kept.selection != kept.left:
        return True
    return any(st.session_state.get(key, value) != value for key, value in kept.widgets.items())


def keep(selection: Selection) -> None:
    """Make `selection` the visit's, and let the address say so."""
    kept = _kept()
    kept.selection = kept.left = selection
    kept.widgets = {key: st.session_state.get(key) for key in kept.seeded}
    query = state.to_query(replace(selection, extent=None))
    if kept.written != query or not st.query_params:
        kept.written = query
        extent = st.query_params.get("uitsnede")
        st.query_params.from_dict(query if extent is None else query | {"uitsnede": extent})


def seed(name: str, value: object) -> str:
    """The key of widget `name`, holding `value` the first time it is drawn."""
    key = WIDGET + name
    if key not in st.session_state:
        st.session_state[key] = value
    _kept().seeded.add(key)
    return key


def put(name: str, value: object) -> None:
    """Set widget `name` to `value`; only before it is drawn in this run."""
    st.session_state[WIDGET + name] = value


def choose(key: str | None) -> None:
    """Remember what was clicked (`layer:id`, None for nothing); called before a run."""
    kept = _kept()
    kept.selection = state.choose(kept.selection, key)


def current() -> Selection:
    """The selection of the visit, for a part of a page that runs by itself."""
    return _kept().selection


def elsewhere() -> bool:
    """Whether another place was chosen than the page was begun for, in a part of it that runs by itself."""
    return st.session_state.get(f"{WIDGET}plaats", current().place) != current().place


def scenario() -> str:
    """The what-if of the visit as it stands in a link."""
    return _kept().selection.scenario


def imagine(text: str) -> None:
    """Make this the visit's what-if; called before a run."""
    kept = _kept()
    kept.selection = replace(kept.selection, scenario=text)


def forget(prefix: str) -> None:
    """Let the widgets whose names begin with `prefix` start afresh; called before a run."""
    for key in [key for key in st.session_state if str(key).startswith(WIDGET + prefix)]:
        del st.session_state[key]
