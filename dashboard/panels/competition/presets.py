"""Ready scenarios above the controls of the what-if: each is a scenario in the address."""

from dataclasses import dataclass, replace

from dashboard.analysis.competition import query
from dashboard.analysis.competition.query import SITES
from dashboard.analysis.competition.region import Region
from dashboard.i18n.text import Texts
from dashboard.maps.shapes import point_to_degrees
from dashboard.panels import controls
from dashboard.selection import scenario as grammar
from dashboard.selection.context import Context
from dashboard.selection.permalink import CHANGE, Selection
from dashboard.selection.scenario import BRANCHES, Added, Scenario
from dashboard.session.visitor import Binding
from dashboard.style import theme

_GROWN_PERCENT = 120
# No source gives the size of a usual supermarket: the label states it, a control moves it.
_NEW_M2 = 1_500
_DAILY = "dagelijks"


@dataclass(frozen=True, slots=True)
class ReadyScenario:
    """A scenario with its label; one about daily goods shows these, for the site it is about."""

    label: str
    scenario: Scenario
    daily_at: str | None = None

    def put(self, selection: Selection) -> Selection:
        """The selection with this scenario, its goods and the map of what it changes."""
        branch, chosen = selection.branch, selection.chosen
        if self.daily_at is not None:
            branch, chosen = _DAILY, f"{SITES}:{self.daily_at}"
        elif branch == _DAILY:
            branch = BRANCHES[0]
        return replace(
            selection,
            scenario=grammar.write(self.scenario),
            branch=branch,
            chosen=chosen,
            flow_map=CHANGE,
        )


def _spot(point: tuple[float, float]) -> tuple[int, int]:
    """A point in RD as a link holds it: ten-thousandths of a degree."""
    lon, lat = (round(degrees * 10_000) for degrees in point_to_degrees(point))
    return lon, lat


def presets(selection: Selection, region: Region, text: Texts) -> dict[str, ReadyScenario]:
    """The edge site grown, the edge site closed, and a supermarket in the chosen or first town."""
    edge = region.survey.edge
    site = region.sites[region.place_of(edge)].names[text.lang]
    centres = {
        site.site_id: site
        for site in region.named
        if site.role == "centre" and site.municipality_code is not None
    }
    made = {
        "rand_groeit": ReadyScenario(
            text("competition.preset_grows", place=site, percent=_GROWN_PERCENT - 100),
            Scenario(floor=((edge, _GROWN_PERCENT),)),
        ),
        "rand_sluit": ReadyScenario(
            text("competition.preset_closes", place=site), Scenario(closed=(edge,))
        ),
    }
    if centres:
        centre = centres.get(selection.place, next(iter(centres.values())))
        lon, lat = _spot(centre.point)
        label = text(
            "competition.preset_supermarket",
            place=centre.names[text.lang],
            area=theme.number(_NEW_M2, text.lang),
        )
        made["supermarkt"] = ReadyScenario(
            label, Scenario(added=(Added(lon, lat, _NEW_M2, "daily"),)), centre.site_id
        )
    return made


def draw(context: Context, region: Region) -> None:
    """Draw a door to each ready scenario; that of the selection is marked."""
    made = presets(context.selection, region, context.text)

    def get(selection: Selection) -> str | None:
        now = replace(query.build_query(selection, region).scenario, name=grammar.UNNAMED)
        return next((name for name, preset in made.items() if preset.scenario == now), None)

    def put(selection: Selection, name: str | None) -> Selection:
        return selection if name is None else made[name].put(selection)

    controls.pill(
        "wat_voorbeeld",
        context.text("competition.presets"),
        {name: preset.label for name, preset in made.items()},
        Binding(get, put),
        context.selection,
    )
