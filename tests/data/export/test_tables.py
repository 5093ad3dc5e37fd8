"""Published tables on their way out: what may leave, and nothing else, in every form."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pyarrow.parquet as pq
import pytest

from data import catalogue
from data.catalogue import Catalogue
from data.errors import WithheldError
from data.export import tables as export_tables
from data.export.tables import FORMATS, Format
from data.manifest import Sharing
from data.schema.tables import DECLARED
from data.snapshot import publish
from tests import town

pytestmark = pytest.mark.slow

NOON = datetime(2024, 3, 3, 12, tzinfo=UTC)
SECRET = "Geheime Winkel"


def opened(folder: Path, sharing: Sharing = "open", **tables) -> Catalogue:
    """The town, the newspaper's rows shared as given; the counter's are internal always."""
    paper, counter = town.sources()
    publish.publish(
        folder,
        {**town.tables(), **tables},
        [replace(paper, sharing=sharing), counter],
        town.table_sources(),
        published=NOON,
    )
    return catalogue.open(folder)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return opened(tmp_path_factory.mktemp("town"))


def content(opened: Catalogue, name: str, form: Format) -> bytes:
    (made,) = export_tables.files(
        export_tables.parcel([export_tables.table_sheet(opened, name)], name=name), form
    ).values()
    return made


def forms(name: str) -> list[Format]:
    return [form for form in FORMATS if DECLARED[name].geometry is not None or form != "geojson"]


def unpacked(found: bytes) -> Iterator[bytes]:
    """The bytes and, of an archive or a Parquet file, what is packed in them."""
    yield found
    if found[:4] == b"PAR1":
        yield repr(
            pq.read_table(io.BytesIO(found)).drop_columns(["geometry", "bbox"]).to_pylist()
        ).encode()
    if found[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(found)) as archive:
            for name in archive.namelist():
                yield from unpacked(archive.read(name))


def test_every_open_row_leaves(snapshot: Catalogue):
    for name in ("places", "observations", "initiatives", "actors", "streets", "translations"):
        rows = export_tables.table_sheet(snapshot, name).rows
        assert len(rows) == len(snapshot.table(name)) > 0, name


@pytest.mark.parametrize("name", ["observations", "streets"])
def test_a_table_leaves_in_every_form(snapshot: Catalogue, name: str):
    assert all(content(snapshot, name, form) for form in forms(name))


@pytest.mark.parametrize("name", ["areas", "counts", "stops"])
def test_table_of_an_internal_source_is_withheld(snapshot: Catalogue, name: str):
    with pytest.raises(WithheldError, match="may leave"):
        export_tables.table_sheet(snapshot, name)


def test_table_that_is_not_there_is_withheld(snapshot: Catalogue):
    with pytest.raises(WithheldError, match="does not hold"):
        export_tables.table_sheet(snapshot, "secrets")


def test_unit_of_an_internal_source_is_in_no_form(tmp_path: Path):
    units = town.premises(
        {}, {"premises_id": "survey:x:1", "source_id": "voorbeeldteller", "address": SECRET}
    )
    snapshot, known = opened(tmp_path, premises=units), b"9999010000000001"
    for form in forms("premises"):
        found = list(unpacked(content(snapshot, "premises", form)))
        assert any(known in part for part in found), form
        assert not any(SECRET.encode() in part for part in found), form


def test_unit_of_a_source_that_shares_totals_is_withheld_and_its_totals_are_not(tmp_path: Path):
    snapshot = opened(tmp_path, "aggregate")
    with pytest.raises(WithheldError):
        export_tables.table_sheet(snapshot, "premises")
    assert len(export_tables.table_sheet(snapshot, "street_vacancy").rows) == 2


def test_columns_say_what_they_mean_and_shares_keep_their_scale(snapshot: Catalogue):
    columns = {
        column.key: column
        for column in export_tables.table_sheet(snapshot, "street_vacancy").columns
    }
    assert columns["vacancy_rate"].kind == "share" and columns["vacant_units"].kind == "number"
    assert all(column.definition for column in columns.values())


def test_rows_name_their_own_source_and_others_all_of_the_table(snapshot: Catalogue):
    assert {
        row.sources[0].publisher for row in export_tables.table_sheet(snapshot, "observations").rows
    } == {"De Voorbeeldkrant"}
    assert (
        export_tables.table_sheet(snapshot, "streets").rows[0].sources[0].title
        == "Leegstand in Voorbeeldstad"
    )


def test_second_point_leaves_as_two_numbers(snapshot: Catalogue):
    rows = csv.DictReader(
        io.StringIO(content(snapshot, "places", "csv").decode("utf-8-sig")), delimiter=";"
    )
    assert {
        (row["core_x_m"], row["core_y_m"]) for row in rows if row["place_id"] == "voorbeeldstad"
    } == {("150000", "530000")}


def test_lists_stay_lists_in_parquet_and_read_as_text_elsewhere(
    snapshot: Catalogue, tmp_path: Path
):
    (tmp_path / "a.parquet").write_bytes(content(snapshot, "initiatives", "parquet"))
    kept = gpd.read_parquet(tmp_path / "a.parquet").set_index("initiative_id")["streets"]
    assert list(kept["lichtjesavond"]) == ["Langestraat", "Dwarsstraat"]
    features = json.loads(content(snapshot, "initiatives", "geojson"))["features"]
    assert "Langestraat; Dwarsstraat" in {feature["properties"]["streets"] for feature in features}


def test_unknown_is_empty_and_never_zero(snapshot: Catalogue):
    rows = list(
        csv.DictReader(
            io.StringIO(content(snapshot, "observations", "csv").decode("utf-8-sig")), delimiter=";"
        )
    )
    words = [row for row in rows if row["value_text"]]
    assert words and all(row["value"] == "" for row in words)


def test_everything_of_one_town_fits_one_zip(snapshot: Catalogue):
    sheets = [export_tables.table_sheet(snapshot, name) for name in ("places", "actors")]
    (made,) = export_tables.files(export_tables.parcel(sheets, name="stadshart"), "zip").values()
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {
            "places.csv",
            "actors.csv",
            "stadshart.gpkg",
            "stadshart.xlsx",
            "places.geojson",
            "actors.parquet",
        } <= set(archive.namelist())
