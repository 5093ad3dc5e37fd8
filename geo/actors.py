"""Who takes part in what: measures of the two-mode network of actors and initiatives.

Rows of `participations` hold at least `initiative_id` and `actor_id`; an actor with several roles
in one initiative is tied to it once. Normalisation after Borgatti and Everett, Network analysis of
2-mode data (1997): by the most that is possible given the sizes of both modes.
"""

from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd

from geo.errors import MissingValueError, WrongShapeError

__all__ = ["NetworkSize", "measures", "positions", "shared", "size"]

# Below these the position of an actor is an accident of which few initiatives were written down;
# with fewer than 3 shared actors the network is loose stars, in which all measures say the same.
MIN_ACTORS = 10
MIN_INITIATIVES = 5
MIN_SHARED_ACTORS = 3

# Rounds of ordering each side by the middle of its ties; more changes nothing at these sizes.
SWEEPS = 8


@dataclass(frozen=True, slots=True)
class NetworkSize:
    """How many actors, initiatives and actors in more than one initiative there are."""

    actors: int
    initiatives: int
    shared_actors: int

    @property
    def enough(self) -> bool:
        """Whether the measures mean something at this size (see the constants above)."""
        return (
            self.actors >= MIN_ACTORS
            and self.initiatives >= MIN_INITIATIVES
            and self.shared_actors >= MIN_SHARED_ACTORS
        )


def measures(participations: pd.DataFrame) -> pd.DataFrame:
    """Per actor and initiative its place in the network, indexed by `mode` and `id`, in order.

    `degree` counts the ties; `degree_share` is that count by the size of the other mode, 0 to 1;
    `betweenness` is the share of shortest paths through the node by the most that is possible,
    0 to 1 (0 where no path can pass); `component` numbers the connected parts, the largest first,
    and `component_size` counts their nodes of both modes. Initiatives without actors and actors
    without initiatives are not in the table and so not measured.

    Raises WrongShapeError without the columns `actor_id` and `initiative_id`, MissingValueError
    where one of them is missing. Measures: Borgatti and Everett (1997).

    >>> pairs = [("city", "1"), ("city", "2"), ("shop", "2")]
    >>> ties = pd.DataFrame(pairs, columns=["actor_id", "initiative_id"])
    >>> measures(ties)["degree"].to_dict()
    {('actor', 'city'): 2, ('actor', 'shop'): 1, ('initiative', '1'): 1, ('initiative', '2'): 2}
    """
    ties = _ties(participations)
    graph = _graph(ties)
    counts = {mode: ties[f"{mode}_id"].nunique() for mode in ("actor", "initiative")}
    other = {"actor": counts["initiative"], "initiative": counts["actor"]}
    paths = nx.betweenness_centrality(graph, normalized=False)
    most = {mode: _most_paths(counts[mode], other[mode]) for mode in counts}
    # Sorted nodes make the tie between components of equal size fall to the first name.
    parts = sorted(nx.connected_components(graph), key=lambda part: (-len(part), min(part)))
    part_of = {node: number for number, part in enumerate(parts) for node in part}
    nodes = sorted(graph)
    table = {
        "degree": [graph.degree(node) for node in nodes],
        "degree_share": [graph.degree(node) / other[node[0]] for node in nodes],
        "betweenness": [paths[node] / most[node[0]] if most[node[0]] else 0.0 for node in nodes],
        "component": [part_of[node] + 1 for node in nodes],
        "component_size": [len(parts[part_of[node]]) for node in nodes],
    }
    dtypes = dict.fromkeys(("degree", "component", "component_size"), "int64")
    dtypes |= dict.fromkeys(("degree_share", "betweenness"), "float64")
    return pd.DataFrame(table, index=_names(nodes)).astype(dtypes)


def size(participations: pd.DataFrame) -> NetworkSize:
    """Counts of the network, and through `enough` whether `measures` may be shown."""
    ties = _ties(participations)
    return NetworkSize(
        actors=int(ties["actor_id"].nunique()),
        initiatives=int(ties["initiative_id"].nunique()),
        shared_actors=len(shared(participations)),
    )


