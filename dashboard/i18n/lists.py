"""Lists of names within a sentence."""

from collections.abc import Sequence

from dashboard.i18n.text import Texts


def listed(names: Sequence[str], text: Texts) -> str:
    """`A`, `A en B`, `A, B en C`."""
    if len(names) < 2:
        return "".join(names)
    return text("list.last", first=", ".join(names[:-1]), last=names[-1])
