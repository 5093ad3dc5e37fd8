"""Shop units as the BAG gives them."""

import json
from pathlib import Path

from etl.area import Area
from etl.source import Parsed
from etl.sources import bag
from tests.etl.sources.source_runs import (
    HENGELO,
    area,
    write_piece,
)

RD_NAME = "urn:ogc:def:crs:EPSG::28992"
RD_HEADER = (("Content-Crs", f"<{bag.RD_URI}>"),)


def unit(number: int, *, east: float = 0.0, **known: object) -> dict[str, object]:
    """A shop of 80 m2 at Marktstraat, so many metres east of the core."""
    properties = {
        "identificatie": f"016401{number:010d}",
        "oppervlakte": 80,
        "status": "Verblijfsobject in gebruik",
        "gebruiksdoel": "winkelfunctie",
        "openbare_ruimte": "Marktstraat",
        "huisnummer": number,
        "huisletter": None,
        "toevoeging": None,
    } | known
    geometry = {"type": "Point", "coordinates": [HENGELO.x + east, HENGELO.y]}
    return {
        "type": "Feature",
        "id": f"verblijfsobject.{number}",
        "properties": properties,
        "geometry": geometry,
    }


def collection(
    *features: dict[str, object], crs: str | None = RD_NAME, **more: object
) -> dict[str, object]:
    stated = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    return {"type": "FeatureCollection", "features": list(features), **stated, **more}


def premises(
    tmp_path: Path,
    *features: dict[str, object],
    asked: Area | None = None,
    crs: str | None = RD_NAME,
    **more: object,
) -> Parsed:
    content = json.dumps(collection(*features, crs=crs, **more))
    given = write_piece(tmp_path, "bag.geojson", content)
    return bag.parse([given], asked or area())
