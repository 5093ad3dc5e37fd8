"""A street as a strip: the units on both sides in order, from the centre outwards."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.facts.street_records import Status, Street, Unit
from dashboard.i18n.text import Texts
from dashboard.maps.street_content import StreetContent
from dashboard.maps.town_survey import reading_in


@dataclass(frozen=True, slots=True)
class Strip:
    """The title of a strip and its rows: one per side, or one row where no side is known.

    `told` is whether the status of its units may be shown.
    """

    title: str
    rows: tuple[tuple[Unit, ...], ...]
    status_shown: bool


def street_units(street: Street, shown: StreetContent) -> tuple[Unit, ...]:
    """All units of the street in the survey, in order, whatever the filters."""
    return tuple(unit for unit in shown.town.units_of(shown.survey) if unit.street == street.key)


def withheld(street: Street, shown: StreetContent) -> bool:
    """Whether the street has too few units to publish how many are vacant."""
    reading = reading_in(shown.survey, street)
    return reading is not None and reading.vacant is None


def earlier(
    units: Sequence[Unit], street: Street, shown: StreetContent
) -> tuple[tuple[int, tuple[Status | None, ...]], ...]:
    """The status of the same units in each earlier survey, newest first, with its year.

    None for a unit that was not there. Surveys that withhold how many were vacant are left out.
    """
    rows = []
    for survey in reversed(shown.town.surveys):
        reading = reading_in(survey, street)
        if shown.survey is None or survey.day >= shown.survey.day:
            continue
        if reading is None or reading.vacant is None:
            continue
        known = {unit.premises_id: unit.status for unit in shown.town.units_of(survey)}
        rows.append((survey.year, tuple(known.get(unit.premises_id) for unit in units)))
    return tuple(rows)


def lay_out(street: Street, shown: StreetContent, text: Texts) -> Strip:
    """The strip of a street in the chosen survey."""
    units = street_units(street, shown)
    left, right = _units_of_side(units, "left"), _units_of_side(units, "right")
    rows = (left, right) if left or right else (units,)
    if withheld(street, shown):
        if left or right:
            title = text("inventory.strip", street=street.name, left=len(left), right=len(right))
        else:
            title = text.counted(
                "inventory.strip_round", len(units), street=street.name, count=len(units)
            )
        return Strip(title, rows, status_shown=False)
    vacant = sum(unit.status == "vacant" for unit in units)
    if left or right:
        title = text(
            "straten.strip", street=street.name, left=len(left), right=len(right), vacant=vacant
        )
    else:
        gaps: dict[str, str | int] = {"street": street.name, "count": len(units), "vacant": vacant}
        title = text.counted("straten.strip_round", len(units), **gaps)
    return Strip(title, rows, status_shown=True)


def _units_of_side(units: Sequence[Unit], side: str) -> tuple[Unit, ...]:
    return tuple(unit for unit in units if unit.side == side)
