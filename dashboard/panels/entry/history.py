"""What was brought and taken out again, when and by whom, and the way back."""

from datetime import UTC

import streamlit as st

from dashboard.i18n.text import Texts
from dashboard.panels import controls, page_frame
from dashboard.panels.entry.publishing import wrong_reason
from dashboard.selection.context import Context
from dashboard.session import access, data_entry, visitor
from dashboard.session.data_entry import KINDS
from dashboard.session.etl_process import CommandResult
from dashboard.style import theme
from dashboard.style.html import Markup
from dashboard.style.templates import render
from data.snapshot.changelog import ChangelogEntry

MOST_ROWS = 30
_OUTCOME = "entry_outcome"


def show(context: Context) -> None:
    """Draw the changes, the newest first, and what an editor may undo."""
    text, changes = context.text, data_entry.history()
    page_frame.show(render("entry.step", title=text("entry.history")))
    outcome: str | None = visitor.entered(_OUTCOME, None)
    if outcome is not None:
        visitor.leave(_OUTCOME)
        page_frame.show(render("entry.done", sentence=outcome, links=()))
    if not changes:
        page_frame.show(render("entry.note", sentence=text("entry.no_history")))
        return
    page_frame.show(_table(changes[:MOST_ROWS], context))
    _undo(changes, context)


def _table(changes: tuple[ChangelogEntry, ...], context: Context) -> Markup:
    text = context.text
    columns = ("when", "what", "by", "why")
    return render(
        "entry.history",
        headings=[text(f"entry.column_{name}") for name in columns],
        rows=[
            (
                _moment(entry, text),
                _what(entry, context),
                _by(entry, text),
                entry.reason or text("entry.no_reason"),
            )
            for entry in changes
        ],
    )


def _moment(entry: ChangelogEntry, text: Texts) -> str:
    moment = entry.time.astimezone(UTC)
    day = theme.day(moment.date(), text.lang)
    return text("news.moment", day=day, time=f"{moment:%H:%M}")


def _what(entry: ChangelogEntry, context: Context) -> str:
    text = context.text
    if entry.what == "rollback":
        return text("entry.did_rollback")
    kind = _kind(entry, text)
    known = context.facts.places.get(entry.place_id or "")
    place = known.names[text.lang] if known else entry.place_id or text("entry.every_place")
    gaps = {"kind": kind, "place": place}
    if entry.what == "import" and entry.rows is not None:
        count = theme.number(entry.rows, text.lang)
        return text.counted("entry.did_import", entry.rows, count=count, **gaps)
    return text(f"entry.did_{'import_file' if entry.what == 'import' else entry.what}", **gaps)


def _kind(entry: ChangelogEntry, text: Texts) -> str:
    return (
        text(f"entry.kind_{entry.source_id}") if entry.source_id in KINDS else entry.source_id or ""
    )


def _by(entry: ChangelogEntry, text: Texts) -> str:
    """Whom the changelog names: a role, what the provider signs with, or nobody."""
    if entry.by is None:
        return text("entry.by_nobody")
    return text(f"login.role_{entry.by}") if entry.by in access.RANKS else entry.by


def _undo(changes: tuple[ChangelogEntry, ...], context: Context) -> None:
    """Draw the choice of a file to take out again, and for an administrator the way back."""
    text, selection = context.text, context.selection
    current = data_entry.imported(changes)
    with st.expander(text("entry.undo"), key="entry_undo"):
        if current:
            options = {
                at: f"{_what(entry, context)}, {_moment(entry, text)}"
                for at, entry in enumerate(current)
            }
            bound = visitor.entry("entry_undo_which", 0)
            if bound.get(selection) not in options:
                visitor.enter("entry_undo_which", 0)
            controls.choice("entry_undo_which", text("entry.undo_which"), options, bound, selection)
        why = visitor.entry("entry_undo_why", "")
        typed = controls.line(
            "entry_undo_why",
            text("entry.undo_reason"),
            why,
            selection,
            longest=data_entry.LONGEST_REASON,
        )
        if current and st.button(text("entry.withdraw"), key="w_entry_withdraw"):
            entry = current[bound.get(selection)]
            if _may_go_on(typed, text):
                with st.spinner(text("entry.publishing")):
                    answer = data_entry.withdraw(entry, typed.strip(), text.lang)
                _say(answer, text("entry.withdrawn"), text)
        if access.may("administrator"):
            page_frame.show(render("entry.note", sentence=text("entry.rollback_help")))
            if st.button(text("entry.rollback"), key="w_entry_rollback") and _may_go_on(
                typed, text
            ):
                with st.spinner(text("entry.publishing")):
                    answer = data_entry.roll_back(typed.strip(), text.lang)
                _say(answer, text("entry.rolled_back"), text)


def _may_go_on(typed: str, text: Texts) -> bool:
    wrong = wrong_reason(typed, text)
    if wrong:
        page_frame.show(render("entry.wrong", sentence=wrong))
    return not wrong


def _say(answer: CommandResult, done: str, text: Texts) -> None:
    """Say how it ended; after a change the whole page is drawn again."""
    if answer.outcome == "done":
        visitor.leave("entry_undo")
        visitor.enter(_OUTCOME, done)
        st.rerun()
    problem = answer.line("problem")
    own = problem.get(text.lang, problem.get("en", answer.message))
    sentence = own if isinstance(own, str) and own else text(f"entry.{answer.outcome}")
    page_frame.show(render("entry.wrong", sentence=sentence))
