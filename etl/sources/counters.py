"""Passer-by counts as totals per counting point and interval; anything that could be the trace of
one person is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from data.tables import COUNTS
from etl import headings, moment, positions, spreadsheet, withdrawn
from etl.area import Area
from etl.errors import ContentError
from etl.headings import ColumnMap, Field, Opened
from etl.preview import Preview, Refusal, first_reason, tally
from etl.problems import Finding, found
from etl.source import FileRead, Parsed, Piece, Source
from geo.bilingual import Bilingual
from geo.crs import RD

SOURCE = Source(
    id="counters",
    title=Bilingual(
        nl="Passantentellingen van de gemeente", en="The municipality's counts of passers-by"
    ),
    publisher="Gemeente",
    licence="Eigen gegevens van de gemeente; niet verspreiden",
    fills=(COUNTS,),
    rows=range(1, 2_000_000),
    tried="documentation",
    tried_with=("descriptions of counting systems and made-up counts after them (CSV, XLSX)",),
    sharing="internal",
    waits_for_file=True,
    accepts=(".csv", ".txt", ".xlsx", ".xls", ".ods", ".toml"),
    per="region",
)

FIELDS = (
    Field(
        "counter",
        "telpunt",
        (
            "telpunt",
            "telpunt_id",
            "teller",
            "counter",
            "locatie",
            "locatie_id",
            "sensor",
            "sensor_id",
            "meetpunt",
            "id",
        ),
    ),
    Field(
        "start",
        "begin van het interval, of de dag",
        (
            "tijdstip",
            "datum_tijd",
            "datumtijd",
            "begin",
            "start",
            "timestamp",
            "datetime",
            "datum",
            "date",
        ),
    ),
    Field(
        "hour",
        "uur of tijd, naast een kolom met de dag",
        ("uur", "tijd", "begintijd", "starttijd", "tijdvak", "uurvak", "tijdblok", "hour", "time"),
    ),
    Field(
        "value",
        "aantal passanten",
        (
            "passanten",
            "aantal",
            "aantal_passanten",
            "passages",
            "bezoekers",
            "count",
            "value",
            "telling",
            "totaal",
        ),
        number=True,
    ),
    Field(
        "minutes",
        "lengte van het interval in minuten",
        ("minuten", "interval", "interval_minuten", "minutes", "duur"),
        number=True,
    ),
    Field("direction", "richting (wordt opgeteld)", ("richting", "direction")),
    Field(
        "break",
        "breuk: sinds hier anders geteld",
        ("breuk", "wijziging", "break", "break_before", "verplaatst"),
    ),
    Field(
        "x",
        "x in RD",
        ("x", "x_rd", "rd_x", "rdx", "xcoord", "xcoordinaat", "x_coordinaat"),
        number=True,
        coordinate=True,
    ),
    Field(
        "y",
        "y in RD",
        ("y", "y_rd", "rd_y", "rdy", "ycoord", "ycoordinaat", "y_coordinaat"),
        number=True,
        coordinate=True,
    ),
    Field(
        "lon",
        "lengtegraad",
        ("lon", "lng", "longitude", "lengtegraad"),
        number=True,
        coordinate=True,
    ),
    Field("lat", "breedtegraad", ("lat", "latitude", "breedtegraad"), number=True, coordinate=True),
)

EXAMPLE = {
    "counter": "Langestraat",
    "start": "2024-03-30 12:00",
    "value": "415",
    "minutes": "60",
    "lon": "6,7935",
    "lat": "52,2661",
}
ALLOWED = {"break": ("ja", "nee")}

SHORTEST_MINUTES = 5
"""Totals over less time follow single people through a quiet street."""
MOVED_M = 25.0
_OUTSIDE = Bilingual(
    nl="de telpunten liggen buiten alle plaatsen", en="the counters lie outside all places"
)
LONGEST_GAP_DAYS = 31
"""After a longer silence of a counter that ran on end nobody knows whether it is the same."""
DAY_MINUTES = 1440

_PERSONAL_HEADINGS = re.compile(
    r"mac|macadres|macaddress|device|deviceid|apparaat|apparaatid|imei|imsi|uuid|hash|bluetooth|wifi|ssid|bssid|kenteken|"
    r"ipadres|ipaddress|telefoon|email|persoon|persoonid|bezoekerid|visitorid|userid|klant|klantnummer|naam|voornaam|achternaam|geslacht|leeftijd"
)
_MAC = re.compile(
    r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}"
)
# A long word of small letters is nobody's mark: "Thursday/01-Jan-2015", "Molenstraat-Noord2".
_HASH = re.compile(
    r"(?=.*[0-9])(?=.*[A-Fa-f])[0-9A-Fa-f]{12,128}"
    r"|[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
    r"|(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z])(?!.*[a-z]{6})[A-Za-z0-9+/_-]{20,}={0,2}"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One file as understood: intervals without their spot, or spots without intervals."""

    piece: Piece
    opened: Opened
    intervals: pd.DataFrame
    spots: gpd.GeoDataFrame
    refusals: tuple[Refusal, ...]
    merged: int
    notes: tuple[str, ...] = ()


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """One row per counter and interval, in RD and local time; a file with spots only places the
    counters of the others.
    """
    readings = [
        _reading(piece, headings.told(pieces, piece, source_id=SOURCE.id, fields=FIELDS))
        for piece in headings.tables(pieces)
    ]
    readings.sort(key=lambda reading: reading.piece.retrieved)
    return _together(readings, pieces, area)


