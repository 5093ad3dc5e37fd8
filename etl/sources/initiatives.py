"""A municipality's own initiatives and who takes part in them, from the sheet of
`data.initiative_sheet`.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point

from data import initiative_sheet, initiative_words
from data.initiative_sheet import PERSON, ProblemKind
from data.tables import ACTORS, INITIATIVES, PARTICIPATIONS
from etl import spreadsheet, withdrawn
from etl.archive import workbook_kind
from etl.area import Area
from etl.errors import ContentError
from etl.headings import tables
from etl.problems import Finding, found
from etl.source import FileRead, Parsed, Piece, Source
from etl.sources import reference
from etl.sources.figures import period
from geo.bilingual import Bilingual
from geo.crs import RD, WGS84, to_rd

SOURCE = Source(
    id="initiatives",
    title=Bilingual(nl="Initiatieven van de gemeente", en="Initiatives of the municipality"),
    publisher="Gemeente",
    licence="Eigen gegevens van de gemeente",
    fills=(INITIATIVES, ACTORS, PARTICIPATIONS),
    rows=range(1, 2_000),
    tried="documentation",
    tried_with=("the template of the project, filled with made-up initiatives (CSV)",),
    sharing="internal",
    waits_for_file=True,
    accepts=(".csv", ".txt", ".xlsx", ".xls", ".ods", ".toml"),
    per="region",
)

EXAMPLE = {
    "initiatief": "Groene loper",
    "plaats": "hengelo",
    "straten": "Langestraat; Dwarsstraat",
    "soort": "fysieke ingreep",
    "tranche": "onbekend",
    "begin": "2023-05",
    "einde": "2024",
    "lon": "6.7935",
    "lat": "52.2661",
    "actor": "Stichting Groen",
    "soort_actor": "vereniging",
    "rol": "initiatiefnemer",
    "bron": "Gemeente Hengelo, voortgangsbrief",
    "bron_datum": "2024-01-10",
}
SHOWN = 5
TOLD = 2
"""Cells told in the one line of a refusal; `faults` tells them all."""

NL: Mapping[ProblemKind, str] = {
    "not_utf8": "de tekst is geen UTF-8: sla het blad op als CSV UTF-8",
    "too_large": "het bestand is te groot: splits het",
    "too_many_rows": "er zijn te veel rijen: splits het blad",
    "columns": "dit zijn niet de kolommen van het blad: begin met een leeg blad (--template)",
    "cells": (
        "deze rij heeft te veel of te weinig cellen: zet tekst met een scheidingsteken tussen"
        " aanhalingstekens"
    ),
    "missing": "hier hoort iets te staan",
    "too_long": "deze tekst is te lang",
    "formula": "dit leest een rekenblad als formule: begin met een letter",
    "control": "hier staan tekens die niemand ziet: typ de tekst opnieuw",
    "not_allowed": "kies een woord uit de lijst",
    "not_a_date": "schrijf een jaar, maand of dag, zoals 2015, 2015-05 of 2015-05-28",
    "not_a_number": "schrijf graden met een punt, zoals 6.8958",
    "not_a_url": "schrijf een adres dat begint met https:// of http://",
    "end_before_start": "het einde ligt voor het begin",
    "no_actor": "vul actor, soort_actor en rol alle drie in, of geen van drie",
    "half_a_place": "vul lon en lat allebei in, of geen van beide",
    "mail": "laat het mailadres weg",
    "phone": "laat het telefoonnummer weg",
    "name": (
        "laat de naam van de persoon weg: schrijf de rol (eigenaar, bewoner), of de rechtsvorm van"
        " een organisatie"
    ),
}
"""What is wrong in a cell, for the person who fills the sheet in."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One sheet: an initiative per name and place, and who takes part."""

    piece: Piece
    initiatives: Mapping[str, Mapping[str, object]]
    actors: Mapping[str, Mapping[str, str]]
    participations: tuple[Mapping[str, str | None], ...]
    known: tuple[str, ...]
    file: FileRead


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """The initiatives with their point in RD where the sheet gives one, their actors and the part
    each has.

    What stands among the curated facts already stays as it is there. Of an initiative in two sheets
    the one brought last
    counts. Raises ContentError naming the cells when any cell of a sheet is not right.
    """
    readings = sorted(
        (_reading(piece, area) for piece in tables(pieces)),
        key=lambda reading: reading.piece.retrieved,
    )
    whole: dict[str, Mapping[str, object]] = {}
    taking_part: dict[str, list[Mapping[str, str | None]]] = {}
    actors: dict[str, Mapping[str, str]] = {}
    findings: list[Finding] = []
    for reading in readings:
        whole |= reading.initiatives
        actors |= reading.actors
        for initiative_id in reading.initiatives:
            taking_part[initiative_id] = [
                row for row in reading.participations if row["initiative_id"] == initiative_id
            ]
        if reading.known:
            names = ", ".join(reading.known[:SHOWN])
            findings.append(
                found(
                    "initiative-known",
                    count=len(reading.known),
                    name=reading.piece.name,
                    names=names,
                )
            )
    frame, taken_out = withdrawn.without(_frame(list(whole.values())), "initiative_id", pieces)
    left = set(frame["initiative_id"])
    rows = [row for initiative_id in sorted(left) for row in taking_part[initiative_id]]
    parts = pd.DataFrame(rows, columns=list(PARTICIPATIONS.columns), dtype="str").drop_duplicates(
        list(PARTICIPATIONS.key)
    )
    busy = [actors[actor_id] for actor_id in sorted(set(parts["actor_id"]) & set(actors))]
    frames = {
        "initiatives": gpd.GeoDataFrame(frame, geometry="geometry", crs=RD),
        "actors": pd.DataFrame(busy, columns=list(ACTORS.columns), dtype="str"),
        "participations": parts.reset_index(drop=True),
    }
    return Parsed(
        frames, taken_out, None, tuple(findings), files=tuple(reading.file for reading in readings)
    )


