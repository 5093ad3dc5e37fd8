"""Serve the page: `python serve.py PORT [BASE]`."""

import sys
from pathlib import Path

import streamlit as st

from dashboard.component import assets
from dashboard.style import theme

port, base = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""
st.App(Path(__file__).parent / "page.py", routes=assets.routes(base)).run(
    config={
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.baseUrlPath": base,
        "server.headless": True,
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "minimal",
        **theme.streamlit_options(),
    }
)
