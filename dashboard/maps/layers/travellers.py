"""Boardings per average workday at the main station of each town."""

from collections.abc import Sequence

from dashboard import theme
from dashboard.facts import Facts
from dashboard.maps.scene import Cell, Column, Feature, Layer
from dashboard.records import StationYear
from dashboard.state import Selection
from dashboard.text import Texts

ID = "treinreizigers"
CORONA_YEARS = (2020, 2021)
TOTAL_ONLY_YEAR = 2016
BREAK_AFTER = 2017


def feature_id(row: StationYear) -> str:
    """The mark of a station in a year."""
    return f"{row.stop_id}-{row.year}"


def style(row: StationYear) -> str:
    """Corona years are hatched; 2016, one total per station, is dashed."""
    if row.year in CORONA_YEARS:
        return "station_corona"
    return "station_total" if row.year == TOTAL_ONLY_YEAR else "station"


def note(rows: Sequence[StationYear], text: Texts, *, station: str | None = None) -> str:
    """What always has to be said of boardings, and what only of the years that `rows` hold."""
    years = {row.year for row in rows}
    said = [text("note.travellers", station=station) if station else text("note.travellers_all")]
    if years.intersection(CORONA_YEARS):
        said.append(text("note.travellers_both_corona"))
    if years and min(years) <= BREAK_AFTER < max(years):
        said.append(text("note.travellers_break"))
    return " ".join(said)


def series_note(row: StationYear, facts: Facts, text: Texts) -> str:
    """What has to be said of one station's boardings, by all the years that are known of it."""
    series = [one for one in facts.stations if one.name == row.name]
    return note(series, text, station=facts.said(row.name, text.lang))


def year_shown(facts: Facts, years: tuple[int, int]) -> int | None:
    """The newest year with figures in the period."""
    known = [row.year for row in facts.stations if years[0] <= row.year <= years[1]]
    return max(known, default=None)


def layer(facts: Facts, text: Texts) -> Layer:
    """Every station in every year."""
    return Layer(
        id=ID,
        title=text("layer.treinreizigers"),
        columns=(
            Column(text("column.station")),
            Column(text("column.boardings"), numeric=True),
            Column(text("column.period"), numeric=True),
        ),
        features=tuple(_feature(row, facts, text) for row in facts.stations),
        pane="labels",
        sentence=text.open("sentence.treinreizigers"),
        sentence_one=text.open("sentence.treinreizigers_one"),
    )


def visible(facts: Facts, selection: Selection) -> dict[str, str]:
    """The stations in view in the newest year of the period."""
    year = year_shown(facts, selection.years)
    return {
        feature_id(row): style(row)
        for row in facts.stations
        if row.year == year and (selection.whole_region or row.place_id == selection.place)
    }


def _feature(row: StationYear, facts: Facts, text: Texts) -> Feature:
    name = facts.said(row.name, text.lang)
    known = row.boardings_per_workday is not None
    figure = theme.number(row.boardings_per_workday, text.lang) if known else text("unknown.cell")
    return Feature(
        id=feature_id(row),
        geometry=row.point,
        style=style(row),
        name=f"{name}: {figure} ({row.year})",
        label=f"{figure}\n{text('map.boardings', year=row.year)}" if known else None,
        cells=(Cell(name), Cell(figure, row.boardings_per_workday), Cell(str(row.year), row.year)),
    )
