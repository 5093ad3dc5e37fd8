"""The Dutch municipalities by code and name, and which of them a typed name means.

`data/reference/municipalities.csv` lists the 342 of 2026; they are the same since 1 January 2023,
when Voorne aan Zee was formed. A live answer of the Locatieserver goes before this list: it knows
what has merged since, and the towns within a municipality.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import pandas as pd

import data
from geo.bilingual import Bilingual
from geo.names import search_key

CONSULTED = Bilingual(
    nl="de lijst van de 342 gemeenten van 2026 (CBS)",
    en="the list of the 342 municipalities of 2026 (CBS)",
)
"""What was consulted where no service answered."""
_LIST = Path(data.__file__).parent / "reference" / "municipalities.csv"
_CODE = re.compile(r"(?:gm)?\s*(\d{1,4})", re.IGNORECASE)
_PARTS = re.compile(r"[(),]")
_PREFIX = re.compile(r"^gemeente\s+", re.IGNORECASE)
# "Utrecht (gemeente)", as an encyclopedia tells a municipality from its town or province.
_NOT_A_QUALIFIER = frozenset({"", "gemeente", "municipality", "plaats", "stad", "dorp"})
_USUAL_PROVINCES = {"friesland": "fryslan"}
_LIKE = 0.7


@dataclass(frozen=True, slots=True)
class Municipality:
    """One municipality; `code` is like GM0150, `usual_name` is None where it is the name."""

    code: str
    name: str
    province: str
    usual_name: str | None = None

    @property
    def label(self) -> str:
        """Name, code and province, to choose from."""
        return f"{self.name}, {self.code}, {self.province}"

    @property
    def exact_keys(self) -> frozenset[str]:
        """Its names as `search_key` writes them."""
        return _keys(self.name, self.usual_name or self.name)

    @property
    def keys(self) -> frozenset[str]:
        """The same, also without the letters of the province."""
        return self.exact_keys | _keys(TypedName.parse(self.name).base)


@dataclass(frozen=True, slots=True)
class TypedName:
    """A name in parts: "Bergen (Noord-Holland)" is Bergen, qualified by noord holland."""

    base: str
    qualifiers: tuple[str, ...]

    @classmethod
    def parse(cls, typed: str) -> TypedName:
        """The parts of a name as typed."""
        base, *rest = (part.strip() for part in _PARTS.split(_PREFIX.sub("", typed.strip())))
        keys = (search_key(part) for part in rest)
        return cls(base, tuple(key for key in keys if key not in _NOT_A_QUALIFIER))

    def fits(self, *names: str) -> bool:
        """Whether every qualifier is one of the names: a province or a municipality."""
        keys = {search_key(name) for name in names}
        return all(_USUAL_PROVINCES.get(key, key) in keys for key in self.qualifiers)


@cache
def _keys(*names: str) -> frozenset[str]:
    return frozenset(search_key(name) for name in names)


@cache
def municipalities() -> tuple[Municipality, ...]:
    """All municipalities of the list, by code."""
    rows = pd.read_csv(_LIST, dtype="str", encoding="utf-8").sort_values("municipality_code")
    return tuple(
        Municipality(code, name, province, None if pd.isna(usual) else usual)
        for code, name, province, usual in zip(
            rows["municipality_code"],
            rows["name"],
            rows["province"],
            rows["usual_name"],
            strict=True,
        )
    )


def code_of(typed: str) -> str | None:
    """The code in `GM0150`, `0150` or `150`; None for a name."""
    match = _CODE.fullmatch(typed.strip())
    return None if match is None else f"GM{int(match[1]):04d}"


def by_code(code: str) -> Municipality | None:
    """The municipality with this code."""
    return next((known for known in municipalities() if known.code == code), None)


def find_municipalities(typed: str) -> tuple[Municipality, ...]:
    """The municipalities that a code or name means: none, one, or several of the same name.

    Case, accents, hyphens and quotes do not matter; what stands in brackets may be a province.
    """
    code = code_of(typed)
    if code is not None:
        return tuple(known for known in municipalities() if known.code == code)
    key = search_key(typed)
    exact = tuple(known for known in municipalities() if key in known.exact_keys)
    if exact:
        return exact
    name = TypedName.parse(typed)
    base = search_key(name.base)
    return tuple(
        known
        for known in municipalities()
        if base in known.keys and name.fits(known.province, known.name)
    )


def similar_municipalities(typed: str) -> Sequence[Municipality]:
    """At most three municipalities whose name a typing error may have meant, best first."""
    by_key = {key: known for known in municipalities() for key in known.keys}
    near = get_close_matches(
        search_key(TypedName.parse(typed).base), list(by_key), n=3, cutoff=_LIKE
    )
    return list(dict.fromkeys(by_key[key] for key in near))
