"""The picture maker on what ships, and on the made-up town."""

from collections.abc import Callable
from dataclasses import replace
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
