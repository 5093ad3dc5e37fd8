"""The picture maker on what ships, and on the made-up town."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboard.facts.snapshot import Facts
from dashboard.press.request import PictureRequest, Subject
from dashboard.press.sizes import SIZES
from dashboard.press.studio import Studio
from dashboard.selection import permalink
from dashboard.session import visitor
from data import catalogue
from geo.bilingual import Language
from tests import town
from tests.dashboard import shipped, voorbeeldstad

Ask = Callable[..., PictureRequest]


def asking(facts: Facts) -> Ask:
    """A builder of requests on a snapshot: the opening view with what a test changes."""
    known = visitor.vocabulary(facts)

    def ask(
        *,
        size: str = "social",
        subject: Subject = "kaart",
        lang: Language = "nl",
        headline: str | None = None,
        standfirst: str | None = None,
        **changes: Any,
    ) -> PictureRequest:
        selection = replace(permalink.opening(known, lang), **changes)
        return PictureRequest(selection, subject, SIZES[size], headline, standfirst)

    return ask


@pytest.fixture(scope="session")
def studio() -> Studio:
    return Studio(shipped.facts())


@pytest.fixture(scope="session")
def ask(studio: Studio) -> Ask:
    return asking(studio.facts)


@pytest.fixture(scope="session")
def town_studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return Studio(Facts(catalogue.open(town.snapshot(tmp_path_factory.mktemp("town")))))


@pytest.fixture(scope="session")
def town_ask(town_studio: Studio) -> Ask:
    return asking(town_studio.facts)


@pytest.fixture(scope="session")
def example_studio() -> Studio:
    """The made-up town that ships."""
    return Studio(voorbeeldstad.facts())


@pytest.fixture(scope="session")
def example_ask(example_studio: Studio) -> Ask:
    return asking(example_studio.facts)


@pytest.fixture(autouse=True)
def unpublished(monkeypatch: pytest.MonkeyPatch) -> None:
    """No address and no sender, unless a test gives one."""
    monkeypatch.delenv("STADSHART_PUBLIC_URL", raising=False)
    monkeypatch.delenv("STADSHART_PUBLISHER", raising=False)


@pytest.fixture
def chores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Tasks a picture process can be given: draw, wait, die, break."""
    import importlib
    import sys

    (tmp_path / "press_chores.py").write_text(
        "import os, time\n"
        "from pathlib import Path\n"
        "from dashboard.press.errors import RoomError\n"
        "from dashboard.press.worker.jobs import Made\n"
        "def draw(log, words):\n"
        "    with Path(log).open('a') as out: out.write(words + '\\n')\n"
        "    return Made(words.encode(), 'text/plain')\n"
        "def wait(gate):\n"
        "    while not Path(gate).exists(): time.sleep(0.01)\n"
        "    return Made(b'waited', 'text/plain')\n"
        "def die(): os._exit(3)\n"
        "def break_(): raise ValueError('secret of the machine')\n"
        "def refuse(): raise RoomError('too long')\n"
        "def chatter():\n"
        "    print('a library talks')\n"
        "    return Made(b'quiet', 'text/plain')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    yield importlib.import_module("press_chores")
    sys.modules.pop("press_chores")
