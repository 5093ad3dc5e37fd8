"""Floor area per site and branch group, as published or converted to register units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from dashboard.errors import CompetitionError
from dashboard.facts.snapshot import Facts

Group = Literal["daily", "non_daily", "large_scale"]

GROUPS: tuple[Group, ...] = ("daily", "non_daily", "large_scale")
# Daily goods' part of the floor area of Winschoten: 10,800 of 60,900 m2, and its norms (0.345 of
# 1.65 m2 per head).
DAILY_PART = (0.177, 0.209)
# Share of selling floor in the floor of a shop, where both are published: Raalte, Enschede.
SELLING_PART = (0.755, 0.8)

UNITS = "bag"
CONVERTED = "wvo-naar-bag"
COMPARED = "aanname-vestigingen"
# Bases of which the groups are parts of one sourced total.
DIVIDED = ("wvo", "wvo-uit-gla", UNITS)
# A unit over a shop carries both purposes in one word, see the source `bag`.
_REGISTER, _PURPOSE = "bag:", "retail"


@dataclass(frozen=True, slots=True)
class FloorArea:
    """Floor area of one site and branch group, m2; `assumed` when no source gives it."""

    site_id: str
    group: Group
    low: float
    high: float
    year: int
    basis: str
    assumed: bool


@dataclass(frozen=True, slots=True)
class Units:
    """Whether floor areas come from register units, and which sites of this country lack them."""

    used: bool
    lacking: tuple[str, ...]


def floor_areas(facts: Facts, *, units: bool = True) -> tuple[tuple[FloorArea, ...], Units]:
    """The floor area of every site; from register units where asked and every site has some.

    Sites of unknown or no floor area are left out: unknown is not 0. Raises CompetitionError when
    none is left.
    """
    published = _published(facts)
    if not published:
        raise CompetitionError("expected a site with floor area, got none: fill the table supply")
    totals = _totals(facts)
    inland = [
        site_id
        for site_id in dict.fromkeys(row.site_id for row in published)
        if site_id in facts.places and facts.places[site_id].municipality_code is not None
    ]
    lacking = tuple(site for site in inland if site not in totals)
    if lacking or not units or not inland:
        return published, Units(False, lacking)
    return tuple(_on_one_basis(published, totals)), Units(True, ())


def compare_with_home(
    areas: Sequence[FloorArea], home: str, figures: Mapping[str, float]
) -> tuple[FloorArea, ...]:
    """The floor areas, with each assumed one of a place in `figures` around that of `home`.

    The middle of its range becomes that of `home`, times the figure of the place over that of
    `home`. The range stays as wide: its middle is the geometric one, so high over low is the same.
    Without a figure of `home` nothing changes.
    """
    if home not in figures:
        return tuple(areas)
    middles = {row.group: (row.low * row.high) ** 0.5 for row in areas if row.site_id == home}
    rows = []
    for row in areas:
        if not row.assumed or row.site_id not in figures or row.group not in middles:
            rows.append(row)
            continue
        middle = middles[row.group] * figures[row.site_id] / figures[home]
        half = (row.high / row.low) ** 0.5
        rows.append(replace(row, low=middle / half, high=middle * half, basis=COMPARED))
    return tuple(rows)


def _published(facts: Facts) -> tuple[FloorArea, ...]:
    rows = []
    for row in facts.catalogue.table("supply").to_dict("records"):
        known = row["floor_area_m2"]
        low = row["floor_area_low"] if row["floor_area_low"] == row["floor_area_low"] else known
        high = row["floor_area_high"] if row["floor_area_high"] == row["floor_area_high"] else known
        if low == low and high == high and high > 0.0:
            rows.append(
                FloorArea(
                    str(row["place_id"]),
                    row["branch_group"],
                    float(max(low, 1.0)),
                    float(high),
                    int(row["year"]),
                    str(row["basis"]),
                    row["nature"] == "expectation",
                )
            )
    newest: dict[tuple[str, str], FloorArea] = {}
    for row in sorted(rows, key=lambda row: (not row.assumed, row.year)):
        newest[row.site_id, row.group] = row
    return tuple(newest[key] for key in sorted(newest))


def _totals(facts: Facts) -> Mapping[str, float]:
    """Total floor area of units with a shop purpose per site, m2, over units of known area."""
    if not facts.catalogue.has("premises"):
        return {}
    columns = ("premises_id", "place_id", "use", "floor_area_m2")
    rows = facts.catalogue.columns("premises", columns)
    rows = rows.astype({"premises_id": "str", "use": "str"})
    rows = rows.drop_duplicates("premises_id", keep="last")
    shops = rows["premises_id"].str.startswith(_REGISTER) & rows["use"].str.contains(
        _PURPOSE, regex=False, na=False
    )
    area = (
        rows[shops & (rows["floor_area_m2"] > 0.0).fillna(False)]
        .groupby("place_id")["floor_area_m2"]
        .sum()
    )
    return {str(site): float(total) for site, total in area.items()}


def _on_one_basis(published: Sequence[FloorArea], totals: Mapping[str, float]) -> list[FloorArea]:
    """Unit totals divided over the groups as published; abroad the published area converted."""
    rows = []
    for row in published:
        total = totals.get(row.site_id)
        if total is None:
            low, high = row.low / SELLING_PART[1], row.high / SELLING_PART[0]
            rows.append(replace(row, low=low, high=high, basis=CONVERTED))
        else:
            least, most = _part(row, [other for other in published if other.site_id == row.site_id])
            rows.append(
                replace(row, low=total * least, high=total * most, basis=UNITS, assumed=False)
            )
    return rows


def _part(row: FloorArea, site: Sequence[FloorArea]) -> tuple[float, float]:
    """Least and most of this group in all floor area of its site."""
    others = [other for other in site if other.group != row.group]
    if not others:
        return 1.0, 1.0
    if {other.group for other in site} == {"daily", "non_daily"}:
        return DAILY_PART if row.group == "daily" else (1.0 - DAILY_PART[1], 1.0 - DAILY_PART[0])
    low, high = (sum(getattr(other, end) for other in others) for end in ("low", "high"))
    return row.low / (row.low + high), row.high / (row.high + low)
