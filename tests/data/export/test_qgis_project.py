"""A QGIS project that opens a GeoPackage as it is meant."""

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from data.export.geopackage import geopackage
from data.export.qgis_project import BASE_MAP, qgis_project
from tests.data.export.map_tables import MIXED

STYLE = (
    '<qgis styleCategories="Symbology"><renderer-v2 type="singleSymbol"><symbols>'
    '<symbol type="marker" name="0"><layer class="SimpleMarker"/></symbol></symbols>'
    "</renderer-v2></qgis>"
)
LOOKS = {"straten_point": STYLE}


def test_marks_lie_over_lines_over_areas_over_the_base_map():
    root = ElementTree.fromstring(qgis_project("straten.gpkg", [MIXED], LOOKS))
    layers = root.findall("layer-tree-group/layer-tree-layer")
    assert [layer.get("name") for layer in layers] == [
        "straten_point",
        "straten_line",
        "straten_area",
        BASE_MAP,
    ]
    assert layers[0].get("source") == "./straten.gpkg|layername=straten_point"


def test_a_layer_has_its_style_and_the_project_the_coordinates_of_the_netherlands():
    root = ElementTree.fromstring(qgis_project("straten.gpkg", [MIXED], LOOKS))
    point, *_ = root.findall("projectlayers/maplayer")
    assert point.find("renderer-v2/symbols/symbol") is not None
    assert root.findtext("projectCrs/spatialrefsys/authid") == "EPSG:28992"
    xmin, xmax = (float(root.findtext(f"mapcanvas/extent/{side}")) for side in ("xmin", "xmax"))
    assert xmin < MIXED.rows[0].shape.x < xmax


_OPEN = """
import sys
from qgis.core import QgsApplication, QgsProject
QgsApplication.setPrefixPath("/usr", True)
application = QgsApplication([], False)
application.initQgis()
project = QgsProject.instance()
assert project.read(sys.argv[1]), project.error()
print(project.crs().authid())
for node in project.layerTreeRoot().findLayers():
    print(node.layer().name(), node.layer().isValid(), node.layer().crs().authid())
"""


@pytest.mark.slow
@pytest.mark.skipif(
    not Path("/usr/lib/python3/dist-packages/qgis").is_dir() or shutil.which("python3") is None,
    reason="QGIS is not installed (Debian: python3-qgis)",
)
def test_qgis_opens_every_layer(tmp_path: Path):
    (tmp_path / "straten.gpkg").write_bytes(geopackage([MIXED], looks=LOOKS))
    (tmp_path / "straten.qgs").write_bytes(qgis_project("straten.gpkg", [MIXED], LOOKS))
    done = subprocess.run(
        ["/usr/bin/python3", "-c", _OPEN, tmp_path / "straten.qgs"],
        env={"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == [
        "EPSG:28992",
        "straten_point True EPSG:28992",
        "straten_line True EPSG:28992",
        "straten_area True EPSG:28992",
        f"{BASE_MAP} True EPSG:3857",
    ], done.stderr
