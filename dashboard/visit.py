"""The selection of one visit: read from the address once, kept by the widgets, written back to the address."""

from dataclasses import dataclass, replace
from typing import cast

import streamlit as st

from dashboard import state
from dashboard.facts import Facts
from dashboard.state import Note, Selection, Vocabulary
from dashboard.text import LANGUAGES, Lang, Texts, texts
from geo import indicators

_SELECTION = "selection"
_NOTES = "notes"
_WRITTEN = "written"
_LEFT = "left"
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
    first = _SELECTION not in st.session_state
    if first or (ours and ours != st.session_state.get(_WRITTEN) and not _moved_here()):
        selection, notes = state.parse(incoming, vocabulary(facts))
        for key in [key for key in st.session_state if str(key).startswith(WIDGET)]:
            del st.session_state[key]
        st.session_state[_SELECTION] = selection
        st.session_state[_NOTES] = notes
    selection = cast(Selection, st.session_state[_SELECTION])
    # Title and menu stand above the widgets that decide them, so these two are read before they are drawn.
    language = st.session_state.get(f"{WIDGET}taal")
    if language in LANGUAGES:
        selection = replace(selection, lang=cast(Lang, language))
    place = st.session_state.get(f"{WIDGET}plaats")
    if place is not None and place != selection.place:
        selection = state.at_place(selection, str(place))
        put("straat", list(selection.streets))
    st.session_state[_SELECTION] = selection
    return Visit(selection, cast(tuple[Note, ...], st.session_state[_NOTES]), texts(selection.lang))


def _moved_here() -> bool:
    """Whether a widget or a click caused this run: one of them differs from how the last run left it."""
    now = st.session_state.to_dict()
    return any(now[key] != value for key, value in now.get(_LEFT, {}).items() if key in now)


def keep(selection: Selection) -> None:
    """Make `selection` the visit's, and let the address say so."""
    st.session_state[_SELECTION] = selection
    # One copy of the session: to ask it key by key costs more than the rest of this.
    left = st.session_state.to_dict()
    st.session_state[_LEFT] = {key: value for key, value in left.items() if key == _SELECTION or str(key).startswith(WIDGET)}
    query = state.to_query(replace(selection, extent=None))
    if left.get(_WRITTEN) != query or not st.query_params:
        st.session_state[_WRITTEN] = query
        extent = st.query_params.get("uitsnede")
        st.query_params.from_dict(query if extent is None else query | {"uitsnede": extent})


def seed(name: str, value: object) -> str:
    """The key of widget `name`, holding `value` the first time it is drawn."""
    key = WIDGET + name
    if key not in st.session_state:
        st.session_state[key] = value
    return key


def put(name: str, value: object) -> None:
    """Set widget `name` to `value`; only before it is drawn in this run."""
    st.session_state[WIDGET + name] = value


def choose(key: str | None) -> None:
    """Remember what was clicked (`layer:id`, None for nothing); called before a run."""
    st.session_state[_SELECTION] = state.choose(cast(Selection, st.session_state[_SELECTION]), key)


def current() -> Selection:
    """The selection of the visit, for a part of a page that runs by itself."""
    return cast(Selection, st.session_state[_SELECTION])


def scenario() -> str:
    """The what-if of the visit as it stands in a link."""
    return cast(Selection, st.session_state[_SELECTION]).scenario


def imagine(text: str) -> None:
    """Make this the visit's what-if; called before a run."""
    st.session_state[_SELECTION] = replace(cast(Selection, st.session_state[_SELECTION]), scenario=text)


def forget(prefix: str) -> None:
    """Let the widgets whose names begin with `prefix` start afresh; called before a run."""
    for key in [key for key in st.session_state if str(key).startswith(WIDGET + prefix)]:
        del st.session_state[key]
