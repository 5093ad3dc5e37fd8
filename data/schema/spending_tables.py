"""The tables of spending: where it starts, the floor area it is drawn to, and modelled flows."""

from __future__ import annotations

from data.schema.columns import geometry, number, share, slug, text, whole
from data.schema.rules import between_bounds
from data.schema.table import Table
from data.schema.vocabulary import BRANCH_GROUPS, MUNICIPALITY_CODE, NATURE, YEARS

ORIGINS = Table(
    "origins",
    "one place where spending starts, per branch group",
    key=("origin_id", "branch_group"),
    columns={
        "origin_id": slug("stable id of the origin"),
        "name": text("name of the origin"),
        "municipality_code": text(
            "code of the municipality; missing abroad", null=True, like=MUNICIPALITY_CODE
        ),
        "population": number("inhabitants", "inhabitants", null=True, low=0),
        "branch_group": text("branch group", one_of=BRANCH_GROUPS),
        "spending_eur": number("spending of its inhabitants", "EUR/year", null=True, low=0),
        "spending_low_eur": number("lower estimate", "EUR/year", null=True, low=0),
        "spending_high_eur": number("upper estimate", "EUR/year", null=True, low=0),
        "geometry": geometry("middle of the origin", "point"),
    },
    rules=(between_bounds("spending_eur", "spending_low_eur", "spending_high_eur"),),
)

SUPPLY = Table(
    "supply",
    "floor area of one site, one branch group and one source of knowledge",
    key=("place_id", "branch_group", "year", "basis"),
    columns={
        "place_id": slug("the site"),
        "branch_group": text("branch group", one_of=BRANCH_GROUPS),
        "floor_area_m2": number("floor area", "m2", null=True, low=0),
        "floor_area_low": number("lower estimate", "m2", null=True, low=0),
        "floor_area_high": number("upper estimate", "m2", null=True, low=0),
        "year": whole("year it describes", "year", **YEARS),
        "basis": slug("which floor area is meant, and who says so"),
        "nature": text("how the figure came about", one_of=NATURE),
    },
    rules=(between_bounds("floor_area_m2", "floor_area_low", "floor_area_high"),),
)

FLOWS = Table(
    "flows",
    "modelled spending from one origin at one site",
    key=("origin_id", "place_id", "branch_group"),
    columns={
        "origin_id": slug("where the spending starts"),
        "place_id": slug("where it is spent"),
        "branch_group": text("branch group", one_of=BRANCH_GROUPS),
        "share": share("modelled share of the origin's spending"),
        "share_low": share("lower end of its interval", null=True),
        "share_high": share("upper end of its interval", null=True),
        "spending_eur": number("modelled spending", "EUR/year", null=True, low=0),
        "spending_low_eur": number("lower end of its interval", "EUR/year", null=True, low=0),
        "spending_high_eur": number("upper end of its interval", "EUR/year", null=True, low=0),
    },
    rules=(
        between_bounds("share", "share_low", "share_high"),
        between_bounds("spending_eur", "spending_low_eur", "spending_high_eur"),
    ),
)
