"""A snapshot removed or damaged while it is served: a sentence for readers, a line in the log."""

import json
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.i18n.text import LANGUAGES, texts
from dashboard.session import cache
from data import catalogue
from tests.conftest import serving
from tests.dashboard.driving import VIEWS, opened, words

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What ships, in a folder of one's own."""
    return Path(shutil.copytree(catalogue.EMBEDDED, tmp_path / "data"))


@pytest.fixture
def served(folder: Path) -> Iterator[Path]:
    """That folder, served in this process and looked at anew by every page."""
    cache.use(folder)
    yield folder
    cache.use(None)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_says_that_the_data_cannot_be_read(served: Path, view, caplog):
    (served / "current").unlink()
    app = opened(view, taal="en")
    assert texts("en")("server.snapshot") in words(app) and not app.title
    (line,) = (record for record in caplog.records if record.name.startswith("dashboard"))
    assert str(served) in line.getMessage() and line.exc_info is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_table_of_other_bytes_is_not_shown(served: Path, lang):
    table = catalogue.open(served).path / "observations.parquet"
    table.write_bytes(table.read_bytes()[:-1])
    app = opened("cijfers.py", taal=lang)
    assert texts(lang)("server.snapshot") in words(app)


def fetch(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=90) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as refused:
        text = refused.read().decode()
        problem = refused.headers["Content-Type"] == "application/problem+json"
        return refused.code, json.loads(text)["detail"] if problem else text


# Every table is read before anybody asks, so what is damaged later is still shown.
_WITHOUT_A_MODEL = """
import sys
from dashboard.__main__ import main
from dashboard.server import serve
from dashboard.session import cache
serve._prepare = lambda: None
cache.LOOK_AGAIN_S = 0.1
main(sys.argv[1:])
"""


@pytest.mark.slow
def test_every_address_says_so_and_is_itself_again_once_the_data_are(folder: Path, tmp_path: Path):
    log = tmp_path / "log"
    with serving(
        lambda port: [
            *(sys.executable, "-c", _WITHOUT_A_MODEL),
            *("--port", str(port), "--data", str(folder)),
        ],
        log,
        env={"STADSHART_TILES": "off"},
    ) as site:
        sentence = texts("de")("server.snapshot")
        current = (folder / "current").read_bytes()
        (folder / "current").unlink()
        time.sleep(0.2)
        for path in ("", "kaart", "api/status", "export/kaart.png", "export/places.csv", "embed"):
            code, said = fetch(f"{site.address}/{path}?taal=de")
            assert code == 503 and sentence in said
        assert fetch(f"{site.address}/_stcore/health")[0] == 200
        (folder / "current").write_bytes(current)
        table = catalogue.open(folder).path / "places.parquet"
        whole = table.read_bytes()
        table.write_bytes(whole[:-1])
        time.sleep(0.2)
        assert fetch(f"{site.address}/kaart?taal=de")[0] == 200
        assert fetch(f"{site.address}/export/places.csv?taal=de") == (503, sentence)
        table.write_bytes(whole)
        assert fetch(f"{site.address}/export/places.csv?taal=de")[0] == 200
    lines = log.read_text("utf-8").splitlines()
    assert len(lines) == 1 + 6 + 1 and "Traceback" not in " ".join(lines)
