"""Tables of spending flows: sites before and after, towns, and how well the model fits."""

from collections.abc import Mapping, Sequence

from dashboard.analysis.competition.calibration import Model
from dashboard.analysis.competition.cannibalisation import Exchange
from dashboard.analysis.competition.outcome import (
    Interval,
    Outcome,
    SiteRow,
    TownRow,
    market,
)
from dashboard.analysis.competition.region import Region, Site
from dashboard.analysis.competition.skill import Trial, stored_trials
from dashboard.analysis.competition.yearly_spending import SpendingPerHead, yearly_change
from dashboard.facts.snapshot import Facts
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.selection.scenario import Scenario
from dashboard.sentences import competition, competition_notes
from dashboard.sentences.competition import (
    change,
    extra,
    missed,
    modelled,
    published,
    site_name,
    span,
)
from dashboard.sentences.competition_euros import euros
from dashboard.style import theme
from dashboard.style.html import Markup, node
from dashboard.style.templates import render

_MOST_TOWNS, _MOST_SHIFTED = 8, 5


def caution(
    model: Model, outcome: Outcome, chosen: str, name: str, scenario: Scenario, text: Texts
) -> Markup:
    """The caution beside every result: example, assumptions, range and error."""
    sentence = competition.caution(model, outcome, chosen, name, scenario, text)
    mark = node("strong", text("competition.modelled"))
    return node("p", mark, f" {sentence} {competition.error(model, text)}", class_="caution")


def sites(
    outcome: Outcome,
    region: Region,
    known: Sequence[Site],
    changed: bool,
    text: Texts,
    *,
    own: str | None = None,
    per_head: SpendingPerHead | None = None,
    needed: Mapping[str, Interval | None] | None = None,
) -> Markup:
    """Every site's share of the spending of the region's residents, before and after a scenario.

    In a scenario those that lose most come first, after the centre `own`, with the change as a bar
    to the left or right of zero, and in euros where spending `per_head` is known. With `needed`
    also the extra floor area with which a centre would hold its share.
    """
    scale = max(max(row.before.high, row.after.high) for row in outcome.sites) or 1.0
    heads = [text("column.site"), text("competition.today"), ""]
    if changed:
        euro = "change" if per_head is None else "change_euros"
        heads[1:2] = [text("competition.both_states"), text(f"competition.{euro}")]
    residents = float(region.population[market(region)].sum())
    shift = max(max(abs(row.change.low), abs(row.change.high)) for row in outcome.sites) or 1.0
    ordered = list(outcome.sites)
    if changed:
        ordered.sort(key=lambda row: (row.site_id != own, row.change.middle))
    rows = []
    for row in ordered:
        name, tags = site_name(row.site_id, known, text), _tags(row.site_id, region, text)
        figures = [[span(row.before, text)]]
        if changed:
            states = dict.fromkeys((span(row.before, text), span(row.after, text)))
            figures = [list(states), [change(row.change, text)]]
            if per_head is not None:
                figures[1] += _euros(row.change, residents, per_head, text)
        cells = (
            render("competition.name", name=name, tags=tags),
            figures,
            _diverging(row.change, shift) if changed else _bar(row.before, scale),
        )
        area = None
        if needed is not None:
            area = extra(needed[row.site_id], text) if row.site_id in needed else ""
        rows.append((*cells, area))
    if needed is not None:
        heads.append(text("competition.equivalent_area"))
    caption = text("competition.sites_caption", region=region.survey.sentence("region", text))
    return render(
        "competition.sites",
        caption=caption,
        heads=heads,
        rows=rows,
        kind=f"{_kind(changed)} result",
    )


def _euros(moved: Interval, residents: float, per_head: SpendingPerHead, text: Texts) -> list[str]:
    """Euros per year; none where the change in points is written as no difference."""
    if change(moved, text) == text("competition.no_change"):
        return []
    return [euros(yearly_change(moved, residents, per_head.euros), text)]


def _heads(what: str, changed: bool, per_head: SpendingPerHead | None, text: Texts) -> list[str]:
    heads = [text(what), text("competition.today")]
    if changed:
        heads += [text("competition.after"), text("competition.change")]
        heads += [] if per_head is None else [text("competition.euros")]
    return heads


def _shares(row: SiteRow | TownRow, changed: bool, text: Texts) -> list[str]:
    shares = [span(row.before, text)]
    return shares + ([span(row.after, text), change(row.change, text)] if changed else [])


def _yearly(
    row: SiteRow | TownRow,
    residents: float | None,
    changed: bool,
    per_head: SpendingPerHead | None,
    text: Texts,
) -> list[str]:
    """The cell of a change in euros per year; none where the table has no such column."""
    if not changed or per_head is None:
        return []
    if residents is None:
        return [text("competition.euros_abroad")]
    return _euros(row.change, residents, per_head, text) or [text("competition.no_change")]


def _tags(site_id: str, region: Region, text: Texts) -> list[str]:
    assumed = [text("competition.assumed")] if site_id in region.assumed else []
    return [*assumed, *uncalibrated_tags(site_id, region, text)]


def uncalibrated_tags(site_id: str, region: Region, text: Texts) -> list[str]:
    """The tag of a centre that no published figure is about."""
    return [text("competition.not_calibrated")] if site_id in region.free else []


def _bar(share: Interval, scale: float) -> str:
    """The range as a bar from low to high, as CSS."""
    left, width = 100 * share.low / scale, max(100 * (share.high - share.low) / scale, 0.8)
    return f"--l:{left:.1f};--w:{width:.1f}"


