"""Keyboard, phone and zoom in a real browser: what has the focus is seen, popovers and menu are
where one expects them.
"""

import pytest

from dashboard.text import texts
from tests.dashboard.pages import PHONE, opened

pytestmark = pytest.mark.browser
RING = "solid rgb(1, 104, 155)"
# The ring of what has the keyboard, in the shadow of the map too; some inputs hide in a bigger
# shape that wears it.
_FOCUSED = """() => {
  let held = document.activeElement
  while (held?.shadowRoot?.activeElement) held = held.shadowRoot.activeElement
  if (!held || held === document.body) return null
  const rings = []
  for (let node = held, up = 0; node && up < 4; node = node.parentElement, up += 1) {
    const { outlineStyle, outlineColor, outlineWidth } = getComputedStyle(node)
    if (outlineStyle !== 'none') rings.push([parseFloat(outlineWidth), `${outlineStyle} ${outlineColor}`])
  }
  return { what: held.outerHTML.slice(0, 120), rings }
}"""
_OVERFLOWING = """() => {
  const found = []
  const inBox = (node) => {
    for (let up = node.parentElement ?? node.getRootNode().host; up; up = up.parentElement ?? up.getRootNode().host) {
      if (up.matches('.stMain, .stApp, [data-testid=stAppViewContainer]')) return false
      if (getComputedStyle(up).overflowX !== 'visible') return true
    }
  }
  const walk = (root) => root.querySelectorAll('*').forEach((node) => {
    if (node.shadowRoot) walk(node.shadowRoot)
    const { width, right } = node.getBoundingClientRect()
    if (width > 0 && right > innerWidth + 1 && !inBox(node)) found.push(`${node.tagName}.${node.className}`)
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
      if (text.nodeType !== Node.TEXT_NODE || node.closest('.unseen, [hidden], style, script, code, textarea')) continue
      for (const word of text.nodeValue.matchAll(/[\\p{L}\\d]{2,}/gu)) {
        const range = document.createRange()
        range.setStart(text, word.index)
        range.setEnd(text, word.index + word[0].length)
        const lines = new Set([...range.getClientRects()].filter(({ width }) => width > 1).map(({ top }) => Math.round(top)))
        if (lines.size > 1 && getComputedStyle(node).hyphens !== 'auto') found.push(word[0])
      }
    }
  })
  walk(document)
  return found
}"""


@pytest.mark.parametrize("view", ["kaart", "concurrentie", "cijfers"])
def test_what_has_the_keyboard_always_wears_the_same_ring(page, site, view):
    page.goto(f"{site}/{view}?plaats=hengelo")
    page.locator(".sh .foot").wait_for()
    page.wait_for_function("history.stadshart")
    faint = []
    for _ in range(45):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        if focused is not None and not any(
            width >= 3 and ring == RING for width, ring in focused["rings"]
        ):
            faint.append(focused)
    assert faint == []


def test_an_open_popover_follows_its_button(page, site):
    opened(page, f"{site}/kaart?plaats=hengelo")
    page.wait_for_function("history.stadshart")
    page.get_by_role("button", name="Lagen (3)").focus()
    page.keyboard.press("Enter")
    body = page.get_by_test_id("stPopoverBody")
    body.wait_for()
    page.keyboard.press("Tab")
    assert body.evaluate("body => body.contains(document.activeElement)")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.innerText.includes('Lagen (3)')")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText.includes('Initiatieven (')")


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


@pytest.mark.parametrize(
    "view",
    [
        "",
        "kaart",
        "straten",
        "concurrentie",
        "initiatieven",
        "profiel?plaats=hengelo",
        "cijfers",
        "bronnen",
    ],
)
def test_the_width_of_400_percent_neither_scrolls_sideways_nor_breaks_words(page, site, view):
    page.set_viewport_size({"width": 320, "height": 720})
    page.goto(f"{site}/{view}")
    page.locator(".sh .foot").wait_for()
    page.wait_for_load_state("networkidle")
    assert page.locator(".stMain").evaluate("main => main.scrollWidth <= main.clientWidth")
    assert page.evaluate(_OVERFLOWING) == []
    assert page.evaluate(_BROKEN) == []


@pytest.mark.parametrize(
    "view", ["straten?keuze=straten:voorbeeldstad/langestraat", "initiatieven"]
)
def test_the_tables_of_the_made_up_town_fit_that_width(page, example_site, view):
    page.set_viewport_size({"width": 320, "height": 720})
    page.goto(f"{example_site}/{view}")
    page.locator(".sh .foot").wait_for()
    page.wait_for_load_state("networkidle")
    assert page.evaluate(_OVERFLOWING) == []


@pytest.mark.parametrize("lang", ["nl", "en", "de"])
def test_the_words_of_the_framework_are_in_the_language_of_the_page(page, site, lang):
    say = texts(lang)
    opened(page, f"{site}/initiatieven?plaats=enschede&straat=enschede/oude-markt&taal={lang}")
    page.wait_for_function(
        "words => document.querySelector('[data-testid=stSkipToContent]').innerText === words",
        arg=say("framework.skip"),
    )
    page.get_by_role("button", name=say("framework.remove", name="Oude Markt (Enschede)")).wait_for(
        state="attached"
    )
    page.get_by_role("group", name=say("framework.chosen")).wait_for(state="attached")
    streets = page.get_by_role("combobox", name=say("map.street"))
    streets.click()
    page.get_by_text(say("framework.all"), exact=True).wait_for()
    streets.fill("zzzz")
    page.get_by_text(say("framework.nothing"), exact=True).wait_for()


def test_another_language_changes_the_words_of_the_framework_as_well(page, site):
    opened(page, f"{site}/kaart?taal=nl")
    skip = page.get_by_test_id("stSkipToContent")
    for lang in ("NL", "DE", "EN", "NL"):
        page.get_by_text(lang, exact=True).click()
        page.wait_for_function("lang => document.documentElement.lang === lang", arg=lang.lower())
        page.wait_for_function(
            "words => document.querySelector('[data-testid=stSkipToContent]').innerText === words",
            arg=texts(lang.lower())("framework.skip"),
        )
    assert skip.count() == 1


def test_a_chosen_street_lies_under_the_marks(page, example_site):
    opened(page, f"{example_site}/straten?keuze=straten:voorbeeldstad/langestraat")
    colour = page.locator(".map-view").evaluate(
        "root => getComputedStyle(root).getPropertyValue('--selected').trim()"
    )
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    panes = page.locator(".map").evaluate(
        """(map, [r, g, b]) => [...map.querySelectorAll('.leaflet-pane > canvas')].map((canvas) => {
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
          let painted = 0
          for (let i = 0; i < data.length; i += 4) {
            if (data[i] === r && data[i + 1] === g && data[i + 2] === b && data[i + 3] === 255) painted += 1
          }
          return [canvas.parentElement.className, Number(canvas.parentElement.style.zIndex), painted]
        })""",
        wanted,
    )
    order = {
        name.rpartition("leaflet-")[2].removesuffix("-pane"): (z, painted)
        for name, z, painted in panes
    }
    marks = order["initiatives"][0]
    assert any(painted > 100 for z, painted in order.values() if z < marks)
    assert all(painted < 100 for z, painted in order.values() if z > marks)
