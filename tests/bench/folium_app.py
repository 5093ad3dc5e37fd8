"""The usual map app: a slider, a folium map made again on every run, sent by streamlit-folium.

Towns and figures are those of the dashboard's own export. `tests/bench/crowd.py` starts it.
"""

import folium
import geopandas
import streamlit as st
from streamlit_folium import st_folium

from data import catalogue


@st.cache_resource
def places() -> geopandas.GeoDataFrame:
    """The places with a figure and its year."""
    snapshot = catalogue.open()
    centres = snapshot.table("places")[["place_id", "geometry"]]
    figures = snapshot.table("observations")[["place_id", "indicator", "value", "period_start"]]
    figures["year"] = [date.year for date in figures.pop("period_start")]
    merged = geopandas.GeoDataFrame(centres.merge(figures, on="place_id"), crs=centres.crs)
    return merged.to_crs(4326)


first, last = st.slider("Periode", 2001, 2026, (2001, 2026))
shown = places()
shown = shown[shown["year"].between(first, last)]
area = folium.Map(location=[52.28, 6.74], zoom_start=11, tiles=None)
folium.GeoJson(
    shown.to_json(),
    marker=folium.CircleMarker(radius=4),
    tooltip=folium.GeoJsonTooltip(["place_id", "indicator", "value", "year"]),
).add_to(area)
st_folium(area, returned_objects=[])
