"""What a selection asks of the model, and the answer before and after its scenario."""

from dataclasses import dataclass, field, replace

from dashboard.analysis.competition import outcome
from dashboard.analysis.competition.calibration import Model
from dashboard.analysis.competition.outcome import Outcome
from dashboard.analysis.competition.region import Region, Site
from dashboard.selection import scenario as grammar
from dashboard.selection.permalink import Selection
from dashboard.selection.scenario import Scenario

TOWNS, SITES, FLOWS, BANDS, NEW = "herkomst", "winkels", "stromen", "vlakken", "nieuw"


@dataclass(frozen=True, slots=True)
class FlowQuery:
    """Branch, site, town (None for none) and scenario of a selection.

    `unknown` are the dropped parts of the link: sites that the snapshot does not hold, and spots
    for new sites outside its region.
    """

    branch: str
    site: str
    town: str | None
    scenario: Scenario
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FlowAnswer:
    """Shares today and, where the scenario changes anything, in the scenario.

    `known` are all sites by id and name, those the scenario adds last.
    """

    query: FlowQuery
    today: Outcome
    after: Outcome | None
    known: tuple[Site, ...] = field(repr=False)


def build_query(selection: Selection, region: Region) -> FlowQuery:
    """The query of a selection; its site falls back to the chosen place, else to the edge site."""
    known = [site.site_id for site in region.named]
    layer, _, item = (selection.chosen or "").partition(":")
    chosen, _, town = item.partition("/")
    if layer not in (SITES, FLOWS) or chosen not in known:
        chosen = next(
            (site for site in (selection.place, region.survey.edge) if site in known), known[0]
        )
    requested = grammar.parse(selection.scenario) or Scenario()
    unknown = tuple(site for site in requested.sites if site not in known)
    far = frozenset(new for new in requested.added if not region.holds(*new.degrees))
    return FlowQuery(
        selection.branch,
        chosen,
        town if layer == FLOWS and town in region.towns else None,
        replace(
            requested.without(frozenset(unknown)),
            added=tuple(new for new in requested.added if new not in far),
        ),
        (*unknown, *(new.spot for new in requested.added if new in far)),
    )


def answer(model: Model, question: FlowQuery) -> FlowAnswer:
    """Both states of a query.

    Floor areas of a user count in both. Raises NoAttractionError when a closure leaves spending
    nowhere to go.
    """
    baseline = Scenario(user_floor_areas=question.scenario.user_floor_areas)
    today = outcome.run(model, baseline, question.branch, question.site, question.town)
    after = None
    if question.scenario.changes:
        after = outcome.run(model, question.scenario, question.branch, question.site, question.town)
    new = outcome.new_sites(model.region, question.scenario)
    return FlowAnswer(question, today, after, (*model.region.sites, *new))
