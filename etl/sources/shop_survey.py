"""Shop surveys of municipalities, in the form of Locatus: vacant units and their duration.

A file holds one survey, or several years of it. Names of shops are read to recognise "Leegstand"
and never published.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan

import geopandas as gpd
import pandas as pd

from data.schema.tables import PREMISES
from etl.area import Area
from etl.errors import ContentError
from etl.parsing import (
    address_index,
    column_map,
    positions,
    survey_dates,
    survey_status,
    table_file,
    vacancy_spells,
)
from etl.parsing import survey_vocabulary as survey_words
from etl.parsing.address_index import Addresses
from etl.parsing.column_map import ColumnMap, OpenedTable, plain
from etl.parsing.import_reader import (
    ImportedFile,
    file_read,
    imported_before,
    publishable,
    read_files,
)
from etl.parsing.preview import EXAMPLES, Preview
from etl.parsing.row_filter import RowFilter
from etl.parsing.survey_status import Statuses
from etl.parsing.survey_vocabulary import AREAS_BY, FIELDS, OWNERS
from etl.problems import Finding, counted, joined, make_finding, phrase, untranslated
from etl.source import Parsed, Piece, Source
from geo.bilingual import Bilingual
from geo.crs import RD
from geo.names import streets_of

SOURCE = Source(
    id="shop_survey",
    title=Bilingual(
        nl="Winkelinventarisatie van de gemeente", en="The municipality's own survey of shops"
    ),
    publisher="Gemeente",
    licence="Eigen gegevens van de gemeente; niet verspreiden",
    fills=(PREMISES,),
    rows=range(1, 200_000),
    tried="documentation",
    tried_with=("descriptions of Locatus deliveries and made-up surveys after them (CSV, XLSX)",),
    sharing="internal",
    waits_for_file=True,
    accepts=(".csv", ".txt", ".xlsx", ".xls", ".ods", ".toml"),
    per="region",
    beside=("bag", "osm"),
)

_UNIT = re.compile(r"\s*m(2|²|\^2)\s*$", re.IGNORECASE)
EVIDENCE = "gezien bij een winkelinventarisatie"
EVIDENCE_OF_CLASS = f"{EVIDENCE}; hoe lang het leeg staat is de klasse van de bron zelf"


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """Every unit of every survey, in RD, with its duration of vacancy as far as surveys show.

    Of two files with the same survey the one imported last counts. Raises FileError or
    ContentError.
    """
    known = address_index.read_addresses(pieces)
    files = read_files(
        pieces, SOURCE.id, FIELDS, lambda piece, stated: _read(piece, stated, area, known)
    )
    latest: dict[str, ImportedFile] = {}
    findings: list[Finding] = []
    for file in files:
        for survey in file.frame["survey"].unique():
            if survey in latest:
                old, new = latest[survey].file.name, file.file.name
                findings.append(make_finding("survey-replaced", survey=survey, old=old, new=new))
            latest[survey] = file
    frames = [file.frame[file.frame["survey"] == survey] for survey, file in latest.items()]
    units = pd.concat(frames, ignore_index=True) if frames else _no_units()
    spells, conflicts = vacancy_spells.add_spells(
        gpd.GeoDataFrame(units, geometry="geometry", crs=RD)
    )
    by_address = sum(file.placed_by_address for file in files)
    return publishable(
        SOURCE,
        spells,
        files,
        pieces,
        key="premises_id",
        day="surveyed",
        counts=conflicts | ({"placed-by-address": by_address} if by_address else {}),
        findings=(*findings, *(finding for file in files for finding in file.findings)),
    )


def preview(
    piece: Piece, stated: ColumnMap | None, area: Area, beside: Sequence[Piece] = ()
) -> Preview:
    """The preview of one file; `beside` are the files imported before."""
    file = _read(piece, stated, area, address_index.read_addresses(beside))
    frame = file.frame
    status = frame["status"].value_counts()
    surveys = [
        counted("shop_survey.survey-unit", len(rows), survey=survey)
        for survey, rows in frame.groupby("survey", sort=True)
    ]
    places = [
        counted("shop_survey.place-unit", count, place=place_id)
        for place_id, count in frame["place_id"].value_counts().sort_index().items()
    ]
    replaced = [
        phrase("shop_survey.survey-replaced", survey=survey)
        for survey in imported_before(parse, beside, area, frame, "survey")
    ]
    return file.preview(
        SOURCE.id,
        tallies={
            "in_use": int(status.get("in_use", 0)),
            "vacant": int(status.get("vacant", 0)),
            "status-unknown": int(status.get("unknown", 0)),
            "with-floor-area": int(frame["floor_area_m2"].notna().sum()),
            "with-vacant-since": int(frame["vacant_since"].notna().sum()),
            "with-duration": int(frame["duration"].notna().sum()),
            "placed-by-address": file.placed_by_address,
        },
        examples=map(_example, frame.head(EXAMPLES).to_dict("records")),
        notes=(*surveys, *places, *replaced),
        place_ids=sorted(frame["place_id"].unique()),
        points=zip(frame.geometry.x, frame.geometry.y, frame["status"], strict=True),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyFile(ImportedFile):
    """Units of one file, and how many of them are placed by their address in the BAG."""

    placed_by_address: int


def _read(piece: Piece, stated: ColumnMap | None, area: Area, known: Addresses) -> SurveyFile:
    opened = _opened(piece, stated)
    words = _words(opened)
    rows = RowFilter(opened.index, SOURCE.id)
    unit = _unit(words, opened)
    rows.drop(unit.isna() & _sums(opened.sheet.cells), "dropped-total")
    rows.drop(unit.isna(), "dropped-no-id")
    points, by_address = _placed(opened, words, area, known, rows)
    owner = pd.Series(None, index=opened.index, dtype="str")
    owner.loc[rows.remaining] = area.owners(gpd.GeoSeries(points[rows.remaining], crs=RD))
    rows.drop(owner.isna(), "dropped-outside-places")
    days, late, unread = survey_dates.survey_days(opened)
    rows.drop(unread, "dropped-date")
    rows.drop(late, "dropped-future", today=piece.retrieved.isoformat())
    home = pd.Series(piece.place_id, index=opened.index, dtype="str") if piece.place_id else owner
    keys = pd.DataFrame(
        {
            "premises_id": "survey:" + home + ":" + unit,
            "survey": survey_dates.survey_ids(home, days.mask(rows.dropped)),
        }
    )
    twice = keys[rows.remaining].duplicated().reindex(opened.index, fill_value=False)
    rows.drop(twice, "dropped-twice")
    if (
        piece.place_id
        and rows.remaining.any()
        and not (owner[rows.remaining] == piece.place_id).any()
    ):
        raise ContentError("import-elsewhere", name=piece.name, place=piece.place_id)

    statuses = survey_status.read(opened, words)
    columns = {
        "premises_id": keys["premises_id"],
        "source_id": SOURCE.id,
        "survey": keys["survey"],
        "place_id": owner,
        "street": words["street"].fillna(streets_of(words["address"])),
        "address": address_index.written(words),
        "surveyed": days,
        **_described(opened, words, statuses, days, rows),
    }
    units = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(points, crs=RD), crs=RD)
    frame = units[rows.remaining].reset_index(drop=True)
    question = survey_status.question(opened, statuses, rows.remaining)
    file = replace(
        file_read(opened, len(frame), rows.refusals),
        statuses=frame["status"].value_counts().to_dict(),
        stated=opened.map.status is not None or bool(statuses.settled[rows.remaining].all()),
        question=question.finding if question else None,
    )
    return SurveyFile(
        opened=opened,
        frame=frame,
        file=file,
        refusals=tuple(rows.refusals),
        findings=(*opened.sheet.findings, *column_map.personal_columns(opened)),
        words=question.words if question else {},
        placed_by_address=int((by_address & rows.remaining).sum()),
    )


def _words(opened: OpenedTable) -> dict[str, pd.Series]:
    """The cells of all fields that are not numbers, as text; addresses in one cell are split."""
    words = {field.id: opened.texts(field.id) for field in FIELDS if not field.number}
    if "house_number" in opened.map.columns:
        return words
    apart = address_index.taken_apart(words["address"])
    parts = {
        name: words[name].fillna(apart[name]) for name in address_index.PARTS if name != "street"
    }
    return words | parts | {"street": apart["street"].fillna(words["street"])}


def _placed(
    opened: OpenedTable, words: dict[str, pd.Series], area: Area, known: Addresses, rows: RowFilter
) -> tuple[gpd.GeoSeries, pd.Series]:
    """The point (RD) of each row by its coordinates or else its address, and True for the latter.

    Raises ContentError without any coordinates or known addresses, and for a wrong coordinate
    system, when most points are implausible.
    """
    if not positions.has_coordinates(opened) and not len(known):
        raise ContentError("survey-unplaced", name=opened.sheet.name)
    stated = positions.row_points(opened)
    given = stated.dropna()
    believed = area.plausible(given)
    if len(given) and believed.mean() < 0.5:
        area.require_plausible(given[~believed])
    addressed = known.find(words, opened.piece.place_id).where(stated.isna())
    points = gpd.GeoSeries(stated.where(stated.notna(), addressed), crs=RD)
    rows.drop(points.isna(), "dropped-no-position")
    implausible = (~believed).reindex(stated.index, fill_value=False)
    rows.drop(implausible, "dropped-implausible-position")
    near = known.other_street(words["street"], stated.mask(rows.dropped))
    rows.note(near.notna(), "street-differs", street=words["street"], near=near)
    return points, addressed.notna()


def _described(
    opened: OpenedTable,
    words: dict[str, pd.Series],
    statuses: Statuses,
    days: pd.Series,
    rows: RowFilter,
) -> dict[str, pd.Series]:
    """Columns of each unit: floor area, use, branch, ownership, status and begin of vacancy."""
    floor, bad_floor = _floor(opened)
    rows.note(bad_floor, "unread-floor-area")
    since, bad_since = _since(opened, statuses.status, days)
    rows.note(bad_since, "unread-vacant-since")
    rows.note(statuses.unread, "unread-duration")
    rows.note(statuses.contrary, "contrary-status")
    group = words["group"]
    # A vacant shop has no branch: the stated one is that of the last shop.
    in_use = statuses.status == "in_use"
    grouped = group.map(lambda text: survey_words.coded(text)[1] or text, na_action="ignore")
    branch = words["branch"].fillna(grouped.astype("str"))
    # A stated day goes before a stated class of duration.
    duration = statuses.duration.where(since.isna())
    evidence = pd.Series(EVIDENCE, index=group.index, dtype="str")
    return {
        "floor_area_m2": floor,
        "use": group.map(survey_words.use, na_action="ignore").astype("str"),
        "branch": branch.where(in_use).astype("str"),
        "ownership": words["ownership"].str.lower().map(OWNERS).where(in_use).astype("str"),
        "status": statuses.status,
        "vacant_since": since,
        "duration": duration.astype("str"),
        "evidence": evidence.mask(duration.notna(), EVIDENCE_OF_CLASS),
    }


def _opened(piece: Piece, stated: ColumnMap | None) -> OpenedTable:
    """The table; ContentError for a list of whole shopping areas, which resembles units."""
    try:
        opened = column_map.open_table(piece, stated, FIELDS, source_id=SOURCE.id)
    except ContentError as error:
        if error.finding.code == "headings-unknown" and _of_areas(
            error.finding.values["headings"].split(", ")
        ):
            raise ContentError("survey-of-areas", name=piece.name) from error
        raise
    if not {"unit_id", "house_number", "address", "bag_id"} & set(opened.map.columns):
        if _of_areas(opened.sheet.headings):
            raise ContentError("survey-of-areas", name=piece.name)
        raise column_map.missing_column(opened, "id", "huisnummer", "adres", "bag_id")
    return opened


def _of_areas(names: Sequence[str]) -> bool:
    return bool(AREAS_BY & {plain(name) for name in names})


def _sums(cells: pd.DataFrame) -> pd.Series:
    """True for rows of totals, by their first filled cell."""
    if not len(cells.columns):
        return pd.Series(False, index=cells.index)
    first = table_file.texts(cells.bfill(axis=1).iloc[:, 0]).str.lower()
    sums = first.str.fullmatch(r"((sub|eind)?tota(al|len)|som)\b.*", na=False)
    return sums.astype(bool)


def _unit(words: dict[str, pd.Series], opened: OpenedTable) -> pd.Series:
    """The id of each unit, the same in all surveys: its number, or else its address."""
    postcode = words["postcode"].str.replace(" ", "").str.lower()
    letter, addition = words["house_letter"].fillna(""), words["addition"].fillna("")
    door = words["house_number"] + "-" + letter + "-" + addition
    address = postcode.fillna(words["street"].str.lower()) + "-" + door.str.lower().str.rstrip("-")
    address = address.fillna(words["bag_id"])
    unit = words["unit_id"].fillna(address) if "unit_id" in opened.map.columns else address
    return unit.str.replace(r"\s+", "-", regex=True).astype("str")


def _floor(opened: OpenedTable) -> tuple[pd.Series, pd.Series]:
    """Floor area in m2, and True for cells without a possible area; zero means unknown.

    A cell may repeat its unit: `85 m2`.
    """
    column = opened.column("floor_area_m2")
    if column is None:
        index = opened.index
        return pd.Series(float("nan"), index=index), pd.Series(False, index=index)
    bare = column.map(lambda cell: _UNIT.sub("", cell) if isinstance(cell, str) else cell)
    read = table_file.numbers(bare, opened.form)
    bad = read.refused | (read.values < 0)
    return read.values.mask(bad | (read.values == 0)), bad


def _since(opened: OpenedTable, status: pd.Series, days: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The stated first day of vacancy of each unit, and True for cells that hold no such day."""
    column = opened.column("vacant_since")
    if column is None:
        index = opened.index
        return pd.Series(pd.NaT, index=index, dtype="datetime64[ms]"), pd.Series(False, index=index)
    read = table_file.days(column)
    bad = read.refused | (read.values > days)
    return read.values.where((status == "vacant") & ~bad), bad