def preview(
    piece: Piece, stated: ColumnMap | None, area: Area, beside: Sequence[Piece] = ()
) -> Preview:
    """What was understood of one file; `beside` are the files imported before, which may place its
    counters.
    """
    reading = _reading(piece, stated)
    others = [
        _reading(one, headings.told(beside, one, source_id=SOURCE.id, fields=FIELDS))
        for one in headings.tables(beside)
    ]
    own = reading.intervals["counter_id"].unique()
    together = _together([*others, reading], (), area)
    kept = together.frames["counts"]
    kept = kept[kept["counter_id"].isin(own)] if len(reading.intervals) else kept.iloc[:0]
    span = (
        [
            f"van {kept['start'].min():%Y-%m-%d %H:%M} tot en met"
            f" {kept['start'].max():%Y-%m-%d %H:%M}"
        ]
        if len(kept)
        else []
    )
    lengths = [
        f"intervallen van {minutes} minuten: {count}"
        for minutes, count in kept["minutes"].value_counts().sort_index().items()
    ]
    examples = [
        f"{row.counter_id}, {row.start:%Y-%m-%d %H:%M}, {row.minutes} minuten:"
        f" {'onbekend' if row.value != row.value else f'{row.value:g}'}"
        for row in kept.head(3).itertuples(index=False)
    ]
    tallies = (
        ("tellers", int(kept["counter_id"].nunique()) if len(kept) else len(reading.spots)),
        ("intervallen", len(kept)),
        ("intervallen zonder waarde", int(kept["value"].isna().sum())),
        (
            (
                "intervallen die ontbreken tussen de eerste en de laatste (blijven onbekend, zijn"
                " geen nul)"
            ),
            _absent(kept),
        ),
        ("breuken", int(kept["break_before"].sum())),
    )
    findings = (
        *reading.opened.sheet.findings,
        *((found("counts-merged", count=reading.merged),) if reading.merged else ()),
    )
    notes = (*reading.notes, *span, *lengths)
    return Preview(
        together.files[-1],
        reading.opened,
        tallies,
        tuple(examples),
        reading.refusals,
        findings,
        notes,
    )


def _absent(kept: pd.DataFrame) -> int:
    """Intervals that no row tells of, between the first and the last of each counter; the hour that
    summer time skips is none.
    """
    absent = 0
    for _, rows in kept.groupby("counter_id", sort=False):
        minutes = int(rows["minutes"].min())
        grid = pd.date_range(
            rows["start"].min(), rows["start"].max(), freq=pd.Timedelta(minutes=minutes)
        )
        real = (
            grid.tz_localize("Europe/Amsterdam", ambiguous=False, nonexistent="NaT").notna()
            if minutes < DAY_MINUTES
            else grid.notna()
        )
        absent += int((~grid[real].isin(rows["start"])).sum())
    return absent


