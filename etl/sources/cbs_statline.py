"""Establishments, inhabitants, retail turnover and bankruptcies as CBS publishes them in StatLine.

CBS writes a missing figure as no value with a reason (`Impossible`, `Confidential`,
`NotAvailable`): it stays missing.
Ids of tables and codes are compared as written, capitals included.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from data.schema.tables import INDICATORS, OBSERVATIONS, TRANSLATIONS
from etl.area import Area
from etl.decoding import strict_json
from etl.decoding.strict_json import Json
from etl.errors import ContentError
from etl.fetch.messages import Request
from etl.fetch.pagination import Page
from etl.parsing import observations as figures
from etl.parsing.observations import COUNTRY, UNDATED, About, Counted
from etl.problems import NO_OTHER, found
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
SINCE = "2015JJ00"

_CONTEXT = re.compile(r"/CBS/([^/]+)/\$metadata#(\w+)")
_PERIOD = re.compile(r"(\d{4})(JJ|KW|MM)(\d{2})")
NOT_TOLD: Mapping[str, Bilingual] = {
    "Confidential": Bilingual(
        nl="CBS houdt dit cijfer geheim.",
        en="CBS keeps this figure secret.",
        de="CBS hält diese Zahl geheim.",
    ),
    "NotAvailable": Bilingual(
        nl="CBS heeft dit cijfer niet.",
        en="CBS does not have this figure.",
        de="CBS liegt diese Zahl nicht vor.",
    ),
}
"""Reasons for a missing figure that a reader should see; what cannot exist (`Impossible`) is only
counted.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One series of a table: the measure in the slice that `where` names. `stock` figures describe
    1 January.
    """

    indicator: str
    table: str
    measure: str
    where: Mapping[str, str]
    theme: str
    label: Bilingual
    unit: Bilingual
    definition: Bilingual
    regional: bool = True
    stock: bool = True
    cbs_unit: str | None = None


def _establishments(branch: str, code: str, label: Bilingual, definition: Bilingual) -> Figure:
    return Figure(
        indicator=f"establishments_{branch}",
        table="81575NED",
        measure="M000200",
        where={"BedrijfstakkenBranchesSBI2008": code},
        theme="market",
        label=label,
        unit=Bilingual(nl="vestigingen", en="establishments", de="Niederlassungen"),
        definition=definition,
    )


FIGURES = (
    _establishments(
        "all",
        "T001081",
        Bilingual(
            nl="Vestigingen van bedrijven, alle branches",
            en="Establishments, all branches",
            de="Niederlassungen, alle Branchen",
        ),
        Bilingual(
            nl="Vestigingen van bedrijven op 1 januari in de hele gemeente, alle branches.",
            en="Establishments of businesses on 1 January in the whole municipality, all branches.",
            de=(
                "Niederlassungen von Unternehmen am 1. Januar in der ganzen Gemeinde, alle"
                " Branchen."
            ),
        ),
    ),
    _establishments(
        "retail",
        "371600",
        Bilingual(
            nl="Vestigingen in de detailhandel",
            en="Establishments in retail",
            de="Niederlassungen im Einzelhandel",
        ),
        Bilingual(
            nl=(
                "Vestigingen van bedrijven op 1 januari in de hele gemeente, detailhandel (SBI"
                " 2008: 47). Ook zonder winkel."
            ),
            en=(
                "Establishments of businesses on 1 January in the whole municipality, retail (SBI"
                " 2008: 47). Without a shop as well."
            ),
            de=(
                "Niederlassungen von Unternehmen am 1. Januar in der ganzen Gemeinde, Einzelhandel"
                " (SBI 2008: 47). Auch ohne Laden."
            ),
        ),
    ),
    _establishments(
        "hospitality",
        "389100",
        Bilingual(
            nl="Vestigingen in de horeca",
            en="Establishments in hospitality",
            de="Niederlassungen im Gastgewerbe",
        ),
        Bilingual(
            nl="Vestigingen van bedrijven op 1 januari in de hele gemeente, horeca (SBI 2008: I).",
            en=(
                "Establishments of businesses on 1 January in the whole municipality, hospitality"
                " (SBI 2008: I)."
            ),
            de=(
                "Niederlassungen von Unternehmen am 1. Januar in der ganzen Gemeinde, Gastgewerbe"
                " (SBI 2008: I)."
            ),
        ),
    ),
    Figure(
        indicator="population",
        table="03759ned",
        measure="M000352",
        where={"Geslacht": "T001038", "Leeftijd": "10000", "BurgerlijkeStaat": "T001019"},
        theme="population",
        label=Bilingual(nl="Inwoners", en="Inhabitants", de="Einwohner"),
        unit=Bilingual(nl="inwoners", en="inhabitants", de="Einwohner"),
        definition=Bilingual(
            nl="Aantal inwoners van de gemeente op 1 januari.",
            en="Number of inhabitants of the municipality on 1 January.",
            de="Einwohnerzahl der Gemeinde am 1. Januar.",
        ),
    ),
    Figure(
        indicator="retail_turnover_index",
        table="85828NED",
        measure="A042501_1",
        where={"BedrijfstakkenBranchesSBI2008": "371600"},
        theme="market",
        label=Bilingual(
            nl="Omzet van de detailhandel, index",
            en="Retail turnover, index",
            de="Umsatz des Einzelhandels, Index",
        ),
        unit=Bilingual(nl="index (2021 = 100)", en="index (2021 = 100)", de="Index (2021 = 100)"),
        definition=Bilingual(
            nl=(
                "Omzet van de detailhandel (SBI 2008: 47) in heel Nederland, niet gecorrigeerd voor"
                " seizoen en koopdagen."
            ),
            en=(
                "Turnover of retail (SBI 2008: 47) in the whole of the Netherlands, not adjusted"
                " for season and shopping days."
            ),
            de=(
                "Umsatz des Einzelhandels (SBI 2008: 47) in den ganzen Niederlanden, nicht um"
                " Saison und Verkaufstage bereinigt."
            ),
        ),
        regional=False,
        stock=False,
        cbs_unit="2021 = 100",
    ),
    Figure(
        indicator="bankruptcies_companies",
        table="82242NED",
        measure="M001327",
        where={"TypeGefailleerde": "A047597"},
        theme="market",
        label=Bilingual(
            nl="Faillissementen van bedrijven",
            en="Bankruptcies of companies",
            de="Insolvenzen von Unternehmen",
        ),
        unit=Bilingual(nl="faillissementen", en="bankruptcies", de="Insolvenzen"),
        definition=Bilingual(
            nl=(
                "Uitgesproken faillissementen van bedrijven en instellingen in heel Nederland, alle"
                " branches. Zonder eenmanszaken."
            ),
            en=(
                "Bankruptcies of companies and institutions in the whole of the Netherlands, all"
                " branches. Without sole traders."
            ),
            de=(
                "Eröffnete Insolvenzen von Unternehmen und Einrichtungen in den ganzen"
                " Niederlanden, alle Branchen. Ohne Einzelunternehmen."
            ),
        ),
        regional=False,
        stock=False,
        cbs_unit="Aantal",
    ),
)


def requests(area: Area) -> Sequence[Question]:
    """Per table its description, its measures, the status of its periods, and the rows of our
    slices.
    """
    codes = area.municipality_codes
    # Beside towns of another country the figures of this one say nothing.
    here = any(place.municipality_code for place in area.everywhere)
    tables = dict.fromkeys(
        figure.table for figure in FIGURES if codes or (here and not figure.regional)
    )
    return [question for table in tables for question in _questions(table, codes)]


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """Our figures per municipality and year, and of the country per year and month."""
    tables = _Tables(pieces)
    counts: Counter[str] = Counter()
    rows: list[dict[str, object]] = []
    used: list[Figure] = []
    for figure in FIGURES:
        table = tables.of(figure.table)
        if not table.observed:
            continue
        used.append(figure)
        table.require_unit(figure)
        for met in table.observed:
            if _is_ours(met, figure):
                if not _is_here(met, figure, area):
                    counts["dropped-other-municipality"] += 1
                    continue
                row = _row(met, figure, area, table)
                counts["missing-impossible"] += row is None
                rows += [] if row is None else [row]
    if not rows and not counts:
        read = {one.table for one in used}
        counts["dropped-other-figure"] = sum(len(tables.of(name).observed) for name in read)
    unstated = [found("period-status-missing", table=name) for name in tables.without_periods()]
    last = max((row["period_end"] for row in rows), default=None)
    frames = {
        "observations": figures.observations(rows),
        "indicators": figures.indicators(
            Counted(one.indicator, one.theme, one.label, one.unit) for one in used
        ),
        "translations": figures.translations(_words(used, area)),
    }
    return Parsed(frames, +counts, None if last is None else str(last), tuple(unstated))


@dataclass(slots=True)
class _Table:
    """The answers about one table; `periods` is None when their status was not told."""

    observed: list[Mapping[str, Json]]
    periods: dict[str, str] | None
    units: dict[str, str]
    modified: str
    retrieved: date

    def require_unit(self, figure: Figure) -> None:
        """Nothing when the measure still has the unit we know; another base year is
        another series.
        """
        met = self.units.get(figure.measure)
        if figure.cbs_unit is not None and met is not None and met != figure.cbs_unit:
            raise ContentError(
                "column-retyped", column=figure.measure, met=repr(met), expected=figure.cbs_unit
            )

    def provisional(self, period: str) -> bool:
        """Whether CBS may still change the figures of a period; so is what it does not say."""
        return self.periods is None or self.periods.get(period) != "Definitief"


class _Tables:
    """All answers by table, told apart by what each says it is, never by its name."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._tables: dict[str, _Table] = {}
        known = {figure.table for figure in FIGURES}
        for piece in pieces:
            answer = strict_json.read(piece.read())
            met = _CONTEXT.search(strict_json.text_at(answer, "@odata.context") or "")
            if met is None or met.group(1) not in known:
                raise ContentError(
                    "input-kind",
                    name=piece.name,
                    expected=f"OData of a table {', '.join(sorted(known))}",
                )
            table = self._tables.setdefault(
                met.group(1), _Table([], None, {}, UNDATED.nl, piece.retrieved)
            )
            self._add(table, met.group(2), answer)

    def of(self, name: str) -> _Table:
        """The answers about a table, none when there are none."""
        return self._tables.get(name) or _Table([], None, {}, UNDATED.nl, date.min)

    def without_periods(self) -> list[str]:
        """Tables with figures of which nobody said whether they are provisional."""
        return sorted(
            name for name, table in self._tables.items() if table.observed and table.periods is None
        )

    def _add(self, table: _Table, entity: str, answer: Json) -> None:
        if entity == "Properties":
            modified = strict_json.text_at(answer, "Modified")
            table.modified = modified[: len("2026-06-12")] if modified else UNDATED.nl
            return
        rows = [row for row in _value(answer) if isinstance(row, Mapping)]
        if entity == "Observations":
            table.observed += rows
        elif entity == "PeriodenCodes":
            told = {
                _code(row, "Identifier"): strict_json.text_at(row, "Status") or "" for row in rows
            }
            table.periods = {**(table.periods or {}), **told}
        elif entity == "MeasureCodes":
            table.units |= {
                _code(row, "Identifier"): strict_json.text_at(row, "Unit") or "" for row in rows
            }


