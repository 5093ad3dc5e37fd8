"""Content of the competition view for a selection and a model; draws nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dashboard.analysis.competition import cannibalisation, outcome, query
from dashboard.analysis.competition.calibration import Model
from dashboard.analysis.competition.region import Region, Site
from dashboard.analysis.competition.yearly_spending import SpendingPerHead, spending_per_head
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.maps import flow_map
from dashboard.maps.scene import Json, SceneFiles, Selected, ViewTarget, message
from dashboard.panels.competition import leakage, results
from dashboard.selection import scenario as grammar
from dashboard.selection.context import Context
from dashboard.selection.permalink import AFTER, CHANGE, TODAY
from dashboard.selection.scenario import Scenario
from dashboard.sentences import competition as sentences
from dashboard.sentences.competition_euros import euros_rest_on
from dashboard.style.html import Markup, node
from dashboard.style.templates import render


@dataclass(frozen=True, slots=True)
class CompetitionPage:
    """The map and the pieces around it; `context` carries the scenario as it was understood."""

    context: Context
    opening: tuple[Markup | None, ...]
    map: Mapping[str, Json]
    below_map: tuple[Markup | None, ...]
    outcome: tuple[Markup | None, ...]
    town: tuple[Markup | None, ...]
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
    # What the map shows, one of `FLOW_MAPS`; without a scenario today.
    shown: str
    per_head: SpendingPerHead | None

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


def page(context: Context, model: Model, files: SceneFiles) -> CompetitionPage:
    """Run the model for the selection's scenario, and say what follows for its site and town."""
    text, selection = context.text, context.selection
    region = model.region
    understood = query.build_query(selection, region)
    site, scenario = understood.site, understood.scenario
    shown = selection.flow_map if scenario.changes else TODAY
    run = _Run(
        model,
        understood,
        selection.branch,
        outcome.new_sites(region, scenario),
        outcome.run(
            model,
            scenario,
            selection.branch,
            site,
            understood.town,
            # Of today's map in a scenario they are those of another run.
            with_isolines=shown == AFTER or not scenario.changes,
        ),
        sentences.site_name(site, region.sites, text),
        text(f"goods.{selection.branch}"),
        None if selection.whole_region else selection.place,
        shown,
        spending_per_head(model, context.facts, selection.branch) if scenario.changes else None,
    )
    written = grammar.NONE if scenario == Scenario() else grammar.write(scenario)
    return CompetitionPage(
        context=replace(context, selection=replace(selection, scenario=written)),
        opening=_opening(run, text),
        map=_map(run, files, text),
        below_map=_below_map(run, text),
        outcome=_outcome(run, context.facts, text),
        town=_town(run, text),
        tables=(
            leakage.cities(region, run.result.allocation, run.goods, scenario.changes, text),
            node("h2", text("competition.towns_title", place=run.place)),
            results.towns(
                run.result, region, scenario.changes, run.place, text, per_head=run.per_head
            ),
        ),
    )


def _opening(run: _Run, text: Texts) -> tuple[Markup | None, ...]:
    site, scenario = run.query.site, run.scenario
    lead = sentences.lead(run.result, site, run.place, run.branch, scenario, run.region, text)
    return (
        node("p", lead, class_="lead"),
        results.caution(run.model, run.result, site, run.place, scenario, text),
        node(
            "p",
            text("competition.unknown_sites", names=", ".join(run.query.unknown)),
            class_="fallback",
        )
        if run.query.unknown
        else None,
    )


def _outcome(run: _Run, facts: Facts, text: Texts) -> tuple[Markup | None, ...]:
    """The scenario in words and the table of sites beside its controls."""
    scenario, changes = run.scenario, run.scenario.changes
    differences = sentences.differences(scenario, run.region, run.new, text)
    # One change without a name stands in the sentence above.
    if (
        scenario.name == grammar.UNNAMED
        and sentences.scenario_title(scenario, run.region, text)
        and sentences.row_of(run.result, run.query.site)
    ):
        differences = ()
    needed = (
        cannibalisation.floor_area_to_hold_share(run.model, scenario, run.branch)
        if changes and run.region.units.used
        else None
    )
    basis = euros_rest_on(run.per_head, run.model, facts, text)
    return (
        results.sites(
            run.result,
            run.region,
            run.known,
            changes,
            text,
            own=run.own,
            per_head=run.per_head,
            needed=needed,
        ),
        node("p", basis, class_="quiet small") if changes else None,
        node("h3", sentences.scenario_name(scenario, text)) if differences else None,
        render("tables.notes", items=differences) if differences else None,
    )


def _map(run: _Run, files: SceneFiles, text: Texts) -> Mapping[str, Json]:
    region, site, town, scenario = run.region, run.query.site, run.query.town, run.scenario
    changes = flow_map.changes(run.result) if run.shown == CHANGE else {}
    if run.shown == CHANGE:
        label = "spoken_change"
        mapped = run.result
        visible = flow_map.visible_changes(region, mapped, site, scenario.closed)
    else:
        label = "spoken"
        mapped = _mapped(run)
        closed = scenario.closed if run.shown == AFTER else ()
        visible = flow_map.visible(region, mapped, site, closed)
    return message(
        files,
        visible,
        name=text(f"competition.{label}", place=run.place, goods=run.goods),
        caption=text(
            "competition.caption",
            place=run.place,
            goods=run.goods,
            residents=region.survey.sentence("residents", text),
        ),
        selected=Selected(query.SITES, site) if town is None else Selected(query.TOWNS, town),
        goto=ViewTarget("competition", flow_map.home(region)),
        overlays=flow_map.overlays(
            mapped,
            Scenario() if run.shown == TODAY else scenario,
            () if run.shown == TODAY else run.new,
            text,
        ),
        changes={query.TOWNS: changes} if changes else {},
    )


def _mapped(run: _Run) -> outcome.Outcome:
    """The catchment on the map; of a closed site today's shows who has to go elsewhere."""
    if not run.scenario.changes or (run.shown == AFTER and not run.closed):
        return run.result
    today = Scenario(user_floor_areas=run.scenario.user_floor_areas)
    return outcome.run(run.model, today, run.branch, run.query.site)


def _below_map(run: _Run, text: Texts) -> tuple[Markup | None, ...]:
    in_change = run.shown == CHANGE
    note = text("competition.map_change" if in_change else "competition.map_note", place=run.place)
    return (
        node("p", text("competition.map_closed", place=run.place))
        if run.closed and run.shown == AFTER
        else None,
        node("p", text("competition.map_change_none", place=run.place))
        if in_change and not flow_map.changes(run.result)
        else None,
        node("p", note, class_="quiet small"),
    )


def _town(run: _Run, text: Texts) -> tuple[Markup | None, ...]:
    """Where the residents of the chosen town spend."""
    town, changes = run.query.town, run.scenario.changes
    if town is None:
        return ()
    abroad = run.region.codes[run.region.towns.index(town)] is None
    return (
        results.town(run.result, town, run.region, run.known, changes, text, per_head=run.per_head),
        node("p", text("competition.euros_why"), class_="quiet small")
        if abroad and run.per_head is not None
        else None,
        leakage.town(run.region, run.result.allocation, town, run.goods, changes, text),
    )
