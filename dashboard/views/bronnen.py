"""Where every figure comes from, what is unknown and how to fill it in, and the rules
of the house.
"""

from collections import Counter

from dashboard import tables, theme, visit
from dashboard.markup import node
from dashboard.panels import colophon, frame, picture, take

facts = tables.facts()
here = visit.begin(facts)
text = here.text

frame.head(text("sources.title"), here)
counts = Counter(row.source_id for row in facts.observations)
frame.show(
    node("p", text("sources.intro")),
    colophon.sources(facts, counts, text),
    take.tables(facts, text),
    colophon.sections(text),
    node("h2", text("sources.snapshot")),
    node(
        "p",
        text(
            "sources.snapshot_text",
            version=facts.version,
            consulted=theme.day(facts.consulted, text.lang),
        ),
    ),
)
with frame.tools():
    picture.button(here.selection, ("bronnen",), text)
    frame.share(here.selection, "bronnen", text)
frame.source_note((), facts, text)
visit.keep(here.selection)
