"""The address of the Atom feed of what changed about a place."""

import hashlib

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import deployment
from dashboard.exports import news_feed
from dashboard.i18n.lists import listed
from dashboard.i18n.text import texts
from dashboard.selection import permalink
from dashboard.selection.context import context_of
from dashboard.server.headers import NO_CACHE, NO_STORE
from dashboard.session import cache, visitor


# No coroutine: the first request of a version reads those before it, in a thread of its own.
def _feed(request: Request) -> Response:
    facts = cache.facts()
    words = visitor.vocabulary(facts)
    selection, notes = permalink.parse(dict(request.query_params), words)
    text = texts(selection.lang)
    if any(note.kind == "place" for note in notes):
        return PlainTextResponse(
            text("news.no_feed", places=listed(words.places, text)), 404, NO_STORE
        )
    base = deployment.public_url() or str(request.base_url).rstrip("/")
    content = news_feed.feed(cache.revisions(), context_of(facts, selection), base)
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {**NO_CACHE, "ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    return Response(content, media_type=news_feed.MEDIA_TYPE, headers=headers)


def routes() -> list[BaseRoute]:
    """The route of the feeds; the place and the language stand in the query."""
    return [Route("/nieuw.atom", _feed, methods=["GET"])]
