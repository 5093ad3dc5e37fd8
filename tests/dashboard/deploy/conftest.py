"""A dashboard behind the shipped web server for an attacker, watched all the while."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.conftest import free_port, serving
from tests.dashboard import internal_town, login_provider
from tests.dashboard.deploy import proxies, pulse
from tests.dashboard.deploy.target import Target


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The town with internal sources behind nginx, where editors log in at a provider; its health
    is watched all the while.
    """
    folder = tmp_path_factory.mktemp("target")
    snapshot = internal_town.snapshot(folder / "data")
    (folder / "nginx").mkdir()
    tls_port = free_port()
    with (
        login_provider.provider(folder / "provider") as known,
        serving(
            lambda port: [
                *(sys.executable, "-m", "tests.dashboard.unprepared"),
                *("--data", str(snapshot), "--port", str(port)),
            ],
            folder / "log",
            env={
                "STADSHART_PUBLIC_URL": f"https://127.0.0.1:{tls_port}",
                "STADSHART_TILES": "off",
                **login_provider.settings(known.address),
            },
        ) as site,
        proxies.nginx(
            folder / "nginx", [int(site.address.rpartition(":")[2])], tls_port=tls_port
        ) as proxy,
        (folder / "beats").open("wb") as beats,
    ):
        watched = [str(process.pid) for process in (site.process, proxy.process)]
        beating = subprocess.Popen(
            [sys.executable, pulse.__file__, proxy.address, *watched],
            stdin=subprocess.PIPE,
            stdout=beats,
        )
        try:
            yield Target(
                proxy, site.address, known.address, snapshot, folder / "log", folder / "beats"
            )
        finally:
            beating.communicate(timeout=60)
