"""What a changed figure says: both values, or what else is different, and never nothing."""

from dataclasses import replace

import pytest

from dashboard.analysis import news as analysis_news
from dashboard.analysis.news import Revision
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.sentences import news
from data import catalogue
from tests.dashboard import revised_towns
from tests.dashboard.revised_towns import APRIL, MARCH

NL = texts("nl")
ABOUT = "Leegstaande panden, Voorbeeldstad, binnenstad, 2023"


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("town")
    revised_towns.publish_version(folder, MARCH, {})
    return Facts(catalogue.open(folder))


def sentence(facts: Facts, **now: object) -> str:
    """What is said of the town's 10 vacant premises once these fields are different."""
    (row,) = facts.observations
    changes = analysis_news.compare([replace(row, **now)], [row])
    return news.sentence(changes[0], Revision(facts, facts, APRIL, MARCH, changes), NL)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({"value": 12.0}, "12 premises; in de versie ervoor 10 premises."),
        (
            {"value": 12.0, "definition": "alle panden", "provisional": True},
            (
                "12 premises; in de versie ervoor 10 premises."
                " Ook anders is: de definitie en of het voorlopig is."
            ),
        ),
        (
            {"area_name": "centrum"},
            "10 premises, net als in de versie ervoor. Anders is: het gebied.",
        ),
        (
            {"value_low": 8.0, "value_high": 12.0},
            "10 premises, net als in de versie ervoor. Anders is: de marge.",
        ),
        ({"unit": "panden"}, "10 panden; in de versie ervoor 10 premises."),
    ],
)
def test_a_changed_figure_says_what_is_different(facts: Facts, now: dict[str, object], said: str):
    area = "centrum" if "area_name" in now else "binnenstad"
    assert sentence(facts, **now) == f"{ABOUT.replace('binnenstad', area)}: {said}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_field_that_may_differ_has_a_name(lang):
    words = texts(lang)
    assert all(words(f"news.part_{name}") for name in analysis_news.STATED)
