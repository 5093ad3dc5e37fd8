"""Ask every live service one small question per assumption: what was expected against what is.

Answers go into a folder of their own, never into the raw store of a run.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from etl.area import Area, area_of_places
from etl.commands.samples import SampleFolder
from etl.errors import ContentError, UseError
from etl.fetch.client import TRANSIENT, Client
from etl.fetch.messages import RETRIED, FetchResult, Request, Response, Validation
from etl.fetch.raw_store import RawStore
from etl.fetch.throttle import SPACING_S, Clock, SystemClock
from etl.fetch.url_safety import rebased
from etl.parsing.assumptions import Check, Observed, ServiceAnswer, ServiceAssumption
from etl.pipeline import place_files
from etl.pipeline.progress import NoProgress, Step
from etl.pipeline.run import open_client, read_places
from etl.pipeline.run_context import RunOptions
from etl.problems import Finding
from etl.source import Source
from etl.sources import readers

AGENT = "StadshartTwente"
"""The name under which robots rules are read."""
TRIES, DEADLINE_S = 2, 90.0
"""Limits of a question: somebody is waiting."""
_LIMITED = frozenset({"http-429", "rate-limited"})
_UNREACHABLE = frozenset(
    [
        "connection-refused",
        "connect-timeout",
        "read-timeout",
        "tls-failed",
        "proxy-failed",
        "host-unknown",
        "host-silent",
        "deadline",
    ]
)

Verdict = Literal["as-expected", "differs", "no-answer"]
Rule = Literal["robots", "limits"]


@runtime_checkable
class ProbedSource(Protocol):
    """A source module that declares assumptions."""

    SOURCE: Source

    def assumptions(self, area: Area) -> Sequence[ServiceAssumption]:
        """The assumptions, asked about an area."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRow:
    """One expectation and what was found.

    `observation` is what a check saw, the finding that says why it saw nothing, or a text from the
    service (rules for robots, limits).
    """

    source_id: str
    about: str
    kind: str
    expected: str
    observation: Observed | Finding | str
    verdict: Verdict
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRequest:
    """What to ask; `record` is a folder for the answers. Without `sources` all are asked."""

    data: Path
    places: Path | None = None
    sources: tuple[str, ...] = ()
    base_urls: Mapping[str, str] = field(default_factory=dict)
    contact: str | None = None
    record: Path | None = None


def probe(
    request: ProbeRequest,
    *,
    client: Client | None = None,
    clock: Clock | None = None,
    progress: NoProgress | None = None,
) -> tuple[ProbeRow, ...]:
    """A row per check of every assumption, then two per host: rules for robots and limits.

    Raises UseError for a source that declares no assumptions.
    """
    clock, progress = clock or SystemClock(), progress or NoProgress()
    probed = _probed_sources(request.sources)
    area = _small_area(request)
    options = RunOptions(data=request.data, base_urls=request.base_urls, contact=request.contact)
    opened = open_client(options, clock, progress) if client is None else nullcontext(client)
    samples = SampleFolder(request.record, clock.now().date()) if request.record else None
    with tempfile.TemporaryDirectory() as folder, opened as used_client:
        prober = _Prober(used_client, Path(folder), request.base_urls, samples)
        for number, module in enumerate(probed):
            name = module.SOURCE.id
            progress.on_step(Step("source", name, done=number, total=len(probed)))
            for assumption in module.assumptions(area):
                prober.ask(module.SOURCE, assumption)
        prober.read_rules()
    if samples is not None:
        samples.write_provenance()
    return tuple(prober.rows)


def _probed_sources(names: Sequence[str]) -> list[ProbedSource]:
    known = {name: module for name, module in readers().items() if isinstance(module, ProbedSource)}
    for name in names:
        if name not in known:
            raise UseError(f"--source: expected one of {', '.join(known)}, got {name!r}")
    return [module for name, module in known.items() if not names or name in names]


def _small_area(request: ProbeRequest) -> Area:
    """The first Dutch centre, among all places."""
    places = read_places(place_files.places_folder(request.data, request.places))
    everywhere = area_of_places(places).places
    dutch = [place for place in everywhere if place.municipality_code and place.role == "centre"]
    chosen = tuple(dutch[:1]) or everywhere[:1]
    return Area(chosen, everywhere)


@dataclass(slots=True)
class _Host:
    """What the answers of one host showed; `asked` are the addresses asked there, in order."""

    source_id: str
    asked: list[str]
    limits: dict[str, str] = field(default_factory=dict)
    answered: bool = False
    unreachable: Finding | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """The result of one request, with the status and headers of the last response, if any."""

    result: FetchResult
    status: int | None
    headers: Mapping[str, str]

    @property
    def allows_all(self) -> bool:
        """Whether this is no file of rules: by RFC 9309 everything is allowed then."""
        if self.status is None:
            return self.result.error is not None and self.result.error.code == "body-empty"
        return 400 <= self.status < 500 and self.status not in RETRIED


