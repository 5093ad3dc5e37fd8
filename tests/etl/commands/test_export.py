"""Taking along from the command: nothing internal leaves."""

import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pyogrio
import pytest

from data import catalogue
from data.errors import ExportError
from etl.commands.export import FORMATS, ExportResult, export
from etl.errors import UseError
from tests import town
from tests.data.curated import package_faults

pytestmark = pytest.mark.slow

Exported = Callable[[str], tuple[ExportResult, Path]]
INTERNAL = (b"teller-1", b"station-voorbeeldstad", b"BU99990000")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published town; not to be written to."""
    return town.snapshot(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def exported(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """What the town is in a format, and where; not to be written to."""

    @cache
    def export_town(form: str) -> tuple[ExportResult, Path]:
        name = f"out.{form}" if form in ("gpkg", "xlsx", "ods", "zip") else "out"
        out = tmp_path_factory.mktemp(form) / name
        return export(data, form, out), out

    return export_town


def everything(path: Path) -> bytes:
    return b"".join(
        file.read_bytes() for file in ([path] if path.is_file() else sorted(path.iterdir()))
    )


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_internal_leaves_in_any_format(exported: Exported, form: str):
    done, out = exported(form)
    assert dict(done.withheld) == {"areas": 2, "counts": 3, "stops": 3}
    assert not {"areas", "counts", "stops"} & {name for name, _ in done.rows}
    content = everything(out)
    # Workbooks and Parquet are packed; the names of their tables tell.
    assert not any(secret in content for secret in INTERNAL)
    assert not any(path.stem in ("areas", "counts", "stops") for path in done.files)


@pytest.mark.parametrize("form", ["gpkg", "zip"])
def test_every_layer_on_a_map_carries_its_style(exported: Exported, tmp_path: Path, form: str):
    _, out = exported(form)
    if form == "zip":
        with zipfile.ZipFile(out) as packed:
            out = Path(packed.extract("stadshart.gpkg", tmp_path))
    layers = {name for name, shape in pyogrio.list_layers(out) if shape}
    styles = pyogrio.read_dataframe(out, layer="layer_styles")
    assert set(styles["f_table_name"]) == layers
    assert styles["styleqml"].str.startswith("<qgis").all()


@pytest.mark.parametrize("form", ["csv", "geojson"])
def test_what_ships_is_exported_as_a_valid_data_package(tmp_path: Path, form: str):
    done = export(catalogue.EMBEDDED, form, tmp_path / "out")
    assert len(done.rows) > 3 and package_faults(tmp_path / "out" / "datapackage.json") == []


def test_a_cell_changed_after_the_export_is_a_fault_of_its_package(tmp_path: Path):
    export(catalogue.EMBEDDED, "csv", tmp_path / "out")
    table = tmp_path / "out" / "observations.csv"
    table.write_bytes(table.read_bytes().replace(b"0,193", b"0,194", 1))
    faults = package_faults(tmp_path / "out" / "datapackage.json")
    assert faults == [("observations-csv", "hash-count")]


def test_internal_table_by_name_is_refused(data: Path, tmp_path: Path):
    with pytest.raises(ExportError, match="only internal ones: counts"):
        export(data, "csv", tmp_path / "out.csv", names=["counts"])
    assert not (tmp_path / "out.csv").exists()


def test_one_table_is_one_file_and_several_a_folder_with_what_describes_them(
    data: Path, tmp_path: Path
):
    assert export(data, "csv", tmp_path / "een.csv", names=["streets"]).files == (
        tmp_path / "een.csv",
    )
    several = export(data, "csv", tmp_path / "twee", names=["streets", "actors"]).files
    assert [path.name for path in several] == [
        "README.md",
        "actors.csv",
        "datapackage.json",
        "streets.csv",
    ]
    assert "De Voorbeeldkrant" in (tmp_path / "twee" / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("form", "names", "error", "message"),
    [
        ("docx", [], UseError, "--format"),
        ("csv", ["secrets"], UseError, "--table"),
        ("gpkg", [], UseError, "ends in .gpkg"),
        ("geojson", ["actors"], ExportError, "take it as csv"),
    ],
)
def test_wrong_use_is_said_and_leaves_no_file(
    data: Path, tmp_path: Path, form: str, names: list[str], error: type[Exception], message: str
):
    with pytest.raises(error, match=message):
        export(data, form, tmp_path / "out", names=names)
    assert list(tmp_path.iterdir()) == []


def test_what_stands_there_is_not_written_over(data: Path, tmp_path: Path):
    (tmp_path / "out.xlsx").write_text("mine")
    with pytest.raises(ExportError, match="existing"):
        export(data, "xlsx", tmp_path / "out.xlsx")
    assert (tmp_path / "out.xlsx").read_text() == "mine"


def test_folder_that_cannot_be_made_is_said(data: Path, tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="cannot be written"):
        export(data, "csv", tmp_path / "file" / "out", names=["streets"])
