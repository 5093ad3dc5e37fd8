"""Answers of services as samples for tests: one file each, without what is about persons."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

from etl.decoding import strict_json, strict_xml
from etl.decoding.sniff import HEAD_BYTES, matches
from etl.decoding.strict_json import Json
from etl.fetch.messages import Request
from etl.fetch.raw_store import replace_file
from etl.parsing.assumptions import ServiceAssumption

PROVENANCE = "PROVENANCE.md"
_HEAD = (
    "# Recorded answers of live services\n\n"
    "Each file is the answer to one request of `stadshart-etl probe`. Where the last column names"
    " parts, all other texts and numbers were left out, because they may be about persons.\n\n"
    "| file | day | request | licence | parts |\n|---|---|---|---|---|\n"
)
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_.]+")


@dataclass(slots=True)
class SampleFolder:
    """A folder of samples: `<source id>/<name>.json` or `.xml`, and `PROVENANCE.md`."""

    folder: Path
    day: date
    _lines: dict[str, str] = field(default_factory=dict)

    def add(
        self, source_id: str, assumption: ServiceAssumption, request: Request, data: bytes
    ) -> None:
        """Write one answer; ContentError where parts are chosen of neither JSON nor XML."""
        keeps = assumption.keeps
        retained = data if keeps is None else _retained(data, keeps)
        ending = "xml" if matches(retained[:HEAD_BYTES], "xml") else "json"
        name = _NOT_IN_A_NAME.sub("-", assumption.about).strip("-")
        file = f"{source_id}/{name}.{ending}"
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, retained)
        asked = f"{request.method} {request.address}" + "".join(
            f" {name}={value}" for name, value in request.form
        )
        cells = (
            file,
            self.day.isoformat(),
            asked.replace("|", "%7C"),
            request.licence,
            ", ".join(sorted(keeps or ())),
        )
        self._lines[file] = f"| {' | '.join(cells)} |\n"

    def write_provenance(self) -> None:
        """Write where the samples come from; earlier lines about other files remain."""
        path = self.folder / PROVENANCE
        path.parent.mkdir(parents=True, exist_ok=True)
        earlier = path.read_text(encoding="utf-8").splitlines(True) if path.is_file() else []
        rows = {
            line.split("|")[1].strip(): line
            for line in earlier
            if line.startswith("| ") and not line.startswith("| file ")
        }
        rows |= self._lines
        replace_file(path, (_HEAD + "".join(rows[file] for file in sorted(rows))).encode())


def _retained(data: bytes, keeps: Collection[str]) -> bytes:
    """The answer with only these members or elements holding a value."""
    if matches(data[:HEAD_BYTES], "json"):
        retained = _retained_json(strict_json.read(data), keeps, named=False)
        return json.dumps(retained, ensure_ascii=False, indent=1).encode()
    root = strict_xml.read(data)
    for element in root.iter():
        _keep_text(element, keeps)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _retained_json(value: Json, keeps: Collection[str], *, named: bool) -> Json:
    if isinstance(value, Mapping):
        return {
            name: _retained_json(inner, keeps, named=name in keeps)
            for name, inner in value.items()
            if name in keeps or isinstance(inner, Mapping | list)
        }
    if isinstance(value, list):
        return [
            _retained_json(inner, keeps, named=named)
            for inner in value
            if named or isinstance(inner, Mapping | list)
        ]
    return value


def _keep_text(element: Element, keeps: Collection[str]) -> None:
    element.tail = None
    if str(element.tag).rpartition("}")[2] in keeps:
        return
    element.text = None if len(element) else ""
    for name in [name for name in element.attrib if name.rpartition("}")[2] not in keeps]:
        del element.attrib[name]
