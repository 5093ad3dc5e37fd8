"""Streets by name: coloured by vacancy, as wide as their modelled footfall."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboard.analysis import street_measures
from dashboard.analysis.street_measures import MEASURES, StreetMeasure
from dashboard.facts.snapshot import Facts
from dashboard.facts.street_records import Street, StreetReading, TownStreets, TownSurvey
from dashboard.i18n.text import Texts
from dashboard.maps import town_survey
from dashboard.maps.layer import Citation, Features, MapLayer
from dashboard.maps.map_row import MapRow, RowsById
from dashboard.maps.scene import Feature, LayerContent, SceneCell, SceneColumn
from dashboard.maps.town_survey import newest, reading_in
from dashboard.selection.context import Context
from dashboard.sentences import citation
from dashboard.style import theme
from geo.bilingual import Bilingual

ID = "straten"
TITLE = Bilingual(nl="Straten", en="Streets", de="Straßen")
VACANCY, FOOTFALL = "leegstand", "drukte"


def layer(facts: Facts, text: Texts) -> LayerContent:
    """Every street of every town, in its newest survey."""
    return _layer([(town, newest(town)) for town in facts.listed_towns], text)


def town_layer(
    town: TownStreets, survey: TownSurvey | None, text: Texts, *, measure: str = VACANCY
) -> LayerContent:
    """The streets of one town in one survey, highest `measure` first; it has a table column.

    By vacancy the largest streets come first: a rate alone says little of a small one.
    """
    return _layer([(town, survey)], text, measure=MEASURES[measure])


def style(street: Street, survey: TownSurvey | None) -> str:
    """The class of its vacancy; without a survey a plain street."""
    if survey is None:
        return "street"
    measure = MEASURES[VACANCY]
    return street_measures.style(measure, street_measures.value(measure, street, survey))


def visible(context: Context) -> dict[str, str]:
    """The streets in view with units in the newest survey; without a survey every street."""
    shown = {}
    for town in context.facts.listed_towns:
        if not context.selection.covers(town.place_id):
            continue
        survey = newest(town)
        for street in town.streets.values():
            if context.selection.streets and street.key not in context.selection.streets:
                continue
            if survey is None or survey.survey in street.readings:
                shown[street.key] = style(street, survey)
    return shown


@dataclass(frozen=True, slots=True)
class _TableColumns:
    """Which columns the table has: those in which a town has a value.

    Footfall has a column of its own, beside that of `measure`.
    """

    measure: StreetMeasure
    surveyed: bool
    repeated: bool
    walked: bool

    @property
    def vacancy(self) -> bool:
        """Whether the modelled vacancy is among them."""
        return self.surveyed and self.measure.id in (VACANCY, FOOTFALL)


def _layer(
    towns: Sequence[tuple[TownStreets, TownSurvey | None]],
    text: Texts,
    *,
    measure: StreetMeasure = MEASURES[VACANCY],
) -> LayerContent:
    columns = _TableColumns(
        measure,
        surveyed=any(survey is not None for _, survey in towns),
        repeated=any(len(town.surveys) > 1 for town, _ in towns),
        # Streets without lines have no modelled footfall.
        walked=not towns or any(town.drawn for town, _ in towns),
    )
    features = [
        feature for town, survey in towns for feature in _features(town, survey, columns, text)
    ]
    return LayerContent(
        id=ID,
        title=TITLE.text(text.lang),
        columns=tuple(_titles(columns, text)),
        features=tuple(features),
        pane="streets",
        sentence=text.open("street.sentence"),
        sentence_one=text.open("street.sentence_one"),
        note=_note(columns, text) if features else None,
    )


def _titles(columns: _TableColumns, text: Texts) -> Iterator[SceneColumn]:
    yield SceneColumn(text("street.name"))
    if columns.surveyed:
        yield SceneColumn(text("street.vacant_of"), numeric=True)
        measured = (
            "street.rate_short" if columns.vacancy else f"street.measure_{columns.measure.id}"
        )
        yield SceneColumn(text(measured), numeric=True)
    else:
        yield SceneColumn(text("straten.length"), numeric=True)
    if columns.repeated:
        yield SceneColumn(text("street.series"))
    if columns.walked:
        yield SceneColumn(text("street.footfall_short"), numeric=True)


def _note(columns: _TableColumns, text: Texts) -> str | None:
    """Which columns are modelled."""
    if not columns.walked:
        return text("inventory.table_note") if columns.vacancy else None
    return text("street.table_note" if columns.vacancy else "street.table_note_bare")


def _features(
    town: TownStreets, survey: TownSurvey | None, columns: _TableColumns, text: Texts
) -> list[Feature]:
    measure = columns.measure

    def order(street: Street) -> tuple[float, int, float, str]:
        reading = reading_in(survey, street)
        value = None
        if measure.id != VACANCY:
            value = street_measures.value(measure, street, survey)
        return (
            1.0 if value is None else -value,
            -(reading.units + reading.unknown) if reading else 0,
            -(street.footfall or 0.0),
            street.name,
        )

    return [
        Feature(
            id=street.key,
            geometry=street.shape,
            style=style(street, survey),
            name=street.name,
            cells=tuple(_cells(street, town, survey, columns, text)),
            widths=street.widths,
        )
        for street in sorted(town.streets.values(), key=order)
    ]


def _cells(
    street: Street,
    town: TownStreets,
    survey: TownSurvey | None,
    columns: _TableColumns,
    text: Texts,
) -> Iterator[SceneCell]:
    """The cells of a street, in the order of `_titles`."""
    yield SceneCell(street.name)
    if columns.surveyed:
        yield _vacant(reading_in(survey, street), survey, text)
        yield (
            rate_cell(street, survey, text)
            if columns.vacancy
            else _measured(street, survey, columns.measure, text)
        )
    else:
        yield _length(street, text)
    if columns.repeated:
        seen = [street.readings.get(past.survey) for past in town.surveys]
        yield _series([None if reading is None else reading.vacant for reading in seen], text)
    if columns.walked:
        quieter = street.busier_than
        yield SceneCell(
            text("street.unknown")
            if quieter is None
            else theme.share(quieter, text.lang, decimals=0),
            quieter,
        )


def _length(street: Street, text: Texts) -> SceneCell:
    if street.length_m is None:
        return SceneCell(text("street.unknown"), None)
    return SceneCell(f"{theme.number(round(street.length_m), text.lang)} m", street.length_m)


def _vacant(reading: StreetReading | None, survey: TownSurvey | None, text: Texts) -> SceneCell:
    if reading is None:
        return SceneCell(text("street.no_units") if survey else text("street.unknown"), None)
    if reading.vacant is None:
        return SceneCell(text("street.few_of", units=reading.units), None)
    return SceneCell(
        text("street.some_of", vacant=reading.vacant, units=reading.units), reading.vacant
    )


def _measured(
    street: Street, survey: TownSurvey | None, measure: StreetMeasure, text: Texts
) -> SceneCell:
    """The chosen measure, or that it is withheld; empty for a street without units."""
    if survey is None or survey.survey not in street.readings:
        return SceneCell("", None)
    value = street_measures.value(measure, street, survey)
    return SceneCell(
        text("street.withheld") if value is None else street_measures.written(measure, value, text),
        value,
    )


def _series(vacant: list[int | None], text: Texts) -> SceneCell:
    """The vacant units per survey as a sparkline, first and last in words; sorted by the change."""
    known = [count for count in vacant if count is not None]
    if len(known) < 2:
        return SceneCell("", None)
    return SceneCell(
        text("street.series_cell", first=known[0], last=known[-1]),
        float(known[-1] - known[0]),
        spark=tuple(None if count is None else float(count) for count in vacant),
    )


def rate_cell(street: Street, survey: TownSurvey | None, text: Texts) -> SceneCell:
    """The modelled rate with its interval, or that it is withheld."""
    reading = reading_in(survey, street)
    if reading is None:
        return SceneCell("", None)
    if reading.rate is None or reading.low is None or reading.high is None:
        return SceneCell(
            text("street.counts_only")
            if survey and survey.counts_only
            else text("street.withheld"),
            None,
        )
    return SceneCell(
        _interval(reading.rate, reading.low, reading.high, text),
        reading.rate,
        span=(reading.low, reading.high, reading.rate, counted_share(reading)),
    )


def counted_share(reading: StreetReading) -> float | None:
    """The counted share of vacant units, 0 to 1; None where it is withheld."""
    return None if reading.vacant is None or not reading.units else reading.vacant / reading.units


def floor_rate(street: Street, survey: TownSurvey | None, text: Texts) -> str:
    """The modelled rate by floor area with its interval, or that it is withheld or unknown."""
    reading = reading_in(survey, street)
    if (
        reading is None
        or reading.floor_rate is None
        or reading.floor_low is None
        or reading.floor_high is None
    ):
        return text("street.withheld") if reading else text("street.unknown")
    return _interval(reading.floor_rate, reading.floor_low, reading.floor_high, text)


def _interval(rate: float, low: float, high: float, text: Texts) -> str:
    return text(
        "street.rate_cell",
        rate=theme.share(rate, text.lang, decimals=0),
        low=theme.number(round(100 * low), text.lang),
        high=theme.number(round(100 * high), text.lang),
    )


def rows(facts: Facts, features: Features, text: Texts) -> RowsById:
    """The streets as rows of the map table."""
    explained = text("street.explain_leegstand", what=text("street.measure_leegstand"))
    table = {}
    for town in facts.listed_towns:
        survey = newest(town)
        sources = [citation.file_source(id_, facts, text) for id_ in town.source_ids]
        for street in town.streets.values():
            if street.key not in features:
                continue
            reading = reading_in(survey, street)
            rate = None if reading is None else reading.rate
            day = None if survey is None else survey.day
            table[street.key] = MapRow(
                layer=TITLE.text(text.lang),
                id=street.key,
                place=facts.places[town.place_id].names[text.lang],
                what=text("street.rate"),
                value=rate,
                written=rate_cell(street, survey, text).text or text("street.unknown"),
                unit=text("unit.share"),
                area=street.name,
                period_start=day,
                period_end=day,
                definition=explained,
                nature=text("nature.measured" if rate is None else "nature.derived"),
                cite=None if rate is None else text("cite.reserved"),
            ).sheet_row(*sources, shape=street.shape)
    return table


def citations(
    facts: Facts, features: Features, text: Texts, survey: TownSurvey | None
) -> Iterator[Citation]:
    """The sources of each town with a visible street."""
    towns = (town for town in facts.listed_towns if town.streets.keys() & features.keys())
    return town_survey.citations(towns, text, survey)


def picture_notes(context: Context, features: Features) -> Iterator[str]:
    """Says that the vacancy of streets is modelled."""
    if any(style.startswith(("unit_", "vacancy_")) for style in features.values()):
        yield context.text("press.note_streets")


LAYER = MapLayer(
    id=ID,
    title=TITLE,
    noun=Bilingual(nl="straten", en="streets", de="Straßen"),
    order=60,
    qgis_label='"area"',
    content=layer,
    visible=visible,
    notes=town_survey.notes,
    rows=rows,
    source_ids=town_survey.source_ids,
    citations=citations,
    picture_notes=picture_notes,
    headline=town_survey.headline,
    town_frame=town_survey.street_frame,
)
