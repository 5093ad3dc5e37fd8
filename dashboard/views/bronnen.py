"""The sources of all figures, what is unknown and how to supply it, and the rules for data."""

from collections import Counter

from dashboard.panels import downloads, page_frame, picture_dialog, source_list
from dashboard.selection import permalink
from dashboard.session import cache, visitor
from dashboard.style import theme
from dashboard.style.html import door, node

ORDER = 80
TITLE = {"nl": "Bronnen", "en": "Sources", "de": "Quellen"}

context = visitor.load(cache.facts())
facts, text = context.facts, context.text

page_frame.head(context, text("sources.title"))
counts = Counter(row.source_id for row in facts.observations)
page_frame.show(
    node("p", text("sources.intro")),
    source_list.sources(facts, counts, text),
    downloads.tables(facts, text),
    source_list.sections(facts, text),
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
with page_frame.tools():
    picture_dialog.button(context, ("bronnen",))
    page_frame.share(context, "bronnen")
page_frame.source_note((), facts, text)
visitor.keep(context.selection)
