"""Catalogue of everything that can be wrong with a source: code, severity and sentences.

`make_finding` makes one occurrence from a code and its values; `etl.errors.ProblemError` and its
children take the same arguments. Values that are words stand in both languages: their gap is called
`expected_nl` in the Dutch sentence and `expected_en` in the English one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from string import Formatter
from typing import Literal, get_args

from geo.bilingual import Bilingual, Language

Severity = Literal["note", "warning", "error"]
"""An `error` leaves the source stale or failed, a `warning` is shown, a `note` is only counted."""

DOCS = "etl/problems.md"
GROUPS = {
    "transport": "Getting an answer",
    "body": "What the answer holds",
    "text": "Reading text, tables and JSON",
    "paging": "Answers in pages",
    "file": "Files and archives",
    "raw": "The raw store",
    "check": "Checking what was read",
    "publish": "Publishing",
}
"""Chapters of the documentation; a code without a known group is refused."""


class UnknownProblemError(ValueError):
    """A code or values that the catalogue does not declare: a fault in the program."""


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One kind of problem; `{gaps}` in the sentences are filled per occurrence."""

    code: str
    group: str
    severity: Severity
    nl: str
    en: str
    cure: str

    @property
    def gaps(self) -> frozenset[str]:
        """Names of the gaps of both sentences; an occurrence must fill all."""
        return _gaps(self.nl) | _gaps(self.en)

    @property
    def has_equal_gaps(self) -> bool:
        """Whether both sentences have the same gaps, apart from `_nl` and `_en`."""
        return {name.removesuffix("_nl") for name in _gaps(self.nl)} == {
            name.removesuffix("_en") for name in _gaps(self.en)
        }

    @property
    def docs(self) -> str:
        """Its place in the documentation."""
        return f"{DOCS}#{self.code}"


def _gaps(sentence: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)


_DECLARED = tomllib.loads(
    resources.files("etl").joinpath("problems.toml").read_text(encoding="utf-8")
)

WORDS: Mapping[str, str] = _DECLARED.pop("words")
"""Dutch for the fixed words that parsers expect; other words stand in both languages."""

RULES: Mapping[str, str] = _DECLARED.pop("rules")
"""Dutch for why rows are left out, by the part of a rule behind `dropped-`."""

SHEET_FAULTS: Mapping[str, str] = _DECLARED.pop("sheet_faults")
"""Dutch for what is wrong in a cell of the sheet of initiatives."""

PHRASES: Mapping[str, Bilingual] = {
    f"{room}.{name}": Bilingual(**texts)
    for room, phrases in _DECLARED.pop("phrases").items()
    for name, texts in phrases.items()
}
"""Parts of sentences by module and name, such as `shop_survey.dropped-total`."""

NO_OTHER = Bilingual(nl="geen andere kolom", en="no other column")
"""The value of `like` for a missing column that no other column resembles."""


def _catalogue() -> dict[str, ProblemKind]:
    """Every problem by its code, as declared in `problems.toml`."""
    problems = {}
    for group, entries in _DECLARED.items():
        for code, entry in entries.items():
            problem = ProblemKind(code=code, group=group, **entry)
            if (
                group not in GROUPS
                or problem.severity not in get_args(Severity)
                or not problem.has_equal_gaps
                or code in problems
            ):
                raise UnknownProblemError(
                    "problems.toml: expected a known group and severity, one entry per code and"
                    f" the same gaps in both languages, got {problem}"
                )
            problems[code] = problem
    return problems


PROBLEMS: Mapping[str, ProblemKind] = _catalogue()


