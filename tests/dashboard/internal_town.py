"""Voorbeeldstad with internal surveys, counts, figures and plans, which say so in every text."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pandas as pd
from pyarrow import parquet
from shapely import Point

from data.manifest import SourceRecord
from data.snapshot import publish
from tests import town
from tests.town import X, Y

SECRET = "geheim"
NUMBER = 7_654_321.0
"""A figure that stands in internal rows only."""
OPEN_PREMISES = 11
SECRET_PREMISES = 13
SURVEY = SourceRecord(
    source_id="voorbeeld-geheim",
    title_nl="Geheime inventarisatie",
    title_en="Geheim survey",
    publisher="Geheime BV",
    licence="geheim",
    read_via="geheim-bestand-2024.xlsx",
    surveyed="geheim najaar",
    retrieved=date(2024, 3, 2),
    sha256="b" * 64,
    status="stale",
    sharing="internal",
    problems=("geheim: rij 3",),
)
# One figure of this source is open: its owner and licence are known, its file is not.
FIGURES = replace(
    SURVEY,
    source_id="voorbeeld-eigen",
    title_nl="Eigen cijfers",
    title_en="Own figures",
    publisher="Gemeente Voorbeeldstad",
    licence="CC0 1.0",
)


def tables() -> dict[str, pd.DataFrame]:
    """Every table of the town, with internal rows beside the open ones."""
    own = {"source_id": SURVEY.source_id}
    shops = [
        {
            **own,
            "premises_id": f"survey:geheim-{number}",
            "survey": "geheim-2024",
            "address": f"Geheimstraat {number}",
            "branch": "Geheime winkel",
            "evidence": "geheim gezien",
            "geometry": Point(X - 180 + number, Y - 105),
        }
        for number in range(SECRET_PREMISES)
    ]
    plan = {
        **own,
        "initiative_id": "geheim-plan",
        "name": "Geheim plan",
        "streets": ["Geheimsteeg"],
        "description_nl": "Geheim.",
        "description_en": "Geheim.",
    }
    by_club = {"actor_id": "geheime-club"}
    club = {**by_club, "name": "Geheime club"}
    figure = {
        "observation_id": "own:voorbeeldstad:geheim",
        "source_id": FIGURES.source_id,
        "area_name": "Geheimplein",
        "area_kind": "square",
        "value": NUMBER,
        "series": None,
        "note": "geheim",
    }
    shared = {**figure, "observation_id": "own:voorbeeldstad:open", "area_name": "Openplein"}
    both = (
        ("premises", town.premises, shops),
        ("initiatives", town.initiatives, [plan]),
        ("actors", town.actors, [club]),
        ("participations", town.participations, [{"initiative_id": "geheim-plan", **by_club}]),
        (
            "observations",
            town.observations,
            [{**figure, "sharing": "internal"}, {**shared, "value": 5.0, "note": None}],
        ),
    )
    made = town.tables()
    for name, build, rows in both:
        made[name] = pd.concat([made[name], build(*rows)], ignore_index=True)
    made["counts"] = town.counts({"counter_id": "geheime-teller", "value": NUMBER})
    made["stops"] = town.stops({"name": "Geheim Noord", "boardings_per_workday": NUMBER})
    return made


def snapshot(folder: Path) -> Path:
    """The folder, with the town published in it."""
    noon = datetime(2024, 3, 3, 12, tzinfo=UTC)
    paper, counter = town.sources()
    secret = replace(
        counter,
        title_nl="Geheime tellingen",
        title_en="Geheim counts",
        read_via="geheim-tellers.csv",
    )
    sources = sorted([paper, secret, SURVEY, FIGURES], key=lambda source: source.source_id)
    publish.publish(folder, tables(), sources, town.table_sources(), published=noon)
    return folder


def told(content: bytes, name: str) -> str:
    """What a file tells, its packed parts unpacked, in small letters."""
    if name.endswith(".parquet"):
        table = parquet.read_table(BytesIO(content))
        return f"{table.to_pydict()} {table.schema.metadata}".casefold()
    if name.endswith((".xlsx", ".zip")):
        packed = zipfile.ZipFile(BytesIO(content))
        return " ".join(told(packed.read(part), part) for part in packed.namelist())
    return content.decode("utf-8", "replace").casefold()


def betrays(text: str) -> list[str]:
    """What of the internal sources a text in small letters holds."""
    signs = (SECRET, str(int(NUMBER)), "7.654.321", "7,654,321")
    return [text[max(0, text.find(sign) - 80) :][:200] for sign in signs if sign in text]
