"""The selection of one visit: read from the address once, moved by the controls, written back to
the address.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Generic, TypedDict, TypeVar, cast

import streamlit as st

from dashboard.component import widget_values
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Lang, Texts, texts
from dashboard.maps import layers
from dashboard.selection import permalink
from dashboard.selection.permalink import Note, Selection, Vocabulary
from geo import indicators

_KEPT = "visit"
WIDGET = "w_"
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Visit:
    """What this run shows: the selection, the notes of a broken link, and the sentences of its
    language.
    """

    selection: Selection
    notes: tuple[Note, ...]
    text: Texts

    @property
    def lang(self) -> Lang:
        """The language of the page."""
        return self.selection.lang


@dataclass(frozen=True, slots=True)
class Field(Generic[_Value]):
    """What a control shows of a selection (`get`), and the selection after it was moved (`put`)."""

    get: Callable[[Selection], _Value]
    put: Callable[[Selection, _Value], Selection]


class Wiring(TypedDict):
    """The arguments that tie a Streamlit widget to the visit."""

    key: str
    on_change: Callable[..., None]
    args: tuple[object, ...]


@dataclass(slots=True)
class _Control:
    """A control as it was drawn last. `value` is None once it has to be drawn anew."""

    value: tuple[object, Lang | None] | None
    key: str


@dataclass(slots=True)
class _Kept:
    """What a visit keeps from run to run, in one piece: every key of the session is a search of its
    own.
    """

    selection: Selection
    notes: tuple[Note, ...]
    # The address as we wrote it last, and the selection as the last run left it.
    written: dict[str, str] = field(default_factory=dict)
    left: Selection | None = None
    controls: dict[str, _Control] = field(default_factory=dict)
    # How many controls were drawn anew: the next key.
    redrawn: int = 0
    # What was entered that no address holds.
    entries: dict[str, object] = field(default_factory=dict)
    # Whether a control, a button or a click caused this run.
    moved: bool = False


def _kept() -> _Kept:
    return cast(_Kept, st.session_state[_KEPT])


def vocabulary(facts: Facts) -> Vocabulary:
    """What a link may name, given the snapshot."""
    places = tuple(place.place_id for place in facts.places.values() if place.role == "centre")
    controls = layers.listed("controls")
    return Vocabulary(
        places=places,
        streets=facts.street_keys,
        years=facts.years,
        actors=tuple(facts.actors),
        indicators=tuple(indicators.found()),
        trades=facts.trades,
        layers=tuple(layer.id for layer in controls),
        opening_layers=tuple(layer.id for layer in controls if layer.on_at_opening),
    )


def begin(facts: Facts) -> Visit:
    """The selection of this run.

    A new visit, a followed link or the back button brings an address that we did not write last:
    then the address
    rules. Otherwise the selection does, also when a quick hand moved a control before the address
    of the move before
    it had arrived.
    """
    incoming = st.query_params.to_dict()
    ours = {key: value for key, value in incoming.items() if key != "uitsnede"}
    kept = cast(_Kept | None, st.session_state.get(_KEPT))
    if kept is None:
        kept = st.session_state[_KEPT] = _Kept(*permalink.parse(incoming, vocabulary(facts)))
    elif ours and ours != kept.written and not kept.moved and kept.left in (None, kept.selection):
        selection, kept.notes = permalink.parse(incoming, vocabulary(facts))
        kept.entries.clear()
        restart(selection, moved=False)
    return Visit(kept.selection, kept.notes, texts(kept.selection.lang))


def keep(selection: Selection) -> None:
    """Make `selection` the visit's, and let the address say so."""
    kept = _kept()
    kept.selection = kept.left = selection
    kept.moved = False
    query = permalink.to_query(replace(selection, extent=None))
    if kept.written != query or not st.query_params:
        kept.written = query
        extent = st.query_params.get("uitsnede")
        st.query_params.from_dict(query if extent is None else query | {"uitsnede": extent})


def control(
    name: str,
    selection: Selection,
    held: Field[_Value],
    read: Callable[[object], _Value],
    *,
    spoken: bool = True,
) -> Wiring:
    """What ties widget `name` to the visit: draw it with this and with `held.get(selection)` as its
    value.

    The selection is the truth. Streamlit keeps a widget's value by its key, in the browser too, so
    a widget whose value
    was set by anything but itself gets another key. `read` makes of what the browser sent a value,
    or raises
    ValueError: then the view stands as it was. `spoken`: its options are words of the page's
    language.
    """
    kept = _kept()
    # The callbacks of this run are over.
    kept.moved = False
    value = (held.get(selection), selection.lang if spoken else None)
    drawn = kept.controls.get(name)
    if drawn is None:
        drawn = kept.controls[name] = _Control(value, WIDGET + name)
    elif drawn.value != value:
        kept.redrawn += 1
        drawn.value, drawn.key = value, f"{WIDGET}{name}_{kept.redrawn}"
    return Wiring(key=drawn.key, on_change=_take, args=(name, drawn.key, held, read))


def _take(name: str, key: str, held: Field[_Value], read: Callable[[object], _Value]) -> None:
    """Follow a widget that was moved; called before a run, when the widget may be gone."""
    kept = cast(_Kept | None, st.session_state.get(_KEPT))
    drawn = None if kept is None else kept.controls.get(name)
    if (
        kept is None
        or drawn is None
        or drawn.value is None
        or drawn.key != key
        or key not in st.session_state
    ):
        return
    kept.moved = True
    try:
        kept.selection = held.put(kept.selection, read(st.session_state[key]))
    except ValueError:
        drawn.value = None
        widget_values.refuse(name)
    else:
        drawn.value = (held.get(kept.selection), drawn.value[1])


def entry(name: str, value: _Value) -> Field[_Value]:
    """What is entered in control `name`, which no address holds; `value` until then."""

    def put(selection: Selection, entered: _Value) -> Selection:
        _kept().entries[name] = entered
        return selection

    return Field(lambda _: entered(name, value), put)


def entered(name: str, value: _Value) -> _Value:
    """What was entered in control `name`, else `value`."""
    return cast(_Value, _kept().entries.get(name, value))


def enter(name: str, value: object) -> None:
    """Set control `name`, which no address holds; called before a run."""
    _kept().entries[name] = value


def leave(prefix: str) -> None:
    """Forget what was entered in controls whose names begin with `prefix`; called before a run."""
    entries = _kept().entries
    for name in [name for name in entries if name.startswith(prefix)]:
        del entries[name]


def change(selection: Selection) -> None:
    """Make `selection` the visit's after a click; called before a run."""
    kept = _kept()
    kept.selection, kept.moved = selection, True


def restart(selection: Selection, *, moved: bool = True) -> None:
    """Make `selection` the visit's and draw every control anew, whatever it was about to say;
    called before a run.
    """
    kept = _kept()
    kept.selection, kept.moved = selection, moved
    for drawn in kept.controls.values():
        drawn.value = None


def choose(key: str | None) -> None:
    """Remember what was clicked (`layer:id`, None for nothing); called before a run."""
    change(permalink.choose(current(), key))


def current() -> Selection:
    """The selection of the visit."""
    return _kept().selection
