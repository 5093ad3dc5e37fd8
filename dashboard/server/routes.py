"""All routes beside those of Streamlit, and the response where the snapshot cannot be read."""

import logging

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from dashboard.component import assets
from dashboard.i18n.text import linked_lang, texts
from dashboard.server import (
    api_routes,
    export_routes,
    feed,
    first_page,
    metrics,
    not_found,
    well_known,
)
from dashboard.server.problems import problem
from dashboard.style import logs
from data.errors import DataError

_LOG = logging.getLogger(__name__)


async def unreadable(request: Request, fault: Exception) -> Response:
    """The response when the snapshot is missing or damaged; the log names the file."""
    if isinstance(fault, DataError):  # the picture process has written its own line
        _LOG.error("%s", fault)
    text = texts(linked_lang(request.url.query))
    return problem(request, 503, text("server.snapshot"), {"Retry-After": "60"})


async def failed(request: Request, fault: Exception) -> Response:
    """The response to a fault: the number under which the server logs its trace."""
    text = texts(linked_lang(request.url.query))
    return problem(request, 500, text("server.error", number=logs.error_number(fault)))


def routes() -> list[BaseRoute]:
    """All our own routes; names and formats are closed lists, no request reaches a path."""
    return [
        *assets.routes(),
        *export_routes.routes(),
        *feed.routes(),
        *api_routes.routes(),
        *metrics.routes(),
        *well_known.routes(),
        *first_page.routes(),
        *not_found.routes(),
    ]