def value_of(row: Mapping[str, Json]) -> tuple[float | None, str]:
    """The figure of one observation and, where there is none, the reason CBS gives.

    Raises ContentError for a reason never heard of, a figure that is no number, and a figure with a
    reason against it.
    """
    value, reason = row.get("Value"), row.get("ValueAttribute")
    if isinstance(value, int | float) and not isinstance(value, bool) and reason in ("None", None):
        return float(value), ""
    if value is not None:
        raise ContentError(
            "column-retyped",
            column="Value",
            met=f"{value!r} ({reason})",
            expected="a number without a reason against it",
        )
    if isinstance(reason, str) and (reason == "Impossible" or reason in NOT_TOLD):
        return None, reason
    raise ContentError(
        "column-retyped",
        column="ValueAttribute",
        met=repr(reason),
        expected=f"Impossible, {', '.join(NOT_TOLD)}",
    )


def page(data: bytes) -> Page:
    """Ids of one page of observations and the link to the next."""
    answer = strict_json.read(data)
    return Page(
        tuple(str(strict_json.member(row, "Id")) for row in _value(answer)),
        strict_json.text_at(answer, "@odata.nextLink"),
    )


def _questions(table: str, codes: Sequence[str]) -> list[Question]:
    credit = f"Bron: CBS StatLine, tabel {table}. Bewerking: Stadshart Twente. CC BY 4.0."

    def request(entity: str, *params: tuple[str, str]) -> Request:
        return Request(
            url=f"{BASE}/{table}/{entity}",
            params=params,
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
        read=page,
    )
    return [*described, rows]


