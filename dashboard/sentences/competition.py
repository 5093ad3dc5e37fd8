"""The modelled flows in words: both ends of each range, and how well the model fits."""

from collections.abc import Sequence
from typing import Literal

from dashboard.analysis.competition import leakage
from dashboard.analysis.competition.calibration import Comparison, Model
from dashboard.analysis.competition.leakage import Leakage, Part
from dashboard.analysis.competition.outcome import (
    ADDED,
    OTHERS,
    Interval,
    Outcome,
    SiteRow,
    centre_around,
)
from dashboard.analysis.competition.region import Region, Site
from dashboard.analysis.competition.survey import FlowSurvey
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.selection.scenario import UNNAMED, Scenario
from dashboard.style import theme

# A smaller difference of shares is reported as no change.
_NOTHING = 0.0005


def span(share: Interval, text: Texts) -> str:
    """`12 tot 18 %`; with a decimal where whole per cents hide the range."""
    if share.high == 0.0:
        return text("competition.share_none")
    decimals = 0 if round(share.low * 100) < round(share.high * 100) else 1
    low, high = (
        theme.number(100 * end, text.lang, decimals=decimals) for end in (share.low, share.high)
    )
    if low == high:
        return text("competition.share_about", share=high)
    return text("competition.share_range", low=low, high=high)


def change(difference: Interval, text: Texts) -> str:
    """`+1,3 tot +1,7` percentage points, or that there is no change."""
    if max(abs(difference.low), abs(difference.high)) < _NOTHING:
        return text("competition.no_change")
    low, high = (signed(100 * end, text) for end in (difference.low, difference.high))
    return text("competition.range", low=low, high=high)


def signed(points: float, text: Texts) -> str:
    """Percentage points with their sign, one decimal."""
    written = theme.number(points, text.lang, decimals=1)
    return (
        f"+{written}" if points > 0 and any(digit in "123456789" for digit in written) else written
    )


def site_name(site_id: str, sites: Sequence[Site], text: Texts) -> str:
    """The name of a site, of an added one, or of all other shops."""
    if site_id == OTHERS:
        return text("competition.others")
    name = next(site.names[text.lang] for site in sites if site.site_id == site_id)
    return text("competition.new_near", place=name) if site_id.startswith(ADDED) else name


def row_of(outcome: Outcome, site_id: str) -> SiteRow | None:
    """The row of a site; None when it has no share in this branch."""
    return next((row for row in outcome.sites if row.site_id == site_id), None)


def lead(
    outcome: Outcome,
    chosen: str,
    name: str,
    branch: str,
    scenario: Scenario | None,
    in_region: Region,
    text: Texts,
) -> str:
    """The result in one sentence: the share of the chosen site, and the effect of a scenario."""
    row, goods, region = (
        row_of(outcome, chosen),
        text(f"goods.{branch}"),
        in_region.survey.sentence("region", text),
    )
    if row is None:
        return text("competition.lead_none", place=name, goods=goods)
    # A town centre bears the name of its municipality, which has more shops.
    if in_region.sites[in_region.place_of(chosen)].role == "centre":
        name = text("competition.centre", place=name)
    if scenario is None or not scenario.changes:
        return text(
            "competition.lead", place=name, goods=goods, share=span(row.before, text), region=region
        )
    gaps = {
        "region": region,
        "place": name,
        "goods": goods,
        "before": span(row.before, text),
        "after": span(row.after, text),
    }
    title = scenario_title(scenario, in_region, text)
    if title is None:
        return text("competition.lead_scenario_unnamed", **gaps)
    return text("competition.lead_scenario", name=title, **gaps)


def caution(
    model: Model, outcome: Outcome, chosen: str, name: str, scenario: Scenario | None, text: Texts
) -> str:
    """The caveat beside every result."""
    sentence = _caution(model, outcome, chosen, name, scenario, text)
    return (
        f"{sentence} {text('competition.not_calibrated_place', place=name)}"
        if chosen in model.region.free
        else sentence
    )


