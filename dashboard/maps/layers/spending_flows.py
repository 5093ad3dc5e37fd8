"""Published figures of shopping flows as neutral labels: the newest citable one per place, never
coloured or sized.
"""

from collections.abc import Iterable

from dashboard import citation
from dashboard.facts import Facts
from dashboard.maps import place_figure
from dashboard.maps.scene import Layer
from dashboard.records import Observation
from dashboard.state import Selection
from dashboard.text import Texts

ID = "koopstromen"

MARKET_SHARES = ("twente_market_share", "region_market_share")
"""The part of a site in the spending of the whole region, by the name its survey gives it."""

# Where money and visitors come from or go to, the whole before a part; jobs, outlets and ratings
# are no flows.
INDICATORS = (
    "non_daily_inflow_share",
    "visitors_from_outside_share",
    "visitors_from_germany_share",
    "visitors_from_abroad_share",
    "visitors_from_own_city_share",
    "non_daily_retention_share",
    "daily_inflow_share",
    "daily_retention_share",
    "turnover",
    "turnover_non_daily",
    *MARKET_SHARES,
    "non_daily_germany_inflow_share",
    "non_daily_abroad_inflow_share",
    "visitors_from_enschede_and_almelo_share",
    "visitors_from_neighbours_share",
    "german_spending_share",
)
_STYLE = "flow_figure"


def candidates(facts: Facts) -> tuple[Observation, ...]:
    """Figures of flows about a whole place that may be quoted: measured or derived, doubtful ones
    left out.
    """
    return tuple(
        row
        for row in facts.observations
        if row.place_id is not None
        and row.indicator in INDICATORS
        and row.area_kind in place_figure.AREAS
        and row.value is not None
        and row.year is not None
        and citation.quotable(row).verdict != "no"
    )


def headline(
    rows: Iterable[Observation], place_id: str, years: tuple[int, int]
) -> Observation | None:
    """The figure that stands for a place: the centre or site before the municipality, then the
    newest year.
    """
    return place_figure.headline(rows, place_id, years, _rank)


def headlines(facts: Facts, selection: Selection) -> dict[str, Observation | None]:
    """Each place in view with its figure within the period; a centre without one has None."""
    return place_figure.headlines(candidates(facts), facts, selection, _rank)


def layer(facts: Facts, text: Texts) -> Layer:
    """Every figure that may stand for a place, and an "unknown" for each centre."""
    features = [
        place_figure.feature(row, facts, text, style=_STYLE, label=_label(row, facts, text))
        for row in candidates(facts)
    ]
    return place_figure.layer(ID, features, facts, text, missing=text("map.no_flow_figure"))


def visible(facts: Facts, selection: Selection) -> dict[str, str]:
    """One label per place in view: its figure within the period, else "unknown" for a centre."""
    return place_figure.visible(headlines(facts, selection), _STYLE)


def note(facts: Facts, selection: Selection, text: Texts) -> str:
    """That these are published figures which do not compare, where the modelled flows stand, and
    what each one is.
    """
    parts = []
    for place_id, row in headlines(facts, selection).items():
        name = facts.places[place_id].names[text.lang]
        if row is None:
            parts.append(text("note.vacancy_unknown", place=name))
            continue
        area, period = text(f"area.{row.area_kind}"), citation.period(row, text)
        parts.append(
            text(
                "note.vacancy_place",
                place=name,
                what=citation.what(row, facts, text),
                area=area,
                period=period,
            )
        )
    return text("note.spending_flows", view=text("nav.concurrentie"), per_place=" ".join(parts))


def _rank(row: Observation) -> tuple[int | str, ...]:
    return INDICATORS.index(row.indicator), row.observation_id


def _label(row: Observation, facts: Facts, text: Texts) -> str:
    place, figure = facts.places[row.place_id or ""], citation.value(row, facts, text)
    # The map names centres; a site at the edge has no other name beside its figure.
    first = figure if place.role == "centre" else f"{place.names[text.lang]}: {figure}"
    basis = (
        citation.what(row, facts, text),
        text(f"area.{row.area_kind}"),
        citation.period(row, text, short=True),
    )
    return f"{first}\n{' · '.join(basis)}"
