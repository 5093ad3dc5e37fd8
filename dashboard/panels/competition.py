"""Tables of where the money goes: sites before and after, cities, towns, and how well the model
fits.
"""

from collections.abc import Mapping, Sequence

from dashboard import theme
from dashboard.competition import basis, sentences
from dashboard.competition.calibration import Model
from dashboard.competition.exchange import Exchange
from dashboard.competition.outcome import Outcome, SiteRow, Span, TownRow
from dashboard.competition.region import Region, Site
from dashboard.competition.scenario import Scenario
from dashboard.competition.sentences import change, missed, modelled, published, site_name, span
from dashboard.facts import Facts
from dashboard.listing import listed
from dashboard.markup import Markup, join, node
from dashboard.text import Texts

_MOST_TOWNS = 8


def caution(
    model: Model, outcome: Outcome, chosen: str, name: str, scenario: Scenario, text: Texts
) -> Markup:
    """What has to stand beside every result: an example, what is assumed, the range, the error."""
    said = sentences.caution(model, outcome, chosen, name, scenario, text)
    mark = node("strong", text("competition.modelled"))
    return node("p", mark, f" {said} {sentences.error(model, text)}", class_="caution")


def sites(
    outcome: Outcome,
    region: Region,
    known: Sequence[Site],
    changed: bool,
    text: Texts,
    *,
    needed: Mapping[str, Span | None] | None = None,
) -> Markup:
    """Every site's share of the spending of the region's residents, before and after a scenario.

    With `needed` also the floor area with which a centre would hold its share.
    """
    scale = max(max(row.before.high, row.after.high) for row in outcome.sites) or 1.0
    heads = [text("column.site"), text("competition.today")]
    heads += [text("competition.after"), text("competition.change")] if changed else [""]
    rows = [_site_row(row, region, known, changed, scale, text) for row in outcome.sites]
    if needed is not None:
        heads.append(text("competition.equivalent_area"))
        for row, cells in zip(outcome.sites, rows, strict=True):
            cells.append(
                _figure(sentences.extra(needed[row.site_id], text) if row.site_id in needed else "")
            )
    caption = text("competition.sites_caption", region=region.survey.say("region", text))
    return table(caption, heads, [node("tr", *cells) for cells in rows], kind=_kind(changed))


def _site_row(
    row: SiteRow, region: Region, known: Sequence[Site], changed: bool, scale: float, text: Texts
) -> list[Markup]:
    cells = [
        node(
            "th",
            site_name(row.site_id, known, text),
            *_tags(row.site_id, region, text),
            scope="row",
        )
    ]
    cells.append(_figure(span(row.before, text)))
    if changed:
        cells += [_figure(span(row.after, text)), _figure(change(row.change, text))]
    else:
        cells.append(node("td", _bar(row.before, scale), class_="track"))
    return cells


def _tags(site_id: str, region: Region, text: Texts) -> list[Markup]:
    tags = []
    if site_id in region.assumed:
        tags.append(node("span", text("competition.assumed"), class_="tag no"))
    return [*tags, *free_tag(site_id, region, text)]


def free_tag(site_id: str, region: Region, text: Texts) -> list[Markup]:
    """The tag of a centre that no published figure is about."""
    return (
        [node("span", text("competition.not_calibrated"), class_="tag no")]
        if site_id in region.free
        else []
    )


def _bar(share: Span, scale: float) -> Markup:
    """The range as a bar from low to high."""
    left, width = 100 * share.low / scale, max(100 * (share.high - share.low) / scale, 0.8)
    return node("span", "", class_="bar", style=f"margin-left:{left:.1f}%;width:{width:.1f}%")


def town(
    outcome: Outcome,
    town_id: str,
    region: Region,
    known: Sequence[Site],
    changed: bool,
    text: Texts,
) -> Markup:
    """The sites where the residents of one town spend most."""
    at = region.towns.index(town_id)
    heads = [text("column.site"), text("competition.today")]
    heads += [text("competition.after"), text("competition.change")] if changed else []
    rows = [
        node(
            "tr",
            node("th", site_name(row.site_id, known, text), scope="row"),
            _figure(span(row.before, text)),
            *(
                (_figure(span(row.after, text)), _figure(change(row.change, text)))
                if changed
                else ()
            ),
        )
        for row in outcome.town
    ]
    return table(
        text("competition.town_caption", place=region.town_names[at]),
        heads,
        rows,
        kind=_kind(changed),
    )


def towns(outcome: Outcome, region: Region, changed: bool, place: str, text: Texts) -> Markup:
    """The towns that matter most to the chosen site; with a scenario those that shift most."""
    names = dict(zip(region.towns, region.town_names, strict=True))
    residents = dict(zip(region.towns, region.population, strict=True))

    def moved(row: TownRow) -> float:
        return -abs(row.change.middle) * float(residents[row.town_id])

    rows = sorted(outcome.towns, key=moved) if changed else outcome.towns
    heads = [text("column.place"), text("competition.today")]
    heads += [text("competition.after"), text("competition.change")] if changed else []
    caption = text("competition.towns_caption", place=place)
    if changed:
        caption = text("competition.towns_shift", place=place)
    return table(
        caption,
        heads,
        [
            node(
                "tr",
                node("th", names[row.town_id], scope="row"),
                _figure(span(row.before, text)),
                *(
                    (_figure(span(row.after, text)), _figure(change(row.change, text)))
                    if changed
                    else ()
                ),
            )
            for row in rows[:_MOST_TOWNS]
            if max(row.before.high, row.after.high) >= 0.001
        ],
        kind=_kind(changed),
    )


