"""Store of the parsed parts of each source and area, by a fingerprint of all their input.

    DIR/parts/<fingerprint>/<table>.arrow       frames; the folder appears whole or not at all
    DIR/parts/index.json                        the parts of the published version

Equal input has the same fingerprint and is not parsed twice. The last good parts of a failing
source remain here.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import pandas as pd
from pyarrow import ArrowException, feather

import data
import etl
import geo
from data.manifest import Status
from data.schema.parquet import from_arrow, to_arrow
from data.schema.tables import DECLARED
from data.snapshot.files import draft_name, write_atomic
from etl.area import Area
from etl.errors import PartsError
from etl.parsing.address_index import LOOKED_UP
from etl.problems import Finding
from etl.source import ENDING, Owner, Piece, Source

INDEX = "index.json"
_PROGRAM = frozenset({".py", ".toml", ".csv", ".geojson"})
CACHED_ROWS = 300_000
"""About 100 MB of units."""
INTERMEDIATE_FRAMES = ("lines", "outlines", "positions", "postcodes")
"""Frames that are not tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedPart:
    """The parsed content of one source in one area; an error among `findings`: nothing new."""

    source_id: str
    key: str
    fingerprint: str
    status: Status = "fresh"
    rows: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    surveyed: str | None = None
    retrieved: date | None = None
    sha256: str | None = None
    read_via: str | None = None
    tries: int = 0
    wire_bytes: int = 0
    findings: tuple[Finding, ...] = ()
    owner: Owner | None = None

    @property
    def good(self) -> bool:
        """Whether it may be published."""
        return all(finding.severity != "error" for finding in self.findings)

    @property
    def name(self) -> str:
        """`<source id>/<key>`, as in the index."""
        return f"{self.source_id}/{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsIndex:
    """The parts of the published version, by name, and the fingerprint of all its input.

    `places` holds the fingerprint of the join of each place, `joins` its counts.
    """

    version: str = ""
    fingerprint: str = ""
    parts: Mapping[str, ParsedPart] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    joins: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    notes: tuple[Finding, ...] = ()

    def to_json(self) -> str:
        """The index as text; equal indexes give equal bytes."""
        content = asdict(self)
        text = json.dumps(
            content, ensure_ascii=False, indent=1, sort_keys=True, default=date.isoformat
        )
        return text + "\n"

    @classmethod
    def from_json(cls, text: str) -> PartsIndex:
        """The index in a text; raises ValueError, TypeError or KeyError when it is not one."""
        content = json.loads(text)
        for members in content["parts"].values():
            retrieved, owner = members["retrieved"], members.get("owner")
            members["retrieved"] = None if retrieved is None else date.fromisoformat(retrieved)
            members["findings"] = tuple(Finding(**entry) for entry in members["findings"])
            # An index of an earlier program has no owners.
            members["owner"] = Owner(**owner) if owner is not None else None
        content["parts"] = {name: ParsedPart(**part) for name, part in content["parts"].items()}
        content["notes"] = tuple(Finding(**entry) for entry in content["notes"])
        return cls(**{field.name: content[field.name] for field in fields(cls)})


_latest: dict[Path, pd.DataFrame] = {}
"""The latest frames of this process, so that joining need not read them back."""


