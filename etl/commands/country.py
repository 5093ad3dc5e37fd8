"""A run of every municipality: place by place, within a budget, continued where it ended.

    DIR/country.json      the round that is under way: when it began, the places that it has read

First every municipality of the list gets a place file; then the sources that are asked place by
place are read in batches, of which several are published at once; last come those that are asked
once for all places.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import geopandas as gpd

from data.snapshot.files import write_atomic
from etl.commands.places import AddRequest, add_places
from etl.errors import RunError, UseError
from etl.fetch.client import Client
from etl.fetch.messages import FetchEvent
from etl.fetch.throttle import Clock, SystemClock
from etl.parsing.municipalities import municipalities
from etl.pipeline import place_files
from etl.pipeline.progress import NoProgress, Step
from etl.pipeline.run import RunResult, choose_readers, open_client, read_places, run
from etl.pipeline.run_context import RunOptions
from etl.sources.reference import SOURCE as CURATED

STATE = "country.json"
BATCH = 10
"""Places that are read before the budget is looked at again."""
PUBLISHED_AT_ONCE = 100
"""Places that are read before the tables are written again: that costs seconds for a country."""
_BUDGET = re.compile(r"(\d+)\s*(requests?|minutes?|m)?")


@dataclass(frozen=True, slots=True)
class Budget:
    """How many requests or minutes a run may spend before it begins nothing new; None: any."""

    requests: int | None = None
    minutes: int | None = None

    @classmethod
    def parse(cls, text: str) -> Budget:
        """The budget in "2000 requests", "2000", "30 minutes" or "30m"; raises UseError."""
        match = _BUDGET.fullmatch(text.strip().lower())
        if match is None or int(match[1]) == 0:
            raise UseError(f"--budget: expected '2000 requests' or '30 minutes', got {text!r}")
        count = int(match[1])
        return cls(minutes=count) if (match[2] or "").startswith("m") else cls(requests=count)


@dataclass(frozen=True, slots=True)
class CountryResult:
    """What a run reached; `result` is its last publication, None when it came to none.

    `unnamed` are municipalities without a place file yet, `unread` places that this round has not
    read, `refused` reasons by municipality code. `whole`: the round is complete.
    """

    result: RunResult | None
    unnamed: tuple[str, ...]
    unread: tuple[str, ...]
    refused: Mapping[str, str]
    whole: bool
    requests: int


class _Spent(NoProgress):
    """Counts requests and passes all progress on."""

    def __init__(self, budget: Budget, clock: Clock, inner: NoProgress) -> None:
        self.requests = 0
        self._budget, self._clock, self._inner = budget, clock, inner
        self._began_s = clock.monotonic()
        self._lock = threading.Lock()

    @property
    def exhausted(self) -> bool:
        """Whether nothing new may begin."""
        requests, minutes = self._budget.requests, self._budget.minutes
        spent_s = self._clock.monotonic() - self._began_s
        return (requests is not None and self.requests >= requests) or (
            minutes is not None and spent_s >= 60 * minutes
        )

    def on_fetch(self, event: FetchEvent) -> None:
        """Count a request."""
        if event.kind == "ask":
            with self._lock:
                self.requests += 1
        self._inner.on_fetch(event)

    def on_step(self, step: Step) -> None:
        """Pass the step on."""
        self._inner.on_step(step)


@dataclass(slots=True)
class _Round:
    """The places read since `begun`; on disk after every batch, published or not."""

    path: Path
    begun: str
    read: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, data: Path, today: date) -> _Round:
        """The round under way, else a new one."""
        path = data / STATE
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return cls(path, str(content["begun"]), list(map(str, content["read"])))
        except (OSError, ValueError, KeyError, TypeError):
            return cls(path, today.isoformat())

    def add(self, place_ids: Sequence[str]) -> None:
        """Note that these were read."""
        self.read += place_ids
        text = json.dumps({"begun": self.begun, "read": sorted(self.read)}, indent=1)
        write_atomic(self.path, f"{text}\n".encode())


Connect = Callable[[RunOptions, Clock, NoProgress], Client]


def run_all(
    options: RunOptions,
    *,
    budget: Budget,
    own_places: Path | None = None,
    progress: NoProgress | None = None,
    clock: Clock | None = None,
    connect: Connect = open_client,
) -> CountryResult:
    """Read every municipality, or with `own_places` every place of that folder.

    What the budget does not reach is in the result, and the next run continues there. A budget ends
    nothing that has begun: of places a batch. Raises as `run` does.
    """
    clock = clock or SystemClock()
    spent = _Spent(budget, clock, progress or NoProgress())
    with connect(options, clock, spent) as client:
        whole = _Country(options, own_places, spent, clock, client)
        refused = {} if own_places is not None or options.inputs is not None else whole.name()
        unnamed = () if own_places is not None else whole.unnamed()
        result, unread, complete = whole.read()
    return CountryResult(result, unnamed, unread, refused, complete and not unnamed, spent.requests)


@dataclass(frozen=True, slots=True)
class _Country:
    """A run of all places, with what it has spent."""

    options: RunOptions
    own_places: Path | None
    spent: _Spent
    clock: Clock
    client: Client

    @property
    def places(self) -> gpd.GeoDataFrame:
        """The places that there are now."""
        return read_places(place_files.places_folder(self.options.data, self.own_places))

    def unnamed(self) -> tuple[str, ...]:
        """Codes of the municipalities whose centre has no place file."""
        places = self.places
        centres = places[places["role"] == "centre"]
        known = set(centres["municipality_code"].dropna())
        return tuple(entry.code for entry in municipalities() if entry.code not in known)

    def name(self) -> dict[str, str]:
        """Write place files until the budget is spent; why those that were asked have none."""
        refused = {}
        for code in self.unnamed():
            if self.spent.exhausted:
                break
            request = AddRequest(
                names=(code,),
                data=self.options.data,
                base_urls=self.options.base_urls or {},
                contact=self.options.contact,
            )
            try:
                add_places(request, client=self.client, clock=self.clock)
            except (UseError, RunError) as error:
                refused[code] = str(error)
        return refused

    def read(self) -> tuple[RunResult | None, tuple[str, ...], bool]:
        """Read in batches until the budget is spent, and publish.

        Returns the last result, the places left, and whether the round is complete.

        Sources of the whole country come last: before every place is read they would be asked in
        vain again and again.
        """
        options = replace(
            self.options, places=place_files.places_folder(self.options.data, self.own_places)
        )
        readers = choose_readers(options)
        by_place = tuple(
            name
            for name, reader in readers.items()
            if reader.SOURCE.per == "place" and not reader.SOURCE.beside
        )
        now = _Round.open(options.data, self.clock.now().date())
        waiting = [place for place in self.places["place_id"] if place not in set(now.read)]
        result, unpublished = None, 0
        while waiting and not self.spent.exhausted:
            batch, waiting = waiting[:BATCH], waiting[BATCH:]
            if by_place:
                of_batch = replace(options, only_places=(*batch,), only_sources=by_place)
                self._run(of_batch, publishing=False)
            now.add(batch)
            unpublished += len(batch)
            if unpublished >= PUBLISHED_AT_ONCE and waiting:
                result, unpublished = self._run(replace(options, only_sources=(CURATED.id,))), 0
        complete = not waiting and not self.spent.exhausted
        if complete or unpublished:
            rest = [name for name in readers if name not in by_place] if complete else []
            result = self._run(replace(options, only_sources=(*rest, CURATED.id)))
        if complete:
            now.path.unlink(missing_ok=True)
        return result, tuple(waiting), complete

    def _run(self, options: RunOptions, *, publishing: bool = True) -> RunResult:
        return run(
            options,
            progress=self.spent,
            clock=self.clock,
            client=self.client,
            publishing=publishing,
        )
