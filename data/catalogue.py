"""The one reader of published tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from platformdirs import user_data_path

from data.errors import MissingTableError, UnknownSourceError
from data.manifest import Manifest, SourceRecord, TableRecord
from data.snapshot.address import is_address
from data.snapshot.layout import (
    current_version,
    has_current,
    intact_table_file,
    published_times,
    read_manifest,
    read_table_file,
    version_folder,
)

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = [
    "EMBEDDED",
    "EXAMPLE",
    "Catalogue",
    "local_folder",
    "open",
    "published_before",
    "user_folder",
    "version",
]

EMBEDDED = Path(__file__).parent / "embedded"
"""The snapshot that ships."""
EXAMPLE = Path(__file__).parent / "example"
"""The made-up region to try everything on; opened only when asked for by name."""


Box = tuple[float, float, float, float]
"""West, south, east, north in RD."""
ALL_ROWS: Mapping[str, Collection[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, repr=False)
class Catalogue:
    """One version of a snapshot; it stays this version when a newer one is published."""

    folder: Path
    manifest: Manifest

    def __repr__(self) -> str:
        """The version, how much it holds, and where it lies.

        >>> open(EMBEDDED)  # doctest: +ELLIPSIS
        <Catalogue reference-...: ... tables from ... sources in ...>
        """
        tables, sources = len(self.manifest.tables), len(self.manifest.sources)
        return (
            f"<Catalogue {self.version}: {tables} tables from {sources} sources in {self.folder}>"
        )

    def _repr_html_(self) -> str:
        """What a notebook shows: a row per table."""
        return self.contents().to_html(index=False)

    def contents(self) -> pd.DataFrame:
        """The tables of this version: name, rows, columns, and what one row is.

        >>> open(EMBEDDED).contents().query("table == 'places'")["one row is"].item()
        'an inner city, a retail site at the edge, or a town abroad'
        """
        import pandas as pd

        from data.schema.tables import DECLARED

        return pd.DataFrame(
            [
                (table.name, table.rows, len(table.columns), DECLARED[table.name].row)
                for table in self.manifest.tables
            ],
            columns=["table", "rows", "columns", "one row is"],
        )

    @property
    def version(self) -> str:
        """Name of the version that was opened."""
        return self.manifest.version

    @property
    def path(self) -> Path:
        """Folder of the version that was opened."""
        return version_folder(self.folder, self.version)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the tables in this version."""
        return tuple(table.name for table in self.manifest.tables)

    def has(self, name: str) -> bool:
        """Whether this version holds the table."""
        return self.manifest.table(name) is not None

    def table(
        self,
        name: str,
        *,
        where: Mapping[str, Collection[str]] = ALL_ROWS,
        box: Box | None = None,
    ) -> pd.DataFrame | gpd.GeoDataFrame:
        """The table, sorted by place and key: a GeoDataFrame in RD where it has geometry.

        Only rows are read that hold one of the values of each column in `where` and touch the `box`
        (RD): of one place little more than its own.

        A column that an earlier version of the program did not write is unknown. Raises
        MissingTableError naming the tables there are, DamagedFileError naming the file when its
        bytes are not those that were published, and OutdatedError when it lacks a column that must
        be known.

        >>> stops = open(EMBEDDED).table("stops")
        >>> stops.crs.to_epsg(), "boardings_per_workday" in stops.columns
        (28992, True)
        """
        record = self._record(name)
        # Imported late: geopandas takes most of a second.
        from data.schema.parquet import from_bytes, read_rows
        from data.schema.tables import DECLARED
        from data.schema.upgrade import add_missing_columns

        declared = DECLARED[name]
        if not where and box is None:
            frame = from_bytes(declared, read_table_file(self.folder, self.version, record))
        else:
            path = intact_table_file(self.folder, self.version, record)
            frame = read_rows(declared, path, where, box)
        return add_missing_columns(declared, frame)

    def columns(self, name: str, columns: Sequence[str]) -> pd.DataFrame:
        """Some plain columns of every row of the table, text as categories; nothing else is read.

        Raises as `table`.

        >>> open(EMBEDDED).columns("places", ["place_id"])["place_id"].iloc[0]
        'almelo'
        """
        path = intact_table_file(self.folder, self.version, self._record(name))
        from data.schema.parquet import read_columns

        frame: pd.DataFrame = read_columns(path, columns).to_pandas()
        return frame

    def _record(self, name: str) -> TableRecord:
        record = self.manifest.table(name)
        if record is None:
            raise MissingTableError(
                f"expected one of {', '.join(self.names)}, got {name!r}: version {self.version}"
                " does not hold it"
            )
        return record

    def places(self) -> gpd.GeoDataFrame:
        """The places: outline or core as geometry, in RD, and `core` as a second geometry column.

        Raises as `table`.

        >>> places = open(EMBEDDED).places()
        >>> places.loc[places["role"] == "centre", "place_id"].tolist()
        ['almelo', 'borne', 'enschede', 'hengelo', 'oldenzaal']
        """
        return cast("gpd.GeoDataFrame", self.table("places"))

    def source(self, source_id: str) -> SourceRecord:
        """The record of a source; raises UnknownSourceError when this version has none.

        >>> opened = open(EMBEDDED)
        >>> opened.source(opened.manifest.sources[0].source_id).status
        'fresh'
        """
        record = self.manifest.source(source_id)
        if record is None:
            known = ", ".join(source.source_id for source in self.manifest.sources)
            raise UnknownSourceError(f"expected one of {known}, got {source_id!r}")
        return record


