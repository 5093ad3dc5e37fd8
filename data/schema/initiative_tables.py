"""The tables of initiatives, of who takes part, and how."""

from __future__ import annotations

from data.schema.columns import day, geometry, slug, text, texts
from data.schema.rules import not_more_than, points_match_precision
from data.schema.table import Table
from data.schema.vocabulary import CONFIDENCE, FACILITATION, FITS

INITIATIVES = Table(
    "initiatives",
    "one initiative of residents, entrepreneurs or municipality",
    key=("initiative_id",),
    columns={
        "initiative_id": slug("stable id of the initiative"),
        "name": text("name in Dutch"),
        "place_id": slug("the place it belongs to"),
        "streets": texts("streets it touches, empty when the source names none"),
        "type": text("kind of initiative", one_of=("physical", "activity", "transformation")),
        "type_basis": slug("who says so: the source, or derived here"),
        "tranche": text("tranche of the pilot", one_of=("first", "tender", "unknown")),
        "tranche_basis": slug("who says so; missing when nobody does", null=True),
        "profile_fit": text(
            "how it fits the city's profile; missing unjudged", null=True, one_of=FITS
        ),
        "status": slug("how far it got", null=True),
        "start": day("first day", null=True),
        "end": day("last day", null=True),
        "description_nl": text("what it does, in Dutch", null=True),
        "description_en": text("what it does, in English", null=True),
        "location_precision": text(
            "what the point stands for", one_of=("address", "street", "square", "place", "none")
        ),
        "source_id": slug("source in the manifest"),
        "source_url": text("where it is described", null=True, like=r"https?://\S+"),
        "source_date": text("date of publication in the words of the source"),
        "retrieved": day("day the source was read"),
        "licence": text("licence of the source"),
        "confidence": text("how sure it is", one_of=CONFIDENCE),
        "note": text("conflicts and what was inferred", null=True),
        "geometry": geometry(
            "where it is, as precise as location_precision says", "point", null=True
        ),
    },
    rules=(not_more_than("start", "end"), points_match_precision()),
)

ACTORS = Table(
    "actors",
    "one organisation, or one person by role only",
    key=("actor_id",),
    columns={
        "actor_id": slug("stable id of the actor"),
        "name": text("name of the organisation, or the role of a person"),
        "kind": slug("kind of actor"),
    },
)

PARTICIPATIONS = Table(
    "participations",
    "one actor in one initiative, in one role",
    key=("initiative_id", "actor_id", "role"),
    columns={
        "initiative_id": slug("the initiative"),
        "actor_id": slug("the actor"),
        "role": text(
            "what the actor does in it",
            one_of=("initiator", "facilitator", "funder", "knowledge_partner", "owner", "user"),
        ),
        "basis": text(
            "whether the source says so or we derived it",
            null=True,
            one_of=("published", "derived"),
        ),
        "facilitation": text(
            "way of facilitating; missing when no source says", null=True, one_of=FACILITATION
        ),
    },
)