def sheet_headings() -> list[str]:
    """The headings of the empty sheet."""
    return [column.name for column in initiative_sheet.COLUMNS]


def explained() -> tuple[tuple[str, ...], ...]:
    """What may stand under the headings of the sheet, row by row."""
    rows = [("kolom", "verplicht", "voorbeeld", "wat er mag staan")]
    for column in initiative_sheet.COLUMNS:
        words = initiative_words.CODES.get(column.name, {})
        rows.append(
            (
                column.name,
                "ja" if column.required else "",
                EXAMPLE.get(column.name, ""),
                ", ".join(words),
            )
        )
    return tuple(rows)


def faults(piece: Piece, area: Area) -> list[str]:
    """Everything that is not right in a sheet, cell by cell, in Dutch; nothing of what is refused
    is repeated.
    """
    places = [place.place_id for place in area.everywhere]
    return [
        _in_dutch(problem, places)
        for problem in initiative_sheet.read(_content(piece), places=places).problems
    ]


def _in_dutch(problem: initiative_sheet.Problem, places: Sequence[str]) -> str:
    """What is wrong in a cell; where a word of a list belongs, with the words as the sheet writes
    them.
    """
    where = f"rij {problem.line}" + (f", kolom {problem.column}" if problem.column else "")
    words = tuple(initiative_words.CODES.get(problem.column, {})) or tuple(places)
    return f"{where}: {NL[problem.kind]}" + (
        f": {', '.join(words)}" if problem.kind == "not_allowed" else ""
    )


def _content(piece: Piece) -> bytes:
    """The sheet as CSV; the rows of a workbook keep their numbers."""
    if workbook_kind(piece.path) is None:
        return piece.read()
    names = [column.name for column in initiative_sheet.COLUMNS]
    sheet = spreadsheet.read(piece.path, piece.name, knows=lambda row: len(set(row) & set(names)))
    cells = sheet.cells.apply(spreadsheet.texts).fillna("")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(sheet.headings)
    for number in range(2, max(cells.index, default=1) + 1):
        writer.writerow(cells.loc[number] if number in cells.index else [])
    return out.getvalue().encode()


