"""Jobs for the picture process: pictures, factsheets, maps and files."""

from collections.abc import Callable, Mapping
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


def load() -> tuple[int, int | None]:
    """How many jobs are worked on or wait, and the number of the picture process, if it runs."""
    return queue().load() if queue.cache_info().currsize else (0, None)


def _model() -> "Model | None":
    """The interface's model without its tables; None when it may rest on internal data.

    Fitting it in the picture process takes seconds and would block the queue. Waits while the
    interface fits it.
    """
    facts = session_cache.facts()
    closed = any(source.sharing != "open" for source in facts.manifest.sources)
    model = None if closed and not facts.beyond else session_cache.competition()
    return None if model is None else model.light()


def _ask(
    job: Callable[..., Made], subject: tuple[object, ...], *arguments: object
) -> "Future[Made]":
    """The result of `job` for the served snapshot; jobs about the same `subject` are one."""
    facts = session_cache.facts()
    key = (job.__name__, facts.version, *subject)
    return queue().ask(key, job, facts.catalogue.folder, facts.version, *arguments)


def _items(query: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(query.items()))


def ask(request: PictureRequest, form: Format) -> "Future[Made]":
    """A picture without internal data. Raises BusyError for a full queue."""
    subject = (form, _items(press.to_query(request)), request.unread)
    model = _model() if request.subject in MODELLED else None
    return _ask(jobs.picture, subject, request, form, model)


def ask_factsheet(request: PictureRequest) -> "Future[Made]":
    """The factsheet of the request's city. Raises BusyError for a full queue."""
    subject = (request.selection.place, request.selection.lang, request.unread)
    return _ask(jobs.factsheet, subject, request, _model())


def ask_presentation(request: PictureRequest) -> "Future[Made]":
    """The slides about the request's city. Raises BusyError for a full queue."""
    subject = (_items(permalink.to_query(request.selection)), request.unread)
    return _ask(jobs.presentation, subject, request, _model())


def ask_map(request: PictureRequest) -> "Future[Made]":
    """The interactive map as one file, without internal data. Raises BusyError for a full queue."""
    subject = (_items(permalink.to_query(request.selection)), request.unread)
    return _ask(jobs.map_file, subject, request)


def ask_file(name: str, selection: Selection, unread: tuple[str, ...] = ()) -> "Future[Made]":
    """A download, one of `downloads.DOWNLOADS`. Raises BusyError for a full queue."""
    subject = (name, _items(permalink.to_query(selection)), unread)
    model = _model() if exports_downloads.is_modelled(name) else None
    return _ask(exports_downloads.make_file, subject, name, selection, unread, model)
