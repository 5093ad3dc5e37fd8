"""Which readers of the GDAL library stay shut: those that fetch other files or addresses than the
one given.
"""

from __future__ import annotations

import os

BLOCKED = [
    "OGR_VRT",
    "GDALG",
    "HTTP",
    "WFS",
    "OAPIF",
    "OGCAPI",
    "CSW",
    "EEDA",
    "Elasticsearch",
    "Carto",
    "AmigoCloud",
    "PLSCENES",
    "NGW",
    "ADBC",
    "GPSBabel",
    "MapML",
]


def block() -> None:
    """Keep those readers out of this process and its children; call it before geopandas or pyogrio
    is imported.
    """
    given = [name for name in os.environ.get("OGR_SKIP", "").split(",") if name]
    os.environ["OGR_SKIP"] = ",".join(dict.fromkeys([*given, *BLOCKED]))
    # Content may name an address of its own; without an allowed ending none is opened.
    os.environ["CPL_VSIL_CURL_ALLOWED_EXTENSIONS"] = ".none"
    os.environ["GDAL_HTTP_MAX_RETRY"] = "0"
