"""What changed between versions of the data, on the page."""

from datetime import UTC

from dashboard.analysis.news import KINDS, Revision
from dashboard.exports import news_feed
from dashboard.panels import figures
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.sentences import news, region_names
from dashboard.style import theme
from dashboard.style.html import Markup, door, node
from dashboard.style.templates import render

MOST_ROWS = 8
"""Figures of a kind that stand open; the others are folded."""


def revision(compared: Revision, context: Context) -> Markup:
    """A version with its new, changed and withdrawn figures about the chosen place."""
    text, selection = context.text, context.selection
    changes = compared.about(None if selection.whole_region else selection.place)
    groups = []
    for kind in KINDS:
        rows = [news.linked(change, compared, context) for change in changes if change.kind == kind]
        if rows:
            folded = len(rows) - MOST_ROWS
            more = text.counted("news.more", folded, count=folded)
            groups.append((text(f"news.kind_{kind}"), rows[:MOST_ROWS], more, rows[MOST_ROWS:]))
    return render(
        "news.revision",
        day=theme.day(compared.published.astimezone(UTC).date(), text.lang),
        compared=news.compared(compared, text),
        counts=f"{news.counts(changes, text)}."
        if changes
        else text("news.nothing", place=region_names.selected(context)),
        groups=groups,
    )


def beginning(context: Context) -> Markup:
    """What stands here while no earlier version is kept: how old the data are, and how many."""
    text, selection = context.text, context.selection
    count = sum(
        figures.is_number(row) and selection.covers(row.place_id)
        for row in context.facts.observations
    )
    all_figures = permalink.address(selection, "cijfers", only=("plaats", "taal"))
    link = text.counted("news.first_count", count, count=count)
    return node(
        "section",
        node("p", news.since((), context.facts, text)),
        node("p", door(link, all_figures)),
        node("p", text("news.later"), class_="quiet"),
    )


def follow(context: Context) -> Markup:
    """The link to the feed of the chosen place."""
    text = context.text
    place = region_names.selected(context)
    return node(
        "p",
        door(text("news.follow", place=place), news_feed.address(context.selection)),
        ". ",
        node("span", text("news.follow_help"), class_="quiet"),
    )
