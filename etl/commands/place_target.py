"""Which town a typed name or code means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from data.schema.vocabulary import CITIES
from etl.area import Area
from etl.commands.place_services import Answer, Assumption, Choose, Services
from etl.errors import UseError
from etl.parsing.municipalities import (
    CONSULTED,
    Municipality,
    TypedName,
    by_code,
    code_of,
    find_municipalities,
    municipalities,
    similar_municipalities,
)
from etl.problems import phrase
from etl.sources import geocoder
from etl.sources.geocoder import Settlement
from geo.bilingual import Bilingual
from geo.names import search_key


@dataclass(frozen=True, slots=True)
class NamedTown:
    """A town to add: itself a municipality, or a `town` within one, as answered on `asked`."""

    place_id: str
    name: str
    municipality: Municipality
    town: Settlement | None = None
    asked: date | None = None


def find_target(
    typed: str, services: Services, choose: Choose
) -> tuple[NamedTown, tuple[Assumption, ...]]:
    """The town that a name or code means.

    Raises UseError for a name that means nothing, or several things that nobody chose between.
    """
    listed = find_municipalities(typed)
    if listed:
        labels = [known.label for known in listed]
        at = 0 if len(listed) == 1 else choose("municipality", typed, labels)
        chosen = listed[at]
        return _municipality_target(chosen), (Assumption("municipality", _words(chosen)),)
    code = code_of(typed)
    if code is not None:
        raise UseError(phrase("place_target.no-code", typed=typed, code=code, list=CONSULTED))
    return _unlisted(typed, services, choose)


def _words(municipality: Municipality) -> dict[str, object]:
    return {
        "name": municipality.name,
        "code": municipality.code,
        "province": municipality.province,
    }


def _municipality_target(municipality: Municipality) -> NamedTown:
    declared = next((at for at, code in CITIES.items() if code == municipality.code), None)
    name = municipality.name if declared is None else TypedName.parse(municipality.name).base
    return NamedTown(declared or place_slug(municipality.name), name, municipality)


def place_slug(name: str) -> str:
    """A name as the id of a place and the name of its file: letters, digits and hyphens.

    >>> place_slug("'s-Gravenhage"), place_slug("Bergen (NH.)")
    ('s-gravenhage', 'bergen-nh')
    """
    return search_key(name).replace(" ", "-")


def _unlisted(
    typed: str, services: Services, choose: Choose
) -> tuple[NamedTown, tuple[Assumption, ...]]:
    """A town within a municipality, or a municipality that the list does not know yet."""
    name = TypedName.parse(typed)
    nowhere = Area((), ())
    if not search_key(name.base):
        raise UseError(f"{typed!r}: expected the name or code of a municipality")
    answer = services.ask(
        geocoder.SOURCE, geocoder.settlement_questions(name.base), nowhere, geocoder.settlements
    )
    named = [
        settlement
        for settlement in answer.content or ()
        if search_key(settlement.name) == search_key(name.base)
        and name.fits(settlement.province, settlement.municipality)
    ]
    # A municipality has a town of its own name.
    whole = [settlement for settlement in named if settlement.kind == geocoder.MUNICIPALITY]
    named = whole or named
    if not named:
        raise UseError(_unknown_name(typed, answer))
    labels = [
        f"{town.name} in {town.municipality}, {town.municipality_code}, {town.province}"
        for town in named
    ]
    town = named[0 if len(named) == 1 else choose("town", typed, labels)]
    municipality = by_code(town.municipality_code) or Municipality(
        town.municipality_code, town.municipality, town.province
    )
    values = {**_words(municipality), "town": town.name, "day": answer.retrieved}
    if town.kind == geocoder.MUNICIPALITY:
        return _municipality_target(municipality), (Assumption("new-municipality", values),)
    taken = {key for known in municipalities() for key in known.keys}
    alone = search_key(town.name) not in taken
    place_id = place_slug(town.name if alone else f"{town.name} {municipality.name}")
    target = NamedTown(place_id, town.name, municipality, town, answer.retrieved)
    return target, (Assumption("town", values),)


def _unknown_name(typed: str, answer: Answer[list[Settlement]]) -> Bilingual:
    """What was consulted about a name in vain, and what may have been meant."""
    known = (
        phrase("place_target.unknown", typed=typed, list=CONSULTED, day=answer.retrieved)
        if answer.failure is None
        else phrase("place_target.unanswered", typed=typed, list=CONSULTED, why=answer.why)
    )
    near = [municipality.label for municipality in similar_municipalities(typed)]
    if not near:
        return known
    or_ = phrase("place_target.or")
    names = Bilingual(or_.nl.join(near), or_.en.join(near))
    return phrase("place_target.meant", known=known, names=names)
