"""The five inner cities of the pilot."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CITIES: Mapping[str, str] = MappingProxyType(
    {
        "almelo": "GM0141",
        "borne": "GM0147",
        "enschede": "GM0153",
        "hengelo": "GM0164",
        "oldenzaal": "GM0173",
    }
)
"""The code of the municipality by the id of the place."""
