"""The contract of a source module: a declaration, its questions, and the parser of the answers.

A source is one module in `etl/sources/`, named after its id, with three names:

    SOURCE = Source(...)                                        the declaration
    def requests(area: Area) -> Sequence[Question]              absent when only files are read
    def parse(pieces: Sequence[Piece], area: Area) -> Parsed    pure: no network, no clock

Two more are there where they are of use. `assumptions` declares what the source takes for granted
about its service (`etl/parsing/assumptions.py`). `split` is for files that take long to read once
per place: it writes the rows near each area as pieces in `folder`, and
`etl/pipeline/shared_files.py` calls it before `parse`:

    def assumptions(area: Area) -> Sequence[ServiceAssumption]
    def split(piece: Piece, areas: Sequence[Area], folder: Path) -> Sequence[Piece]

`etl.pipeline.run` does the rest, once for all sources: fetching, storing raw bytes, correcting,
joining, checking, publishing.

- `requests` is called once per place (`SOURCE.per == "place"`) or once for all (`"region"`), and
  `parse` likewise with the pieces of that area. Questions hold full addresses on the host of the
  service; `--base-url SOURCE=URL` replaces scheme, host and leading path.
- Files come from `--inputs DIR` (`DIR/<source id>/*` or `DIR/<source id>/<place id>/*`), or were
  imported into `imports/<source id>/<place id>/*` of the data folder, which every run reads. They
  arrive as pieces of origin `file` in place of the questions, sorted by name, in every area they
  may concern: `parse` reads what `SOURCE.accepts` names and clips it to `area` (`area.clip`). The
  content decides how a piece is read (`piece.require`), never its name alone.
- A frame has the columns of its table in `data/schema/tables.py`, in RD. `place_id` and `street_id`
  may be left out: `etl.joins` fills them by geometry, drops rows outside every place, and counts.
  `source_id` and, in observations, `source_url, source_date, retrieved, licence, sharing` are
  filled from the declaration when left out; other absent columns are missing in every row. Unknown
  columns are an error.
- Three frames are not tables. Streets are made of `lines` (`name, highway, geometry` as in
  OpenStreetMap, reaching beyond the place). `positions` (`key, place_id, precision, geometry`) are
  the located spots of `area.wanted`: a core moves there, and an initiative without a point gets it.
  `outlines` (`place_id, name, geometry`) are for places whose file holds none.
- `Parsed.counts` counts rows that are left out or repaired on purpose, under a rule like
  `dropped-withdrawn` or `repaired-ring`. What a reader must know is a finding
  (`etl.problems.make_finding`). Content that is not what it should be raises `ContentError`, or is
  a finding of severity `error`: the source fails and its last good table remains.
- An empty frame is an answer; `SOURCE.may_be_empty` and the previous snapshot decide whether it is
  accepted. A file without a single used row is not: every row that is left out is counted, and
  `etl.parsing.dropped_rows` compares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Protocol

import pandas as pd

from data.manifest import Sharing
from data.schema.table import Table
from etl.area import Area
from etl.decoding.sniff import HEAD_BYTES, Kind, matches
from etl.errors import ContentError
from etl.fetch.messages import Request
from etl.fetch.pagination import NextRequest, PageReader, by_link
from etl.problems import Finding
from geo.bilingual import Bilingual

Tried = Literal["live", "recorded", "documentation"]
"""What the parser was tried on: the live service, a recorded answer, or documentation only."""

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        ".json": "json",
        ".geojson": "geojson",
        ".xml": "xml",
        ".gml": "xml",
        ".kml": "kml",
        ".csv": "csv",
        ".txt": "csv",
        ".toml": "csv",
        ".zip": "zip",
        ".xlsx": "xlsx",
        ".xls": "xls",
        ".ods": "ods",
        ".gpkg": "gpkg",
        ".parquet": "parquet",
        ".pbf": "pbf",
        ".gz": "gzip",
    }
)
"""Kind that the first bytes of a file must show, by the ending of its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The declaration at the top of every module in `etl/sources/`.

    `rows` bounds the rows of one run in the first table of `fills`, all five declared cities
    together; outside it the source fails. Without a fresh copy for `max_age_days` the source is
    stale; None for a source that does not age. A copy younger than `settled_days` is used without
    asking. `waits_for_file`: nobody can fetch it, so without a file it is not supplied. `accepts`
    are the endings of files it reads, as in `KINDS`. `tried_on` is the day when the parser was last
    tried on what `tried` says, `tried_with` names those answers and files, and `untried` is what
    was tried on documentation only. `budget_s` is the time for all its questions together.
    `may_be_empty` allows 0 rows where there were rows. `beside` names sources whose units or
    streets it looks up: they arrive as pieces too, see `etl/parsing/address_index.py`. A run leaves
    out an `optional` source until somebody names it or supplies its files. The answers of a
    `partial` source are published as stale when other questions failed.
    """

    id: str
    title: Bilingual
    publisher: str
    licence: str
    fills: tuple[Table, ...]
    rows: range
    tried: Tried
    tried_on: date | None = None
    tried_with: tuple[str, ...] = ()
    untried: str | None = None
    sharing: Sharing = "open"
    max_age_days: int | None = None
    settled_days: int = 0
    url: str | None = None
    credit: str | None = None
    waits_for_file: bool = False
    accepts: tuple[str, ...] = ()
    per: Literal["place", "region"] = "place"
    budget_s: float = 900.0
    may_be_empty: bool = False
    optional: bool = False
    partial: bool = False
    beside: tuple[str, ...] = ()

    @property
    def schedule(self) -> Literal["every run", "when asked for", "with a file"]:
        """When a run reads it."""
        if self.waits_for_file:
            return "with a file"
        return "when asked for" if self.optional else "every run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a source to its service; the pieces of the answer carry its `name`.

    With `read` the answer has pages, and `follow` gives the next request. `hits` asks for the
    number of rows beforehand, and `total` reads it. `halves` replace a question that is too heavy
    for the service (finding `query-too-heavy`), `otherwise` one that fails in another way. With
    `together` all questions of a source have as many alternatives, such as editions, and take the
    same: the first that answers all of them. An answer `aside` is of no use without the others of a
    `partial` source.
    """

    name: str
    request: Request
    read: PageReader | None = None
    follow: NextRequest = by_link
    hits: Request | None = None
    total: Callable[[bytes], int] | None = None
    halves: Callable[[], Sequence[Question]] | None = None
    otherwise: tuple[Question, ...] = ()
    together: bool = False
    aside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An answer, a page of an answer, or an imported file, as it lies in the raw store.

    `name` is that of the question, or of the file with its ending. `place_id` is set when the file
    lies in the folder of a place. `content_crs` is the header Content-Crs; `surveyed` is the date
    of the content as the validator read it. `elsewhere` counts rows of the file in other places,
    which are left out already.
    """

    name: str
    path: Path
    origin: Literal["fetched", "file"]
    url: str
    sha256: str
    retrieved: date
    place_id: str | None = None
    content_type: str = ""
    content_crs: str = ""
    surveyed: str | None = None
    elsewhere: int = 0

    def read(self) -> bytes:
        """The bytes as received."""
        return self.path.read_bytes()

    @property
    def suffix(self) -> str:
        """Last ending of the name of a file, lower case; empty for an answer."""
        return Path(self.name).suffix.lower() if self.origin == "file" else ""

    def require(self, *kinds: Kind) -> Kind:
        """The first of `kinds` that its first bytes fit; ContentError when none does."""
        with self.path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        for kind in kinds:
            if matches(head, kind):
                return kind
        raise ContentError("input-kind", name=self.name, expected=" or ".join(kinds))


@dataclass(frozen=True, slots=True)
class Owner:
    """Who publishes the content, in place of the declaration: anybody may supply a file."""

    publisher: str
    licence: str
    url: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """How much of an imported file was used; `reason` says why the first other row was not.

    `statuses` counts the used rows per status where the file has one; `stated`: its column map
    accounts for them. `question` must be answered before the file may be published.
    """

    name: str
    rows: int
    used: int
    reason: Bilingual | None = None
    statuses: Mapping[str, int] = field(default_factory=dict)
    stated: bool = False
    question: Finding | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """The content of the pieces of one area.

    `frames` by table name; `counts` of rows left out or repaired, by rule; `surveyed` is what the
    numbers describe, as the source writes it (an ISO date if possible). `owner` is set only where
    the declaration would credit somebody else. `files` accounts for every imported table;
    `etl.parsing.dropped_rows.refused_files` checks them.
    """

    frames: Mapping[str, pd.DataFrame]
    counts: Mapping[str, int] = field(default_factory=dict)
    surveyed: str | None = None
    findings: tuple[Finding, ...] = ()
    owner: Owner | None = None
    files: tuple[FileRead, ...] = ()


class Reader(Protocol):
    """A source module that a run can use."""

    __name__: str
    SOURCE: Source

    def requests(self, area: Area) -> Sequence[Question]:
        """The questions about an area."""

    def parse(self, pieces: Sequence[Piece], area: Area) -> Parsed:
        """The content of the answers."""


ENDING = ".arrow"
