"""What was made of each source in each area, kept under a fingerprint of everything it was made
from.

    DIR/parts/<fingerprint>/<table>.arrow       frames; the folder appears whole or not at all
    DIR/parts/index.json                        which parts the published version is made of

The same input has the same fingerprint and is not read twice; what a failing source said last stays
here.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
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
INTERMEDIATE_FRAMES = ("lines", "positions", "postcodes")
"""Frames that are no table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedPart:
    """What one source says in one area; `findings` with an error say why it says nothing new."""

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
        """Source and area, as the index names it."""
        return f"{self.source_id}/{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsIndex:
    """What the published version was made of: `fingerprint` of all input, its parts, and how the
    last run went per source and area.
    """

    version: str = ""
    fingerprint: str = ""
    parts: Mapping[str, ParsedPart] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    joins: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    notes: tuple[Finding, ...] = ()

    def to_json(self) -> str:
        """Its text; the same index is always the same bytes."""
        content = {
            "version": self.version,
            "fingerprint": self.fingerprint,
            "parts": {name: _part_json(part) for name, part in sorted(self.parts.items())},
            "places": dict(sorted(self.places.items())),
            "joins": {
                name: dict(sorted(counts.items())) for name, counts in sorted(self.joins.items())
            },
            "notes": [_finding_json(note) for note in self.notes],
        }
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> PartsIndex:
        """The index in a text; raises ValueError, TypeError or KeyError when it is none."""
        content = json.loads(text)
        return cls(
            version=content["version"],
            fingerprint=content["fingerprint"],
            parts={name: _part(entry) for name, entry in content["parts"].items()},
            places=content["places"],
            joins=content["joins"],
            notes=tuple(Finding(entry["code"], entry["values"]) for entry in content["notes"]),
        )


class _FrameCache:
    """The frames this process made last: joining them straight away need not read them back."""

    def __init__(self) -> None:
        self._frames: dict[Path, pd.DataFrame] = {}

    def keep(self, path: Path, frame: pd.DataFrame) -> None:
        """Hold a frame, and let go of the oldest when there are more than `AT_HAND_ROWS` rows in
        all.
        """
        self._frames[path] = frame
        while sum(map(len, self._frames.values())) > CACHED_ROWS:
            del self._frames[next(iter(self._frames))]

    def get(self, path: Path) -> pd.DataFrame | None:
        """The frame as another, so that nobody can change it under its fingerprint."""
        frame = self._frames.get(path)
        return None if frame is None else frame.copy(deep=False)

    def clear(self) -> None:
        """Let go of all."""
        self._frames.clear()


_frame_cache = _FrameCache()


