"""Who did what: initiatives that pass the filters, the network of actors, and kinds of support."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from dashboard.analysis import initiatives
from dashboard.analysis.vitality import own_profile
from dashboard.facts.records import Initiative, Participation, records
from dashboard.facts.snapshot import Facts
from dashboard.selection.permalink import Selection
from data.schema.vocabulary import FACILITATION

# What an initiative designs: an object or event, or the way people work towards one.
CONTENT = ("physical", "activity")
PROCESS = ("transformation",)


@dataclass(frozen=True, slots=True)
class Node:
    """One actor or initiative in the picture: its place (0 to 1 from the top) and its measures."""

    id: str
    height: float
    degree: int
    betweenness: float
    component: int


@dataclass(frozen=True, slots=True)
class ActorNetwork:
    """The two-mode network of the whole snapshot; its measures mean something where `enough`."""

    actors: Mapping[str, Node]
    initiatives: Mapping[str, Node]
    ties: tuple[tuple[str, str, bool], ...]
    shared: tuple[tuple[str, tuple[str, ...]], ...]
    enough: bool
    derived: int
    parts: int

    @property
    def components(self) -> int:
        """Number of connected components."""
        return len({node.component for node in self.actors.values()})


def fit(row: Initiative, facts: Facts) -> str:
    """How an initiative fits its city's profile: as judged, `not_judged` or `profile_unknown`."""
    place = facts.places[row.place_id]
    if place.profile is None and own_profile(facts, place) is None:
        return "profile_unknown"
    return row.profile_fit or "not_judged"


def fitting(facts: Facts, selection: Selection) -> tuple[Initiative, ...]:
    """The initiatives that pass every filter; one part must match role and actor both."""
    rows = initiatives.on_streets(initiatives.matching(facts, selection), selection)
    return tuple(
        row
        for row in rows
        if fit(row, facts) in selection.fits and _takes_part(row, facts, selection)
    )


def _takes_part(row: Initiative, facts: Facts, selection: Selection) -> bool:
    if not (selection.roles or selection.actors):
        return True
    return any(
        (not selection.roles or part.role in selection.roles)
        and (not selection.actors or part.actor_id in selection.actors)
        for part in facts.participations.get(row.initiative_id, ())
    )


def parts(facts: Facts, rows: Sequence[Initiative]) -> tuple[Participation, ...]:
    """All participations in these initiatives."""
    return tuple(part for row in rows for part in facts.participations.get(row.initiative_id, ()))


def network(facts: Facts) -> ActorNetwork:
    """The network of all documented parts; its places do not move with the filters."""
    from geo import actors

    every = parts(facts, facts.initiatives)
    if not every:
        return ActorNetwork(MappingProxyType({}), MappingProxyType({}), (), (), False, 0, 0)
    frame = pd.DataFrame(
        {"initiative_id": [p.initiative_id for p in every], "actor_id": [p.actor_id for p in every]}
    )
    heights, measures = actors.positions(frame)["y"], actors.measures(frame)
    shared = actors.shared(frame)

    def nodes(mode: str) -> Mapping[str, Node]:
        rows = measures.loc[mode].assign(height=heights[mode]).reset_index(names="id")
        return MappingProxyType({node.id: node for node in records(rows, Node)})

    # A tie is derived only where all of its participations are.
    sure = {(p.initiative_id, p.actor_id) for p in every if p.basis != "derived"}
    pairs = sorted({(p.initiative_id, p.actor_id) for p in every})
    return ActorNetwork(
        actors=nodes("actor"),
        initiatives=nodes("initiative"),
        ties=tuple((*pair, pair in sure) for pair in pairs),
        shared=tuple(zip(shared["actor_id"], shared["initiative_ids"], strict=True)),
        enough=actors.size(frame).enough,
        derived=sum(p.basis == "derived" for p in every),
        parts=len(every),
    )


def ways(taken: Sequence[Participation]) -> tuple[tuple[str, tuple[Participation, ...]], ...]:
    """The four ways of facilitating, each with its participations."""
    return tuple(
        (way, tuple(part for part in taken if part.facilitation == way)) for way in FACILITATION
    )


def designed(rows: Sequence[Initiative]) -> tuple[int, int]:
    """How many of the described initiatives design content, and how many the process."""
    kinds = Counter(row.kind for row in rows)
    return sum(kinds[kind] for kind in CONTENT), sum(kinds[kind] for kind in PROCESS)