def _caution(
    model: Model, outcome: Outcome, chosen: str, name: str, scenario: Scenario | None, text: Texts
) -> str:
    row, region = row_of(outcome, chosen), model.region
    tested = region.survey.sentence("tested", text)
    if row is None or not region.assumed:
        return text("competition.caution_plain", tested=tested)
    moved = scenario is not None and scenario.changes
    gaps = {
        "place": name,
        "tested": tested,
        "range": change(row.change, text) if moved else span(row.before, text),
    }
    if not region.units.used:
        gaps["assumed"] = region.survey.sentence("assumed", text)
        return (
            text("competition.caution_change", **gaps)
            if moved
            else text("competition.caution", **gaps)
        )
    names = listed([site_name(site, region.sites, text) for site in region.assumed], text)
    if moved:
        return text("competition.caution_units_change", names=names, **gaps)
    return text("competition.caution_units", names=names, **gaps)


def cities(region: Region, text: Texts) -> str:
    """What the table of cities shows, and which of them were not measured."""
    names = listed([site_name(site, region.sites, text) for site in region.free], text)
    return (
        f"{region.survey.sentence('cities_intro', text, places=names)} {leakage_is(region, text)}"
    )


def leakage_is(region: Region, text: Texts) -> str:
    """What leakage means, and where the edge site lies."""
    return f"{text('competition.leakage')} {edge_lies(region, text)}"


def edge_lies(region: Region, text: Texts) -> str:
    """In which municipality the edge site lies: spending there may stay in that municipality."""
    edge, centre = region.sites[region.place_of(region.survey.edge)], leakage.edge_centre(region)
    name = edge.names[text.lang]
    if centre is not None:
        return text("competition.edge_in", edge=name, place=site_name(centre, region.sites, text))
    if edge.municipality_code is None:
        return text("competition.edge_abroad", edge=name)
    return text("competition.edge_elsewhere", edge=name)


def part_name(part: Part, region: Region, text: Texts, *, abroad: bool = False) -> str:
    """The name of one of the four parts; for residents abroad as seen from their country."""
    if part == "edge":
        return site_name(region.survey.edge, region.sites, text)
    if abroad and part != "own_centre":
        return text(f"competition.part_{part}_abroad")
    return text(f"competition.part_{part}")


def part_share(row: Leakage, part: Part, state: Literal["before", "after"], text: Texts) -> str:
    """The range of one part, or that the model has no shops for it."""
    part_change = row.parts.get(part)
    if part_change is None:
        return text("competition.part_absent")
    return span(getattr(part_change, state), text)


def leakage_change(rows: Sequence[Leakage], region: Region, text: Texts) -> str:
    """How a scenario changes the share of each own inner city, in percentage points."""
    changes = [
        text(
            "competition.own_change_of",
            place=site_name(row.place_id, region.sites, text),
            change=change(row.parts["own_centre"].change, text),
        )
        for row in rows
        if "own_centre" in row.parts
    ]
    return text("competition.own_change", changes="; ".join(changes)) if changes else ""


def error(model: Model, text: Texts) -> str:
    """The error of the model against the survey, in sample and leave-one-out."""
    return text(
        "competition.error",
        rmse=theme.number(100 * model.rmse, text.lang, decimals=1),
        foreseen=theme.number(100 * model.skill.loo_rmse, text.lang, decimals=1),
        targets=model.skill.figures,
    )


def scenario_name(scenario: Scenario, text: Texts) -> str:
    """The name a reader gave it, with spaces for hyphens."""
    return (
        text("competition.unnamed") if scenario.name == UNNAMED else scenario.name.replace("-", " ")
    )


def scenario_title(scenario: Scenario, region: Region, text: Texts) -> str | None:
    """The name a reader gave it, else what it changes where that is one thing and no new site."""
    if scenario.name != UNNAMED:
        return scenario_name(scenario, text)
    changes = () if scenario.added else differences(scenario, region, (), text)
    return changes[0].removesuffix(".") if len(changes) == 1 else None