def _diverging(change: Interval, most: float) -> str:
    """A change as a bar on a scale from `-most` to `most`, with zero in the middle, as CSS.

    Its colour is that of the map: lost, gained, or, as the style sheet has it, neither where the
    range touches zero.
    """
    left = 50 + 50 * change.low / most
    width = max(50 * (change.high - change.low) / most, 0.8)
    low, high = (round(1_000 * end) for end in (change.low, change.high))
    place = f"--l:{left:.1f};--w:{width:.1f}"
    return place if low <= 0 <= high else f"{place};--c:{theme.CHANGE_RAMP[5 if low > 0 else 1]}"


def town(
    outcome: Outcome,
    town_id: str,
    region: Region,
    known: Sequence[Site],
    changed: bool,
    text: Texts,
    *,
    per_head: SpendingPerHead | None = None,
) -> Markup:
    """The sites where the residents of one town spend most."""
    at = region.towns.index(town_id)
    in_euros = None if region.codes[at] is None else per_head
    return render(
        "competition.shares",
        caption=text("competition.town_caption", place=region.town_names[at]),
        heads=_heads("column.site", changed, in_euros, text),
        rows=[
            (
                site_name(row.site_id, known, text),
                *_shares(row, changed, text),
                *_yearly(row, float(region.population[at]), changed, in_euros, text),
            )
            for row in outcome.town
        ],
        kind=_kind(changed),
    )


def towns(
    outcome: Outcome,
    region: Region,
    changed: bool,
    place: str,
    text: Texts,
    *,
    per_head: SpendingPerHead | None = None,
) -> Markup:
    """The towns that matter most to the chosen site; with a scenario those that shift most.

    What residents abroad spend per head is unknown.
    """
    names = dict(zip(region.towns, region.town_names, strict=True))
    residents = dict(zip(region.towns, region.population, strict=True))
    abroad = {town for town, code in zip(region.towns, region.codes, strict=True) if code is None}

    def moved(row: TownRow) -> float:
        return -abs(row.change.middle) * float(residents[row.town_id])

    rows = sorted(outcome.towns, key=moved) if changed else outcome.towns
    caption = text("competition.towns_caption", place=place)
    if changed:
        caption = text("competition.towns_shift", place=place)
    return render(
        "competition.shares",
        caption=caption,
        heads=_heads("column.place", changed, per_head, text),
        rows=[
            (
                names[row.town_id],
                *_shares(row, changed, text),
                *_yearly(
                    row,
                    None if row.town_id in abroad else float(residents[row.town_id]),
                    changed,
                    per_head,
                    text,
                ),
            )
            for row in rows[: _MOST_SHIFTED if changed else _MOST_TOWNS]
            if max(row.before.high, row.after.high) >= 0.001
        ],
        kind=_kind(changed),
    )


def exchanged(exchange: Exchange, model: Model, text: Texts) -> Markup:
    """Where the gain of each site would come from if it grew by a tenth."""
    region = model.region
    rows = []
    for site in exchange.sites:
        name, tags = site_name(site, region.sites, text), uncalibrated_tags(site, region, text)
        parts = (
            "" if site == source else span(exchange.parts[site, source], text)
            for source in exchange.sources
        )
        rows.append((render("competition.name", name=name, tags=tags), *parts))
    return render(
        "competition.exchanged",
        sources=tuple(site_name(site, region.sites, text) for site in exchange.sources[:-1]),
        rows=rows,
        error=competition.error(model, text),
        text=text,
    )


def units_needed(region: Region, text: Texts) -> Markup:
    """What data is missing to compare what sites take from each other."""
    names = listed([site_name(site, region.sites, text) for site in region.units.lacking], text)
    why = (
        text("competition.units_lacking", names=names)
        if names
        else text("competition.units_refused")
    )
    return render("competition.units_needed", why=why, text=text)


def calibration(model: Model, text: Texts) -> Markup:
    """Every published share beside the modelled one, the fitted values, and what does not fit."""
    region, survey = model.region, model.region.survey
    return render(
        "competition.calibration",
        targets=[
            (
                survey.sentence(row.target, text),
                published(row, survey, text),
                modelled(row, survey, text),
                missed(row.modelled - row.published, row, text),
                missed(row.left_out.error, row, text),
            )
            for row in model.comparisons
        ],
        remarks=competition_notes.calibration_notes(model, text),
        forms=[
            (
                text(f"form.{trial.name}"),
                theme.number(trial.free, text.lang),
                theme.number(100 * trial.loo_rmse, text.lang, decimals=1),
                text("competition.form_covered", covered=trial.covered, figures=trial.figures),
            )
            for trial in _trials(model)
        ],
        bases="" if region.units.used else survey.sentence("bases", text),
        region=survey.sentence("region", text),
        text=text,
    )


def _trials(model: Model) -> tuple[Trial, ...]:
    """The model itself, then what else was tried; that is of floor areas from no register."""
    others = () if model.region.units.used else stored_trials(model.region.survey.id)[1:]
    return (model.skill, *others)


def assumptions(model: Model, facts: Facts, text: Texts) -> Markup:
    """The floor area of every site with its basis, and the model's other assumptions."""
    region = model.region
    rows = []
    for site, floor in zip(
        region.named, competition_notes.floor_areas(region, facts, text), strict=True
    ):
        tags = _tags(site.site_id, region, text)
        rows.append((render("competition.name", name=floor["site"], tags=tags), floor))
    notes = competition_notes.assumption_notes(model, facts, text)
    return render("competition.assumptions", rows=rows, remarks=notes, text=text)


def _kind(changed: bool) -> str:
    return "shares changed" if changed else "shares"
