"""Retail that competes with the centres: one symbol size, a labelled number with its basis."""

from dashboard import citation
from dashboard.facts import Facts
from dashboard.maps.scene import Cell, Column, Feature, Layer
from dashboard.records import MEASURED, Observation, Place
from dashboard.state import Selection
from dashboard.text import Texts

ID = "randwinkels"
FLOOR_AREAS = ("retail_floor_area_m2", "store_floor_area_m2")


def sites(facts: Facts) -> tuple[Place, ...]:
    """The sites at the edge and abroad that have a sourced position."""
    return tuple(place for place in facts.places.values() if place.role != "centre")


def floor_area(facts: Facts, place: Place) -> Observation | None:
    """The newest measured floor area of a site, or None."""
    rows = [
        row
        for row in facts.observations
        if row.place_id == place.place_id
        and row.indicator in FLOOR_AREAS
        and row.nature in MEASURED
        and row.area_kind == "retail_site"
        and row.value is not None
    ]
    return max(
        rows,
        key=lambda row: (row.confidence == "high", row.year or 0, row.observation_id),
        default=None,
    )


def unplaced(facts: Facts) -> tuple[str, ...]:
    """Names of sites whose position no source gives: listed, not drawn."""
    return tuple(
        sorted(
            {
                row.area_name
                for row in facts.observations
                if row.area_kind == "retail_site" and row.place_id is None
            }
        )
    )


def layer(facts: Facts, text: Texts) -> Layer:
    """Every site with a sourced position, and its floor area where one is known."""
    return Layer(
        id=ID,
        title=text("layer.randwinkels"),
        columns=(
            Column(text("column.site")),
            Column(text("column.floor"), numeric=True),
            Column(text("column.what")),
            Column(text("column.period")),
        ),
        features=tuple(_feature(place, facts, text) for place in sites(facts)),
        pane="edge_retail",
        sentence=text.open("sentence.randwinkels"),
        sentence_one=text.open("sentence.randwinkels_one"),
    )


def visible(facts: Facts, selection: Selection) -> dict[str, str]:
    """All sites: what competes with a centre lies outside it."""
    return {place.place_id: "edge_retail" for place in sites(facts)}


def _feature(place: Place, facts: Facts, text: Texts) -> Feature:
    row = floor_area(facts, place)
    name = place.names[text.lang]
    if row is None:
        figure, basis, when, sort = text("unknown.cell"), text("map.no_floor_area"), "", None
    else:
        figure = citation.value(row, facts, text)
        basis = citation.definition(row, facts, text)
        when, sort = citation.period(row, text, short=True), row.value
    return Feature(
        id=place.place_id,
        geometry=place.core,
        style="edge_retail",
        name=name,
        label=name if row is None else f"{name}\n{figure}, {when}",
        cells=(Cell(name), Cell(figure, sort), Cell(basis), Cell(when, row.year if row else None)),
    )
