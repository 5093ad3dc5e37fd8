"""What the model rests on, in sentences: its fit, floor areas, conventions and sources."""

from collections.abc import Mapping

from dashboard.analysis.competition import region as conventions
from dashboard.analysis.competition.bootstrap import (
    LARGE_PART,
    N_BOOTSTRAP,
    PUBLISHED_DOUBT,
    WORST_MEAN_ERROR,
)
from dashboard.analysis.competition.calibration import Model
from dashboard.analysis.competition.flow_problem import PARAMETERS
from dashboard.analysis.competition.outcome import Interval
from dashboard.analysis.competition.region import AREA, Region
from dashboard.analysis.competition.supply import COMPARED, UNITS
from dashboard.facts.snapshot import Facts
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.sentences import citation, competition, competition_euros, headline_figures
from dashboard.sentences.competition import area_text, floor_area
from dashboard.style import theme


def calibration_notes(model: Model, text: Texts) -> tuple[str, ...]:
    """How the ensemble was fitted, the parameters with their intervals, and what is unmatched."""
    region, overlap = model.region, _compare_ranges(*model.check)
    say = region.survey.sentence
    checked = competition.site_name(region.survey.checked, region.sites, text)
    published, modelled = (competition.span(Interval(*ends), text) for ends in model.check)
    return (
        text(
            "competition.members",
            kept=len(model.members),
            drawn=N_BOOTSTRAP,
            worst=theme.number(100 * WORST_MEAN_ERROR, text.lang, decimals=0),
        ),
        text("competition.left_out", covered=model.skill.covered, figures=model.skill.figures),
        *(text(f"competition.found_{name}", **_fitted(model, name, text)) for name in PARAMETERS),
        text(
            "competition.profile", doubt=theme.number(100 * PUBLISHED_DOUBT, text.lang, decimals=0)
        ),
        say("visitor", text),
        say("segment", text),
        say(
            "check",
            text,
            published=published,
            modelled=modelled,
            verdict=text(f"competition.check_{overlap}", place=checked),
        ),
        say("unmatched", text),
    )


def _compare_ranges(published: tuple[float, float], modelled: tuple[float, float]) -> str:
    """Whether the modelled range lies above, below, within or across the published one."""
    if modelled[0] > published[1]:
        return "above"
    if modelled[1] < published[0]:
        return "below"
    inside = published[0] <= modelled[0] and modelled[1] <= published[1]
    return (
        "within"
        if inside or (modelled[0] <= published[0] and published[1] <= modelled[1])
        else "overlap"
    )


def _fitted(model: Model, parameter: str, text: Texts) -> dict[str, str]:
    decimals = {"border_minutes": 0, "other_shops": 2}.get(parameter, 3)
    names = ("middle", "low", "high", "profile_low", "profile_high")
    values = (*model.interval(parameter), *map(float, model.profiled[PARAMETERS.index(parameter)]))
    return {
        name: theme.number(value, text.lang, decimals=decimals)
        for name, value in zip(names, values, strict=True)
    }


def floor_areas(region: Region, facts: Facts, text: Texts) -> tuple[Mapping[str, str], ...]:
    """`site, area, year, basis` of every modelled site, in words."""
    rows = []
    for site in region.named:
        low, high, basis = floor_area(region, site.site_id)
        rows.append(
            {
                "site": site.names[text.lang],
                "area": area_text(low, high, text),
                "year": listed(list(map(str, _years(region, site.site_id, facts))), text),
                "basis": text(f"basis.{basis}"),
            }
        )
    return tuple(rows)


def _years(region: Region, site_id: str, facts: Facts) -> tuple[int, ...]:
    """The years of a site's floor area; for units of the register the year of reading."""
    read = facts.source(UNITS).retrieved if region.units.used else None
    rows = [row for row in region.floor_areas if row.site_id == site_id]
    return tuple(
        sorted({read.year if read is not None and row.basis == UNITS else row.year for row in rows})
    )


def _newer_areas(region: Region, facts: Facts, text: Texts) -> tuple[str, ...]:
    """Centres with a newer published floor area than the model's: both, and why the older."""
    sentences = []
    for site in region.named:
        row = (
            headline_figures.floor_area_row(facts, facts.places[site.site_id])
            if site.role == "centre"
            else None
        )
        years = _years(region, site.site_id, facts)
        if (
            row is None
            or row.year is None
            or row.year <= years[-1]
            or site.site_id in region.assumed
            or region.units.used
        ):
            continue
        sentences.append(
            text(
                "competition.newer_area",
                place=site.names[text.lang],
                year=years[-1],
                survey=region.survey.year,
                period=citation.period(row, text),
                figure=citation.value(row, facts, text),
            )
        )
    return tuple(sentences)


def assumption_notes(model: Model, facts: Facts, text: Texts) -> tuple[str, ...]:
    """The conventions behind residents, travel times, other shops and branch groups."""
    say, inputs = model.region.survey.sentence, model.region.survey.floor_areas
    large_low, large_high = (theme.share(part, text.lang, decimals=0) for part in LARGE_PART)
    return (
        _origins(model.region, text),
        *_newer_areas(model.region, facts, text),
        text(
            "competition.travel",
            detour=theme.number(conventions.DETOUR, text.lang),
            speed=theme.number(conventions.SPEED_KM_H, text.lang),
            access=theme.number(conventions.ACCESS_MINUTES, text.lang),
            density=theme.number(conventions.RESIDENTS_PER_KM2, text.lang),
        ),
        say(
            "other_shops",
            text,
            per_head=theme.number(conventions.figure(facts, inputs.per_head), text.lang),
        ),
        *((text("competition.units_used"),) if model.region.units.used else ()),
        *(
            ()
            if model.region.units.used or model.region.units.lacking
            else (text("competition.units_refused"),)
        ),
        say("goods_parts", text, low=large_low, high=large_high),
        text("competition.daily"),
        *competition_euros.spending_notes(model, facts, text),
    )


def _origins(region: Region, text: Texts) -> str:
    """Where spending starts: in towns, or in neighbourhoods where the register was read."""
    areas = sum(town.startswith(AREA) for town in region.towns)
    towns = len(region.towns) - areas
    return (
        text("competition.origins_areas", areas=areas, towns=towns)
        if areas
        else region.survey.sentence("origins", text, towns=towns)
    )


def source_ids(region: Region, facts: Facts) -> tuple[str, ...]:
    """The sources of towns, floor areas and published figures."""
    ids: dict[str, None] = {UNITS: None} if region.units.used else {}
    for table in ("origins", "supply"):
        table_record = facts.manifest.table(table)
        ids |= dict.fromkeys(table_record.sources if table_record is not None else ())
    figures = list(region.survey.published.values())
    for row in region.floor_areas:
        if row.basis == COMPARED:
            basis = next(iter(region.survey.bases.values()))
            figures += [basis.format(place=site) for site in (row.site_id, region.survey.home)]
    ids |= {conventions.observation(facts, name).source_id: None for name in figures}
    return tuple(ids)
