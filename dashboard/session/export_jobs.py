"""Jobs for the picture process: pictures, factsheets, maps and files."""

from concurrent.futures import Future
from functools import cache
from typing import TYPE_CHECKING

from dashboard.exports import downloads as exports_downloads
from dashboard.press import request as press
from dashboard.press.errors import QueueFullError
from dashboard.press.request import MODELLED, PictureRequest
from dashboard.press.sizes import Format
from dashboard.press.worker import jobs
from dashboard.press.worker.jobs import Made
from dashboard.press.worker.queue import PictureQueue
from dashboard.selection import permalink
from dashboard.selection.permalink import Selection
from dashboard.session import cache as session_cache

if TYPE_CHECKING:
    from dashboard.analysis.competition.calibration import Model


@cache
def queue() -> PictureQueue:
    """The job queue of this process."""
    return PictureQueue()


def prepare() -> None:
    """Make the picture process load its libraries before the first picture."""
    try:
        queue().ask("begin", jobs.begin)
    except QueueFullError:
        return  # busy, so its libraries are loaded


def stop() -> None:
    """End the picture process at once, if there is one; waiting jobs fail."""
    if queue.cache_info().currsize:
        queue().stop()


def _model() -> "Model | None":
    """The interface's model without its tables; None when it may rest on internal data.

    Fitting it in the picture process takes seconds and would block the queue. Waits while the
    interface fits it.
    """
    facts = session_cache.facts()
    closed = any(source.sharing != "open" for source in facts.manifest.sources)
    model = None if closed and not facts.beyond else session_cache.competition()
    return None if model is None else model.light()


def ask(request: PictureRequest, form: Format) -> "Future[Made]":
    """A picture without internal data. Raises BusyError for a full queue."""
    facts = session_cache.facts()
    key = (
        "picture",
        facts.version,
        form,
        tuple(sorted(press.to_query(request).items())),
        request.unread,
    )
    model = _model() if request.subject in MODELLED else None
    return queue().ask(
        key, jobs.picture, facts.catalogue.folder, facts.version, request, form, model
    )


def ask_factsheet(request: PictureRequest) -> "Future[Made]":
    """The factsheet of the request's city. Raises BusyError for a full queue."""
    facts = session_cache.facts()
    key = (
        "factsheet",
        facts.version,
        request.selection.place,
        request.selection.lang,
        request.unread,
    )
    return queue().ask(
        key, jobs.factsheet, facts.catalogue.folder, facts.version, request, _model()
    )


def ask_map(request: PictureRequest) -> "Future[Made]":
    """The interactive map as one file, without internal data. Raises BusyError for a full queue."""
    facts = session_cache.facts()
    key = (
        "map",
        facts.version,
        tuple(sorted(permalink.to_query(request.selection).items())),
        request.unread,
    )
    return queue().ask(key, jobs.map_file, facts.catalogue.folder, facts.version, request)


def ask_file(name: str, selection: Selection, unread: tuple[str, ...] = ()) -> "Future[Made]":
    """A download, one of `downloads.DOWNLOADS`. Raises BusyError for a full queue."""
    facts = session_cache.facts()
    key = (
        "file",
        facts.version,
        name,
        tuple(sorted(permalink.to_query(selection).items())),
        unread,
    )
    model = _model() if exports_downloads.is_modelled(name) else None
    return queue().ask(
        key,
        exports_downloads.make_file,
        facts.catalogue.folder,
        facts.version,
        name,
        selection,
        unread,
        model,
    )
