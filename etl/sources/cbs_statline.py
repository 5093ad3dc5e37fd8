"""Establishments, inhabitants, retail turnover and bankruptcies from CBS StatLine.

A figure that CBS does not publish stays missing; a note gives the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from data.schema.tables import INDICATORS, OBSERVATIONS, TRANSLATIONS
from etl.area import Area
from etl.decoding.strict_json import Json
from etl.fetch.messages import Request
from etl.parsing import observations as figures
from etl.parsing import statline
from etl.parsing.assumptions import (
    Check,
    HasNames,
    HasTypes,
    OnlyKnown,
    ServiceAssumption,
    at,
    smaller,
)
from etl.parsing.observations import COUNTRY, UNDATED, About, IndicatorRow
from etl.parsing.statline import WITHHELD, StatlineTable, code_of, days_of, step_of, value_of
from etl.problems import make_finding
from etl.source import Parsed, Piece, Question, Source
from geo.bilingual import Bilingual

SOURCE = Source(
    id="cbs_statline",
    title=Bilingual(nl="Kerncijfers van CBS StatLine", en="Key figures of CBS StatLine"),
    publisher="CBS",
    licence="CC BY 4.0",
    fills=(OBSERVATIONS, INDICATORS, TRANSLATIONS),
    rows=range(300, 3000),
    tried="recorded",
    tried_on=date(2026, 11, 24),
    tried_with=("answers of July 2026: 82242NED, 83625NED, 85828NED", "rows of 03759ned of 2026"),
    untried="table 81575NED (establishments)",
    max_age_days=400,
    url="https://datasets.cbs.nl/odata/v1/CBS",
    credit="Bron: CBS StatLine. Bewerking: Stadshart Twente. CC BY 4.0.",
    accepts=(".json",),
    per="region",
)

BASE = "https://datasets.cbs.nl/odata/v1/CBS"
SHOWN_AT = "https://opendata.cbs.nl/statline/#/CBS/nl/dataset/{table}/table"
SINCE = 2015
MOST_CODES = 40
"""More municipalities are asked for all together: an address has no room for them."""


@dataclass(frozen=True, slots=True)
class StatlineSeries:
    """One series of a table: the measure in the slice that `where` names.

    Figures of a `stock` describe 1 January; `cbs_unit` is the unit that CBS must still state.
    """

    indicator: str
    table: str
    measure: str
    where: Mapping[str, str]
    regional: bool = True
    stock: bool = True
    cbs_unit: str | None = None

    @property
    def counted(self) -> IndicatorRow:
        """The row of the table `indicators`."""
        return figures.INDICATORS[self.indicator]

    @property
    def definition(self) -> Bilingual:
        """What CBS counts, in which area."""
        return figures.text(f"cbs_statline.{self.indicator}")


FIGURES = (
    *(
        StatlineSeries(
            f"establishments_{branch}",
            "81575NED",
            "M000200",
            {"BedrijfstakkenBranchesSBI2008": code},
        )
        for branch, code in (("all", "T001081"), ("retail", "371600"), ("hospitality", "389100"))
    ),
    StatlineSeries(
        "population",
        "03759ned",
        "M000352",
        {"Geslacht": "T001038", "Leeftijd": "10000", "BurgerlijkeStaat": "T001019"},
    ),
    StatlineSeries(
        "retail_turnover_index",
        "85828NED",
        "A042501_1",
        {"BedrijfstakkenBranchesSBI2008": "371600"},
        regional=False,
        stock=False,
        cbs_unit="2021 = 100",
    ),
    StatlineSeries(
        "bankruptcies_companies",
        "82242NED",
        "M001327",
        {"TypeGefailleerde": "A047597"},
        regional=False,
        stock=False,
        cbs_unit="Aantal",
    ),
)


def requests(area: Area) -> Sequence[Question]:
    """Per table its description, measures, status of periods, and the rows of our slices."""
    codes = area.municipality_codes
    # National figures are of no use to a run without any Dutch place.
    has_dutch_places = any(place.municipality_code for place in area.all_places)
    tables = dict.fromkeys(
        series.table for series in FIGURES if codes or (has_dutch_places and not series.regional)
    )
    return [question for table in tables for question in _questions(table, codes)]


def assumptions(area: Area) -> Sequence[ServiceAssumption]:
    """Per table that it is kept up, our measures with their units, periods, and rows of a slice."""
    asked = {question.name: question for question in requests(area)}
    return [
        assumption
        for table in dict.fromkeys(series.table for series in FIGURES)
        if f"{table}-Observations" in asked
        for assumption in _table_assumptions(table, asked)
    ]


def _table_assumptions(table: str, asked: Mapping[str, Question]) -> list[ServiceAssumption]:
    series = [each for each in FIGURES if each.table == table]
    measures = tuple(dict.fromkeys(each.measure for each in series))
    units = tuple(each.cbs_unit for each in series if each.cbs_unit is not None)
    dimensions = dict.fromkeys(name for each in series for name in each.where)
    regions = {"RegioS": "string"} if series[0].regional else {}
    identifiers, period_rows = at("value", "*", "Identifier"), at("value", "*")
    checks: dict[str, tuple[Check, ...]] = {
        "Properties": (OnlyKnown((statline.IN_USE,), at("Status")),),
        "MeasureCodes": (
            HasNames(measures, identifiers),
            *((HasNames(units, at("value", "*", "Unit")),) if units else ()),
        ),
        "PeriodenCodes": (HasTypes({"Identifier": "string", "Status": "string"}, period_rows),),
        "Observations": (
            HasTypes(
                {"Id": "number", "Measure": "string", "Value": "number", "ValueAttribute": "string"}
                | regions
                | dict.fromkeys([*dimensions, "Perioden"], "string"),
                period_rows,
            ),
        ),
    }
    few = {"Observations": {"$top": "100"}}
    return [
        ServiceAssumption(
            about=f"{table}-{entity}",
            question=smaller(asked[f"{table}-{entity}"], **few.get(entity, {})),
            checks=made,
        )
        for entity, made in checks.items()
    ]


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """The `FIGURES` per municipality and year, and of the country per year and month."""
    tables = statline.read_tables(pieces, {series.table for series in FIGURES})
    counts: Counter[str] = Counter()
    rows: list[dict[str, object]] = []
    used = [
        series for series in FIGURES if series.table in tables and tables[series.table].observed
    ]
    for series in used:
        table = tables[series.table]
        table.require_unit(series.measure, series.cbs_unit)
        for observation in table.observed:
            if not _is_of(observation, series):
                continue
            if series.regional and code_of(observation, "RegioS") not in area.municipality_codes:
                counts["dropped-other-municipality"] += 1
            elif (row := _row(observation, series, area, table)) is None:
                counts["missing-impossible"] += 1
            else:
                rows.append(row)
    if not rows and not counts:
        read = {series.table for series in used}
        counts["dropped-other-figure"] = sum(len(tables[name].observed) for name in read)
    frames = figures.tables(rows, [series.counted for series in used], _words(used, area))
    unstated = tuple(
        make_finding("period-status-missing", table=name)
        for name, table in sorted(tables.items())
        if table.observed and table.periods is None
    )
    ended = tuple(
        statline.retired(name)
        for name, table in sorted(tables.items())
        if table.status != statline.IN_USE
    )
    last = max((str(row["period_end"]) for row in rows), default=None)
    return Parsed(frames, +counts, last, (*unstated, *ended))


def _questions(table: str, codes: Sequence[str]) -> list[Question]:
    credit = f"Bron: CBS StatLine, tabel {table}. Bewerking: Stadshart Twente. CC BY 4.0."

    def request(entity: str, *params: tuple[str, str]) -> Request:
        return Request(
            url=f"{BASE}/{table}/{entity}",
            params=params,
            validate=statline.alive(table),
            licence=SOURCE.licence,
            attribution=credit,
        )

    described = [
        Question(name=f"{table}-{entity}", request=request(entity))
        for entity in ("Properties", "MeasureCodes", "PeriodenCodes")
    ]
    rows = Question(
        name=f"{table}-Observations",
        request=request("Observations", ("$filter", _filter(table, codes))),
        read=statline.page,
    )
    return [*described, rows]


def _filter(table: str, codes: Sequence[str]) -> str:
    """The filter for the rows of our slices; a whole table has millions of rows."""
    table_series = [series for series in FIGURES if series.table == table]
    names = dict.fromkeys(name for series in table_series for name in series.where)
    parts = [
        _one_of(name, dict.fromkeys(series.where[name] for series in table_series))
        for name in names
    ]
    if table_series[0].regional:
        every = len(codes) > MOST_CODES
        parts.append("startswith(RegioS,'GM')" if every else _one_of("RegioS", codes))
    return " and ".join([*parts, statline.since(SINCE, _today().year)])


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the day on the clock of this computer


def _one_of(name: str, codes: Iterable[str]) -> str:
    either = " or ".join(f"{name} eq '{code}'" for code in codes)
    return f"({either})" if " or " in either else either


def _is_of(row: Mapping[str, Json], series: StatlineSeries) -> bool:
    """Whether an observation belongs to the series, and describes a year or month."""
    if code_of(row, "Measure") != series.measure or any(
        code_of(row, name) != code for name, code in series.where.items()
    ):
        return False
    step = step_of(row)
    return step != "KW" and (step == "JJ" or not series.stock)


def _row(
    observation: Mapping[str, Json], series: StatlineSeries, area: Area, table: StatlineTable
) -> dict[str, object] | None:
    """One published figure; None for what cannot exist."""
    value, reason = value_of(observation)
    if reason and reason not in WITHHELD:
        return None
    period = code_of(observation, "Perioden")
    start, end, text = days_of(period, stock=series.stock)
    about = (
        figures.municipality(area, code_of(observation, "RegioS"))
        if series.regional
        else About("nederland", None, COUNTRY)
    )
    kind = "gemeente-" if series.regional else ""
    step = "" if series.stock else "-month" if "MM" in period else "-year"
    series_id = f"cbs-{series.table.lower()}-{about.key}"
    return {
        "observation_id": f"{about.key}-{kind}{series.indicator.replace('_', '-')}-{text}",
        "place_id": about.place_id,
        "area_name": about.name.nl,
        "indicator": series.indicator,
        "period_start": start,
        "period_end": end,
        "value": value,
        "unit": series.counted.unit.nl,
        "definition": series.definition.nl,
        "area_kind": "municipality" if series.regional else "country",
        "nature": "measured",
        # The curated figures of inhabitants are the same series.
        "series": (
            series_id
            if series.indicator == "population"
            else f"{series_id}-{series.indicator.replace('_', '-')}{step}"
        ),
        "source_url": SHOWN_AT.format(table=series.table),
        "source_date": table.modified,
        "retrieved": table.retrieved,
        "confidence": "high",
        "provisional": table.provisional(period),
        "note": WITHHELD[reason].nl if reason else None,
    }


def _words(used: Sequence[StatlineSeries], area: Area) -> Iterator[Bilingual]:
    """Every text that the rows may hold, with its translations."""
    for series in used:
        yield from (series.definition, COUNTRY, UNDATED, *WITHHELD.values())
    yield from (figures.municipality(area, code).name for code in area.municipality_codes)
