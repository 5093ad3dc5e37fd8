"""Every control in a real browser: it shows what the address says, and a change of something else
keeps it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import pytest

from dashboard.analysis.competition import calibration
from dashboard.facts.snapshot import Facts
from dashboard.selection import permalink
from dashboard.selection.permalink import Selection
from dashboard.session import visitor
from data import catalogue
from geo import indicators
from tests.dashboard.controls import Shown, asked, expected, settled, shown

pytestmark = pytest.mark.browser
_WEIGHTS = ",".join(
    f"{name}:{3 * number}" for number, name in enumerate(indicators.declared_measures())
)


@dataclass(frozen=True, slots=True)
class View:
    """A view with a link that sets each of its controls, and a change of one that is made beside
    the others.

    `cleared` are the parts of a selection that "Wis filters" sets back. The way back, another
    language and the window of pictures draw every control anew in the same way: they are tried on
    the views with most kinds of controls.
    """

    name: str
    link: str
    controls: tuple[str, ...]
    other: Callable[[Any], None]
    changes: str
    cleared: tuple[str, ...] = ()
    example: bool = False
    whole: bool = False


def press(group: str, number: int) -> Callable[[Any], None]:
    """Opens the popover that holds this group of pills, and presses one."""

    def change(page: Any) -> None:
        for button in page.locator(".st-key-filters [data-testid=stPopover] button").all():
            button.click()
            page.locator("[data-testid=stPopoverBody] [class*=st-key-w_]").first.wait_for()
            pills = page.locator(f"[data-testid=stPopoverBody] [class*=st-key-w_{group}] button")
            if pills.count():
                pills.nth(number).click()
                settled(page)
                page.keyboard.press("Escape")
                page.locator("[data-testid=stPopoverBody]").wait_for(state="detached")
                return
            page.keyboard.press("Escape")
            page.locator("[data-testid=stPopoverBody]").wait_for(state="detached")
        pytest.fail(f"no popover holds {group}")

    return change


def move(name: str) -> Callable[[Any], None]:
    """Moves a slider one step."""

    def change(page: Any) -> None:
        slider = page.locator(f"[class*=st-key-w_{name}] input[type=range]")
        slider.wait_for(state="attached")
        closed = page.locator("details:not([open])", has=slider)
        if closed.count():
            closed.locator("summary").click()
        slider.press("ArrowRight")
        settled(page)

    return change


def pick(name: str) -> Callable[[Any], None]:
    """Picks the next option of a list."""

    def change(page: Any) -> None:
        page.locator(f"[class*=st-key-w_{name}] input").click()
        page.get_by_role("option", selected=True).wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        settled(page)

    return change


_INITIATIVES = "type=physical&tranche=first,unknown&periode=2015-2019"
VIEWS = (
    View(
        "kaart",
        f"plaats=enschede&straat=enschede/oude-markt&laag=initiatieven,inwoners&{_INITIATIVES}",
        ("taal", "plaats", "straat", "laag", "type", "tranche", "periode"),
        press("laag", 1),
        "layers",
        ("streets", "layers", "types", "tranches", "years"),
        whole=True,
    ),
    View(
        "initiatieven",
        f"plaats=enschede&straat=enschede/oude-markt&rol=owner&actor=ons-huis&profiel=not_judged&{_INITIATIVES}",
        ("taal", "plaats", "straat", "type", "tranche", "rol", "actor", "profiel", "periode"),
        press("rol", 0),
        "roles",
        ("streets", "types", "tranches", "roles", "actors", "fits", "years"),
    ),
    View(
        "straten",
        "plaats=voorbeeldstad&straat=voorbeeldstad/langestraat&maat=drukte&grens=400m&periode=2015-2022"
        "&branche=niet_dagelijks,horeca&duur=long&nabij=initiatief",
        ("taal", "stad", "maat", "grens", "peiling", "zoek", "branches", "duren", "nabij"),
        press("duren", 0),
        "by_street",
        ("streets", "years", "by_street"),
        example=True,
        whole=True,
    ),
    View(
        "concurrentie",
        "branche=dagelijks&keuze=winkels:enschede&scenario=naam:mijn-idee,vloer:enschede:150,eigen:enschede:95000,"
        "reis:120,grens:-5,verval:100:100:80",
        (
            "taal",
            "branche",
            "locatie",
            "wat_naam",
            "wat_dicht_enschede",
            "wat_vloer_enschede",
            "wat_eigen_enschede",
        )
        + (
            "wat_eigen_m2_enschede",
            "wat_reis",
            "wat_grens",
            "wat_verval_daily",
            "wat_verval_large_scale",
        ),
        move("wat_reis"),
        "scenario",
        ("scenario",),
        whole=True,
    ),
    View(
        "profiel",
        f"plaats=voorbeeldstad&gewichten={_WEIGHTS}",
        (
            "taal",
            "plaats",
            "index",
            "maten",
            "startgewichten",
            *(f"gewicht_{name}" for name in indicators.declared_measures()),
        ),
        move("gewicht_centre_manager"),
        "weights",
        example=True,
    ),
    View(
        "cijfers",
        "plaats=hengelo&thema=vacancy",
        ("taal", "plaats", "thema"),
        pick("thema"),
        "theme",
    ),
)


@dataclass(slots=True)
class Story:
    """What was on the screen and in the address at each moment of a visit."""

    moments: dict[str, tuple[Shown, Selection]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def stories(shared_page: Any, site: str, example_site: str) -> Callable[[View], Story]:
    """The visit of a view, made once for all its controls."""

    @cache
    def story(name: str) -> Story:
        view = next(view for view in VIEWS if view.name == name)
        return visited(shared_page, view, example_site if view.example else site)

    return lambda view: story(view.name)


@cache
def facts(example: bool) -> Facts:
    return Facts(catalogue.open(catalogue.EXAMPLE if example else catalogue.EMBEDDED), beyond=False)


@cache
def model(example: bool) -> calibration.Model | None:
    return calibration.model_of(facts(example))


def visited(page: Any, view: View, site: str) -> Story:
    """A visit in which something else is changed after everything that sets controls
    from outside.
    """
    found = Story()

    def note(moment: str) -> None:
        settled(page)
        found.moments[moment] = shown(page), asked(page, facts(view.example))

    def other(moment: str) -> None:
        note(moment)
        view.other(page)
        note(f"{moment}, then another change")

    page.goto(f"{site}/{view.name}?{view.link}")
    # The last piece of every page; a busy browser still draws some before it.
    page.locator(".sh .foot").wait_for(timeout=90_000)
    for _ in range(20):
        settled(page)
        if shown(page).keys() >= {*view.controls}:
            break
    other("opened by a link")
    if view.whole:
        page.go_back()
        other("back")
        page.get_by_text("EN", exact=True).click()
        # A busy browser shows the choice before the server has answered.
        page.wait_for_url("**taal=en**")
        other("in another language")
        page.get_by_text("NL", exact=True).click()
        settled(page)
    if view.whole and view.name != "straten":
        page.get_by_role("button", name="Maak een beeld").click()
        page.locator("[data-testid=stDialog] [class*=st-key-w_formaat]").wait_for()
        page.keyboard.press("Escape")
        page.locator("[data-testid=stDialog]").wait_for(state="detached")
        other("the picture window closed")
    if view.cleared:
        page.get_by_role(
            "button", name="Begin opnieuw" if view.name == "concurrentie" else "Wis filters"
        ).click()
        note("cleared")
        if view.name != "concurrentie":
            view.other(page)
            note("cleared, then another change")
    return found


@pytest.mark.parametrize(
    ("view", "name"),
    [(view, name) for view in VIEWS for name in view.controls],
    ids=lambda one: getattr(one, "name", one),
)
def test_a_control_shows_what_the_address_says(stories, view, name):
    seen = {}
    for moment, (screen, selection) in stories(view).moments.items():
        wanted = expected(
            selection,
            facts(view.example),
            model(view.example) if view.name == "concurrentie" else None,
        )
        if name in screen and screen[name] != wanted[name]:
            seen[moment] = (screen[name], wanted[name])
    assert seen == {}
    assert name in stories(view).moments["opened by a link"][0]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_change_of_one_control_leaves_the_address_of_all_others(stories, view):
    moments = stories(view).moments
    for moment, (_, after) in moments.items():
        before, _, changed = moment.partition(", then ")
        if changed:
            was = moments[before][1]
            same = {view.changes: getattr(was, view.changes), "extent": None}
            assert replace(after, **same) == replace(was, extent=None), moment
            assert getattr(after, view.changes) != getattr(was, view.changes), moment


@pytest.mark.parametrize("view", [view for view in VIEWS if view.whole], ids=lambda view: view.name)
def test_back_leads_to_what_was(stories, view):
    moments = stories(view).moments
    assert replace(moments["back"][1], extent=None) == replace(
        moments["opened by a link"][1], extent=None
    )


@pytest.mark.parametrize(
    "view", [view for view in VIEWS if view.cleared], ids=lambda view: view.name
)
def test_cleared_is_cleared(stories, view):
    first = permalink.opening(visitor.vocabulary(facts(view.example)))
    for name in view.cleared:
        assert getattr(stories(view).moments["cleared"][1], name) == getattr(first, name), name
