"""Logging in at a real OpenID Connect provider, in a real browser: who sees and who may bring;
`deploy/test_attack.py` holds that what an editor brings is published under that name.
"""

import asyncio
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from tests.conftest import require_chromium, serving
from tests.dashboard import login_provider
from tests.dashboard.controls import settled
from tests.dashboard.deploy import visits
from tests.dashboard.pages import pick

pytestmark = pytest.mark.browser

SURVEY = "straat;huisnummer;status;x;y\n" + "".join(
    f"Voorbeeldstraat;{n};{'leeg' if n < 4 else 'open'};{251_200 + 12 * n};476300\n"
    for n in range(1, 31)
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("login")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """The dashboard that shows nothing without a login, beside its provider."""
    require_chromium()
    with (
        login_provider.provider(folder / "provider") as known,
        serving(
            lambda port: [sys.executable, "-m", "tests.dashboard.unprepared", "--port", str(port)],
            folder / "log",
            env={
                **login_provider.settings(known.address),
                "STADSHART_LOGIN": "all",
                "STADSHART_TILES": "off",
                "XDG_DATA_HOME": str(folder),
            },
        ) as served,
    ):
        yield served.address.replace("127.0.0.1", "localhost")


def status(page, path: str) -> int:
    return page.evaluate("async (path) => (await fetch(path)).status", path)


def test_a_stranger_sees_nothing_and_an_editor_who_logs_in_brings(page, site, folder):
    page.goto(f"{site}/invoer")
    page.get_by_text("Deze pagina's zijn er voor wie is ingelogd.").wait_for()
    assert page.locator("input[type=file]").count() == 0
    assert [status(page, path) for path in ("/export/observations.csv", "/api/status")] == [401] * 2
    page.get_by_role("button", name="Log in met uw werkaccount").click()
    page.get_by_role("button", name=login_provider.EDITOR).click()
    page.get_by_role("link", name="Invoer", exact=True).first.click()
    page.get_by_text("U werkt hier als redacteur.").wait_for()
    assert status(page, "/api/status") == 200
    pick(page, "Voor welke plaats?", "Hengelo")
    # Streamlit drops where a file may be sent to when it begins a run before it has said so.
    settled(page)
    page.locator("input[type=file]").set_input_files(
        {"name": "winkels 2024-03-31.csv", "mimeType": "text/csv", "buffer": SURVEY.encode()}
    )
    page.get_by_text("3 van de 30 panden staan leeg.").wait_for()
    page.get_by_role("button", name="Publiceer").wait_for()
    log = (folder / "log").read_text()
    assert "Traceback" not in log and "WARNING" not in log and login_provider.EDITOR not in log


def test_a_stranger_is_shown_no_page_and_a_viewer_reads_but_brings_nothing(site):
    async def told(client: httpx2.Client, page: str) -> bytes:
        async with visits.visit(site, client.cookies) as opened:
            await opened.run(page=page)
            assert not opened.has("w_entry_file")
            return b"".join(opened.heard)

    def attack() -> None:
        stranger, viewer = visits.browser(site), visits.logged_in(site, login_provider.READER)
        closed = b"er voor wie is ingelogd."
        assert closed in asyncio.run(told(stranger, "kaart"))
        assert closed not in asyncio.run(told(viewer, "kaart"))
        assert b"uw account mag hier niets invoeren" in asyncio.run(told(viewer, "invoer"))
        assert viewer.get("/api/status").status_code == 200
        for client in (stranger, viewer):
            assert client.put(f"{visits.UPLOADS}/a/b", files={"f": b"x"}).status_code == 403

    # In a thread: the driver of the browser has the event loop of this one.
    with ThreadPoolExecutor(1) as beside:
        beside.submit(attack).result()
