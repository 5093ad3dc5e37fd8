import csv
import os
from pathlib import Path

import pytest

from geo import indicators
from geo.indicator import GROUPS
from geo.presets import PRESETS, Preset, named, weights

LANGUAGES = ("nl", "en", "de")
BY_ID = {preset.id: preset for preset in PRESETS}
OF_THREE = {"one": "supply", "two": "supply", "three": "cooperation"}


def test_equal_gives_every_indicator_the_same():
    assert weights(BY_ID["equal"], OF_THREE) == {"one": 100, "two": 100, "three": 100}


def test_a_group_shares_its_weight_among_its_indicators():
    assert weights(BY_ID["groups"], OF_THREE) == {"one": 50, "two": 50, "three": 100}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_weights_are_known_by_their_preset_and_own_ones_by_none(preset: Preset):
    given = weights(preset, OF_THREE)
    assert named(given, OF_THREE) == preset.id
    assert named(given | {"one": 7}, OF_THREE) is None


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_every_preset_cites_its_origin_and_knows_every_group(preset: Preset):
    assert all(preset.origin.text(lang) and preset.label.text(lang) for lang in LANGUAGES)
    assert preset.by_group is None or set(preset.by_group) == set(GROUPS)
    groups = {
        name: module.INDICATOR.group for name, module in indicators.declared_measures().items()
    }
    given = weights(preset, groups)
    assert max(given.values()) == 100 and min(given.values()) > 0


def test_high_street_weights_are_the_published_influence():
    folder = Path(os.environ.get("STADSHART_REAL", "nowhere")).parent / "worked_examples"
    if not (folder / "12_ipm_factor_scores.csv").exists():
        pytest.skip("no published factor scores at hand: set STADSHART_REAL")
    with (folder / "12_ipm_factor_scores.csv").open(encoding="utf-8") as file:
        published = {row["factor"]: float(row["influence_0_5"]) for row in csv.DictReader(file)}
    assert BY_ID["high_street"].by_group == {
        "accessibility": published["Accessibility"],
        "demography": published["Economy"],
        "spatial_quality": published["Place attractiveness"],
        "supply": published["Retailer offer"],
        "cooperation": published["Leadership"],
    }