def _together(readings: Sequence[Reading], pieces: Sequence[Piece], area: Area) -> Parsed:
    spots = (
        pd.concat([reading.spots for reading in readings], ignore_index=True)
        if readings
        else _no_spots()
    )
    points = gpd.GeoDataFrame(spots, geometry="geometry", crs=RD)
    believed = area.plausible(points.geometry) if len(points) else pd.Series([], dtype=bool)
    if len(points) and not believed.all():
        area.require_plausible(points[~believed])
    outside = area.owners(points.geometry).isna() if len(points) else believed
    nowhere = set(points.loc[outside, "counter_id"]) - set(points.loc[~outside, "counter_id"])
    placed = points[~points["counter_id"].isin(nowhere)]
    filled = [reading.intervals for reading in readings if len(reading.intervals)]
    whole = pd.concat(filled, ignore_index=True) if filled else _no_intervals()
    for reading in readings:
        lost = sorted(set(reading.intervals["counter_id"]) - set(points["counter_id"]))
        if lost:
            raise ContentError("counter-nowhere", counter=lost[0], name=reading.piece.name)
    # The file brought last counts; each interval has the spot its own file gives, or the last one
    # known.
    once = whole.drop_duplicates(["counter_id", "start"], keep="last")
    out = once["counter_id"].isin(nowhere)
    once = once[~out].sort_values(["counter_id", "start"], ignore_index=True)
    last = placed.drop_duplicates("counter_id", keep="last").set_index("counter_id").geometry
    own = (
        placed.drop_duplicates(["file", "counter_id"], keep="last")
        .set_index(["file", "counter_id"])
        .geometry
    )
    here = (
        pd.Series(own.to_numpy(), index=own.index)
        .reindex(pd.MultiIndex.from_frame(once[["file", "counter_id"]]))
        .to_numpy()
    )
    there = pd.Series(last.to_numpy(), index=last.index).reindex(once["counter_id"]).to_numpy()
    shapes = np.where(pd.isna(here), there, here)
    frame = gpd.GeoDataFrame(
        once.drop(columns="file"), geometry=gpd.GeoSeries(shapes, index=once.index, crs=RD), crs=RD
    )
    frame["break_before"] = frame["break_before"] | _breaks(frame)
    kept, taken_out = withdrawn.without(frame, "counter_id", pieces)
    refusals = [refusal for reading in readings for refusal in reading.refusals]
    merged = sum(reading.merged for reading in readings)
    findings: list[Finding] = [
        finding for reading in readings for finding in reading.opened.sheet.findings
    ]
    if merged:
        findings.append(found("counts-merged", count=merged))
    counts = (
        tally(refusals)
        | taken_out
        | ({"dropped-outside-places": int(out.sum())} if out.any() else {})
    )
    surveyed = f"{kept['start'].max():%Y-%m-%d}" if len(kept) else None
    files = tuple(_file_read(reading, nowhere) for reading in readings)
    return Parsed(
        {"counts": gpd.GeoDataFrame(kept, geometry="geometry", crs=RD)},
        counts,
        surveyed,
        tuple(findings),
        files=files,
    )


def _file_read(reading: Reading, nowhere: set[str]) -> FileRead:
    """How much of a file was read: rows of counters outside all places are not."""
    # A file without numbers tells where counters stand.
    rows = reading.intervals if "value" in reading.opened.map.columns else reading.spots
    inside = int((~rows["counter_id"].isin(nowhere)).sum())
    return FileRead(
        name=reading.piece.name,
        rows=len(reading.opened.sheet.cells),
        used=inside + reading.merged if inside else 0,
        reason=_OUTSIDE if len(rows) else first_reason(reading.refusals),
    )


def _reading(piece: Piece, stated: ColumnMap | None) -> Reading:
    opened = headings.open_table(piece, stated, FIELDS, source_id=SOURCE.id)
    used = opened.map.columns
    _require_no_traces(opened)
    if "counter" not in used:
        raise ContentError.from_finding(headings.missing(opened, "telpunt"))
    cells = opened.sheet.cells
    counter = _counter(spreadsheet.texts(cells[used["counter"]]), piece.place_id)
    spots = _spots(opened, counter, piece)
    if "value" not in used:
        # Without a total a row is a spot, or somebody who passed.
        if {"start", "hour"} & set(used) or not len(spots) or counter.duplicated().any():
            raise ContentError.from_finding(
                _traces(piece.name, "rijen zonder aantal", "rows without a number")
            )
        return Reading(piece, opened, _no_intervals(), spots, (), 0)
    if not {"start", "hour"} & set(used):
        raise ContentError.from_finding(headings.missing(opened, "tijdstip"))
    return _intervals(piece, opened, counter, spots)