def _reading(piece: Piece, area: Area) -> Reading:
    places = [place.place_id for place in area.everywhere]
    filled = initiative_sheet.read(_content(piece), places=places)
    if filled.problems:
        told, others = filled.problems[:TOLD], len(filled.problems) - TOLD
        detail = Bilingual(
            nl="; ".join(_in_dutch(problem, places) for problem in told)
            + (f"; en nog {others}" if others > 0 else ""),
            en="; ".join(str(problem) for problem in told)
            + (f"; and {others} more" if others > 0 else ""),
        )
        raise ContentError(
            "initiative-sheet", name=piece.name, count=len(filled.problems), detail=detail
        )
    initiatives: dict[str, Mapping[str, object]] = {}
    actors: dict[str, Mapping[str, str]] = {}
    taking_part: list[Mapping[str, str | None]] = []
    known: dict[str, None] = {}
    for row in filled.rows:
        if piece.place_id is not None and row["plaats"] != piece.place_id:
            raise ContentError("import-elsewhere", name=piece.name, place=piece.place_id)
        if (row["plaats"], _slug(row["initiatief"])) in _curated():
            known[row["initiatief"]] = None
            continue
        initiative_id = f"own:{row['plaats']}:{_slug(row['initiatief'])}"
        initiatives.setdefault(initiative_id, _initiative(initiative_id, row, piece))
        if "actor" in row:
            actor_id = _actor_id(row, initiative_id)
            if actor_id not in _curated_actors():
                actors[actor_id] = {
                    "actor_id": actor_id,
                    "name": row["actor"],
                    "kind": row["soort_actor"],
                }
            taking_part.append(
                {
                    "initiative_id": initiative_id,
                    "actor_id": actor_id,
                    "role": row["rol"],
                    "basis": "published",
                    "facilitation": row.get("manier_van_ondersteunen"),
                }
            )
    # An initiative that is known already is read as well.
    file = FileRead(name=piece.name, rows=len(filled.rows), used=len(filled.rows))
    return Reading(piece, initiatives, actors, tuple(taking_part), tuple(known), file)


def _initiative(initiative_id: str, row: Mapping[str, str], piece: Piece) -> Mapping[str, object]:
    start, end = period(row.get("begin", "")), period(row.get("einde", ""))
    located = "lon" in row
    return {
        "initiative_id": initiative_id,
        "name": row["initiatief"],
        "place_id": row["plaats"],
        "streets": [
            street.strip() for street in re.split("[;,]", row.get("straten", "")) if street.strip()
        ],
        "type": row["soort"],
        "type_basis": "published",
        "tranche": row["tranche"],
        "tranche_basis": "published" if row["tranche"] != "unknown" else None,
        "profile_fit": row.get("past_bij_profiel"),
        "status": row.get("stand", "unknown"),
        "start": start[0] if start else None,
        "end": end[1] if end else None,
        "description_nl": row.get("omschrijving"),
        "location_precision": "address" if located else "none",
        "source_id": SOURCE.id,
        "source_url": row.get("bron_url"),
        "source_date": row["bron_datum"],
        "retrieved": piece.retrieved,
        "licence": SOURCE.licence,
        "confidence": "high",
        "note": f"Bron volgens de gemeente: {row['bron'].rstrip('.')}.",
        "geometry": Point(float(row["lon"]), float(row["lat"])) if located else None,
    }


def _actor_id(row: Mapping[str, str], initiative_id: str) -> str:
    """An organisation is itself in every initiative; a person is somebody in this one only."""
    slug = _slug(row["actor"])
    if row["soort_actor"] == PERSON:
        return f"{initiative_id}:{slug}"
    same = _curated_names().get(slug)
    return same if same is not None else f"own:{slug}"


def _frame(rows: Sequence[Mapping[str, object]]) -> gpd.GeoDataFrame:
    """Rows as a frame with the columns and types of `initiatives`, points in RD."""
    columns: dict[str, pd.Series] = {}
    for name, column in INITIATIVES.columns.items():
        cells = [row.get(name) for row in rows]
        if column.dtype == "datetime64[ms]":
            columns[name] = pd.to_datetime(pd.Series(cells, dtype="object")).astype(
                "datetime64[ms]"
            )
        elif column.dtype not in ("geometry", "list"):
            columns[name] = pd.Series(cells, dtype=column.dtype)
        elif column.dtype == "list":
            columns[name] = pd.Series(cells, dtype="object")
    shapes = gpd.GeoSeries([row["geometry"] for row in rows], crs=WGS84)
    return gpd.GeoDataFrame(columns, geometry=to_rd(shapes), crs=RD)


def _slug(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    slug = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")
    # A name without any Latin letter still has to be told from the next one.
    return slug or "-".join(f"{ord(sign):x}" for sign in text)


@cache
def _curated() -> frozenset[tuple[str, str]]:
    """Place and name of the initiatives among the curated facts."""
    known = reference.tables()["initiatives"]
    return frozenset(
        (place_id, _slug(name))
        for place_id, name in zip(known["place_id"], known["name"], strict=True)
    )


@cache
def _curated_names() -> Mapping[str, str]:
    """Id of every curated organisation by its name; persons are nobody's namesake."""
    known = reference.tables()["actors"]
    return {
        _slug(row.name): row.actor_id for row in known.itertuples(index=False) if row.kind != PERSON
    }


@cache
def _curated_actors() -> frozenset[str]:
    return frozenset(reference.tables()["actors"]["actor_id"])
