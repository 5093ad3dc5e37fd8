"""One published figure per place as a neutral label: what the layers of vacancy and of shopping
flows have in common.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from dashboard import citation
from dashboard.facts import Facts
from dashboard.maps.scene import Cell, Column, Feature, Layer
from dashboard.records import Observation
from dashboard.state import Selection
from dashboard.text import Texts

AREAS = ("inner_city", "retail_site", "municipality")
"""What may stand for a place, the best first."""

Rank = Callable[[Observation], tuple[int | str, ...]]
"""Orders figures of one kind of area and one year, the best first."""


def headline(
    rows: Iterable[Observation], place_id: str, years: tuple[int, int], rank: Rank
) -> Observation | None:
    """The figure that stands for a place: the centre or site before the municipality, then the
    newest year, then `rank`.
    """
    fitting = [
        row
        for row in rows
        if row.place_id == place_id and row.year and years[0] <= row.year <= years[1]
    ]
    return min(
        fitting,
        key=lambda row: (AREAS.index(row.area_kind), -(row.year or 0), rank(row)),
        default=None,
    )


def headlines(
    rows: Iterable[Observation], facts: Facts, selection: Selection, rank: Rank
) -> dict[str, Observation | None]:
    """Each place in view with its figure within the period; a centre without one has None, a site
    is left out.
    """
    of_place: dict[str, list[Observation]] = {}
    for row in rows:
        of_place.setdefault(row.place_id or "", []).append(row)
    found = {}
    for place in facts.places.values():
        if not (
            selection.whole_region
            or place.municipality_code == facts.places[selection.place].municipality_code
        ):
            continue
        row = headline(of_place.get(place.place_id, ()), place.place_id, selection.years, rank)
        if row is not None or place.role == "centre":
            found[place.place_id] = row
    return found


def visible(shown: Mapping[str, Observation | None], style: str) -> dict[str, str]:
    """One label per place of `headlines`: its figure, else "unknown"."""
    return {
        f"{place_id}-unknown" if row is None else row.observation_id: "unknown"
        if row is None
        else style
        for place_id, row in shown.items()
    }


def layer(
    id_: str, features: Sequence[Feature], facts: Facts, text: Texts, *, missing: str
) -> Layer:
    """The figures, and an "unknown" for each centre that says `missing`."""
    unknown = [
        Feature(
            id=f"{place.place_id}-unknown",
            geometry=place.core,
            style="unknown",
            name=f"{place.names[text.lang]}: {text('unknown.cell')}",
            label=missing,
            cells=(
                Cell(place.names[text.lang]),
                Cell(text("unknown.cell")),
                Cell(missing),
                Cell(""),
            ),
        )
        for place in facts.centres
    ]
    return Layer(
        id=id_,
        title=text(f"layer.{id_}"),
        columns=(
            Column(text("column.place")),
            Column(text("column.figure"), numeric=True),
            Column(text("column.what")),
            Column(text("column.period")),
        ),
        features=(*features, *unknown),
        pane="labels",
        sentence=text.open(f"sentence.{id_}"),
        sentence_one=text.open(f"sentence.{id_}_one"),
    )


def feature(row: Observation, facts: Facts, text: Texts, *, style: str, label: str) -> Feature:
    """A figure at the core of its place, with its row in the table."""
    place = facts.places[row.place_id or ""]
    name, figure = place.names[text.lang], citation.value(row, facts, text)
    return Feature(
        id=row.observation_id,
        geometry=place.core,
        style=style,
        name=f"{name}: {figure}",
        label=label,
        cells=(
            Cell(name),
            Cell(figure, row.value),
            Cell(f"{citation.what(row, facts, text)}, {text(f'area.{row.area_kind}')}"),
            Cell(citation.period(row, text, short=True), row.year),
        ),
    )
