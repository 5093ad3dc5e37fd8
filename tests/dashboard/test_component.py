"""The map in a real browser: what it shows, what it sends, and whom it asks."""

import re
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from dashboard import component
from dashboard.maps.bundle import COMPONENT, bundle
from tests.conftest import serving
from tests.dashboard.map_site.made_up_scene import HOSTILE
from tests.dashboard.pages import PHONE, hosts, opened, received_bytes, records, redrawn, revision

pytestmark = pytest.mark.browser
SITE = Path(__file__).parent / "map_site" / "serve.py"
# A grey pixel as PNG: enough to be a tile.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c6378000000c9"
    "00c8b3f9f2b60000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("kaart") / "log"
    with serving(lambda port: [sys.executable, str(SITE), str(port)], log) as served:
        yield served.address


@pytest.fixture(scope="module")
def seen(shared_page, site):
    """The page, opened once for all tests that only look at it."""
    return opened(shared_page, f"{site}/")


@pytest.fixture
def used(seen):
    """That page with nothing chosen, its first tab open and its whole area in view."""
    seen.bring_to_front()
    chosen = seen.locator("tbody tr[aria-selected=true]")
    if chosen.count():
        hears(seen, chosen.click, None)
    seen.get_by_role("tab").first.click()
    seen.get_by_role("button", name="Toon hele gebied").click()
    return seen


def hears(page, act, what):
    """Python hears of what is done, once, and what is chosen by it."""
    said = page.get_by_text(re.compile(r"gehoord \d+ keer"))
    before = int(re.search(r"\d+", said.text_content())[0])
    act()
    page.get_by_text(f"gehoord {before + 1} keer: {what}", exact=True).wait_for()


def rows(page):
    return page.locator("tbody tr").evaluate_all(
        "rows => rows.map((row) => row.querySelector('td').textContent)"
    )


def extent(page):
    return re.search(r"uitsnede=([-\d.,]+)", page.url)[1]


