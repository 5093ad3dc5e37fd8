"""What a browser sends of a wrong kind is dropped: the view stands, and the log has a line."""

import logging
from collections.abc import Callable

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime import state as runtime_state
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.testing.v1 import AppTest, app_test

from dashboard.component import widget_values
from dashboard.session import cache
from data import catalogue
from tests.dashboard.driving import VIEWS, control, opened, words

pytestmark = pytest.mark.slow

SENT: dict[str, Callable[[WidgetState], object]] = {
    "a number": lambda state: setattr(state, "int_value", 7),
    "text": lambda state: setattr(state, "string_value", "no list, no JSON"),
    "bytes": lambda state: setattr(state, "bytes_value", b"\x00"),
    "a switch": lambda state: setattr(state, "bool_value", True),
    "numbers": lambda state: state.double_array_value.data.extend([float("nan"), 1e308, 3]),
    "one number too few": lambda state: state.double_array_value.data.extend([2015.0]),
    "numbers out of order": lambda state: state.double_array_value.data.extend([2020.0, 2010.0]),
    "numbers beyond the bounds": lambda state: state.double_array_value.data.extend([1.0, 9e9]),
    "words": lambda state: state.string_array_value.data.extend(["Alle 10", "<script>"]),
    "text that is no JSON": lambda state: setattr(state, "json_value", "{no"),
    "JSON of another kind": lambda state: setattr(state, "json_value", "[[5]]"),
    "a trigger that is no JSON": lambda state: setattr(state, "json_trigger_value", "{no"),
    "a trigger without an event": lambda state: setattr(
        state, "json_trigger_value", '[5, {"event": 3}]'
    ),
    "a choice that is none": lambda state: setattr(
        state, "json_trigger_value", '[{"event": "select", "value": {"layer": 5, "id": ["x"]}}]'
    ),
    "a spot that is nowhere": lambda state: setattr(
        state, "json_trigger_value", '[{"event": "pick", "value": {"lon": NaN, "lat": 1e999}}]'
    ),
}


@pytest.fixture(autouse=True)
def checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions as the server makes them."""
    monkeypatch.setattr(runtime_state, "SessionState", runtime_state.SessionState)
    widget_values.check()
    monkeypatch.setattr(app_test, "SessionState", runtime_state.SessionState)


def send(app: AppTest, ids: list[str], put: Callable[[WidgetState], object]) -> None:
    """Run the page as if its browser sent this for each of the widgets."""
    states = WidgetStates()
    for id_ in ids:
        state = states.widgets.add()
        state.id = id_
        put(state)
    app._run(states)


def widgets(app: AppTest) -> list[str]:
    """The ids of everything on the page that sends something."""
    return [
        one.id for one in app.main.children.values() for one in _all(one) if getattr(one, "id", "")
    ]


def _all(node):
    yield node
    for child in getattr(node, "children", {}).values():
        yield from _all(child)


@pytest.mark.parametrize("view", VIEWS)
def test_what_no_control_can_read_leaves_the_view_and_its_address(view):
    app = opened(view, plaats="hengelo", periode="2015-2019")
    before, said = dict(app.query_params), words(app)
    # A field can read any text, and a switch either side.
    right = {"text": app.text_input, "a switch": app.toggle}
    for name, put in SENT.items():
        passed = {one.id for one in right.get(name, ())}
        send(app, [id_ for id_ in widgets(app) if id_ not in passed], put)
        assert not app.exception, (name, app.exception)
        assert dict(app.query_params) == before, name
    assert words(app) == said


def test_a_wrong_value_is_said_once_in_a_session(caplog):
    app = opened()
    with caplog.at_level(logging.WARNING, logger=widget_values.__name__):
        for _ in range(3):
            send(app, [control(app.button_group, "type").id], SENT["a number"])
            send(app, [control(app.slider, "periode").id], SENT["numbers out of order"])
    lines = [
        record.getMessage() for record in caplog.records if record.name == widget_values.__name__
    ]
    assert len(lines) == len(set(lines)) == 2


def test_a_value_from_before_its_widget_was_known_is_checked_as_well():
    states = widget_values.CheckedStates()
    states.set_widget_from_proto(WidgetState(id="early", int_value=7))
    states.set_widget_metadata(WidgetMetadata("early", list, list, value_type="string_array_value"))
    assert "early" not in states
    states.set_widget_from_proto(WidgetState(id="other", bool_value=True))
    states.clear()
    assert len(states) == 0


def test_a_message_under_way_while_its_page_is_left_does_no_harm():
    before = cache._served.folder
    cache.use(catalogue.EXAMPLE)
    try:
        app = opened("profiel.py", gewichten="centre_manager:100")
        moved = [
            control(app.button_group, "startgewichten").id,
            control(app.slider, "gewicht_centre_manager").id,
        ]
        app.switch_page("views/cijfers.py").run()
        for put in SENT.values():
            send(app, moved, put)
            assert not app.exception, app.exception
    finally:
        cache.use(before)
