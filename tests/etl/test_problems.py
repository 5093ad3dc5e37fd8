"""The catalogue of problems: complete, in two languages, documented, and used."""

from __future__ import annotations

import ast
import pickle
import re
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

import etl
from etl import errors, problems
from etl.errors import FetchError, ProblemError
from etl.problems import (
    PHRASES,
    PROBLEMS,
    Finding,
    UnknownProblemError,
    counted,
    joined,
    make_finding,
    one_line,
    phrase,
    untranslated,
)
from geo.bilingual import Bilingual

ROOM = Path(etl.__file__).parent
MODULES = sorted(ROOM.rglob("*.py"))
MADE_BY = {"found", "make_finding", "reject"} | {
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, ProblemError)
}
"""Functions whose first argument is a code."""


@cache
def calls_in(module: Path) -> list[ast.Call]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]


def codes_in(module: Path) -> set[str]:
    named = (call for call in calls_in(module) if isinstance(call.func, ast.Name | ast.Attribute))
    makers = (
        call
        for call in named
        if (call.func.id if isinstance(call.func, ast.Name) else call.func.attr) in MADE_BY
    )
    return {
        call.args[0].value
        for call in makers
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }


@pytest.mark.slow
def test_every_code_in_the_program_is_in_the_catalogue():
    unknown = {module.name: codes_in(module) - set(PROBLEMS) for module in MODULES}
    assert {name: codes for name, codes in unknown.items() if codes} == {}


@pytest.mark.slow
def test_every_code_in_the_catalogue_is_in_the_program():
    used = set().union(*(codes_in(module) for module in MODULES))
    # Statuses are put together from their number.
    by_status = {
        code
        for code in PROBLEMS
        if code.startswith("http-") and code.removeprefix("http-").isdigit()
    }
    assert set(PROBLEMS) - used - by_status == set()


def test_the_documentation_is_the_catalogue():
    met = (ROOM / "problems.md").read_text(encoding="utf-8")
    assert met == problems.documentation(), "run: python -m etl.problems > etl/problems.md"
    assert all(f'<a id="{code}"></a>' in met for code in PROBLEMS)


def test_every_problem_speaks_whole_sentences_in_both_languages():
    for code, problem in PROBLEMS.items():
        for sentence in (problem.nl, problem.en, problem.cure):
            assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 200, code
        assert problem.nl != problem.en, code
        assert problem.docs == f"etl/problems.md#{code}"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_refusals_by_status_have_a_code_each(status: int):
    assert PROBLEMS[f"http-{status}"].severity == "error"


def test_a_finding_fills_the_gaps_in_both_languages():
    finding = make_finding("connection-refused", host="a.test", port=81)
    assert (finding.en, finding.nl) == (
        "Nothing listens at a.test port 81.",
        "Er luistert niets op a.test poort 81.",
    )
    assert finding.severity == "error"


def test_a_refusal_is_raised_with_a_code_and_travels_with_its_finding():
    refusal = FetchError("connection-refused", host="a.test", port=81)
    assert str(refusal) == "Nothing listens at a.test port 81. [connection-refused]"
    assert refusal.finding == make_finding("connection-refused", host="a.test", port=81)
    for same in (FetchError.from_finding(refusal.finding), pickle.loads(pickle.dumps(refusal))):
        assert type(same) is FetchError
        assert (str(same), same.finding) == (str(refusal), refusal.finding)
    with pytest.raises(UnknownProblemError, match="port"):
        FetchError("connection-refused", host="a.test")


def test_words_of_a_finding_are_told_in_the_language_of_its_sentence():
    doubled = make_finding(
        "csv-header",
        name="t.csv",
        detail=Bilingual(nl="een kolom heeft geen naam", en="a column has no name"),
    )
    assert doubled.nl == "De kopregel van t.csv deugt niet: een kolom heeft geen naam."
    assert doubled.en == "The header line of t.csv is not right: a column has no name."
    retyped = make_finding(
        "column-retyped", column="oppervlakte", met="'veel'", expected="a number"
    )
    assert (retyped.nl, retyped.en) == (
        "De kolom oppervlakte bevat 'veel' in plaats van een getal.",
        "The column oppervlakte holds 'veel' in place of a number.",
    )
    assert make_finding("column-retyped", column="a", met="b", expected="NL:S:1").nl.endswith(
        "in plaats van NL:S:1."
    )


