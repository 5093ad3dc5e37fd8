"""Logging in: the provider as Streamlit takes it, and what stays closed without a role."""

import json
import time

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.runtime.secrets import SecretsValue
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from dashboard import deployment
from dashboard.i18n.text import linked_lang, texts
from dashboard.selection import views
from dashboard.server.headers import NO_STORE
from dashboard.server.problems import is_machine_address, problem
from dashboard.session import access, cache
from dashboard.session.access import Login, Role

UPLOADS = "/_stcore/upload_file/"
_WAYS_IN = ("/auth/", "/oauth2callback")
# What a page needs to ask for a login, and addresses that say nothing of the data.
_OPEN = (
    "/_stcore/",
    "/static/",
    "/app/static/",
    "/favicon",
    "/robots.txt",
    "/.well-known/",
)
_CODE_PARTS = 3
"""Parts of the path of code and styles, `map/<version>/<file>`; geometry has one fewer."""


def secrets(login: Login | None, port: int) -> dict[str, SecretsValue] | None:
    """The provider as the secrets that Streamlit reads, in memory only; None without one."""
    if login is None:
        return None
    base = deployment.public_url() or f"http://localhost:{port}"
    return {
        "auth": {
            "redirect_uri": f"{base}/oauth2callback",
            "cookie_secret": login.cookie_secret,
            "client_id": login.client_id,
            "client_secret": login.client_secret,
            "server_metadata_url": login.metadata_url,
            "client_kwargs": {"scope": login.scope},
        }
    }


class RoleGuard:
    """Middleware that takes uploads from editors alone, and shows nothing to strangers where the
    login is for viewing too. What a page shows and does is decided by the page itself.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what the role of a request allows, refuse the rest with 401, 403 or 404."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path, login = scope["path"], access.login()
        answer: ASGIApp = self.app
        if path.startswith(UPLOADS):
            if scope["method"] != "OPTIONS" and not _is_editor(login, scope):
                answer = _refusal(scope, "login.no_uploads", 403)
        elif path.startswith(_WAYS_IN):
            send = _led_home(path, send)
            if login is None:
                answer = _refusal(scope, "login.none", 404)
        elif (
            login is not None
            and login.to_view
            and not _is_open(path)
            and _role(login, scope) is None
        ):
            answer = _refusal(scope, "login.needed", 401)
        await answer(scope, receive, send)


def _led_home(path: str, send: Send) -> Send:
    """What sends an answer of Streamlit's login: its "/" is the opening page, below any path."""
    home = "./" + "../" * (path.count("/") - 1)

    async def lead(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if headers.get("location") == "/":
                headers["location"] = home
        await send(message)

    return lead


def _is_editor(login: Login | None, scope: Scope) -> bool:
    if login is None:
        return not cache.is_reachable()
    return _role(login, scope) in ("editor", "administrator")


def _role(login: Login, scope: Scope) -> Role | None:
    """The role that the signed cookie of a request gives."""
    cookies, secret = Request(scope).cookies, login.cookie_secret

    def signed(name: str) -> bytes | None:
        value = cookies.get(name)
        return None if value is None else decode_signed_value(secret, name, value.encode("latin-1"))

    content = get_cookie_with_chunks(signed, USER_COOKIE_NAME)
    try:
        claims = json.loads(content) if content else {}
    except ValueError:
        return None
    return login.role(claims, now=time.time()) if isinstance(claims, dict) else None


def _is_open(path: str) -> bool:
    parts = path.strip("/").split("/")
    is_code = parts[0] == "map" and len(parts) == _CODE_PARTS
    return path.startswith(_OPEN) or is_code or path.strip("/") in ("", *views.by_id())


def _refusal(scope: Scope, key: str, status: int) -> Response:
    text = texts(linked_lang(scope["query_string"].decode("latin-1")))
    if is_machine_address(scope):
        return problem(Request(scope), status, text(key))
    return PlainTextResponse(text(key), status, NO_STORE)
