"""Tables of earlier versions, read by this one."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from data import catalogue
from data.errors import OutdatedError
from data.schema.tables import DECLARED
from data.schema.upgrade import add_missing_columns
from tests import town

RELEASES = sorted(Path(__file__).parents[1].glob("releases/*"))


def test_a_column_that_may_be_unknown_is_unknown():
    places = town.places()
    earlier = places.drop(columns=["profile", "boundary_basis"])
    completed = add_missing_columns(DECLARED["places"], earlier)
    assert list(completed.columns) == list(places.columns)
    assert completed["profile"].isna().all() and completed["profile"].dtype == "str"
    assert completed["place_id"].tolist() == places["place_id"].tolist()


def test_a_second_geometry_column_stays_geometry():
    earlier = town.places().drop(columns="core_basis")
    completed = add_missing_columns(DECLARED["places"], earlier)
    assert isinstance(completed, gpd.GeoDataFrame) and completed["core"].crs == completed.crs


def test_a_column_no_longer_declared_is_left_out():
    earlier = town.places().assign(nickname="Stad")
    assert "nickname" not in add_missing_columns(DECLARED["places"], earlier)


def test_a_column_that_must_be_known_is_asked_for():
    earlier = pd.DataFrame(town.places()).drop(columns=["role", "name_de"])
    with pytest.raises(OutdatedError, match="columns name_de, role, got none.*'stadshart-etl run'"):
        add_missing_columns(DECLARED["places"], earlier)


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
def test_a_snapshot_of_an_earlier_release_is_read_whole(release: Path):
    opened = catalogue.open(release)
    for name in opened.names:
        table = opened.table(name)
        assert list(table.columns) == list(DECLARED[name].columns)
        assert len(table) == opened.manifest.table(name).rows


def test_every_release_has_left_a_snapshot():
    assert [path.name for path in RELEASES] == ["0.2.0"]