def _example(row: Mapping[Hashable, object]) -> Bilingual:
    """A unit as it would be published, in words."""
    address, branch, area = row["address"], row["branch"], row["floor_area_m2"]
    parts = [untranslated(address if isinstance(address, str) else str(row["premises_id"]))]
    parts.append(phrase(f"shop_survey.{row['status']}"))
    if isinstance(branch, str):
        parts.append(untranslated(branch))
    if isinstance(area, float) and not isnan(area):
        parts.append(Bilingual(nl=f"{area:g} m2".replace(".", ","), en=f"{area:g} m2"))
    parts.append(phrase("shop_survey.surveyed", day=row["surveyed"]))
    if isinstance(row["vacant_since"], pd.Timestamp):
        parts.append(phrase("shop_survey.vacant-since", day=row["vacant_since"]))
    return joined(parts, untranslated(", "))


def _no_units() -> gpd.GeoDataFrame:
    """An empty frame with the columns of units."""
    texts = ["premises_id", "source_id", "survey", "place_id", "street", "address", "use"]
    texts += ["branch", "ownership", "status", "duration", "evidence"]
    types = dict.fromkeys(texts, "str")
    types |= {"vacant_since": "datetime64[ms]", "surveyed": "datetime64[ms]"}
    types |= {"floor_area_m2": "float64"}
    columns = {name: pd.Series([], dtype=dtype) for name, dtype in types.items()}
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=RD), crs=RD)
