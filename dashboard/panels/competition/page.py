"""Content of the competition view for a selection and a model; draws nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dashboard.analysis.competition import cannibalisation, outcome, query
from dashboard.analysis.competition.calibration import Model
from dashboard.analysis.competition.region import Region, Site
from dashboard.i18n.text import Texts
from dashboard.maps import flow_map
from dashboard.maps.scene import Json, SceneFiles, Selected, ViewTarget, message
from dashboard.panels.competition import leakage, results
from dashboard.selection import scenario as grammar
from dashboard.selection.context import Context
from dashboard.selection.scenario import Scenario
from dashboard.sentences import competition as sentences
from dashboard.style.html import Markup, node
from dashboard.style.templates import render


@dataclass(frozen=True, slots=True)
class CompetitionPage:
    """The map and the pieces around it; `context` carries the scenario as it was understood."""

    context: Context
    opening: tuple[Markup, ...]
    map: Mapping[str, Json]
    below_map: tuple[Markup | None, ...]
    outcome: tuple[Markup | None, ...]
    tables: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of the model for a selection, with the names that its sentences need."""

    model: Model
    query: query.FlowQuery
    branch: str
    new: tuple[Site, ...]
    result: outcome.Outcome
    place: str
    goods: str
    # The chosen centre of the visit, whatever site the scenario changes.
    own: str | None

    @property
    def region(self) -> Region:
        return self.model.region

    @property
    def scenario(self) -> Scenario:
        return self.query.scenario

    @property
    def known(self) -> tuple[Site, ...]:
        return (*self.region.sites, *self.new)

    @property
    def closed(self) -> bool:
        return self.query.site in self.scenario.closed


def what_if(unknown: tuple[str, ...], text: Texts) -> tuple[Markup | None, ...]:
    """The head above the what-if; `unknown` are names in its link that the region does not have."""
    return (
        node("h2", text("competition.what_if")),
        node("p", text("competition.what_if_intro")),
        node("p", text("competition.unknown_sites", names=", ".join(unknown)), class_="fallback")
        if unknown
        else None,
    )


def page(context: Context, model: Model, files: SceneFiles) -> CompetitionPage:
    """Run the model for the selection's scenario, and say what follows for its site and town."""
    text, selection = context.text, context.selection
    region = model.region
    understood = query.build_query(selection, region)
    site, scenario = understood.site, understood.scenario
    run = _Run(
        model,
        understood,
        selection.branch,
        outcome.new_sites(region, scenario),
        outcome.run(model, scenario, selection.branch, site, understood.town),
        sentences.site_name(site, region.sites, text),
        text(f"goods.{selection.branch}"),
        None if selection.whole_region else selection.place,
    )
    written = grammar.NONE if scenario == Scenario() else grammar.write(scenario)
    return CompetitionPage(
        context=replace(context, selection=replace(selection, scenario=written)),
        opening=_opening(run, text),
        map=_map(run, files, text),
        below_map=_below_map(run, text),
        outcome=_outcome(run, text),
        tables=(
            leakage.cities(region, run.result.allocation, run.goods, scenario.changes, text),
            node("h2", text("competition.towns_title", place=run.place)),
            results.towns(run.result, region, scenario.changes, run.place, text),
        ),
    )


def _opening(run: _Run, text: Texts) -> tuple[Markup, ...]:
    site, scenario = run.query.site, run.scenario
    lead = sentences.lead(
        run.result, site, run.place, run.branch, scenario, run.region.survey, text
    )
    return (
        node("p", lead, class_="lead"),
        results.caution(run.model, run.result, site, run.place, scenario, text),
    )


def _outcome(run: _Run, text: Texts) -> tuple[Markup | None, ...]:
    """The scenario in words and the table of sites beside its controls."""
    scenario, changes = run.scenario, run.scenario.changes
    differences = sentences.differences(scenario, run.region, run.new, text)
    needed = (
        cannibalisation.floor_area_to_hold_share(run.model, scenario, run.branch)
        if changes and run.region.units.used
        else None
    )
    error = node("p", sentences.error(run.model, text), class_="quiet small")
    return (
        node("h3", sentences.scenario_name(scenario, text)) if differences else None,
        render("tables.notes", items=differences) if differences else None,
        results.sites(run.result, run.region, run.known, changes, text, own=run.own, needed=needed),
        error if changes else None,
    )


def _map(run: _Run, files: SceneFiles, text: Texts) -> Mapping[str, Json]:
    region, site, town, scenario = run.region, run.query.site, run.query.town, run.scenario
    # A closed site has no catchment: today's shows who has to go elsewhere.
    mapped = (
        outcome.run(
            run.model, Scenario(user_floor_areas=scenario.user_floor_areas), run.branch, site
        )
        if run.closed
        else run.result
    )
    return message(
        files,
        flow_map.visible(region, mapped, site, scenario.closed),
        name=text("competition.spoken", place=run.place, goods=run.goods),
        caption=text(
            "competition.caption",
            place=run.place,
            goods=run.goods,
            residents=region.survey.sentence("residents", text),
        ),
        selected=Selected(query.SITES, site) if town is None else Selected(query.TOWNS, town),
        goto=ViewTarget("competition", flow_map.home(region)),
        overlays=flow_map.overlays(mapped, scenario, run.new, text),
    )


def _below_map(run: _Run, text: Texts) -> tuple[Markup | None, ...]:
    town, changes = run.query.town, run.scenario.changes
    notes = (
        node("p", text("competition.map_closed", place=run.place)) if run.closed else None,
        node("p", text("competition.map_note", place=run.place), class_="quiet small"),
    )
    if not town:
        return notes
    return (
        *notes,
        results.town(run.result, town, run.region, run.known, changes, text),
        leakage.town(run.region, run.result.allocation, town, run.goods, changes, text),
    )
