"""A selection turned into rows and results: no Streamlit, no sentences."""
