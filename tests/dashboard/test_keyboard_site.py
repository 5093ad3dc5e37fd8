"""The keyboard in a real browser: what has the focus is seen, popovers follow their buttons, and
the words of the framework are translated.
"""

import pytest

from dashboard.i18n.text import texts
from tests.dashboard.controls import settled
from tests.dashboard.pages import opened, visit

pytestmark = pytest.mark.browser


@pytest.fixture
def on_map(shared_page, site):
    """The map of Hengelo, by a visit of all tests."""
    shared_page.bring_to_front()
    visit(shared_page, f"{site}/kaart?plaats=hengelo&taal=nl")
    shared_page.get_by_role("heading", level=1, name="Hengelo: wat is bekend").wait_for()
    shared_page.locator(".map[data-ready]").wait_for()
    shared_page.wait_for_function("history.stadshart")
    settled(shared_page)
    return shared_page


def test_an_open_popover_follows_its_button(on_map):
    on_map.get_by_role("button", name="Lagen (3)").focus()
    on_map.keyboard.press("Enter")
    body = on_map.get_by_test_id("stPopoverBody")
    body.wait_for()
    on_map.keyboard.press("Tab")
    assert body.evaluate("body => body.contains(document.activeElement)")
    on_map.keyboard.press("Shift+Tab")
    assert on_map.evaluate("document.activeElement.innerText.includes('Lagen (3)')")
    on_map.keyboard.press("Tab")
    on_map.keyboard.press("Tab")
    assert on_map.evaluate("document.activeElement.innerText.includes('Initiatieven (')")


def test_with_the_readers_own_colours_the_chosen_language_and_tab_stand_out(on_map):
    on_map.emulate_media(forced_colors="active")
    shown = on_map.locator("[class*=st-key-w_taal] button").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).outlineStyle)"
    )
    lines = on_map.get_by_role("tab").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).borderBottomColor)"
    )
    on_map.emulate_media(forced_colors="none")
    assert shown == ["solid", "none", "none"]
    assert len(set(lines[1:])) == 1 and lines[0] != lines[1]


@pytest.mark.parametrize(
    "lang", ["de", *(pytest.param(other, marks=pytest.mark.long) for other in ("nl", "en"))]
)
def test_the_words_of_the_framework_are_in_the_language_of_the_page(shared_page, site, lang):
    page, say = shared_page, texts(lang)
    page.bring_to_front()
    visit(page, f"{site}/initiatieven?plaats=enschede&straat=enschede/oude-markt&taal={lang}")
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


def test_another_language_changes_the_words_of_the_framework_as_well(on_map):
    skip = on_map.get_by_test_id("stSkipToContent")
    for lang in ("DE", "NL"):
        on_map.get_by_text(lang, exact=True).click()
        on_map.wait_for_function("lang => document.documentElement.lang === lang", arg=lang.lower())
        on_map.wait_for_function(
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
