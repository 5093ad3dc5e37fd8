"""Figures of the server for Prometheus, for this computer and allowed networks alone."""

import datetime as dt
import os
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime import Runtime, exists, get_instance

from dashboard.errors import MetricsSettingError
from dashboard.facts.snapshot import Facts
from dashboard.server.headers import NO_STORE
from dashboard.server.status import shown_sources
from dashboard.session import cache, export_jobs, replica

PATH = "/metrics"
# Streamlit's own tell of caches and sessions.
_PATHS = (PATH, "/_stcore/metrics")
_FORMAT = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[Mapping[str, str], float]


def networks() -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks that may read the figures beside this computer, from STADSHART_METRICS.

    Raises MetricsSettingError for anything but addresses and networks, separated by blanks.
    """
    allowed = []
    for word in os.environ.get("STADSHART_METRICS", "").split():
        try:
            allowed.append(ip_network(word))
        except ValueError as fault:
            raise MetricsSettingError(
                f"STADSHART_METRICS: expected networks such as 10.1.0.0/16, got {word!r}"
            ) from fault
    return tuple(allowed)


class MetricsGuard:
    """Middleware that answers 404 for figures of the server, unless all whom a request names as
    its senders are this computer or in an allowed network.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._allowed = networks()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on other requests, and those that may read the figures."""
        closed = scope["type"] == "http" and scope["path"] in _PATHS
        if closed and not all(self._may_read(sender) for sender in _senders(scope)):
            await PlainTextResponse("not found", 404, NO_STORE)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _may_read(self, sender: str) -> bool:
        try:
            address = ip_address(sender)
        except ValueError:
            return False
        return address.is_loopback or any(address in network for network in self._allowed)


def _senders(scope: Scope) -> Iterator[str]:
    """The other end of the connection, and everyone a proxy names."""
    yield (scope.get("client") or ("",))[0]
    headers = Headers(scope=scope)
    for line in headers.getlist("x-forwarded-for"):
        yield from (word.strip() for word in line.split(","))
    # Of a proxy that names senders in another way, whoever they are stays unread.
    yield from headers.getlist("forwarded")


def text(facts: Facts, now: dt.datetime) -> str:
    """All figures in the text format of Prometheus 0.0.4."""
    return "".join([*_snapshot(facts, now), *_process()])


def _snapshot(facts: Facts, now: dt.datetime) -> Iterator[str]:
    shown = shown_sources(facts)
    yield _gauge(
        "stadshart_source_age_seconds",
        "Time since the day on which a source was last fetched or read.",
        (
            ({"source": record.source_id}, (now - _midnight(record.retrieved)).total_seconds())
            for record in shown
            if record.retrieved is not None
        ),
    )
    yield _gauge(
        "stadshart_source_current",
        "1 when the last run found a source fresh or unchanged, 0 when stale or failed.",
        (
            ({"source": record.source_id}, float(record.status in ("fresh", "unchanged")))
            for record in shown
            if record.status != "not_supplied"
        ),
    )
    yield _gauge(
        "stadshart_consulted_timestamp_seconds",
        "The newest day on which any source was fetched or read.",
        [({}, _midnight(facts.consulted).timestamp())],
    )
    published = facts.manifest.published
    yield _gauge(
        "stadshart_published_timestamp_seconds",
        "When the served version was published; absent for the facts that ship.",
        [({}, published.timestamp())] if published else [],
    )
    confirmed = replica.confirmed()
    yield _gauge(
        "stadshart_mirror_confirmed_timestamp_seconds",
        "When the served version was last seen to be that of its address; absent for a folder.",
        [({}, confirmed.timestamp())] if confirmed else [],
    )
    yield _gauge(
        "stadshart_version_info", "The served version.", [({"version": facts.version}, 1.0)]
    )


def _process() -> Iterator[str]:
    waiting, drawing = export_jobs.load()
    yield _gauge(
        "stadshart_picture_queue_length",
        "Files that are drawn or wait to be drawn.",
        [({}, float(waiting))],
    )
    yield _gauge(
        "stadshart_sessions",
        "Visits that are open.",
        [({}, float(_sessions()))] if exists() else [],
    )
    processes = {"server": os.getpid()} | ({"pictures": drawing} if drawing else {})
    yield _gauge(
        "stadshart_resident_memory_bytes",
        "Memory that a process holds.",
        (
            ({"process": name}, float(held))
            for name, number in processes.items()
            if (held := _resident_bytes(number)) is not None
        ),
    )


def _sessions() -> int:
    runtime: Runtime = get_instance()
    family = "active_sessions"
    stats = runtime.stats_mgr.get_stats(family_names=[family])[family]
    return sum(int(stat.to_metric_str().rpartition(" ")[2]) for stat in stats)


def _resident_bytes(process: int) -> int | None:
    """What a process holds; None where the system has no /proc or the process has ended."""
    try:
        fields = Path(f"/proc/{process}/statm").read_text("ascii").split()
    except OSError:
        return None
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def _gauge(name: str, about: str, samples: Iterable[Sample]) -> str:
    lines = [f"# HELP {name} {about}", f"# TYPE {name} gauge"]
    for labels, value in samples:
        pairs = ",".join(f'{key}="{_escaped(word)}"' for key, word in labels.items())
        lines.append(f"{name}{{{pairs}}} {value:.10g}" if pairs else f"{name} {value:.10g}")
    return "\n".join(lines) + "\n"


def _escaped(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


async def _answer(_: Request) -> Response:
    content = text(cache.facts().shareable, dt.datetime.now(dt.UTC))
    return PlainTextResponse(content, 200, dict(NO_STORE), _FORMAT)


def routes() -> list[BaseRoute]:
    """The route; `MetricsGuard` closes it."""
    return [Route(PATH, _answer, methods=["GET"])]
