"""The made-up town as facts, straight from frames: no snapshot on disk."""

import dataclasses
from pathlib import Path

from shapely import Point

from dashboard.facts.snapshot import Facts
from data.manifest import ColumnRecord, Manifest, TableRecord
from data.schema.tables import STREETS
from etl.joins.streets import street_vacancy
from tests import town as made_up
from tests.town import X, Y


class FramesCatalogue:
    """A catalogue of frames that never were files."""

    folder = Path("straten")
    version = "straten"

    def __init__(self, tables, sources):
        self.tables = tables
        # Rates are made of the survey and counts by the counter; the rest is never internal.
        made_of = {"street_vacancy": "voorbeeldkrant", "counts": "voorbeeldteller"}
        known = {source.source_id for source in sources}
        records = (
            TableRecord(
                name=name,
                rows=len(frame),
                sha256="0" * 64,
                content_hash="0" * 64,
                sources=tuple(known & {made_of.get(name)}),
                columns=tuple(
                    ColumnRecord(name=key, dtype="", unit=None, description="") for key in frame
                ),
            )
            for name, frame in sorted(tables.items())
        )
        self.manifest = Manifest(
            version=self.version, published=None, tables=tuple(records), sources=tuple(sources)
        )

    def has(self, name):
        return name in self.tables

    def table(self, name):
        return self.tables[name]

    def places(self):
        return self.tables["places"]

    def source(self, source_id):
        return next(record for record in self.manifest.sources if record.source_id == source_id)


def town_facts(*, beyond=False, sharing="open", sources=None, **tables):
    """The made-up town, with some of its tables replaced, and none of a table that is None.

    Its vacancy per street is that of its premises.
    """
    given = made_up.tables() | tables
    if "street_vacancy" not in tables and given["premises"] is not None:
        lines = STREETS.empty() if given["streets"] is None else given["streets"]
        tables = tables | {"street_vacancy": street_vacancy(given["premises"], lines)}
    every = {
        name: frame for name, frame in (made_up.tables() | tables).items() if frame is not None
    }
    records = [
        dataclasses.replace(record, sharing=sharing) for record in sources or made_up.sources()
    ]
    return Facts(FramesCatalogue(every, records), beyond=beyond)


def units(*statuses, street="voorbeeldstad-langestraat", **told):
    """One unit per status along the long street, in one survey."""
    return [
        {
            "premises_id": f"survey:{at}",
            "address": None,
            "status": status,
            "street_id": street,
            "geometry": Point(X - 190 + 3 * at, Y - (95 if at % 2 else 105)),
            **told,
        }
        for at, status in enumerate(statuses)
    ]


def survey_of(count, vacant, **told):
    return made_up.premises(*units(*["vacant"] * vacant, *["in_use"] * (count - vacant), **told))
