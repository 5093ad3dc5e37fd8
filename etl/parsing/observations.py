"""Rows of the tables of fetched figures: observations, indicators and translations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from etl.area import Area, Place
from geo.bilingual import Bilingual

_NAMES = ["observation_id", "place_id", "indicator", "period_start", "period_end", "value", "note"]

UNDATED = Bilingual(nl="ongedateerd", en="undated", de="undatiert")
COUNTRY = Bilingual(nl="Nederland", en="The Netherlands", de="Niederlande")


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """A row of the table `indicators`: id, theme, label and unit."""

    indicator: str
    theme: str
    label: Bilingual
    unit: Bilingual


@dataclass(frozen=True, slots=True)
class About:
    """The subject of a figure: `key` begins its id.

    `place_id` is None unless exactly one centre lies in the municipality.
    """

    key: str
    place_id: str | None
    name: Bilingual


def municipality(area: Area, code: str) -> About:
    """The municipality under the name of its one centre, or else under its code."""
    centres: Sequence[Place] = [
        place
        for place in area.all_places
        if place.municipality_code == code and place.role == "centre"
    ]
    if len(centres) != 1:
        return About(
            code.lower(),
            None,
            Bilingual(nl=f"Gemeente {code}", en=f"Municipality {code}", de=f"Gemeinde {code}"),
        )
    name = centres[0].name
    title = Bilingual(nl=f"Gemeente {name}", en=f"Municipality of {name}", de=f"Gemeinde {name}")
    return About(centres[0].place_id, centres[0].place_id, title)


def indicators(counted: Iterable[IndicatorRow]) -> pd.DataFrame:
    """Rows of the table `indicators`, each once."""
    rows = {
        indicator.indicator: {
            "indicator": indicator.indicator,
            "theme": indicator.theme,
            "label_nl": indicator.label.nl,
            "label_en": indicator.label.en,
            "label_de": indicator.label.text("de"),
            "unit": indicator.unit.nl,
        }
        for indicator in counted
    }
    return pd.DataFrame(
        list(rows.values()),
        columns=["indicator", "theme", "label_nl", "label_en", "label_de", "unit"],
        dtype="str",
    )


def translations(texts: Iterable[Bilingual]) -> pd.DataFrame:
    """Rows of the table `translations`, each text once."""
    rows = {
        text.nl: {"text_nl": text.nl, "text_en": text.en, "text_de": text.text("de")}
        for text in texts
    }
    return pd.DataFrame(list(rows.values()), columns=["text_nl", "text_en", "text_de"], dtype="str")


def observations(rows: Sequence[dict[str, object]]) -> pd.DataFrame:
    """Rows of the table `observations`, with dates as datetime64[ms].

    Without rows it is an empty frame with the key columns.
    """
    frame = pd.DataFrame(list(rows), columns=None if rows else _NAMES)
    days = [name for name in ("period_start", "period_end", "retrieved") if name in frame]
    return frame.assign(
        **{name: pd.to_datetime(frame[name]).astype("datetime64[ms]") for name in days}
    )
