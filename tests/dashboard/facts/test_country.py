"""A country: streets, units and figures are listed of one place, records are read once."""

import pytest

from dashboard.facts import snapshot
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import texts
from dashboard.maps import region_content
from dashboard.maps.layers import streets, vacancy
from dashboard.panels import search_index
from dashboard.selection import permalink
from dashboard.selection.context import context_of
from dashboard.session import visitor
from data import catalogue
from tests.dashboard import voorbeeldstad

pytestmark = pytest.mark.slow
TOWN = "voorbeeldstad"


@pytest.fixture(scope="module")
def region() -> Facts:
    """The made-up region, for the tests to which it is a country."""
    return Facts(catalogue.open(catalogue.EXAMPLE), beyond=False)


@pytest.fixture
def facts(region: Facts, monkeypatch: pytest.MonkeyPatch) -> Facts:
    """The made-up region, as if two centres were a country."""
    monkeypatch.setattr(snapshot, "MOST_HELD", 1)
    return region


def test_a_country_lists_the_streets_of_the_place_in_focus_alone(facts: Facts) -> None:
    assert facts.country and TOWN in facts.towns
    assert facts.listed_towns == facts.around(permalink.REGION).listed_towns == ()
    assert [town.place_id for town in facts.around(TOWN).listed_towns] == [TOWN]


def test_what_one_place_reads_is_read_for_all(facts: Facts) -> None:
    near = facts.around(TOWN)
    assert near.observations is facts.observations and near.towns is facts.towns


def test_a_region_of_few_centres_lists_all_of_them() -> None:
    facts = voorbeeldstad.facts(beyond=False)
    assert not facts.country and facts.around(TOWN) is facts
    assert [town.place_id for town in facts.listed_towns] == [*facts.towns]


def test_a_town_is_read_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    facts, read = Facts(catalogue.open(catalogue.EXAMPLE), beyond=False), []
    whole = type(facts.catalogue).table

    def counted(self: object, name: str, **rows: object) -> object:
        read.append((name, rows.get("where")))
        return whole(self, name, **rows)  # type: ignore[arg-type]  # any keyword

    monkeypatch.setattr(type(facts.catalogue), "table", counted)
    assert TOWN in facts.towns and facts.years and facts.towns.trades
    assert not {"streets", "premises"} & {name for name, _ in read}
    assert facts.towns[TOWN] is facts.towns[TOWN]
    assert [where for name, where in read if name == "premises"] == [{"place_id": (TOWN,)}]


def test_a_link_to_a_street_needs_its_town_alone(facts: Facts) -> None:
    key = next(iter(facts.towns[TOWN].streets))
    assert visitor.vocabulary(facts).streets == ()
    known = visitor.vocabulary(facts, {"straat": key})
    assert {street.partition("/")[0] for street in known.streets} == {TOWN}
    assert permalink.parse({"straat": key}, known)[0].streets == (key,)


def test_the_map_of_a_country_colours_places_and_draws_streets_of_one(facts: Facts) -> None:
    for place, expected in ((permalink.REGION, set()), (TOWN, {TOWN})):
        scene = region_content.scene(facts.around(place), texts("nl"))
        features = {layer.id: layer.features for layer in scene.layers}
        assert {row.id.partition("/")[0] for row in features[streets.ID]} == expected
        styles = {row.style for row in features[vacancy.ID]} - {"unknown"}
        assert styles and all(style.startswith("place_vacancy_") for style in styles)
        assert not any(row.label for row in features[vacancy.ID] if row.style in styles)


def test_the_note_of_a_country_counts_places_instead_of_naming_them(facts: Facts) -> None:
    facts = Facts(catalogue.open(catalogue.EMBEDDED), beyond=False)
    selection = permalink.parse({}, visitor.vocabulary(facts))[0]
    (note,) = vacancy.notes(context_of(facts, selection))
    # Borne has no figure.
    assert facts.country and "van 4 van de 5 plaatsen" in note and "Hengelo" not in note


def test_a_country_is_searched_by_place_and_by_the_streets_of_the_chosen_one(facts: Facts) -> None:
    opening = permalink.opening(visitor.vocabulary(facts))
    kinds = {}
    for place in (permalink.REGION, TOWN):
        entries = [*search_index.entries(context_of(facts, permalink.at_place(opening, place)))]
        kinds[place] = {
            kind: sum(number == at for number, *_ in entries)
            for at, kind in enumerate(search_index.KINDS)
        }
    assert kinds[permalink.REGION]["place"] == kinds[TOWN]["place"] == len(facts.centres)
    assert kinds[permalink.REGION]["street"] < kinds[TOWN]["street"]
    assert kinds[permalink.REGION]["figure"] < kinds[TOWN]["figure"]


def test_an_area_without_a_name_is_called_after_its_place() -> None:
    from tests import town
    from tests.dashboard.street.frames import town_facts

    made = town_facts(observations=town.observations({"area_name": None}))
    row = next(row for row in made.observations if row.place_id is not None)
    assert row.area_name == made.places[row.place_id or ""].names["nl"]
