"""Rules of the network of actors and initiatives."""

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import actors
from geo.errors import MissingValueError, WrongShapeError


def taking_part(*pairs: tuple[str, str]) -> pd.DataFrame:
    """Participations from pairs of actor and initiative."""
    return pd.DataFrame(
        [(initiative, actor, "initiator") for actor, initiative in pairs],
        columns=["initiative_id", "actor_id", "role"],
        dtype="str",
    )


# The library funds two things; one of them is also run by the school and by the market.
LIBRARY = taking_part(
    ("library", "garden"), ("library", "lights"), ("school", "lights"), ("market", "lights")
)
APART = taking_part(("baker", "oven"), ("library", "garden"), ("school", "garden"))
NOBODY = taking_part()

some_pairs = st.lists(
    st.tuples(st.sampled_from("abcdefg"), st.sampled_from("pqrstu")), min_size=1, max_size=20
)


def test_degree_counts_ties_and_is_shared_by_the_other_side():
    table = actors.measures(LIBRARY)
    assert table.loc[("actor", "library"), "degree"] == 2
    assert table.loc[("actor", "library"), "degree_share"] == 1
    assert table.loc[("initiative", "lights"), "degree"] == 3
    assert table.loc[("initiative", "garden"), "degree_share"] == pytest.approx(1 / 3)


def test_betweenness_is_the_part_of_what_is_possible():
    # Paths through the library: from the garden to the lights, the school and the market. At most
    # 4 could be: two initiatives with one more actor each, of which the paths cross.
    table = actors.measures(LIBRARY)
    assert table.loc[("actor", "library"), "betweenness"] == pytest.approx(3 / 4)
    assert table.loc[("actor", "school"), "betweenness"] == 0
    # Through the lights: 3 pairs of actors, and the garden with the school and with the market.
    # That is the most an initiative can have here.
    assert table.loc[("initiative", "lights"), "betweenness"] == pytest.approx(1)


def test_several_roles_in_one_initiative_tie_once():
    twice = pd.concat([LIBRARY, LIBRARY.assign(role="funder")], ignore_index=True)
    pd.testing.assert_frame_equal(actors.measures(twice), actors.measures(LIBRARY))


def test_components_are_numbered_from_the_largest():
    table = actors.measures(APART)
    assert table.loc[("actor", "library"), ["component", "component_size"]].tolist() == [1, 3]
    assert table.loc[("actor", "baker"), ["component", "component_size"]].tolist() == [2, 2]


def test_components_of_equal_size_are_numbered_by_name():
    table = actors.measures(taking_part(("zoo", "arch"), ("baker", "oven")))
    assert table.loc[("actor", "baker"), "component"] == 1
    assert table.loc[("actor", "zoo"), "component"] == 2


def test_actor_and_initiative_may_bear_the_same_id():
    table = actors.measures(taking_part(("market", "market")))
    assert table.index.tolist() == [("actor", "market"), ("initiative", "market")]
    assert table["betweenness"].tolist() == [0, 0]
    assert table["component_size"].tolist() == [2, 2]


def test_nobody_taking_part_gives_an_empty_table_with_its_columns():
    table = actors.measures(NOBODY)
    assert table.empty
    assert list(table) == ["degree", "degree_share", "betweenness", "component", "component_size"]
    assert actors.positions(NOBODY).empty
    assert actors.shared(NOBODY).empty
    assert actors.size(NOBODY) == actors.NetworkSize(0, 0, 0)


@given(some_pairs)
@settings(max_examples=25, deadline=None)
def test_measures_equal_networkx_on_any_two_mode_graph(pairs):
    graph = nx.Graph()
    graph.add_edges_from((("actor", actor), ("initiative", one)) for actor, one in pairs)
    top = [node for node in graph if node[0] == "actor"]
    table = actors.measures(taking_part(*pairs))
    assert set(table.index) == set(graph)
    shares = nx.bipartite.degree_centrality(graph, top)
    for node, share in shares.items():
        assert table.loc[node, "degree_share"] == pytest.approx(share)
    assert table["component"].max() == nx.number_connected_components(graph)
    # With one actor or one initiative networkx divides by zero: no path can pass on that side.
    if 1 < len(top) < len(graph) - 1:
        for node, value in nx.bipartite.betweenness_centrality(graph, top).items():
            assert table.loc[node, "betweenness"] == pytest.approx(value)


