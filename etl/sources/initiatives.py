"""Initiatives of a municipality and their actors, from `data.forms.initiatives`."""

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

from data.forms import initiatives as forms_initiatives
from data.forms import initiatives_vocabulary
from data.forms.initiatives import PERSON
from data.schema.initiative_tables import ACTORS, INITIATIVES, PARTICIPATIONS
from etl.area import Area
from etl.decoding.file_guard import workbook_kind
from etl.errors import ContentError
from etl.parsing import table_file, withdrawals
from etl.parsing.column_map import tables
from etl.parsing.import_reader import typed_frame
from etl.problems import SHEET_FAULTS, Finding, joined, make_finding, phrase, untranslated
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
LISTED = 2
"""The most cells in the message of an error; `faults` lists all."""


@dataclass(frozen=True, slots=True)
class InitiativeFile:
    """One sheet: an initiative per name and place, and its actors."""

    piece: Piece
    initiatives: Mapping[str, Mapping[str, object]]
    actors: Mapping[str, Mapping[str, str]]
    participations: tuple[Mapping[str, str | None], ...]
    known: tuple[str, ...]
    file: FileRead


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """The initiatives with their point (RD) where the sheet gives one, and their actors.

    Initiatives among the curated facts are left out. Of an initiative in two sheets the one
    imported last counts. Raises ContentError that names the wrong cells.
    """
    files = [_read(piece, area) for piece in tables(pieces)]
    files.sort(key=lambda file: file.piece.retrieved)
    initiatives: dict[str, Mapping[str, object]] = {}
    actors: dict[str, Mapping[str, str]] = {}
    taking_part: dict[str, list[Mapping[str, str | None]]] = {}
    findings: list[Finding] = []
    for file in files:
        initiatives |= file.initiatives
        actors |= file.actors
        for initiative_id in file.initiatives:
            taking_part[initiative_id] = [
                row for row in file.participations if row["initiative_id"] == initiative_id
            ]
        if file.known:
            count, names = len(file.known), ", ".join(file.known[:SHOWN])
            findings.append(
                make_finding("initiative-known", count=count, name=file.piece.name, names=names)
            )
    every = typed_frame(list(initiatives.values()), INITIATIVES)
    shapes = gpd.GeoSeries([row["geometry"] for row in initiatives.values()], crs=WGS84)
    located = gpd.GeoDataFrame(every, geometry=to_rd(shapes), crs=RD)
    frame, withdrawn_rows = withdrawals.drop_withdrawn(located, "initiative_id", pieces)
    rows = [row for key in sorted(frame["initiative_id"]) for row in taking_part[key]]
    parts = pd.DataFrame(rows, columns=list(PARTICIPATIONS.columns), dtype="str")
    parts = parts.drop_duplicates(list(PARTICIPATIONS.key)).reset_index(drop=True)
    busy = [actors[actor_id] for actor_id in sorted(set(parts["actor_id"]) & set(actors))]
    frames = {
        "initiatives": gpd.GeoDataFrame(frame, geometry="geometry", crs=RD),
        "actors": pd.DataFrame(busy, columns=list(ACTORS.columns), dtype="str"),
        "participations": parts,
    }
    accounts = tuple(file.file for file in files)
    return Parsed(frames, withdrawn_rows, None, tuple(findings), files=accounts)


def sheet_headings() -> list[str]:
    """The headings of the empty sheet."""
    return [column.name for column in forms_initiatives.COLUMNS]


def sheet_words() -> dict[str, Mapping[str, str]]:
    """The words that may stand under a heading of the sheet, with their code."""
    return dict(initiatives_vocabulary.CODES)


def explained() -> tuple[tuple[str, ...], ...]:
    """What may stand under the headings of the sheet, row by row."""
    rows = [("kolom", "verplicht", "voorbeeld", "wat er mag staan")]
    for column in forms_initiatives.COLUMNS:
        words = initiatives_vocabulary.CODES.get(column.name, {})
        rows.append(
            (
                column.name,
                "ja" if column.required else "",
                EXAMPLE.get(column.name, ""),
                ", ".join(words),
            )
        )
    return tuple(rows)


def faults(piece: Piece, area: Area) -> list[Bilingual]:
    """The faults in a sheet, cell by cell, without repeating the refused words."""
    places = [place.place_id for place in area.all_places]
    sheet = forms_initiatives.read(_content(piece), places=places)
    return [_fault(problem, places) for problem in sheet.problems]


def _fault(problem: forms_initiatives.CellProblem, places: Sequence[str]) -> Bilingual:
    """The fault in a cell, with the allowed words of a list."""
    where = f"rij {problem.line}" + (f", kolom {problem.column}" if problem.column else "")
    words = tuple(initiatives_vocabulary.CODES.get(problem.column, {})) or tuple(places)
    allowed = f": {', '.join(words)}" if problem.kind == "not_allowed" else ""
    return Bilingual(nl=f"{where}: {SHEET_FAULTS[problem.kind]}{allowed}", en=str(problem))


def _content(piece: Piece) -> bytes:
    """The sheet as CSV; the rows of a workbook keep their numbers."""
    if workbook_kind(piece.path) is None:
        return piece.read()
    names = [column.name for column in forms_initiatives.COLUMNS]
    sheet = table_file.read(piece.path, piece.name, knows=lambda row: len(set(row) & set(names)))
    cells = sheet.cells.apply(table_file.texts).fillna("")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(sheet.headings)
    for number in range(2, max(cells.index, default=1) + 1):
        writer.writerow(cells.loc[number] if number in cells.index else [])
    return out.getvalue().encode()


def _read(piece: Piece, area: Area) -> InitiativeFile:
    places = [place.place_id for place in area.all_places]
    sheet = forms_initiatives.read(_content(piece), places=places)
    if sheet.problems:
        count = len(sheet.problems)
        listed = [_fault(problem, places) for problem in sheet.problems[:LISTED]]
        detail = joined(listed, untranslated("; "))
        if count > LISTED:
            detail = phrase("initiatives.some-faults", faults=detail, more=count - LISTED)
        raise ContentError("initiative-sheet", name=piece.name, count=count, detail=detail)
    initiatives: dict[str, Mapping[str, object]] = {}
    actors: dict[str, Mapping[str, str]] = {}
    taking_part: list[Mapping[str, str | None]] = []
    known: dict[str, None] = {}
    for row in sheet.rows:
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
    # An initiative among the curated facts counts as read.
    file = FileRead(name=piece.name, rows=len(sheet.rows), used=len(sheet.rows))
    return InitiativeFile(piece, initiatives, actors, tuple(taking_part), tuple(known), file)


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
    """The id of an actor: shared between initiatives for an organisation, never for a person."""
    slug = _slug(row["actor"])
    if row["soort_actor"] == PERSON:
        return f"{initiative_id}:{slug}"
    same = _curated_names().get(slug)
    return same if same is not None else f"own:{slug}"


def _slug(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    slug = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")
    # Names without any Latin letter need different ids as well.
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
    """Id of every curated organisation by its name, without persons."""
    known = reference.tables()["actors"]
    known = known[known["kind"] != PERSON]
    return {
        _slug(name): actor_id
        for name, actor_id in zip(known["name"], known["actor_id"], strict=True)
    }


@cache
def _curated_actors() -> frozenset[str]:
    return frozenset(reference.tables()["actors"]["actor_id"])
