"""Status and duration of vacancy of the units of a shop survey, and what the file leaves open.

A filled name, group or branch proves nothing by itself: it means in use only in a file that marks
its vacant units in the same column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from data.forms import personal_data
from etl.errors import ContentError
from etl.parsing import column_map, survey_vocabulary, table_file
from etl.parsing.column_map import OpenedTable
from etl.parsing.survey_vocabulary import GROUPS, NO, STATUSES, YES
from etl.problems import Finding, make_finding, phrase

OPEN_SHARE = 0.1
"""The share of units without a status from which on the file raises a question."""
MOST_WORDS = 8
"""The most words in a question: a column of more words holds names, which are not repeated."""

_VACANT_CODE = r"00[. ]?\d{3}[. ]?\d{3}"


@dataclass(frozen=True, slots=True)
class Statuses:
    """`status` and `duration` (class of the source) per row, and their basis.

    `settled` marks rows whose status comes from the column map, `undecided` rows without any sign
    of a status, `contrary` rows with two columns that contradict each other, `unread` cells of the
    column of durations that hold none. `unheard` are the unknown words of the status column.
    """

    status: pd.Series
    duration: pd.Series
    settled: pd.Series
    undecided: pd.Series
    contrary: pd.Series
    unread: pd.Series
    unheard: pd.Series


def read(opened: OpenedTable, words: Mapping[str, pd.Series]) -> Statuses:
    """The status of each row: by the status column, else by other columns.

    These are group, branch, name, day of vacancy and duration. Else the `status` of the column map
    holds, and without one the status is unknown.
    """
    index = opened.sheet.cells.index
    status_words = words["status"].str.lower()
    meaning = _meaning(opened) if "status" in opened.map.columns else {}
    by_column = _by_word(status_words.fillna(""), meaning)
    vacant, in_use = _by_nouns(words)
    own_durations = _durations(words["duration"])
    durations = own_durations.fillna(_durations(words["status"]))
    since = opened.column("vacant_since")
    dated = (
        table_file.days(since).values.notna()
        if since is not None
        else pd.Series(False, index=index)
    )
    timed = dated | durations.notna()
    contrary = by_column.isna() & in_use & ~vacant & timed
    by_others = (
        pd.Series(None, index=index, dtype="str")
        .mask(in_use, "in_use")
        .mask(vacant | timed, "vacant")
    )
    # No other column overrules an unknown word of the status column.
    unheard = words["status"][status_words.notna() & by_column.isna()]
    stated = by_column.fillna(by_others.mask(by_column.index.isin(unheard.index)).mask(contrary))
    by_map = status_words.fillna("").isin(set(opened.map.words)) & ("status" in opened.map.columns)
    undecided = stated.isna() & ~contrary
    status = stated.fillna(opened.map.status or "unknown").mask(contrary, "unknown").astype("str")
    return Statuses(
        status=status,
        duration=durations.where(status == "vacant").astype("str"),
        settled=by_map | (undecided & (opened.map.status is not None)),
        undecided=undecided,
        contrary=contrary,
        unread=words["duration"].notna() & own_durations.isna() & ~_says_unknown(words["duration"]),
        unheard=unheard,
    )


def _meaning(opened: OpenedTable) -> dict[str, str]:
    """The status of each word (small letters): the known words, and those of the column map."""
    meaning = dict(STATUSES)
    yes = survey_vocabulary.asks(column_map.plain(opened.map.columns["status"]))
    if yes is not None:
        no = "in_use" if yes == "vacant" else "vacant"
        meaning |= dict.fromkeys(YES, yes) | dict.fromkeys(NO, no)
    stated = {*opened.map.words.values(), opened.map.status or "unknown"}
    strange = sorted(stated - set(STATUSES.values()))
    if strange:
        detail = phrase("survey_status.no-meaning", given=strange[0])
        raise ContentError("map-broken", name=opened.sheet.name, detail=detail)
    return meaning | dict(opened.map.words)


def _by_word(cells: pd.Series, meaning: Mapping[str, str]) -> pd.Series:
    """The status of each cell of the status column, missing where the word is not known."""

    def status(word: str) -> str | None:
        if word in meaning:
            return meaning[word]
        bare = survey_vocabulary.coded(word)[1].strip(" .!*()-")
        return meaning.get(bare) if bare else None

    known = {
        word: status(word) or ("vacant" if survey_vocabulary.duration(word) else None)
        for word in cells.unique()
    }
    return cells.map(known).astype("str")


def _by_nouns(words: Mapping[str, pd.Series]) -> tuple[pd.Series, pd.Series]:
    """The rows that are vacant, and the rows in use, by group, branch and name."""
    index = words["name"].index
    vacant, in_use = pd.Series(False, index=index), pd.Series(False, index=index)
    for name in ("group", "branch", "name"):
        cells = words[name]
        if cells.isna().all():
            continue
        empty = cells.map(
            {word: survey_vocabulary.says_vacant(word) for word in cells.dropna().unique()}
        ).eq(True)
        bare = cells.str.fullmatch(r"0+", na=False)
        if name == "branch":
            empty |= cells.str.match(rf"{_VACANT_CODE}(?!\d)", na=False)
        elif name == "group" and _codes(cells) <= {*GROUPS, "0", "00"}:
            empty |= bare
        vacant |= empty
        if empty.any():
            in_use |= cells.notna() & ~empty & ~bare & ~_says_unknown(cells)
    return vacant, in_use


def _codes(cells: pd.Series) -> set[str]:
    """The numbers of the groups in a column."""
    return {survey_vocabulary.coded(word)[0] for word in cells.dropna().unique()} - {""}


def _says_unknown(cells: pd.Series) -> pd.Series:
    return cells.str.lower().map(STATUSES).eq("unknown")


def _durations(cells: pd.Series) -> pd.Series:
    known = {word: survey_vocabulary.duration(word) for word in cells.dropna().unique()}
    return cells.map(known).astype("str")


@dataclass(frozen=True, slots=True)
class StatusQuestion:
    """A question about a file: the finding, and the words that need a meaning with their counts."""

    finding: Finding
    words: Mapping[str, int]


def question(opened: OpenedTable, read: Statuses, usable: pd.Series) -> StatusQuestion | None:
    """The question to answer before the `usable` rows may be published, if any.

    A `status` in the column map answers it.
    """
    if opened.map.status is not None or read.settled[usable].all():
        return None
    heading = opened.map.columns.get("status", "")
    unheard = read.unheard[usable.reindex(read.unheard.index)]
    undecided, units = int((read.undecided & usable).sum()), int(usable.sum())
    words: dict[str, int] = {}
    if len(unheard) and _names_persons(heading, unheard):
        detail = phrase("survey_status.unheard-number", heading=heading, count=unheard.nunique())
    elif len(unheard):
        words = {str(word): n for word, n in unheard.str.lower().value_counts().items()}
        counted = ", ".join(f"{word} ({count})" for word, count in words.items())
        detail = phrase("survey_status.unheard-words", heading=heading, words=counted)
    elif undecided <= OPEN_SHARE * units and read.status[usable].ne("unknown").any():
        return None
    elif not undecided:
        detail = phrase("survey_status.silent-all", used=units)
    elif heading:
        words = {"": undecided}
        detail = phrase("survey_status.silent-empty", count=undecided, used=units, heading=heading)
    else:
        detail = phrase("survey_status.silent-some", count=undecided, used=units)
    return StatusQuestion(
        make_finding("status-unclear", name=opened.sheet.name, detail=detail), words
    )


def _names_persons(heading: str, cells: pd.Series) -> bool:
    """Whether the words of a column may be names, which are counted and not repeated."""
    different = cells.unique()
    return (
        column_map.may_hold_names(heading)
        or len(different) > MOST_WORDS
        or any(map(personal_data.kinds, different))
    )
