"""What stands side by side: read from the address and written to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["steden", "straten", "jaren"]
KINDS: tuple[Kind, ...] = ("steden", "straten", "jaren")
TOWNS, STREETS, YEARS = KINDS
KEY = "naast"
FEWEST, MOST = 2, 5


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Places, streets (by link key) or years; without items the view chooses them."""

    kind: Kind = TOWNS
    items: tuple[str, ...] = ()


def options(
    places: Sequence[str], streets: Sequence[str], years: tuple[int, int]
) -> dict[Kind, Sequence[str]]:
    """What a link may name of each kind: places, streets, and every year from first to last."""
    return {
        "steden": places,
        "straten": streets,
        "jaren": tuple(map(str, range(years[0], years[1] + 1))),
    }


def read(
    text: str | None,
    allowed: Mapping[Kind, Sequence[str]],
    pick_some: Callable[[str, Sequence[str]], tuple[str, ...]],
) -> SideBySide:
    """The comparison that `text` asks for: a kind, or items of the kind of its first known one.

    `pick_some` chooses from a closed list and notes what is not in it.
    """
    named = (text or "").split(",")
    kind = next(
        (kind for part in named for kind in KINDS if part == kind or part in allowed[kind]), TOWNS
    )
    return SideBySide(kind, () if named == [kind] else pick_some(KEY, allowed[kind]))


def write(chosen: SideBySide) -> dict[str, str]:
    """The items, or their kind alone; nothing for towns that the view chooses."""
    return {} if chosen == SideBySide() else {KEY: ",".join(chosen.items) or chosen.kind}


def keep_streets(
    chosen: SideBySide, keep: Callable[[tuple[str, ...]], tuple[str, ...]]
) -> SideBySide:
    """The comparison with only the streets that `keep` leaves; towns and years stay."""
    return replace(chosen, items=keep(chosen.items)) if chosen.kind == STREETS else chosen


def names_towns(chosen: SideBySide) -> bool:
    """Whether it names two towns or more."""
    return chosen.kind == TOWNS and len(chosen.items) >= FEWEST
