"""The address of the Atom feed of what changed about a place."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.exports import news_feed
from dashboard.i18n.lists import listed
from dashboard.i18n.text import texts
from dashboard.selection import permalink
from dashboard.selection.context import context_of
from dashboard.server.api_routes import base_url
from dashboard.server.file_response import file_response
from dashboard.server.problems import problem
from dashboard.session import cache, visitor


# No coroutine: the first request of a version reads those before it, in a thread of its own.
def _feed(request: Request) -> Response:
    facts = cache.facts()
    query = dict(request.query_params)
    words = visitor.vocabulary(facts, query)
    selection, notes = permalink.parse(query, words)
    text = texts(selection.lang)
    if any(note.kind == "place" for note in notes):
        return problem(request, 404, text("news.no_feed", places=listed(words.places, text)))
    base = base_url(request)
    content = news_feed.feed(cache.revisions(), context_of(facts, selection), base)
    return file_response(request, content, news_feed.MEDIA_TYPE)


def routes() -> list[BaseRoute]:
    """The route of the feeds; the place and the language stand in the query."""
    return [Route("/nieuw.atom", _feed, methods=["GET"])]
