"""Serve the page: `python serve.py PORT`."""

import sys
from pathlib import Path

import streamlit as st

from dashboard.component import assets
from dashboard.style import theme

st.App(Path(__file__).parent / "page.py", routes=assets.routes("")).run(
    config={
        "server.port": int(sys.argv[1]),
        "server.address": "127.0.0.1",
        "server.headless": True,
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "minimal",
        **theme.streamlit_options(),
    }
)
