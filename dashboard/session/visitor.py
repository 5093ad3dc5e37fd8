"""The state of one visit: read from the address, changed by controls, written to the address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Generic, TypedDict, TypeVar, cast

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.component import widget_values
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Lang
from dashboard.maps import layers
from dashboard.selection import permalink
from dashboard.selection.context import Context, context_of
from dashboard.selection.permalink import Note, Selection, Vocabulary
from geo import indicators

_SESSION_KEY = "visit"
WIDGET = "w_"
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Binding(Generic[_Value]):
    """What a control shows of a selection (`get`), and the selection after a change (`put`)."""

    get: Callable[[Selection], _Value]
    put: Callable[[Selection, _Value], Selection]


class Wiring(TypedDict):
    """The arguments that tie a Streamlit widget to the visit."""

    key: str
    on_change: Callable[..., None]
    args: tuple[object, ...]


@dataclass(slots=True)
class _Control:
    """A control as it was drawn last; `value` is None when it must be drawn with a new key."""

    value: tuple[object, Lang | None] | None
    key: str


@dataclass(slots=True)
class _Session:
    """What a visit keeps between runs, under one key: every key of the session costs a search."""

    selection: Selection
    notes: tuple[Note, ...]
    # The address as we wrote it last, and the selection at the end of the last run.
    written: dict[str, str] = field(default_factory=dict)
    left: Selection | None = None
    controls: dict[str, _Control] = field(default_factory=dict)
    # How many controls got a new key: part of the next key.
    redrawn: int = 0
    # Entries of controls that no address holds.
    entries: dict[str, object] = field(default_factory=dict)
    # Whether a control, a button or a click caused this run.
    moved: bool = False
    # Whether a button set back what controls of the same message say.
    restarted: bool = False


def _session() -> _Session:
    return cast(_Session, st.session_state[_SESSION_KEY])


def vocabulary(facts: Facts, query: Mapping[str, str] = MappingProxyType({})) -> Vocabulary:
    """The values that a link may hold, given the snapshot.

    Its streets are those of the places that `query` names a street of: to know them, a town is read
    whole.
    """
    places = tuple(place.place_id for place in facts.places.values() if place.role == "centre")
    controls = layers.listed("controls")
    return Vocabulary(
        places=places,
        streets=facts.street_keys(
            [place for place in places if any(f"{place}/" in given for given in query.values())]
        ),
        years=facts.years,
        actors=tuple(facts.actors),
        indicators=tuple(indicators.declared_measures()),
        trades=facts.towns.trades,
        layers=tuple(layer.id for layer in controls),
        opening_layers=tuple(layer.id for layer in controls if layer.on_at_opening),
    )


def dataset() -> str:
    """Whose figures the visit sees, by its address, else as before; outside a visit the own."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return permalink.OWN
    asked = st.query_params.get(permalink.DATASET_KEY)
    if asked in permalink.DATASETS:
        return asked
    session = cast(_Session | None, st.session_state.get(_SESSION_KEY))
    return permalink.OWN if session is None else session.selection.dataset


def load(facts: Facts) -> Context:
    """The snapshot with the selection of this run, in its language.

    The selection comes from the address when that is not the one we wrote last: a new visit, a
    followed link or the back button. Otherwise it is the session's, also when a control was moved
    before the browser sent the address of the previous move.
    """
    incoming = st.query_params.to_dict()
    ours = {key: value for key, value in incoming.items() if key != "uitsnede"}
    session = cast(_Session | None, st.session_state.get(_SESSION_KEY))
    if session is None:
        session = st.session_state[_SESSION_KEY] = _Session(
            *permalink.parse(incoming, vocabulary(facts, incoming))
        )
    elif (
        dataset() != session.selection.dataset
        # A new version may lack the place.
        or not (session.selection.whole_region or session.selection.place in facts.places)
        or (
            ours
            and ours != session.written
            and not session.moved
            and session.left in (None, session.selection)
        )
    ):
        session.selection, session.notes = permalink.parse(incoming, vocabulary(facts, incoming))
        # Nothing was moved since, even if the next address comes before this one is drawn.
        session.left = session.selection
        session.entries.clear()
        session.moved = False
    return context_of(facts, session.selection)


