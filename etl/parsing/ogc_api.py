"""Questions to the features of an OGC API, one per collection."""

from __future__ import annotations

from collections.abc import Sequence

from etl.area import Area
from etl.fetch.messages import Request
from etl.fetch.response_checks import validate_features
from etl.parsing import vector_layers
from etl.source import Question, Source

PAGE_ROWS = "1000"


def questions(
    source: Source, address: str, collections: Sequence[str], area: Area, *, margin_m: float = 0.0
) -> list[Question]:
    """A question per collection within the rectangle of the Dutch places and `margin_m` around it.

    `address` has a gap for the `name` of the collection. Without a Dutch place there is none.
    """
    dutch = Area(tuple(place for place in area.places if place.municipality_code), area.all_places)
    if not dutch.places:
        return []
    box = ",".join(f"{side:.6f}" for side in dutch.degrees(margin_m=margin_m))
    return [
        Question(
            name=name,
            request=Request(
                url=address.format(name=name),
                params=(("f", "json"), ("limit", PAGE_ROWS), ("bbox", box)),
                kind="geojson",
                accept="application/geo+json",
                validate=validate_features,
                licence=source.licence,
                attribution=source.credit or "",
            ),
            read=vector_layers.page,
        )
        for name in collections
    ]
