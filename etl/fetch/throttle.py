"""Throttling: one request at a time per host, backoff, and time budgets."""

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
"""Longest silence of a service towards a source, all tries and waits together.

Silence: less than one piece of a body (64 KiB, or its end) in all that time.
"""
NOTICE_S = 10.0
"""A run reports every so many seconds of silence that it waits."""
MAX_RETRY_AFTER_S = 10**9


class Clock(Protocol):
    """Time as the client sees it; tests use one that does not wait."""

    def monotonic(self) -> float:
        """Seconds that never run backwards."""

    def now(self) -> datetime:
        """Date and time in UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The time of the computer."""

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
    """Seconds that a request or a source may use; waiting for a free host does not count."""

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
        """Restore the whole budget."""
        with self._lock:
            self.spent_s = 0.0


class SilenceBudgets:
    """Seconds that each source still waits for a silent host; an answer restores them."""

    def __init__(self, seconds: float = SILENCE_S) -> None:
        self._seconds = seconds
        self._budgets: dict[tuple[str, str], TimeBudget] = {}
        self._lock = threading.Lock()

    def for_host(self, source: str, host: str, *, least_s: float = 0.0) -> TimeBudget:
        """The budget of this source for this host, of at least `least_s`."""
        with self._lock:
            budget = TimeBudget(max(self._seconds, least_s))
            return self._budgets.setdefault((source, host), budget)


@dataclass(slots=True)
class _HostState:
    lock: threading.Lock = field(default_factory=threading.Lock)
    not_before_s: float = float("-inf")


class RateLimiter:
    """One request at a time per host, and at least `spacing_s` between two requests."""

    def __init__(self, clock: Clock, spacing_s: float = SPACING_S) -> None:
        self._clock = clock
        self._spacing_s = spacing_s
        self._hosts: dict[str, _HostState] = {}
        self._lock = threading.Lock()

    @contextmanager
    def slot(self, host: str) -> Iterator[None]:
        """Wait until the host may be asked, and hold it during one request."""
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
        """Send nothing to this host for `wait_s` seconds, whichever source asks."""
        state = self._state(host)
        with self._lock:
            state.not_before_s = max(state.not_before_s, self._clock.monotonic() + wait_s)

    def _state(self, host: str) -> _HostState:
        with self._lock:
            return self._hosts.setdefault(host, _HostState())


def backoff_s(tries: int, jitter: Callable[[], float] = random.random) -> float:
    """Seconds to wait after the `tries`-th failure: 2 to 3, then 4 to 6, always growing."""
    return BACKOFF_S * 2.0 ** (tries - 1) * (1 + 0.5 * jitter())


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds of the header Retry-After; at most 0 when its moment has passed.

    None when it is absent or unreadable. A date is compared with the `Date` of the server when
    there is one, so that a wrong local clock has no effect.
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    # Digits beyond the range of a float read as infinity and are capped.
    if (
        value.isascii()
        and value.lstrip("+-").replace(".", "", 1).isdigit()
        and value.count("-") + value.count("+") <= 1
    ):
        return max(-MAX_RETRY_AFTER_S, min(float(value), MAX_RETRY_AFTER_S))
    moment = _http_date(value)
    if moment is None:
        return None
    return (moment - (_http_date(headers.get("date", "")) or now)).total_seconds()


def _http_date(text: str) -> datetime | None:
    """An HTTP date in UTC."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
