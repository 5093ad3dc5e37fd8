"""The Dutch words for the codes in the form of initiatives."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_CODES: Mapping[str, Mapping[str, str]] = {
    "soort": {
        "fysieke ingreep": "physical",
        "activiteit of evenement": "activity",
        "transformatie en samenwerking": "transformation",
    },
    "tranche": {"eerste tranche": "first", "doorlopende tender": "tender", "onbekend": "unknown"},
    "stand": {
        "uitgevoerd": "completed",
        "voorgenomen": "planned",
        "loopt": "running",
        "onbekend": "unknown",
    },
    "past_bij_profiel": {"ja": "fits", "deels": "partly", "nee": "fits_not"},
    "soort_actor": {
        "gemeente": "municipality",
        "provincie of regio": "province_region",
        "bewoners": "residents",
        "ondernemers": "entrepreneurs",
        "vereniging": "association",
        "stichting of bedrijf": "foundation_or_company",
        "woningcorporatie": "housing_corporation",
        "culturele instelling": "cultural_institution",
        "onderwijs": "education",
        "aannemer": "contractor",
        "persoon": "person_role",
        "onbekend": "unknown",
    },
    "rol": {
        "initiatiefnemer": "initiator",
        "ondersteuner": "facilitator",
        "financier": "funder",
        "kennispartner": "knowledge_partner",
        "eigenaar": "owner",
        "gebruiker": "user",
    },
    "manier_van_ondersteunen": {
        "communicatief": "communicative",
        "organisatorisch": "organisational",
        "financieel-economisch": "financial_economic",
        "juridisch-planologisch": "legal_planning",
    },
}
_WORDS = {column: {code: word for word, code in codes.items()} for column, codes in _CODES.items()}
CODES: Mapping[str, Mapping[str, str]] = MappingProxyType(_CODES)


def to_words(row: Mapping[str, str]) -> dict[str, str]:
    """The row with words in place of codes; other values stay."""
    return {column: _WORDS.get(column, {}).get(value, value) for column, value in row.items()}


def to_codes(row: Mapping[str, str]) -> dict[str, str]:
    """The row with codes in place of words, whatever their case; other values stay."""
    return {
        column: CODES.get(column, {}).get(value.casefold(), value) for column, value in row.items()
    }
