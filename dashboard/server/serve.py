"""The server: Streamlit's app, our own routes, and the settings of both."""

import importlib
import os
import pkgutil
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from threading import Thread
from types import FrameType
from urllib.parse import urlsplit

import streamlit as st
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from streamlit import config as st_config
from streamlit.components.v2 import manifest_scanner

from dashboard import deployment, panels
from dashboard.component import widget_values
from dashboard.i18n.text import texts
from dashboard.maps import tiles
from dashboard.panels import page_frame
from dashboard.press.errors import SnapshotError
from dashboard.server import export_routes, login, metrics, problems, routes
from dashboard.server.datasets import DatasetOfQuery
from dashboard.server.login import RoleGuard
from dashboard.server.metrics import MetricsGuard
from dashboard.server.open_data import OpenData
from dashboard.server.origins import WILDCARDS, OriginGuard
from dashboard.session import access, cache, data_entry, export_jobs, replica
from dashboard.style import logs, theme
from data.errors import DataError, locale_language
from data.snapshot.address import is_address

_APP = Path(__file__).parents[1] / "app.py"


def options(host: str, port: int) -> dict[str, object]:
    """Streamlit's settings: no outside requests, small uploads, no internals in errors."""
    return {
        "server.address": host,
        "server.port": port,
        "server.headless": True,
        "server.enableStaticServing": True,
        "server.enableXsrfProtection": True,
        "server.enableCORS": True,
        "server.maxUploadSize": data_entry.MOST_MB,
        # In megabytes; the largest message of ours is a few tens of kilobytes.
        "server.maxMessageSize": 10,
        "server.fileWatcherType": "none",
        # Unchanged elements of at least this many bytes are sent as a reference.
        "global.minCachedMessageSize": 2_000,
        # A full collection after every run walks what all visits hold; Python's own collector keeps
        # up without it.
        "runner.postScriptGC": False,
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "minimal",
        # No page around ours may control it; by default those of Streamlit's own hosting may.
        "client.allowedOrigins": [],
        "client.showErrorDetails": "none",
        # The welcome message would ask an outside server for this machine's address.
        "logger.hideWelcomeMessage": True,
        "logger.level": logs.level(),
        "logger.messageFormat": logs.message_format(),
        "logger.enableRich": False,
        **theme.streamlit_options(),
    }


@asynccontextmanager
async def _warm(_: st.App) -> AsyncIterator[None]:
    logs.unite()
    # Where the buttons of a login lead and its cookies go; the routes stay where the proxy finds
    # them, which takes the path off.
    st_config.set_option("server.baseUrlPath", urlsplit(deployment.public_url() or "").path)
    # Load the panels before the first visitor, and hide them from the garbage collector.
    for module in pkgutil.walk_packages(panels.__path__, f"{panels.__name__}."):
        importlib.import_module(module.name)
    cache.freeze()
    # In a thread: neither the start nor the first visitor of a view should wait for them.
    Thread(target=_prepare, daemon=True).start()
    _stop_pictures_first()
    yield
    export_jobs.stop()


def _prepare() -> None:
    """Work out what the first visitor of Overzicht and of Concurrentie would wait for."""
    # A snapshot that cannot be read: the pages say so, and log it once each.
    with suppress(DataError):
        cache.vitality()
        cache.competition()


def _stop_pictures_first() -> None:
    """End the picture process on Ctrl-C or SIGTERM: uvicorn waits for requests that wait for
    pictures.
    """

    def stop_before(handler: Callable[[int, FrameType | None], object]) -> None:
        def stop(number: int, stack: FrameType | None) -> None:
            export_jobs.stop()
            handler(number, stack)

        signal.signal(number, stop)

    for number in (signal.SIGINT, signal.SIGTERM):
        handler = signal.getsignal(number)
        if callable(handler):
            stop_before(handler)


def app(host: str, port: int) -> st.App:
    """The app with its own routes, ready to run."""
    widget_values.check()
    skip_component_search()
    return st.App(
        _APP,
        routes=routes.routes(),
        lifespan=_warm,
        secrets=login.secrets(access.login(), port),
        middleware=[
            Middleware(OriginGuard, host=host),
            Middleware(MetricsGuard),
            Middleware(OpenData),
            Middleware(RoleGuard),
            Middleware(DatasetOfQuery),
        ],
        # Data that cannot be read are caught by the page, where it is no fragment.
        on_script_error=page_frame.failed,
        exception_handlers={
            DataError: routes.unreadable,
            SnapshotError: routes.unreadable,
            HTTPException: problems.refused,
            Exception: routes.failed,
        },
    )


def skip_component_search() -> None:
    """Keep Streamlit from reading the metadata of every installed package in search of components,
    a tenth of the start and more: ours are in this one.
    """
    manifest_scanner.scan_component_manifests = lambda max_workers=None: []


def require_free(host: str, port: int) -> None:
    """Raise OSError unless a server can listen there: Streamlit would only log that it cannot."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)


def serve(data: Path | str | None, *, host: str, port: int) -> None:
    """Serve the snapshot in a folder or at an address of object storage (None: the user's own, else
    the one that ships) until stopped.

    Raises OSError when the address is not available, DataError when the snapshot cannot be read,
    PublicUrlError, TilesError, FramePolicyError, SecurityContactError, LogSettingError,
    MetricsSettingError and LoginError for a wrong setting,
    PageShellError when Streamlit's page has another shape.
    """
    require_free(host, port)
    deployment.public_url()
    deployment.security_contact()
    provider = access.login()
    export_routes.frame_policy()
    tiles.parse(os.environ.get("STADSHART_TILES"))
    metrics.networks()
    logs.set_up()
    if provider is not None:
        # Every replica reads the login that another began; Streamlit takes this from here alone.
        os.environ.setdefault("STREAMLIT_SERVER_COOKIE_SECRET", provider.cookie_secret)
    folder = replica.follow(data) if is_address(data) else Path(data) if data else None
    # Other computers can reach an address that is not the loopback, or that has a public URL.
    cache.use(
        folder,
        beyond=host not in ("127.0.0.1", "::1", "localhost") or deployment.public_url() is not None,
    )
    cache.warm()
    served = app(host, port)
    shown = "localhost" if host in WILDCARDS else f"[{host}]" if ":" in host else host
    logs.announce(f"stadshart: http://{shown}:{port} (Ctrl-C ends it)")
    if provider is None and cache.is_reachable():
        logs.announce(f"stadshart: {texts(locale_language())('command.no_login')}")
    served.run(config=options(host, port))
