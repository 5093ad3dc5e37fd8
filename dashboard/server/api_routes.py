"""Routes that describe the service to programs: its state, its API, and its data catalogue."""

import json
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import deployment
from dashboard.exports import data_catalogue
from dashboard.i18n.text import linked_lang, texts
from dashboard.server import openapi, status
from dashboard.server.file_response import file_response
from dashboard.server.problems import problem
from dashboard.session import cache, visitor

CATALOGUE, DESCRIPTION = "catalog.jsonld", "api/openapi.json"


def base_url(request: Request) -> str:
    """Where readers reach the dashboard, without trailing slash; else the address they used."""
    return deployment.public_url() or str(request.base_url).rstrip("/")


def _as_json(
    request: Request,
    content: Mapping[str, object],
    media_type: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    written = json.dumps(content, ensure_ascii=False, allow_nan=False, default=dict)
    return file_response(request, written.encode(), media_type, headers)


# No coroutines: what may leave is read from the tables, in a thread of its own.
def _status(request: Request) -> Response:
    link = {"Link": '<./status.schema.json>; rel="describedby"'}
    return _as_json(request, status.status(cache.facts().shareable), "application/json", link)


def _status_schema(request: Request) -> Response:
    return _as_json(request, status.schema(), "application/schema+json")


def _description(request: Request) -> Response:
    text = texts(linked_lang(request.url.query))
    words = visitor.vocabulary(cache.facts().shareable)
    described = openapi.description(words, text, base_url(request))
    return _as_json(request, described, openapi.MEDIA_TYPE)


def _catalogue(request: Request) -> Response:
    publisher = deployment.publisher_name()
    if publisher is None:
        text = texts(linked_lang(request.url.query))
        return problem(request, 404, text("server.no_publisher"))
    content = data_catalogue.catalogue(
        cache.facts().shareable, base_url(request), publisher=publisher, mail=deployment.mail()
    )
    return _as_json(request, content, data_catalogue.MEDIA_TYPE)


def _linkset(request: Request) -> Response:
    """Where the description and the catalogue are, as RFC 9727 asks."""
    base = base_url(request)
    links = {
        "anchor": f"{base}/export",
        "service-desc": [{"href": f"{base}/{DESCRIPTION}", "type": openapi.MEDIA_TYPE}],
        "status": [{"href": f"{base}/api/status", "type": "application/json"}],
    }
    if deployment.publisher():
        catalogue = {"href": f"{base}/{CATALOGUE}", "type": data_catalogue.MEDIA_TYPE}
        links["describedby"] = [catalogue]
    return JSONResponse({"linkset": [links]}, media_type="application/linkset+json")


def routes() -> list[BaseRoute]:
    """The routes of the service's own descriptions."""
    addresses = {
        "api/status": _status,
        "api/status.schema.json": _status_schema,
        DESCRIPTION: _description,
        CATALOGUE: _catalogue,
        ".well-known/api-catalog": _linkset,
    }
    return [Route(f"/{path}", answer, methods=["GET"]) for path, answer in addresses.items()]
