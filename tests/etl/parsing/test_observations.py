"""The words of fetched figures in three languages."""

from string import Formatter

import pytest

from etl.parsing import observations
from etl.parsing.observations import text
from geo.bilingual import Bilingual

TEXTS = {
    f"{module}.{name}": languages
    for module, texts in observations._DECLARED["text"].items()
    for name, languages in texts.items()
}


@pytest.mark.parametrize("languages", TEXTS.values(), ids=TEXTS)
def test_every_language_of_a_text_has_the_same_gaps(languages: dict[str, str]):
    assert set(languages) == {"nl", "en", "de"}
    gaps = {
        frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)
        for sentence in languages.values()
    }
    assert len(gaps) == 1


def test_a_gap_is_filled_in_each_language():
    number = Bilingual(nl="1,5", en="1.5", de="1,5")
    stop = text("transit.timetabled-stop", departures=number)
    assert "1,5 vertrekken" in stop.nl and "1.5 departures" in stop.en
    assert "1,5 Abfahrten" in stop.text("de")
