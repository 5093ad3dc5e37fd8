"""What a picture says: no doubtful figure on top, and made-up towns are marked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pandas as pd
import pytest

from dashboard import citation, state
from dashboard.facts import Facts
from dashboard.press import story
from dashboard.press.picture import Studio
from dashboard.press.request import Request
from dashboard.text import LANGUAGES, texts
from data import catalogue, store
from tests import town

Ask = Callable[..., Request]
NOON = datetime(2024, 3, 3, 12, tzinfo=timezone.utc)
DEFINED = "leegstaande panden gedeeld door alle panden"


@pytest.mark.parametrize(
    "change",
    [{"confidence": "low"}, {"definition": None}, {"end": None}, {"nature": "target"}, {"nature": "plan"}, {"nature": "expectation"}],
)
def test_doubtful_figure_never_heads_a_picture(town_studio: Studio, change: dict[str, str | None]):
    row = next(one for one in town_studio.facts.observations if one.definition == DEFINED)
    assert story.may_head(row)
    assert not story.may_head(replace(row, **change))


def test_headline_gives_the_sure_figure_of_a_town_and_no_doubtful_one(tmp_path: Path):
    sure = {
        "observation_id": "rate", "indicator": "vacancy_rate_premises", "value": 0.1, "unit": "share", "series": None,
        "definition": DEFINED, "confidence": "high",
    }  # fmt: skip
    for confidence, expected in (("high", True), ("low", False)):
        folder = tmp_path / confidence
        tables = town.tables() | {"observations": town.observations(sure | {"confidence": confidence})}
        tables["indicators"] = _with_rate(tables["indicators"])
        store.publish(folder, tables, town.sources(), town.table_sources(), published=NOON)
        made = Studio(facts := Facts(catalogue.open(folder)))
        (place,) = (one.place_id for one in facts.places.values() if one.role == "centre")
        known = state.Vocabulary((place,), facts.street_keys, facts.years)
        _, words = made.sheet(Request(replace(state.opening(known), layers=("leegstand",))))
        assert ("10 %" in words.headline.replace("\u00a0", " ")) is expected, words.headline


def _with_rate(indicators: pd.DataFrame) -> pd.DataFrame:
    extra = indicators.iloc[[0]].assign(indicator="vacancy_rate_premises", theme="vacancy")
    return indicators if "vacancy_rate_premises" in set(indicators["indicator"]) else pd.concat([indicators, extra], ignore_index=True)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_headline_of_every_place_holds_no_figure_that_may_not_head(studio: Studio, ask: Ask, lang: str):
    text = texts(lang)
    for place in (one for one in studio.facts.places.values() if one.role == "centre"):
        rows = [row for row in studio.facts.observations if row.place_id == place.place_id and row.unit == "share"]
        sure = {citation.value(row, studio.facts, text) for row in rows if story.may_head(row)}
        doubtful = {citation.value(row, studio.facts, text) for row in rows} - sure
        _, words = studio.sheet(ask(place=place.place_id, lang=lang))
        assert [value for value in doubtful if value in words.headline] == []


def test_made_up_town_is_marked_as_made_up(town_studio: Studio, town_ask: Ask, studio: Studio, ask: Ask):
    sheet, made = town_studio.sheet(town_ask())
    assert texts("nl")("press.example") in made.badges and texts("nl")("press.example") in made.alt
    assert any("verzonnen" in one.text.lower() for one in sheet.written)
    assert studio.sheet(ask())[1].badges == ()


def test_words_of_the_maker_are_marked_as_his(studio: Studio, ask: Ask):
    _, own = studio.sheet(ask(headline="Eigen kop"))
    assert own.headline == "Eigen kop" and own.notes[0] == texts("nl")("press.edited")
    assert texts("nl")("press.edited") not in studio.sheet(ask())[1].notes


def test_every_source_shown_is_named_with_its_year(studio: Studio, ask: Ask):
    _, made = studio.sheet(ask(place="hengelo"))
    assert any(one.startswith("1Twente (nov 2023") for one in made.sources)
