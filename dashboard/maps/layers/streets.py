"""Streets by name: in the class of their vacancy, as wide as their sections are modelled to be walked."""

from dashboard import theme
from dashboard.facts import Facts
from dashboard.maps.scene import Cell, Column, Feature, Layer
from dashboard.state import Selection
from dashboard.street import measures
from dashboard.street.measures import MEASURES, Measure
from dashboard.street.records import Reading, Street, Survey, Town
from dashboard.text import Texts

ID = "straten"
VACANCY, FOOTFALL = "leegstand", "drukte"


def layer(facts: Facts, text: Texts) -> Layer:
    """Every street of every town, in its newest survey."""
    surveyed = any(town.surveys for town in facts.towns.values())
    every = [f for town in facts.towns.values() for f in _features(town, newest(town), text, surveyed=surveyed)]
    return _layer(every, text, surveyed=surveyed)


def town_layer(town: Town, survey: Survey | None, text: Texts, *, measure: str = VACANCY) -> Layer:
    """The streets of one town in one survey; the table has a column of `measure`, see `told`."""
    surveyed, column = survey is not None, MEASURES[told(measure)]
    return _layer(_features(town, survey, text, surveyed=surveyed, measure=column), text, surveyed=surveyed, measure=column)


def told(measure: str) -> str:
    """The measure a table of streets has a column of: the one the map is coloured by; footfall has a column anyway."""
    return VACANCY if measure == FOOTFALL else measure


def newest(town: Town) -> Survey | None:
    """The newest survey of a town."""
    return town.surveys[-1] if town.surveys else None


def style(street: Street, town: Town, survey: Survey | None) -> str:
    """The class of its vacancy; without a survey a plain street."""
    if survey is None:
        return "street"
    measure = MEASURES[VACANCY]
    return measures.style(measure, measures.value(measure, street, survey), measures.breaks(measure, town))


def visible(facts: Facts, selection: Selection) -> dict[str, str]:
    """The streets in view with units in the newest survey; without a survey every street. Chosen streets only, if any."""
    shown = {}
    for town in facts.towns.values():
        if not (selection.whole_region or town.place_id == selection.place):
            continue
        survey = newest(town)
        for street in town.streets.values():
            if selection.streets and street.key not in selection.streets:
                continue
            if survey is None or survey.survey in street.readings:
                shown[street.key] = style(street, town, survey)
    return shown


def _layer(features: list[Feature], text: Texts, *, surveyed: bool, measure: Measure = MEASURES[VACANCY]) -> Layer:
    vacancy = measure.id == VACANCY
    return Layer(
        id=ID,
        title=text("layer.straten"),
        columns=(
            Column(text("street.name")),
            *(
                (
                    Column(text("street.vacant_of"), numeric=True),
                    Column(text("street.rate_short" if vacancy else f"street.measure_{measure.id}"), numeric=True),
                    Column(text("street.series")),
                )
                if surveyed
                else (Column(text("straten.length"), numeric=True),)
            ),
            Column(text("street.footfall_short"), numeric=True),
        ),
        features=tuple(features),
        pane="streets",
        sentence=text.open("street.sentence"),
        sentence_one=text.open("street.sentence_one"),
        note=text("street.table_note" if surveyed and vacancy else "street.table_note_bare") if features else None,
    )


def _features(
    town: Town, survey: Survey | None, text: Texts, *, surveyed: bool, measure: Measure = MEASURES[VACANCY]
) -> list[Feature]:
    def size(street: Street) -> tuple[int, float, str]:
        reading = None if survey is None else street.readings.get(survey.survey)
        return (-(reading.units + reading.unknown) if reading else 0, -(street.footfall or 0.0), street.name)

    return [
        Feature(
            id=street.key,
            geometry=street.shape,
            style=style(street, town, survey),
            name=street.name,
            cells=(
                Cell(street.name),
                *(_surveyed_cells(street, town, survey, measure, text) if surveyed else _bare_cells(street, text)),
                Cell(measures.written(MEASURES[FOOTFALL], street.footfall, text), street.footfall),
            ),
            widths=street.widths,
        )
        for street in sorted(town.streets.values(), key=size)
    ]


def _bare_cells(street: Street, text: Texts) -> tuple[Cell, ...]:
    return (Cell(f"{theme.number(round(street.length_m), text.lang)} m", street.length_m),)


def _surveyed_cells(
    street: Street, town: Town, survey: Survey | None, measure: Measure, text: Texts
) -> tuple[Cell, ...]:
    reading = None if survey is None else street.readings.get(survey.survey)
    seen = [street.readings.get(one.survey) for one in town.surveys]
    return (
        _vacant(reading, survey, text),
        rate_cell(street, survey, text) if measure.id == VACANCY else _measured(street, survey, measure, text),
        _series([None if one is None else one.vacant for one in seen], text),
    )


def _vacant(reading: Reading | None, survey: Survey | None, text: Texts) -> Cell:
    if reading is None:
        return Cell(text("street.no_units") if survey else text("street.unknown"), None)
    if reading.vacant is None:
        return Cell(text("street.few_of", units=reading.units), None)
    return Cell(text("street.some_of", vacant=reading.vacant, units=reading.units), reading.vacant)


def _measured(street: Street, survey: Survey | None, measure: Measure, text: Texts) -> Cell:
    """The chosen measure; withheld says so, and a street without units has none."""
    if survey is None or survey.survey not in street.readings:
        return Cell("", None)
    found = measures.value(measure, street, survey)
    return Cell(text("street.withheld") if found is None else measures.written(measure, found, text), found)


def _series(vacant: list[int | None], text: Texts) -> Cell:
    """The vacant units in every survey as a small line, with the first and the last in words; sorted by the change."""
    known = [count for count in vacant if count is not None]
    if len(known) < 2:
        return Cell("", None)
    return Cell(
        text("street.series_cell", first=known[0], last=known[-1]),
        float(known[-1] - known[0]),
        spark=tuple(None if count is None else float(count) for count in vacant),
    )


def rate_cell(street: Street, survey: Survey | None, text: Texts) -> Cell:
    """The modelled rate with its interval; withheld says so."""
    reading = None if survey is None else street.readings.get(survey.survey)
    if reading is None:
        return Cell("", None)
    if reading.rate is None or reading.low is None or reading.high is None:
        return Cell(text("street.counts_only") if survey and survey.counts_only else text("street.withheld"), None)
    return Cell(_interval(reading.rate, reading.low, reading.high, text), reading.rate)


def floor_rate(street: Street, survey: Survey | None, text: Texts) -> str:
    """The modelled rate by floor area with its interval; unknown where areas are."""
    reading = None if survey is None else street.readings.get(survey.survey)
    if reading is None or reading.floor_rate is None or reading.floor_low is None or reading.floor_high is None:
        return text("street.withheld") if reading else text("street.unknown")
    return _interval(reading.floor_rate, reading.floor_low, reading.floor_high, text)


def _interval(rate: float, low: float, high: float, text: Texts) -> str:
    return text(
        "street.rate_cell",
        rate=theme.share(rate, text.lang, decimals=0),
        low=theme.number(round(100 * low), text.lang),
        high=theme.number(round(100 * high), text.lang),
    )
