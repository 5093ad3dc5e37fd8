"""Every view as it opens, in a real browser: it asks nobody else, has its words, can be used by all
and fits each screen. An address is opened once for all tests that only look at it.
"""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from dashboard.i18n.text import LANGUAGES
from tests.conftest import ROOT
from tests.dashboard.accessibility import VIEWS, examine
from tests.dashboard.conftest import keep_picture
from tests.dashboard.controls import settled
from tests.dashboard.pages import DESKTOP, PHONE, forget, hosts, query, visit

pytestmark = pytest.mark.browser
ZOOMED = {"width": 320, "height": 720}
WITH_WIDE_TABLE = ("", "cijfers", "bronnen")
WITH_BAR = ("kaart", "straten", "concurrentie", "initiatieven", "profiel", "cijfers", "bronnen")
# The address and the element of each row of the table in docs/views.md.
ANSWERS = dict(
    re.findall(
        r"^\| `/([^`]*)` .* `([^`]*)` \|$",
        (ROOT / "docs/views.md").read_text("utf-8"),
        re.MULTILINE,
    )
)
RING = "solid rgb(1, 104, 155)"
# Keeps, with each Tab, the ring of what has the keyboard, in the shadow of the map too, until it
# comes back to where it was; some inputs hide in a bigger shape that wears it.
_WALK = """() => {
  const walk = window.walk = { stops: [], ended: false }
  addEventListener('keydown', () => {
    let held = document.activeElement
    while (held?.shadowRoot?.activeElement) held = held.shadowRoot.activeElement
    const none = !held || held === document.body
    walk.ended ||= none ? walk.stops.length > 0 : 'walked' in held.dataset
    if (none || walk.ended) return
    held.dataset.walked = true
    const rings = []
    for (let node = held, up = 0; node && up < 4; node = node.parentElement, up += 1) {
      const { outlineStyle, outlineColor, outlineWidth } = getComputedStyle(node)
      if (outlineStyle !== 'none')
        rings.push([parseFloat(outlineWidth), `${outlineStyle} ${outlineColor}`])
    }
    walk.stops.push({ what: held.outerHTML.slice(0, 120), rings })
  }, true)
}"""
_TAB = {"type": "rawKeyDown", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
# What can be worked and was not walked to. Within one group the arrows go on.
_MISSED = """() => {
  const missed = []
  const walk = (root) => root.querySelectorAll('*').forEach((node) => {
    if (node.shadowRoot) walk(node.shadowRoot)
    if (!node.matches('a[href], button, input, select, textarea, summary')) return
    if (node.disabled || node.tabIndex < 0 || node.dataset.walked) return
    if (!node.checkVisibility({ visibilityProperty: true })) return
    const group = node.closest('[role=toolbar], [role=tablist], [role=radiogroup]')
    if (group?.querySelector('[data-walked]')) return
    missed.push(node.outerHTML.slice(0, 160))
  })
  walk(document)
  return missed
}"""
_MOST_STOPS = 400


_OVERFLOWING = """() => {
  const found = []
  const inBox = (node) => {
    const above = (inner) => inner.parentElement ?? inner.getRootNode().host
    for (let up = above(node); up; up = above(up)) {
      if (up.matches('.stMain, .stApp, [data-testid=stAppViewContainer]')) return false
      if (getComputedStyle(up).overflowX !== 'visible') return true
    }
  }
  const walk = (root) => root.querySelectorAll('*').forEach((node) => {
    if (node.shadowRoot) walk(node.shadowRoot)
    const { width, right } = node.getBoundingClientRect()
    if (width > 0 && right > innerWidth + 1 && !inBox(node))
      found.push(`${node.tagName}.${node.className}`)
  })
  walk(document)
  return found
}"""
# Words whose letters stand on two lines, where no hyphen is put between them.
_BROKEN = """() => {
  const found = []
  const walk = (root) => root.querySelectorAll('*').forEach((node) => {
    if (node.shadowRoot) walk(node.shadowRoot)
    for (const text of node.childNodes) {
      if (text.nodeType !== Node.TEXT_NODE) continue
      if (node.closest('.unseen, [hidden], style, script, code, textarea')) continue
      for (const word of text.nodeValue.matchAll(/[\\p{L}\\d]{2,}/gu)) {
        const range = document.createRange()
        range.setStart(text, word.index)
        range.setEnd(text, word.index + word[0].length)
        const boxes = [...range.getClientRects()].filter(({ width }) => width > 1)
        const lines = new Set(boxes.map(({ top }) => Math.round(top)))
        if (lines.size > 1 && getComputedStyle(node).hyphens !== 'auto') found.push(word[0])
      }
    }
  })
  walk(document)
  return found
}"""

# A page that is slow to open is shown in parts after two seconds; a busy machine is that slow.
_PATIENT = """addEventListener('DOMContentLoaded', () => {
  const style = document.createElement('style')
  style.textContent = '.stMainBlockContainer { animation-delay: 60s !important }'
  document.body.append(style)
})"""
# All of the page is there, and its maps are drawn.
_OPENED = """() => history.stadshart && document.documentElement.matches('[data-settled]') &&
  [...document.querySelectorAll('[class*=st-key-][class*=map]')].every(
    (map) => map.matches('[data-drawn]'))"""
# How far what was seen has moved, as browsers count it.
_SHIFT = """() => new Promise((done) => {
  new PerformanceObserver((list) => done(
    list.getEntries().reduce((sum, { value }) => sum + value, 0)
  )).observe({ type: 'layout-shift', buffered: true })
  setTimeout(() => done(0), 100)
})"""


@pytest.fixture(scope="module")
def patient_page(shared_page):
    """A tab in which a page is seen when all of it is there."""
    shared_page.add_init_script(_PATIENT)
    return shared_page


@pytest.fixture(scope="module")
def screen(patient_page, site, request):
    """The page at an address, opened once, with every request kept and how far it moved; of a town
    it is the next step of a visit to that view, if there is one.
    """
    page, address = patient_page, request.param
    page.bring_to_front()
    page.set_viewport_size(DESKTOP)
    forget(page)
    view, _, asked = address.partition("?")
    if "plaats=" in asked and page.url.startswith(f"{site}/{view}?"):
        visit(page, f"{site}/{address}")
        lang = dict(parse_qsl(asked)).get("taal", "nl")
        page.wait_for_function("lang => document.documentElement.lang === lang", arg=lang)
        # Python has written the rest of the address.
        page.wait_for_url("**plaats=hengelo**laag=**")
    else:
        page.goto(f"{site}/{address}")
        page.locator(".sh .foot").wait_for()
        page.wait_for_function(_OPENED, polling=50)
        page.shift = page.evaluate(_SHIFT)
    page.address = address
    settled(page)
    return page


@pytest.fixture
def shown(screen, request):
    """That page on a desktop; a picture of it is kept when the test fails."""
    yield from resized(screen, DESKTOP, request)


@pytest.fixture
def on_phone(screen, request):
    """That page on a phone."""
    yield from resized(screen, PHONE, request)


def resized(page, size, request):
    if page.viewport_size != size:
        page.set_viewport_size(size)
    page.evaluate("document.querySelector('.stMain').scrollTo(0, 0)")
    yield page
    keep_picture(page, request)


OTHERS = [lang for lang in LANGUAGES if lang != "nl"]
# Every view of the region in Dutch, and of a town in another language; the long form has all.
OF_REGION = [f"{view}?taal=nl" for view in VIEWS]
OF_TOWN = [
    [
        pytest.param(
            f"{view}?taal={lang}&plaats=hengelo",
            marks=() if lang == OTHERS[number % len(OTHERS)] else pytest.mark.long,
        )
        for lang in LANGUAGES
    ]
    for number, view in enumerate(VIEWS)
]
# Each town after the region of its view, which is a step from there.
ALL = [address for at in zip(OF_REGION, OF_TOWN, strict=True) for address in (at[0], *at[1])]


def at(addresses: list[str]) -> pytest.MarkDecorator:
    """Run a test on the page at each of these addresses."""
    return pytest.mark.parametrize("screen", addresses, indirect=True)


@at(ALL)
def test_page_has_its_language_and_title(shown):
    lang = query(shown)["taal"]
    shown.wait_for_function("lang => document.documentElement.lang === lang", arg=lang)
    shown.wait_for_function("() => document.title.endsWith('· Stadshart Twente')")


@at([address for towns in OF_TOWN for address in towns])
def test_the_keyboard_reaches_all_of_a_view_and_is_always_seen(shown):
    shown.evaluate(_WALK)
    keyboard = shown.context.new_cdp_session(shown)
    walk = {"stops": [], "ended": False}
    while not walk["ended"] and len(walk["stops"]) < _MOST_STOPS:
        for _ in range(10):
            keyboard.send("Input.dispatchKeyEvent", _TAB)
        walk = shown.evaluate("walk")
    keyboard.detach()
    assert 15 < len(walk["stops"]) < _MOST_STOPS
    assert [
        stop
        for stop in walk["stops"]
        if not any(width >= 3 and ring == RING for width, ring in stop["rings"])
    ] == []
    assert shown.evaluate(_MISSED) == []


@at([f"{view}?taal=nl" for view in WITH_BAR])
def test_the_bar_of_a_view_stands_above_what_it_is_about(shown):
    bar = shown.locator(".st-key-tools")
    for name in ("Link", "Maak een beeld", "Download"):
        bar.get_by_role("button", name=name).wait_for()
    assert bar.bounding_box()["y"] < 220


@at(OF_REGION)
def test_no_barrier_that_a_machine_can_find(shown):
    assert examine(shown).failed == {}


@at(OF_REGION)
def test_nothing_moves_as_a_view_opens(shown):
    assert shown.shift <= 0.05


def test_every_view_has_its_question_and_answer():
    assert {address.partition("?")[0] for address in ANSWERS} == set(VIEWS)


@at([address if "?" in address else f"{address}?taal=nl" for address in ANSWERS])
def test_the_answer_of_a_view_stands_on_the_first_screen(shown):
    answer = shown.locator(ANSWERS[shown.address.removesuffix("?taal=nl")]).first
    for size in (DESKTOP, PHONE):
        shown.set_viewport_size(size)
        answer.wait_for()
        box = answer.bounding_box()
        # Of a map the upper half is enough to see that it is one.
        bottom = box["y"] + min(box["height"], size["height"] / 2)
        assert 0 <= box["y"] < bottom <= size["height"], size


# `accessibility.py` looks at every view in every language on both.
@at([address for towns in OF_TOWN for address in towns])
def test_no_barrier_that_a_machine_can_find_on_a_phone(on_phone):
    assert examine(on_phone).failed == {}


@at(ALL)
def test_narrow_screens_scroll_down_only_and_break_no_word(on_phone):
    shown = on_phone
    settled(shown)
    assert shown.evaluate("document.documentElement.scrollWidth") <= 390
    # Below the fixed header.
    assert shown.get_by_role("heading", level=1).bounding_box()["y"] >= 60
    view = urlsplit(shown.url).path.strip("/")
    if view == "kaart":
        assert shown.locator(".map").bounding_box()["y"] < 600
    if view in WITH_WIDE_TABLE:
        right = shown.locator("table.stack").first.evaluate(
            "(table) => Math.max(...[...table.querySelectorAll('tbody *')].map((cell) =>"
            " cell.getBoundingClientRect().right))"
        )
        assert right <= 390
    shown.set_viewport_size(ZOOMED)
    settled(shown)
    assert shown.locator(".stMain").evaluate("main => main.scrollWidth <= main.clientWidth")
    assert shown.evaluate(_OVERFLOWING) == []
    assert shown.evaluate(_BROKEN) == []


# The last of each page, so that late requests count as well.
@at(ALL)
def test_no_request_leaves_this_machine(screen):
    assert hosts(screen) == {"127.0.0.1"}


def test_the_tables_of_the_made_up_town_fit_that_width(page, example_site):
    page.set_viewport_size(ZOOMED)
    for view, title in (
        ("straten?keuze=straten:voorbeeldstad/langestraat&taal=nl", "Straten"),
        ("initiatieven?taal=nl", "Wat er gebeurde"),
    ):
        visit(page, f"{example_site}/{view}")
        page.get_by_role("heading", level=1, name=title).wait_for()
        page.locator(".sh .foot").wait_for()
        settled(page)
        page.wait_for_load_state("networkidle")
        assert page.evaluate(_OVERFLOWING) == [], view
