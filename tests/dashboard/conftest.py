"""The browser, and what ships and the made-up region, each served once for all tests that only
look at it.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dashboard.analysis.competition import calibration
from dashboard.facts.snapshot import Facts
from tests.conftest import CHROMIUM, ROOT, require_chromium, serving
from tests.dashboard import shared_model, shipped
from tests.dashboard.controls import ANSWERED
from tests.dashboard.pages import DESKTOP, record

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

SCREENSHOTS = ROOT / "tests" / "screenshots"
ARGUMENTS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    # Tests share the cores already: what a page leaves to other threads costs a fifth more.
    "--js-flags=--single-threaded",
    "--num-raster-threads=1",
    "--in-process-gpu",
]
# As long as a busy machine may take; nothing waits longer than it must.
_PATIENCE_MS = 45_000
# Less than two and a half seconds: Playwright looks ten times a second then, in place of twice.
_SHORT_MS = 2_400
_REPORT = pytest.StashKey[pytest.TestReport]()
_LOOP = pytest.StashKey[asyncio.AbstractEventLoop]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[_REPORT] = report
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Hide the event loop of the browser's driver from tests without a browser: asyncio.run does
    not start inside another loop.
    """
    driving = item.get_closest_marker("browser") is not None
    asyncio._set_running_loop(item.config.stash.get(_LOOP, None) if driving else None)
    return (yield)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the dashboard on what ships, without tiles."""
    yield from _served(tmp_path_factory)


@pytest.fixture(scope="session")
def example_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same on the made-up region."""
    yield from _served(tmp_path_factory, "--example")


def _common(factory: pytest.TempPathFactory) -> Path:
    """The folder of this run that all workers share."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def _served(factory: pytest.TempPathFactory, *options: str) -> Iterator[str]:
    """The address of a server that all workers share.

    Who needs it first starts it and ends it when no other uses it any more.
    """
    import fcntl

    require_chromium()
    name, own, common = f"served{''.join(options)}", factory.mktemp("site"), _common(factory)
    with (common / name).open("a+") as known, (common / f"{name}.users").open("w") as users:
        fcntl.flock(known, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_SH)
        known.seek(0)
        if address := known.read():
            fcntl.flock(known, fcntl.LOCK_UN)
            yield address
            return
        with serving(
            lambda port: [
                *(sys.executable, "-m", "tests.dashboard.shared_model", str(common)),
                *(*options, "--port", str(port)),
            ],
            own / "log",
            env={"STADSHART_TILES": "off", "XDG_DATA_HOME": str(own)},
        ) as served:
            print(served.address, end="", file=known, flush=True)
            fcntl.flock(known, fcntl.LOCK_UN)
            yield served.address
            fcntl.flock(users, fcntl.LOCK_EX)
            known.truncate(0)


def _often(wait_for: Callable[..., None]) -> Callable[..., None]:
    """That method of a locator, which looks for its element five times as often."""
    from playwright.sync_api import TimeoutError as NotThereYet

    def wait_often(
        locator: Locator, *, timeout: float = _PATIENCE_MS, state: str = "visible"
    ) -> None:
        until = time.monotonic() + (timeout - _SHORT_MS) / 1_000
        while time.monotonic() < until:
            with suppress(NotThereYet):
                return wait_for(locator, timeout=_SHORT_MS, state=state)
        return wait_for(locator, timeout=min(timeout, _SHORT_MS), state=state)

    return wait_often


@pytest.fixture(scope="session")
def visitor(
    tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[BrowserContext]:
    """One visitor without animations, in a Chromium that runs as long as the worker. Without a
    browser a test is skipped, and fails where CI=true.

    The profile on disk keeps compiled scripts, which halves the work of opening a page.
    """
    from playwright.sync_api import Locator, sync_playwright

    require_chromium()
    with sync_playwright() as driver, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Locator, "wait_for", _often(Locator.wait_for))
        pytestconfig.stash[_LOOP] = loop = asyncio.get_running_loop()
        context = driver.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("chromium"),
            executable_path=CHROMIUM,
            args=ARGUMENTS,
            viewport=DESKTOP,
            reduced_motion="reduce",
            # Waiting for an expression evaluates text in the page, which its policy forbids;
            # `deploy/test_web_servers.py` opens every view under the policy.
            bypass_csp=True,
        )
        context.set_default_timeout(_PATIENCE_MS)
        context.add_init_script(ANSWERED)
        yield context
        asyncio._set_running_loop(loop)
        context.close()


@pytest.fixture(scope="session")
def tabs(visitor: BrowserContext) -> list[Page]:
    """The tab that tests use in turns, or none yet: a new tab costs as much as a page."""
    return []


@pytest.fixture
def page(
    visitor: BrowserContext, tabs: list[Page], request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A page of 1440 x 900, blank and without storage; a picture of it is kept when the test fails.

    The tab is used again, so a test that sets what a tab keeps (media, scripts) takes `own_page`.
    """
    tab = tabs.pop() if tabs else record(visitor.new_page())
    # Behind another tab a page is drawn once a second, and every click waits for that.
    tab.bring_to_front()
    if tab.viewport_size != DESKTOP:
        tab.set_viewport_size(DESKTOP)
    yield tab
    keep_picture(tab, request)
    if _failed(request):
        tab.close()
        return
    tab.unroute_all()
    tab.evaluate("try { sessionStorage.clear(); localStorage.clear() } catch { }")
    tab.goto("about:blank")
    tab.mouse.move(0, 0)
    tabs.append(tab)


@pytest.fixture
def own_page(visitor: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in a tab of its own, for a test that sets what a tab keeps."""
    tab = record(visitor.new_page())
    yield tab
    keep_picture(tab, request)
    tab.close()


@pytest.fixture(scope="module")
def shared_page(visitor: BrowserContext) -> Iterator[Page]:
    """A page in a tab that all tests of a module look at."""
    tab = record(visitor.new_page())
    yield tab
    tab.close()


def keep_picture(opened: Page, request: pytest.FixtureRequest) -> None:
    """Keep a picture of the page on disk, if the test has failed."""
    if _failed(request):
        SCREENSHOTS.mkdir(exist_ok=True)
        name = re.sub(r"[^a-z0-9-]+", "-", request.node.name.lower())[:100]
        opened.screenshot(path=SCREENSHOTS / f"{name}.png")


def _failed(request: pytest.FixtureRequest) -> bool:
    report = request.node.stash.get(_REPORT, None)
    return report is not None and report.failed


@pytest.fixture(scope="session", autouse=True)
def one_model_of_a_version(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The model of a published version is fitted once per process, however often it is served."""
    fit = calibration.model_of
    shared_model.keep(_common(tmp_path_factory))
    yield
    calibration.model_of = fit


@pytest.fixture(scope="session")
def facts() -> Facts:
    return shipped.facts()


@pytest.fixture(scope="session")
def model(facts: Facts) -> calibration.Model:
    found = calibration.model_of(facts)
    assert found is not None
    return found
