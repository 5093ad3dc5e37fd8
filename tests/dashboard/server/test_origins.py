"""Who may talk to the server, by the address it listens on."""

import asyncio

import pytest

from dashboard.server.origins import OriginGuard


def passes(
    address: str,
    /,
    *,
    served: str = "192.168.1.5",
    kind: str = "websocket",
    method: str = "GET",
    **headers: str,
) -> bool:
    """Whether a server that listens on an address passes on what came in at `served`."""
    told = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": kind,
        "method": method,
        "path": "/",
        "headers": told,
        "server": (served, 8501),
        "query_string": b"",
    }
    passed, sent = [], []

    async def app(scope, receive, send):
        passed.append(dict(scope["headers"]))

    async def send(message):
        sent.append(message)

    asyncio.run(OriginGuard(app, host=address)(scope, None, send))
    assert len(passed) + bool(sent) == 1
    if passed and kind == "websocket":
        # What Streamlit does not see it asks nobody about.
        assert b"origin" not in passed[0]
    return bool(passed)


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STADSHART_PUBLIC_URL", raising=False)
    monkeypatch.setattr("socket.gethostname", lambda: "Balie")


@pytest.mark.parametrize(
    "name",
    ["192.168.1.5:8501", "10.0.0.1", "[fe80::1]:8501", "balie:8501", "localhost", "127.0.0.1:80"],
)
def test_a_wildcard_answers_addresses_loopback_and_its_own_name(name):
    assert passes("0.0.0.0", host=name, origin=f"http://{name}")
    assert passes("0.0.0.0", host=name, kind="http")


@pytest.mark.parametrize(
    "name", ["evil.example", "balie.evil.example", "", "a@localhost", "localhost:web", "x/y"]
)
def test_a_wildcard_answers_no_other_name(name):
    assert not passes("0.0.0.0", host=name)
    assert not passes("0.0.0.0", host=name, kind="http")


def test_a_page_at_another_address_opens_no_websocket():
    assert not passes("0.0.0.0", host="192.168.1.5:8501", origin="http://203.0.113.9:8501")
    assert not passes("0.0.0.0", host="192.168.1.5:8501", origin="http://192.168.1.6:8501")


def test_a_page_of_another_server_on_this_computer_opens_no_websocket():
    assert passes("127.0.0.1", host="127.0.0.1:8501", origin="http://127.0.0.1:8501")
    assert passes("127.0.0.1", host="127.0.0.1:8501", origin="http://localhost:8501")
    assert not passes("127.0.0.1", host="127.0.0.1:8501", origin="http://127.0.0.1:3000")
    assert not passes("127.0.0.1", host="localhost:8501", origin="http://localhost")


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_page_at_another_address_reads_and_sends_nothing(method):
    own, foreign = "http://192.168.1.5:8501", "http://203.0.113.9:8501"
    host = "192.168.1.5:8501"
    assert passes("192.168.1.5", host=host, kind="http", method=method, origin=own)
    assert not passes("192.168.1.5", host=host, kind="http", method=method, origin=foreign)
    assert not passes("192.168.1.5", host=host, kind="http", method=method, origin="null")
    assert passes("192.168.1.5", host=host, kind="http", origin=foreign)


def test_with_a_login_streamlit_sees_the_origin_of_its_own_page_alone(monkeypatch):
    monkeypatch.setattr("dashboard.session.access.login", object)
    seen = []

    async def app(scope, receive, send):
        seen.append(dict(scope["headers"]).get(b"origin"))

    guard = OriginGuard(app, host="0.0.0.0")
    for origin in (b"https://192.168.1.5:8501", b"http://localhost:8501"):
        headers = [(b"host", b"192.168.1.5:8501"), (b"origin", origin)]
        scope = {"type": "websocket", "headers": headers, "server": ("192.168.1.5", 8501)}
        asyncio.run(guard(scope, None, None))
    assert seen == [b"https://192.168.1.5:8501", None]


def test_one_address_answers_itself_and_loopback_alone():
    assert passes("192.168.1.5", host="192.168.1.5:8501", kind="http")
    assert not passes("192.168.1.5", host="10.0.0.1", kind="http")
    assert not passes("127.0.0.1", served="127.0.0.1", host="192.168.1.5", kind="http")


def test_a_named_host_answers_its_name_in_any_spelling():
    assert passes("Stad.Example", host="stad.example.:8501", kind="http")


def test_who_sends_no_host_is_no_browser():
    assert passes("127.0.0.1", kind="http")


def test_start_and_stop_pass():
    assert passes("127.0.0.1", kind="lifespan")
