"""Headers of open data: any site may read it, and every response names the version of the API."""

from types import MappingProxyType

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.server.problems import is_machine_address

API_VERSION = "1.0.0"
"""Of the addresses for programs, by semantic versioning; apart from the version of the program."""

_SHARED = MappingProxyType(
    {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": (
            "Accept-Ranges, API-Version, Content-Disposition, Content-Range, ETag, Retry-After"
        ),
        "API-Version": API_VERSION,
    }
)
_PREFLIGHT = MappingProxyType(
    {
        "Access-Control-Allow-Methods": "GET, HEAD",
        "Access-Control-Allow-Headers": "If-None-Match, If-Range, Range",
        "Access-Control-Max-Age": "86400",
    }
)


class OpenData:
    """Middleware that shares addresses for programs with every origin, and no page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; a browser that asks beforehand whether it may hears so here."""
        if scope["type"] != "http" or not is_machine_address(scope):
            await self.app(scope, receive, send)
            return

        async def send_shared(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_SHARED)
                tag = headers.get("etag", "")
                # Compressed on the way out: no longer the same bytes (RFC 9110, 8.8.1).
                if "content-encoding" in headers and tag.startswith('"'):
                    headers["etag"] = f"W/{tag}"
            await send(message)

        if scope["method"] == "OPTIONS":
            await Response(None, 204, _PREFLIGHT)(scope, receive, send_shared)
        else:
            await self.app(scope, receive, send_shared)
