"""Questions to the features of an OGC API, one per collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from etl.area import Area
from etl.fetch.messages import Request, Validator
from etl.fetch.response_checks import validate_features
from etl.parsing import vector_layers
from etl.parsing.assumptions import (
    Check,
    HasNextPage,
    HasTypes,
    ServiceAssumption,
    at,
    smaller,
)
from etl.source import Question, Source

PAGE_ROWS = "1000"


def questions(
    source: Source,
    addresses: Sequence[str],
    collections: Sequence[str],
    area: Area,
    *,
    margin_m: float = 0.0,
    validate: Validator = validate_features,
) -> list[Question]:
    """A question per collection within the rectangle of the Dutch places and `margin_m` around it.

    Each of the `addresses` has a gap for the `name` of the collection; the later ones are
    alternatives, which all collections take together. Without a Dutch place there is none.
    """
    dutch = Area(tuple(place for place in area.places if place.municipality_code), area.all_places)
    if not dutch.places:
        return []
    box = ",".join(f"{side:.6f}" for side in dutch.degrees(margin_m=margin_m))

    def question(address: str, name: str) -> Question:
        return Question(
            name=name,
            request=Request(
                url=address.format(name=name),
                params=(("f", "json"), ("limit", PAGE_ROWS), ("bbox", box)),
                kind="geojson",
                accept="application/geo+json",
                validate=validate,
                licence=source.licence,
                attribution=source.credit or "",
            ),
            read=vector_layers.page,
            together=len(addresses) > 1,
        )

    first, *others = addresses
    return [
        replace(question(first, name), otherwise=tuple(question(other, name) for other in others))
        for name in collections
    ]


def assumptions(
    asked: Sequence[Question],
    types: Mapping[str, Mapping[str, str]],
    *checks: Check,
    loose: bool = False,
) -> list[ServiceAssumption]:
    """The fields with their `types` per collection, from the real `asked` questions.

    The last collection has the most features and must have a second page. More `checks` are made of
    the answer of the first; `loose` as in `HasTypes`.
    """
    return [
        ServiceAssumption(
            about=question.name,
            question=smaller(question, limit="2"),
            checks=(
                HasTypes(types[question.name], at("features", "*", "properties"), loose),
                *((HasNextPage(),) if question is asked[-1] else ()),
                *(checks if question is asked[0] else ()),
            ),
        )
        for question in asked
    ]
