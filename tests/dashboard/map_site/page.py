"""One page with the map, two filters, and what Python heard of the clicks."""

import made_up_scene
import streamlit as st

from dashboard.component import assets, map_component
from dashboard.maps import scene

st.set_page_config(page_title="Proef", layout="wide")
query = st.query_params
lang = query.get("taal", "nl")
files = made_up_scene.files(lang, query.get("basis"), query.get("tegels", "off"))
assets.publish(files.files)
if st.checkbox("minder"):
    st.query_params.from_dict({"minder": "ja", "taal": lang})
    less = True
else:
    less = False
layers = query.get("laag", "initiatieven,leegstand").split(",")
visible = {
    layer.id: {
        id_: style
        for index, (id_, style) in enumerate(scene.all_visible(layer).items())
        if not less or index % 3 == 0
    }
    for layer in files.scene.layers
    if layer.id in layers
}


def heard(selected: scene.Selected | None) -> None:
    st.session_state["selected"] = selected
    st.session_state["heard"] = st.session_state.get("heard", 0) + 1


message = scene.message(
    files,
    visible if query.get("leeg") != "ja" else {layer: {} for layer in visible},
    name="Proefkaart van Voorbeeldstad",
    caption="Bron: verzonnen, 1 maart 2024",
    selected=st.session_state.get("selected"),
    goto=scene.ViewTarget("home", made_up_scene.HOME),
)
map_component(message, key="kaart", lang=lang, on_select=heard)
st.text(f"gehoord {st.session_state.get('heard', 0)} keer: {st.session_state.get('selected')}")
