"""Rows of the tables of fetched figures: observations, indicators and translations.

Their words stand in `observations.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

import pandas as pd

from etl.area import Area, Place
from geo.bilingual import Bilingual, Language

_NAMES = ["observation_id", "place_id", "indicator", "period_start", "period_end", "value", "note"]

_DECLARED = tomllib.loads(
    resources.files("etl.parsing").joinpath("observations.toml").read_text(encoding="utf-8")
)


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """A row of the table `indicators`: id, theme, label and unit."""

    indicator: str
    theme: str
    label: Bilingual
    unit: Bilingual


INDICATORS: Mapping[str, IndicatorRow] = {
    name: IndicatorRow(name, row["theme"], Bilingual(**row["label"]), Bilingual(**row["unit"]))
    for name, row in _DECLARED["indicator"].items()
}
"""The declared indicators, by id."""


def text(key: str, /, **values: object) -> Bilingual:
    """A declared text by `module.name`, in three languages; a Bilingual fills its gap in each."""
    module, _, name = key.partition(".")
    declared = Bilingual(**_DECLARED["text"][module][name])

    def filled(language: Language) -> str:
        return declared.text(language).format_map(
            {
                gap: value.text(language) if isinstance(value, Bilingual) else value
                for gap, value in values.items()
            }
        )

    return Bilingual(nl=filled("nl"), en=filled("en"), de=filled("de"))


UNDATED, COUNTRY = text("observations.undated"), text("observations.country")


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
        return About(code.lower(), None, text("observations.municipality-code", code=code))
    title = text("observations.municipality", name=centres[0].name)
    return About(centres[0].place_id, centres[0].place_id, title)


def tables(
    rows: Sequence[dict[str, object]], counted: Sequence[IndicatorRow], texts: Iterable[Bilingual]
) -> dict[str, pd.DataFrame]:
    """The tables of these figures; the units of the indicators are translated like the texts."""
    return {
        "observations": observations(rows),
        "indicators": indicators(counted),
        "translations": translations([*texts, *(row.unit for row in counted)]),
    }


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
        words.nl: {"text_nl": words.nl, "text_en": words.en, "text_de": words.text("de")}
        for words in texts
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
