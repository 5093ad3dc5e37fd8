"""Records of official notices in answers of the SRU service of KOOP, without their titles."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from types import MappingProxyType
from xml.etree.ElementTree import Element

import geopandas as gpd
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from etl.errors import ContentError, column_retyped
from geo.crs import WGS84, to_rd

SHOWN_AT = "https://zoek.officielebekendmakingen.nl/{id}.html"
_DATES = ("available", "issued", "date", "modified")
_ID = re.compile(r"[a-z]+-\d{4}-\d+(?:-[a-z0-9]+)*")
_MUNICIPAL = "gmb-"
"""Ids of the gazette of municipalities begin with this; other ids have any form."""
_OTHER_GOVERNMENTS = ("prb-", "wsb-")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_MARKING = "gebiedsmarkering"
_SHAPES = ("geometrie", "locatiepunt", "locatiegebied")
"""The shapes of a marking, best first: in RD, a point (latitude first), in degrees."""
_LIES_IN = "ligtInGemeente"
_OUT_OF_RANGE = "1/61"
"""The diagnostic of SRU for a first record after the last one."""
_RD_BOUNDS = shapely.box(0.0, 300_000.0, 300_000.0, 625_000.0)
_DEGREES = shapely.box(3.0, 50.0, 8.0, 54.0)


TYPES: Mapping[str, str] = MappingProxyType(
    {
        name: entry["kind"]
        for name, entry in tomllib.loads(
            resources.files("etl.parsing").joinpath("notice_types.toml").read_text(encoding="utf-8")
        ).items()
    }
)
"""Kinds in the table by the type of the gazette; empty for a known type that is left out."""


@dataclass(frozen=True, slots=True)
class Marking:
    """The middle (RD) of a marked shape, and the municipality that the marking names."""

    point: Point
    lies_in: str | None


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice without its title; `creators` are municipalities, None without any creator."""

    notice_id: str
    kinds: tuple[str, ...]
    published: date
    url: str
    creators: tuple[str, ...] | None
    markings: tuple[Marking, ...]


def diagnostic_of(root: Element) -> str | None:
    """The message of a diagnostic, None without one."""
    diagnostic = next((element for element in root.iter() if _local(element) == "diagnostic"), None)
    if diagnostic is None:
        return None
    message = " ".join(part.strip() for part in diagnostic.itertext() if part.strip())
    return message or "a diagnostic without words"


def is_end(diagnostic: str) -> bool:
    """Whether the diagnostic says that a record lies after the last one: totals are estimates."""
    return f"{_OUT_OF_RANGE} " in f"{diagnostic} "


def announced_total(root: Element) -> int:
    """The total number of records; ContentError where the answer is not one of SRU."""
    total = text_of(root, "numberOfRecords")
    if total is None or not total.isdecimal():
        raise column_retyped("numberOfRecords", repr(total), "a number")
    return int(total)


def records(root: Element) -> list[Element]:
    """The records of an answer."""
    return [element for element in root.iter() if _local(element) == "recordData"]


def types_in_use(root: Element) -> dict[str, int]:
    """The number of notices per type, from the facets of an answer; empty without any."""
    terms = [element for element in root.iter() if _local(element) == "term"]
    counted = [(text_of(term, "actualTerm"), text_of(term, "count") or "") for term in terms]
    return {name.casefold(): int(count) for name, count in counted if name and count.isdecimal()}


def identifier_of(record: Element) -> str:
    """The id of a record; ContentError without one, or for a malformed one of the gazette."""
    identifier = (text_of(record, "identifier") or "").lower()
    is_municipal = identifier.startswith(_MUNICIPAL)
    if not identifier or (is_municipal and _ID.fullmatch(identifier) is None):
        raise column_retyped("identifier", repr(identifier), "an id like gmb-2026-123456")
    return identifier


def read_notice(record: Element, counts: Counter[str]) -> Notice | None:
    """The notice of a record; another publication is counted.

    Raises ContentError for a record without an id, or a municipal one without a day.
    """
    notice_id = identifier_of(record)
    days = (text[:10] for name in _DATES if (text := text_of(record, name)))
    day = next((day for day in days if _DAY.fullmatch(day)), None)
    is_municipal = notice_id.startswith(_MUNICIPAL)
    if _ID.fullmatch(notice_id) is None or (day is None and not is_municipal):
        counts["dropped-other-publication"] += 1
        return None
    if day is None:
        like = ", ".join(sorted({_local(element) for element in record.iter()}))
        raise ContentError("column-missing", column="available", like=like)
    kinds = tuple(
        (element.text or "").strip().casefold()
        for element in record.iter()
        if _local(element) == "type"
    )
    url = text_of(record, "preferredUrl") or SHOWN_AT.format(id=notice_id)
    creators = _municipalities(record, notice_id)
    return Notice(notice_id, kinds, _date(day), url, creators, tuple(_markings(record)))


def _municipalities(record: Element, notice_id: str) -> tuple[str, ...] | None:
    """The municipalities that published it, without provinces of the same name.

    None where the record names no creator.
    """
    creators = [
        element
        for element in record.iter()
        if _local(element) == "creator" and (element.text or "").strip()
    ]
    if not creators:
        return None
    government = (text_of(record, "organisatietype") or "").casefold()
    if notice_id.startswith(_OTHER_GOVERNMENTS) or government not in ("", "gemeente"):
        return ()
    schemes = [creator.get("scheme", "gemeente").casefold() for creator in creators]
    named = [(creator.text or "").strip() for creator in creators]
    return tuple(name for name, scheme in zip(named, schemes, strict=True) if "gemeente" in scheme)


def _markings(record: Element) -> Iterator[Marking]:
    """The markings with a shape."""
    for marking in (element for element in record.iter() if _local(element) == _MARKING):
        for part in marking.iter():
            texts = {_local(child): (child.text or "").strip() for child in part}
            shapes = (_shape(name, texts.get(name, "")) for name in _SHAPES)
            shape = next((shape for shape in shapes if shape is not None), None)
            if shape is not None:
                yield Marking(shape.centroid, texts.get(_LIES_IN) or text_of(marking, _LIES_IN))


def _shape(name: str, text: str) -> BaseGeometry | None:
    """A shape in RD from the text of an element of that name, None where it holds none."""
    if name == "locatiepunt" and len(numbers := _NUMBER.findall(text)) == 2:
        text = f"POINT ({numbers[1]} {numbers[0]})"
    shape = shapely.from_wkt(text, on_invalid="ignore") if text else None
    if shape is None or shape.is_empty:
        return None
    if name == "geometrie":
        return shape if _RD_BOUNDS.covers(shape.centroid) else None
    if not _DEGREES.covers(shape.centroid):
        # Some writers give latitude first in WKT as well.
        shape = shapely.transform(shape, lambda corners: corners[:, ::-1])
    return (
        to_rd(gpd.GeoSeries([shape], crs=WGS84)).iloc[0]
        if _DEGREES.covers(shape.centroid)
        else None
    )


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise column_retyped("available", repr(text), "a day") from error


def _local(element: Element) -> str:
    """Name of an element without its namespace: the prefixes differ between releases."""
    return str(element.tag).rpartition("}")[2]


def text_of(element: Element, name: str) -> str | None:
    """Text of the first element of that name inside, None when there is none."""
    match = next((child for child in element.iter() if _local(child) == name), None)
    return (match.text or "").strip() or None if match is not None else None
