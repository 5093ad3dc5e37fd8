"""Files of figures: every curated figure is in them, with its definition, period and source."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from dashboard.exports import downloads
from dashboard.press.studio import Studio
from dashboard.selection import permalink
from dashboard.selection.permalink import Selection
from dashboard.session import visitor
from data import catalogue
from tests.dashboard import shipped


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio(shipped.facts())


def all_figures(studio: Studio) -> Selection:
    return permalink.opening(visitor.vocabulary(studio.facts))


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "gpkg"])
def test_every_curated_figure_leaves_with_definition_period_and_source(
    studio: Studio, form: str, tmp_path: Path
):
    curated = {
        row["observation_id"]: path.name
        for path in sorted(catalogue.EMBEDDED.parent.joinpath("reference").glob("*.csv"))
        for row in csv.DictReader(path.read_text("utf-8").splitlines())
        if "observation_id" in row
    }
    assert {"centre.csv", "establishments.csv", "nearby.csv", "living.csv"} <= {*curated.values()}
    content = downloads.make_from_studio(
        studio, f"observations.{form}", all_figures(studio)
    ).content
    (tmp_path / f"cijfers.{form}").write_bytes(content)
    table = table_of(tmp_path / f"cijfers.{form}")
    missing = {name for key, name in curated.items() if key not in set(table["Kenmerk"])}
    assert missing == set()
    for column in ("Definitie", "Uitgever", "Licentie", "Geraadpleegd"):
        assert table[column].notna().all() and (table[column].astype(str) != "").all(), column
    dated = table[table["Begin"].notna()]
    assert len(dated) > 0.8 * len(table)


def table_of(path: Path) -> pd.DataFrame:
    """The rows of a file of figures under the Dutch titles of their columns."""
    if path.suffix == ".csv":
        return pd.read_csv(path, sep=";")
    if path.suffix == ".xlsx":
        return pd.read_excel(path, engine="openpyxl")
    # Figures about a province or the country have no place.
    layers = [gpd.read_file(path, layer=name) for name in ("cijfers", "cijfers_unlocated")]
    titles = {
        "id": "Kenmerk",
        "definition": "Definitie",
        "source_publisher": "Uitgever",
        "source_licence": "Licentie",
        "source_retrieved": "Geraadpleegd",
        "period_start": "Begin",
    }
    return pd.concat([pd.DataFrame(layer) for layer in layers]).rename(columns=titles)


def test_figures_of_a_place_stand_at_its_middle_in_a_map_file(studio: Studio):
    selection = replace(all_figures(studio), place="borne", theme="centre")
    made = json.loads(downloads.make_from_studio(studio, "observations.geojson", selection).content)
    spots = {tuple(feature["geometry"]["coordinates"]) for feature in made["features"]}
    assert len(spots) == 1
    ((east, north),) = spots
    assert 6.7 < east < 6.8 and 52.2 < north < 52.4
