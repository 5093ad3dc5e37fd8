"""What changed about a place between versions of the data, as an Atom feed (RFC 4287)."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time
from uuid import NAMESPACE_URL, UUID, uuid5

from dashboard import deployment
from dashboard.analysis.news import FigureChange, Revision
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.selection.permalink import Selection
from dashboard.sentences import news, region_names
from dashboard.style.html import node
from dashboard.style.templates import render

MEDIA_TYPE = "application/atom+xml"
MOST_FIGURES = 50
"""Figures in one entry; the page lists all."""
_KEYS = ("plaats", "taal")
# What XML 1.0 cannot hold, also not escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def address(selection: Selection, base: str = "") -> str:
    """The address of the feed of a place in a language, within the site or behind `base`."""
    return permalink.address(selection, "nieuw.atom", base, only=_KEYS)


def feed(revisions: Sequence[Revision], context: Context, base: str) -> bytes:
    """The feed of the chosen place: an entry per version that changed any figure about it.

    Internal figures are left out. Ids stay the same for the same place, language, version and
    public address; `base` is where the feed is served, without trailing slash.
    """
    text, facts, selection = context.text, context.facts, context.selection
    about = None if selection.whole_region else selection.place
    identity = uuid5(NAMESPACE_URL, address(selection, deployment.public_url() or "stadshart"))
    entries = [
        _entry(revision, changes, context, base, identity)
        for revision in revisions
        if (changes := [change for change in revision.about(about) if _is_open(change)])
    ]
    page = permalink.address(selection, "nieuw", base, only=_KEYS)
    read = datetime.combine(facts.consulted, time(), UTC)
    document = render(
        "news_feed.feed",
        id=identity.urn,
        title=f"{news.title(context)} · {text('product.name')}",
        subtitle=" ".join((*_marks(context), news.since(revisions, facts, text))),
        updated=entries[0]["updated"] if entries else _written(read),
        author=deployment.publisher() or text("product.name"),
        itself=node("link", rel="self", type_=MEDIA_TYPE, href=address(selection, base)),
        page=node("link", rel="alternate", type_="text/html", href=page),
        entries=entries,
        text=text,
    )
    return _NOT_XML.sub("", document).encode()


def _entry(
    revision: Revision,
    changes: Sequence[FigureChange],
    context: Context,
    base: str,
    identity: UUID,
) -> dict[str, str]:
    text = context.text
    place, counts = region_names.selected(context), news.counts(changes, text)
    beyond = len(changes) - MOST_FIGURES
    content = render(
        "news_feed.content",
        marks=_marks(context),
        compared=news.compared(revision, text),
        rows=[news.linked(change, revision, context, base) for change in changes[:MOST_FIGURES]],
        beyond=text.counted("news.entry_more", beyond, count=beyond) if beyond > 0 else None,
    )
    return {
        "id": uuid5(identity, revision.now.version).urn,
        "title": text("news.entry", place=place, counts=counts),
        "updated": _written(revision.published),
        # Plain text, so that it is escaped once more as the content of an entry.
        "content": str(content),
    }


def _marks(context: Context) -> tuple[str, ...]:
    """What says that everything is made up; empty for real data."""
    return (context.text("example.banner"),) if context.facts.example else ()


def _is_open(change: FigureChange) -> bool:
    rows = (change.row, change.earlier)
    return all(row is None or row.sharing != "internal" for row in rows)


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