def notes() -> tuple[Note, ...]:
    """What of the visit's link fell back."""
    return _session().notes


def keep(selection: Selection) -> None:
    """Store `selection` in the visit and the address."""
    session = _session()
    session.selection = session.left = selection
    session.moved = session.restarted = False
    query = permalink.to_query(replace(selection, extent=None))
    if session.written != query or not st.query_params:
        session.written = query
        extent = st.query_params.get("uitsnede")
        st.query_params.from_dict(query if extent is None else query | {"uitsnede": extent})


def control(
    name: str,
    selection: Selection,
    bound: Binding[_Value],
    read: Callable[[object], _Value],
    *,
    translated: bool = True,
) -> Wiring:
    """Arguments that tie widget `name` to the visit; its value is `bound.get(selection)`.

    The selection is the single source of truth. Streamlit keeps a widget's value by its key, in the
    browser too, so a widget whose value was set by anything but itself gets another key. No other
    does: what is sent under a key that is gone is lost, and a visitor may click before the answer.
    `read` turns what the browser sent into a value, or raises ValueError: then the view does not
    change.
    `translated`: its options are in the page's language.
    """
    session = _session()
    # The callbacks of this run are over.
    session.moved = session.restarted = False
    value = (bound.get(selection), selection.lang if translated else None)
    drawn = session.controls.get(name)
    if drawn is None:
        drawn = session.controls[name] = _Control(value, WIDGET + name)
    elif drawn.value != value:
        session.redrawn += 1
        drawn.value, drawn.key = value, f"{WIDGET}{name}_{session.redrawn}"
    return Wiring(key=drawn.key, on_change=_take, args=(name, drawn.key, bound, read))


def _take(name: str, key: str, bound: Binding[_Value], read: Callable[[object], _Value]) -> None:
    """Apply a widget that was moved; called before a run, when the widget may be gone."""
    session = cast(_Session | None, st.session_state.get(_SESSION_KEY))
    drawn = None if session is None else session.controls.get(name)
    if (
        session is None
        or drawn is None
        or drawn.value is None
        or drawn.key != key
        or key not in st.session_state
    ):
        return
    session.moved = True
    if session.restarted:
        drawn.value = None
        return
    try:
        session.selection = bound.put(session.selection, read(st.session_state[key]))
    except ValueError:
        drawn.value = None
        widget_values.refuse(name)
    else:
        drawn.value = (bound.get(session.selection), drawn.value[1])


def entry(name: str, value: _Value) -> Binding[_Value]:
    """Binding to what is entered in control `name`, which no address holds; `value` at first."""

    def put(selection: Selection, entered: _Value) -> Selection:
        _session().entries[name] = entered
        return selection

    return Binding(lambda _: entered(name, value), put)


def entered(name: str, value: _Value) -> _Value:
    """What was entered in control `name`, else `value`."""
    return cast(_Value, _session().entries.get(name, value))


def enter(name: str, value: object) -> None:
    """Set control `name`, which no address holds; called before a run."""
    _session().entries[name] = value


def leave(prefix: str) -> None:
    """Forget what was entered in controls whose names begin with `prefix`; called before a run."""
    entries = _session().entries
    for name in [name for name in entries if name.startswith(prefix)]:
        del entries[name]


def change(selection: Selection) -> None:
    """Store `selection` after a click; called before a run."""
    session = _session()
    session.selection, session.moved = selection, True


def restart(selection: Selection) -> None:
    """Store `selection`, whatever controls say in the same message; called before a run."""
    change(selection)
    _session().restarted = True


def choose(key: str | None) -> None:
    """Store what was clicked (`layer:id`, None for nothing); called before a run."""
    change(permalink.choose(current(), key))


def current() -> Selection:
    """The selection of the visit."""
    return _session().selection
