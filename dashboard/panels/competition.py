"""Tables of where the money goes: sites before and after, cities, towns, and how well the model fits."""

from collections.abc import Sequence

from dashboard import theme
from dashboard.competition import region as conventions, sentences
from dashboard.competition.calibration import (
    DRAWS,
    LARGE_PART,
    PARAMETERS,
    PUBLISHED,
    WORST_MEAN_ERROR,
    Model,
)
from dashboard.competition.outcome import AWAY, CityRow, Outcome, SiteRow, Span, TownRow
from dashboard.competition.region import Region, Site
from dashboard.competition.scenario import Scenario
from dashboard.competition.sentences import NOT_CALIBRATED, change, missed, modelled, published, site_name, span
from dashboard.facts import Facts
from dashboard.maps.flows import area_text, floor_area
from dashboard.markup import Markup, join, node
from dashboard.text import Texts

_MOST_TOWNS = 10


def caution(
    model: Model, outcome: Outcome, chosen: str, name: str, scenario: Scenario, text: Texts
) -> Markup:
    """What has to stand beside every result: an example, what is assumed, the range, the error."""
    said = sentences.caution(model, outcome, chosen, name, scenario, text)
    mark = node("strong", text("competition.modelled"))
    return node("p", mark, f" {said} {sentences.error(model, text)}", class_="caution")


def sites(outcome: Outcome, region: Region, known: Sequence[Site], changed: bool, text: Texts) -> Markup:
    """Every site's share of the spending of Twente's residents, before and after a scenario."""
    scale = max(max(row.before.high, row.after.high) for row in outcome.sites) or 1.0
    heads = [text("column.site"), text("competition.today")]
    heads += [text("competition.after"), text("competition.change")] if changed else [""]
    return _table(
        text("competition.sites_caption"),
        heads,
        [_site_row(row, region, known, changed, scale, text) for row in outcome.sites],
        changed,
    )


def _site_row(row: SiteRow, region: Region, known: Sequence[Site], changed: bool, scale: float, text: Texts) -> Markup:
    cells = [_figure(span(row.before, text))]
    if changed:
        cells += [_figure(span(row.after, text)), _figure(change(row.change, text))]
    else:
        cells.append(node("td", _bar(row.before, scale), class_="track"))
    return node("tr", node("th", site_name(row.site_id, known, text), *_tags(row.site_id, region, text), scope="row"), *cells)


def _tags(site_id: str, region: Region, text: Texts) -> list[Markup]:
    tags = []
    if site_id in region.assumed:
        tags.append(node("span", text("competition.assumed"), class_="tag no"))
    if site_id in NOT_CALIBRATED:
        tags.append(node("span", text("competition.not_calibrated"), class_="tag no"))
    return tags


def _bar(share: Span, scale: float) -> Markup:
    """The range as a bar from low to high."""
    left, width = 100 * share.low / scale, max(100 * (share.high - share.low) / scale, 0.8)
    return node("span", "", class_="bar", style=f"margin-left:{left:.1f}%;width:{width:.1f}%")


def cities(rows: Sequence[CityRow], region: Region, changed: bool, text: Texts) -> Markup:
    """Where the residents of each city spend, and how much leaves its municipality."""
    heads = [text("overview.matrix_city"), *(text(f"competition.city_{part}") for part in ("own", "elsewhere", "edge", "outside"))]
    heads += [text("competition.city_outside_after")] if changed else []
    return _table(
        text("competition.cities_caption"),
        heads,
        [
            node(
                "tr",
                node("th", site_name(row.place_id, region.sites, text), scope="row"),
                *(_figure(span(part, text)) for part in (row.own_centre, row.own_elsewhere, row.edge, row.outside)),
                _figure(span(row.outside_after, text)) if changed else None,
            )
            for row in rows
        ],
        changed,
    )


def town(outcome: Outcome, town_id: str, region: Region, known: Sequence[Site], changed: bool, text: Texts) -> Markup:
    """Where the residents of one town spend, and how much leaves."""
    at = region.towns.index(town_id)
    abroad = region.codes[at] is None
    heads = [text("column.site"), text("competition.today")]
    heads += [text("competition.after"), text("competition.change")] if changed else []
    rows = [
        node(
            "tr",
            node("th", _destination(row.site_id, known, abroad, text), scope="row"),
            _figure(span(row.before, text)),
            *((_figure(span(row.after, text)), _figure(change(row.change, text))) if changed else ()),
        )
        for row in outcome.town
    ]
    return _table(text("competition.town_caption", place=region.town_names[at]), heads, rows, changed)


