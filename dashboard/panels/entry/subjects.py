"""What the columns of a table of CBS count, and which of its rows are read, chosen from lists."""

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
_LONGEST_UNIT = 40
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
    labels = {heading: _text(about, "label") or heading for heading, about in subjects.items()}
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
    chosen: dict[str, Mapping[str, str]] = {}
    for at, (heading, about) in enumerate(subjects.items()):
        if heading in bound.get(selection):
            means = _meaning(at, labels[heading], meanings, context)
            unit = _text(about, "unit") or _unit(at, labels[heading], context)
            chosen[heading] = {
                **means,
                **({"label": labels[heading]} if _THEME in means else {}),
                **({} if _text(about, "unit") else {"unit": unit}),
            }
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


def _meaning(
    at: int, label: str, meanings: Mapping[str, str], context: Context
) -> Mapping[str, str]:
    name = f"entry_mend_subject_{at}"
    bound = visitor.entry(name, _UNASKED)
    question = context.text("entry.subject", subject=label)
    controls.choice(name, question, meanings, bound, context.selection)
    kind, _, meant = bound.get(context.selection).partition(":")
    return {kind: meant} if meant else {}


def _unit(at: int, label: str, context: Context) -> str:
    name, text = f"entry_mend_unit_{at}", context.text
    return controls.line(
        name,
        text("entry.unit", subject=label),
        visitor.entry(name, ""),
        context.selection,
        longest=_LONGEST_UNIT,
        empty=text("entry.unit_example"),
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
    return bool(meaning.keys() & {_THEME, _INDICATOR}) and meaning.get("unit") != ""


def _text(about: Json, name: str) -> str:
    value = about.get(name) if isinstance(about, dict) else None
    return value if isinstance(value, str) else ""
