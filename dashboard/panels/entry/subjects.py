"""What the columns of a table of CBS count, and which of its rows are read, chosen from lists."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from dashboard.panels import controls, page_frame
from dashboard.selection.context import Context
from dashboard.session import visitor
from dashboard.style.templates import render
from data.manifest import Json
from data.schema.vocabulary import THEMES

MOST_SUBJECTS = 10
_UNASKED, _THEME, _INDICATOR = "vraag", "theme", "indicator"
_LONGEST = 80
# Figures of other tables of CBS: a table that is read without those does not know their names.
_OF_CBS = "cbs_"


@dataclass(frozen=True, slots=True)
class TableChoice:
    """What each chosen subject counts and which cell its rows hold; `whole`: nothing is open."""

    subjects: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rows: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True


def choose(listed: Mapping[str, Json], context: Context) -> TableChoice:
    """Draw the subjects of a table, and per chosen one what it is; empty for another file."""
    subjects, slices = listed.get("subjects"), listed.get("slices")
    if not isinstance(subjects, dict) or not isinstance(slices, dict):
        return TableChoice()
    text, selection = context.text, context.selection
    named = {heading: _text(about, "label") for heading, about in subjects.items()}
    counted = Counter(named.values())
    labels = {
        heading: name if name and counted[name] == 1 else heading for heading, name in named.items()
    }
    bound: visitor.Binding[tuple[str, ...]] = visitor.entry("entry_mend_subjects", ())
    controls.listed(
        "entry_mend_subjects",
        text("entry.subjects"),
        labels,
        bound,
        selection,
        text("entry.subjects_choose"),
        most=MOST_SUBJECTS,
    )
    meanings = _meanings(context)
    chosen: dict[str, dict[str, str]] = {}
    for at, (heading, about) in enumerate(subjects.items()):
        if heading in bound.get(selection):
            label = labels[heading]
            chosen[heading] = _meaning(at, label, meanings, context)
            if _THEME in chosen[heading]:
                question = text("entry.subject_name", subject=label)
                chosen[heading]["label"] = _typed(
                    f"entry_mend_label_{at}", question, label, context
                )
            if not _text(about, "unit"):
                question = text("entry.unit", subject=label)
                chosen[heading]["unit"] = _typed(f"entry_mend_unit_{at}", question, "", context)
    rows = {
        heading: cell
        for at, (heading, cells) in enumerate(slices.items())
        if (cell := _row(at, heading, cells, context))
    }
    described = all(_is_described(meaning) for meaning in chosen.values())
    whole = bool(chosen) and described and rows.keys() == slices.keys()
    if not whole:
        page_frame.show(render("entry.note", sentence=text("entry.subjects_open")))
    return TableChoice(chosen, rows, whole)


def _meanings(context: Context) -> dict[str, str]:
    """A new figure of each theme, and each figure that is known."""
    text = context.text
    new = {
        f"{_THEME}:{theme}": text("entry.subject_new", theme=text(f"theme.{theme}"))
        for theme in THEMES
    }
    known = {
        f"{_INDICATOR}:{name}": text("entry.subject_known", figure=label.labels[text.lang])
        for name, label in context.facts.indicators.items()
        if not name.startswith(_OF_CBS)
    }
    return {_UNASKED: text("entry.unasked"), **new, **known}


def _meaning(at: int, label: str, meanings: Mapping[str, str], context: Context) -> dict[str, str]:
    name = f"entry_mend_subject_{at}"
    bound = visitor.entry(name, _UNASKED)
    question = context.text("entry.subject", subject=label)
    controls.choice(name, question, meanings, bound, context.selection)
    kind, _, meant = bound.get(context.selection).partition(":")
    return {kind: meant} if meant else {}


def _typed(name: str, question: str, first: str, context: Context) -> str:
    return controls.line(
        name,
        question,
        visitor.entry(name, first),
        context.selection,
        longest=_LONGEST,
        empty=context.text("entry.unit_example"),
    ).strip()


def _row(at: int, heading: str, cells: Json, context: Context) -> str | None:
    name, text = f"entry_mend_row_{at}", context.text
    listed = cells if isinstance(cells, list) else []
    options = {cell: cell for cell in listed if isinstance(cell, str)}
    bound: visitor.Binding[str | None] = visitor.entry(name, None)
    question = text("entry.row", column=heading)
    controls.maybe(name, question, options, bound, context.selection, text("entry.unasked"))
    return bound.get(context.selection)


def _is_described(meaning: Mapping[str, str]) -> bool:
    return bool(meaning.keys() & {_THEME, _INDICATOR}) and all(meaning.values())


def _text(about: Json, name: str) -> str:
    value = about.get(name) if isinstance(about, dict) else None
    return value if isinstance(value, str) else ""
