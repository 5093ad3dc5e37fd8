"""Strict XML: whole, and without declared entities."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.parsers import expat

from etl.errors import ContentError


class _EntityDeclaredError(Exception):
    """Stops the parser at the first declared entity."""


def read(data: bytes) -> ElementTree.Element:
    """The root element; raises ContentError when the text is not whole or declares entities."""
    require_whole(data)
    try:
        return ElementTree.fromstring(data)  # noqa: S314 `require_whole` refused entities
    except ElementTree.ParseError as error:
        # Prefixes without a namespace, which only ElementTree checks.
        line, column = error.position
        raise ContentError(
            "xml-broken",
            place=f"line {line} column {column + 1}",
            detail=expat.ErrorString(error.code),
        ) from error


def require_whole(data: bytes) -> None:
    """Raise ContentError unless the XML is whole and declares no entities."""
    parser = expat.ParserCreate()
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(data, True)
    except _EntityDeclaredError as error:
        raise ContentError("xml-entities") from error
    except expat.ExpatError as error:
        raise ContentError(
            "xml-broken",
            place=f"line {error.lineno} column {error.offset + 1}",
            detail=expat.ErrorString(error.code),
        ) from error


def _refuse_entity(*_: object) -> None:
    raise _EntityDeclaredError
