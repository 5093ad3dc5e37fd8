"""A selection or a table as one zip file: every format, what it is, where it comes from, and how QGIS should show it."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence

from dashboard import publisher, theme
from dashboard.downloads import Source, TableExport
from dashboard.facts import Facts
from dashboard.text import Texts

_EPOCH = (1980, 1, 1, 0, 0, 0)
_SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
_MEDIA = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
    "qml": "application/xml",
    "qgs": "application/x-qgis-project",
}
_TYPES = {"text": "string", "number": "number", "share": "number", "date": "date", "year": "year"}


def packed(name: str, files: Mapping[str, bytes], table: TableExport, facts: Facts, text: Texts) -> bytes:
    """The zip: `files` by name, a README and a datapackage.json; the same content gives the same bytes."""
    everything = {
        "README.md": _readme(table, files, facts, text),
        "datapackage.json": _description(name, table, files, facts, text),
        **files,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file_name, content in everything.items():
            entry = zipfile.ZipInfo(file_name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def _readme(table: TableExport, files: Mapping[str, bytes], facts: Facts, text: Texts) -> bytes:
    sender = publisher.publisher()
    lines = [f"# {_line(table.title)}", ""]
    if facts.example:
        lines += [f"**{text('example.short')}**", ""]
    lines += [text("bundle.version", version=facts.version, date=theme.day(facts.consulted, text.lang))]
    lines += [text("press.sender", sender=_line(sender))] if sender else []
    lines += [f"{text('download.link')}: {table.link}"] if table.link else []
    lines += ["", f"## {text('bundle.files')}", "", *(f"- `{name}`: {_what(name, text)}" for name in files), ""]
    if table.notes:
        lines += [f"## {text('bundle.notes')}", "", *(f"- {_line(note)}" for note in table.notes), ""]
    lines += [f"## {text('bundle.columns')}", "", *(f"- `{column.key}`: {_line(column.header)}{_line(': ' + column.definition) if column.definition else ''}" for column in table.columns), ""]
    lines += [f"## {text('bundle.sources')}", "", *(f"- {_cited(source, text)}" for source in table.sources), ""]
    lines += [text("bundle.licence"), ""]
    return "\n".join(lines).encode("utf-8")


def _what(name: str, text: Texts) -> str:
    form = name.rsplit(".", 1)[-1]
    return text(f"bundle.form_{form}")


def _cited(source: Source, text: Texts) -> str:
    date = source.published or text("unknown.year")
    parts = [source.publisher, source.title, date, source.licence, source.url or ""]
    return "; ".join(_line(part) for part in parts if part)


def _line(words: str) -> str:
    """Words on one line, so that nothing of a source becomes a heading or a list of ours."""
    return " ".join(words.split())


def _description(name: str, table: TableExport, files: Mapping[str, bytes], facts: Facts, text: Texts) -> bytes:
    fields = [
        {"name": column.key, "title": column.header, "type": _TYPES[column.kind], **({"description": column.definition} if column.definition else {})}
        for column in table.columns
    ]
    package = {
        "$schema": _SCHEMA,
        "name": name,
        "title": table.title,
        "version": facts.version,
        "language": table.lang,
        "homepage": table.link,
        "created": facts.consulted.isoformat() + "T00:00:00Z",
        "description": " ".join(table.notes),
        "contributors": [{"title": publisher.publisher(), "roles": ["publisher"]}] if publisher.publisher() else [],
        "licenses": [{"name": licence_name(licence), "title": licence} for licence in dict.fromkeys(source.licence for source in table.sources)],
        "sources": [_source(source) for source in table.sources],
        "resources": [_resource(file_name, content, fields) for file_name, content in files.items() if file_name.rsplit(".", 1)[-1] in _MEDIA],
    }
    kept = {key: value for key, value in package.items() if value not in (None, [], "")}
    return (json.dumps(kept, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def _source(source: Source) -> dict[str, str]:
    found = {"title": f"{source.publisher}, {source.title}", "path": source.url or "", "version": source.published or ""}
    return {key: value for key, value in found.items() if value}


def licence_name(licence: str) -> str:
    """The name of a licence as the standard spells it: letters, digits, point and hyphen."""
    known = {"CC BY 4.0": "CC-BY-4.0", "CC0 1.0": "CC0-1.0", "ODbL 1.0": "ODbL-1.0", "MIT": "MIT"}
    return known.get(licence, "other-" + "-".join("".join(sign if sign.isascii() and sign.isalnum() else " " for sign in licence.lower()).split())[:60])


def _resource(file_name: str, content: bytes, fields: Sequence[Mapping[str, str]]) -> dict[str, object]:
    stem, form = file_name.rsplit(".", 1)
    resource: dict[str, object] = {
        "name": f"{stem.replace('/', '-')}-{form}".lower().replace("_", "-"),
        "path": file_name,
        "format": form,
        "mediatype": _MEDIA[form],
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    if form == "csv":
        resource |= {"encoding": "utf-8", "profile": "tabular-data-resource"}
    if form == "geojson":
        resource["encoding"] = "utf-8"
    if form in ("gpkg", "parquet"):
        resource["crs"] = "EPSG:28992"
    resource["schema"] = {"fields": [*fields]} if form in ("csv", "xlsx") else None
    return {key: value for key, value in resource.items() if value is not None}
