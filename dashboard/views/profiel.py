"""A city's profile: strong and weak sides, changes, measures, similar places and the index."""

from dataclasses import replace

import streamlit as st

from dashboard.analysis import vitality
from dashboard.analysis.ranking import InsufficientCoverage, reach
from dashboard.panels import filters, index, page_frame, picture_dialog, profile, tools
from dashboard.selection import permalink, views
from dashboard.sentences import centre
from dashboard.session import cache, visitor
from dashboard.style.html import door, node

ORDER = 60
TITLE = {"nl": "Profiel", "en": "Profile", "de": "Profil"}

context = visitor.load(cache.facts())
facts, text, selection = context.facts, context.text, context.selection
vital = cache.vitality()
place = None if selection.whole_region else facts.places[selection.place]

page_frame.head(
    context,
    text("profile.title")
    if place is None
    else text("profile.title_place", place=place.names[text.lang]),
)
every = replace(context, selection=replace(selection, theme=permalink.ALL))
tools.fill(
    page_frame.tools(),
    "profiel",
    context,
    picture=(context, ("leegstand", "kaart", "cijfers")),
    data=(every, ("observations",)),
)
left, _ = st.columns([1.4, 5.8])
with left:
    filters.place(context)

if place is None:
    page_frame.show(
        node("p", text("profile.intro")),
        profile.profiles(context, vital),
        profile.supply(context, text("unknown.how")),
    )
else:
    finding = centre.words(facts, place, vital, text).finding
    picture = door(views.title("centrum", text.lang), permalink.address(selection, "centrum"))
    page_frame.show(
        node("p", f"{finding} ", picture, class_="lead"),
        node("h2", text("profile.own_title", place=place.names[text.lang])),
        profile.own_profile(context, place),
        node("h2", text("profile.side_title")),
        profile.sides(place, vital, text),
        node("h2", text("profile.changed_title")),
        profile.changed(
            place,
            vital,
            text,
            published=profile.published(facts, place, text),
            goals=profile.goals(facts, place, text),
        ),
    )
page_frame.show(
    node("h2", text("profile.measures")),
    node("p", text("profile.measures_intro")),
    profile.measures(context, place, vital),
)
if place is not None:
    page_frame.show(
        node("h2", text("profile.alike_title")), profile.alike(place, vital, facts, text)
    )

page_frame.show(node("h2", text("index.title")), node("p", text("index.intro")))
shortage = index.shortage(vital)
if shortage is not None:
    page_frame.show(index.too_little(context, shortage, vital))
else:
    index.controls(context, vital)
    counted = index.counted(selection, vital)
    if weights := index.weights(selection, counted):
        result = cache.ranking(weights, centre_only=index.centre_only(selection))
        page_frame.show(
            index.too_little(context, result, counted)
            if isinstance(result, InsufficientCoverage)
            else index.result(result, facts, vital, text),
            node("h3", text("index.origins")),
            index.origins(text),
        )
    elif selection.weights and isinstance(lacking := reach(counted), InsufficientCoverage):
        page_frame.show(index.too_little(context, lacking, counted))

if place is not None:
    page_frame.show(picture_dialog.documents(context, place.names[text.lang]))
used = {
    reading.row_id
    for (where, _), reading in vital.readings.items()
    if place is None or where == place.place_id
}
shown = facts.centres if place is None else (place,)
cited = vitality.character if place is None else vitality.cited
used |= {row.observation_id for centre in shown for row in cited(facts, centre)}
known = profile.surveys(facts)
page_frame.source_note(
    [
        *(row for row in facts.observations if row.observation_id in used),
        *(known[row_id] for row_id in used & known.keys()),
    ],
    facts,
    text,
)
visitor.keep(selection)
