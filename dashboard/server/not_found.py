"""Unknown addresses: a near miss redirects to its view, others say so."""

from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import Scope
from streamlit import file_util

from dashboard.i18n.text import linked_lang, texts
from dashboard.selection import views
from dashboard.server.first_page import paths
from dashboard.server.problems import problem

_SHELL = "index.html"


@cache
def _files() -> frozenset[str]:
    """The files of Streamlit's own page, as paths in an address."""
    folder = Path(file_util.get_static_dir())
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return frozenset(files) - {_SHELL}


class _UnknownRoute(Route):
    """Matches every address that no other route answers; Streamlit would answer with its page."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Full match for http requests that are no route or file of Streamlit."""
        if scope["type"] != "http" or scope["path"].lstrip("/") in _files():
            return Match.NONE, {}
        # The mount is Streamlit's fallback, which matches everything.
        others = (
            route
            for route in scope["app"].routes
            if route is not self and not isinstance(route, Mount)
        )
        if any(route.matches(scope)[0] != Match.NONE for route in others):
            return Match.NONE, {}
        return super().matches(scope)


async def _answer(request: Request) -> Response:
    path = request.path_params["path"]
    up = "../" * path.count("/")
    meant = path.strip("/").casefold()
    meant = views.opening() if meant == _SHELL else meant
    if meant in paths():
        return RedirectResponse(f"./{up}{paths()[meant]}?{request.url.query}")
    text = texts(linked_lang(request.url.query))
    return problem(request, 404, text("fallback.page"), title=text("fallback.page_title"))


def routes() -> list[BaseRoute]:
    """The route; it must come after all others of our own."""
    return [_UnknownRoute("/{path:path}", _answer, methods=["GET"])]
