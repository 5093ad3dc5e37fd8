"""Distance as the crow flies from the middle of the centre to the nearest railway station."""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from geo.bilingual import Bilingual
from geo.centres import KADASTER
from geo.crs import rd_per_metre_at, require_rd
from geo.indicator import Indicator, Tables, readings

# A point out of a gazetteer or a list of postcodes is somewhere in the town, not in its centre.
FROM: Mapping[str, str] = {
    "square": "Hemelsbreed van het marktplein tot het dichtstbijzijnde treinstation.",
    "outline": (
        "Hemelsbreed van het midden van de omtrek van de binnenstad tot het dichtstbijzijnde"
        " treinstation."
    ),
}
"""Definition of a reading by what it starts from: the two are not compared with each other."""

INDICATOR = Indicator(
    id="station_distance",
    label=Bilingual(
        nl="Afstand tot het station", en="Distance to the station", de="Entfernung zum Bahnhof"
    ),
    unit=Bilingual(nl="meter", en="metres", de="Meter"),
    better="lower",
    group="accessibility",
    area="inner_city",
    scope="centre",
    definition=Bilingual(
        nl=(
            "Hemelsbreed van het midden van de omtrek van de binnenstad, of van het marktplein waar"
            " die omtrek niet bekend is, tot het dichtstbijzijnde treinstation. Alleen wat van"
            " hetzelfde punt is gemeten, wordt vergeleken."
        ),
        en=(
            "As the crow flies from the middle of the outline of the inner city, or from the market"
            " square where that outline is not known, to the nearest railway station. Only what is"
            " measured from the same kind of point is compared."
        ),
        de=(
            "Luftlinie von der Mitte des Umrisses der Innenstadt, oder vom Marktplatz, wo dieser"
            " Umriss nicht bekannt ist, bis zum nächsten Bahnhof. Verglichen wird nur, was von"
            " einem gleichartigen Punkt aus gemessen ist."
        ),
    ),
    needs=("places", "stops"),
)


def compute(tables: Tables) -> pd.DataFrame:
    """Metres per centre whose middle is exact, in the last year of its nearest station.

    The middle is the centroid of an outline of the Kadaster, else the core. Raises WrongCrsError
    when places or stops are not in RD.
    """
    places = gpd.GeoDataFrame(tables["places"], geometry="geometry")
    stops = gpd.GeoDataFrame(tables["stops"], geometry="geometry")
    cores = gpd.GeoSeries(places["core"])
    for layer in (places, stops, cores):
        require_rd(layer)
    stations = stops[stops["kind"] == "train_station"].sort_values(["stop_id", "year"])
    stations = stations.drop_duplicates("stop_id", keep="last")
    outlined = places["boundary_basis"].eq(KADASTER)
    middles = cores.where(~outlined, places.geometry.centroid)
    bases = places["core_basis"].mask(outlined, "outline")
    exact = (places["role"] == "centre") & bases.isin(FROM)
    if stations.empty or not exact.any():
        return readings()
    rows = []
    for place_id, middle, basis in zip(
        places.loc[exact, "place_id"], middles[exact], bases[exact], strict=True
    ):
        # As near as a station lies, the scale at the middle holds on the way.
        distance_m = stations.distance(middle) / rd_per_metre_at(middle)
        nearest = stations.loc[distance_m.idxmin()]
        rows.append(
            {
                "place_id": place_id,
                "year": nearest["year"],
                "value": distance_m.min(),
                "definition": FROM[basis],
                "row_id": nearest["stop_id"],
            }
        )
    return readings(rows)
