"""A figure whose source gives no definition says so in every language, and compares with none."""

import pandas as pd
import pytest

from dashboard.analysis import quotable, vitality
from dashboard.exports import map_tables
from dashboard.i18n.text import LANGUAGES, Lang, texts
from dashboard.maps.description import describe_figure
from dashboard.panels import details
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.sentences import citation
from data.schema.rules import NO_DEFINITION
from tests.dashboard import shipped

FACTS = shipped.facts()
HENGELO = next(
    row
    for row in FACTS.observations
    if row.observation_id == "hengelo-binnenstad-vacant-premises-2023-11"
)
SAID = {
    "nl": "de bron noemt geen definitie",
    "en": "the source gives no definition",
    "de": "die Quelle nennt keine Definition",
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_details_and_the_file_of_a_figure_say_that_there_is_no_definition(lang: Lang):
    text = texts(lang)
    assert citation.definition(HENGELO, FACTS, text) == SAID[lang]
    assert SAID[lang] in details.card(describe_figure(HENGELO, FACTS, text), FACTS, text)
    places = tuple(place.place_id for place in FACTS.centres)
    known = permalink.Vocabulary(places, FACTS.street_keys(FACTS.places), FACTS.years)
    sheet = map_tables.figure_table(Context(FACTS, text, permalink.opening(known, lang)))
    at = [column.key for column in sheet.columns].index("definition")
    found = {row.cells[at] for row in sheet.rows}
    assert SAID[lang] in found and not found & {None, ""}


def test_a_figure_without_a_definition_is_quoted_with_reserve():
    assert quotable.quotable(HENGELO) == quotable.Quotable("reserved", "definition")


def test_that_there_is_none_is_no_definition_to_compare_by():
    table = vitality.shared_table(FACTS, "observations")
    assert isinstance(table, pd.DataFrame)
    assert not table["definition"].eq(NO_DEFINITION).any()
    assert table["definition"].isna().any()
