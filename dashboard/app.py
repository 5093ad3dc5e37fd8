"""The site: its views, their titles and the language of the page."""

from pathlib import Path

import streamlit as st

from dashboard import first_page, tables, visit
from dashboard.panels import frame
from dashboard.state import OPENING, VIEWS
from data.errors import DataError

_HERE = Path(__file__).parent


def show() -> None:
    """The view of the address, in its language."""
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
    view = page.url_path or OPENING
    st.set_page_config(
        page_title=first_page.title(view, here.selection, facts, text),
        page_icon=frame.ICON,
        layout="wide",
    )
    frame.page(facts, text)
    page.run()
    tables.drawn(page.url_path)


try:
    show()
except DataError as fault:
    frame.unreadable(fault)
