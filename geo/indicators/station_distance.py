"""Distance as the crow flies from the middle of the centre to the nearest railway station."""

import geopandas as gpd
import pandas as pd

from geo.bilingual import Bilingual
from geo.crs import rd_per_metre_at, require_rd
from geo.indicator import Indicator, Tables, readings

# A point out of a gazetteer or a list of postcodes is somewhere in the town, not in its centre.
EXACT = ("square", "outline")

INDICATOR = Indicator(
    id="station_distance",
    label=Bilingual(
        nl="Afstand tot het station", en="Distance to the station", de="Entfernung zum Bahnhof"
    ),
    unit=Bilingual(nl="meter", en="metres", de="Meter"),
    better="lower",
    group="accessibility",
    area="inner_city",
    definition=Bilingual(
        nl=(
            "Hemelsbreed van het marktplein tot het dichtstbijzijnde treinstation. "
            "Alleen waar de ligging van het plein zelf bekend is."
        ),
        en=(
            "As the crow flies from the market square to the nearest railway station. "
            "Only where the position of the square itself is known."
        ),
        de=(
            "Luftlinie vom Marktplatz bis zum nächsten Bahnhof. Nur wo die Lage des Platzes selbst"
            " bekannt ist."
        ),
    ),
    needs=("places", "stops"),
)


def compute(tables: Tables) -> pd.DataFrame:
    """Metres per centre whose core is exact, in the last year of its nearest station.

    Raises WrongCrsError when places or stops are not in RD.
    """
    places = gpd.GeoDataFrame(tables["places"], geometry="core")
    stops = gpd.GeoDataFrame(tables["stops"], geometry="geometry")
    require_rd(places)
    require_rd(stops)
    stations = stops[stops["kind"] == "train_station"].sort_values(["stop_id", "year"])
    stations = stations.drop_duplicates("stop_id", keep="last")
    exact = places[(places["role"] == "centre") & places["core_basis"].isin(EXACT)]
    if stations.empty or exact.empty:
        return readings()
    rows = []
    for place_id, core in zip(exact["place_id"], exact["core"], strict=True):
        # As near as a station lies, the scale at the core holds on the way.
        distance_m = stations.distance(core) / rd_per_metre_at(core)
        nearest = stations.loc[distance_m.idxmin()]
        rows.append(
            {
                "place_id": place_id,
                "year": nearest["year"],
                "value": distance_m.min(),
                "definition": INDICATOR.definition.nl,
                "row_id": nearest["stop_id"],
            }
        )
    return readings(rows)
