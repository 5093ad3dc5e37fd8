import subprocess
import sys
from pathlib import Path

import pytest

from data import catalogue
from data.errors import (
    DamagedFileError,
    ManifestError,
    MissingTableError,
    NoSnapshotError,
    UnknownSourceError,
    VersionError,
)
from data.snapshot import publish
from geo.crs import is_rd
from tests import town


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole town, published; not to be written to."""
    return town.snapshot(tmp_path_factory.mktemp("snapshot"))


def publish_places(folder: Path) -> None:
    publish.publish(
        folder,
        {"places": town.places()},
        town.sources(),
        town.table_sources(),
        published=None,
        label="places",
    )


@pytest.mark.slow
def test_places_come_in_rd_with_their_cores(snapshot: Path):
    places = catalogue.open(snapshot).places().set_index("place_id")
    assert is_rd(places) and is_rd(places["core"])
    assert places.geometry["voorbeeldstad"].area == 400 * 400
    assert places.loc["voorbeeldstad", "core"].x == town.X


def test_table_without_geometry_is_a_plain_frame(snapshot: Path):
    actors = catalogue.open(str(snapshot)).table("actors")
    assert actors["actor_id"].tolist() == ["gemeente-voorbeeldstad", "winkeliers"]


def test_missing_table_names_those_there_are(tmp_path: Path):
    publish_places(tmp_path)
    opened = catalogue.open(tmp_path)
    assert (opened.has("places"), opened.has("streets")) == (True, False)
    with pytest.raises(MissingTableError, match="expected one of places, got 'streets'"):
        opened.table("streets")


def test_table_without_its_manifest_entry_does_not_exist(tmp_path: Path):
    publish_places(tmp_path)
    opened = catalogue.open(tmp_path)
    (opened.path / "streets.parquet").write_bytes(b"")
    assert not opened.has("streets")


def test_changed_file_is_refused_with_its_name_and_the_cure(tmp_path: Path):
    publish_places(tmp_path)
    opened = catalogue.open(tmp_path)
    path = opened.path / "places.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(
        DamagedFileError, match=r"places\.parquet: expected sha256 .*stadshart-etl rollback"
    ):
        opened.places()


def test_file_that_is_gone_is_named(tmp_path: Path):
    publish_places(tmp_path)
    opened = catalogue.open(tmp_path)
    (opened.path / "places.parquet").unlink()
    with pytest.raises(
        DamagedFileError, match=r"places\.parquet: expected the file of the manifest, got none"
    ):
        opened.places()


def test_source_is_found_by_its_id(snapshot: Path):
    opened = catalogue.open(snapshot)
    assert opened.source("voorbeeldkrant").publisher == "De Voorbeeldkrant"
    with pytest.raises(
        UnknownSourceError, match="expected one of voorbeeldkrant, voorbeeldteller, got 'roddel'"
    ):
        opened.source("roddel")


def test_folder_without_a_snapshot_says_how_to_fill_it(tmp_path: Path):
    with pytest.raises(NoSnapshotError, match="stadshart-etl run --data"):
        catalogue.open(tmp_path / "nowhere")


def test_current_cannot_lead_out_of_the_folder(tmp_path: Path):
    publish_places(tmp_path)
    (tmp_path / "current").write_text("../../elsewhere")
    with pytest.raises(VersionError, match="expected a version name"):
        catalogue.open(tmp_path)


def test_damaged_manifest_is_named(tmp_path: Path):
    publish_places(tmp_path)
    manifest = catalogue.open(tmp_path).path / "manifest.json"
    manifest.write_text(manifest.read_text()[:100])
    with pytest.raises(ManifestError, match=r"manifest\.json: manifest: expected JSON"):
        catalogue.open(tmp_path)


def test_own_snapshot_goes_before_the_one_that_ships(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    publish_places(shipped)
    monkeypatch.setattr(catalogue, "EMBEDDED", shipped)
    monkeypatch.setattr(catalogue, "user_folder", lambda: own)
    assert catalogue.open().folder == shipped
    publish_places(own)
    assert catalogue.open().folder == own


@pytest.mark.slow
def test_opening_loads_neither_pandas_nor_geopandas():
    code = (
        "import sys, data.catalogue\nprint(sorted({'geopandas', 'pandas', 'pyarrow',"
        " 'streamlit'} & set(sys.modules)))"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout
        == "[]\n"
    )


@pytest.mark.slow
def test_rows_of_one_place_are_those_of_the_whole_table(snapshot: Path):
    opened = catalogue.open(snapshot)
    for name in ("places", "observations", "premises"):
        whole = opened.table(name)
        own = whole[whole["place_id"] == "voorbeeldstad"].reset_index(drop=True)
        read = opened.table(name, where={"place_id": ("voorbeeldstad",)})
        assert len(own) and read.equals(own)
    assert len(opened.table("places", where={"place_id": ()})) == 0


def test_rows_of_a_box_touch_it(tmp_path: Path):
    publish_places(tmp_path)
    opened = catalogue.open(tmp_path)
    box = (town.X - 1.0, town.Y - 1.0, town.X + 1.0, town.Y + 1.0)
    assert opened.table("places", box=box)["place_id"].tolist() == ["voorbeeldstad"]


def test_columns_come_without_the_rest_of_the_table(tmp_path: Path):
    publish_places(tmp_path)
    opened = catalogue.open(tmp_path)
    read = opened.columns("places", ("place_id", "role", "unheard_of"))
    assert list(read.columns) == ["place_id", "role"]
    assert read["place_id"].tolist() == opened.places()["place_id"].tolist()


def test_rows_of_a_changed_file_are_refused_also_after_a_first_reading(tmp_path: Path):
    publish_places(tmp_path)
    opened = catalogue.open(tmp_path)
    opened.columns("places", ("place_id",))
    path = opened.path / "places.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    for read in (
        lambda: opened.columns("places", ("place_id",)),
        lambda: opened.table("places", where={"place_id": ("voorbeeldstad",)}),
    ):
        with pytest.raises(DamagedFileError, match="places.parquet: expected sha256"):
            read()
