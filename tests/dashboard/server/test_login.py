"""What a request may ask for, by the role of its cookie."""

import asyncio
import json
import time

import pytest
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from dashboard.selection import views
from dashboard.server.login import UPLOADS, RoleGuard, secrets
from dashboard.session import access, cache
from dashboard.session.access import Login


def provider(*, to_view: bool) -> Login:
    return Login(
        metadata_url="https://login.example",
        client_id="stadshart",
        client_secret="sixteen-signs-at-least",
        scope="openid",
        claim="roles",
        values={
            "viewer": frozenset(),
            "editor": frozenset({"planner"}),
            "administrator": frozenset({"ict"}),
        },
        to_view=to_view,
        sign=None,
    )


def cookie(login: Login, roles: object, *, key: str | None = None) -> str:
    claims = {"is_logged_in": True, "iat": time.time(), "roles": roles}
    secret = key or login.cookie_secret
    signed = create_signed_value(secret, USER_COOKIE_NAME, json.dumps(claims))
    return f"{USER_COOKIE_NAME}={signed.decode()}"


def answer(path: str, *, method: str = "GET", cookies: str = "") -> int:
    """The status of an answer: 200 where the guard passes the request on."""
    sent: list[int] = []

    async def app(scope, receive, send):
        sent.append(200)

    async def send(message):
        if message["type"] == "http.response.start":
            sent.append(message["status"])

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(b"cookie", cookies.encode())] if cookies else [],
    }
    asyncio.run(RoleGuard(app)(scope, None, send))
    (status,) = sent
    return status


def use(monkeypatch: pytest.MonkeyPatch, login: Login | None, *, reachable: bool = True) -> None:
    monkeypatch.setattr(access, "login", lambda: login)
    monkeypatch.setattr(cache, "is_reachable", lambda: reachable)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST"])
def test_without_a_login_files_are_taken_on_ones_own_computer_alone(monkeypatch, method):
    use(monkeypatch, None)
    assert answer(f"{UPLOADS}a/b", method=method) == 403
    use(monkeypatch, None, reachable=False)
    assert answer(f"{UPLOADS}a/b", method=method) == 200


def test_files_are_taken_from_editors_alone(monkeypatch):
    login = provider(to_view=False)
    use(monkeypatch, login, reachable=False)
    roles = {"planner": 200, "ict": 200, "guest": 403}
    for role, status in roles.items():
        assert answer(f"{UPLOADS}a/b", method="PUT", cookies=cookie(login, role)) == status
    assert answer(f"{UPLOADS}a/b", method="PUT") == 403


@pytest.mark.parametrize("forged", ["other key", "unsigned", "no JSON", "chunked"])
def test_a_forged_cookie_gives_no_role(monkeypatch, forged):
    login = provider(to_view=True)
    use(monkeypatch, login)
    claims = json.dumps({"is_logged_in": True, "iat": time.time(), "roles": "ict"})
    not_json = create_signed_value(login.cookie_secret, USER_COOKIE_NAME, "x").decode()
    cookies = {
        "other key": cookie(login, "ict", key="a key that somebody guessed"),
        "unsigned": f"{USER_COOKIE_NAME}={claims}",
        "no JSON": f"{USER_COOKIE_NAME}={not_json}",
        "chunked": f"{USER_COOKIE_NAME}=chunks-2; {USER_COOKIE_NAME}_1={claims}",
    }[forged]
    assert answer(f"{UPLOADS}a/b", method="PUT", cookies=cookies) == 403
    assert answer("/api/status", cookies=cookies) == 401


def test_where_the_login_is_for_viewing_only_the_way_in_is_open(monkeypatch):
    login = provider(to_view=True)
    use(monkeypatch, login)
    closed = [
        "/export/observations.csv",
        "/api/status",
        "/embed",
        "/nieuws.atom",
        "/map/0123.json",
        "/media/0123.csv",
        "//export/observations.csv",
        "/_stcorex",
        "/kaart/x",
    ]
    assert [answer(path) for path in closed] == [401] * len(closed)
    assert [answer(path, cookies=cookie(login, "guest")) for path in closed] == [200] * len(closed)
    ways = ["/", "/auth/login", "/oauth2callback", "/_stcore/health", "/map/abc/page.mjs"]
    ways += [f"/{view}" for view in views.by_id() if view != views.opening()]
    assert [answer(path) for path in ways] == [200] * len(ways)


def test_a_login_for_editors_closes_no_view(monkeypatch):
    use(monkeypatch, provider(to_view=False))
    assert answer("/export/observations.csv") == 200


def test_the_provider_reaches_streamlit_in_memory(monkeypatch):
    monkeypatch.delenv("STADSHART_PUBLIC_URL", raising=False)
    assert secrets(None, 8501) is None
    given = secrets(provider(to_view=False), 8501)["auth"]
    assert given["redirect_uri"] == "http://localhost:8501/oauth2callback"
    assert given["client_kwargs"] == {"scope": "openid"}
    monkeypatch.setenv("STADSHART_PUBLIC_URL", "https://stadshart.example")
    given = secrets(provider(to_view=False), 8501)["auth"]
    assert given["redirect_uri"] == "https://stadshart.example/oauth2callback"