def _intervals(
    piece: Piece, opened: Opened, counter: pd.Series, spots: gpd.GeoDataFrame
) -> Reading:
    cells, used = opened.sheet.cells, opened.map.columns
    start, whole_days, notes = moment.starts(opened.column("start"), opened.column("hour"))
    if not whole_days and ((start.dt.second > 0) | (start.dt.microsecond > 0)).any():
        raise ContentError.from_finding(
            _traces(piece.name, "tijdstippen op de seconde", "times to the second")
        )
    value = spreadsheet.numbers(cells[used["value"]], opened.form)
    rows = pd.DataFrame({"counter_id": counter, "start": start, "value": value.values})
    bad = {
        "dropped-no-counter": (counter.isna(), "het telpunt ontbreekt"),
        "dropped-date": (start.isna(), "het tijdstip is geen dag of tijd"),
        "dropped-future": (
            start.dt.normalize() > pd.Timestamp(piece.retrieved),
            f"het tijdstip ligt na {piece.retrieved.isoformat()}",
        ),
        "dropped-no-number": (
            value.refused | (value.values < 0),
            "het aantal is geen getal van 0 of meer",
        ),
    }
    gone = pd.Series(False, index=cells.index)
    refusals = []
    for rule, (mask, nl) in bad.items():
        told = mask & ~gone
        refusals += [Refusal(int(row), rule, nl) for row in cells.index[told]]
        gone |= told
    rows["break_before"] = (
        spreadsheet.texts(cells[used["break"]])
        .str.lower()
        .isin(["ja", "j", "1", "x", "true", "yes"])
        if "break" in used
        else False
    )
    rows["minutes"] = (
        spreadsheet.numbers(cells[used["minutes"]], opened.form).values
        if "minutes" in used
        else float("nan")
    )
    kept = rows[~gone]
    doubled = kept.duplicated(["counter_id", "start"], keep=False)
    if "direction" not in used and doubled.sum() > max(4, 0.02 * len(kept)):
        raise ContentError.from_finding(
            _traces(
                piece.name,
                "veel rijen met hetzelfde telpunt en tijdstip",
                "many rows with the same counting point and time",
            )
        )
    intervals = kept.assign(unknown=kept["value"].isna()).groupby(
        ["counter_id", "start"], as_index=False
    )
    merged = intervals.agg(
        value=("value", "sum"),
        break_before=("break_before", "any"),
        minutes=("minutes", "max"),
        unknown=("unknown", "any"),
    )
    # One direction that failed makes the total unknown.
    merged = merged.assign(value=merged["value"].mask(merged["unknown"])).drop(columns="unknown")
    merged["minutes"] = merged["minutes"].fillna(_lengths(merged, whole_days))
    unknown = merged["minutes"].isna()
    if unknown.any():
        raise ContentError(
            "counter-interval", counter=merged.loc[unknown, "counter_id"].iloc[0], name=piece.name
        )
    if (merged["minutes"] < SHORTEST_MINUTES).any():
        raise ContentError.from_finding(
            _traces(
                piece.name,
                f"intervallen korter dan {SHORTEST_MINUTES} minuten",
                f"intervals shorter than {SHORTEST_MINUTES} minutes",
            )
        )
    _require_grid(merged, piece.name, whole_days)
    merged = merged.assign(minutes=merged["minutes"].astype("int64"), file=_file(piece))
    return Reading(piece, opened, merged, spots, tuple(refusals), len(kept) - len(merged), notes)


def _traces(name: str, nl: str, en: str) -> Finding:
    return found("individual-traces", name=name, detail=Bilingual(nl=nl, en=en))


