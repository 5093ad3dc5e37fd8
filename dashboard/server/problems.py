"""Responses to requests that cannot be met: a page for people, RFC 9457 details for programs."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import Scope

from dashboard.i18n.text import linked_lang, texts
from dashboard.selection import views
from dashboard.server.first_page import paths
from dashboard.server.headers import NO_STORE
from dashboard.style import theme
from dashboard.style.templates import render

MEDIA_TYPE = "application/problem+json"
_MACHINE_FOLDERS = ("/export/", "/api/", "/.well-known/")
_MACHINE_FILES = ("/catalog.jsonld", "/nieuw.atom")


def is_machine_address(scope: Scope) -> bool:
    """Whether programs rather than people ask for the path."""
    path: str = scope["path"]
    return path.startswith(_MACHINE_FOLDERS) or path in _MACHINE_FILES


def problem(
    request: Request,
    status: int,
    detail: str,
    headers: Mapping[str, str] | None = None,
    *,
    title: str | None = None,
) -> Response:
    """What went wrong in one sentence, `detail`, as the reader's `Accept` asks for it.

    Browsers get a page under `title` with links to every view. Programs get JSON, at addresses of
    pages only when they ask for it.
    """
    sent = {**NO_STORE, "Vary": "Accept", **(headers or {})}
    accept = request.headers.get("accept", "")
    if "text/html" in accept or not (is_machine_address(request.scope) or "json" in accept):
        text = texts(linked_lang(request.url.query))
        page = render(
            "problem.page",
            title=title or text("server.problem"),
            detail=detail,
            views=[(path, views.title(view, text.lang)) for view, path in paths().items()],
            up="../" * (request.scope["path"].count("/") - 1),
            theme=theme,
            text=text,
        )
        return HTMLResponse(page, status, sent)
    content = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse(content, status, sent, MEDIA_TYPE)


async def refused(request: Request, fault: Exception) -> Response:
    """The response to an HTTPException, such as a method that an address does not take."""
    if not isinstance(fault, HTTPException):
        raise fault
    if not is_machine_address(request.scope):
        return PlainTextResponse(fault.detail, fault.status_code, fault.headers)
    return problem(request, fault.status_code, fault.detail, fault.headers)