def _filter(table: str, codes: Sequence[str]) -> str:
    """The rows of our slices of a table; without a filter it would be millions."""
    mine = [figure for figure in FIGURES if figure.table == table]
    names = dict.fromkeys(name for figure in mine for name in figure.where)
    parts = [_one_of(name, dict.fromkeys(figure.where[name] for figure in mine)) for name in names]
    if mine[0].regional:
        parts.append(_one_of("RegioS", codes))
    return " and ".join([*parts, f"Perioden ge '{SINCE}'"])


def _one_of(name: str, codes: Iterable[str]) -> str:
    either = " or ".join(f"{name} eq '{code}'" for code in codes)
    return f"({either})" if " or " in either else either


def _is_ours(row: Mapping[str, Json], figure: Figure) -> bool:
    """Whether an observation is of this figure, and of a year or month."""
    if _code(row, "Measure") != figure.measure or any(
        _code(row, name) != code for name, code in figure.where.items()
    ):
        return False
    met = _PERIOD.fullmatch(_code(row, "Perioden"))
    if met is None:
        raise ContentError(
            "column-retyped",
            column="Perioden",
            met=repr(row.get("Perioden")),
            expected="a period like 2026JJ00 or 2026MM05",
        )
    return met.group(2) != "KW" and (met.group(2) == "JJ" or not figure.stock)


