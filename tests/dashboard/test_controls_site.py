"""Every control in a real browser: it shows what the address says, and a change of something else
keeps it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
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
_CLEAR = re.compile("Wis filters|Clear filters|Start again")
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


def press(group: str, number: int, popover: int = 0) -> Callable[[Any], None]:
    """Opens the popover that holds this group of pills, and presses one."""

    def change(page: Any) -> None:
        page.locator(".st-key-filters [data-testid=stPopover] button").nth(popover).click()
        within = page.locator("[data-testid=stPopoverBody]")
        within.locator(f"[class*=st-key-w_{group}] button").nth(number).click()
        settled(page)
        page.keyboard.press("Escape")
        within.wait_for(state="detached")

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
        # A slider waits for a fifth of a second before it sends what it was moved to.
        settled(page, quietly=300)

    return change


def pick(name: str) -> Callable[[Any], None]:
    """Picks the next option of a list."""

    def change(page: Any) -> None:
        page.locator(f"[class*=st-key-w_{name}] input").click()
        page.get_by_role("option", selected=True).wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")

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
        press("rol", 0, popover=1),
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


@dataclass(frozen=True, slots=True)
class Moment:
    """What was on the screen and in the address, and the parts of it that were changed by then."""

    name: str
    changed: tuple[str, ...]
    screen: Shown
    asked: Selection


Story = tuple[Moment, ...]


@pytest.fixture(scope="module")
def stories(shared_page: Any, site: str, example_site: str) -> Callable[[View], Story]:
    """The visit of a view, made once for all its controls."""

    @cache
    def story(name: str) -> Story:
        view = next(view for view in VIEWS if view.name == name)
        return tuple(visited(shared_page, view, example_site if view.example else site))

    return lambda view: story(view.name)


@cache
def facts(example: bool) -> Facts:
    return Facts(catalogue.open(catalogue.EXAMPLE if example else catalogue.EMBEDDED), beyond=False)


@cache
def model(example: bool) -> calibration.Model | None:
    return calibration.model_of(facts(example))


def visited(page: Any, view: View, site: str) -> Iterator[Moment]:
    """A visit in which something else is changed after everything that sets controls
    from outside.
    """

    def now(name: str, *changed: str) -> Moment:
        settled(page)
        return Moment(name, changed, shown(page), asked(page, facts(view.example)))

    def another() -> Moment:
        view.other(page)
        return now("another change", view.changes)

    page.goto(f"{site}/{view.name}?{view.link}")
    # The last piece of every page; a busy browser still draws some before it.
    page.locator(".sh .foot").wait_for(timeout=90_000)
    for _ in range(20):
        opened = now("opened by a link")
        if opened.screen.keys() >= {*view.controls}:
            break
    yield opened
    yield another()
    if view.whole:
        page.go_back()
        yield now("back", view.changes)
        page.get_by_text("EN", exact=True).click()
        yield now("in another language", "lang")
        if view.name != "straten":
            page.locator(".st-key-picture button").click()
            page.locator("[data-testid=stDialog] [class*=st-key-w_formaat]").wait_for()
            page.keyboard.press("Escape")
            page.locator("[data-testid=stDialog]").wait_for(state="detached")
            yield now("the picture window closed")
        yield another()
    if view.cleared:
        page.get_by_role("button", name=_CLEAR).click()
        yield now("cleared", *view.cleared, "chosen")
        if view.name != "concurrentie":
            yield another()


@pytest.mark.parametrize(
    ("view", "name"),
    [(view, name) for view in VIEWS for name in view.controls],
    ids=lambda one: getattr(one, "name", one),
)
def test_a_control_shows_what_the_address_says(stories, view, name):
    seen = []
    for moment in stories(view):
        wanted = expected(
            moment.asked,
            facts(view.example),
            model(view.example) if view.name == "concurrentie" else None,
        )
        if name in moment.screen and moment.screen[name] != wanted[name]:
            seen.append((moment.name, moment.screen[name], wanted[name]))
    assert seen == []
    assert name in stories(view)[0].screen


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_change_of_one_control_leaves_the_address_of_all_others(stories, view):
    for before, after in pairwise(stories(view)):
        same = {part: getattr(before.asked, part) for part in (*after.changed, "extent")}
        assert replace(after.asked, **same) == before.asked, after.name
        assert (after.asked == replace(before.asked, extent=after.asked.extent)) == (
            after.changed == ()
        ), after.name


@pytest.mark.parametrize("view", [view for view in VIEWS if view.whole], ids=lambda view: view.name)
def test_back_leads_to_what_was(stories, view):
    opened, back = stories(view)[0], stories(view)[2]
    assert replace(back.asked, extent=None) == replace(opened.asked, extent=None)


@pytest.mark.parametrize(
    "view", [view for view in VIEWS if view.cleared], ids=lambda view: view.name
)
def test_cleared_is_cleared(stories, view):
    first = permalink.opening(visitor.vocabulary(facts(view.example)))
    (cleared,) = (moment for moment in stories(view) if moment.name == "cleared")
    for name in view.cleared:
        assert getattr(cleared.asked, name) == getattr(first, name), name
