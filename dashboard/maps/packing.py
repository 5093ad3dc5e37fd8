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


def codes(ids: Sequence[str], base_styles: Sequence[str], visible: Mapping[str, str]) -> str:
    """One sign per feature, in the order of `ids`.

    `.` is hidden, `*` visible in its base class, a letter visible in the class of that letter.
    Raises MapError when `visible` names a feature the layer does not hold or a class without style.
    """
    absent = visible.keys() - set(ids)
    if absent:
        raise MapError(f"{len(absent)} features that are not in the layer, such as {min(absent)!r}")
    unknown = sorted({name for name in visible.values() if name not in LETTER})
    if unknown:
        raise MapError(f"no style for class {unknown[0]!r}, expected one of {', '.join(LETTER)}")
    return "".join(
        _sign(visible.get(id_), style) for id_, style in zip(ids, base_styles, strict=True)
    )


def _sign(shown: str | None, base_style: str) -> str:
    if shown is None:
        return HIDDEN
    return UNCHANGED if shown == base_style else LETTER[shown]


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
