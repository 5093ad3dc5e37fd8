"""Every export is an address that the tools of others read: GDAL, QGIS, DuckDB, pandas."""

import io
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from data import catalogue

pytestmark = pytest.mark.slow
SYSTEM_PYTHON = "/usr/bin/python3"
HELD = catalogue.open(catalogue.EXAMPLE)
UNITS = len(HELD.table("premises"))
# What QGIS says of a layer that it opened over the network.
LOOK = """
import sys
from qgis.core import QgsApplication, QgsVectorLayer
application = QgsApplication([], False)
application.initQgis()
layer = QgsVectorLayer(sys.argv[1], "layer", "ogr")
print(layer.isValid(), layer.featureCount(), layer.crs().authid(), layer.renderer().type())
layer = None
application.exitQgis()
"""

# What geopandas reads by ranges of bytes.
READ = """
import sys
import geopandas as gpd
address = f"/vsicurl/{sys.argv[1]}/export/premises.gpkg"
units = gpd.read_file(address, layer="premises")
box = tuple(units.geometry.iloc[0].buffer(1).bounds)
within = gpd.read_file(address, layer="premises", bbox=box)
streets = gpd.read_file(f"{sys.argv[1]}/export/streets.geojson")
print(len(units), units.crs.to_epsg(), len(within), len(streets), streets.crs.to_epsg())
"""


def looked_at(*command: str) -> str:
    """What a command prints in a process of its own: within a test process the ETL may have closed
    GDAL's ways to the network.
    """
    closed = ("CPL_", "GDAL_", "OGR_", "PYTHONPATH")
    open_to = {name: value for name, value in os.environ.items() if not name.startswith(closed)}
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env={**open_to, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def site(example_site: str) -> str:
    """The made-up region instead of what ships."""
    return example_site


def fetch(
    address: str, method: str = "GET", **headers: str
) -> tuple[int, Mapping[str, str], bytes]:
    asked = urllib.request.Request(
        address,
        method=method,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    try:
        with urllib.request.urlopen(asked, timeout=90) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, refused.read()


# One that is drawn and one that is written; they leave by the same way.
@pytest.mark.parametrize(
    "name",
    [
        *("premises.gpkg", "kaart.png"),
        *(pytest.param(name, marks=pytest.mark.long) for name in ("kaart.html", "straten.zip")),
    ],
)
def test_any_file_comes_whole_in_part_as_a_head_and_not_again(site: str, name: str):
    address = f"{site}/export/{name}?taal=en"
    status, headers, whole = fetch(address, Origin="https://elsewhere.example")
    assert status == 200 and headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in fetch(f"{site}/kaart")[1]
    status, head, body = fetch(address, "HEAD")
    assert (status, body, head["Content-Length"]) == (200, b"", str(len(whole)))
    assert head["ETag"] == headers["ETag"] and head["Accept-Ranges"] == "bytes"
    assert fetch(address, Range="bytes=100-199")[::2] == (206, whole[100:200])
    assert fetch(address, If_None_Match=headers["ETag"])[::2] == (304, b"")
    assert fetch(address, "POST")[0] == 405


def test_gdal_reads_a_geopackage_and_geojson_over_the_network(site: str):
    read = looked_at(sys.executable, "-c", READ, site).split()
    count, crs, within, streets, degrees = (int(word) for word in read)
    assert (count, crs) == (UNITS, 28992) and 1 <= within < UNITS
    assert (streets, degrees) == (len(HELD.table("streets")), 4326)


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="ogrinfo is missing: gdal-bin")
def test_ogrinfo_sums_up_a_layer_over_the_network(site: str):
    address = f"/vsicurl/{site}/export/premises.gpkg"
    printed = looked_at("ogrinfo", "-ro", "-so", address, "premises")
    assert f"Feature Count: {UNITS}\n" in printed and "EPSG" in printed


def test_prometheus_takes_every_figure_of_the_server(site: str):
    parser = pytest.importorskip("prometheus_client.parser", reason="it is in the extra `test`")
    _, headers, body = fetch(f"{site}/metrics")
    families = {
        family.name: family
        for family in parser.text_string_to_metric_families(body.decode("utf-8"))
    }
    assert headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert {family.type for family in families.values()} == {"gauge"}
    (version,) = families["stadshart_version_info"].samples
    assert version.value == 1 and set(version.labels) == {"version"}
    ages = families["stadshart_source_age_seconds"].samples
    assert ages and all(sample.labels["source"] and sample.value >= 0 for sample in ages)


def test_pandas_reads_a_table_in_every_form(site: str):
    address = f"{site}/export/counts"
    for frame in (
        pd.read_csv(f"{address}.csv?taal=en"),
        pd.read_csv(f"{address}.csv", sep=";", decimal=","),
        pd.read_parquet(f"{address}.parquet"),
        pd.read_excel(f"{address}.xlsx", engine="calamine"),
        pd.read_excel(f"{address}.ods", engine="calamine"),
    ):
        assert len(frame) == len(HELD.table("counts"))


def test_duckdb_reads_parquet_and_csv(site: str, tmp_path: Path):
    """Fetched first: the extension `httpfs`, which reads an address, is not in its package."""
    duckdb = pytest.importorskip("duckdb", reason="duckdb comes with the extra `test`")
    for name in ("counts.parquet", "counts.csv"):
        (tmp_path / name).write_bytes(fetch(f"{site}/export/{name}?taal=en")[2])
        with duckdb.connect() as database:
            found = database.execute(f"select count(*) from '{tmp_path / name}'").fetchone()
        assert found == (len(HELD.table("counts")),)


def test_geopandas_reads_geoparquet(site: str):
    content = fetch(f"{site}/export/streets.parquet")[2]
    streets = gpd.read_parquet(io.BytesIO(content))
    assert streets.crs.to_epsg() == 28992 and len(streets) == len(HELD.table("streets"))


def test_qgis_opens_a_layer_over_the_network_with_its_style(site: str):
    found = subprocess.run([SYSTEM_PYTHON, "-c", "import qgis.core"], check=False)
    if found.returncode:
        pytest.skip(f"no QGIS for {SYSTEM_PYTHON}: apt-get install python3-qgis")
    address = f"/vsicurl/{site}/export/straten.gpkg|layername=straten"
    valid, count, crs, style = looked_at(SYSTEM_PYTHON, "-c", LOOK, address).split()
    assert (valid, crs, style) == ("True", "EPSG:28992", "categorizedSymbol")
    assert int(count) > 0