def _destination(site_id: str, known: Sequence[Site], abroad: bool, text: Texts) -> str:
    if abroad and site_id == AWAY:
        return text("competition.across")
    return site_name(site_id, known, text)


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
    return _table(
        caption,
        heads,
        [
            node(
                "tr",
                node("th", names[row.town_id], scope="row"),
                _figure(span(row.before, text)),
                *((_figure(span(row.after, text)), _figure(change(row.change, text))) if changed else ()),
            )
            for row in rows[:_MOST_TOWNS]
            if max(row.before.high, row.after.high) >= 0.001
        ],
        changed,
    )


def calibration(model: Model, text: Texts) -> Markup:
    """Every published share beside the model's, the fitted values, and what could not be matched."""
    rows = [
        node(
            "tr",
            node("th", text(f"target.{row.target}"), scope="row"),
            _figure(published(row, text)),
            _figure(modelled(row, text)),
            _figure(missed(row.modelled - row.published, row, text)),
            _figure(missed(row.foreseen, row, text)),
        )
        for row in model.comparisons
    ]
    heads = [text(f"competition.target_{part}") for part in ("what", "published", "modelled", "error", "foreseen")]
    (check_low, check_high), (model_low, model_high) = model.check
    return join(
        [
            _table(text("competition.targets_caption"), heads, rows),
            node(
                "ul",
                node(
                    "li",
                    text(
                        "competition.members",
                        kept=len(model.members),
                        drawn=DRAWS,
                        worst=theme.number(100 * WORST_MEAN_ERROR, text.lang, decimals=0),
                    ),
                ),
                *(node("li", text(f"competition.found_{name}", **_fitted(model, name, text))) for name in PARAMETERS),
                node("li", text("competition.visitor")),
                node("li", text("competition.segment")),
                node(
                    "li",
                    text(
                        "competition.check",
                        published=span(Span(check_low, check_high), text),
                        modelled=span(Span(model_low, model_high), text),
                    ),
                ),
                node("li", text("competition.unmatched")),
                class_="notes",
            ),
        ]
    )


def _fitted(model: Model, parameter: str, text: Texts) -> dict[str, str]:
    decimals = {"border_minutes": 0, "other_shops": 2}.get(parameter, 3)
    return {
        name: theme.number(value, text.lang, decimals=decimals)
        for name, value in zip(("middle", "low", "high"), model.interval(parameter), strict=True)
    }


def assumptions(model: Model, facts: Facts, text: Texts) -> Markup:
    """The floor area of every site with its basis, and the conventions behind the travel times and other shops."""
    region = model.region
    rows = []
    for site in region.named:
        low, high, basis = floor_area(region, site.site_id)
        rows.append(
            node(
                "tr",
                node("th", site.names[text.lang], *_tags(site.site_id, region, text), scope="row"),
                _figure(area_text(low, high, text)),
                node("td", text(f"basis.{basis}"), class_="prose"),
            )
        )
    large_low, large_high = (theme.share(part, text.lang, decimals=0) for part in LARGE_PART)
    notes = (
        text("competition.origins", towns=len(region.towns)),
        text(
            "competition.travel",
            detour=theme.number(conventions.DETOUR, text.lang),
            speed=theme.number(conventions.SPEED_KM_H, text.lang),
            access=theme.number(conventions.ACCESS_MINUTES, text.lang),
            density=theme.number(conventions.RESIDENTS_PER_KM2, text.lang),
        ),
        text("competition.other_shops", per_head=theme.number(conventions.figure(facts, conventions.PER_HEAD), text.lang)),
        text("competition.goods_parts", low=large_low, high=large_high),
        text("competition.daily"),
        text("competition.no_euros"),
    )
    heads = [text("column.site"), text("competition.floor_area"), text("competition.basis")]
    return join(
        [
            _table(text("competition.floor_caption"), heads, rows),
            node("ul", join(node("li", note) for note in notes), class_="notes"),
        ]
    )


def source_ids(facts: Facts) -> tuple[str, ...]:
    """The sources of towns, floor areas and published shares."""
    found: dict[str, None] = {}
    for table in ("origins", "supply"):
        record = facts.manifest.table(table)
        found |= dict.fromkeys(record.sources if record is not None else ())
    found |= {conventions.observation(facts, name).source_id: None for name in PUBLISHED.values()}
    return tuple(found)


def _figure(written: str) -> Markup:
    return node("td", written)


def _table(caption: str, heads: Sequence[str], rows: Sequence[Markup], changed: bool = False) -> Markup:
    return node(
        "div",
        node(
            "table",
            node("caption", caption),
            node("thead", node("tr", join(node("th", head, scope="col") for head in heads))),
            node("tbody", join(rows)),
            class_="shares changed" if changed else "shares",
        ),
        class_="wide",
    )