def exchanged(found: Exchange, model: Model, text: Texts) -> Markup:
    """Of what each site would gain by growing a tenth, where it comes from."""
    region = model.region
    heads = [
        text("competition.grows"),
        *(site_name(site, region.sites, text) for site in found.sources[:-1]),
    ]
    heads.append(text("competition.all_others"))
    rows = [
        node(
            "tr",
            node(
                "th",
                site_name(site, region.sites, text),
                *free_tag(site, region, text),
                scope="row",
            ),
            *(
                _figure("" if site == source else span(found.parts[site, source], text))
                for source in found.sources
            ),
        )
        for site in found.sites
    ]
    grid = table(text("competition.exchange_caption"), heads, rows)
    # That it is modelled, and how well: the table may stand alone in a screenshot.
    doubt = node(
        "p", f"{text('competition.modelled')} {sentences.error(model, text)}", class_="quiet small"
    )
    said = (text("competition.equivalent"), text("competition.equivalent_note"))
    return join(
        [
            node("p", text("competition.cannibalisation")),
            grid,
            doubt,
            *(node("p", one) for one in said),
        ]
    )


def units_needed(region: Region, text: Texts) -> Markup:
    """What has to be there before sites can be set off against each other."""
    names = listed([site_name(site, region.sites, text) for site in region.units.lacking], text)
    why = (
        text("competition.units_lacking", names=names)
        if names
        else text("competition.units_refused")
    )
    said = (
        text("competition.cannibalisation"),
        text("competition.equivalent"),
        text("competition.later_needs"),
        why,
    )
    return join(node("p", one) for one in said)


def calibration(model: Model, text: Texts) -> Markup:
    """Every published share beside the model's, the fitted values, and what could not
    be matched.
    """
    survey = model.region.survey
    rows = [
        node(
            "tr",
            node("th", survey.say(row.target, text), scope="row"),
            _figure(published(row, survey, text)),
            _figure(modelled(row, survey, text)),
            _figure(missed(row.modelled - row.published, row, text)),
            _figure(missed(row.foreseen, row, text)),
        )
        for row in model.comparisons
    ]
    heads = [
        text(f"competition.target_{part}")
        for part in ("what", "published", "modelled", "error", "foreseen")
    ]
    return join(
        [
            table(text("competition.targets_caption"), heads, rows),
            _notes(basis.calibration_notes(model, text)),
            _forms(model, text),
            node(
                "p",
                text("competition.forms_note", region=survey.say("region", text)),
                class_="quiet",
            ),
        ]
    )


def _forms(model: Model, text: Texts) -> Markup:
    """The forms the model could have, beside the one it has: how each meets the survey."""
    rows = [
        node(
            "tr",
            node("th", text(f"form.{trial.form}"), scope="row"),
            _figure(theme.number(trial.free, text.lang)),
            _figure(theme.number(100 * trial.rmse, text.lang, decimals=1)),
            _figure(theme.number(100 * trial.foreseen_rmse, text.lang, decimals=1)),
            _figure(text("competition.form_within", within=trial.within, sites=trial.sites)),
        )
        for trial in model.trials
    ]
    heads = [
        text(f"competition.form_{part}") for part in ("what", "free", "error", "foreseen", "sites")
    ]
    return table(text("competition.forms_caption"), heads, rows)


def assumptions(model: Model, facts: Facts, text: Texts) -> Markup:
    """The floor area of every site with its basis, and the conventions behind the travel times and
    other shops.
    """
    region = model.region
    rows = [
        node(
            "tr",
            node("th", said["site"], *_tags(site.site_id, region, text), scope="row"),
            _figure(said["area"]),
            _figure(said["year"]),
            node("td", said["basis"], class_="prose"),
        )
        for site, said in zip(region.named, basis.floor_areas(region, facts, text), strict=True)
    ]
    heads = [
        text("column.site"),
        text("competition.floor_area"),
        text("competition.floor_year"),
        text("competition.basis"),
    ]
    return join(
        [
            table(text("competition.floor_caption"), heads, rows),
            _notes(basis.assumption_notes(model, facts, text)),
        ]
    )


def _notes(said: Sequence[str]) -> Markup:
    return node("ul", join(node("li", one) for one in said), class_="notes")


def _kind(changed: bool) -> str:
    return "shares changed" if changed else "shares"


def _figure(written: str) -> Markup:
    return node("td", written)


def table(
    caption: str, heads: Sequence[str], rows: Sequence[Markup], *, kind: str = "shares"
) -> Markup:
    """A table of shares in a box of its own; `kind` is its class in the style sheet."""
    return node(
        "div",
        node(
            "table",
            node("caption", caption),
            node("thead", node("tr", join(node("th", head, scope="col") for head in heads))),
            node("tbody", join(rows)),
            class_=kind,
        ),
        class_="wide",
    )
