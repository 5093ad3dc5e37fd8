"""The tables of a snapshot as a data catalogue: DCAT-AP-NL 3.0 in JSON-LD, for harvesters."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

import pandas as pd

from dashboard.exports.downloads import DOWNLOADS, MEDIA
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import LANGUAGES, Texts, texts
from dashboard.maps.shapes import to_degrees
from dashboard.sentences import region_names
from data.export.data_package import licence_name
from data.export.tables import OWN_LICENCE
from data.manifest import SourceRecord, TableRecord
from data.schema.tables import DECLARED

Node = Mapping[str, object]

MEDIA_TYPE = "application/ld+json"
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_PUBLIC = MappingProxyType({"@id": f"{_AUTHORITY}/access-right/PUBLIC"})
# Regions and cities.
_THEME = MappingProxyType({"@id": f"{_AUTHORITY}/data-theme/REGI"})
_LANGUAGES = tuple({"@id": f"{_AUTHORITY}/language/{code}"} for code in ("NLD", "ENG", "DEU"))
_CONTEXT = MappingProxyType(
    {
        "dcat": "http://www.w3.org/ns/dcat#",
        "dcterms": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "geosparql": "http://www.opengis.net/ont/geosparql#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "vcard": "http://www.w3.org/2006/vcard/ns#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
_LICENCES = MappingProxyType(
    {
        "CC-BY-4.0": "http://creativecommons.org/licenses/by/4.0/",
        "CC0-1.0": "http://creativecommons.org/publicdomain/zero/1.0/",
        "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
        "MIT": "https://spdx.org/licenses/MIT",
        "other-eupl-1-2": "https://spdx.org/licenses/EUPL-1.2",
        "other-public-domain-mark-1-0": "http://creativecommons.org/publicdomain/mark/1.0/",
    }
)
# First and last day that a row is about; the first pair whose columns a table has counts.
_PERIODS = (
    ("period_start", "period_end"),
    ("start", "end"),
    ("start", "start"),
    ("surveyed", "surveyed"),
    ("published", "published"),
    ("year", "year"),
)


def catalogue(facts: Facts, base: str, *, publisher: str, mail: str | None) -> Node:
    """The catalogue of every table of which rows may leave, with its files under `base`.

    `facts` are those for readers beyond this computer; `mail` is the address of the contact, else
    the page of sources is. Every node that DCAT-AP-NL asks for is there.
    """
    itself = f"{base}/catalog.jsonld"
    tables = [table for table in facts.manifest.tables if table.rows]
    way = {"vcard:hasEmail": {"@id": f"mailto:{mail}"}} if mail else {}
    shared: Node = {
        "dcterms:publisher": {
            "@id": f"{itself}#publisher",
            "@type": "foaf:Agent",
            "foaf:name": publisher,
        },
        "dcat:contactPoint": {
            "@id": f"{itself}#contact",
            "@type": "vcard:Kind",
            "vcard:fn": publisher,
            **(way or {"vcard:hasURL": {"@id": f"{base}/bronnen"}}),
        },
        "dcterms:language": _LANGUAGES,
        "dcterms:spatial": {"@id": f"{itself}#extent", **_extent(facts)},
    }
    # Written out once, in the catalogue itself.
    known = {
        name: {"@id": node["@id"]} if isinstance(node, dict) else node
        for name, node in shared.items()
    }
    datasets = [_dataset(table, facts, base, known) for table in tables]
    about = _in_every_language(lambda text: _about(facts, text))
    service = {
        **known,
        "dcterms:description": about,
        "@id": f"{itself}#service",
        "@type": "dcat:DataService",
        "dcterms:title": "OpenAPI",
        "dcterms:identifier": f"{itself}#service",
        "dcterms:accessRights": _PUBLIC,
        "dcat:theme": _THEME,
        "dcterms:license": _licence(facts.manifest.sources),
        "dcat:endpointURL": {"@id": base},
        "dcat:endpointDescription": {"@id": f"{base}/api/openapi.json"},
        "dcat:servesDataset": [{"@id": dataset["@id"]} for dataset in datasets],
    }
    return {
        "@context": _CONTEXT,
        **shared,
        "dcterms:description": about,
        "@id": itself,
        "@type": "dcat:Catalog",
        "dcterms:title": texts("nl")("product.name"),
        "dcterms:modified": _day(facts.consulted.isoformat()),
        "foaf:homepage": {"@id": f"{base}/", "@type": "foaf:Document"},
        "dcat:themeTaxonomy": {"@id": f"{_AUTHORITY}/data-theme"},
        "dcat:dataset": datasets,
        "dcat:service": service,
    }


def _about(facts: Facts, text: Texts) -> str:
    mark = f"{text('example.note')} " if facts.example else ""
    return mark + text("head.catalog", place=region_names.centres(facts, text))


def _dataset(table: TableRecord, facts: Facts, base: str, shared: Node) -> Node:
    identifier = f"{base}/catalog.jsonld#{table.name}"
    sources = [facts.source(source_id) for source_id in table.sources]
    names = dict.fromkeys(source.publisher for source in sources)
    credit: dict[str, object] = {"dcterms:license": _licence(sources)}
    if sources:
        notes = (f"{source.title_nl}: {source.credit or source.licence}" for source in sources)
        credit["dcterms:rights"] = {
            "@type": "dcterms:RightsStatement",
            "rdfs:label": "; ".join(notes),
        }
    period = _period(table, facts)
    return {
        **shared,
        "@id": identifier,
        "@type": "dcat:Dataset",
        "dcterms:identifier": identifier,
        "dcterms:title": _in_every_language(lambda text: text(f"take.of_{table.name}")),
        "dcterms:description": [
            *_in_every_language(
                lambda text: f"{text(f'take.of_{table.name}')}. {_about(facts, text)}"
            ),
            {"@language": "en", "@value": f"One row is {DECLARED[table.name].row}."},
        ],
        "dcterms:creator": [{"@type": "foaf:Agent", "foaf:name": name} for name in names]
        or shared["dcterms:publisher"],
        "dcterms:accessRights": _PUBLIC,
        "dcterms:modified": _day(facts.consulted.isoformat()),
        **({"dcterms:temporal": period} if period else {}),
        "dcat:version": facts.version,
        "dcat:theme": _THEME,
        "dcat:landingPage": {"@id": f"{base}/bronnen", "@type": "foaf:Document"},
        "dcat:distribution": [
            {
                "@id": f"{base}/catalog.jsonld#{name}",
                "@type": "dcat:Distribution",
                "dcterms:title": name,
                "dcat:accessURL": {"@id": f"{base}/export/{name}"},
                "dcat:downloadURL": {"@id": f"{base}/export/{name}"},
                "dcat:mediaType": {"@id": _iana(name), "@type": "dcterms:MediaType"},
                **credit,
            }
            for name in DOWNLOADS
            if name.partition(".")[0] == table.name
        ],
    }


def _in_every_language(say: Callable[[Texts], str]) -> list[Node]:
    return [{"@language": lang, "@value": say(texts(lang))} for lang in LANGUAGES]


def _iana(name: str) -> str:
    media_type = MEDIA[name.rpartition(".")[2]].partition(";")[0]
    return f"https://www.iana.org/assignments/media-types/{media_type}"


def _licence(sources: Iterable[SourceRecord]) -> Node:
    """The one licence of a distribution that DCAT-AP allows, by its address where it is known."""
    licences = list(dict.fromkeys(source.licence for source in sources)) or [OWN_LICENCE]
    address = _LICENCES.get(licence_name(licences[0])) if len(licences) == 1 else None
    licence: Node = {"@type": "dcterms:LicenseDocument", "dcterms:title": "; ".join(licences)}
    return licence if address is None else {"@id": address, **licence}


def _extent(facts: Facts) -> Node:
    """The box around the centres and the retail at their edge, in degrees."""
    places = facts.catalogue.places()
    near = places[places["role"] != "abroad"]
    west, south, east, north = to_degrees(tuple(near.total_bounds))
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    ring = ", ".join(f"{lon} {lat}" for lon, lat in corners)
    return {
        "@type": "dcterms:Location",
        "dcat:bbox": {"@type": "geosparql:wktLiteral", "@value": f"POLYGON(({ring}))"},
    }


def _period(table: TableRecord, facts: Facts) -> Node | None:
    """The first and last day that rows are about; None where a table tells none."""
    held = {column.name for column in table.columns}
    pair = next((pair for pair in _PERIODS if held.issuperset(pair)), None)
    if pair is None:
        return None
    rows = facts.catalogue.columns(table.name, sorted(set(pair)))
    start, end = rows[pair[0]].min(), rows[pair[1]].max()
    if pd.isna(start) or pd.isna(end):
        return None
    by_year = pair[0] == "year"
    return {
        "@type": "dcterms:PeriodOfTime",
        "dcat:startDate": _day(f"{start:.0f}-01-01" if by_year else f"{start:%Y-%m-%d}"),
        "dcat:endDate": _day(f"{end:.0f}-12-31" if by_year else f"{end:%Y-%m-%d}"),
    }


def _day(day: str) -> Node:
    return {"@type": "xsd:date", "@value": day}
