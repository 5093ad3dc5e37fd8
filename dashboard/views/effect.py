"""Whether the pilot helped: the answer, what is known of each step, and what to measure now."""

from dataclasses import replace

import streamlit as st

from dashboard.analysis import actor_network, pilot
from dashboard.panels import filters, page_frame, tools
from dashboard.panels.initiatives import actors, chain, effect
from dashboard.panels.initiatives import pilot as pilot_panel
from dashboard.panels.responsive_drawing import drawings
from dashboard.selection import permalink
from dashboard.sentences import effect as sentences_effect
from dashboard.session import cache, visitor
from dashboard.style.html import door, node

ORDER = 55
TITLE = {"nl": "Effect", "en": "Effect", "de": "Wirkung"}

context = visitor.load(cache.facts())
facts, text, selection = context.facts, context.text, context.selection
kinds = selection.types
measured = cache.evidence(None if selection.whole_region else selection.place, kinds)
narrowed = bool(cache.evidence(None, permalink.TYPES)) and len(kinds) < len(permalink.TYPES)

page_frame.head(context, chain.question(facts, text))
every = replace(context, selection=replace(selection, theme="pilot"))
tools.fill(
    page_frame.tools(),
    "effect",
    context,
    picture=(context, ("kaart",)),
    data=(every, ("initiatieven", "observations")),
)
left, _ = st.columns([1.4, 5.8])
with left:
    filters.place(context)
page_frame.show(
    node("p", effect.answer(measured, facts, text), class_="lead"),
    chain.marks(context),
    node("h2", text("chain.drawing_title")),
    chain.drawing(context, measured),
    node("h2", text("verdict.title"), id="effect"),
    *(
        (node("p", sentences_effect.kinds(kinds, bool(measured), text), class_="quiet"),)
        if narrowed
        else ()
    ),
    *(() if measured or narrowed else (effect.card(cache.standstill(), text),)),
    *(effect.analysis(evidence, facts, text) for evidence in measured),
)
for evidence in measured:
    drawings(f"effect_{evidence.place_id}", effect.drawn(evidence, text))
page_frame.show(
    node("h2", text("chain.calendar_title")),
    chain.calendar(text),
    None
    if facts.example
    else node("p", door(text("chain.try_example"), permalink.example("effect", text.lang))),
    *(
        (node("h2", text("chain.lessons_title")), lessons)
        if (lessons := chain.lessons(facts, text)) is not None
        else ()
    ),
    node("h2", text("ways.title"), id="manieren"),
    node("p", text("ways.intro" if pilot.figures_shown(facts) else "ways.intro_other")),
    actors.ways(actor_network.parts(facts, facts.initiatives), facts, text),
    *pilot_panel.story(context),
)
page_frame.source_note(
    [
        *dict.fromkeys(row.source_id for row in facts.initiatives),
        *pilot.figures_shown(facts),
    ],
    facts,
    text,
)
visitor.keep(selection)
