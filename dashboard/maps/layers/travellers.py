"""Boardings per average workday at the main station of each town."""

import math
from collections.abc import Iterator, Sequence

from dashboard.analysis import quotable
from dashboard.analysis.stations import (
    BASE_YEAR,
    BREAK_AFTER,
    CORONA_YEARS,
    LAYER_ID,
    TOTAL_ONLY_YEAR,
    change_since_base,
    feature_id,
    year_shown,
)
from dashboard.facts.records import StationYear
from dashboard.facts.snapshot import Facts
from dashboard.facts.street_records import TownSurvey
from dashboard.i18n.text import Texts
from dashboard.maps.description import Description, Provenance
from dashboard.maps.layer import Citation, Features, Headline, MapLayer
from dashboard.maps.map_row import MapRow, RowsById
from dashboard.maps.scene import Feature, LayerContent, SceneCell, SceneColumn
from dashboard.selection.context import Context
from dashboard.sentences import citation
from dashboard.style import theme
from geo.bilingual import Bilingual

ID = LAYER_ID
# Boardings of a mark as large as its class, and the least that others shrink to.
_USUAL_BOARDINGS = 3_000
_SMALLEST = 0.5
TITLE = Bilingual(nl="Treinreizigers", en="Train passengers", de="Bahnreisende")


def style(row: StationYear) -> str:
    """The class of a year: corona years are hatched, 2016 (one total per station) is dashed."""
    if row.year in CORONA_YEARS:
        return "station_corona"
    return "station_total" if row.year == TOTAL_ONLY_YEAR else "station"


def note(rows: Sequence[StationYear], text: Texts, *, station: str | None = None) -> str:
    """What boardings mean, with the caveats of the years in `rows`."""
    years = {row.year for row in rows}
    sentences = [
        text("note.travellers", station=station) if station else text("note.travellers_all")
    ]
    if years.intersection(CORONA_YEARS):
        sentences.append(text("note.travellers_both_corona"))
    if years and min(years) <= BREAK_AFTER < max(years):
        sentences.append(text("note.travellers_break"))
    return " ".join(sentences)


def series_note(row: StationYear, facts: Facts, text: Texts) -> str:
    """The same for the station of `row`, with the caveats of all its years."""
    series = [other for other in facts.stations if other.name == row.name]
    return note(series, text, station=facts.translate(row.name, text.lang))


def layer(facts: Facts, text: Texts) -> LayerContent:
    """Every station in every year."""
    return LayerContent(
        id=ID,
        title=TITLE.text(text.lang),
        columns=(
            SceneColumn(text("column.station")),
            SceneColumn(text("column.boardings"), numeric=True),
            SceneColumn(text("column.since", year=BASE_YEAR), numeric=True),
            SceneColumn(text("column.period"), numeric=True),
        ),
        features=tuple(_feature(row, facts, text) for row in facts.stations),
        pane="labels",
        sentence=text.open("sentence.treinreizigers"),
        sentence_one=text.open("sentence.treinreizigers_one"),
    )


def visible(context: Context) -> dict[str, str]:
    """The stations in view in the newest year of the period."""
    year = year_shown(context.facts, context.selection.years)
    return {
        feature_id(row): style(row)
        for row in context.facts.stations
        if row.year == year and context.selection.covers(row.place_id)
    }


def _feature(row: StationYear, facts: Facts, text: Texts) -> Feature:
    name = facts.translate(row.name, text.lang)
    figure = written(row, text)
    change = change_since_base(row, facts)
    changed = "" if change is None else theme.signed_share(change, text.lang)
    return Feature(
        id=feature_id(row),
        geometry=row.point,
        style=style(row),
        name=f"{name}: {figure} ({row.year})",
        label=_label(row, changed, text),
        cells=(
            SceneCell(name),
            SceneCell(figure, row.boardings_per_workday, spark=_comparable(row, facts)),
            SceneCell(changed, change),
            SceneCell(str(row.year), row.year),
        ),
        size=_size(row),
    )


def _label(row: StationYear, changed: str, text: Texts) -> str | None:
    """The boardings with their year, below them the change; None where they are unknown."""
    if row.boardings_per_workday is None:
        return None
    lines = [written(row, text), text("map.boardings", year=row.year)]
    if changed:
        lines.append(text("map.change_since", change=changed, year=BASE_YEAR))
    return "\n".join(lines)


def _comparable(row: StationYear, facts: Facts) -> tuple[float | None, ...]:
    """The boardings of a station from the first year that compares with the newest one."""
    if row.year <= BREAK_AFTER:
        return ()
    series = {
        other.year: other.boardings_per_workday
        for other in facts.stations
        if other.name == row.name and BREAK_AFTER < other.year <= row.year
    }
    return tuple(series.get(year) for year in range(min(series), row.year + 1))


def _size(row: StationYear) -> float:
    """The area of a mark grows with the boardings, down to what can still be seen.

    A mark of unknown boardings is as large as its class, and says so in words.
    """
    if row.boardings_per_workday is None:
        return 1.0
    return max(_SMALLEST, math.sqrt(row.boardings_per_workday / _USUAL_BOARDINGS))


