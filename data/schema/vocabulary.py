"""Closed sets of words, and patterns, that columns of several tables hold."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ROLES = ("centre", "periphery", "abroad")
SHARING = ("open", "aggregate", "internal")
CONFIDENCE = ("high", "medium", "low")
FACILITATION = ("communicative", "organisational", "financial_economic", "legal_planning")
FITS = ("fits", "partly", "fits_not")
NATURE = ("measured", "derived", "target", "plan", "expectation")
BRANCH_GROUPS = ("daily", "non_daily", "large_scale")
AREA_KINDS = (
    "inner_city",
    "core_shopping_area",
    "municipality",
    "retail_site",
    "building",
    "shopping_centre",
    "street",
    "square",
    "market",
    "station",
    "province",
    "country",
    "region",
    "town",
    "other",
)
BACKGROUND_KINDS = ("land_nl", "land_de", "water", "green", "building", "road", "rail", "border")
THEMES = (
    "vacancy",
    "floor_area",
    "spending_flows",
    "travellers",
    "initiatives",
    "profile",
    "population",
    "visitors",
    "market",
    "streets",
    "edge_retail",
    "pilot",
    "spending_per_head",
    "centre",
    "living",
    "nearby",
    "establishments",
    "parking",
    "programmes",
)
MUNICIPALITY_CODE = r"GM\d{4}"
CITIES: Mapping[str, str] = MappingProxyType(
    {
        "almelo": "GM0141",
        "borne": "GM0147",
        "enschede": "GM0153",
        "hengelo": "GM0164",
        "oldenzaal": "GM0173",
    }
)
"""The five inner cities of the pilot: the code of the municipality by the id of the place."""
YEARS = {"low": 1900, "high": 2100}


# What a spreadsheet may take for the start of a formula, the full-width signs of East Asian
# keyboards included.
FORMULA_SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
