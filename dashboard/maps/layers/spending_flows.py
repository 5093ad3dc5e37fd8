"""Published figures of shopping flows as neutral labels: the newest citable one per place, never coloured or sized."""

from collections.abc import Iterable

from dashboard import citation
from dashboard.facts import Facts
from dashboard.records import Observation
from dashboard.maps.scene import Cell, Column, Feature, Layer
from dashboard.state import Selection
from dashboard.text import Texts

ID = "koopstromen"

# Where money and visitors come from or go to, the whole before a part; jobs, outlets and ratings are no flows.
INDICATORS = (
    "non_daily_inflow_share",
    "visitors_from_outside_share",
    "visitors_from_germany_share",
    "visitors_from_own_city_share",
    "non_daily_retention_share",
    "daily_inflow_share",
    "daily_retention_share",
    "turnover",
    "turnover_non_daily",
    "twente_market_share",
    "non_daily_germany_inflow_share",
    "visitors_from_enschede_and_almelo_share",
    "german_spending_share",
)
_AREAS = ("inner_city", "retail_site", "municipality")


def candidates(facts: Facts) -> tuple[Observation, ...]:
    """Figures of flows about a whole place that may be quoted: measured or derived, doubtful ones left out."""
    return tuple(
        row
        for row in facts.observations
        if row.place_id is not None
        and row.indicator in INDICATORS
        and row.area_kind in _AREAS
        and row.value is not None
        and row.year is not None
        and citation.quotable(row).verdict != "no"
    )


def headline(rows: Iterable[Observation], place_id: str, years: tuple[int, int]) -> Observation | None:
    """The figure that stands for a place: the centre or site before the municipality, then the newest year."""
    fitting = [row for row in rows if row.place_id == place_id and row.year and years[0] <= row.year <= years[1]]
    return min(
        fitting,
        key=lambda row: (
            _AREAS.index(row.area_kind),
            -(row.year or 0),
            INDICATORS.index(row.indicator),
            row.observation_id,
        ),
        default=None,
    )


def headlines(facts: Facts, selection: Selection) -> dict[str, Observation | None]:
    """Each place in view with its figure within the period; a centre without one has None."""
    rows = candidates(facts)
    found = {}
    for place in facts.places.values():
        if not (selection.whole_region or place.municipality_code == facts.places[selection.place].municipality_code):
            continue
        row = headline(rows, place.place_id, selection.years)
        if row is not None or place.role == "centre":
            found[place.place_id] = row
    return found


def layer(facts: Facts, text: Texts) -> Layer:
    """Every figure that may stand for a place, and an "unknown" for each centre."""
    known = [_feature(row, facts, text) for row in candidates(facts)]
    unknown = [
        Feature(
            id=f"{place.place_id}-unknown",
            geometry=place.core,
            style="unknown",
            name=f"{place.names[text.lang]}: {text('unknown.cell')}",
            label=text("map.no_flow_figure"),
            cells=(Cell(place.names[text.lang]), Cell(text("unknown.cell")), Cell(text("map.no_flow_figure")), Cell("")),
        )
        for place in facts.centres
    ]
    return Layer(
        id=ID,
        title=text("layer.koopstromen"),
        columns=(
            Column(text("column.place")),
            Column(text("column.figure"), numeric=True),
            Column(text("column.what")),
            Column(text("column.period")),
        ),
        features=(*known, *unknown),
        pane="labels",
        sentence=text.open("sentence.koopstromen"),
        sentence_one=text.open("sentence.koopstromen_one"),
    )


def visible(facts: Facts, selection: Selection) -> dict[str, str]:
    """One label per place in view: its figure within the period, else "unknown" for a centre."""
    return {
        f"{place_id}-unknown" if row is None else row.observation_id: "unknown" if row is None else "flow_figure"
        for place_id, row in headlines(facts, selection).items()
    }


def note(facts: Facts, selection: Selection, text: Texts) -> str:
    """That these are published figures which do not compare, where the modelled flows stand, and what each one is."""
    parts = []
    for place_id, row in headlines(facts, selection).items():
        name = facts.places[place_id].names[text.lang]
        if row is None:
            parts.append(text("note.vacancy_unknown", place=name))
            continue
        area, period = text(f"area.{row.area_kind}"), citation.period(row, text)
        parts.append(text("note.vacancy_place", place=name, what=citation.what(row, facts, text), area=area, period=period))
    return text("note.spending_flows", view=text("nav.concurrentie"), per_place=" ".join(parts))


def _feature(row: Observation, facts: Facts, text: Texts) -> Feature:
    place = facts.places[row.place_id or ""]
    name, figure = place.names[text.lang], citation.value(row, facts, text)
    what, area = citation.what(row, facts, text), text(f"area.{row.area_kind}")
    return Feature(
        id=row.observation_id,
        geometry=place.core,
        style="flow_figure",
        name=f"{name}: {figure}",
        # The map names centres; a site at the edge has no other name beside its figure.
        label=f"{figure if place.role == 'centre' else f'{name}: {figure}'}\n{what} · {area} · {citation.period(row, text, short=True)}",
        cells=(
            Cell(name),
            Cell(figure, row.value),
            Cell(f"{what}, {area}"),
            Cell(citation.period(row, text, short=True), row.year),
        ),
    )
