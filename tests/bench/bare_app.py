"""The least an app can do: one slider and one line of text.

What it costs is Streamlit's own share. `tests/bench/server.py` starts it.
"""

import streamlit as st

first, last = st.slider("Periode", 2001, 2026, (2001, 2026))
st.html(f'<p data-ready="{first}-{last}">Periode {first}-{last}</p>')
