"""The street plan of Voorbeeldstad: junctions by name, streets from junction to junction, three
squares.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.crs import RD

# Open sea north-west of Texel: whoever opens the town on a map of the country sees that it is not
# there.
X, Y = 60_000.0, 575_000.0

# Metres east and north of the middle of the market square.
_NODES: dict[str, tuple[float, float]] = {
    "m_nw": (-34, 25),
    "m_n": (2, 27),
    "m_ne": (36, 23),
    "m_e": (38, -3),
    "m_se": (31, -27),
    "m_s": (-3, -25),
    "m_sw": (-35, -23),
    "m_w": (-38, 2),
    "k_s": (-92, 50),
    "k_se": (-66, 53),
    "k_ne": (-63, 87),
    "k_n": (-86, 93),
    "k_w": (-112, 70),
    "s_n": (-36, -264),
    "s_ne": (-6, -266),
    "s_se": (-4, -304),
    "s_sw": (-74, -307),
    "s_nw": (-72, -268),
    "l1": (-84, -5),
    "l2": (-139, -15),
    "l3": (-197, -19),
    "l4": (-264, -36),
    "o1": (89, 3),
    "o2": (147, 13),
    "o3": (205, 19),
    "o4": (270, 37),
    "n1": (7, 79),
    "n2": (13, 129),
    "n3": (9, 185),
    "n4": (19, 253),
    "z1": (-9, -71),
    "z2": (-17, -125),
    "z3": (-23, -181),
    "z4": (-37, -223),
    "w1": (67, 59),
    "w2": (105, 93),
    "w3": (151, 121),
    "h1": (65, -59),
    "h2": (105, -89),
    "h3": (151, -123),
    "b1": (-63, -61),
    "b2": (-105, -86),
    "b3": (-129, -141),
    "t1": (-84, 141),
    "t2": (-100, 233),
    "v1": (-191, 61),
    "r_w": (-242, 71),
    "r_nw": (-182, 171),
    "r_ne": (121, 227),
    "r_e1": (211, 151),
    "r_e2": (263, -61),
    "r_se": (211, -151),
    "r_s": (111, -223),
    "r_sw1": (-141, -201),
    "r_sw2": (-221, -131),
    "out_w": (-690, -120),
    "out_n": (60, 700),
    "out_e": (700, 120),
    "out_s": (130, -700),
}

_STREETS: tuple[tuple[str, str, str], ...] = (
    ("Langestraat", "pedestrian", "m_w l1 l2 l3 l4"),
    ("Oosterstraat", "pedestrian", "m_e o1 o2 o3 o4"),
    ("Noorderstraat", "pedestrian", "m_n n1 n2 n3 n4"),
    ("Zuiderstraat", "residential", "m_s z1 z2 z3 z4 s_n"),
    ("Kerkstraat", "pedestrian", "m_nw k_se"),
    ("Kerksteeg", "footway", "l1 k_s"),
    ("Torenstraat", "residential", "k_n t1 t2"),
    ("Kerkepad", "footway", "k_ne n1"),
    ("Waagstraat", "pedestrian", "m_ne w1 w2 w3 r_e1"),
    ("Hofstraat", "residential", "m_se h1 h2 h3 r_se"),
    ("Bakkerssteeg", "footway", "m_sw b1 b2"),
    ("Molenstraat", "residential", "l2 b2 b3 r_sw1"),
    ("Nieuwstraat", "residential", "w1 o1 h1"),
    ("Schoolstraat", "residential", "t1 n2 w2"),
    ("Tuinstraat", "residential", "z2 h2"),
    ("Brugstraat", "residential", "w3 o2 h3"),
    ("Weverstraat", "residential", "l3 v1 k_w"),
    ("Smedenstraat", "residential", "b2 z2"),
    ("Gildestraat", "residential", "n3 w3"),
    ("Achterom", "footway", "b1 z1 h1"),
    ("Zadelmakersteeg", "footway", "b3 z3"),
    ("Noordersingel", "residential", "r_nw t2 n4 r_ne r_e1"),
    ("Oostersingel", "residential", "r_e1 o4 r_e2 r_se"),
    ("Zuidersingel", "residential", "r_se r_s z4 r_sw1"),
    ("Westersingel", "residential", "r_sw1 r_sw2 l4 r_w r_nw"),
    ("Westerweg", "residential", "l4 out_w"),
    ("Noorderweg", "residential", "n4 out_n"),
    ("Oosterweg", "residential", "o4 out_e"),
    ("Havenweg", "residential", "r_s out_s"),
)

_SQUARES: tuple[tuple[str, str], ...] = (
    ("Marktplein", "m_nw m_n m_ne m_e m_se m_s m_sw m_w"),
    ("Kerkplein", "k_s k_se k_ne k_n k_w"),
    ("Stationsplein", "s_n s_ne s_se s_sw s_nw"),
)

STATION = "s_sw"
_RAIL = ((X - 1_700, Y - 420), (X - 300, Y - 330), (X + 200, Y - 335), (X + 1_750, Y - 250))


def point(node: str) -> Point:
    """A junction in RD."""
    east, north = _NODES[node]
    return Point(X + east, Y + north)


def lines() -> gpd.GeoDataFrame:
    """Streets and squares as OpenStreetMap would give them: `name, highway`, lines and
    areas in RD.
    """
    names = [name for name, _, _ in _STREETS] + [name for name, _ in _SQUARES]
    kinds = [kind for _, kind, _ in _STREETS] + ["pedestrian"] * len(_SQUARES)
    shapes: list[BaseGeometry] = [
        LineString([point(node) for node in nodes.split()]) for _, _, nodes in _STREETS
    ]
    shapes += [Polygon([point(node) for node in nodes.split()]) for _, nodes in _SQUARES]
    text = pd.DataFrame({"name": names, "highway": kinds}, dtype="str")
    return gpd.GeoDataFrame(text, geometry=gpd.GeoSeries(shapes, crs=RD))


def singel() -> Polygon:
    """The round of the four singels: the town's own outline of its inner city."""
    ring = "r_nw t2 n4 r_ne r_e1 o4 r_e2 r_se r_s z4 r_sw1 r_sw2 l4 r_w"
    return Polygon([point(node) for node in ring.split()])


def rail_ends() -> tuple[Point, Point]:
    """Where the railway leaves the town, west and east."""
    return Point(_RAIL[0]), Point(_RAIL[-1])


def shapes() -> list[tuple[str, BaseGeometry]]:
    """Water, green, rail and roads of the town under the map, by kind, in RD."""
    moat = (
        singel()
        .buffer(34.0, join_style="mitre")
        .difference(singel().buffer(20.0, join_style="mitre"))
    )
    park = Polygon(
        [
            (X - 330, Y + 95),
            (X - 290, Y + 250),
            (X - 180, Y + 300),
            (X - 210, Y + 205),
            (X - 275, Y + 95),
        ]
    )
    roads = [shape for shape in lines().geometry if shape.geom_type == "LineString"]
    return [
        ("water", moat),
        ("green", park),
        ("rail", LineString(_RAIL)),
        *(("road", shape) for shape in roads),
    ]
