"""The contract of a source module: a declaration, its questions, and the parser of the answers.

A source is one module in `etl/sources/`, named after its id, with three names:

    SOURCE = Source(...)                                        the declaration
    def requests(area: Area) -> Sequence[Question]              absent when only files are read
    def parse(pieces: Sequence[Piece], area: Area) -> Parsed    pure: no network, no clock

A fourth is there where reading a file once per place takes long. It writes the rows near each area
as pieces in `folder`; `etl/pipeline/shared_files.py` calls it before `parse`:

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
- A frame has the columns of its table in `data/schema/tables.py`, in RD. `place_id` and
  `street_id` may be left out: `etl.joins` fills them by geometry, drops rows outside every place,
  and counts. `source_id` and, in observations, `source_url, source_date, retrieved, licence,
  sharing` are filled from the declaration when left out; other absent columns are missing in
  every row. Unknown columns are an error.
- Two frames are not tables. Streets are made of `lines` (`name, highway, geometry` as in
  OpenStreetMap, reaching beyond the place). `positions` (`key, place_id, precision, geometry`) are
  the located spots of `area.wanted`: a core moves there, and an initiative without a point gets it.
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

TRIED: Mapping[Tried, str] = MappingProxyType(
    {
        "live": "the live service",
        "recorded": "recorded answers and files, never the live service",
        "documentation": "its documentation only, never an answer of its own",
    }
)
"""Its English words; a test compares each declaration with them."""

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        ".json": "json",
        ".geojson": "geojson",
        ".xml": "xml",
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
    """The declaration on top of every module in `etl/sources/`.

    `rows` bounds what one run may bring into the first table of `fills` for the five declared
    cities together; outside it the source fails. After `max_age_days` without a fresh copy it is
    stale; a source that does not age has none. An answer younger than `settled_days` is used
    without asking again. `waits_for_file` marks sources that nobody can fetch: without a file they
    are not supplied. `accepts` are the endings of files it reads, as in `KINDS`. `tried_on` is the
    day its parser was last held against what `tried` says, `tried_with` the very answers and files,
    in words, and `untried` what of it nobody could hold against more than its documentation.
    `budget_s` is the time all its questions together may take. `may_be_empty` allows 0 rows where
    there were rows. `beside` names sources whose units or streets it may look up: they come as
    pieces too, see `etl/parsing/address_index.py`. An `optional` source is left out of a run until
    somebody asks for it by name or brings its files. Of a `partial` source what was answered is
    published where other questions failed: as stale.
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
    def asked(self) -> Literal["every run", "when asked for", "with a file"]:
        """When a run reads it."""
        return (
            "with a file"
            if self.waits_for_file
            else "when asked for"
            if self.optional
            else "every run"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing a source asks; `name` comes back on its pieces.

    With `read` the answer comes in pages, followed as `follow` says; `hits` asks the number of rows
    beforehand and `total` reads it from that answer. `halves` are asked in its place when it is too
    heavy for the service (finding `query-too-heavy`), `otherwise` when it fails in any other way.
    """

    name: str
    request: Request
    read: PageReader | None = None
    follow: NextRequest = by_link
    hits: Request | None = None
    total: Callable[[bytes], int] | None = None
    halves: Callable[[], Sequence[Question]] | None = None
    otherwise: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One answer, or page of one, or one file brought by hand, as it lies in the raw store.

    `name` is that of the question or of the file, with its ending. `place_id` is set when the file
    lies in a folder of one place. `content_crs` is the header of that name; `surveyed` what the
    judge read of the date its content describes. `elsewhere` rows of the file were left out
    beforehand, since they lie in other places.
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
    """Who vouches for what was read, in place of what the declaration says: files brought by hand
    may be anybody's.
    """

    publisher: str
    licence: str
    url: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """How much of one brought file was read: its rows, those used, and why the first other is not.

    `statuses` counts the used rows per status where a file tells one, and `stated` says that its
    column map accounts for them. `question` must be answered before the file may be published.
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
    """What the pieces of one area say.

    `frames` by table name, `counts` of rows left out or mended by rule, `surveyed` what the numbers
    describe in the source's own words (an ISO date where there is one), `findings` for the reader.
    `owner` only where the declaration would credit another. `files` accounts for every table that
    somebody brought: `checks.refused_files` judges them.
    """

    frames: Mapping[str, pd.DataFrame]
    counts: Mapping[str, int] = field(default_factory=dict)
    surveyed: str | None = None
    findings: tuple[Finding, ...] = ()
    owner: Owner | None = None
    files: tuple[FileRead, ...] = ()


class Reader(Protocol):
    """A source module that the build can run."""

    __name__: str
    SOURCE: Source

    def requests(self, area: Area) -> Sequence[Question]:
        """What to ask about an area."""

    def parse(self, pieces: Sequence[Piece], area: Area) -> Parsed:
        """What the answers say."""


ENDING = ".arrow"
