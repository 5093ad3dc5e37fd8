"""How fast a host may be asked, and how long to wait before asking again."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

SPACING_S = 1.0
BACKOFF_S = 2.0
SILENCE_S = 110.0
"""How long a service may say next to nothing to a source, all tries and waits together.

Next to nothing: less than one piece of a body (64 KiB, or its end) in all that time.
"""
NOTICE_S = 10.0
"""After so much silence, and again each time, a run says that it waits."""
MAX_RETRY_AFTER_S = 10**9


class Clock(Protocol):
    """Time as the client sees it; tests bring one that does not really wait."""

    def monotonic(self) -> float:
        """Seconds that never run backwards."""

    def now(self) -> datetime:
        """Date and time in UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The computer's own time."""

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def now(self) -> datetime:
        """Date and time in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


@dataclass(slots=True)
class TimeBudget:
    """Seconds that a request or a source may use; waiting for another source's turn is not counted."""

    seconds: float
    spent_s: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def left_s(self) -> float:
        """Seconds still to use, at least 0."""
        return max(0.0, self.seconds - self.spent_s)

    def spend(self, seconds: float) -> None:
        """Take seconds off; several threads of one source may do so."""
        with self._lock:
            self.spent_s += seconds

    def reset(self) -> None:
        """Begin anew."""
        with self._lock:
            self.spent_s = 0.0


class SilenceBudgets:
    """How long each source still waits for a host that says nothing; an answer restores it."""

    def __init__(self, seconds: float = SILENCE_S) -> None:
        self._seconds = seconds
        self._budgets: dict[tuple[str, str], TimeBudget] = {}
        self._lock = threading.Lock()

    def for_host(self, source: str, host: str) -> TimeBudget:
        """What is left for this source and host."""
        with self._lock:
            return self._budgets.setdefault((source, host), TimeBudget(self._seconds))


@dataclass(slots=True)
class _HostState:
    lock: threading.Lock = field(default_factory=threading.Lock)
    not_before_s: float = float("-inf")


class RateLimiter:
    """One request at a time per host, and at least `spacing_s` between the end of one and the next."""

    def __init__(self, clock: Clock, spacing_s: float = SPACING_S) -> None:
        self._clock = clock
        self._spacing_s = spacing_s
        self._hosts: dict[str, _HostState] = {}
        self._lock = threading.Lock()

    @contextmanager
    def slot(self, host: str) -> Iterator[None]:
        """The right to ask this host once."""
        state = self._state(host)
        with state.lock:
            wait_s = state.not_before_s - self._clock.monotonic()
            if wait_s > 0:
                self._clock.sleep(wait_s)
            try:
                yield
            finally:
                self.delay(host, self._spacing_s)

    def delay(self, host: str, wait_s: float) -> None:
        """Leave this host alone for a while, whoever wants to ask it."""
        state = self._state(host)
        with self._lock:
            state.not_before_s = max(state.not_before_s, self._clock.monotonic() + wait_s)

    def _state(self, host: str) -> _HostState:
        with self._lock:
            return self._hosts.setdefault(host, _HostState())


def backoff_s(tries: int, jitter: Callable[[], float] = random.random) -> float:
    """Seconds to wait after the `tries`-th failure: 2 to 3, then 4 to 6, so that waits always grow."""
    return BACKOFF_S * 2 ** (tries - 1) * (1 + 0.5 * jitter())


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds the answer asks to wait; 0 or less when the moment has passed, None when unreadable
    or absent.

    A date is held against the server's own `Date` when it gives one, so that a wrong clock here
    does not count.
    """
    asked = headers.get("retry-after", "").strip()
    if not asked:
        return None
    # Digits beyond the range of a float read as endless, which is what they ask for.
    if (
        asked.isascii()
        and asked.lstrip("+-").replace(".", "", 1).isdigit()
        and asked.count("-") + asked.count("+") <= 1
    ):
        return max(-MAX_RETRY_AFTER_S, min(float(asked), MAX_RETRY_AFTER_S))
    moment = _moment(asked)
    if moment is None:
        return None
    return (moment - (_moment(headers.get("date", "")) or now)).total_seconds()


def _moment(text: str) -> datetime | None:
    """An HTTP date in UTC."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
