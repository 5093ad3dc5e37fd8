"""Reads every control of a page in the browser, and works out of the address what each
should show.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from dashboard.analysis.competition import query as competition_query
from dashboard.analysis.competition.calibration import Model
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts, texts
from dashboard.maps import layers
from dashboard.selection import permalink
from dashboard.selection import scenario as grammar
from dashboard.selection.index_weights import HEAVIEST
from dashboard.selection.permalink import Selection
from dashboard.session import visitor
from geo import presets

if TYPE_CHECKING:
    from playwright.sync_api import Page

Shown = dict[str, object]

# Popovers are opened one after the other, since they hold their controls only while they are open.
_READ = r"""async () => {
  const read = () => Object.fromEntries(
    [...document.querySelectorAll('[class*="st-key-w_"]')].map((box) => {
      const name = /st-key-w_([\w-]+?)(?:_\d+)?(?=\s|$)/.exec(box.className)[1]
      const one = (css) => box.querySelector(css)
      const all = (css) => [...box.querySelectorAll(css)]
      const pressed = '[aria-pressed=true], [role=radio][aria-checked=true]'
      const said = (css) => all(css).map((node) => node.innerText.trim())
      if (one('.stButtonGroup')) return [name, said(pressed)]
      if (one('.stSlider'))
        return [name, all('input[type=range]').map((input) => Number(input.value))]
      if (one('.stCheckbox')) return [name, one('input').checked]
      if (one('.stMultiSelect')) return [name, said('[data-tag]')]
      if (one('.stNumberInput')) return [name, Number(one('input').value)]
      return [name, one('input, textarea')?.value ?? null]
    }).filter(([, value]) => value !== null))
  const within = () => document.querySelector('[data-testid=stPopoverBody]')
  const until = (ask) => new Promise((done) => {
    const look = () => (ask() ? done() : requestAnimationFrame(look))
    look()
  })
  const found = read()
  const openers = document.querySelectorAll('.st-key-filters [data-testid=stPopover] button')
  for (const button of openers) {
    if (button.disabled) continue
    button.click()
    await until(() => within()?.querySelector('[class*=st-key-w_]'))
    Object.assign(found, read())
    button.click()
    await until(() => !within())
  }
  return found
}"""
# Of every page: whether the server still owes the answer to a change; its last message says that no
# script runs. A busy server may begin long after the page has come to rest.
ANSWERED = """
  const [CHANGE, STATE] = [0x5a, 0x4a]
  window.WebSocket = class extends WebSocket {
    constructor(...all) {
      super(...all)
      this.addEventListener('message', ({ data }) => {
        const [kind, ...rest] = new Uint8Array(data).subarray(0, 3)
        if (kind === STATE && rest[0] === 0) window.unanswered = false
      })
    }
    send(data) {
      if (data[0] === CHANGE) window.unanswered = true
      super.send(data)
    }
  }
"""
_SETTLED = """(quietly) => new Promise((settled) => {
  let quiet
  const again = () => { clearTimeout(quiet); quiet = setTimeout(look, quietly) }
  const changes = new MutationObserver(again)
  const look = () => {
    const running = !document.querySelector('.stApp[data-test-script-state=notRunning]')
    if (running || window.unanswered) return again()
    changes.disconnect()
    settled()
  }
  const every = { subtree: true, childList: true, attributes: true, characterData: true }
  changes.observe(document, every)
  again()
})"""


def settled(page: Page, quietly: int = 100) -> None:
    """Wait until the server has answered what was done last and the page has not changed for so
    many milliseconds.
    """
    page.evaluate(_SETTLED, quietly)


def shown(page: Page) -> Shown:
    """What every control of the page shows, those in popovers included."""
    found: Shown = page.evaluate(_READ)
    return found


def asked(page: Page, facts: Facts) -> Selection:
    """What the address asks for; it must be one that can be read."""
    query = {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}
    selection, notes = permalink.parse(query, visitor.vocabulary(facts, query))
    assert notes == ()
    return selection


def expected(selection: Selection, facts: Facts, model: Model | None) -> Mapping[str, object]:
    """What each control has to show of a selection, by its name."""
    text = texts(selection.lang)

    def said(words: str, chosen: tuple[str, ...], every: tuple[str, ...] = ()) -> list[str]:
        return [] if chosen == every else [text(f"{words}.{one}") for one in chosen]

    town = facts.towns.get(selection.place)
    survey = None if town is None else town.survey(selection.years)
    place = {
        True: None,
        False: (
            facts.places[selection.place].names[text.lang] if not selection.whole_region else None
        ),
    }
    by = selection.by_street
    return {
        "taal": [selection.lang.upper()],
        "plaats": place[False],
        "stad": place[False],
        "straat": [facts.streets[key][1] for key in selection.streets if key in facts.streets],
        "laag": [layers.by_id()[layer].title.text(text.lang) for layer in selection.layers],
        "type": said("kind", selection.types, permalink.TYPES),
        "tranche": said("tranche", selection.tranches, permalink.TRANCHES),
        "rol": said("actor", selection.roles),
        "actor": [facts.translate(facts.actors[actor], text.lang) for actor in selection.actors],
        "profiel": said("fit", selection.fits, permalink.FITS),
        "periode": [*selection.years],
        "thema": text(f"theme.{'all' if selection.theme == permalink.ALL else selection.theme}"),
        "maat": text(f"street.measure_{by.measure}"),
        "grens": text(f"street.outline_{by.outline}"),
        "peiling": None if survey is None else str(survey.year),
        "zoek": (
            "" if town is None else ", ".join(town.streets[key].name for key in selection.streets)
        ),
        "branches": (
            []
            if town is None
            else [facts.translate(town.trades[key], text.lang) for key in by.trades]
        ),
        "duren": said("straten", by.durations),
        "nabij": by.near == "initiatief",
        "index": bool(selection.weights),
        "maten": [text(f"index.measured_{selection.measured}")],
        "startgewichten": _preset(selection, facts, text),
        **{f"gewicht_{name}": [weight] for name, weight in selection.weights},
        **({} if model is None else _what_if(selection, model, text)),
    }


def _preset(selection: Selection, facts: Facts, text: Texts) -> list[str]:
    from geo import indicators

    groups = {
        name: module.INDICATOR.group
        for name, module in indicators.declared_measures().items()
        if not module.INDICATOR.of_size
    }
    chosen = {name: weight for name, weight in selection.weights if weight or name in groups}
    id_ = presets.named(chosen, groups, heaviest=HEAVIEST)
    return [preset.label.text(text.lang) for preset in presets.PRESETS if preset.id == id_]


def _what_if(selection: Selection, model: Model, text: Texts) -> Shown:
    found = competition_query.build_query(selection, model.region)
    scenario, site = found.scenario, found.site
    return {
        "branche": text(f"branch.{selection.branch}"),
        "locatie": next(one.names[text.lang] for one in model.region.named if one.site_id == site),
        "wat_naam": "" if scenario.name == grammar.UNNAMED else scenario.name.replace("-", " "),
        f"wat_dicht_{site}": site in scenario.closed,
        f"wat_vloer_{site}": [dict(scenario.floor).get(site, 100)],
        f"wat_eigen_{site}": site in dict(scenario.user_floor_areas),
        f"wat_eigen_m2_{site}": dict(scenario.user_floor_areas).get(site),
        "wat_reis": [scenario.travel],
        "wat_grens": [scenario.border],
        **{
            f"wat_verval_{group}": [rate]
            for group, rate in zip(grammar.GROUPS, scenario.rates, strict=True)
        },
    }
