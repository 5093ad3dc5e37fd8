"""The sources of all figures, what is unknown and how to supply it, and the rules for data."""

from dataclasses import replace

import streamlit as st

from dashboard.panels import controls, downloads, page_frame, source_list, tools
from dashboard.selection import permalink
from dashboard.session import cache, visitor
from dashboard.style import theme
from dashboard.style.html import door, node

ORDER = 80
TITLE = {"nl": "Bronnen", "en": "Sources", "de": "Quellen"}

context = visitor.load(cache.facts())
facts, text = context.facts, context.text

page_frame.head(context, text("sources.title"))
every = replace(
    context, selection=replace(context.selection, place=permalink.REGION, theme=permalink.ALL)
)
tools.fill(
    page_frame.tools(),
    "bronnen",
    context,
    picture=(context, ("bronnen",)),
    data=(every, ("observations",)),
)
page_frame.show(node("p", text("sources.intro")), source_list.supply(facts, text))
left, _ = st.columns([2.6, 4])
with left:
    typed = controls.line(
        "zoek_bron",
        text("search.label"),
        visitor.entry("zoek_bron", ""),
        context.selection,
        longest=100,
        empty=text("sources.search_hint"),
    )
page_frame.show(
    source_list.sources(facts, text, typed=typed),
    downloads.tables(facts, text),
    source_list.sections(text),
    node("h2", text("sources.snapshot")),
    node(
        "p",
        text(
            "sources.snapshot_text",
            version=facts.version,
            consulted=theme.day(facts.consulted, text.lang),
        ),
        " ",
        door(text("news.title"), permalink.address(context.selection, "nieuw")),
        ".",
    ),
)
page_frame.source_note((), facts, text)
visitor.keep(context.selection)
