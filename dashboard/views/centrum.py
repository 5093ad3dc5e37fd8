"""One centre at a glance: its finding, four figures beside other towns, and the edge."""

from dataclasses import replace

import streamlit as st

from dashboard.panels import centre, filters, page_frame, picture_dialog, tools
from dashboard.selection import permalink
from dashboard.sentences.centre import words
from dashboard.session import cache, visitor

ORDER = 15
TITLE = {"nl": "Centrum", "en": "Centre", "de": "Zentrum"}

context = visitor.load(cache.facts())
facts, text, selection = context.facts, context.text, context.selection
vital = cache.vitality()
place = None if selection.whole_region else facts.places[selection.place]

page_frame.head(
    context,
    text("centre.title_region")
    if place is None
    else text("centre.title", place=place.names[text.lang]),
)
every = replace(context, selection=replace(selection, theme=permalink.ALL))
tools.fill(
    page_frame.tools(),
    "centrum",
    context,
    picture=(context, ("centrum", "leegstand", "kaart", "cijfers")),
    data=(every, ("observations",)),
)
left, _ = st.columns([1.4, 5.8])
with left:
    filters.place(context)

if place is None:
    pages = [words(facts, town, vital, text) for town in facts.centres]
    page_frame.show(centre.centres(context, pages))
    rows = tuple(row for page in pages for row in page.rows)
else:
    sentences = words(facts, place, vital, text)
    page_frame.show(centre.page(context, sentences), centre.doors(context, place))
    page_frame.show(picture_dialog.documents(context, place.names[text.lang]))
    rows = sentences.rows
page_frame.source_note(rows, facts, text)
visitor.keep(selection)
