"""Logging in at a real OpenID Connect provider, in a real browser: who sees and who may bring;
`deploy/test_attack.py` holds that what an editor brings is published under that name.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import require_chromium, serving
from tests.dashboard import login_provider

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


def log_in(page, user: str) -> None:
    page.get_by_role("button", name="Log in met uw werkaccount").click()
    page.get_by_role("button", name=user).click()
    page.wait_for_url("**/localhost:*/**")


def upload_status(page) -> int:
    """How the server answers a file that the page sends by itself, with the visitor's cookies."""
    return page.evaluate(
        """async () => (await fetch('/_stcore/upload_file/a/b', {method: 'PUT', body: 'x'}))
             .status"""
    )


def status(page, path: str) -> int:
    return page.evaluate("async (path) => (await fetch(path)).status", path)


def test_a_stranger_sees_nothing_a_viewer_reads_and_an_editor_brings(page, site, folder):
    page.goto(f"{site}/kaart")
    page.get_by_text("Deze pagina's zijn er voor wie is ingelogd.").wait_for()
    assert page.locator(".map").count() == 0
    assert [status(page, path) for path in ("/export/observations.csv", "/api/status")] == [401] * 2
    assert upload_status(page) == 403

    log_in(page, "lezer-1")
    page.locator(".towndots").first.wait_for()
    assert status(page, "/api/status") == 200
    page.get_by_role("link", name="Invoer", exact=True).first.click()
    page.get_by_text("uw account mag hier niets invoeren").wait_for()
    assert page.locator("input[type=file]").count() == 0
    assert upload_status(page) == 403

    page.get_by_role("button", name="Log in met een ander account").click()
    # The cookie is gone once the browser is at the provider.
    page.wait_for_url("**/oauth2/end_session**")
    page.goto(f"{site}/invoer?plaats=hengelo")
    log_in(page, "redactie-7")
    page.locator(".towndots").first.wait_for()
    page.goto(f"{site}/invoer?plaats=hengelo")
    page.get_by_text("U werkt hier als redacteur.").wait_for()
    page.locator("input[type=file]").set_input_files(
        {"name": "winkels 2024-03-31.csv", "mimeType": "text/csv", "buffer": SURVEY.encode()}
    )
    page.get_by_text("3 van de 30 panden staan leeg.").wait_for()
    page.get_by_role("button", name="Publiceer").wait_for()
    log = (folder / "log").read_text()
    assert "Traceback" not in log and "WARNING" not in log and "redactie-7" not in log
