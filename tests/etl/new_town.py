"""A town nobody has seen: its place file, an extract of OpenStreetMap and a timetable, as a
newcomer would lay them down.

Nine streets cross nine others 100 m apart; along the middle one, the Havenstraat, stand thirty
units, six mapped as empty.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import geopandas as gpd
from shapely.geometry import Point

from geo.crs import RD, to_wgs84
from tests.etl import pbf

X, Y = 52_500.0, 407_500.0
"""Where it lies, in RD: in the far south-west, outside every place that ships."""
TRIPS = 12
UNITS, EMPTY = 30, 6
GRID = range(-4, 5)


def degrees(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a spot given in metres from the crossing in the middle."""
    point = to_wgs84(gpd.GeoSeries([Point(X + x, Y + y)], crs=RD)).iloc[0]
    return round(point.x, 7), round(point.y, 7)


def place_file(folder: Path) -> None:
    """The one file a town needs."""
    folder.mkdir(parents=True, exist_ok=True)
    core = degrees(0.0, 0.0)
    properties = {
        "place_id": "zeestad",
        "name_nl": "Zeestad",
        "name_en": "Sea Town",
        "name_de": "Seestadt",
        "role": "centre",
        "municipality_code": None,
        "core": core,
        "core_basis": "square",
        "profile": None,
        "boundary_basis": None,
        "boundary_source": None,
        "boundary_date": None,
    }
    feature = {
        "type": "Feature",
        "id": "zeestad",
        "geometry": {"type": "Point", "coordinates": core},
        "properties": properties,
    }
    (folder / "zeestad.geojson").write_text(json.dumps(feature))


def extract() -> bytes:
    """The town in OpenStreetMap: streets, a square, a building, water and units."""
    nodes: list[pbf.Node] = []

    def node(x: float, y: float, **tags: str) -> int:
        nodes.append(pbf.Node(len(nodes) + 1, *degrees(x, y), tags))
        return len(nodes)

    def ring(
        number: int, west: float, south: float, east: float, north: float, **tags: str
    ) -> pbf.Way:
        corners = [
            node(x, y) for x, y in ((west, south), (east, south), (east, north), (west, north))
        ]
        return pbf.Way(number, [*corners, corners[0]], tags)

    crossings = {(i, j): node(i * 100.0, j * 100.0) for i in GRID for j in GRID}
    ways = [
        pbf.Way(
            100 + j,
            [crossings[i, j] for i in GRID],
            (
                {"highway": "residential", "name": f"Dwarsstraat {j}"}
                if j
                else {"highway": "pedestrian", "name": "Havenstraat"}
            ),
        )
        for j in GRID
    ]
    ways += [
        pbf.Way(
            200 + i,
            [crossings[i, j] for j in GRID],
            {"highway": "residential", "name": f"Langeweg {i}"},
        )
        for i in GRID
    ]
    ways.append(
        ring(300, 10.0, 10.0, 60.0, 60.0, highway="pedestrian", area="yes", name="Grote Markt")
    )
    ways.append(ring(301, -90.0, 15.0, -20.0, 60.0, building="yes"))
    ways.append(ring(302, -500.0, -600.0, 500.0, -500.0, natural="water"))
    empty = ({"shop": "vacant"}, {"disused:shop": "clothes"})
    for number in range(UNITS):
        node(
            -380.0 + number * 25.0,
            -8.0,
            **(
                empty[number % 2]
                if number % 5 == 0
                else {"shop": "bakery", "name": f"Winkel {number}"}
            ),
        )
    return pbf.written(nodes, ways, at=1_771_581_600)


def timetable() -> bytes:
    """Twelve trips a workday from the market to the harbour, by a calendar of weekdays."""
    (market_lon, market_lat), (harbour_lon, harbour_lat) = degrees(0.0, 120.0), degrees(300.0, 0.0)
    members = {
        "stops": (
            f"stop_id,stop_name,stop_lat,stop_lon\nm,Markt,{market_lat},{market_lon}\nh,Haven,{harbour_lat},{harbour_lon}\n"
        ),
        "trips": "trip_id,service_id\n" + "".join(f"t{n},week\n" for n in range(TRIPS)),
        "stop_times": (
            "trip_id,stop_id,stop_sequence\n"
            + "".join(f"t{n},m,1\nt{n},h,2\n" for n in range(TRIPS))
        ),
        "calendar": (
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nweek,1,1,1,1,1,0,0,20260302,20260531\n"
        ),
    }
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, text in members.items():
            archive.writestr(f"{name}.txt", text)
    return whole.getvalue()


def write_folders(folder: Path) -> tuple[Path, Path]:
    """The folders for `--places` and `--inputs`, filled."""
    place_file(folder / "places")
    for source_id, name, content in (
        ("osm", "zeestad.osm.pbf", extract()),
        ("transit", "gtfs.zip", timetable()),
    ):
        (folder / "inputs" / source_id).mkdir(parents=True)
        (folder / "inputs" / source_id / name).write_bytes(content)
    return folder / "places", folder / "inputs"
