"""The site: its views, their titles and the language of the page."""

import streamlit as st

from dashboard.panels import page_frame
from dashboard.panels.entry import sign_in
from dashboard.selection import views
from dashboard.server import first_page
from dashboard.session import access, cache, visitor
from data.errors import DataError


def show() -> None:
    """Draw the view of the address, in its language."""
    context = visitor.load(cache.facts())
    text = context.text
    pages = st.session_state.get("pages", {}).get(text.lang)
    if pages is None:
        # Kept for the visit: making a page looks up the view's file, and every change would do so.
        pages = [
            st.Page(
                view.script,
                title=view.titles[text.lang],
                url_path=name,
                default=name == views.opening(),
                visibility="visible" if name != "invoer" or access.is_entry_offered() else "hidden",
            )
            for name, view in views.by_id().items()
        ]
        st.session_state["pages"] = {text.lang: pages}
    page = st.navigation(pages, position="top")
    view = page.url_path or views.opening()
    st.set_page_config(
        page_title=first_page.title(context, view), page_icon=page_frame.ICON, layout="wide"
    )
    page_frame.page(context)
    if access.may_view():
        page.run()
    else:
        sign_in.to_view(context)
    cache.drawn(page.url_path)


try:
    with cache.version_of_page.drawing():
        show()
except DataError as fault:
    page_frame.failed(fault)
