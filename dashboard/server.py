"""The dashboard as a server: Streamlit's app, our own addresses beside it, and how both are set."""

import importlib
import os
import pkgutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread

import streamlit as st

from dashboard import panels, pictures, publisher, routes, tables, theme
from dashboard.maps import tiles

_APP = Path(__file__).parent / "app.py"


def options(host: str, port: int) -> dict[str, object]:
    """Streamlit's settings: nothing leaves the machine, nothing can be uploaded, errors show no internals."""
    return {
        "server.address": host,
        "server.port": port,
        "server.headless": True,
        "server.enableStaticServing": True,
        "server.enableXsrfProtection": True,
        "server.enableCORS": True,
        "server.maxUploadSize": 5,
        "server.fileWatcherType": "none",
        # A piece of this many bytes that a change leaves as it was is named, not sent again.
        "global.minCachedMessageSize": 2_000,
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        **theme.streamlit_options(),
    }


@asynccontextmanager
async def _warm(_: st.App) -> AsyncIterator[None]:
    # Before the first visitor: read the tables, make the map files, load what the views are made of, then hide it all
    # from the garbage collector.
    tables.warm()
    for module in pkgutil.iter_modules(panels.__path__):
        importlib.import_module(f"{panels.__name__}.{module.name}")
    tables.freeze()
    # Aside: neither the start of the server nor the first visitor of that view should wait for the fit.
    Thread(target=tables.competition, daemon=True).start()
    yield


def app() -> st.App:
    """The dashboard with its own routes, ready to run."""
    return st.App(_APP, routes=routes.routes(), lifespan=_warm)


def _require_free(host: str, port: int) -> None:
    # Before the libraries and tables are loaded, and in our words: Streamlit only logs that a port is not available.
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)


def serve(folder: Path | None, *, host: str, port: int) -> None:
    """Serve the snapshot in `folder` (None: the user's own, else the one that ships) until stopped.

    Raises OSError when nothing can listen there, DataError when the snapshot cannot be read, PublicUrlError, TilesError
    and FramePolicyError for a wrong setting.
    """
    _require_free(host, port)
    publisher.public_url()
    pictures.frame_policy()
    tiles.parse(os.environ.get("STADSHART_TILES"))
    # Listening on another address than this computer's own, or named in public: others can read along.
    tables.use(folder, beyond=host not in ("127.0.0.1", "::1", "localhost") or publisher.public_url() is not None)
    tables.facts()
    app().run(config=options(host, port))
