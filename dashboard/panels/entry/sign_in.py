"""The door before what needs a login, and who is signed in."""

import streamlit as st

from dashboard.i18n.text import Texts
from dashboard.panels import page_frame
from dashboard.selection.context import Context
from dashboard.session import access
from dashboard.style.html import node


def to_view(context: Context) -> None:
    """Draw what a stranger sees in place of a view where the login is for viewing too."""
    text = context.text
    page_frame.head(context, text("login.title"))
    page_frame.show(node("p", text("login.to_view"), class_="lead"))
    _button(text, refused="login.no_view")


def to_enter(context: Context) -> None:
    """Draw why this visit cannot bring data, and what would let it."""
    text = context.text
    if access.login() is None:
        page_frame.show(node("p", text("entry.closed"), class_="lead"))
        page_frame.show(node("p", text("entry.closed_help"), class_="quiet"))
        return
    page_frame.show(node("p", text("entry.intro"), class_="lead"))
    _button(text, refused="login.no_entry")


def nowhere(context: Context) -> None:
    """Say that what ships or is made up takes no data."""
    page_frame.show(node("p", context.text("entry.nowhere"), class_="lead"))


def status(context: Context) -> None:
    """Say as whom one works here, with the way out."""
    text, held = context.text, access.role()
    if access.login() is None or held is None:
        page_frame.show(node("p", text("entry.local"), class_="quiet"))
        return
    with st.container(key="signed_in", horizontal=True, vertical_alignment="center"):
        sentence = text("login.as", role=text(f"login.role_{held}"))
        page_frame.show(node("p", sentence, class_="quiet"))
        st.button(text("login.out"), key="w_log_out", type="tertiary", on_click=st.logout)


def _button(text: Texts, *, refused: str) -> None:
    """The button that signs in; for somebody signed in without the role, why that is not enough."""
    if access.is_signed_in():
        page_frame.show(node("p", text(refused), class_="caution", role="alert"))
        st.button(text("login.other"), key="w_log_out", on_click=st.logout)
    else:
        st.button(text("login.in"), key="w_log_in", type="primary", on_click=st.login)