def differences(
    scenario: Scenario, region: Region, new: Sequence[Site], text: Texts
) -> tuple[str, ...]:
    """What the scenario changes, one sentence each."""
    sentences = [
        text(
            "competition.differs_more" if percent > 100 else "competition.differs_less",
            place=site_name(site, region.sites, text),
            percent=abs(percent - 100),
        )
        for site, percent in scenario.floor
    ]
    sentences += [
        text("competition.differs_closed", place=site_name(site, region.sites, text))
        for site in scenario.closed
    ]
    sentences += [
        text(
            "competition.differs_own",
            place=site_name(site, region.sites, text),
            area=theme.number(area, text.lang),
        )
        for site, area in scenario.user_floor_areas
    ]
    for added, site in zip(scenario.added, new, strict=True):
        centre = centre_around(site, region.named)
        gaps = {
            "place": (centre or site).names[text.lang],
            "area": theme.number(added.floor_area_m2, text.lang),
            "group": text(f"group.{added.group}"),
        }
        if centre is None:
            sentences.append(text("competition.differs_new", **gaps))
        else:
            sentences.append(text("competition.differs_within", **gaps))
    if scenario.travel != 100:
        sentences.append(text("competition.differs_travel", percent=scenario.travel))
    if scenario.border:
        sentences.append(text("competition.differs_border", minutes=signed_whole(scenario.border)))
    sentences += [
        text("competition.differs_rate", group=text(f"group.{group}"), percent=percent)
        for group, percent in zip(
            ("daily", "non_daily", "large_scale"), scenario.rates, strict=True
        )
        if percent != 100
    ]
    return tuple(sentences)


def signed_whole(number: int) -> str:
    """A whole number with its sign."""
    return f"+{number}" if number > 0 else f"\N{MINUS SIGN}{-number}"


def published(comparison: Comparison, survey: FlowSurvey, text: Texts) -> str:
    """The survey's figure; a rank in words."""
    return (
        survey.sentence("rank", text)
        if comparison.at_least
        else theme.share(comparison.published, text.lang)
    )


def modelled(comparison: Comparison, survey: FlowSurvey, text: Texts) -> str:
    """The model's range; a rank as how many times as much."""
    if not comparison.at_least:
        return span(Interval(comparison.low, comparison.high), text)
    low, high = (
        theme.number(end, text.lang, decimals=1) for end in (comparison.low, comparison.high)
    )
    return survey.sentence("times", text, low=low, high=high)


def missed(error_share: float, comparison: Comparison, text: Texts) -> str:
    """An error in percentage points; for a rank whether the model meets it."""
    if comparison.at_least:
        return text("competition.rank_met" if error_share > -0.02 else "competition.rank_missed")
    return signed(100 * error_share, text)


def extra(needed: Interval | None, text: Texts) -> str:
    """`+1.200 tot +2.300 m²` in hundreds, or that nothing is needed or no floor area suffices."""
    if needed is None:
        return text("competition.extra_none")
    ends = [round(end, -2) for end in (needed.low, needed.high)]
    if not any(ends):
        return text("competition.extra_nothing")
    low, high = (
        f"+{theme.number(end, text.lang)}" if end > 0.0 else theme.number(end, text.lang)
        for end in ends
    )
    return text("competition.extra", low=low, high=high)


def floor_area(region: Region, site_id: str) -> tuple[float, float, str]:
    """Floor area of all branch groups of a site together, low and high in m2, and its basis."""
    basis = next(row.basis for row in region.floor_areas if row.site_id == site_id)
    return *region.total(site_id), basis.replace("-", "_")


def area_text(low: float, high: float, text: Texts) -> str:
    """A floor area to three figures; a range where it is one."""
    bottom, top = (
        theme.number(float(f"{value:.3g}"), text.lang, decimals=0) for value in (low, high)
    )
    return (
        text("competition.area", area=bottom)
        if bottom == top
        else text("competition.area_range", low=bottom, high=top)
    )
