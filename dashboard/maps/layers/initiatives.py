"""The documented initiatives of the pilot: shape and colour per type, town-level ones drawn as
town-level.
"""

from collections.abc import Sequence
from dataclasses import replace

from dashboard.facts import Facts
from dashboard.maps.scene import Cell, Column, Feature, Layer
from dashboard.records import Initiative
from dashboard.state import Selection
from dashboard.text import Texts

ID = "initiatieven"


def style(row: Initiative) -> str:
    """The class of its type; its town-level form where no street or square is known."""
    return f"initiative_{row.kind}" + ("" if row.point is not None else "_town")


def layer(facts: Facts, text: Texts) -> Layer:
    """Every initiative; one without any known spot stands at its town."""
    return of(facts.initiatives, facts, text)


def of(rows: Sequence[Initiative], facts: Facts, text: Texts, *, named: bool = True) -> Layer:
    """The layer of some initiatives; not `named`, their names stand in the table and not on the
    map.
    """
    return Layer(
        id=ID,
        title=text("layer.initiatieven"),
        columns=(
            Column(text("column.name")),
            Column(text("column.kind")),
            Column(text("column.street")),
            Column(text("column.tranche")),
        ),
        features=tuple(
            feature if named else replace(feature, label="")
            for feature in (_feature(row, facts, text) for row in rows)
        ),
        pane="initiatives",
        sentence=text.open("sentence.initiatieven"),
        sentence_one=text.open("sentence.initiatieven_one"),
    )


def fitting(facts: Facts, selection: Selection) -> tuple[Initiative, ...]:
    """The initiatives in view before the street filter; one without a known year fits
    every period.
    """
    first, last = selection.years
    return tuple(
        row
        for row in facts.initiatives
        if (selection.whole_region or row.place_id == selection.place)
        and row.kind in selection.types
        and row.tranche in selection.tranches
        and (row.start is None or row.start.year <= last)
        and (row.end is None or row.end.year >= first)
    )


def on_streets(rows: tuple[Initiative, ...], selection: Selection) -> tuple[Initiative, ...]:
    """Those on the chosen streets, or all when no street is chosen."""
    if not selection.streets:
        return rows
    return tuple(row for row in rows if set(row.street_keys) & set(selection.streets))


def visible(facts: Facts, selection: Selection) -> dict[str, str]:
    """The initiatives the filters leave."""
    return {
        row.initiative_id: style(row) for row in on_streets(fitting(facts, selection), selection)
    }


def _feature(row: Initiative, facts: Facts, text: Texts) -> Feature:
    place = facts.places[row.place_id]
    town = place.names[text.lang]
    where = (
        f"{', '.join(row.streets)} ({town})" if row.streets else f"{town}, {text('unknown.street')}"
    )
    return Feature(
        id=row.initiative_id,
        geometry=row.point if row.point is not None else place.core,
        style=style(row),
        name=f"{row.name} ({town})",
        label=row.name if row.point is not None else None,
        cells=(
            Cell(row.name),
            Cell(text(f"kind.{row.kind}")),
            Cell(where),
            Cell(text(f"tranche.{row.tranche}")),
        ),
    )
