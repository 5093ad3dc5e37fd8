"""The made-up town as facts, straight from frames: no snapshot on disk."""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path

import pandas as pd
from shapely import Point

from dashboard.facts.snapshot import Facts
from data.catalogue import ALL_ROWS, Box, Catalogue
from data.manifest import ColumnRecord, Manifest, Sharing, SourceRecord, TableRecord
from data.schema.tables import STREETS
from etl.example.rows import Cell
from etl.joins.streets import street_vacancy
from tests import town as made_up
from tests.rows import Row
from tests.town import X, Y

LONG_STREET = "voorbeeldstad-langestraat"
# Rates are made of the survey and counts by the counter; the rest is never internal.
SOURCE_OF = {"street_vacancy": "voorbeeldkrant", "counts": "voorbeeldteller"}


@dataclasses.dataclass(frozen=True)
class FramesCatalogue(Catalogue):
    """A catalogue of frames that never were files."""

    frames: Mapping[str, pd.DataFrame]

    def table(
        self,
        name: str,
        *,
        where: Mapping[str, Collection[str]] = ALL_ROWS,
        box: Box | None = None,
    ) -> pd.DataFrame:
        assert box is None
        frame = self.frames[name]
        for column, values in where.items():
            frame = frame[frame[column].isin(values)]
        return frame

    def columns(self, name: str, columns: Sequence[str]) -> pd.DataFrame:
        frame = self.frames[name]
        return pd.DataFrame(frame)[[column for column in columns if column in frame]]


def frames_catalogue(
    frames: Mapping[str, pd.DataFrame], sources: Sequence[SourceRecord]
) -> FramesCatalogue:
    known = {source.source_id for source in sources}
    records = (
        TableRecord(
            name=name,
            rows=len(frame),
            sha256="0" * 64,
            content_hash="0" * 64,
            sources=tuple(known & {SOURCE_OF.get(name, "")}),
            columns=tuple(
                ColumnRecord(name=str(key), dtype="", unit=None, description="") for key in frame
            ),
        )
        for name, frame in sorted(frames.items())
    )
    manifest = Manifest(
        version="straten", published=None, tables=tuple(records), sources=tuple(sources)
    )
    return FramesCatalogue(Path("straten"), manifest, frames)


def town_facts(
    *,
    beyond: bool = False,
    sharing: Sharing = "open",
    sources: Sequence[SourceRecord] | None = None,
    **tables: pd.DataFrame | None,
) -> Facts:
    """The made-up town, with some of its tables replaced, and none of a table that is None.

    Its vacancy per street is that of its premises.
    """
    given: dict[str, pd.DataFrame | None] = {**made_up.tables(), **tables}
    premises, lines = given["premises"], given["streets"]
    if "street_vacancy" not in tables and premises is not None:
        given["street_vacancy"] = (
            street_vacancy(premises, STREETS.empty() if lines is None else lines)
            if {"premises", "streets"} & tables.keys()
            else _street_vacancy()
        )
    every = {name: frame for name, frame in given.items() if frame is not None}
    records = [
        dataclasses.replace(record, sharing=sharing) for record in sources or made_up.sources()
    ]
    return Facts(frames_catalogue(every, records), beyond=beyond)


@cache
def _street_vacancy() -> pd.DataFrame:
    """That of the town as it is."""
    return street_vacancy(made_up.premises(), made_up.streets())


def units(*statuses: str, street: str = LONG_STREET, **columns: Cell) -> list[Row]:
    """One unit per status along the long street, in one survey."""
    return [
        {
            "premises_id": f"survey:{at}",
            "address": None,
            "status": status,
            "street_id": street,
            "geometry": Point(X - 190 + 3 * at, Y - (95 if at % 2 else 105)),
            **columns,
        }
        for at, status in enumerate(statuses)
    ]


def survey_of(
    count: int, vacant: int, *, street: str = LONG_STREET, **columns: Cell
) -> pd.DataFrame:
    return made_up.premises(
        *units(*["vacant"] * vacant, *["in_use"] * (count - vacant), street=street, **columns)
    )
