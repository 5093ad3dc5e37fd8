"""Checks of the widget values that a browser sends.

Streamlit hands every value to the deserializer of the widget it names, whatever its kind: a number
for a list ends the run with an error page and a traceback in the log.
"""

import json
import logging
from dataclasses import dataclass, field

import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime import state as runtime_state
from streamlit.runtime.state.session_state import Serialized, SessionState, WStates

_log = logging.getLogger(__name__)
_JSON = ("json_value", "json_trigger_value")
# A deserializer leaves out words that are no options without an error.
_WORDS = "string_array_value"
# What a deserializer raises for an unreadable value of the right kind.
_UNREADABLE = (TypeError, ValueError, LookupError, AttributeError, OverflowError)


@dataclass(slots=True)
class CheckedStates(WStates):
    """The widget values of one session; unreadable values are dropped, with a log line per kind."""

    refused: set[str] = field(default_factory=set)

    def __getitem__(self, k: str) -> object:
        """The value of a widget. Raises KeyError when it is missing or unreadable."""
        state, metadata = self.states.get(k), self.widget_metadata.get(k)
        if not isinstance(state, Serialized) or metadata is None:
            return WStates.__getitem__(self, k)
        sent = state.value.WhichOneof("value")
        # None is sent for a widget that was emptied.
        if sent in (None, metadata.value_type) and _is_json(state.value, sent):
            try:
                value = WStates.__getitem__(self, k)
                if sent != _WORDS or list(metadata.serializer(value)) == list(
                    state.value.string_array_value.data
                ):
                    return value
                self.states[k] = state
            except _UNREADABLE:
                pass
        self._refuse(f"{sent} for {metadata.value_type}")
        raise KeyError(k)

    def set_widget_from_proto(self, widget_state: WidgetState) -> None:
        """Set what a browser sent; keep the previous value when the widget cannot read it."""
        before = self.states.get(widget_state.id)
        WStates.set_widget_from_proto(self, widget_state)
        if widget_state.id in self.widget_metadata and widget_state.id not in self:
            if before is None:
                del self.states[widget_state.id]
            else:
                self.states[widget_state.id] = before

    def clear(self) -> None:
        """Remove all values, unreadable ones too."""
        self.states.clear()

    def _refuse(self, kind: str) -> None:
        if kind not in self.refused:
            self.refused.add(kind)
            _log.warning("dropped a value that its widget cannot read: %s", kind)


def _is_json(state: WidgetState, sent: str | None) -> bool:
    """Whether a component sent JSON; True for every other widget."""
    if sent not in _JSON:
        return True
    try:
        return isinstance(json.loads(getattr(state, sent)), dict | list)
    except ValueError:
        return False


@dataclass
class CheckedSession(SessionState):
    """The state of one session, whose widgets' values are checked."""

    _new_widget_state: WStates = field(default_factory=CheckedStates)


def refuse(kind: str) -> None:
    """Log, once per session and kind, that a value without meaning was dropped."""
    refused: set[str] = st.session_state.setdefault("refused", set())
    if kind not in refused:
        refused.add(kind)
        _log.warning("dropped a value that makes no sense: %s", kind)


def check() -> None:
    """Make every new session check what its browser sends."""
    # Streamlit has no setting for the class of its sessions.
    runtime_state.SessionState = CheckedSession  # type: ignore[misc]
