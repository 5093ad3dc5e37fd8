"""The catalogue against what DCAT-AP-NL 3.0 asks for, read as RDF by pyshacl."""

import json
from pathlib import Path

import pytest

from dashboard.exports import data_catalogue, downloads
from dashboard.facts.snapshot import Facts
from data import catalogue
from data.catalogue import Catalogue
from tests.dashboard import internal_town, shipped, voorbeeldstad

pytestmark = [
    pytest.mark.slow,
    # pyshacl uses what its rdflib has replaced.
    pytest.mark.filterwarnings(
        "ignore:(ConjunctiveGraph|Dataset).* is deprecated:DeprecationWarning"
    ),
]
BASE = "https://stadshart.example/stad"
# Property, values allowed (at least, at most) and kind of value, by class. From the shapes of
# DCAT-AP-NL 3.0.0 (Geonovum/DCAT-AP-NL30, shapes/300/dcat-ap-nl-SHACL.ttl) and of DCAT-AP 3.0
# (SEMICeu/DCAT-AP, releases/3.0.0), on which those build.
MANDATORY = {
    "dcat:Catalog": {
        "dcterms:title": "1 * literal",
        "dcterms:description": "1 * literal",
        "dcterms:publisher": "1 1 foaf:Agent",
        "dcat:contactPoint": "1 1 vcard:Kind",
        "dcat:dataset": "1 * dcat:Dataset",
        "dcat:service": "0 * dcat:DataService",
        "dcterms:modified": "0 1 xsd:date",
    },
    "dcat:Dataset": {
        "dcterms:title": "1 * literal",
        "dcterms:description": "1 * literal",
        "dcterms:accessRights": "1 1 iri",
        "dcat:contactPoint": "1 1 vcard:Kind",
        "dcterms:creator": "1 * foaf:Agent",
        "dcterms:identifier": "1 1 literal",
        "dcterms:publisher": "1 1 foaf:Agent",
        "dcat:theme": "1 * iri",
        "dcat:version": "0 1 literal",
        "dcterms:spatial": "0 * dcterms:Location",
        "dcterms:temporal": "0 * dcterms:PeriodOfTime",
        "dcat:distribution": "1 * dcat:Distribution",
        "dcterms:modified": "0 1 xsd:date",
    },
    "dcat:Distribution": {
        "dcat:accessURL": "1 1 iri",
        "dcat:downloadURL": "0 1 iri",
        "dcterms:license": "1 1 dcterms:LicenseDocument",
        "dcterms:rights": "0 1 dcterms:RightsStatement",
        "dcat:mediaType": "0 1 dcterms:MediaType",
    },
    "dcat:DataService": {
        "dcterms:title": "1 * literal",
        "dcterms:description": "1 * literal",
        "dcterms:accessRights": "1 1 iri",
        "dcat:contactPoint": "1 1 vcard:Kind",
        "dcat:endpointURL": "1 1 iri",
        "dcat:endpointDescription": "1 1 iri",
        "dcterms:identifier": "1 1 literal",
        "dcterms:license": "1 1 dcterms:LicenseDocument",
        "dcterms:publisher": "1 1 foaf:Agent",
        "dcat:theme": "1 * iri",
    },
    "vcard:Kind": {"vcard:fn": "1 1 literal", "vcard:hasEmail": "0 1 iri"},
    "dcterms:PeriodOfTime": {"dcat:startDate": "1 1 xsd:date", "dcat:endDate": "1 1 xsd:date"},
    "dcterms:Location": {"dcat:bbox": "1 1 geosparql:wktLiteral"},
}


def shapes() -> str:
    """The table above as SHACL in Turtle."""
    names = {**data_catalogue._CONTEXT, "sh": "http://www.w3.org/ns/shacl#"}
    lines = [f"@prefix {prefix}: <{address}> ." for prefix, address in names.items()]
    for kind, properties in MANDATORY.items():
        lines.append(f"[] a sh:NodeShape; sh:targetClass {kind}")
        for path, rule in properties.items():
            least, most, value = rule.split()
            kinds = {"literal": "sh:nodeKind sh:Literal", "iri": "sh:nodeKind sh:IRI"}
            typed = value.startswith("xsd:") or value.endswith("Literal")
            wanted = kinds.get(value, f"sh:{'datatype' if typed else 'class'} {value}")
            bound = "" if most == "*" else f"; sh:maxCount {most}"
            lines.append(f"; sh:property [sh:path {path}; sh:minCount {least}{bound}; {wanted}]")
        lines.append(".")
    return "\n".join(lines)