def click_map(page, dx=0.0, dy=0.0):
    box = page.locator(".map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2 + dx, box["y"] + box["height"] / 2 + dy)


def change_filter(page):
    before = revision(page)
    page.get_by_text("minder").click()
    redrawn(page, before)


def test_nobody_but_this_machine_is_asked_without_tiles(seen):
    assert hosts(seen) == {"127.0.0.1"}
    assert records(seen).faults + records(seen).complaints == []


def test_the_table_has_the_features_of_the_layer_placed_or_not(seen):
    assert rows(seen) == [
        "Midden",
        "Tweeling links",
        "Tweeling rechts",
        "Ergens",
        "–Plek niet bekend: staat alleen in de tabelNergens",
    ]
    assert seen.locator(".sentence").text_content() == "5 van 5 getoond"


def test_every_layer_that_is_on_has_its_tab_and_count(seen):
    assert seen.get_by_role("tab").all_text_contents() == ["Initiatieven 5", "Leegstand 1"]


def test_a_click_on_a_mark_selects_its_row_and_tells_python(used):
    hears(used, lambda: click_map(used), "initiatieven:midden")
    assert used.locator("tbody tr[aria-selected=true]").get_attribute("data-id") == "midden"


def test_marks_on_one_spot_are_each_within_reach(used):
    box = used.locator(".map").bounding_box()
    west, _, east, _ = map(float, extent(used).split(","))
    # 2 km west at this latitude, in pixels from the middle.
    away = 2_000 / 68_000 / (east - west) * box["width"]
    for aside, spot in ((-12, "links"), (12, "rechts")):
        hears(used, lambda aside=aside: click_map(used, -away + aside), f"initiatieven:{spot}")
        assert used.locator("tbody tr[aria-selected=true]").get_attribute("data-id") == spot


def test_a_row_is_chosen_by_keyboard_alone(used):
    used.locator("tbody tr").first.focus()
    used.keyboard.press("ArrowDown")
    hears(used, lambda: used.keyboard.press("Enter"), "initiatieven:links")
    used.keyboard.press("ArrowDown")
    hears(used, lambda: used.keyboard.press(" "), "initiatieven:rechts")


def test_a_chosen_row_is_let_go_by_choosing_it_again(used):
    first = used.locator("tbody tr").first
    hears(used, first.click, "initiatieven:midden")
    hears(used, first.click, None)


def test_the_choice_of_the_other_tab_opens_it(used):
    used.get_by_role("tab", name="Leegstand").click()
    hears(used, used.locator("tbody tr").first.click, "leegstand:cijfer")
    assert used.get_by_role("tab", selected=True).text_content() == "Leegstand 1"


def test_headers_sort_by_number_and_back(page, site):
    opened(page, f"{site}/")
    header = page.get_by_role("columnheader", name="Aantal").get_by_role("button")
    header.click()
    first = page.locator("tbody td.number").all_text_contents()
    header.click()
    assert (first, page.locator("tbody td.number").all_text_contents()) == (
        ["5", "4", "3", "2", "1"],
        ["1", "2", "3", "4", "5"],
    )
    names = page.get_by_role("columnheader", name="Naam")
    names.get_by_role("button").click()
    assert names.get_attribute("aria-sort") == "ascending"


def resting_extent(page, before: str | None) -> str:
    """The extent in the address once the map has left `before` and has come to rest."""
    seen: list[str | None] = []
    for _ in range(60):
        page.wait_for_timeout(250)
        address = re.search(r"uitsnede=([-\d.,]+)", page.url)
        seen.append(address and address[1])
        if seen[-1] not in (None, before) and len(seen) > 3 and len(set(seen[-4:])) == 1:
            return seen[-1]
    pytest.fail(f"the map did not come to rest: {seen[-4:]}")


def test_pan_and_zoom_survive_a_filter_and_a_rewritten_address(page, site):
    opened(page, f"{site}/")
    start = extent(page)
    page.get_by_label("Inzoomen").click()
    zoomed = resting_extent(page, start)
    page.locator(".map").focus()
    page.keyboard.press("ArrowRight")
    left = resting_extent(page, zoomed)
    change_filter(page)
    page.wait_for_url("**minder=ja**")
    page.wait_for_url("**uitsnede=**")
    assert extent(page) == left
    assert len(rows(page)) == 2


def test_moving_the_map_sends_nothing(used):
    used.wait_for_timeout(300)
    before = len(records(used).sent)
    used.get_by_label("Inzoomen").click()
    used.mouse.move(500, 500)
    used.wait_for_timeout(300)
    assert len(records(used).sent) == before


def test_a_filter_over_two_thousand_marks_stays_small(page, site):
    opened(page, f"{site}/?laag=panden")
    assert page.locator(".sentence").text_content() == "2.000 van 2.000 getoond"
    before = len(records(page).received)
    change_filter(page)
    # All of the page's traffic for the change, the map's message among it.
    assert received_bytes(page, before) <= 6_000


def test_a_broken_extent_is_no_extent(seen):
    code = (Path(component.__file__).parent / "address.mjs").read_text("utf-8")
    broken = [
        "",
        "?uitsnede=",
        *(
            f"?uitsnede={text}"
            for text in ("1,2,3", "a,b,c,d", "9,9,1,1", "<script>", "5,52,500,53")
        ),
    ]
    read = seen.evaluate(
        "async ([code, texts]) => {"
        " const module = new Blob([code], { type: 'text/javascript' });"
        " const { read } = await import(URL.createObjectURL(module));"
        " return texts.map((text) => read(text)) }",
        [code, [*broken, "?uitsnede=5,52,6,53"]],
    )
    assert read == [None] * len(broken) + [[5, 52, 6, 53]]


def test_hostile_names_stay_text(page, site):
    opened(page, f"{site}/?laag=vijandig")
    for index in range(len(HOSTILE)):
        page.locator("tbody tr").nth(index).hover()
    box = page.locator(".map").bounding_box()
    for y in range(40, 200, 6):
        page.mouse.move(box["x"] + box["width"] * 0.14, box["y"] + y)
        if page.locator(".tip").is_visible():
            break
    assert page.locator(".tip strong").text_content() in HOSTILE
    assert rows(page) == list(HOSTILE)
    assert records(page).faults + records(page).complaints == []
    assert page.locator(".map-view img, .map-view svg, .map-view script").count() == 0


def test_figures_of_one_spot_share_a_card_and_each_part_is_met_apart(seen):
    stacks, hits = (bundle(COMPONENT / name) for name in ("stacks.mjs", "hits.mjs"))
    making = f"(() => {{ {stacks} return {{ stack, partsOf }} }})()"
    cards, parts, hidden, met = seen.evaluate(
        f"() => {{ const {{ stack, partsOf }} = {making}\n{hits} {_STACKED} }}"
    )
    # Two figures of one town and its station elsewhere: a card of two parts, and a label.
    assert cards == ["vacancy:1|people:1", "station:1"]
    # Lines of 17 and 15 high: 4 + 32 + 3.5, then 3.5 + 17 + 4, from the top of the card to its end.
    assert parts == [["vacancy", 100, 139.5], ["people", 139.5, 164]]
    assert hidden == ["vacancy", "people"]
    assert met == ["vacancy", "people", "station"]


def test_a_label_does_not_reach_over_the_edge_of_the_map(seen):
    spots = seen.evaluate(
        "(code) => { const place = new Function(`${code}; return place`)()\n"
        "const label = (x) => ({ x, y: 100, r: 5, w: 80, h: 20 })\n"
        "return place([label(-10), label(10)], { frame: [0, 0, 400, 200] })"
        ".map(({ box }) => [box[0], box[2]]) }",
        bundle(COMPONENT / "labels.mjs"),
    )
    # Left of a mark beyond the left edge, right of one within it.
    assert spots == [[-100, -20], [20, 100]]


_STACKED = """
  const label = (id, kind, x, heights) => {
    const rows = heights.map((height) => ({ text: "9", font: "12px sans-serif", height }))
    return { key: `${id}:1`, row: { layer: { id } }, kind, x, y: 100, rows, spot: null }
  }
  const [card, station] = stack([
    label("vacancy", "card", 50, [17, 15]),
    label("station", "station", 90, [17]),
    label("people", "text", 50, [17]),
  ])
  const hidden = partsOf(card).map(({ row }) => row.layer.id)
  card.spot = { box: [60, 100, 160, 100 + card.h] }
  station.spot = { box: [200, 100, 260, 117] }
  const parts = partsOf(card).map(({ row, box }) => [row.layer.id, box[1], box[3]])
  const laid = { hits: hits([], { marks: [], bubbles: [] }, [card, station]), lines: [] }
  const at = [[70, 110], [70, 150], [210, 110]].map(([x, y]) => hitAt(laid, null, x, y))
  return [[card.key, station.key], parts, hidden, at.map(({ row }) => row.layer.id)]
"""


def test_an_empty_choice_explains_itself(page, site):
    opened(page, f"{site}/?leeg=ja")
    assert (
        page.locator(".empty")
        .text_content()
        .startswith("Met deze keuze staat er niets op de kaart")
    )
    assert page.locator("tbody tr").count() == 0


def test_language_extent_and_public_address_are_those_of_the_link(page, site):
    opened(
        page,
        f"{site}/?laag=initiatieven,panden&taal=en&basis=https://voorbeeld.nl/stad/"
        "&uitsnede=5.20000,52.70000,5.40000,52.80000",
    )
    assert page.locator(".map").get_attribute("aria-label") == "Proefkaart van Voorbeeldstad"
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.get_by_role("button", name="Show whole area").first.is_visible()
    # In Dutch the same number is 2.000.
    assert page.get_by_role("tab").all_text_contents()[1] == "Panden 2,000"
    assert "2,000" in page.locator(".entry .count").all_text_contents()
    west, south, east, north = map(float, extent(page).split(","))
    assert west <= 5.2 and south <= 52.7 and east >= 5.4 and north >= 52.8
    assert east - west < 0.45
    page.get_by_role("button", name="Copy link").click()
    assert page.locator(".panel textarea").input_value().startswith("https://voorbeeld.nl/stad/?")
    assert page.locator(".panel .local").count() == 0


def test_the_buttons_go_where_they_say(used):
    home = extent(used)
    used.get_by_role("button", name="Toon Plein Westermaat").click()
    edge = resting_extent(used, home)
    west, _, east, _ = map(float, edge.split(","))
    assert east - west < 0.05
    used.get_by_role("button", name="Toon hele gebied").click()
    assert resting_extent(used, edge) == home


def test_the_link_is_text_with_the_extent_and_says_it_is_local(used):
    used.get_by_role("button", name="Kopieer link").click()
    link = used.locator(".panel textarea").input_value()
    assert link == used.url
    assert "uitsnede=" in link
    assert "alleen op deze computer" in used.locator(".panel .local").text_content()


def test_a_phone_scrolls_down_only(page, site):
    page.set_viewport_size(PHONE)
    opened(page, f"{site}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".frame").bounding_box()["height"] <= 560


@pytest.fixture
def tile_host() -> Iterator[tuple[str, list[str], threading.Event]]:
    """A host of tiles on this machine that answers with one grey pixel until it is broken, and what
    it was asked.
    """
    asked: list[str] = []
    broken = threading.Event()

    class Tiles(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404 if broken.is_set() else 200)
            self.send_header("Content-Type", "image/png")
            # The page is opened twice and must ask again.
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            if not broken.is_set():
                self.wfile.write(PIXEL)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.2", 0), Tiles)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.2:{server.server_port}", asked, broken
    server.shutdown()
    server.server_close()
    thread.join()


def test_tiles_bring_their_credit_and_only_their_host(page, site, tile_host):
    host, asked, broken = tile_host
    setting = quote(f"{host}/{{z}}/{{x}}/{{y}}.png © Proefkaart")
    for credit in ("© Proefkaart", "schets van grens en spoor"):
        opened(page, f"{site}/?tegels={setting}")
        page.get_by_text(credit).wait_for()
        assert hosts(page) == {"127.0.0.1", "127.0.0.2"}
        drawn = "there" in page.locator(".leaflet-tiles-pane").get_attribute("class")
        assert asked and drawn is not broken.is_set()
        asked.clear()
        broken.set()