def written(row: StationYear, text: Texts) -> str:
    """The boardings as a number, or that they are unknown."""
    if row.boardings_per_workday is None:
        return text("unknown.cell")
    return theme.number(row.boardings_per_workday, text.lang)


def notes(context: Context) -> Iterator[str]:
    """What boardings mean, and whether a corona year is shown."""
    facts, text = context.facts, context.text
    place_rows = [row for row in facts.stations if row.place_id == context.selection.place]
    station = (
        facts.translate(min(row.name for row in place_rows), text.lang) if place_rows else None
    )
    yield note(place_rows or facts.stations, text, station=station)
    yield from _corona_note(context)


def _corona_note(context: Context) -> Iterator[str]:
    year = year_shown(context.facts, context.selection.years)
    if year in CORONA_YEARS:
        yield context.text("note.travellers_corona", year=year or 0)


def picture_notes(context: Context, features: Features) -> Iterator[str]:
    """The same, short."""
    yield context.text("press.note_travellers")
    yield from _corona_note(context)


def _station_rows(facts: Facts, features: Features) -> Iterator[StationYear]:
    return (row for row in facts.stations if feature_id(row) in features)


def rows(facts: Facts, features: Features, text: Texts) -> RowsById:
    """The stations as rows of the map table."""
    return {
        feature_id(row): MapRow(
            layer=TITLE.text(text.lang),
            id=feature_id(row),
            place=facts.places[row.place_id].names[text.lang] if row.place_id else None,
            what=text("column.boardings"),
            value=row.boardings_per_workday,
            written=written(row, text),
            unit=text("unit.boardings"),
            area=facts.translate(row.name, text.lang),
            period_start=row.start,
            period_end=row.end,
            definition=series_note(row, facts, text),
            nature=text("nature.measured"),
            cite=text(f"cite.{quotable.quotable_boardings(row, facts).verdict}"),
            note=facts.translate(row.note, text.lang) if row.note else None,
        ).sheet_row(citation.file_source(facts.station_source_id, facts, text), shape=row.point)
        for row in _station_rows(facts, features)
    }


def description(item: str, facts: Facts, text: Texts) -> Description | None:
    """One station in one year, with its caveats."""
    row = next(_station_rows(facts, {item: ""}), None)
    if row is None:
        return None
    provenance = Provenance.of_source(facts.station_source_id, facts)
    figure = written(row, text)
    line = f"{text('column.boardings')}, {row.name}, {row.year}: {figure}."
    return Description(
        f"{facts.translate(row.name, text.lang)}: {figure}",
        (
            ("what", text("column.boardings")),
            ("value", figure),
            ("period", str(row.year)),
            ("definition", series_note(row, facts, text)),
            ("note", facts.translate(row.note, text.lang) if row.note else None),
        ),
        (provenance,),
        quotable.quotable_boardings(row, facts),
        quote=citation.linked(
            f"{line} {provenance.cited(facts, text)}", "kaart", f"{ID}:{item}", text.lang
        ),
    )


def source_ids(facts: Facts, features: Features) -> tuple[str, ...]:
    """The source of all stations, if any is visible."""
    return (facts.station_source_id,) if features else ()


def citations(
    facts: Facts, features: Features, text: Texts, survey: TownSurvey | None
) -> Iterator[Citation]:
    """The source of all stations with each visible year."""
    for row in _station_rows(facts, features):
        yield facts.station_source_id, str(row.year)


def headline(context: Context, features: Features, layers: str) -> Headline | None:
    """The boardings of the chosen place."""
    facts, text, selection = context.facts, context.text, context.selection
    year = year_shown(facts, selection.years)
    for row in facts.stations:
        if (row.place_id, row.year) == (selection.place, year) and row.boardings_per_workday:
            words = text(
                "press.head_station",
                station=facts.translate(row.name, text.lang),
                count=written(row, text),
                year=row.year,
            )
            return Headline(words, fallback=True)
    return None


def alternatives(facts: Facts, features: Features, text: Texts) -> Iterator[str]:
    """The boardings of each visible station."""
    for row in _station_rows(facts, features):
        if row.boardings_per_workday is not None:
            station = facts.translate(row.name, text.lang)
            yield f"{written(row, text)} " + text(
                "overview.boardings", station=station, year=row.year
            )


LAYER = MapLayer(
    id=ID,
    title=TITLE,
    noun=Bilingual(nl="treinreizigers", en="train passengers", de="Bahnreisende"),
    order=30,
    order_in={"controls": 15, "sources": 45, "picture_sources": 15},
    qgis_label="""concat("area", '\\n', "written", ' ', "unit", ' ', year("period_end"))""",
    content=layer,
    visible=visible,
    notes=notes,
    rows=rows,
    source_ids=source_ids,
    description=description,
    citations=citations,
    picture_notes=picture_notes,
    headline=headline,
    alternatives=alternatives,
)
