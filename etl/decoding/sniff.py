"""Kind of a file by its first bytes, never by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from geo.bilingual import Bilingual

Kind = Literal[
    "json",
    "geojson",
    "xml",
    "kml",
    "csv",
    "zip",
    "xlsx",
    "xls",
    "ods",
    "gpkg",
    "parquet",
    "pbf",
    "gzip",
    "any",
]

HEAD_BYTES = 4096

WORDS: Mapping[Kind, Bilingual] = {
    "json": Bilingual(nl="JSON", en="JSON"),
    "geojson": Bilingual(nl="GeoJSON", en="GeoJSON"),
    "xml": Bilingual(nl="XML", en="XML"),
    "kml": Bilingual(nl="KML", en="KML"),
    "csv": Bilingual(nl="tabel in tekst", en="a text table"),
    "zip": Bilingual(nl="zipbestand", en="a zip archive"),
    "xlsx": Bilingual(nl="werkmap in XLSX", en="an XLSX workbook"),
    "xls": Bilingual(nl="werkmap in XLS", en="an XLS workbook"),
    "ods": Bilingual(nl="werkmap in ODS", en="an ODS workbook"),
    "gpkg": Bilingual(nl="GeoPackage", en="a GeoPackage"),
    "parquet": Bilingual(nl="Parquet", en="Parquet"),
    "pbf": Bilingual(
        nl="uittreksel van OpenStreetMap (.osm.pbf)", en="an OpenStreetMap extract (.osm.pbf)"
    ),
    "gzip": Bilingual(nl="gzip", en="gzip"),
    "any": Bilingual(nl="inhoud", en="content"),
}

BOM = b"\xef\xbb\xbf"
_MARKUP_NOISE = re.compile(
    rb"\s*(?:<\?xml[^>]*\?>\s*|<!--.*?-->\s*|<!doctype[^>\[]*(?:\[.*?\]\s*)?>\s*)*",
    re.DOTALL | re.IGNORECASE,
)
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")


_MAGIC: Mapping[Kind, tuple[bytes, ...]] = {
    "zip": (b"PK\x03\x04", b"PK\x05\x06"),
    "xlsx": (b"PK\x03\x04", b"PK\x05\x06"),
    "ods": (b"PK\x03\x04", b"PK\x05\x06"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",),
    "gpkg": (b"SQLite format 3\x00",),
    "parquet": (b"PAR1",),
    "gzip": (b"\x1f\x8b",),
}


def matches(head: bytes, kind: Kind) -> bool:
    """Whether the first bytes fit the kind."""
    if kind in _MAGIC:
        return head.startswith(_MAGIC[kind])
    text = head.removeprefix(BOM).lstrip()
    match kind:
        case "json":
            return text[:1] in (b"{", b"[")
        case "geojson":
            return text[:1] == b"{"
        case "xml":
            return root_element(head) is not None and not is_page(head)
        case "kml":
            return root_element(head) == "kml"
        case "csv":
            return bool(text) and text[:1] not in (b"<", b"{") and _BINARY.search(head) is None
        case "pbf":
            return head[4:15] == b"\n\tOSMHeader"
        case _:
            return True


def root_element(head: bytes) -> str | None:
    """Local name of the root element, None without markup."""
    text = head.removeprefix(BOM)
    noise = _MARKUP_NOISE.match(text)
    element = _ROOT.match(text, noise.end() if noise else 0)
    return element.group(1).decode("ascii", "replace") if element else None


def is_page(head: bytes) -> bool:
    """Whether the first bytes are those of a web page."""
    text = head.removeprefix(BOM).lstrip().lower()
    if text.startswith(b"<!doctype html"):
        return True
    return (root_element(head) or "").lower() in ("html", "head", "body")


def describe_start(head: bytes) -> str:
    """The first bytes, fit for a message."""
    text = head.removeprefix(BOM)[:40]
    if _BINARY.search(text):
        return "bytes " + text[:8].hex(" ")
    return repr(text.decode("utf-8", "replace").strip())