def described(facts: Facts, mail: str | None = "data@hengelo.example") -> str:
    made = data_catalogue.catalogue(facts, BASE, publisher="Gemeente Hengelo", mail=mail)
    return json.dumps(made, ensure_ascii=False, default=dict)


@pytest.fixture(scope="module")
def shipped_catalogue() -> str:
    return described(shipped.facts())


def validate(data: str) -> tuple[bool, str]:
    shacl = pytest.importorskip("pyshacl", reason="pyshacl comes with the extra `test`")
    conforms, _, words = shacl.validate(
        data,
        data_graph_format="json-ld",
        shacl_graph=shapes(),
        shacl_graph_format="turtle",
        advanced=False,
    )
    return conforms, words


def test_every_property_that_dcat_ap_nl_asks_for_is_there(shipped_catalogue):
    conforms, words = validate(shipped_catalogue)
    assert conforms, words


@pytest.mark.parametrize(
    "left_out",
    ["dcterms:accessRights", "dcat:contactPoint", "dcterms:creator", "dcterms:license", "vcard:fn"],
)
def test_the_shapes_miss_what_is_left_out(shipped_catalogue, left_out):
    conforms, words = validate(shipped_catalogue.replace(f'"{left_out}"', '"rdfs:comment"'))
    assert not conforms and "MinCountConstraintComponent" in words


def test_every_table_stands_in_it_with_every_file_of_it(shipped_catalogue):
    held = json.loads(shipped_catalogue)
    tables = [table for table in shipped.facts().manifest.tables if table.rows]
    assert [dataset["@id"] for dataset in held["dcat:dataset"]] == [
        f"{BASE}/catalog.jsonld#{table.name}" for table in tables
    ]
    (places,) = (each for each in held["dcat:dataset"] if each["@id"].endswith("#places"))
    assert {each["dcat:downloadURL"]["@id"] for each in places["dcat:distribution"]} == {
        f"{BASE}/export/{name}" for name in downloads.DOWNLOADS if name.startswith("places.")
    }
    media = {each["dcat:mediaType"]["@id"] for each in places["dcat:distribution"]}
    assert "https://www.iana.org/assignments/media-types/text/csv" in media
    assert {"@language": "nl", "@value": "Binnensteden en winkelgebieden"} in places[
        "dcterms:title"
    ]


def test_a_licence_is_an_address_where_it_is_known_and_its_words_where_not(shipped_catalogue):
    held = json.loads(shipped_catalogue)

    def licence(table: str) -> dict[str, str]:
        (found,) = (each for each in held["dcat:dataset"] if each["@id"].endswith(f"#{table}"))
        return found["dcat:distribution"][0]["dcterms:license"]

    assert licence("translations")["@id"] == "https://spdx.org/licenses/EUPL-1.2"
    mixed = licence("observations")
    assert "@id" not in mixed and "CC BY 4.0; " in mixed["dcterms:title"]


def test_period_and_extent_are_those_of_the_rows(shipped_catalogue):
    held = json.loads(shipped_catalogue)
    (stops,) = (each for each in held["dcat:dataset"] if each["@id"].endswith("#stops"))
    years = shipped.facts().catalogue.table("stops")["year"]
    period = stops["dcterms:temporal"]
    assert period["dcat:startDate"]["@value"] == f"{years.min()}-01-01"
    assert period["dcat:endDate"]["@value"] == f"{years.max()}-12-31"
    box = held["dcterms:spatial"]["dcat:bbox"]["@value"]
    assert box.startswith("POLYGON((6.6") and " 52.2" in box


def test_without_a_mail_address_the_page_of_sources_is_the_contact():
    contact = json.loads(described(shipped.facts(), mail=None))["dcat:contactPoint"]
    assert contact["vcard:hasURL"] == {"@id": f"{BASE}/bronnen"}


def test_nothing_internal_stands_in_it(tmp_path: Path):
    held: Catalogue = catalogue.open(internal_town.snapshot(tmp_path / "data"))
    text = described(Facts(held, beyond=True))
    assert internal_town.betrays(text.casefold()) == []
    tables = {each["@id"].rpartition("#")[2] for each in json.loads(text)["dcat:dataset"]}
    assert "premises" in tables and not {"counts", "stops", "areas"} & tables


def test_what_is_made_up_is_called_so():
    text = described(voorbeeldstad.facts())
    assert "verzonnen" in json.loads(text)["dcterms:description"][0]["@value"]
