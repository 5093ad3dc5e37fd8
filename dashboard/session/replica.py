"""A dashboard on a snapshot in object storage: it serves a mirror that a thread keeps current."""

import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from data.errors import DataError
from data.snapshot.address import shown
from data.snapshot.layout import has_current
from data.snapshot.remote import mirror_folder, refresh_mirror

_LOG = logging.getLogger(__name__)
LOOK_S = 60.0


@dataclass(slots=True)
class _Replica:
    """When the mirror was last seen to hold what is published at its address."""

    confirmed: datetime | None = None


_replica = _Replica()


def confirmed() -> datetime | None:
    """When the mirror last held what is published at its address; None without an address, or when
    it has not answered since the start.
    """
    return _replica.confirmed


def follow(address: str, *, every_s: float = LOOK_S) -> Path:
    """The mirror of an address, filled now; from then on a thread looks for a newer version.

    When the address does not answer, the version that was mirrored before is served and the log
    says so. Raises what `refresh_mirror` raises when there is none.
    """
    folder = mirror_folder(address)
    try:
        _refresh(address)
    except DataError as error:
        if not has_current(folder):
            raise
        _warn(error)
    threading.Thread(target=_follow, args=(address, every_s), daemon=True).start()
    return folder


def _follow(address: str, every_s: float) -> None:
    pause = threading.Event()
    failing = _replica.confirmed is None
    while not pause.wait(every_s):
        try:
            _refresh(address)
        except (DataError, OSError) as error:
            # Once, not every minute.
            if not failing:
                _warn(error)
            failing = True
            continue
        if failing:
            _LOG.warning("%s answers again", shown(address))
        failing = False


def _refresh(address: str) -> None:
    refresh_mirror(address)
    _replica.confirmed = datetime.now(UTC)


def _warn(error: Exception) -> None:
    _LOG.warning("%s; the version mirrored last is served on", error)
