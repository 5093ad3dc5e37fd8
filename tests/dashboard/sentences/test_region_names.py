"""What all places together are called follows from which they are."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import texts
from dashboard.sentences import region_names
from dashboard.session import cache
from data import catalogue
from data.snapshot import publish
from tests import town
from tests.dashboard import shipped, voorbeeldstad
from tests.dashboard.driving import VIEWS, opened, words

PILOT = shipped.facts()
PUBLISHED = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two towns of which no more is known than where they lie."""
    folder = tmp_path_factory.mktemp("two")
    places = town.places({"place_id": "aadorp"}, {"place_id": "zeestad"})
    publish.publish(
        folder, {"places": places}, town.sources(), town.table_sources(), published=PUBLISHED
    )
    return folder


@pytest.fixture
def shown(two: Path) -> Iterator[None]:
    before = cache._served.folder
    cache.use(two)
    yield
    cache.use(before)


def test_the_pilot_is_twente_and_its_five():
    text = texts("nl")
    assert region_names.whole(PILOT, text) == "Twente"
    assert region_names.every(PILOT, text) == "Alle vijf"
    assert region_names.title(PILOT, text) == "De vijf binnensteden en de rand"


def test_one_town_goes_by_its_name(tmp_path: Path):
    publish.publish(
        tmp_path,
        {"places": town.places({})},
        town.sources(),
        town.table_sources(),
        published=PUBLISHED,
    )
    one = Facts(catalogue.open(tmp_path))
    assert region_names.whole(one, texts("en")) == "Example Town"
    assert region_names.title(one, texts("en")) == "Example Town: what is known"


def test_the_made_up_region_is_counted_too():
    example = voorbeeldstad.facts()
    assert region_names.whole(example, texts("nl")) == "alle 10 plaatsen"
    assert region_names.title(example, texts("en")) == "10 inner cities and the edge"


def test_other_towns_are_counted(two: Path):
    facts, text = Facts(catalogue.open(two)), texts("nl")
    assert region_names.whole(facts, text) == "alle 2 plaatsen"
    assert region_names.centres(facts, text) == "de 2 binnensteden"
    assert region_names.every(facts, text) == "Alle 2"
    assert region_names.title(facts, text) == "2 binnensteden"


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
def test_no_page_about_other_towns_speaks_of_the_pilot_as_if_it_were_theirs(shown: None, view: str):
    app = opened(view)
    said = f"{words(app)} {app.title[0].value}".replace("Stadshart Twente", "")
    said += " ".join(option for box in app.selectbox for option in box.options)
    for stranger in ("Alle vijf", "vijf binnensteden", "Enschede", "Hengelo"):
        assert stranger not in said
