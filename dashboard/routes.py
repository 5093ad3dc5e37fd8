"""Addresses beside the pages: files and pictures to take along, the map's geometry, and the state of the service."""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from dashboard import astray, geometry, pictures, tables


async def _status(_: Request) -> JSONResponse:
    facts = tables.facts()
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


def routes() -> list[BaseRoute]:
    """Every address of our own; names and formats are closed lists, nothing of a request reaches a path."""
    return [
        *geometry.routes(),
        *pictures.routes(),
        Route("/api/status", _status, methods=["GET"]),
        *astray.routes(),
    ]
