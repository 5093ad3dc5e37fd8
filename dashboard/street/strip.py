"""A street as a strip: its units on both sides in order, from the middle of the town outwards."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.street.records import Street, Unit
from dashboard.street.shown import Shown
from dashboard.text import Texts


@dataclass(frozen=True, slots=True)
class Strip:
    """The title of a strip and its rows: one per side, or one where the units stand all around."""

    title: str
    rows: tuple[tuple[Unit, ...], ...]


def own_units(street: Street, shown: Shown) -> tuple[Unit, ...]:
    """All units of the street in the survey, in order; filters do not empty a street's own page."""
    return tuple(unit for unit in shown.town.units_of(shown.survey) if unit.street == street.key)


def lay_out(street: Street, shown: Shown, text: Texts) -> Strip:
    """The strip of a street in the survey that is shown."""
    units = own_units(street, shown)
    vacant = sum(unit.status == "vacant" for unit in units)
    left, right = _of_side(units, "left"), _of_side(units, "right")
    if left or right:
        title = text("straten.strip", street=street.name, left=len(left), right=len(right), vacant=vacant)
        return Strip(title, (left, right))
    return Strip(text.counted("straten.strip_round", len(units), street=street.name, count=len(units), vacant=vacant), (units,))


def _of_side(units: Sequence[Unit], side: str) -> tuple[Unit, ...]:
    return tuple(unit for unit in units if unit.side == side)
