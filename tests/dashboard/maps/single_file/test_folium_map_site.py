"""The single-file map in a browser, opened from disk with the network cut."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from dashboard import component
from dashboard.i18n.text import texts
from dashboard.maps.single_file.folium_map import document
from dashboard.selection.context import Context
from dashboard.selection.permalink import Vocabulary, opening
from tests.conftest import CHROMIUM, require_chromium
from tests.dashboard import voorbeeldstad
from tests.dashboard.accessibility import examine
from tests.dashboard.conftest import ARGUMENTS
from tests.dashboard.maps.made_up_region import (
    CORE,
    PAYLOADS,
    hostile,
    hostile_caption,
    layer,
    point,
    scene,
    text_of,
)
from tests.dashboard.pages import PHONE, forget, record, records

pytestmark = pytest.mark.browser
# Two pages for all payloads, none of which keeps another of the same page from running; one by one
# `test_folium_map.py` looks for them in the file, and the long form opens each.
TOGETHER = [" ".join(PAYLOADS[n] for n in page) for page in ((0, 2, 6, 4), (1, 3, 5, 7))]


class Opened:
    """A file opened from disk, with what the page tried to reach and what it complained about."""

    def __init__(
        self,
        page: Page,
        folder: Path,
        content: str,
        *,
        width: int = 1280,
        height: int = 800,
    ) -> None:
        file = folder / "kaart.html"
        file.write_bytes(content.encode("utf-8"))
        self.page = page
        self.asked: list[str] = []
        forget(page)
        page.set_viewport_size({"width": width, "height": height})
        self.page.route(
            re.compile(r"^(?!file:|data:)"),
            lambda route: (self.asked.append(route.request.url), route.abort()),
        )
        self.page.goto(file.as_uri())
        self.page.wait_for_selector("#map[data-ready]", timeout=20_000)

    @property
    def complaints(self) -> list[str]:
        return [*records(self.page).faults, *records(self.page).complaints]

    def harmed(self) -> str | None:
        found = self.page.evaluate("window.harmed ?? null")
        return None if found is None else str(found)


def drawn(page: Page) -> list[str]:
    """The panes with anything on their canvas."""
    return page.evaluate(
        """[...document.querySelectorAll("#map canvas")].filter((canvas) =>
            canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
                .data.some(Boolean)
        ).map((canvas) => canvas.parentElement.className.match(/leaflet-(\\w+)-pane/)[1]).sort()"""
    )


@pytest.fixture(scope="module")
def opened(shared_page: Page, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    return Opened(shared_page, tmp_path_factory.mktemp("map"), text_of(scene()))


def test_file_draws_from_disk_and_asks_nobody(opened: Opened) -> None:
    assert opened.asked == []
    assert opened.complaints == []
    assert drawn(opened.page) == ["background", "edge_retail", "initiatives", "labels"]


def test_file_has_no_barrier_that_axe_knows(opened: Opened) -> None:
    assert examine(opened.page).failed == {}


def test_caption_and_legend_lie_within_the_first_screen(opened: Opened) -> None:
    for part in ("figcaption", ".legend", "h1"):
        frame = opened.page.locator(part).bounding_box()
        assert frame is not None
        assert frame["y"] >= 0
        assert frame["y"] + frame["height"] <= 800


def test_labels_do_not_lie_on_one_another(page: Page) -> None:
    code = (Path(component.__file__).parent / "labels.mjs").read_text("utf-8")
    boxes = page.evaluate(
        """async (code) => {
            const module = new Blob([code], { type: "text/javascript" })
            const { place } = await import(URL.createObjectURL(module))
            const items = Array.from({ length: 60 }, (_, n) => (
                { x: 40 + ((n * 97) % 720), y: 40 + ((n * 61) % 520), r: 6, w: 90, h: 34 }))
            return place(items, { frame: [0, 0, 800, 600] }).filter(Boolean).map(({ box }) => box)
        }""",
        code,
    )
    assert len(boxes) >= 30
    clashes = [
        (a, b)
        for index, a in enumerate(boxes)
        for b in boxes[index + 1 :]
        if min(a[2], b[2]) - max(a[0], b[0]) > 0 and min(a[3], b[3]) - max(a[1], b[1]) > 0
    ]
    assert clashes == []


def test_legend_counts_each_class(opened: Opened) -> None:
    legend = opened.page.locator(".legend .entry").all_inner_texts()
    assert "fysieke ingreep\n3" in [entry.strip() for entry in legend]
    assert "gestreept kader: alleen de stad is bekend" in [entry.strip() for entry in legend]


def test_legend_of_vacancy_goes_from_few_to_many(page: Page, tmp_path: Path) -> None:
    facts = voorbeeldstad.facts()
    places = tuple(place.place_id for place in facts.centres)
    known = Vocabulary(places, facts.street_keys(facts.places), facts.years)
    selection = replace(opening(known, "en"), layers=("straten", "panden"))
    given = Opened(page, tmp_path, document(Context(facts, texts("en"), selection)).decode())
    legend = given.page.locator(".legend").inner_text()
    firsts = [int(number) for number in re.findall(r"vacancy (\d+) ", legend)]
    assert len(firsts) >= 3 and firsts == sorted(firsts)
    assert "streets" in drawn(given.page)


def test_every_visible_feature_has_its_row(opened: Opened) -> None:
    rows = []
    for tab in opened.page.get_by_role("tab").all():
        tab.click()
        rows.append(opened.page.locator("tbody tr[data-id]").count())
    assert rows == [3, 9, 5, 1]


def test_a_layer_goes_off_and_comes_back_and_a_row_opens_its_feature_by_keyboard(
    page: Page, tmp_path: Path
) -> None:
    given = Opened(page, tmp_path, text_of(scene()))
    control = given.page.locator(".leaflet-control-layers label", has_text="Winkels aan de rand")
    tab = given.page.get_by_role("tab", name="Winkels aan de rand")
    before = drawn(given.page)
    control.locator("input").uncheck()
    tab.wait_for(state="detached")
    control.locator("input").check()
    tab.wait_for()
    assert drawn(given.page) == before
    given.page.get_by_role("tab", name="Initiatieven").click()
    given.page.locator("tbody tr[data-id]", has_text="Initiatief 4").focus()
    given.page.keyboard.press("Enter")
    assert given.page.locator(".leaflet-popup strong").inner_text() == "Initiatief 4"
    assert given.page.evaluate("document.activeElement.textContent") == "Initiatief 4"
    assert given.page.locator("tr[aria-selected=true]").count() == 1
    # The details close wherever the focus went.
    given.page.locator("h1").click()
    given.page.keyboard.press("Escape")
    given.page.wait_for_selector(".leaflet-popup", state="detached")
    assert given.page.evaluate("document.activeElement.textContent") == "Initiatief 4"
    assert given.page.locator("tr[aria-selected=true]").count() == 0


def test_click_on_a_mark_keeps_its_details_open(page: Page, tmp_path: Path) -> None:
    alone = layer("a", "Plekken", "initiatives", point("p", CORE, "edge_retail", "Randpark"))
    given = Opened(
        page,
        tmp_path,
        text_of(
            replace(scene(alone), home=(CORE[0] - 900, CORE[1] - 900, CORE[0] + 900, CORE[1] + 900))
        ),
    )
    box = given.page.locator("#map").bounding_box()
    assert box is not None
    given.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert given.page.locator(".leaflet-popup strong").inner_text() == "Randpark"
    assert given.page.locator("tr[aria-selected=true]").count() == 1
    given.page.get_by_role("button", name="Sluiten").click()
    assert given.page.locator("tr[aria-selected=true]").count() == 0


def test_paper_and_readers_without_scripts_get_every_table(
    own_page: Page, tmp_path: Path, opened: Opened
) -> None:
    assert not opened.page.locator(".on-paper").is_visible()
    opened.page.emulate_media(media="print")
    assert opened.page.locator(".on-paper table").all()[3].is_visible()
    assert not opened.page.locator(".side").is_visible()
    opened.page.emulate_media(media="screen")
    (tmp_path / "kaart.html").write_text(text_of(scene()), "utf-8")
    own_page.context.new_cdp_session(own_page).send(
        "Emulation.setScriptExecutionDisabled", {"value": True}
    )
    own_page.goto((tmp_path / "kaart.html").as_uri())
    assert own_page.locator(".on-paper table").all()[3].is_visible()
    assert "JavaScript" in str(own_page.locator("noscript").text_content())


def test_printed_map_is_the_whole_drawn_one(own_page: Page, tmp_path: Path) -> None:
    given = Opened(own_page, tmp_path, text_of(scene()), width=1440, height=900)
    drawn_map = given.page.locator("#map").bounding_box()
    given.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    given.page.emulate_media(media="print")
    # Between the margins of an upright A4 page.
    given.page.set_viewport_size({"width": 718, "height": 1047})
    printed = given.page.locator(".frame").bounding_box()
    assert drawn_map is not None and printed is not None
    assert drawn_map["width"] > 718 and printed["x"] + printed["width"] <= 718
    sides = [box["height"] / box["width"] for box in (drawn_map, printed)]
    assert sides[1] == pytest.approx(sides[0], abs=0.01)


def test_many_marks_are_one_stop_of_the_tab_key_and_a_phone_sees_map_and_caption(
    page: Page, tmp_path: Path
) -> None:
    units = [point(f"p{n}", CORE, "edge_retail", f"Pand {n}") for n in range(200)]
    given = Opened(
        page, tmp_path, text_of(scene(layer("a", "Panden", "initiatives", *units))), **PHONE
    )
    assert given.page.evaluate("document.documentElement.scrollWidth") <= 390
    map_box = given.page.locator("#map").bounding_box()
    assert map_box is not None and map_box["height"] > 450
    stops = 0
    while given.page.evaluate("document.activeElement.localName") != "summary":
        given.page.keyboard.press("Tab")
        stops += 1
    assert given.page.locator("tbody tr[data-id]").count() == 200 and stops < 15


@pytest.mark.parametrize(
    "payload", [*TOGETHER, *(pytest.param(one, marks=pytest.mark.long) for one in PAYLOADS)]
)
def test_hostile_text_runs_nowhere_and_reads_as_written(
    page: Page, tmp_path: Path, payload: str
) -> None:
    content = text_of(hostile(payload), hostile_caption(payload))
    # The policy would hide a hole in the escaping: without it, escaping alone must do.
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", content)
    assert bare != content
    given = Opened(page, tmp_path, bare)
    said = " ".join(payload.split())
    for tab in given.page.get_by_role("tab").all():
        tab.click()
        given.page.locator("tbody tr[data-id]").click()
        given.page.wait_for_function("document.querySelectorAll('.leaflet-popup').length === 1")
        assert given.page.locator(".leaflet-popup strong").inner_text() == said
    # Not by the mouse: a long text on a button lies over it.
    given.page.locator(".leaflet-control-layers").dispatch_event("mouseenter")
    shown = given.page.locator(".leaflet-control-layers-overlays label span span").all_inner_texts()
    assert [text.strip() for text in shown] == [said, f"{said} 2", f"{said} 3"]
    for place in (
        "h1",
        "figcaption",
        ".legend .entry",
        "td",
        ".tab",
        ".on-paper p",
        ".on-paper th",
        ".below p",
    ):
        assert said in " ".join(str(given.page.locator(place).first.text_content()).split())
    assert given.page.title() == said
    assert given.harmed() is None
    assert given.asked == []


def opened_under_its_policy(folder: Path, content: str) -> Opened:
    """What a browser of its own shows; that of other tests ignores policies."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        given = Opened(record(browser.new_page()), folder, content)
        assert given.harmed() is None
        browser.close()
    return given


def test_policy_of_the_page_stops_a_script_that_is_not_its_own(tmp_path: Path) -> None:
    require_chromium()
    content = text_of(scene()).replace(
        "</main>",
        "</main><img src=x onerror=\"window.harmed='img'\"><script>window.harmed='own'</script>",
    )
    # In a thread: the driver of other tests has the event loop of this one.
    with ThreadPoolExecutor(1) as beside:
        given = beside.submit(opened_under_its_policy, tmp_path, content).result()
    assert len(given.complaints) >= 2
