"""Whose figures a request asks for: those that are served, or the made-up region beside them."""

from urllib.parse import parse_qs

from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.selection import permalink
from dashboard.session import cache


class DatasetOfQuery:
    """Middleware that answers a request from the dataset that its query names."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on within its dataset; a visit keeps its own."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        query = parse_qs(scope["query_string"].decode("latin-1"))
        asked = query.get(permalink.DATASET_KEY, [permalink.OWN])[-1]
        with cache.dataset(asked):
            await self.app(scope, receive, send)
