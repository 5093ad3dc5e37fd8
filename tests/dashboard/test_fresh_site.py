"""A snapshot that is published while somebody looks: the next change of a filter shows
it, whole.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from data import catalogue
from data.snapshot import publish
from tests.conftest import require_chromium, serving
from tests.dashboard.pages import opened, records, redrawn, revision

pytestmark = pytest.mark.browser


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What ships, in a folder of one's own."""
    return Path(shutil.copytree(catalogue.EMBEDDED, tmp_path / "data"))


@pytest.fixture
def own_site(folder: Path, tmp_path: Path) -> Iterator[str]:
    require_chromium()
    with serving(
        lambda port: [
            sys.executable,
            "-m",
            "dashboard",
            "--port",
            str(port),
            "--data",
            str(folder),
        ],
        tmp_path / "log",
        env={"STADSHART_TILES": "off"},
    ) as served:
        yield served.address


def without_wannaplay(folder: Path) -> None:
    """The same facts, but for one initiative that somebody took out."""
    now = catalogue.open(folder)
    tables = {name: now.table(name) for name in now.names}
    for name in ("initiatives", "participations"):
        tables[name] = tables[name].query("initiative_id != 'wannaplay'").reset_index(drop=True)
    sources = {record.name: record.sources for record in now.manifest.tables}
    publish.publish(folder, tables, now.manifest.sources, sources, published=None, label="zonder")


def test_a_new_version_shows_with_the_next_filter(page, own_site: str, folder: Path):
    opened(page, f"{own_site}/kaart?laag=initiatieven")
    assert page.locator(".sentence").inner_text() == "13 van 13 beschreven initiatieven."
    without_wannaplay(folder)
    # The server looks again which version is published after a second.
    page.wait_for_timeout(1_200)
    before = revision(page)
    page.get_by_role("button", name="Lagen (1)").click()
    page.get_by_text("Inwoners", exact=True).click()
    redrawn(page, before)
    page.get_by_text("12 van 12 beschreven initiatieven.").first.wait_for()
    page.get_by_role("button", name="Initiatieven (12 van 12)").wait_for()
    assert records(page).faults == []
