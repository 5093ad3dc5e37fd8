"""The sentences of the command in both languages."""

from string import Formatter

import pytest

from etl.cli import messages
from etl.cli.messages import counted, message
from etl.problems import PROBLEMS, UnknownProblemError
from geo.bilingual import Bilingual


def gaps(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_both_languages_have_the_same_gaps():
    uneven = [
        f"{section}.{name}"
        for section, entries in messages._catalogue().items()
        for name, entry in entries.items()
        if set(entry) != {"nl", "en"} or gaps(entry["nl"]) != gaps(entry["en"])
    ]
    assert uneven == []


def test_a_gap_is_filled_in_either_language():
    age = counted("age.ahead", 1)
    assert age == Bilingual(
        nl="1 dag voor op deze klok", en="1 day ahead of this clock"
    ) and counted("age.ahead", 2).en.startswith("2 days")
    assert message("status.read", day="2024-03-01", age=age).nl.endswith(age.nl)


def test_an_unknown_message_is_refused():
    with pytest.raises(UnknownProblemError, match="nothing.here"):
        message("nothing.here")


def test_every_problem_has_a_cure_in_dutch():
    assert set(messages.cures()) == set(PROBLEMS)
