"""The keyboard in a real browser: what has the focus is seen, popovers follow their buttons, and
the words of the framework are translated.
"""

import pytest

from dashboard.i18n.text import texts
from tests.dashboard.pages import opened

pytestmark = pytest.mark.browser


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


@pytest.mark.parametrize(
    "lang", ["de", *(pytest.param(other, marks=pytest.mark.long) for other in ("nl", "en"))]
)
def test_the_words_of_the_framework_are_in_the_language_of_the_page(page, site, lang):
    say = texts(lang)
    opened(page, f"{site}/initiatieven?plaats=enschede&straat=enschede/oude-markt&taal={lang}")
    page.wait_for_function(
        "words => document.querySelector('[data-testid=stSkipToContent]').innerText === words",
        arg=say("framework.skip"),
    )
    page.get_by_role("button", name=say("framework.remove", name="Oude Markt")).wait_for(
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
    for lang in ("DE", "NL"):
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
            if (data[i] === r && data[i + 1] === g && data[i + 2] === b && data[i + 3] === 255)
              painted += 1
          }
          const pane = canvas.parentElement
          return [pane.className, Number(pane.style.zIndex), painted]
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