@dataclass(slots=True)
class _Prober:
    _client: Client
    _folder: Path
    _base_urls: Mapping[str, str]
    _samples: SampleFolder | None
    rows: list[ProbeRow] = field(default_factory=list)
    _hosts: dict[str, _Host] = field(default_factory=dict)

    def ask(self, source: Source, assumption: ServiceAssumption) -> None:
        """Add the rows of one assumption: the first alternative that answers is examined."""
        questions = (assumption.question, *assumption.question.otherwise)
        failure: tuple[Finding, Verdict, str] | None = None
        for question in questions:
            request = self._rebased(source.id, question.request)
            asked = self._fetch(source.id, request)
            record = asked.result.record
            if record is not None and asked.result.arrived:
                data = RawStore(self._folder, source.id).read(record)
                answer = ServiceAnswer(question, data, request.address, asked.headers)
                for check in assumption.checks:
                    self.rows.append(_examined(source.id, assumption.about, check, answer))
                if self._samples is not None and request.method != "HEAD":
                    self._samples.add(source.id, assumption, question.request, data)
                return
            error = asked.result.error
            if error is not None and (failure is None or failure[1] == "no-answer"):
                failure = (error, _verdict(error, asked.status), request.address)
        if failure is not None:
            finding, verdict, url = failure
            for check in assumption.checks:
                self.rows.append(
                    ProbeRow(
                        source_id=source.id,
                        about=assumption.about,
                        kind=check.kind,
                        expected=check.expected,
                        observation=finding,
                        verdict=verdict,
                        url=url,
                    )
                )

    def read_rules(self) -> None:
        """Add two rows per host that was asked: its rules for robots, and the limits it states."""
        for origin, host in self._hosts.items():
            url = f"{origin}/robots.txt"
            addresses = list(host.asked)
            asked = self._fetch(host.source_id, Request(url=url, kind="any"))
            observation: Finding | str
            if asked.result.record is not None:
                text = RawStore(self._folder, host.source_id).read(asked.result.record)
                verdict, observation = _robots(text.decode("utf-8", "replace"), addresses)
            elif asked.allows_all:
                verdict, observation = "as-expected", str(asked.status or "")
            else:
                verdict, observation = "no-answer", asked.result.error or ""
            self._add_rule(host, "robots", _pace(), observation, verdict, url)
            stated = ", ".join(f"{name}: {value}" for name, value in host.limits.items())
            limited = any(
                isinstance(row.observation, Finding) and row.observation.code in _LIMITED
                for row in self.rows
                if row.url.startswith(f"{origin}/")
            )
            limits: Verdict = "differs" if limited else "as-expected"
            if not host.answered:
                limits = "no-answer"
            self._add_rule(host, "limits", _pace(), host.unreachable or stated, limits, origin)

    def _add_rule(
        self,
        host: _Host,
        kind: Rule,
        expected: str,
        observation: Finding | str,
        verdict: Verdict,
        url: str,
    ) -> None:
        self.rows.append(
            ProbeRow(
                source_id=host.source_id,
                about=urlsplit(url).netloc,
                kind=kind,
                expected=expected,
                observation=observation,
                verdict=verdict,
                url=url,
            )
        )

    def _rebased(self, source_id: str, request: Request) -> Request:
        base_url = self._base_urls.get(source_id)
        return request if base_url is None else replace(request, url=rebased(request.url, base_url))

    def _fetch(self, source_id: str, request: Request) -> _Asked:
        """The result of a request; a host that cannot be reached is asked once."""
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        host = self._hosts.get(origin)
        if host is None:
            host = self._hosts[origin] = _Host(source_id, [])
        host.asked.append(request.url)
        if host.unreachable is not None:
            return _Asked(FetchResult("failed", None, (host.unreachable,)), None, {})
        responses: list[Response] = []
        deadline_s = min(request.limits.deadline_s, DEADLINE_S)
        limits = replace(request.limits, tries=TRIES, deadline_s=deadline_s, silence_s=0.0)
        listening = replace(request, limits=limits, validate=_listening(request, responses))
        result = self._client.fetch(listening, RawStore(self._folder, source_id))
        last = responses[-1] if responses else None
        headers = {} if last is None else last.headers
        host.answered |= last is not None or result.arrived
        host.limits |= {
            name: value
            for name, value in headers.items()
            if "ratelimit" in name.replace("-", "") or name == "retry-after"
        }
        if last is None and result.error is not None and result.error.code in _UNREACHABLE:
            host.unreachable = result.error
        return _Asked(result, None if last is None else last.status, headers)


def _listening(
    request: Request, responses: list[Response]
) -> Callable[[Response], Validation | None]:
    """The validator of the request, which also remembers the responses."""

    def validate(response: Response) -> Validation | None:
        responses.append(response)
        return None if request.validate is None else request.validate(response)

    return validate


def _verdict(error: Finding, status: int | None) -> Verdict:
    """A refusal differs from what was expected; a busy or silent service gives no answer."""
    silent = error.code in _UNREACHABLE | TRANSIENT if status is None else status in RETRIED
    return "no-answer" if silent else "differs"


def _examined(source_id: str, about: str, check: Check, answer: ServiceAnswer) -> ProbeRow:
    observation: Observed | Finding
    try:
        observation = check.examine(answer)
        fits = observation.fits
    except ContentError as error:
        observation, fits = error.finding, False
    return ProbeRow(
        source_id=source_id,
        about=about,
        kind=check.kind,
        expected=check.expected,
        observation=observation,
        verdict="as-expected" if fits else "differs",
        url=answer.url,
    )


def _pace() -> str:
    return f"{SPACING_S:g}"


def _robots(text: str, addresses: Sequence[str]) -> tuple[Verdict, str]:
    """Whether the rules allow the addresses at our pace, and the rule that decides."""
    rules = RobotFileParser()
    rules.parse(text.splitlines())
    for url in addresses:
        if not rules.can_fetch(AGENT, url):
            return "differs", f"Disallow: {urlsplit(url).path}"
    delay = rules.crawl_delay(AGENT)
    if delay is None:
        return "as-expected", "Allow"
    slow_enough = float(delay) <= SPACING_S
    return ("as-expected" if slow_enough else "differs"), f"Crawl-delay: {delay}"