@pytest.mark.slow
@given(some_pairs)
@settings(max_examples=20, deadline=None)
def test_measures_are_ordered_shares_whatever_the_order_of_rows(pairs):
    table = actors.measures(taking_part(*pairs))
    assert table.index.is_monotonic_increasing
    assert table[["degree_share", "betweenness"]].min(axis=None) >= 0
    assert table[["degree_share", "betweenness"]].max(axis=None) <= 1 + 1e-12
    pd.testing.assert_frame_equal(actors.measures(taking_part(*pairs[::-1])), table)


def test_shared_actors_come_with_the_most_initiatives_first():
    table = actors.shared(
        taking_part(
            ("school", "oven"),
            ("school", "lights"),
            ("baker", "oven"),
            ("baker", "lights"),
            ("library", "oven"),
            ("library", "lights"),
            ("library", "garden"),
            ("zoo", "oven"),
        )
    )
    assert table["actor_id"].tolist() == ["library", "baker", "school"]
    assert table["initiatives"].tolist() == [3, 2, 2]
    assert table["initiative_ids"].iloc[0] == ("garden", "lights", "oven")


def test_two_roles_in_one_initiative_are_not_shared():
    assert actors.shared(taking_part(("baker", "oven"), ("baker", "oven"))).empty


def ring(count: int, initiatives: int, shared: int) -> pd.DataFrame:
    """`count` actors over `initiatives`, the first `shared` of them in a second one."""
    first = [(f"actor {n:02d}", f"initiative {n % initiatives}") for n in range(count)]
    second = [(f"actor {n:02d}", f"initiative {(n + 1) % initiatives}") for n in range(shared)]
    return taking_part(*first, *second)


@pytest.mark.parametrize(
    ("count", "initiatives", "shared", "enough"),
    [(10, 5, 3, True), (9, 5, 3, False), (10, 4, 3, False), (10, 5, 2, False)],
)
def test_measures_mean_something_from_a_stated_size_on(count, initiatives, shared, enough):
    size = actors.size(ring(count, initiatives, shared))
    assert (size.actors, size.initiatives, size.shared_actors) == (count, initiatives, shared)
    assert size.enough is enough


def test_initiatives_stand_left_and_actors_right_and_tied_ones_level():
    table = actors.positions(taking_part(("a", "r"), ("b", "q"), ("c", "p")))
    assert table.loc[["initiative"], "x"].tolist() == [0, 0, 0]
    assert table.loc[["actor"], "x"].tolist() == [1, 1, 1]
    assert table.loc[("actor", "a"), "y"] == table.loc[("initiative", "r"), "y"]
    assert table.loc[("actor", "c"), "y"] == table.loc[("initiative", "p"), "y"]
    assert sorted(table.loc[["actor"], "y"]) == [0, 0.5, 1]


def test_lone_node_stands_in_the_middle():
    assert actors.positions(taking_part(("a", "z")))["y"].tolist() == [0.5, 0.5]


@pytest.mark.slow
@given(some_pairs)
@settings(max_examples=20, deadline=None)
def test_no_two_nodes_share_a_place_and_order_of_rows_moves_none(pairs):
    table = actors.positions(taking_part(*pairs))
    assert not table.duplicated().any()
    assert table.min(axis=None) >= 0
    assert table.max(axis=None) <= 1
    pd.testing.assert_frame_equal(actors.positions(taking_part(*pairs[::-1])), table)


def test_rows_without_actor_or_initiative_are_refused():
    with pytest.raises(MissingValueError, match="1 missing"):
        actors.measures(LIBRARY.assign(actor_id=LIBRARY["actor_id"].where(LIBRARY.index > 0)))
    with pytest.raises(WrongShapeError, match="initiative_id"):
        actors.shared(LIBRARY.drop(columns="initiative_id"))
