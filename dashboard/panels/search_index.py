"""Everything that a visitor may look for by name, as a file that the browser searches."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace

from dashboard.component import assets
from dashboard.facts.records import Observation
from dashboard.i18n import glossary
from dashboard.maps.layers import edge_retail, initiatives, streets
from dashboard.panels import figures
from dashboard.selection import permalink, views
from dashboard.selection.context import Context
from dashboard.sentences import citation, region_names

# The kind of an entry, in the order in which equally good ones are listed; a key under `lookup`.
KINDS = (
    "view",
    "place",
    "theme",
    "street",
    "initiative",
    "actor",
    "site",
    "figure",
    "source",
    "term",
)
Entry = tuple[int, str, str, str]
"""The number of the kind, the name, what distinguishes it from its namesakes, and the address."""


def address(context: Context) -> str:
    """Publish the index of a snapshot in one language; its address, relative to the page's base."""
    text = context.text
    content = json.dumps(
        {
            "label": text("lookup.label"),
            "hint": text("lookup.hint_country" if context.facts.country else "lookup.hint"),
            "nothing": text("lookup.none"),
            "kinds": [text(f"lookup.{kind}") for kind in KINDS],
            "entries": list(entries(context)),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    name = f"{hashlib.sha256(content).hexdigest()}.json"
    assets.publish({name: content})
    return f"map/{name}"


def entries(context: Context) -> Iterator[Entry]:
    """Each thing with a name, once per place that it belongs to."""
    for kind, items in enumerate(
        (
            _views,
            _places,
            _themes,
            _streets,
            _initiatives,
            _actors,
            _sites,
            _figures,
            _sources,
            _terms,
        )
    ):
        for name, detail, link in items(context):
            yield kind, name, detail, link


Names = Iterator[tuple[str, str, str]]


def _views(context: Context) -> Names:
    text, place = context.text, region_names.whole(context.facts, context.text)
    for view in views.by_id():
        about = views.about(view, place, text) or ""
        yield views.title(view, text.lang), about, _link(context, view)


def _places(context: Context) -> Names:
    for place in context.facts.centres:
        here = permalink.at_place(context.selection, place.place_id)
        yield place.names[context.text.lang], "", _link(context, "centrum", here, "plaats")


def _themes(context: Context) -> Names:
    facts, text = context.facts, context.text
    known = {facts.indicators[row.indicator].theme for row in facts.listed_observations}
    for theme in permalink.FIGURE_THEMES:
        if theme in known:
            link = _link(context, "cijfers", replace(context.selection, theme=theme), "thema")
            yield text(f"theme.{theme}"), text("figures.title"), link


def _streets(context: Context) -> Names:
    facts, text = context.facts, context.text
    surveyed = {key: town for town in facts.listed_towns for key in town.streets}
    for key in dict.fromkeys((*facts.streets, *surveyed)):
        if key in surveyed:
            town = surveyed[key]
            place_id, name = town.place_id, town.streets[key].name
            here = permalink.at_place(context.selection, place_id)
            link = _chosen(context, "straten", f"{streets.ID}:{key}", here)
        else:
            place_id, name = facts.streets[key]
            here = permalink.at_place(context.selection, place_id)
            link = _link(context, "kaart", replace(here, streets=(key,)), "plaats", "straat")
        yield name, facts.places[place_id].names[text.lang], link


def _initiatives(context: Context) -> Names:
    facts, text = context.facts, context.text
    for row in facts.initiatives:
        here = permalink.at_place(context.selection, row.place_id)
        link = _chosen(context, "kaart", f"{initiatives.ID}:{row.initiative_id}", here)
        yield row.name, facts.places[row.place_id].names[text.lang], link


def _actors(context: Context) -> Names:
    for actor_id, name in context.facts.actors.items():
        only = replace(context.selection, actors=(actor_id,))
        yield name, "", _link(context, "initiatieven", only, "actor")


def _sites(context: Context) -> Names:
    for site in edge_retail.sites(context.facts):
        key = f"{edge_retail.ID}:{site.place_id}"
        link = _chosen(context, "kaart", key, context.selection)
        yield site.names[context.text.lang], "", link


def _figures(context: Context) -> Names:
    facts, text = context.facts, context.text
    newest: dict[tuple[str, str], Observation] = {}
    for row in facts.listed_observations:
        key = row.indicator, citation.area(row, facts, text)
        if key not in newest or (row.year or 0) > (newest[key].year or 0):
            newest[key] = row
    for (_, area), row in newest.items():
        value, period = citation.value(row, facts, text), citation.period(row, text)
        link = figures.address(row.observation_id, context.selection, only=("keuze", "taal"))
        detail = value if period in value else f"{value}, {period}"
        yield f"{citation.what(row, facts, text)}, {area}", detail, link


def _sources(context: Context) -> Names:
    facts, text = context.facts, context.text
    for record in facts.manifest.sources:
        if record.sharing == "internal" and facts.beyond:
            continue
        yield citation.source_name(record, facts, text), "", _link(context, "bronnen")


def _terms(context: Context) -> Names:
    for term in glossary.terms(context.text):
        yield term["name"], term["means"], _link(context, "bronnen")


def _link(
    context: Context, view: str, selection: permalink.Selection | None = None, *keys: str
) -> str:
    return permalink.address(selection or context.selection, view, only=(*keys, "taal"))


def _chosen(context: Context, view: str, key: str, selection: permalink.Selection) -> str:
    return _link(context, view, permalink.choose(selection, key), "plaats", "keuze")
