"""A municipality's own survey of shops, Locatus-like: which units stand empty, and for how long in
survey after survey.

One file holds one survey, or several years of it. Names of shops are read to tell "Leegstand" and
never published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from data.tables import PREMISES
from etl import (
    addresses,
    emptiness,
    headings,
    positions,
    spreadsheet,
    survey_dates,
    survey_status,
    withdrawn,
)
from etl import survey as survey_words
from etl.addresses import Addresses
from etl.area import Area
from etl.errors import ContentError
from etl.headings import ColumnMap, Opened, plain
from etl.preview import Preview, Refusal, RowFilter, first_reason, tally
from etl.problems import Finding, found
from etl.source import FileRead, Parsed, Piece, Source
from etl.survey import AREAS_BY, FIELDS, OWNERS
from etl.survey_status import Statuses
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

EXAMPLE, ALLOWED = survey_words.EXAMPLE, survey_words.ALLOWED
EVIDENCE = "gezien bij een winkelinventarisatie"
EVIDENCE_OF_CLASS = f"{EVIDENCE}; hoe lang het leeg staat is de klasse van de bron zelf"


@dataclass(frozen=True, slots=True)
class Reading:
    """One file as understood: rows of `premises` with its own durations, and what was left out."""

    piece: Piece
    opened: Opened
    frame: gpd.GeoDataFrame
    file: FileRead
    refusals: tuple[Refusal, ...]
    examples: tuple[str, ...]
    by_address: int
    unheard: Mapping[str, int]


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """Every unit of every survey, in RD, with how long it has stood empty as far as the surveys
    tell.

    Where two files hold the same survey the one brought last counts.
    """
    stated = [
        (piece, headings.told(pieces, piece, source_id=SOURCE.id, fields=FIELDS))
        for piece in headings.tables(pieces)
    ]
    known = addresses.of(pieces)
    readings = [_reading(piece, map_, area, known) for piece, map_ in stated]
    readings.sort(key=lambda reading: reading.piece.retrieved)
    refusals = [refusal for reading in readings for refusal in reading.refusals]
    findings: list[Finding] = []
    latest: dict[str, Reading] = {}
    for reading in readings:
        for survey in reading.frame["survey"].unique():
            if survey in latest:
                findings.append(
                    found(
                        "survey-replaced",
                        survey=survey,
                        old=latest[survey].piece.name,
                        new=reading.piece.name,
                    )
                )
            latest[survey] = reading
    frames = [
        reading.frame[reading.frame["survey"] == survey] for survey, reading in latest.items()
    ]
    for reading in readings:
        findings += (*reading.opened.sheet.findings, *headings.about_persons(reading.opened))
    whole = (
        gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), geometry="geometry", crs=RD)
        if frames
        else _empty()
    )
    timed, counts = emptiness.timed(whole)
    timed, taken_out = withdrawn.without(timed, "premises_id", pieces)
    days = timed["surveyed"].dropna()
    return Parsed(
        {"premises": timed},
        {
            **tally(refusals),
            **counts,
            **taken_out,
            **(
                {"placed-by-address": by} if (by := sum(one.by_address for one in readings)) else {}
            ),
        },
        days.max().date().isoformat() if len(days) else None,
        tuple(findings),
        files=tuple(reading.file for reading in readings),
    )


def preview(
    piece: Piece, stated: ColumnMap | None, area: Area, beside: Sequence[Piece] = ()
) -> Preview:
    """What was understood of one file; `beside` are the files imported before."""
    known = addresses.of(beside)
    reading = _reading(piece, stated, area, known)
    frame = reading.frame
    status = frame["status"].value_counts()
    tallies = [
        ("in gebruik", int(status.get("in_use", 0))),
        ("leeg", int(status.get("vacant", 0))),
        ("toestand onbekend", int(status.get("unknown", 0))),
        ("met winkelvloer in m2", int(frame["floor_area_m2"].notna().sum())),
        ("leeg met een begindatum", int(frame["vacant_since"].notna().sum())),
        ("leeg met een duur volgens de bron zelf", int(frame["duration"].notna().sum())),
        ("op de kaart gezet via het adres in de BAG", reading.by_address),
    ]
    surveys = [
        f"opname {survey}: {_units(len(rows))}"
        for survey, rows in frame.groupby("survey", sort=True)
    ]
    places = [
        f"{place_id}: {_units(count)}"
        for place_id, count in frame["place_id"].value_counts().sort_index().items()
    ]
    notes = list(surveys) + list(places)
    earlier = (
        set(parse(beside, area).frames["premises"]["survey"]) & set(frame["survey"])
        if headings.tables(beside)
        else set()
    )
    notes += [
        f"opname {survey} is al eerder ingelezen en wordt vervangen" for survey in sorted(earlier)
    ]
    return Preview(
        reading.file,
        reading.opened,
        tuple(tallies),
        reading.examples,
        reading.refusals,
        (*reading.opened.sheet.findings, *headings.about_persons(reading.opened)),
        tuple(notes),
        reading.unheard,
        tuple(sorted(frame["place_id"].unique())),
    )


def _units(count: int) -> str:
    return f"{count} {'pand' if count == 1 else 'panden'}"


def _reading(piece: Piece, stated: ColumnMap | None, area: Area, known: Addresses) -> Reading:
    opened = _opened(piece, stated)
    cells = opened.sheet.cells
    words = _words(opened)
    rows = RowFilter(cells.index)
    unit = _unit(words, piece.name, opened)
    totals = unit.isna() & _sums(cells)
    rows.drop(totals, "dropped-total", "dit is een regel met totalen, geen pand")
    rows.drop(unit.isna(), "dropped-no-id", "geen nummer en geen adres")
    points, found_by = _placed(opened, words, piece, area, known, rows)
    owner = pd.Series(None, index=cells.index, dtype="str")
    owner.loc[~rows.gone] = area.owners(gpd.GeoSeries(points[~rows.gone], crs=RD))
    rows.drop(owner.isna(), "dropped-outside-places", "ligt buiten alle plaatsen")
    seen, late, unread = survey_dates.seen(opened, piece)
    rows.drop(unread, "dropped-date", "de peildatum is geen datum, of ontbreekt")
    rows.drop(late, "dropped-future", f"de peildatum ligt na {piece.retrieved.isoformat()}")
    home = pd.Series(piece.place_id, index=cells.index, dtype="str") if piece.place_id else owner
    survey = survey_dates.surveys(home, seen.mask(rows.gone))
    name = "survey:" + home + ":" + unit
    twice = pd.DataFrame({"name": name, "survey": survey})[~rows.gone].duplicated()
    twice = twice.reindex(cells.index, fill_value=False)
    rows.drop(twice, "dropped-twice", "staat twee keer in deze opname")
    if piece.place_id and not rows.gone.all() and not (owner[~rows.gone] == piece.place_id).any():
        raise ContentError("import-elsewhere", name=piece.name, place=piece.place_id)

    read = survey_status.read(opened, words)
    columns = {
        "premises_id": name,
        "source_id": SOURCE.id,
        "survey": survey,
        "place_id": owner,
        "street": words["street"].fillna(streets_of(words["address"])),
        "address": addresses.written(words),
        "surveyed": seen,
        **_described(opened, words, read, seen, rows),
    }
    kept = ~rows.gone
    whole = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(points, crs=RD), crs=RD)
    frame = whole[kept].reset_index(drop=True)
    question = survey_status.question(opened, read, kept)
    file = FileRead(
        name=piece.name,
        rows=len(cells),
        used=len(frame),
        reason=first_reason(rows.refusals),
        statuses=frame["status"].value_counts().to_dict(),
        stated=opened.map.status is not None or bool(read.settled[kept].all()),
        question=question.finding if question else None,
    )
    shown = tuple(_example(row) for row in frame.head(3).itertuples(index=False))
    by_address = int((found_by.notna() & kept).sum())
    unheard = question.words if question else {}
    return Reading(piece, opened, frame, file, tuple(rows.refusals), shown, by_address, unheard)


def _words(opened: Opened) -> dict[str, pd.Series]:
    """The cells of every field that is no number, as text; an address in one cell taken apart."""
    words = {one.id: _texts(opened, one.id) for one in FIELDS if not one.number}
    if "house_number" in opened.map.columns:
        return words
    apart = addresses.taken_apart(words["address"])
    parts = {name: words[name].fillna(apart[name]) for name in addresses.PARTS if name != "street"}
    return words | parts | {"street": apart["street"].fillna(words["street"])}


def _placed(
    opened: Opened,
    words: dict[str, pd.Series],
    piece: Piece,
    area: Area,
    known: Addresses,
    rows: RowFilter,
) -> tuple[gpd.GeoSeries, pd.Series]:
    """The point of each row by its coordinates or else its address, and those found by address.

    Raises ContentError when there are no coordinates at all and no addresses are known to go by, or
    when most lie outside: then it is the coordinate system.
    """
    if not positions.located(opened) and not len(known):
        raise ContentError("survey-unplaced", name=opened.sheet.name)
    own = positions.points(opened)
    given = own.dropna()
    believed = area.plausible(given)
    if len(given) and believed.mean() < 0.5:
        area.require_plausible(given[~believed])
    found_by = known.find(words, piece.place_id).where(own.isna())
    points = gpd.GeoSeries(own.where(own.notna(), found_by), crs=RD)
    rows.drop(
        points.isna(),
        "dropped-no-position",
        "geen bruikbare coördinaten, en het adres staat niet bij de panden van "
        "de BAG in deze datamap",
    )
    implausible = (~believed).reindex(own.index, fill_value=False)
    rows.drop(
        implausible, "dropped-implausible-position", "de coördinaten liggen ver buiten het gebied"
    )
    near = known.other_street(words["street"], own.mask(rows.gone))
    told = "noemt " + words["street"] + ", maar ligt volgens de coördinaten bij " + near
    rows.note(near.notna(), "street-differs", told)
    return points, found_by


def _described(
    opened: Opened, words: dict[str, pd.Series], read: Statuses, seen: pd.Series, rows: RowFilter
) -> dict[str, pd.Series]:
    """What each unit is: floor area, use, branch, ownership, status and since when it is vacant."""
    floor, bad_floor = _floor(opened)
    rows.note(
        bad_floor,
        "unread-floor-area",
        "de winkelvloer is geen getal groter dan 0; het pand telt mee zonder meters",
    )
    since, bad_since = _since(opened, read.status, seen)
    rows.note(
        bad_since,
        "unread-vacant-since",
        "'leeg sinds' is geen dag, of ligt na de peildatum; het pand telt mee zonder die datum",
    )
    rows.note(
        read.unread,
        "unread-duration",
        "de duur van de leegstand is geen klasse die wij kennen "
        "(aanvang of frictie, langdurig, structureel)",
    )
    rows.note(
        read.contrary,
        "contrary-status",
        "een kolom zegt in gebruik en een andere zegt leeg; toestand onbekend",
    )
    group = words["group"]
    # An empty shop has no branch; what was there before is not what is there.
    in_use = read.status == "in_use"
    grouped = group.map(
        lambda text: survey_words.coded(text)[1] or text, na_action="ignore"
    ).astype("str")
    branch = words["branch"].fillna(grouped)
    # A day that the file itself gives goes before its class.
    duration = read.duration.where(since.isna())
    evidence = pd.Series(EVIDENCE, index=group.index, dtype="str").mask(
        duration.notna(), EVIDENCE_OF_CLASS
    )
    return {
        "floor_area_m2": floor,
        "use": group.map(survey_words.use, na_action="ignore").astype("str"),
        "branch": branch.where(in_use).astype("str"),
        "ownership": words["ownership"].str.lower().map(OWNERS).where(in_use).astype("str"),
        "status": read.status,
        "vacant_since": since,
        "duration": duration.astype("str"),
        "evidence": evidence,
    }


def _opened(piece: Piece, stated: ColumnMap | None) -> Opened:
    """The table; a list of whole shopping areas, which looks much like one of units, is refused as
    what it is.
    """
    try:
        opened = headings.open_table(piece, stated, FIELDS, source_id=SOURCE.id)
    except ContentError as error:
        if error.finding.code == "headings-unknown" and _of_areas(
            error.finding.values["headings"].split(", ")
        ):
            raise ContentError("survey-of-areas", name=piece.name) from error
        raise
    if not {"unit_id", "house_number", "address", "bag_id"} & set(opened.map.columns):
        if _of_areas(opened.sheet.headings):
            raise ContentError("survey-of-areas", name=piece.name)
        raise ContentError.from_finding(
            headings.missing(opened, "id", "huisnummer", "adres", "bag_id")
        )
    return opened


def _of_areas(names: Sequence[str]) -> bool:
    return bool(AREAS_BY & {plain(name) for name in names})


def _sums(cells: pd.DataFrame) -> pd.Series:
    """Rows whose first filled cell says that they add up the others."""
    first = (
        cells.bfill(axis=1).iloc[:, 0]
        if len(cells.columns)
        else pd.Series(None, index=cells.index, dtype=object)
    )
    return (
        spreadsheet.texts(first)
        .str.lower()
        .str.fullmatch(r"((sub|eind)?tota(al|len)|som)\b.*", na=False)
        .astype(bool)
    )


def _texts(opened: Opened, name: str) -> pd.Series:
    """A field as text; missing throughout when the file has no such column."""
    column = opened.column(name)
    return (
        spreadsheet.texts(column)
        if column is not None
        else pd.Series(None, index=opened.sheet.cells.index, dtype="str")
    )


def _unit(words: dict[str, pd.Series], name: str, opened: Opened) -> pd.Series:
    """What tells a unit from the others in survey after survey: its number, or else its address."""
    postcode = words["postcode"].str.replace(" ", "").str.lower()
    door = words["house_number"].str.cat(
        [words[part].fillna("") for part in ("house_letter", "addition")], sep="-"
    )
    address = postcode.fillna(words["street"].str.lower()) + "-" + door.str.lower().str.rstrip("-")
    address = address.fillna(words["bag_id"])
    unit = words["unit_id"].fillna(address) if "unit_id" in opened.map.columns else address
    return unit.str.replace(r"\s+", "-", regex=True).astype("str")


def _floor(opened: Opened) -> tuple[pd.Series, pd.Series]:
    """Floor area in m2 and which cells hold none that can be; nought is a blank filled in."""
    column = opened.column("floor_area_m2")
    if column is None:
        index = opened.sheet.cells.index
        return pd.Series(float("nan"), index=index), pd.Series(False, index=index)
    read = spreadsheet.numbers(column, opened.form)
    bad = read.refused | (read.values < 0)
    return read.values.mask(bad | (read.values == 0)), bad


def _since(opened: Opened, status: pd.Series, seen: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Day since which a vacant unit is empty by the file's own word, and which cells are no such
    day.
    """
    column = opened.column("vacant_since")
    if column is None:
        index = opened.sheet.cells.index
        return pd.Series(pd.NaT, index=index, dtype="datetime64[ms]"), pd.Series(False, index=index)
    read = spreadsheet.days(column)
    bad = read.refused | (read.values > seen)
    return read.values.where((status == "vacant") & ~bad), bad


