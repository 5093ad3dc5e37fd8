"""All routes beside those of Streamlit, and the response where the snapshot cannot be read."""

import logging

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from dashboard.component import assets
from dashboard.i18n.text import linked_lang, texts
from dashboard.server import api_routes, export_routes, feed, first_page, not_found, well_known
from dashboard.server.problems import problem
from data.errors import DataError

_LOG = logging.getLogger(__name__)


async def unreadable(request: Request, fault: Exception) -> Response:
    """The response when the snapshot is missing or damaged; the log names the file."""
    if isinstance(fault, DataError):  # the picture process has written its own line
        _LOG.error("%s", fault)
    text = texts(linked_lang(request.url.query))
    return problem(request, 503, text("server.snapshot"), {"Retry-After": "60"})


def routes() -> list[BaseRoute]:
    """All our own routes; names and formats are closed lists, no request reaches a path."""
    return [
        *assets.routes(),
        *export_routes.routes(),
        *feed.routes(),
        *api_routes.routes(),
        *well_known.routes(),
        *first_page.routes(),
        *not_found.routes(),
    ]
