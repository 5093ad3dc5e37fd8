"""What changed between versions of the data, in sentences."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from dashboard.analysis.news import AMOUNT, KINDS, FigureChange, Revision
from dashboard.facts.snapshot import Facts
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.sentences import citation, region_names
from dashboard.style import theme
from dashboard.style.html import Markup, door, node, outward


def title(context: Context) -> str:
    """The title of the news of the chosen place, or of the region."""
    if context.selection.whole_region:
        return context.text("news.title")
    return context.text("news.title_place", place=region_names.selected(context))


def counts(changes: Sequence[FigureChange], text: Texts) -> str:
    """`3 nieuwe cijfers en 1 vervallen cijfer`."""
    number = Counter(change.kind for change in changes)
    parts = [
        text.counted(f"news.count_{kind}", number[kind], count=number[kind])
        for kind in KINDS
        if number[kind]
    ]
    return listed(parts, text)


def sentence(change: FigureChange, revision: Revision, text: Texts) -> str:
    """What a figure says now and said before; of a withdrawn one only what it was about."""
    facts = revision.facts_of(change)
    about = {
        "what": citation.what(change.row, facts, text),
        "area": citation.area(change.row, facts, text),
        "period": citation.period(change.row, text),
    }
    value = citation.value(change.row, facts, text)
    if change.earlier is None:
        return text(f"news.line_{change.kind}", **about, value=value)
    earlier = citation.value(change.earlier, revision.before, text)
    # What the written values show is not named again.
    unseen = [name for name in change.fields if earlier == value or name not in AMOUNT]
    parts = listed(list(dict.fromkeys(text(f"news.part_{name}") for name in unseen)), text)
    if earlier == value:
        return text("news.line_restated", **about, value=value, parts=parts)
    line = text("news.line_changed", **about, value=value, earlier=earlier)
    return f"{line} {text('news.also', parts=parts)}" if parts else line


def source(change: FigureChange, revision: Revision, text: Texts) -> str:
    """Who published the figure, when, and the day it was read."""
    row, facts = change.row, revision.facts_of(change)
    return text(
        "news.source",
        publisher=citation.publisher_name(row.source_id, facts, text),
        date=citation.published(row.source_date, facts, text),
        retrieved=theme.day(row.retrieved, text.lang),
    )


def linked(
    change: FigureChange, revision: Revision, context: Context, base: str = ""
) -> tuple[Markup, Markup]:
    """The sentence and its source: a figure links to where it is shown, a withdrawn one to its
    source.

    `base` is the public address without trailing slash where the links must be whole.
    """
    text = context.text
    line, cited = sentence(change, revision, text), source(change, revision, text)
    if change.kind == "withdrawn":
        return node("span", line), outward(cited, change.row.source_url)
    shown = permalink.choose(context.selection, f"cijfer:{change.row.observation_id}")
    address = permalink.address(shown, "cijfers", base, only=("plaats", "keuze", "taal"))
    return outward(line, address) if base else door(line, address), node("span", cited)


def compared(revision: Revision, text: Texts) -> str:
    """When both versions were published."""
    return text(
        "news.compared",
        moment=_moment(revision.published, text),
        before=_moment(revision.published_before, text),
    )


def since(revisions: Sequence[Revision], facts: Facts, text: Texts) -> str:
    """How far back the comparison goes; without an earlier version, how old the data are."""
    if revisions:
        return text("news.since", moment=_moment(revisions[-1].published_before, text))
    return text("news.first", consulted=theme.day(facts.consulted, text.lang))


def _moment(published: datetime, text: Texts) -> str:
    moment = published.astimezone(UTC)
    return text("news.moment", day=theme.day(moment.date(), text.lang), time=f"{moment:%H:%M}")
