"""The weights of the index: read from the address and written to it."""

import re
from collections.abc import Sequence

HEAVIEST = 100
NONE = "geen"

Weights = tuple[tuple[str, int], ...]
"""A weight of 0 to `HEAVIEST` per indicator; empty where no index is asked for."""

_WEIGHT = re.compile(r"0|[1-9]\d{0,2}")


def read(text: str | None, indicators: Sequence[str]) -> Weights:
    """The weights that a link holds, for every indicator.

    An indicator that the link lacks is newer than the link: it weighs nothing. Raises ValueError
    where the link misspells an indicator or a weight, or weighs nothing at all.
    """
    if text is None or text == NONE:
        return ()
    parts = [part.partition(":") for part in text.split(",")]
    given = {name: weight for name, _, weight in parts}
    whole = all(_WEIGHT.fullmatch(weight) and int(weight) <= HEAVIEST for weight in given.values())
    if (
        len(parts) > len(given)
        or not set(given) <= set(indicators)
        or not whole
        or not any(map(int, given.values()))
    ):
        raise ValueError(f"weights {text!r}, expected indicator:weight of 0 to {HEAVIEST}")
    return tuple((name, int(given.get(name, "0"))) for name in indicators)


def write(weights: Weights) -> str:
    """The weights as a link holds them."""
    return ",".join(f"{indicator}:{weight}" for indicator, weight in weights) or NONE