def _is_here(row: Mapping[str, Json], figure: Figure, area: Area) -> bool:
    """Whether an observation is of a municipality here, or of the country."""
    return not figure.regional or _code(row, "RegioS") in area.municipality_codes


def _row(
    met: Mapping[str, Json], figure: Figure, area: Area, table: _Table
) -> dict[str, object] | None:
    """One published figure; None for what cannot exist."""
    value, reason = value_of(met)
    if reason and reason not in NOT_TOLD:
        return None
    period = _code(met, "Perioden")
    start, end, text = _days(period, stock=figure.stock)
    about = (
        figures.municipality(area, _code(met, "RegioS"))
        if figure.regional
        else About("nederland", None, COUNTRY)
    )
    kind = "gemeente-" if figure.regional else ""
    step = "" if figure.stock else "-month" if "MM" in period else "-year"
    series = f"cbs-{figure.table.lower()}-{about.key}"
    return {
        "observation_id": f"{about.key}-{kind}{figure.indicator.replace('_', '-')}-{text}",
        "place_id": about.place_id,
        "area_name": about.name.nl,
        "indicator": figure.indicator,
        "period_start": start,
        "period_end": end,
        "value": value,
        "unit": figure.unit.nl,
        "definition": figure.definition.nl,
        "area_kind": "municipality" if figure.regional else "country",
        "nature": "measured",
        # The curated figures of inhabitants are the same series.
        "series": (
            series
            if figure.indicator == "population"
            else f"{series}-{figure.indicator.replace('_', '-')}{step}"
        ),
        "source_url": SHOWN_AT.format(table=figure.table),
        "source_date": table.modified,
        "retrieved": table.retrieved,
        "confidence": "high",
        "provisional": table.provisional(period),
        "note": NOT_TOLD[reason].nl if reason else None,
    }


def _days(period: str, *, stock: bool) -> tuple[date, date, str]:
    """First and last day of a period, and how it is written in an id."""
    year, kind, number = int(period[:4]), period[4:6], int(period[6:])
    if stock:
        return date(year, 1, 1), date(year, 1, 1), f"{year}-01-01"
    if kind == "JJ":
        return date(year, 1, 1), date(year, 12, 31), str(year)
    return (
        date(year, number, 1),
        date(year, number, monthrange(year, number)[1]),
        f"{year}-{number:02d}",
    )


def _words(used: Sequence[Figure], area: Area) -> Iterator[Bilingual]:
    """Every text of ours that the rows may carry."""
    for figure in used:
        yield from (figure.unit, figure.definition, COUNTRY, UNDATED, *NOT_TOLD.values())
    yield from (figures.municipality(area, code).name for code in area.municipality_codes)


def _value(answer: Json) -> Sequence[Json]:
    rows = strict_json.rows_at(answer, "value")
    if rows is None:
        raise ContentError("column-missing", column="value", like=NO_OTHER)
    return rows


def _code(row: Mapping[str, Json], name: str) -> str:
    """A code as written, without the blanks that older tables pad it with; ContentError when the
    column is not there.
    """
    met = row.get(name)
    if not isinstance(met, str):
        raise ContentError(
            "column-missing",
            column=name,
            like=", ".join(sorted(row)) if name not in row else repr(met),
        )
    return met.strip()
