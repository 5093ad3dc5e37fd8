"""What is known per town: a table of centres by subject, and the measures that all share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from dashboard.analysis import figures
from dashboard.facts.records import Observation, RetailPlace
from dashboard.facts.snapshot import Facts
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.sentences import citation, headline_figures
from dashboard.style import theme

Row = Callable[[Facts, RetailPlace], Observation | None]

MEASURES = (
    "centre_residents",
    "cafes_within_1km",
    "restaurants_within_1km",
    "distance_department_store_km",
    "distance_cinema_km",
    "distance_performing_arts_km",
)
"""Indicators drawn town by town where all centres share one definition, area and year."""


@dataclass(frozen=True, slots=True)
class Known:
    """One cell: a figure and its basis, or without one the number of other figures."""

    figure: str | None
    basis: str


@dataclass(frozen=True, slots=True)
class TownColumn:
    """A column: the theme of its figures, and the row or the cell that stands for a centre."""

    theme: str
    row: Row | None = None
    cell: Callable[[Facts, RetailPlace, Texts], Known] | None = None

    def known(self, facts: Facts, place: RetailPlace, text: Texts) -> Known:
        """The cell of a centre."""
        if self.cell is not None:
            return self.cell(facts, place, text)
        row = None if self.row is None else self.row(facts, place)
        return _figure(row, facts, place, self.theme, text)


def matrix(facts: Facts, text: Texts) -> Mapping[str, tuple[Known, ...]]:
    """Per centre one cell for each of `COLUMNS`."""
    return {place.place_id: cells(facts, place, text) for place in facts.centres}


def cells(facts: Facts, place: RetailPlace, text: Texts) -> tuple[Known, ...]:
    """One cell of a centre for each of `COLUMNS`."""
    return tuple(column.known(facts, place, text) for column in COLUMNS.values())


def heading(column: str, text: Texts) -> str:
    """The name over a column."""
    return text(
        f"overview.column_{column}" if column != COLUMNS[column].theme else f"theme.{column}"
    )


def comparison_note(facts: Facts, text: Texts) -> str:
    """Which columns compare from town to town, and how to read the others."""
    same = [
        heading(name, text)
        for name, column in COLUMNS.items()
        if column.row is not None
        and figures.comparable([column.row(facts, place) for place in facts.centres])
    ]
    if not same:
        return text("overview.matrix_apart")
    return text("overview.matrix_same", columns=listed(same, text))


def shared_measures(facts: Facts) -> tuple[tuple[Observation, ...], ...]:
    """Per measure its figure of every centre, highest first; only measures that compare."""
    shared = []
    for indicator in MEASURES:
        for area_kind in figures.AREAS:
            rows = [_newest(indicator, area_kind, facts, place) for place in facts.centres]
            known = [row for row in rows if row is not None and row.value is not None]
            if len(known) == len(rows) and figures.comparable(known):
                shared.append(tuple(sorted(known, key=lambda row: -(row.value or 0.0))))
                break
    return tuple(shared)


def _newest(indicator: str, area_kind: str, facts: Facts, place: RetailPlace) -> Observation | None:
    return headline_figures.newest(facts, place.place_id, indicator, area_kind)


def _figure(
    row: Observation | None, facts: Facts, place: RetailPlace, theme_id: str, text: Texts
) -> Known:
    if row is None:
        return _unknown(facts, place, theme_id, text)
    basis = (
        f"{citation.what(row, facts, text)}, {text(f'area.{row.area_kind}')},"
        f" {citation.period(row, text)}"
    )
    return Known(citation.value(row, facts, text), basis)


def _unknown(facts: Facts, place: RetailPlace, theme_id: str, text: Texts) -> Known:
    count = len(headline_figures.about(facts, place.place_id, theme_id))
    if not count:
        return Known(None, "")
    # A profile is text: other figures are no parts of it.
    if theme_id == "profile":
        return Known(None, text.counted("overview.others_known", count, count=count))
    return Known(None, text.counted("overview.parts_known", count, count=count))


def _vacancy(facts: Facts, place: RetailPlace, text: Texts) -> Known:
    row = headline_figures.vacancy_row(facts, place)
    survey = headline_figures.survey_of(facts, place, facts.years)
    if row is None and survey is not None and survey.rate is not None:
        basis = text(
            "inventory.basis",
            month=theme.month(survey.day, text.lang),
            **headline_figures.survey_counts(survey, text),
        )
        return Known(theme.share(survey.rate, text.lang, decimals=1), basis)
    return _figure(row, facts, place, "vacancy", text)


def _travellers(facts: Facts, place: RetailPlace, text: Texts) -> Known:
    row = headline_figures.newest_station(facts, place)
    if row is None or row.boardings_per_workday is None:
        return Known(None, "")
    return Known(
        theme.number(row.boardings_per_workday, text.lang),
        text("overview.boardings", station=facts.translate(row.name, text.lang), year=row.year),
    )


def _initiatives(facts: Facts, place: RetailPlace, text: Texts) -> Known:
    count = sum(row.place_id == place.place_id for row in facts.initiatives)
    if count == 0:
        return Known(None, "")
    return Known(text("overview.described", count=count), text("overview.described_note"))


def _profile(facts: Facts, place: RetailPlace, text: Texts) -> Known:
    if place.profile is None:
        return _unknown(facts, place, "profile", text)
    return Known(facts.translate(place.profile, text.lang), text("overview.profile_basis"))


COLUMNS: Mapping[str, TownColumn] = MappingProxyType(
    {
        "residents": TownColumn("centre", partial(_newest, "centre_residents", "inner_city")),
        "vacancy": TownColumn("vacancy", headline_figures.vacancy_row, _vacancy),
        "trade": TownColumn(
            "establishments", partial(_newest, "establishments_trade", "municipality")
        ),
        "hospitality": TownColumn(
            "establishments", partial(_newest, "establishments_hospitality", "municipality")
        ),
        "travellers": TownColumn("travellers", cell=_travellers),
        "spending_flows": TownColumn("spending_flows", headline_figures.flow_row),
        "floor_area": TownColumn("floor_area", headline_figures.floor_area_row),
        "initiatives": TownColumn("initiatives", cell=_initiatives),
        "profile": TownColumn("profile", cell=_profile),
    }
)
"""The columns of the table of centres, in order."""