def _require_no_traces(opened: Opened) -> None:
    """Nothing when no heading and no cell points at a device or a person; ContentError
    otherwise.
    """
    for heading in opened.sheet.headings:
        if _PERSONAL_HEADINGS.fullmatch(headings.plain(heading)):
            raise ContentError.from_finding(
                _traces(opened.sheet.name, f"kolom {heading}", f"column {heading}")
            )
    counter = opened.map.columns.get("counter")
    for heading in opened.sheet.headings:
        words = spreadsheet.texts(opened.sheet.cells[heading]).dropna()
        if words.str.fullmatch(_MAC).any():
            raise ContentError.from_finding(
                _traces(
                    opened.sheet.name,
                    f"een apparaatadres in kolom {heading}",
                    f"the address of a device in column {heading}",
                )
            )
        coded = words[words.str.fullmatch(_HASH)]
        # A supplier may number its own sensors so; there are few of them and each counts often.
        if len(coded) and (
            heading != counter or (coded.nunique() > 3 and coded.nunique() > 0.2 * len(coded))
        ):
            raise ContentError.from_finding(
                _traces(
                    opened.sheet.name,
                    f"versleutelde kenmerken in kolom {heading}",
                    f"coded marks in column {heading}",
                )
            )


def _require_grid(rows: pd.DataFrame, name: str, whole_days: bool) -> None:
    """Nothing when intervals start where intervals of their length start; moments in between are
    those of people.
    """
    if whole_days:
        return
    minute = rows["start"].dt.hour * 60 + rows["start"].dt.minute
    length = rows["minutes"].clip(upper=60)
    if (minute % length != 0).mean() > 0.05 and rows.groupby("counter_id")["start"].apply(
        lambda start: start.dt.minute.nunique()
    ).max() > 12:
        raise ContentError.from_finding(
            _traces(name, "tijdstippen buiten een vast ritme", "times outside a fixed rhythm")
        )


def _lengths(rows: pd.DataFrame, whole_days: bool) -> pd.Series:
    """Minutes per interval as the rhythm of each counter tells; whole days for counts per day."""
    if whole_days:
        return pd.Series(float(DAY_MINUTES), index=rows.index)
    step = rows.sort_values("start").groupby("counter_id")["start"].diff().dt.total_seconds() / 60
    usual = step.groupby(rows["counter_id"]).agg(
        lambda steps: steps.mode().iloc[0] if steps.notna().any() else float("nan")
    )
    return rows["counter_id"].map(usual.astype("float64"))


def _breaks(frame: gpd.GeoDataFrame) -> pd.Series:
    """Whether each interval is not comparable with the one before: another length, another spot, or
    a long silence.
    """
    before = frame.groupby("counter_id", sort=False)
    first = ~frame["counter_id"].duplicated()
    longer = before["minutes"].diff().fillna(0) != 0
    silent = (before["start"].diff() > pd.Timedelta(days=LONGEST_GAP_DAYS)) & (
        frame["minutes"] < DAY_MINUTES
    )
    moved = frame.geometry.distance(frame.geometry.shift(), align=False) > MOVED_M
    return (longer | silent | moved) & ~first


def _counter(words: pd.Series, place_id: str | None) -> pd.Series:
    """Stable ids of the counters, with their place before them."""
    letters = words.map(
        lambda word: unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode("ascii"),
        na_action="ignore",
    )
    bare = (
        letters.astype("str").str.lower().str.replace(r"[^a-z0-9]+", "-", regex=True).str.strip("-")
    )
    return ((f"{place_id}:" if place_id else "") + bare.mask(bare == "")).astype("str")


def _spots(opened: Opened, counter: pd.Series, piece: Piece) -> gpd.GeoDataFrame:
    """Where the counters of a file stand, in RD; none when it has no coordinates."""
    points = positions.points(opened)
    known = points.notna() & counter.notna()
    if not known.any():
        return _no_spots()
    spots = gpd.GeoDataFrame(
        {"file": _file(piece), "counter_id": counter[known]}, geometry=points[known], crs=RD
    )
    return spots.drop_duplicates("counter_id", keep="last").reset_index(drop=True)


def _file(piece: Piece) -> str:
    return f"{piece.place_id or ''}/{piece.name}"


def _no_spots() -> gpd.GeoDataFrame:
    empty = pd.Series([], dtype="str")
    return gpd.GeoDataFrame(
        {"file": empty, "counter_id": empty}, geometry=gpd.GeoSeries([], crs=RD), crs=RD
    )


def _no_intervals() -> pd.DataFrame:
    types = {
        "counter_id": "str",
        "start": "datetime64[ms]",
        "value": "float64",
        "break_before": "bool",
        "minutes": "int64",
        "file": "str",
    }
    return pd.DataFrame({name: pd.Series([], dtype=dtype) for name, dtype in types.items()})
