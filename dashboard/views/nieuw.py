"""What changed in the data since earlier versions, per place."""

import streamlit as st

from dashboard.panels import filters, news, page_frame
from dashboard.sentences import news as sentences_news
from dashboard.sentences import region_names
from dashboard.session import cache, visitor
from dashboard.style.html import node

ORDER = 75
TITLE = {"nl": "Nieuw", "en": "What is new", "de": "Neues"}

context = visitor.load(cache.facts())
facts, text, selection = context.facts, context.text, context.selection
revisions = cache.revisions()

page_frame.head(context, sentences_news.title(context))
with page_frame.tools():
    page_frame.share(context, "nieuw")
left, _ = st.columns([1.4, 5.8])
with left:
    filters.place(context, region_names.whole(facts, text))
page_frame.show(
    *(
        [news.revision(revision, context) for revision in revisions]
        + [node("p", sentences_news.since(revisions, facts, text), class_="quiet")]
        if revisions
        else [news.beginning(context)]
    ),
    node("p", text("news.meaning"), class_="quiet"),
    news.follow(context),
)
page_frame.source_note(
    [
        change.row.source_id
        for revision in revisions
        for change in revision.about(None if selection.whole_region else selection.place)
        if change.kind != "withdrawn"
    ],
    facts,
    text,
)
visitor.keep(selection)
