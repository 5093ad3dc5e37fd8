"""A table as one zip file: every format, the meaning of its columns, its sources and licences."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from data.export.csv_xlsx import DIALECTS, MOMENT, cell_columns, header, zipped
from data.export.sheet import ExportTable, SourceNote, one_line, words

README, DESCRIPTION = "README.md", "datapackage.json"
_SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
_MEDIA = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "gpkg": "application/geopackage+sqlite3",
    "qgs": "application/x-qgis-project",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
}
_TYPES = {
    "text": "string",
    "number": "number",
    "share": "number",
    "date": "date",
    "moment": "datetime",
    "year": "year",
    "flag": "boolean",
    "list": "string",
}
_KNOWN = {
    "CC BY 4.0": "CC-BY-4.0",
    "CC0 1.0": "CC0-1.0",
    "CC0": "CC0-1.0",
    "ODbL 1.0": "ODbL-1.0",
    "MIT": "MIT",
}


def packed(
    name: str,
    sheets: Sequence[ExportTable],
    files: Mapping[str, bytes],
    *,
    sender: str | None = None,
) -> bytes:
    """The zip: the files by name and their descriptions; equal content gives equal bytes."""
    return zipped({**described(name, sheets, files, sender=sender), **files})


def described(
    name: str,
    sheets: Sequence[ExportTable],
    files: Mapping[str, bytes],
    *,
    sender: str | None = None,
) -> dict[str, bytes]:
    """A README and a datapackage.json for the files."""
    return {
        README: _readme(sheets, files, sender),
        DESCRIPTION: _description(name, sheets, files, sender),
    }


def _readme(sheets: Sequence[ExportTable], files: Mapping[str, bytes], sender: str | None) -> bytes:
    first = sheets[0]
    say = words(first.lang)
    lines = [f"# {one_line(first.title)}", ""]
    facts = [(say["version"], first.version), (say["sender"], sender), (say["link"], first.link)]
    lines += [f"{label}: {one_line(text)}  " for label, text in facts if text]
    lines += [
        "",
        f"## {say['files']}",
        "",
        *(f"- `{name}`: {say['form_' + _form(name)]}" for name in files),
        "",
    ]
    notes = dict.fromkeys(note for sheet in sheets for note in sheet.notes)
    if notes:
        lines += [f"## {say['notes']}", "", *(f"- {one_line(note)}" for note in notes), ""]
    for sheet in sheets:
        title = say["columns"] if len(sheets) == 1 else f"{say['columns']}: {sheet.name}"
        lines += [
            f"## {title}",
            "",
            *(
                f"- `{column.key}`: {_meaning(column.header, column.definition)}"
                for column in sheet.columns
            ),
            "",
        ]
    cited = dict.fromkeys(_cited(source, say) for source in _every_source(sheets))
    lines += [f"## {say['sources']}", "", *(f"- {line}" for line in cited), "", say["licences"], ""]
    return "\n".join(lines).encode()


def _meaning(header: str, definition: str) -> str:
    return one_line(header) + (
        f": {one_line(definition)}" if definition and definition != header else ""
    )


def _cited(source: SourceNote, say: Mapping[str, str]) -> str:
    """The source on one line, so that no part of it becomes a heading or a list."""
    read = f"{say['consulted']} {source.retrieved.isoformat()}" if source.retrieved else None
    named = source.title.casefold().startswith(source.publisher.casefold())
    parts = (
        None if named else source.publisher,
        source.title,
        source.published or say["undated"],
        read,
        source.licence,
        source.credit,
        source.url,
    )
    return "; ".join(one_line(part) for part in parts if part)


def _description(
    name: str, sheets: Sequence[ExportTable], files: Mapping[str, bytes], sender: str | None
) -> bytes:
    """The Data Package (version 2) of the files."""
    first, sources = sheets[0], _every_source(sheets)
    newest = max((source.retrieved for source in sources if source.retrieved), default=None)
    package: dict[str, object] = {
        "$schema": _SCHEMA,
        "name": name.replace("_", "-"),
        "title": first.title,
        "version": first.version,
        "language": first.lang,
        "homepage": first.link,
        "created": None if newest is None else f"{newest.isoformat()}T00:00:00Z",
        "description": " ".join(dict.fromkeys(note for sheet in sheets for note in sheet.notes)),
        "contributors": [{"title": sender, "roles": ["publisher"]}] if sender else [],
        "licenses": [
            {"name": licence_name(licence), "title": licence}
            for licence in dict.fromkeys(source.licence for source in sources)
        ],
        "sources": [
            dict(described) for described in dict.fromkeys(_source(source) for source in sources)
        ],
        "resources": [_resource(file, content, sheets) for file, content in files.items()],
    }
    filled = {key: value for key, value in package.items() if value not in (None, [], "")}
    return (json.dumps(filled, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def licence_name(licence: str) -> str:
    """The name of a licence as the standard spells it: letters, digits, point and hyphen."""
    plain = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in licence.lower())
    return _KNOWN.get(licence, "other-" + "-".join(plain.split())[:60])


def _every_source(sheets: Sequence[ExportTable]) -> tuple[SourceNote, ...]:
    return tuple(dict.fromkeys(source for sheet in sheets for source in sheet.sources))


def _source(source: SourceNote) -> tuple[tuple[str, str], ...]:
    described = {
        "title": f"{source.publisher}, {source.title}",
        "path": source.url,
        "version": source.published,
        "credit": source.credit,
    }
    return tuple((key, value) for key, value in described.items() if value)


def _form(name: str) -> str:
    return name.rsplit(".", 1)[-1]


def _resource(name: str, content: bytes, sheets: Sequence[ExportTable]) -> dict[str, object]:
    form = _form(name)
    sheet = next(
        (candidate for candidate in sheets if name.rsplit(".", 1)[0] == candidate.name), sheets[0]
    )
    resource: dict[str, object] = {
        "name": name.lower().replace(".", "-").replace("_", "-"),
        "path": name,
        "format": form,
        "mediatype": _MEDIA[form],
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    if form in ("csv", "geojson"):
        resource["encoding"] = "utf-8"
    if form in ("gpkg", "parquet", "qgs"):
        resource["crs"] = "EPSG:28992"
    if form == "csv":
        delimiter, decimal = DIALECTS[sheet.lang]
        resource["type"] = "table"
        resource["dialect"] = {"delimiter": delimiter, "lineTerminator": "\r\n"}
        resource["schema"] = {"fields": _fields(sheet, decimal)}
    return resource


def _fields(sheet: ExportTable, decimal: str) -> list[dict[str, object]]:
    """The columns of the CSV by their headings."""
    say = words(sheet.lang)
    fields = []
    for column in cell_columns(sheet):
        field: dict[str, object] = {"name": header(column), "type": _TYPES[column.kind]}
        if column.definition:
            field["description"] = one_line(column.definition)
        if column.kind in ("number", "share") and decimal != ".":
            field["decimalChar"] = decimal
        if column.kind == "moment":
            field["format"] = MOMENT
        if column.kind == "flag":
            field |= {"trueValues": [say["yes"]], "falseValues": [say["no"]]}
        fields.append(field)
    return fields