class PartsStore:
    """The parts of one data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "parts"

    def index(self) -> PartsIndex:
        """The index of the published version; an empty one when it is absent or unreadable."""
        try:
            return PartsIndex.from_json((self.folder / INDEX).read_text(encoding="utf-8"))
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return PartsIndex()

    def save_index(self, index: PartsIndex) -> None:
        """Replace the index atomically."""
        text = index.to_json()
        path = self.folder / INDEX
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            return
        try:
            write_atomic(path, text.encode())
        except OSError as error:
            raise self._not_written(error) from error

    def has(self, fingerprint: str) -> bool:
        """Whether the frames with this fingerprint are stored."""
        return bool(fingerprint) and (self.folder / fingerprint).is_dir()

    def save(self, fingerprint: str, frames: Mapping[str, pd.DataFrame]) -> None:
        """Store frames under their fingerprint; the first writer wins, since all write the same."""
        target = self.folder / fingerprint
        if target.is_dir():
            return
        draft = self.folder / draft_name()
        try:
            draft.mkdir(parents=True)
            for name, frame in sorted(frames.items()):
                # Uncompressed: compressing takes longer than writing and reading.
                feather.write_feather(
                    to_arrow(frame, lists=_lists(name), boxes=False),
                    draft / f"{name}{ENDING}",
                    compression="uncompressed",
                )
                _latest[target / name] = frame
            while sum(map(len, _latest.values())) > CACHED_ROWS:
                del _latest[next(iter(_latest))]
            try:
                draft.rename(target)
            except OSError:
                # Another worker has stored the same meanwhile.
                if not target.is_dir():
                    raise
        except OSError as error:
            raise self._not_written(error) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def frame(self, fingerprint: str, name: str) -> pd.DataFrame | None:
        """One frame of a part, None when the part has no such table.

        A damaged part is removed, so that the next run parses it again; raises PartsError.
        """
        path = self.folder / fingerprint / f"{name}{ENDING}"
        if not path.is_file():
            return None
        frame = _latest.get(path.with_suffix(""))
        if frame is not None:
            # So that callers cannot change the stored one.
            return frame.copy(deep=False)
        try:
            frame = from_arrow(feather.read_table(path))
        except (ArrowException, ValueError, OSError) as error:
            shutil.rmtree(path.parent, ignore_errors=True)
            raise PartsError("parts-damaged", folder=self.folder) from error
        return frame.assign(**{column: frame[column].map(list) for column in _lists(name)})

    def prune(self, in_use: Collection[str]) -> int:
        """Remove everything but the fingerprints in use and the index; the number removed."""
        removed = 0
        _latest.clear()
        if not self.folder.is_dir():
            return 0
        for path in sorted(self.folder.iterdir()):
            if path.name != INDEX and path.name not in in_use:
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(
                    missing_ok=True
                )
                removed += 1
        return removed

    def _not_written(self, error: OSError) -> PartsError:
        return PartsError("parts-not-written", folder=self.folder, detail=error.strerror or error)


@lru_cache(maxsize=1)
def program_digest() -> str:
    """Digest of the program and its reference data: another program may parse otherwise."""
    whole = sha256()
    for package in (etl, data, geo):
        folder = Path(str(package.__file__)).parent
        paths = (
            path
            for path in folder.rglob("*")
            if path.suffix in _PROGRAM and "embedded" not in path.parts
        )
        for path in sorted(paths):
            whole.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def _lists(name: str) -> list[str]:
    """Names of the columns of a frame that hold lists."""
    columns = {} if name in INTERMEDIATE_FRAMES else DECLARED[name].columns
    return [name for name, column in columns.items() if column.dtype == "list"]


def digest(texts: Iterable[str]) -> str:
    """SHA-256 of texts in their order."""
    whole = sha256()
    for text in texts:
        whole.update(f"{len(text)}:{text}".encode())
    return whole.hexdigest()


def area_digest(area: Area) -> str:
    """Digest of the places and spots an area asks about, and of all places of the run."""
    whole = sha256("\0".join(area.place_ids).encode())
    for place in area.all_places:
        whole.update(place.content)
    for spot in area.spots:
        whole.update(f"{spot.key}|{spot.place_id}|{spot.text}\0".encode())
    return whole.hexdigest()


def lookup_pieces(
    source: Source, parts: Mapping[str, ParsedPart], store: PartsStore
) -> tuple[Piece, ...]:
    """Pieces in which a source looks things up: the latest units and streets of other sources."""
    return tuple(
        Piece(
            name=f"{part.source_id}.{part.key}.{name}{ENDING}",
            path=store.folder / part.fingerprint / f"{name}{ENDING}",
            origin="file",
            url=f"file:{part.name}",
            sha256=part.fingerprint,
            retrieved=part.retrieved,
        )
        for _, part in sorted(parts.items())
        if part.source_id in source.beside
        and part.retrieved is not None
        and store.has(part.fingerprint)
        for name in LOOKED_UP[part.source_id]
        if part.rows.get(name)
    )