@dataclass(frozen=True, slots=True)
class Finding:
    """One occurrence of a problem, with the values met."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problem = PROBLEMS.get(self.code)
        if problem is None:
            raise UnknownProblemError(
                f"expected a code of the problem catalogue, got {self.code!r}: add it to"
                " etl/problems.toml"
            )
        if problem.gaps != set(self.values):
            raise UnknownProblemError(
                f"{self.code}: expected values for {sorted(problem.gaps)}, got"
                f" {sorted(self.values)}: name exactly the gaps of its sentences"
            )

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return PROBLEMS[self.code].severity

    @property
    def docs(self) -> str:
        """Its place in the documentation."""
        return PROBLEMS[self.code].docs

    @property
    def nl(self) -> str:
        """One Dutch sentence."""
        return PROBLEMS[self.code].nl.format_map(self.values)

    @property
    def en(self) -> str:
        """One English sentence."""
        return PROBLEMS[self.code].en.format_map(self.values)

    def text(self, language: Language) -> str:
        """One sentence in `language`; the English one for German."""
        return self.nl if language == "nl" else self.en


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LONGEST_VALUE = 300


def make_finding(code: str, **values: object) -> Finding:
    """One occurrence of a problem; values become short single-line text, since servers send some.

    A Bilingual fills its gap in each language. Other text fills both gaps, in Dutch by `WORDS`.
    """
    filled: dict[str, str] = {}
    gaps = PROBLEMS[code].gaps if code in PROBLEMS else frozenset()
    for name, value in values.items():
        if isinstance(value, Bilingual):
            filled |= {f"{name}_nl": one_line(value.nl), f"{name}_en": one_line(value.en)}
        elif f"{name}_nl" in gaps:
            filled |= {
                f"{name}_nl": one_line(WORDS.get(str(value), value)),
                f"{name}_en": one_line(value),
            }
        else:
            filled[name] = one_line(value)
    return Finding(code, filled)


def phrase(key: str, /, **values: object) -> Bilingual:
    """A part of a sentence in both languages; gaps are filled as `str.format` does.

    A Bilingual or a text fills the gaps `{name_nl}` and `{name_en}`. Raises UnknownProblemError
    unless `key` is in `PHRASES` and the values are its gaps.
    """
    if key not in PHRASES:
        raise UnknownProblemError(f"expected a phrase of etl/problems.toml, got {key!r}")
    text = PHRASES[key]
    gaps = _gaps(text.nl) | _gaps(text.en)
    filled: dict[str, object] = {}
    for name, value in values.items():
        if f"{name}_nl" in gaps:
            both = value if isinstance(value, Bilingual) else untranslated(str(value))
            filled |= {f"{name}_nl": both.nl, f"{name}_en": both.en}
        else:
            filled[name] = value
    if gaps != set(filled):
        raise UnknownProblemError(
            f"{key}: expected values for {sorted(gaps)}, got {sorted(filled)}"
        )
    return Bilingual(nl=text.nl.format_map(filled), en=text.en.format_map(filled))


def counted(key: str, count: int, /, **values: object) -> Bilingual:
    """The phrase `key` for a count of one, else the phrase with an `s` behind the key."""
    return phrase(key if count == 1 else f"{key}s", count=count, **values)


def untranslated(text: str) -> Bilingual:
    """A name or number that is the same in both languages."""
    return Bilingual(nl=text, en=text)


def joined(parts: Sequence[Bilingual], separator: Bilingual) -> Bilingual:
    """The parts in their order, with `separator` between them."""
    return Bilingual(
        nl=separator.nl.join(part.nl for part in parts),
        en=separator.en.join(part.en for part in parts),
    )


def one_line(value: object) -> str:
    """`value` as text without line breaks or control characters, at most 300 characters."""
    # Names of files may hold bytes that are no text.
    text = _CONTROL.sub(" ", str(value).encode("utf-8", "replace").decode("utf-8")).strip()
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def documentation() -> str:
    """The catalogue as Markdown, one row per code."""
    lines = [
        "# Problems the ETL can report",
        "",
        (
            "Made from the catalogue in `etl/problems.toml` by `python -m etl.problems`; a test"
            " holds the two equal."
        ),
        (
            "An *error* ends the source as stale (old copy kept) or failed (none); a *warning* is"
            " shown; a *note* is counted."
        ),
    ]
    for group, title in GROUPS.items():
        lines += [
            "",
            f"## {title}",
            "",
            "| code | severity | says | what to do |",
            "|---|---|---|---|",
        ]
        for problem in sorted(
            (p for p in PROBLEMS.values() if p.group == group), key=lambda p: p.code
        ):
            lines.append(
                f'| <a id="{problem.code}"></a>`{problem.code}` | {problem.severity} | {problem.en}'
                f" | {problem.cure} |"
            )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(documentation(), end="")
