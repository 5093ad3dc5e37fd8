"""The single-file map in a browser, opened from disk with the network cut."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.dashboard.maps.drawn import PAYLOADS, hostile, hostile_caption, scene, text_of

pytestmark = pytest.mark.browser


class Opened:
    """A file opened from disk, with what the page tried to reach and what it complained about."""

    def __init__(
        self,
        chromium: Browser,
        folder: Path,
        page: str | bytes,
        *,
        width: int = 1280,
        height: int = 800,
    ) -> None:
        file = folder / "kaart.html"
        file.write_bytes(page.encode("utf-8") if isinstance(page, str) else page)
        self.page: Page = chromium.new_page(viewport={"width": width, "height": height})
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.route(
            re.compile(r"^(?!file:|data:)"),
            lambda route: (self.asked.append(route.request.url), route.abort()),
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda line: self.complaints.append(line.text) if line.type == "error" else None,
        )
        self.page.goto(file.as_uri())
        self.page.wait_for_selector("#map[data-ready]", timeout=20_000)

    def harmed(self) -> str | None:
        found = self.page.evaluate("window.harmed ?? null")
        return None if found is None else str(found)


@pytest.fixture(scope="module")
def opened(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    given = Opened(chromium, tmp_path_factory.mktemp("map"), text_of(scene()))
    yield given
    given.page.close()


def test_file_draws_from_disk_and_asks_nobody(opened: Opened) -> None:
    assert opened.asked == []
    assert opened.complaints == []
    assert opened.page.locator(".leaflet-marker-icon[role=button]").count() == 17
    assert opened.page.locator(".leaflet-background-pane path").count() >= 7


def test_caption_and_legend_lie_within_the_first_screen(opened: Opened) -> None:
    for part in (".caption", ".legend", "h1"):
        frame = opened.page.locator(part).bounding_box()
        assert frame is not None
        assert frame["y"] >= 0
        assert frame["y"] + frame["height"] <= 800


def test_labels_do_not_lie_on_one_another(opened: Opened) -> None:
    boxes = opened.page.eval_on_selector_all(
        ".label:not([hidden]), .name:not([hidden])",
        "found => found.map(e => e.getBoundingClientRect()).map(r => [r.left, r.top, r.right,"
        " r.bottom])",
    )
    assert len(boxes) >= 10
    clashes = [
        (a, b)
        for index, a in enumerate(boxes)
        for b in boxes[index + 1 :]
        if min(a[2], b[2]) - max(a[0], b[0]) > 0 and min(a[3], b[3]) - max(a[1], b[1]) > 0
    ]
    assert clashes == []


def test_table_row_opens_its_feature_by_keyboard(chromium: Browser, tmp_path: Path) -> None:
    given = Opened(chromium, tmp_path, text_of(scene()))
    given.page.locator("button[data-row]", has_text="Initiatief 4").focus()
    given.page.keyboard.press("Enter")
    assert given.page.locator(".leaflet-popup h2").inner_text() == "Initiatief 4"
    assert given.page.locator("tr.chosen").count() == 1
    given.page.keyboard.press("Escape")
    given.page.wait_for_selector(".leaflet-popup", state="detached")
    assert given.page.evaluate("document.activeElement.textContent") == "Initiatief 4"


def test_layer_control_takes_a_layer_off_and_its_row_brings_it_back(
    chromium: Browser, tmp_path: Path
) -> None:
    given = Opened(chromium, tmp_path, text_of(scene()))
    marks = given.page.locator(".leaflet-marker-icon[role=button]")
    given.page.locator(".leaflet-control-layers label", has_text="Treinreizigers").locator(
        "input"
    ).uncheck()
    assert marks.count() == 12
    given.page.locator("button[data-row]", has_text="Oosterdam, station").click()
    assert marks.count() == 17


def test_phone_sees_map_and_caption_without_sideways_scrolling(
    chromium: Browser, tmp_path: Path
) -> None:
    given = Opened(chromium, tmp_path, text_of(scene()), width=390, height=844)
    assert given.page.evaluate("document.documentElement.scrollWidth") <= 390
    map_box = given.page.locator("#map").bounding_box()
    assert map_box is not None
    assert map_box["height"] > 450


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_runs_nowhere_and_reads_as_written(
    chromium: Browser, tmp_path: Path, payload: str
) -> None:
    page = text_of(hostile(payload), hostile_caption(payload))
    # The policy would hide a hole in the escaping: without it, escaping alone must do.
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    assert bare != page
    given = Opened(chromium, tmp_path, bare)
    said = " ".join(payload.split())
    for row in range(3):
        given.page.locator(f"#r{row} button").click()
        given.page.wait_for_function("document.querySelectorAll('.leaflet-popup').length === 1")
        assert given.page.locator(".leaflet-popup h2").inner_text() == said
    given.page.locator(".leaflet-control-layers").hover()
    shown = given.page.locator(".leaflet-control-layers-overlays label span span").all_inner_texts()
    assert [text.strip() for text in shown] == [said, f"{said} 2", f"{said} 3"]
    for place in (
        "h1",
        ".caption",
        ".legend h2",
        ".legend li",
        "caption",
        "tbody button",
        ".label b",
        ".name",
        ".below p",
    ):
        assert said in " ".join(str(given.page.locator(place).first.text_content()).split())
    assert given.page.title() == said
    assert given.harmed() is None
    assert given.asked == []
    given.page.close()


def test_policy_of_the_page_stops_a_script_that_is_not_its_own(
    chromium: Browser, tmp_path: Path
) -> None:
    page = text_of(scene()).replace(
        "</main>",
        "</main><img src=x onerror=\"window.harmed='img'\"><script>window.harmed='own'</script>",
    )
    given = Opened(chromium, tmp_path, page)
    assert given.harmed() is None
    assert len(given.complaints) >= 2