def shared(participations: pd.DataFrame) -> pd.DataFrame:
    """Actors in more than one initiative, most initiatives first, then by id.

    Columns `actor_id, initiatives` (count) and `initiative_ids` (tuple, in order).
    """
    ties = _ties(participations)
    of_actor = ties.groupby("actor_id", sort=True)["initiative_id"].agg(tuple)
    table = pd.DataFrame(
        {
            "actor_id": of_actor.index.astype("str"),
            "initiatives": np.array([len(ids) for ids in of_actor], dtype="int64"),
            "initiative_ids": of_actor.to_numpy(dtype=object),
        }
    )
    several = table[table["initiatives"] > 1]
    return several.sort_values(
        ["initiatives", "actor_id"], ascending=[False, True], ignore_index=True
    )


def positions(participations: pd.DataFrame) -> pd.DataFrame:
    """Place of every node for drawing, indexed by `mode` and `id`: `x, y` from 0 to 1.

    Initiatives stand left (x 0), actors right (x 1), each evenly spread from the top (y 0) in an
    order that keeps tied ones level. The same ties give the same picture in any order of rows;
    to keep it still while filtering, place the whole network once and hide nodes.
    """
    ties = _ties(participations)
    graph = _graph(ties)
    nodes = sorted(graph)
    left = [node for node in nodes if node[0] == "initiative"]
    right = [node for node in nodes if node[0] == "actor"]
    height = _spread(left) | _spread(right)
    for _ in range(SWEEPS):
        for side in (right, left):
            # Rounded, so that equal middles fall to the name and not to the last digit.
            order = {
                node: (round(float(np.mean(sorted(height[tied] for tied in graph[node]))), 9), node)
                for node in side
            }
            side.sort(key=order.__getitem__)
            height |= _spread(side)
    table = {
        "x": [0.0 if node[0] == "initiative" else 1.0 for node in nodes],
        "y": [height[node] for node in nodes],
    }
    return pd.DataFrame(table, index=_names(nodes), dtype="float64")


def _ties(participations: pd.DataFrame) -> pd.DataFrame:
    """Each pair of actor and initiative once, in order."""
    columns = ["actor_id", "initiative_id"]
    if not set(columns) <= set(participations.columns):
        raise WrongShapeError(f"expected the columns {columns}, got {list(participations.columns)}")
    ties = participations[columns]
    missing = int(ties.isna().to_numpy().sum())
    if missing:
        raise MissingValueError(
            f"expected an actor and an initiative in every row, got {missing} missing"
        )
    return ties.drop_duplicates().sort_values(columns, ignore_index=True)


def _graph(ties: pd.DataFrame) -> "nx.Graph[tuple[str, str]]":
    """Nodes are (mode, id): an actor and an initiative may bear the same id."""
    graph: nx.Graph[tuple[str, str]] = nx.Graph()
    nodes = {
        mode: [(mode, name) for name in ties[f"{mode}_id"]] for mode in ("actor", "initiative")
    }
    for side in nodes.values():
        graph.add_nodes_from(sorted(set(side)))
    graph.add_edges_from(zip(*nodes.values(), strict=True))
    return graph


def _most_paths(size: int, facing: int) -> float:
    """Largest betweenness a node can have in a mode of `size` nodes facing `facing` nodes."""
    if size == 0 or facing == 0:
        return 0.0
    full, rest = divmod(size - 1, facing)
    return (
        facing**2 * (full + 1) ** 2
        + facing * (full + 1) * (2 * rest - full - 1)
        - rest * (2 * full - rest + 3)
    ) / 2


def _spread(side: list[tuple[str, str]]) -> dict[tuple[str, str], float]:
    """Even heights from 0 to 1 in the order given; a lone node stands in the middle."""
    if len(side) == 1:
        return {side[0]: 0.5}
    return {node: place / (len(side) - 1) for place, node in enumerate(side)}


def _names(nodes: list[tuple[str, str]]) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays(
        [[mode for mode, _ in nodes], [name for _, name in nodes]], names=["mode", "id"]
    )
