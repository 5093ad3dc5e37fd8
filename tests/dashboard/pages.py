"""Opens pages in a real browser, drives them, and records what they ask, receive and report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Dialog, Page, ViewportSize, WebSocket

DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@dataclass
class Records:
    """Addresses a page asks for, sizes of the frames it receives and sends, its faults, and what it
    writes to the console as an error or shows as a dialog.
    """

    asked: list[str] = field(default_factory=list)
    received: list[int] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


# A step in the history of the page, as its menu and the way back make.
_STEP = """(address) => {
  history.pushState({}, '', address)
  dispatchEvent(new PopStateEvent('popstate', { state: {} }))
}"""
_RECORDS: WeakKeyDictionary[Page, Records] = WeakKeyDictionary()


def record(page: Page) -> Page:
    """The page, which keeps records from now on."""
    log = _RECORDS[page] = Records()

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: log.received.append(len(frame)))
        socket.on("framesent", lambda frame: log.sent.append(len(frame)))

    def dismiss(dialog: Dialog) -> None:
        log.complaints.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def complain(line: ConsoleMessage) -> None:
        if line.type == "error":
            log.complaints.append(line.text)

    page.on("request", lambda request: log.asked.append(request.url))
    page.on("pageerror", lambda fault: log.faults.append(str(fault)))
    page.on("websocket", listen)
    page.on("dialog", dismiss)
    page.on("console", complain)
    return page


def records(page: Page) -> Records:
    """What the page has recorded since `record` or `forget`."""
    return _RECORDS[page]


def forget(page: Page) -> None:
    """Empty the records of the page."""
    for entries in vars(records(page)).values():
        entries.clear()


def opened(page: Page, address: str) -> Page:
    """The page once its map is drawn, its records those of this visit."""
    forget(page)
    page.goto(address)
    page.locator(".map[data-ready]").wait_for()
    return page


def visit(page: Page, address: str) -> None:
    """Go to an address, which costs a third where the page is one of that site already."""
    if urlsplit(page.url)[:2] == urlsplit(address)[:2]:
        page.evaluate(_STEP, address)
    else:
        page.goto(address)


def hosts(page: Page) -> set[str | None]:
    """The hosts that the page has asked."""
    return {
        urlsplit(url).hostname
        for url in records(page).asked
        if not url.startswith(("data:", "blob:"))
    }


def received_bytes(page: Page, since: int = 0) -> int:
    """Size of the frames that the page has received, without the first `since`."""
    return sum(records(page).received[since:])


def revision(page: Page) -> str | None:
    """The revision that the map shows."""
    return page.locator(".map").get_attribute("data-ready")


def redrawn(page: Page, before: str | None) -> None:
    """Wait until the map shows another revision."""
    page.wait_for_function(
        """old => [...document.querySelectorAll('*')].some((host) => {
             const map = host.shadowRoot?.querySelector('.map[data-ready]')
             return map && map.dataset.ready !== old })""",
        arg=before,
        # With every frame, which is the default, the search costs a tenth of a processor.
        polling=50,
    )


def query(page: Page) -> dict[str, str]:
    """The query of the address, the first value of each key."""
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def pick(page: Page, label: str, option: str) -> None:
    """Choose an option of a list."""
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()
