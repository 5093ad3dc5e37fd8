"""The words of shop surveys as municipalities and Locatus write them."""

from __future__ import annotations

import re

from etl.parsing.column_map import declared_fields

FIELDS = declared_fields("shop_survey")
_WORDS = {field.id: field.words for field in FIELDS}

STATUSES = _WORDS["status"]
"""Status by the words of a status column; `asks` gives the meaning of `ja` and `nee`.

A word of duration means vacant as well.
"""
OWNERS = _WORDS["ownership"]
"""Whether a shop belongs to a chain; unknown for other words."""

# Leisure holds hospitality, culture and games of chance. Since 2023 its number is that of
# hospitality alone, so the number without words is ambiguous.
GROUPS = {
    "11": "retail",
    "22": "retail",
    "35": "retail",
    "37": "retail",
    "38": "retail",
    "58": "culture",
    "59": "leisure",
    "65": "services",
}
"""Use of the units of a group of Locatus by its number."""

YES, NO = (
    ("ja", "j", "yes", "y", "1", "true", "waar", "x"),
    ("nee", "n", "no", "0", "false", "onwaar"),
)
_ASK_VACANT = re.compile("leeg|vacan")
_ASK_USE = re.compile("gebruik|bezet|verhuurd|bewoond")
_DENIES = re.compile("niet|geen")

AREAS_BY = frozenset({"winkelgebi", "winkelgebied", "winkelgebiedid", "winkelge1"})
"""Headings of lists of whole shopping areas, some cut to ten characters."""

_CODED = re.compile(r"(?P<code>\d{1,2}(?:[. ]?\d{3}){0,2})(?:\s*[-–—:.]\s*|\s+|$)(?P<words>.*)")
_CLASS = r"(?:leegstand|leeg)?[ :(]*(?:{})[- ]*(?:leegstand|leegstaand|leeg)?\)?"
_DURATIONS = {
    "frictional": re.compile(
        _CLASS.format(r"(?:aanvangs?|fricties?)(?:[-/ ]*(?:en|of)?[-/ ]*(?:aanvangs?|fricties?))?")
        + r"|(?:<|korter dan|minder dan|tot|0 ?[-–]|0 tot) ?(?:1|een) jaar"
        + r"|(?:<|0 ?[-–]) ?12 maanden"
    ),
    "long": re.compile(
        _CLASS.format("langdurige?")
        + r"|1 ?(?:jaar)? ?(?:[-–]|tot|t/m) ?3 jaar|12 ?[-–] ?36 maanden"
    ),
    "structural": re.compile(
        _CLASS.format("structureel|structurele")
        + r"|(?:>|≥|langer dan|meer dan) ?(?:3|drie) jaar"
        + r"|(?:3|drie) jaar (?:en|of) (?:langer|meer)|> ?36 maanden"
    ),
}


def asks(heading: str) -> str | None:
    """The status of "ja" under a plain heading; None where the heading does not decide it."""
    vacant, in_use = _ASK_VACANT.search(heading), _ASK_USE.search(heading)
    if _DENIES.search(heading) or bool(vacant) == bool(in_use):
        return None
    return "vacant" if vacant else "in_use"


def coded(text: str) -> tuple[str, str]:
    """The number of a group or branch and its words: `00-Leegstand` is `00`, `Leegstand`."""
    match = _CODED.fullmatch(text)
    return (match["code"], match["words"].strip()) if match else ("", text)


def duration(text: str) -> str | None:
    """The class of duration in the words of Locatus or in years; None for anything else."""
    plain = " ".join(text.lower().split()).rstrip(".")
    return next((name for name, words in _DURATIONS.items() if words.fullmatch(plain)), None)


def says_vacant(text: str) -> bool:
    """Whether a group, branch or name means vacant, with or without a number in front."""
    words = coded(text)[1].lower().strip(" .!*()-")
    return STATUSES.get(words) == "vacant" or duration(words) is not None


def use(group: str) -> str | None:
    """The use of units of a group, by its words or else its number; None if unknown."""
    code, words = coded(group)
    if words:
        return _WORDS["group"].get(" ".join(words.lower().split())) or None
    return GROUPS.get(code)