def _example(row: object) -> str:
    values = row._asdict()  # type: ignore[attr-defined]
    state = {"vacant": "leeg", "in_use": "in gebruik", "unknown": "onbekend"}[values["status"]]
    parts = [
        values["address"] if isinstance(values["address"], str) else values["premises_id"],
        state,
        values["branch"] if isinstance(values["branch"], str) else "",
        f"{values['floor_area_m2']:g} m2".replace(".", ",")
        if values["floor_area_m2"] == values["floor_area_m2"]
        else "",
        f"gezien {values['surveyed']:%Y-%m-%d}",
        f"leeg sinds {values['vacant_since']:%Y-%m-%d}"
        if values["vacant_since"] == values["vacant_since"]
        else "",
    ]
    return ", ".join(filter(None, parts))


def _empty() -> gpd.GeoDataFrame:
    """No unit at all, with the columns of one."""
    names = [
        "premises_id",
        "source_id",
        "survey",
        "place_id",
        "street",
        "address",
        "use",
        "branch",
        "ownership",
        "status",
        "duration",
        "evidence",
    ]
    columns: dict[str, pd.Series] = {name: pd.Series([], dtype="str") for name in names}
    columns |= {
        name: pd.Series([], dtype="datetime64[ms]") for name in ("vacant_since", "surveyed")
    }
    return gpd.GeoDataFrame(
        columns | {"floor_area_m2": pd.Series([], dtype="float64")},
        geometry=gpd.GeoSeries([], crs=RD),
        crs=RD,
    )
