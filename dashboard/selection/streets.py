"""The choice of streets: read from the address and written to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.facts.street_records import DURATIONS, OUTLINES

MEASURES = ("leegstand", "langdurig", "drukte", "branchemix", "ketens", "dichtheid")
NEAR = ("alle", "initiatief")
ALL, NONE = "alle", "geen"

Pick = Callable[[str, Sequence[str], str], str]
PickSome = Callable[[str, Sequence[str]], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class StreetChoice:
    """The part of a selection that is about streets.

    Without trades or durations all count. `outline` limits streets and units; `beside` is the
    street to compare with the chosen one; `near` is `initiatief` for streets with an initiative
    nearby.
    """

    measure: str = MEASURES[0]
    outline: str = OUTLINES[0]
    trades: tuple[str, ...] = ()
    durations: tuple[str, ...] = ()
    near: str = NEAR[0]
    beside: str | None = None


def read(streets: Sequence[str], pick: Pick, pick_some: PickSome) -> StreetChoice:
    """The choice; `pick` and `pick_some` choose from closed lists and note what is not in them.

    The trades are not read here but with the rest of `branche`.
    """
    beside = pick("vergelijk", (NONE, *streets), NONE)
    return StreetChoice(
        measure=pick("maat", MEASURES, MEASURES[0]),
        outline=pick("grens", OUTLINES, OUTLINES[0]),
        durations=pick_some("duur", DURATIONS),
        near=pick("nabij", NEAR, NEAR[0]),
        beside=None if beside == NONE else beside,
    )


def write(choice: StreetChoice) -> dict[str, str]:
    """Every value by its name in the address, defaults too; the trades stand in `branche`."""
    return {
        "maat": choice.measure,
        "grens": choice.outline,
        "duur": ",".join(choice.durations) or ALL,
        "nabij": choice.near,
        "vergelijk": choice.beside or NONE,
    }
