"""Codes of what a map shows: one sign per feature, packed."""

import base64
from collections.abc import Mapping, Sequence
from itertools import groupby

from dashboard.errors import MapError
from dashboard.style.theme import STYLES

HIDDEN = "."
UNCHANGED = "*"
# Letters in the order of the style table; the scene sends the same list to the browser.
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!$%()+,-/;?@[]^_{|}"
LETTER: Mapping[str, str] = dict(zip(STYLES, _LETTERS, strict=False))


def codes(
    positions: Mapping[str, int], base_styles: Sequence[str], visible: Mapping[str, str]
) -> str:
    """One sign per feature, in the order of their `positions`.

    `.` is hidden, `*` visible in its base class, a letter visible in the class of that letter.
    Raises MapError when `visible` names a feature the layer does not hold or a class without style.
    """
    absent = visible.keys() - positions.keys()
    if absent:
        raise MapError(f"{len(absent)} features that are not in the layer, such as {min(absent)!r}")
    unknown = sorted(set(visible.values()) - LETTER.keys())
    if unknown:
        raise MapError(f"no style for class {unknown[0]!r}, expected one of {', '.join(LETTER)}")
    signs = [HIDDEN] * len(positions)
    for id_, shown in visible.items():
        at = positions[id_]
        signs[at] = UNCHANGED if shown == base_styles[at] else LETTER[shown]
    return "".join(signs)


def pack(text: str) -> str:
    """The shortest of three forms of `text`: one sign for all, run lengths, or bits.

    `~.`: every feature has that sign. `=3*2.`: run lengths, a lone sign without its 1.
    `#.*:AAE`: the signs in use, then their numbers in as few bits as fit, base64url.
    """
    used = "".join(sorted(set(text)))
    if len(used) <= 1:
        return f"~{used or HIDDEN}"
    runs = "=" + "".join(_run(sign, sum(1 for _ in run)) for sign, run in groupby(text))
    width = (len(used) - 1).bit_length()
    number = {sign: f"{index:0{width}b}" for index, sign in enumerate(used)}
    bits = "".join(number[sign] for sign in text)
    size = -(-len(bits) // 8)
    packed = int(bits.ljust(size * 8, "0"), 2).to_bytes(size, "big")
    as_bits = f"#{used}:{base64.urlsafe_b64encode(packed).decode('ascii').rstrip('=')}"
    return min(runs, as_bits, key=len)


def _run(sign: str, length: int) -> str:
    return sign if length == 1 else f"{length}{sign}"
