"""Routes of what the picture process makes: pictures, downloads and the embedded map."""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from types import MappingProxyType

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.exports import downloads as exports_downloads
from dashboard.exports import file_names
from dashboard.i18n.text import Texts, texts
from dashboard.press import request as press
from dashboard.press import sizes as press_sizes
from dashboard.press.errors import (
    FailedJobError,
    FramePolicyError,
    LostError,
    PressError,
    QueueFullError,
    SnapshotError,
)
from dashboard.press.request import MODELLED, PictureRequest
from dashboard.press.sizes import FORMATS, Format
from dashboard.press.worker.jobs import Made
from dashboard.press.worker.queue import LARGEST_CACHED_BYTES, RETRY_AFTER_S
from dashboard.selection import permalink
from dashboard.server.file_response import file_response
from dashboard.server.problems import problem
from dashboard.session import cache as session_cache
from dashboard.session import visitor
from dashboard.session.export_jobs import ask, ask_factsheet, ask_file, ask_map, ask_presentation

# Longer than the slowest picture with a full queue before it.
_PATIENCE_S = 60.0
_FRAME_SOURCE = re.compile(r"'self'|'none'|\*|https?://[\w*.-]+(:\d+)?")

Answer = Callable[[HttpRequest], Awaitable[Response]]
AskDocument = Callable[[PictureRequest], Future[Made]]

PICTURES: Mapping[str, Format] = MappingProxyType({f"kaart.{form}": form for form in FORMATS})
# What is made about one city.
DOCUMENTS: Mapping[str, tuple[AskDocument, Format]] = MappingProxyType(
    {"factsheet.pdf": (ask_factsheet, "pdf"), "presentatie.pptx": (ask_presentation, "pptx")}
)
MEDIA: Mapping[str, str] = MappingProxyType({**exports_downloads.MEDIA, **press_sizes.MEDIA})
"""Media type by extension."""


def frame_policy() -> str:
    """Which sites may frame `/embed`, from STADSHART_FRAMES; by default this site only.

    Raises FramePolicyError for anything but `'self'`, `'none'`, `*` and http(s) addresses,
    separated by blanks.
    """
    words = os.environ.get("STADSHART_FRAMES", "").split() or ["'self'"]
    for word in words:
        if not _FRAME_SOURCE.fullmatch(word):
            raise FramePolicyError(
                f"STADSHART_FRAMES: got {word!r}, expected 'self', 'none', * or addresses such as"
                " https://www.hengelo.nl"
            )
    return " ".join(words)


def routes() -> list[BaseRoute]:
    """The routes; formats are a closed list, and nothing of a request reaches a path."""
    return [
        *(
            Route(f"/export/{name}", _picture(form), methods=["GET"])
            for name, form in PICTURES.items()
        ),
        *(
            Route(f"/export/{name}", _about_city(name, *document), methods=["GET"])
            for name, document in DOCUMENTS.items()
        ),
        *(
            Route(f"/export/{name}", _file(name), methods=["GET"])
            for name in exports_downloads.DOWNLOADS
        ),
        Route("/embed", _embed, methods=["GET"]),
        # Without this route the app answers with its page, which a reader would save as a table.
        Route("/export/{name:path}", _no_file, methods=["GET"]),
    ]


def _attachment(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _press_request(http: HttpRequest) -> tuple[PictureRequest, Texts]:
    query = dict(http.query_params)
    request, _ = press.parse(query, visitor.vocabulary(session_cache.facts(), query))
    return request, texts(request.selection.lang)


def _picture(form: Format) -> Answer:
    async def answer(http: HttpRequest) -> Response:
        request, text = _press_request(http)
        request = press.in_format(request, form)
        name = file_names.file_name(
            "stadshart", request.subject, request.selection.place, request.size.id, extension=form
        )
        modelled = request.subject in MODELLED
        return await _sent(
            http, lambda: ask(request, form), text, _attachment(name), modelled=modelled
        )

    return answer


def _about_city(name: str, ask_document: AskDocument, form: Format) -> Answer:
    stem = name.partition(".")[0]

    async def answer(http: HttpRequest) -> Response:
        request, text = _press_request(http)
        chosen = request.selection
        saved = file_names.file_name("stadshart", stem, chosen.place, chosen.lang, extension=form)
        return await _sent(
            http, lambda: ask_document(request), text, _attachment(saved), modelled=True
        )

    return answer


def _file(name: str) -> Answer:
    async def answer(http: HttpRequest) -> Response:
        query = dict(http.query_params)
        words = visitor.vocabulary(session_cache.facts(), query)
        selection, notes = permalink.parse(query, words)
        unread = press.unread(notes)
        saved = _attachment(exports_downloads.file_name(name, selection))
        text = texts(selection.lang)
        return await _sent(
            http,
            lambda: ask_file(name, selection, unread),
            text,
            saved,
            modelled=exports_downloads.is_modelled(name),
        )

    return answer


async def _embed(http: HttpRequest) -> Response:
    request, text = _press_request(http)
    return await _sent(
        http,
        lambda: ask_map(request),
        text,
        {"Content-Security-Policy": f"frame-ancestors {frame_policy()}"},
    )


async def _no_file(http: HttpRequest) -> Response:
    _, text = _press_request(http)
    return problem(http, 404, text("press.no_file"))


async def _sent(
    http: HttpRequest,
    start: Callable[[], Future[Made]],
    text: Texts,
    headers: dict[str, str],
    *,
    modelled: bool = False,
) -> Response:
    """The file; 503 for a full queue, 422 for texts that do not fit, 500 for a fault.

    With `modelled` the job starts in a thread: it may wait for the model, which must not block
    other visitors.
    """
    try:
        async with asyncio.timeout(_PATIENCE_S):
            coming = await asyncio.to_thread(start) if modelled else start()
            made = await asyncio.shield(asyncio.wrap_future(coming))
    except (QueueFullError, LostError, TimeoutError):
        detail = text("press.busy", seconds=RETRY_AFTER_S)
        return problem(http, 503, detail, {"Retry-After": str(RETRY_AFTER_S)})
    except SnapshotError:
        raise  # answered by the handler for all routes
    except FailedJobError as fault:
        return problem(http, 500, text("server.error", number=str(fault)))
    except PressError as fault:
        return problem(http, 422, str(fault))
    # What is not cached would be made again for every range.
    cached = len(made.content) <= LARGEST_CACHED_BYTES
    return file_response(http, made.content, made.media_type, headers, ranges=cached)
