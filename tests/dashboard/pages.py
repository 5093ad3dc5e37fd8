"""Opens pages in a real browser and drives them; what a page asks, receives and complains of is
kept on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Dialog, Page, WebSocket

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def record(page: Page) -> Page:
    """Keep on the page the addresses it asks for, the sizes of frames it receives and sends, its
    faults, and what it writes to the console as an error or shows as a dialog.
    """
    page.asked, page.received, page.sent, page.faults, page.complaints = [], [], [], [], []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: page.received.append(len(frame)))
        socket.on("framesent", lambda frame: page.sent.append(len(frame)))

    def dismiss(dialog: Dialog) -> None:
        page.complaints.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def complain(line: ConsoleMessage) -> None:
        if line.type == "error":
            page.complaints.append(line.text)

    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    page.on("websocket", listen)
    page.on("dialog", dismiss)
    page.on("console", complain)
    return page


def forget(page: Page) -> None:
    """Begin the records of the page again."""
    for records in (page.asked, page.received, page.sent, page.faults, page.complaints):
        records.clear()


def opened(page: Page, address: str) -> Page:
    """The page once its map is drawn, its records those of this visit."""
    forget(page)
    page.goto(address)
    page.locator(".map[data-ready]").wait_for()
    return page


def hosts(page: Page) -> set[str | None]:
    """The hosts that the page has asked."""
    return {urlsplit(url).hostname for url in page.asked if not url.startswith(("data:", "blob:"))}


def received_bytes(page: Page, since: int = 0) -> int:
    """Size of the frames that the page has received, without the first `since`."""
    return sum(page.received[since:])


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
    )


def query(page: Page) -> dict[str, str]:
    """The query of the address, the first value of each key."""
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def pick(page: Page, label: str, option: str) -> None:
    """Choose an option of a list."""
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()
