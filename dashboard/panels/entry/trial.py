"""Step 2: what is understood of the file, and how to mend what is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import streamlit as st

from dashboard.i18n.text import Texts
from dashboard.panels import controls, page_frame
from dashboard.panels.entry import points, subjects
from dashboard.selection.context import Context
from dashboard.session import data_entry, visitor
from dashboard.session.data_entry import KINDS, STATUSES, Mending, Upload
from dashboard.session.etl_process import CommandResult
from dashboard.style.templates import render
from data.manifest import Json

_LATEST, _MENDED, _LISTED = "entry_trial", "entry_mended", "entry_mend_listed"
_UNASKED = "vraag"
# What the page says in sections of the dry run; the mapping of columns has fields of its own.
_SHOWN = ("content", "examples", "refused", "remarks")
# What a file needs that a choice on the page gives.
_MENDABLE = frozenset(
    {
        "headings-unknown",
        "heading-missing",
        "number-form",
        "survey-undated",
        "status-unclear",
        "subjects-unchosen",
        "year-missing",
        "column-unclear",
    }
)


@dataclass(frozen=True, slots=True)
class FileTrial:
    """A file as it was tried out; `mending` is None where the guess holds."""

    upload: Upload
    mending: Mending | None
    answer: CommandResult

    @property
    def is_good(self) -> bool:
        """Whether it may be published."""
        return self.answer.outcome == "done"


def run(upload: Upload, context: Context) -> FileTrial:
    """Try the file out, unless that was done; draw what is understood and the fields that mend."""
    text = context.text
    page_frame.show(render("entry.step", title=text("entry.step_understood")))
    mended: tuple[Upload, Mending] | None = visitor.entered(_MENDED, None)
    mending = mended[1] if mended is not None and mended[0] == upload else None
    asked = (upload, mending, text.lang)
    latest: tuple[tuple[Upload, Mending | None, str], CommandResult] | None = visitor.entered(
        _LATEST, None
    )
    if latest is None or latest[0] != asked:
        if latest is not None and latest[0][0] != upload:
            # What was chosen for another file says nothing of this one.
            visitor.leave("entry_mend")
        with st.spinner(text("entry.reading")):
            latest = (asked, data_entry.try_out(upload, mending, text.lang))
        visitor.enter(_LATEST, latest)
    trial = FileTrial(upload, mending, latest[1])
    _show(trial, context)
    if KINDS[upload.source_id].mapped and (listed := _listed(trial.answer)):
        _mend(trial, listed, context)
    return trial


def _listed(answer: CommandResult) -> Mapping[str, Json]:
    """The headings and fields of the file; those of an earlier trial where this one names none,
    and its choices between rows, of which a trial with chosen rows finds one.
    """
    earlier: Mapping[str, Json] = visitor.entered(_LISTED, {})
    latest = answer.line("preview") or answer.line("draft") or earlier
    listed = {**latest, "slices": earlier.get("slices") or latest.get("slices")}
    visitor.enter(_LISTED, listed)
    return listed if latest else {}


def _show(trial: FileTrial, context: Context) -> None:
    answer, text, upload = trial.answer, context.text, trial.upload
    lang = "nl" if text.lang == "nl" else "en"
    preview = answer.line("preview")
    sections = preview.get("sections")
    shown = [
        (_in(section["title"], lang), [_own(line, upload) for line in _texts(section[lang])])
        for name in _SHOWN
        if isinstance(sections, dict) and isinstance(section := sections.get(name), dict)
    ]
    rows, used = preview.get("rows"), preview.get("kept")
    summary = (
        text("entry.used", used=used, rows=rows)
        if isinstance(rows, int) and isinstance(used, int)
        else None
    )
    page_frame.show(
        render(
            "entry.understood",
            problem=None if trial.is_good else problem(answer, upload, text),
            hint=_hint(answer, text),
            summary=summary,
            sections=shown,
            foreign="en" if text.lang == "de" else None,
            effect=_effect(preview, text),
            map=points.drawn(preview.get("points"), context),
            text=text,
        )
    )


def problem(answer: CommandResult, upload: Upload, text: Texts) -> str:
    """Why a command of the ETL did not finish, in the words of the ETL where it has any."""
    stated = answer.line("problem")
    if stated:
        return _own(_in(stated, text.lang), upload)
    if answer.outcome == "refused":
        return _own(answer.message, upload)
    return text(f"entry.{answer.outcome}")


def _hint(answer: CommandResult, text: Texts) -> str | None:
    """What a visitor may do about the problem of a file, where that is known."""
    if answer.line("problem").get("code") == "survey-unplaced":
        return text("entry.unplaced_hint")
    return text("entry.mend_hint") if _is_mendable(answer) else None


def _is_mendable(answer: CommandResult) -> bool:
    return answer.line("problem").get("code") in _MENDABLE


def _own(line: str, upload: Upload) -> str:
    """The line with the name that the visitor gave the file."""
    return line.replace(upload.stored_name, upload.name)


def _in(words: Json | Mapping[str, Json], lang: str) -> str:
    """The sentence in a language, in English where the ETL has none in it."""
    sentence = words.get(lang, words.get("en")) if isinstance(words, Mapping) else words
    return sentence if isinstance(sentence, str) else ""


def _texts(lines: Json) -> list[str]:
    return [line for line in lines if isinstance(line, str)] if isinstance(lines, list) else []


def _effect(preview: Mapping[str, Json], text: Texts) -> list[tuple[str, str]]:
    """Vacancy now and after publishing; empty for other data."""
    units = preview.get("units")
    if not isinstance(units, dict):
        return []
    return [
        (text(f"entry.{when}"), _counted(units.get(when), text)) for when in ("before", "after")
    ]


def _counted(units: Json, text: Texts) -> str:
    if not isinstance(units, dict):
        return text("entry.no_survey")
    counts = {word: n for word in STATUSES if isinstance(n := units.get(word, 0), int)}
    known, unknown = counts["vacant"] + counts["in_use"], counts["unknown"]
    sentences = [text.counted("entry.unknown", unknown, count=unknown)] if unknown else []
    if known:
        sentences.insert(
            0, text.counted("entry.vacant", known, vacant=counts["vacant"], count=known)
        )
    return " ".join(sentences)


def _mend(trial: FileTrial, known: Mapping[str, Json], context: Context) -> None:
    """Draw a list per field of the file, and per word that was not understood."""
    answer, text = trial.answer, context.text
    words = answer.line("preview").get("words")
    asked = [word for word in words if word] if isinstance(words, dict) else []
    with st.expander(text("entry.mend"), expanded=_is_mendable(answer), key="entry_mend"):
        table = subjects.choose(known, context)
        surveyed = _day(context)
        chosen_words = {
            word: status
            for at, word in enumerate(asked)
            if (status := _status(f"entry_mend_word_{at}", text("entry.word", word=word), context))
        }
        status = (
            _status("entry_mend_status", text("entry.status"), context)
            if "status" in _fields(known)
            else None
        )
        decimal = _decimal(context)
        page_frame.show(render("entry.note", sentence=text("entry.mend_intro")))
        chosen = _chosen_columns(known, context)
        earlier = trial.mending.words if trial.mending else {}
        mending = Mending(
            chosen,
            {**earlier, **chosen_words},
            status,
            surveyed,
            decimal,
            table.subjects,
            table.rows,
        )
        st.button(
            text("entry.try_again"),
            key="w_entry_again",
            type="primary",
            disabled=not (chosen and table.whole),
            on_click=visitor.enter,
            args=(_MENDED, (trial.upload, mending)),
        )


def _fields(known: Mapping[str, Json]) -> Mapping[str, Json]:
    fields = known.get("fields")
    return fields if isinstance(fields, dict) else {}


def _chosen_columns(known: Mapping[str, Json], context: Context) -> Mapping[str, str]:
    """Draw a list of headings per field; the chosen ones by field."""
    text, selection = context.text, context.selection
    lang = "nl" if text.lang == "nl" else "en"
    guessed = known.get("columns")
    columns = guessed if isinstance(guessed, dict) else {}
    options = {heading: heading for heading in _texts(known.get("headings"))}
    chosen: dict[str, str] = {}
    with st.container(key="entry_columns"):
        for field, label in _fields(known).items():
            heading, name = columns.get(field), f"entry_mend_column_{field}"
            bound = visitor.entry(name, heading if isinstance(heading, str) else None)
            title = _in(label, lang)
            title = title[:1].upper() + title[1:]
            controls.maybe(name, title, options, bound, selection, text("entry.no_column"))
            if (taken := bound.get(selection)) in options and taken is not None:
                chosen[field] = taken
    return chosen


def _status(name: str, label: str, context: Context) -> str | None:
    text, bound = context.text, visitor.entry(name, _UNASKED)
    options = {_UNASKED: text("entry.unasked")} | {
        status: text(f"entry.status_{status}") for status in STATUSES
    }
    controls.choice(name, label, options, bound, context.selection)
    chosen = bound.get(context.selection)
    return None if chosen == _UNASKED else chosen


def _decimal(context: Context) -> str | None:
    text, bound = context.text, visitor.entry("entry_mend_decimal", _UNASKED)
    options = {
        _UNASKED: text("entry.unasked"),
        ",": text("entry.decimal_comma"),
        ".": text("entry.decimal_point"),
    }
    controls.choice("entry_mend_decimal", text("entry.decimal"), options, bound, context.selection)
    chosen = bound.get(context.selection)
    return None if chosen == _UNASKED else chosen


def _day(context: Context) -> date | None:
    """The day of the whole file, typed as 31-12-2024 or 2024-12-31."""
    text, bound = context.text, visitor.entry("entry_mend_day", "")
    typed = controls.line(
        "entry_mend_day",
        text("entry.day"),
        bound,
        context.selection,
        longest=10,
        empty=text("entry.day_example"),
    )
    day = _read_day(typed)
    if typed and day is None:
        page_frame.show(render("entry.wrong", sentence=text("entry.day_wrong")))
    return day


def _read_day(typed: str) -> date | None:
    parts = typed.strip().replace("/", "-").split("-")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return None
    ordered = parts if len(parts[0]) == 4 else parts[::-1]
    try:
        return date(*map(int, ordered))
    except ValueError:
        return None
