"""Block the GDAL drivers that open other files or URLs than the one given."""

from __future__ import annotations

import os

BLOCKED_DRIVERS = [
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


def block_drivers() -> None:
    """Block the drivers in this process and its children; call it before pyogrio is imported."""
    given = [name for name in os.environ.get("OGR_SKIP", "").split(",") if name]
    os.environ["OGR_SKIP"] = ",".join(dict.fromkeys([*given, *BLOCKED_DRIVERS]))
    # Content may name a URL; without an allowed ending none is opened.
    os.environ["CPL_VSIL_CURL_ALLOWED_EXTENSIONS"] = ".none"
    os.environ["GDAL_HTTP_MAX_RETRY"] = "0"