def user_folder() -> Path:
    """The folder of this user's own snapshot, which `stadshart-etl run` fills."""
    return user_data_path("stadshart-twente", appauthor=False)


def open(path: Path | str | None = None) -> Catalogue:  # noqa: A001 (the published name)
    """The published version in `path`; by default the user's snapshot, else the embedded one.

    Of an address of object storage, such as `s3://bucket/prefix`, the version is copied to a mirror
    in the user's cache folder first, with every hash checked. Credentials come from the
    environment.

    Raises NoSnapshotError when nothing is published there, ManifestError or VersionError when it
    cannot be read; of an address AddressError when it does not answer or refuses.

    >>> open(EMBEDDED).has("places")
    True
    """
    folder = local_folder(path)
    return Catalogue(folder, read_manifest(folder, current_version(folder)))


def version(path: Path | str | None = None) -> str:
    """Name of the published version in `path` (default as for `open`): one small file is read.

    Raises NoSnapshotError when nothing is published there.

    >>> version(EMBEDDED) == open(EMBEDDED).version
    True
    """
    return current_version(local_folder(path))


def local_folder(path: Path | str | None = None) -> Path:
    """The folder that `open` reads for `path`: of an address its mirror, brought up to date.

    Raises as `open` about an address.
    """
    if is_address(path):
        # Imported here: writing a mirror loads pandas.
        from data.snapshot.remote import refresh_mirror

        return refresh_mirror(path)
    return Path(path) if path is not None else _default_folder()


def published_before(folder: Path, published: datetime | None) -> tuple[Catalogue, ...]:
    """The kept versions in `folder` that were published before a time, newest first.

    Versions without a time or with a damaged manifest are left out; none where the time is None.

    >>> published_before(EMBEDDED, open(EMBEDDED).manifest.published)
    ()
    """
    if published is None:
        return ()
    earlier = [
        (time, version)
        for version, time in published_times(folder).items()
        if time is not None and time < published
    ]
    return tuple(
        Catalogue(folder, read_manifest(folder, version))
        for _, version in sorted(earlier, reverse=True)
    )


def _default_folder() -> Path:
    folder = user_folder()
    return folder if has_current(folder) else EMBEDDED
