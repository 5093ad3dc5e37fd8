"""What may leave the installation: nothing internal, no single unit of an `aggregate` source."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from data.catalogue import ALL_ROWS, Box, Catalogue
from data.manifest import Manifest, SourceRecord, TableRecord

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

SINGLE_UNITS = ("premises",)
"""Tables whose rows are the single units behind totals."""
MANY_SECTIONS = 10
"""From so many counted street sections on, what a test found says nothing of any one of them."""


class OpenVersion(Protocol):
    """An opened version: all of it, or only what may leave."""

    @property
    def manifest(self) -> Manifest:
        """What is known about the version."""

    @property
    def version(self) -> str:
        """Name of the version."""

    def has(self, name: str) -> bool:
        """Whether it holds the table."""

    def table(
        self,
        name: str,
        *,
        where: Mapping[str, Collection[str]] = ALL_ROWS,
        box: Box | None = None,
    ) -> pd.DataFrame | gpd.GeoDataFrame:
        """The table, or some of its rows."""


def shareable(
    opened: OpenVersion,
    name: str,
    *,
    units: bool = False,
    where: Mapping[str, Collection[str]] = ALL_ROWS,
    box: Box | None = None,
) -> pd.DataFrame | gpd.GeoDataFrame | None:
    """The rows of a table that may leave; None when no row may.

    Figures have a column `sharing`; other rows have that of their source. A table whose rows name
    no source may leave when none of its sources is internal; actors and participations may leave
    with an initiative that may. Tests of the footfall model on internal counts may leave when they
    rest on many sections: they hold no count. With `units` the single units of `aggregate` sources
    are included, for callers that make totals of them; `where` and `box`
    choose rows as `Catalogue.table` does.
    """
    frame = opened.table(name, where=where, box=box)
    internal = {
        source.source_id for source in opened.manifest.sources if source.sharing == "internal"
    }
    totals = {
        source.source_id for source in opened.manifest.sources if source.sharing == "aggregate"
    }
    if "sharing" in frame:
        visible = frame[frame["sharing"] != "internal"]
    elif "source_id" in frame:
        visible = frame[
            ~frame["source_id"].isin(
                internal | (totals if name in SINGLE_UNITS and not units else set())
            )
        ]
    elif name in ("actors", "participations") and opened.has("participations"):
        visible = _of_open_initiatives(opened, name, frame)
    elif name == "footfall_tests":
        visible = frame[frame["sections"] >= MANY_SECTIONS]
    else:
        record = opened.manifest.table(name)
        visible = frame.iloc[:0] if record is not None and internal & set(record.sources) else frame
    return visible.reset_index(drop=True) if len(visible) or not len(frame) else None


@dataclass(frozen=True)
class Beyond:
    """A `Catalogue` without anything internal, for readers beyond this computer."""

    opened: Catalogue

    @property
    def folder(self) -> Path:
        """Folder of the snapshot."""
        return self.opened.folder

    @cached_property
    def manifest(self) -> Manifest:
        """The manifest without internal sources, its rows counted where they may leave.

        An internal source stays only where open rows rest on it: as their owner and licence,
        without the file it came from, its state and its dates.
        """
        return _open_manifest(self.opened)

    @property
    def version(self) -> str:
        """Name of the version."""
        return self.opened.version

    @property
    def path(self) -> Path:
        """Folder of the version."""
        return self.opened.path

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the tables of which something may leave."""
        return tuple(name for name in self.opened.names if self.has(name))

    def has(self, name: str) -> bool:
        """Whether there are rows of the table that may leave."""
        record = self.opened.manifest.table(name)
        if record is None:
            return False
        return (
            _is_open(self.opened.manifest, record)
            or shareable(self.opened, name, units=True) is not None
        )

    def table(
        self,
        name: str,
        *,
        where: Mapping[str, Collection[str]] = ALL_ROWS,
        box: Box | None = None,
    ) -> pd.DataFrame | gpd.GeoDataFrame:
        """The rows that may leave, perhaps none; raises MissingTableError without such a table."""
        visible = shareable(self.opened, name, units=True, where=where, box=box)
        if visible is None:
            return self.opened.table(name, where=where, box=box).iloc[:0]
        return visible

    def columns(self, name: str, columns: Sequence[str]) -> pd.DataFrame:
        """Some columns of the rows that may leave; those of `aggregate` sources for totals only."""
        record = self.opened.manifest.table(name)
        if record is None or _is_open(self.opened.manifest, record):
            return self.opened.columns(name, columns)
        whole = self.table(name)
        return whole[[column for column in columns if column in whole.columns]]

    def places(self) -> gpd.GeoDataFrame:
        """The places, which are never internal."""
        return self.opened.places()

    def source(self, source_id: str) -> SourceRecord:
        """What readers may know of a source; UnknownSourceError also when it is internal."""
        return Catalogue(self.folder, self.manifest).source(source_id)


def _of_open_initiatives(opened: OpenVersion, name: str, frame: pd.DataFrame) -> pd.DataFrame:
    initiatives = shareable(opened, "initiatives") if opened.has("initiatives") else None
    open_ones = set() if initiatives is None else set(initiatives["initiative_id"])
    parts = opened.table("participations")
    parts = parts[parts["initiative_id"].isin(open_ones)]
    return (
        parts if name == "participations" else frame[frame["actor_id"].isin(set(parts["actor_id"]))]
    )


def _open_manifest(opened: Catalogue) -> Manifest:
    whole = opened.manifest
    internal = {source.source_id for source in whole.sources if source.sharing == "internal"}
    tables: list[TableRecord] = []
    cited: set[str] = set()
    for record in whole.tables:
        columns = {column.name for column in record.columns}
        if _is_open(whole, record):
            tables.append(record)
            continue
        rows = shareable(opened, record.name)
        if rows is None:
            continue
        named = set(rows["source_id"]) if "source_id" in columns else set()
        cited |= named & internal
        visible = tuple(name for name in record.sources if name not in internal or name in named)
        tables.append(replace(record, rows=len(rows), sources=visible))
    sources = [
        _as_citation(source) if source.source_id in internal else source
        for source in whole.sources
        if source.source_id not in internal or source.source_id in cited
    ]
    return replace(whole, tables=tuple(tables), sources=tuple(sources))


def _is_open(manifest: Manifest, record: TableRecord) -> bool:
    """Whether the whole table may leave, known without reading it: every source of the version is
    open, and only single rows with a `sharing` of their own can be internal.
    """
    return all(source.sharing == "open" for source in manifest.sources) and all(
        column.name != "sharing" for column in record.columns
    )


def _as_citation(source: SourceRecord) -> SourceRecord:
    """What a citation needs; the status is `unchanged`, which no page mentions."""
    return SourceRecord(
        source_id=source.source_id,
        title_nl=source.title_nl,
        title_en=source.title_en,
        publisher=source.publisher,
        licence=source.licence,
        url=source.url,
        credit=source.credit,
        status="unchanged",
        sharing="internal",
    )