class PartsStore:
    """The parts of one data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "parts"

    def index(self) -> PartsIndex:
        """What the published version was made of; an empty one when nothing is known, which costs
        work and loses nothing.
        """
        try:
            return PartsIndex.from_json((self.folder / INDEX).read_text(encoding="utf-8"))
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return PartsIndex()

    def save_index(self, index: PartsIndex) -> None:
        """Put the index in place of the earlier one, in one step."""
        text = index.to_json()
        path = self.folder / INDEX
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            return
        try:
            write_atomic(path, text.encode())
        except OSError as error:
            raise self._not_written(error) from error

    def has(self, fingerprint: str) -> bool:
        """Whether the frames with this fingerprint are here."""
        return bool(fingerprint) and (self.folder / fingerprint).is_dir()

    def save(self, fingerprint: str, frames: Mapping[str, pd.DataFrame]) -> None:
        """Keep frames under their fingerprint; whoever is first wins, since all would write the
        same.
        """
        target = self.folder / fingerprint
        if target.is_dir():
            return
        draft = self.folder / draft_name()
        try:
            draft.mkdir(parents=True)
            for name, frame in sorted(frames.items()):
                # As it lies in memory: packing takes longer than writing and reading it.
                feather.write_feather(
                    to_arrow(frame, lists=_lists(name), boxes=False),
                    draft / f"{name}{ENDING}",
                    compression="uncompressed",
                )
                _frame_cache.keep(target / name, frame)
            try:
                draft.rename(target)
            except OSError:
                # Another worker made the same meanwhile.
                if not target.is_dir():
                    raise
        except OSError as error:
            raise self._not_written(error) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def frame(self, fingerprint: str, name: str) -> pd.DataFrame | None:
        """One frame of a part, None when it holds no such table.

        A damaged part is taken away, so that the next run makes it anew; raises PartsError.
        """
        path = self.folder / fingerprint / f"{name}{ENDING}"
        if not path.is_file():
            return None
        frame = _frame_cache.get(path.with_suffix(""))
        if frame is None:
            try:
                frame = from_arrow(feather.read_table(path))
            except (ArrowException, ValueError, OSError) as error:
                shutil.rmtree(path.parent, ignore_errors=True)
                raise PartsError("parts-damaged", folder=self.folder) from error
            frame = frame.assign(**{one: frame[one].map(list) for one in _lists(name)})
        return frame

    def prune(self, kept: Collection[str]) -> int:
        """Number of folders removed that no index names and no writer is busy with."""
        removed = 0
        _frame_cache.clear()
        if not self.folder.is_dir():
            return 0
        for path in sorted(self.folder.iterdir()):
            if path.name != INDEX and path.name not in kept:
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(
                    missing_ok=True
                )
                removed += 1
        return removed

    def _not_written(self, error: OSError) -> PartsError:
        return PartsError("parts-not-written", folder=self.folder, detail=error.strerror or error)


@lru_cache(maxsize=1)
def program_digest() -> str:
    """Digest of the program and its curated facts: another program may say other things of the same
    input.
    """
    whole = sha256()
    for room in (etl, data, geo):
        folder = Path(str(room.__file__)).parent
        paths = (
            path
            for path in folder.rglob("*")
            if path.suffix in _PROGRAM and "embedded" not in path.parts
        )
        for path in sorted(paths):
            whole.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def _lists(name: str) -> list[str]:
    """The columns of a frame that hold lists."""
    columns = {} if name in INTERMEDIATE_FRAMES else DECLARED[name].columns
    return [one for one, column in columns.items() if column.dtype == "list"]


def area_digest(area: Area) -> str:
    """Digest of what an area asks about and of all places it is told apart from."""
    whole = sha256("\0".join(area.place_ids).encode())
    for place in area.everywhere:
        told = f"{place.place_id}|{place.role}|{place.municipality_code}|{place.outlined}|"
        whole.update(told.encode() + place.reach.wkb + place.core.wkb)
    for spot in area.wanted:
        whole.update(f"{spot.key}|{spot.place_id}|{spot.text}\0".encode())
    return whole.hexdigest()


def _part_json(part: ParsedPart) -> dict[str, object]:
    content = asdict(replace(part, findings=()))
    content["retrieved"] = None if part.retrieved is None else part.retrieved.isoformat()
    content["findings"] = [_finding_json(finding) for finding in part.findings]
    return content


def _part(entry: Mapping[str, object]) -> ParsedPart:
    members = dict(entry)
    members["retrieved"] = (
        None if members["retrieved"] is None else date.fromisoformat(str(members["retrieved"]))
    )
    members["findings"] = tuple(Finding(one["code"], one["values"]) for one in members["findings"])  # type: ignore[attr-defined]
    # An index of before this was told has none.
    members["owner"] = Owner(**owner) if isinstance(owner := members.get("owner"), dict) else None
    return ParsedPart(**members)  # type: ignore[arg-type]


def _finding_json(finding: Finding) -> dict[str, object]:
    return {"code": finding.code, "values": dict(finding.values)}


def lookup_pieces(
    source: Source, parts: Mapping[str, ParsedPart], store: PartsStore
) -> tuple[Piece, ...]:
    """What a source may look up beside its own files: the units and streets that were read last."""
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
