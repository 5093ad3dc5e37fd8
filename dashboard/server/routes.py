"""Routes beside the pages: downloads, pictures, the map's geometry, and the status."""

import logging

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard.component import assets
from dashboard.i18n.text import linked_lang, texts
from dashboard.server import export_routes, feed, first_page, not_found, well_known
from dashboard.server.headers import NO_STORE
from dashboard.session import cache
from data.errors import DataError

_LOG = logging.getLogger(__name__)


async def _status(_: Request) -> JSONResponse:
    facts = cache.facts()
    return JSONResponse(
        {
            "version": facts.version,
            "consulted": facts.consulted.isoformat(),
            "tables": {table.name: table.rows for table in facts.manifest.tables},
            "sources": {
                record.source_id: record.status
                for record in facts.manifest.sources
                if record.sharing != "internal" or not facts.beyond
            },
        }
    )


async def unreadable(request: Request, fault: Exception) -> Response:
    """The response when the snapshot is missing or damaged; the log names the file."""
    if isinstance(fault, DataError):  # the picture process has written its own line
        _LOG.error("%s", fault)
    text = texts(linked_lang(request.url.query))
    return PlainTextResponse(text("server.snapshot"), 503, {"Retry-After": "60", **NO_STORE})


def routes() -> list[BaseRoute]:
    """All our own routes; names and formats are closed lists, no request reaches a path."""
    return [
        *assets.routes(),
        *export_routes.routes(),
        *feed.routes(),
        Route("/api/status", _status, methods=["GET"]),
        *well_known.routes(),
        *first_page.routes(),
        *not_found.routes(),
    ]
