import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import ScenarioError
from dashboard.selection import scenario as grammar
from dashboard.selection.scenario import Added, Scenario, named, parse, write

SITES = ("enschede", "hengelo", "plein-westermaat", "hornbach-enschede")


def distinct_pairs(low: int, high: int) -> st.SearchStrategy[tuple[tuple[str, int], ...]]:
    return st.dictionaries(st.sampled_from(SITES), st.integers(low, high)).map(
        lambda pairs: tuple(sorted(pairs.items()))
    )


ADDED = st.builds(
    Added,
    st.integers(*grammar.LON),
    st.integers(*grammar.LAT),
    st.integers(*grammar.FLOOR_M2),
    st.sampled_from(grammar.GROUPS),
)
PERCENT = st.integers(*grammar.RATE_PERCENT)
SCENARIOS = st.builds(
    Scenario,
    name=st.from_regex(r"[a-z0-9]{1,12}(-[a-z0-9]{1,12}){0,2}", fullmatch=True),
    floor=distinct_pairs(*grammar.FLOOR_PERCENT),
    closed=st.sets(st.sampled_from(SITES)).map(lambda sites: tuple(sorted(sites))),
    user_floor_areas=distinct_pairs(*grammar.FLOOR_M2),
    added=st.sets(ADDED, max_size=grammar.MOST_ADDED).map(lambda new: tuple(sorted(new))),
    travel=st.integers(*grammar.TRAVEL_PERCENT),
    border=st.integers(*grammar.BORDER_MINUTES),
    rates=st.tuples(PERCENT, PERCENT, PERCENT),
)


@pytest.mark.slow
@given(SCENARIOS)
def test_link_gives_the_same_scenario_back(scenario: Scenario):
    assert parse(write(scenario)) == scenario


@pytest.mark.slow
@given(SCENARIOS)
def test_link_needs_no_escaping_and_stays_short(scenario: Scenario):
    text = write(scenario)
    assert (
        set(text) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-.:,")
        and len(text) <= grammar.LONGEST
    )


@pytest.mark.slow
@given(st.text(max_size=80))
def test_any_other_text_is_refused_or_means_what_it_says(text: str):
    try:
        scenario = parse(text)
    except ScenarioError:
        return
    assert parse(write(scenario)) == scenario


@pytest.mark.slow
@given(
    st.lists(
        st.from_regex(
            r"(naam|vloer|dicht|eigen|nieuw|reis|grens|verval|x)(:[a-z0-9.-]{0,9}){0,4}",
            fullmatch=True,
        )
    )
)
def test_near_misses_are_refused_or_mean_what_they_say(parts: list[str]):
    try:
        scenario = parse(",".join(parts))
    except ScenarioError:
        return
    assert parse(write(scenario)) == scenario


def test_every_value_is_written_out():
    assert write(Scenario("rand-groeit", floor=(("plein-westermaat", 120),))) == (
        "naam:rand-groeit,vloer:plein-westermaat:120,reis:100,grens:0,verval:100:100:100"
    )


def test_no_scenario_is_said_too():
    assert write(None) == "geen" and parse("geen") is None


def test_new_site_stands_by_its_degrees():
    scenario = parse("naam:nieuw,nieuw:6.7700:52.2901:20000:large_scale")
    assert scenario is not None
    assert scenario.added == (Added(67_700, 522_901, 20_000, "large_scale"),)
    assert scenario.added[0].degrees == (6.77, 52.2901)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "alles:beter",
        "vloer:enschede",
        "vloer:enschede:0",
        "vloer:enschede:301",
        "vloer:enschede:1e2",
        "vloer:enschede:nan",
        "vloer:enschede:120,vloer:enschede:130",
        "vloer:../etc:120",
        "dicht:enschede,dicht:enschede",
        "dicht:Enschede",
        "nieuw:6.77:52.29:20000:large_scale",
        "nieuw:9.0000:52.2900:20000:large_scale",
        "nieuw:6.7700:52.2900:0:large_scale",
        "nieuw:6.7700:52.2900:20000:meubels",
        "reis:49",
        "reis:100,reis:110",
        "grens:-31",
        "grens:-0",
        "verval:100:100",
        "verval:100:100:201",
        "naam:<script>",
        "naam:" + "a" * 41,
        "naam:rand%20groeit",
        "reis:0100",
        "reis:100," * 400,
        ",".join(f"nieuw:6.7{index:02d}0:52.2900:20000:daily" for index in range(4)),
    ],
)
def test_what_is_not_of_the_grammar_is_refused(text: str):
    with pytest.raises(ScenarioError):
        parse(text)


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("Rand groeit 20 %", "Rand-groeit-20"),
        ("  ", "zonder-naam"),
        ("<b>", "b"),
        ("é" * 50, "é" * 40),
        ("中文", "中文"),
        ("Große Grünfläche", "Große-Grünfläche"),
        ("a" * 60, "a" * 40),
        ("IKEA_strook", "IKEA-strook"),
    ],
)
def test_typed_name_becomes_one_a_link_may_carry(typed: str, slug: str):
    assert named(typed) == slug
    assert parse(write(Scenario(named(typed)))) == Scenario(slug)


def test_own_input_alone_changes_nothing():
    assert not Scenario(user_floor_areas=(("enschede", 90_000),)).changes
    assert Scenario(floor=(("enschede", 110),)).changes and Scenario(border=5).changes


def test_unknown_sites_are_let_go():
    scenario = Scenario(
        floor=(("a", 120), ("b", 90)), closed=("a",), user_floor_areas=(("b", 1_000),)
    )
    assert scenario.sites == ("a", "b")
    assert scenario.without(frozenset({"a"})) == Scenario(
        floor=(("b", 90),), user_floor_areas=(("b", 1_000),)
    )
