"""Phones and a zoom of 400 per cent in a real browser: nothing scrolls sideways, and the menu is
where one expects it.
"""

import pytest

from tests.conftest import ROOT
from tests.dashboard.controls import settled
from tests.dashboard.pages import PHONE

pytestmark = pytest.mark.browser
ZOOMED = {"width": 320, "height": 720}
# The opening view has no name in the address.
VIEWS = sorted(
    {path.stem for path in (ROOT / "dashboard" / "views").glob("*.py")} - {"overzicht"} | {""}
)
WITH_WIDE_TABLE = ("", "cijfers", "bronnen")
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


@pytest.mark.parametrize("view", ["kaart?plaats=hengelo", "profiel?plaats=hengelo", *VIEWS])
def test_narrow_screens_scroll_down_only_and_break_no_word(page, site, view):
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/{view}")
    page.locator(".sh .foot").wait_for()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # Below the fixed header.
    assert page.get_by_role("heading", level=1).bounding_box()["y"] >= 60
    if view.startswith("kaart?"):
        page.locator(".map[data-ready]").wait_for()
        assert page.locator(".map").bounding_box()["y"] < 600
    if view in WITH_WIDE_TABLE:
        right = page.locator("table.stack").first.evaluate(
            "(table) => Math.max(...[...table.querySelectorAll('tbody *')].map((cell) =>"
            " cell.getBoundingClientRect().right))"
        )
        assert right <= 390
    page.set_viewport_size(ZOOMED)
    settled(page)
    assert page.locator(".stMain").evaluate("main => main.scrollWidth <= main.clientWidth")
    assert page.evaluate(_OVERFLOWING) == []
    assert page.evaluate(_BROKEN) == []


@pytest.mark.parametrize(
    "view", ["straten?keuze=straten:voorbeeldstad/langestraat", "initiatieven"]
)
def test_the_tables_of_the_made_up_town_fit_that_width(page, example_site, view):
    page.set_viewport_size(ZOOMED)
    page.goto(f"{example_site}/{view}")
    page.locator(".sh .foot").wait_for()
    page.wait_for_load_state("networkidle")
    assert page.evaluate(_OVERFLOWING) == []


def test_on_a_phone_the_views_stand_behind_a_button_that_says_menu(page, site):
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/cijfers?taal=de")
    page.get_by_role("button", name="Menü", exact=True).click()
    page.get_by_role("link", name="Quellen", exact=True).click()
    page.get_by_role("heading", name="Woher die Zahlen kommen").wait_for()


def test_a_choice_in_the_menu_of_a_phone_shows_the_view(page, site):
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/cijfers")
    page.wait_for_function("history.stadshart")
    page.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_role("link", name="Bronnen", exact=True).click()
    page.get_by_role("heading", name="Waar de cijfers vandaan komen").wait_for()
    page.wait_for_function(
        "document.querySelector('[data-testid=stSidebar]')?.dataset.collapsed !== 'false'"
    )
    page.reload()
    page.get_by_role("heading", name="Waar de cijfers vandaan komen").wait_for()
    assert page.locator("[data-testid=stSidebar][data-collapsed=false]").count() == 0
