"""The site: its views, their titles and the language of the page."""

from pathlib import Path

import streamlit as st

from dashboard import tables, visit
from dashboard.panels import frame
from dashboard.state import OPENING, VIEWS

_HERE = Path(__file__).parent

facts = tables.facts()
here = visit.begin(facts)
text = here.text

pages = st.session_state.get("pages", {}).get(text.lang)
if pages is None:
    # Kept for the visit: making them asks the file system for every view, with every change.
    pages = [
        st.Page(
            _HERE / "views" / f"{view}.py",
            title=text(f"nav.{view}"),
            url_path=view,
            default=view == OPENING,
        )
        for view in VIEWS
    ]
    st.session_state["pages"] = {text.lang: pages}
page = st.navigation(pages, position="top")
visit.enter(page.url_path)
st.set_page_config(
    page_title=f"{page.title} · {text('product.name')}",
    page_icon=frame.ICON,
    layout="wide",
)
frame.page(facts, text)
page.run()
tables.drawn(page.url_path)
