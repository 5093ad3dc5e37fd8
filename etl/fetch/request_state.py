"""The state of one request over all its tries: time used, findings and counts."""

from __future__ import annotations

from dataclasses import dataclass, field

from etl.errors import FetchError
from etl.fetch.messages import FetchResult, FetchStatus, Request
from etl.fetch.raw_store import RawRecord, RawStore
from etl.fetch.throttle import TimeBudget
from etl.fetch.url_safety import host_of
from etl.problems import Finding


@dataclass(slots=True)
class RequestState:
    """Time used by one request, its findings and counts.

    `budget` is that of its source, `silence` how long its host may send nothing. `unconditional`:
    the last try is made without validators.
    """

    request: Request
    raw_store: RawStore
    deadline: TimeBudget
    budget: TimeBudget | None
    page_of: str | None
    silence: TimeBudget
    findings: list[Finding] = field(default_factory=list)
    tries: int = 0
    wire_bytes: int = 0
    waited_s: float = 0.0
    unconditional: bool = False

    @property
    def host(self) -> str:
        """Host name of the request."""
        return host_of(self.request.url)

    @property
    def left_s(self) -> float:
        """Seconds left for the request, within the budget of its source."""
        deadline_s = self.deadline.left_s
        return min(deadline_s, self.budget.left_s) if self.budget else deadline_s

    def spend(self, seconds: float) -> None:
        """Take seconds off the deadline and the budget."""
        self.deadline.spend(seconds)
        if self.budget:
            self.budget.spend(seconds)

    def out_of_time(self) -> FetchError:
        """The error for a spent deadline or budget."""
        if self.budget and self.budget.left_s < self.deadline.left_s:
            return FetchError("budget-spent", seconds=round(self.budget.seconds))
        return FetchError("deadline", host=self.host, seconds=f"{self.deadline.seconds:g}")

    def host_silent(self) -> FetchError:
        """The error for a host that sent nothing for too long."""
        return FetchError("host-silent", host=self.host, seconds=f"{self.silence.seconds:g}")

    def require_time(self, spent_s: float) -> None:
        """Raise FetchError unless more than `spent_s` seconds and some silence are left."""
        if spent_s >= self.left_s:
            raise self.out_of_time()
        if not self.silence.left_s:
            raise self.host_silent()

    def result(self, status: FetchStatus, record: RawRecord | None) -> FetchResult:
        """The result with all findings and counts."""
        return FetchResult(
            status, record, tuple(self.findings), self.tries, self.wire_bytes, self.waited_s
        )
