"""Addresses beside the pages: the files to take along, the map's geometry, and the state of the service."""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import exports, geometry, pictures, state, tables, visit
from dashboard.state import Selection

Make = Callable[[Selection], exports.Download]


def _download(make: Make) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        selection, _ = state.parse(dict(request.query_params), visit.vocabulary(tables.facts()))
        download = await run_in_threadpool(make, selection)
        return Response(
            download.content,
            media_type=download.media_type,
            headers={
                "Content-Disposition": f'attachment; filename="{download.file_name}"',
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "no-cache",
            },
        )

    return answer


async def _status(_: Request) -> JSONResponse:
    facts = tables.facts()
    return JSONResponse(
        {
            "version": facts.version,
            "consulted": facts.consulted.isoformat(),
            "tables": {table.name: table.rows for table in facts.manifest.tables},
            "sources": {record.source_id: record.status for record in facts.manifest.sources},
        }
    )


def routes() -> list[BaseRoute]:
    """Every address of our own; names and formats are closed lists, nothing of a request reaches a path."""
    return [
        *geometry.routes(),
        *pictures.routes(),
        *(Route(f"/export/{name}", _download(make), methods=["GET"]) for name, make in exports.DOWNLOADS.items()),
        Route("/api/status", _status, methods=["GET"]),
    ]