@pytest.mark.slow
def test_everything_that_readers_expect_in_fixed_words_has_its_dutch():
    calls = [call for module in MODULES for call in calls_in(module)]
    said = {
        word.value.value
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id in MADE_BY
        and isinstance(call.args[0], ast.Constant)
        and call.args[0].value in ("column-retyped", "input-kind")
        for word in call.keywords
        if word.arg == "expected" and isinstance(word.value, ast.Constant)
    }
    said |= {
        call.args[2].value
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id == "column_retyped"
        and isinstance(call.args[2], ast.Constant)
    }
    assert len(said) > 10 and said == set(problems.WORDS)


def test_both_sentences_of_a_problem_tell_the_same():
    assert [code for code, problem in PROBLEMS.items() if not problem.has_equal_gaps] == []


def test_both_languages_of_a_phrase_tell_the_same():
    def gaps(text: str) -> set[str]:
        names = {name for _, name, _, _ in Formatter().parse(text) if name}
        return {name.removesuffix("_nl").removesuffix("_en") for name in names}

    assert {key for key, text in PHRASES.items() if gaps(text.nl) != gaps(text.en)} == set()


def test_every_phrase_is_in_the_program_and_every_one_there_in_the_catalogue():
    program = "\n".join(module.read_text(encoding="utf-8") for module in MODULES)
    composed = tuple(re.findall(r'f"([a-z_]+\.[a-z-]+)\{', program))
    by_name = {key: f'"{key.partition(".")[2].removesuffix("s")}' for key in PHRASES}
    assert {
        key
        for key, name in by_name.items()
        if key.removesuffix("s") not in program
        and name not in program
        and not key.startswith(composed)
    } == set()
    assert set(re.findall(r'phrase\(\s*"([^"]+)"', program)) <= set(PHRASES)
    rules = {
        f"{module.stem}.{rule}"
        for module in MODULES
        for rule in re.findall(
            r'(?s)(?:rows\.(?:drop|note)\([^"]*?|RowRefusedError\()"([a-z-]+)"',
            module.read_text(encoding="utf-8"),
        )
    }
    assert len(rules) > 25 and rules <= set(PHRASES)


def test_a_phrase_is_filled_in_both_languages():
    thousands = phrase("preview.nothing")
    line = phrase("preview.numbers", decimal=",", thousands=thousands)
    assert "tussen duizendtallen: niets" in line.nl and "between thousands: nothing" in line.en
    assert counted("preview.row", 1).nl == "1 rij" and counted("preview.row", 0).nl == "0 rijen"
    assert joined([untranslated("a"), thousands], untranslated(", ")).en == "a, nothing"


def test_an_unknown_phrase_or_gap_is_refused():
    with pytest.raises(UnknownProblemError, match="no-such"):
        phrase("preview.no-such")
    with pytest.raises(UnknownProblemError, match="count"):
        phrase("preview.row")


def test_an_unknown_code_or_gap_is_refused():
    with pytest.raises(UnknownProblemError, match="no-such-code"):
        Finding("no-such-code")
    with pytest.raises(UnknownProblemError, match="port"):
        make_finding("connection-refused", host="a.test")


def test_foreign_text_in_a_message_stays_one_short_line():
    assert one_line("a\r\nb\x1b[31m\x00c\u2028d") == "a b [31m c d"
    assert len(one_line("x" * 5000)) == 300
    assert (
        make_finding("http-500", host="a.test", detail="{evil} {0}").en
        == "Fault at a.test (500): {evil} {0}."
    )
