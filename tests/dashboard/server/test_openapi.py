"""The description of the API: every address of the routes, by the Dutch API Design Rules.

The rules are those that the linter of Logius checks (API-Design-Rules, media/linter.yaml). Two do
not hold: addresses that were given out carry no version, and a query value that cannot be read
falls back instead of giving 400.
"""

import json
import re
from collections.abc import Iterator

import pytest

from dashboard.i18n.text import texts
from dashboard.selection.permalink import Vocabulary
from dashboard.server import openapi, routes
from dashboard.server.problems import is_machine_address

BASE = "https://stadshart.example/stad"


@pytest.fixture(scope="module")
def described() -> dict:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STADSHART_PUBLISHER", "Gemeente Hengelo, data@hengelo.example")
        words = Vocabulary(("borne", "hengelo"), (), (2014, 2024))
        made = openapi.description(words, texts("nl"), BASE)
        return json.loads(json.dumps(made, default=dict))


def operations(described: dict) -> Iterator[tuple[str, dict]]:
    for path, methods in described["paths"].items():
        assert list(methods) == ["get"]
        yield path, methods["get"]


def test_every_address_for_programs_is_described(described):
    served = {
        route.path
        for route in routes.routes()
        if is_machine_address({"path": route.path}) and "{" not in route.path
    }
    assert set(described["paths"]) == {path for path in served if "/.well-known/" not in path}
    assert {"/export/kaart.gpkg", "/export/kaart.png", "/api/status"} < served


def test_every_reference_leads_somewhere(described):
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(described))):
        found = described
        for part in reference.split("/"):
            found = found[part]
        assert found


def test_the_design_rules_hold(described):
    assert described["openapi"].startswith("3.")
    assert re.fullmatch(r"\d+\.\d+\.\d+", described["info"]["version"])
    contact = described["info"]["contact"]
    assert contact == {"name": "Gemeente Hengelo", "url": BASE, "email": "data@hengelo.example"}
    assert described["servers"] == [{"url": BASE}]
    ids = [operation["operationId"] for _, operation in operations(described)]
    assert len(set(ids)) == len(ids)
    for path, operation in operations(described):
        assert not path.endswith("/")
        responses = operation["responses"]
        assert "API-Version" in responses["200"]["headers"]
        assert "503" in responses
    problem = described["components"]["responses"]["Problem"]["content"]
    assert list(problem) == ["application/problem+json"]
    assert {"status", "title", "detail"} <= set(
        described["components"]["schemas"]["Problem"]["properties"]
    )
    for key in described["components"]["parameters"]:
        assert re.fullmatch(r"[a-z][a-z\d]*([A-Z][a-z\d]*)*", key)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/export/places.gpkg", "application/geopackage+sqlite3"),
        ("/export/kaart.png", "image/png"),
        ("/export/koopstromen.ods", "application/vnd.oasis.opendocument.spreadsheet"),
        ("/nieuw.atom", "application/atom+xml"),
    ],
)
def test_an_address_has_its_media_type(described, path, kind):
    responses = described["paths"][path]["get"]["responses"]
    assert list(responses["200"]["content"]) == [kind]
    assert ("206" in responses) == path.startswith("/export/")


def test_parameters_are_those_that_a_link_takes(described):
    parameters = described["components"]["parameters"]
    assert parameters["plaats"]["schema"]["enum"] == ["twente", "borne", "hengelo"]
    assert parameters["plaats"]["schema"]["default"] == "twente"
    assert parameters["taal"]["schema"]["enum"] == ["nl", "en", "de"]
    assert parameters["periode"]["schema"]["default"] == "2014-2024"
    kinds = parameters["type"]
    assert (kinds["style"], kinds["explode"]) == ("form", False)
    assert kinds["schema"]["default"] == ["physical", "activity", "transformation"]
    assert set(kinds["schema"]["default"]) < set(kinds["schema"]["items"]["enum"])

    def keys(path: str) -> set[str]:
        given = described["paths"][path]["get"]["parameters"]
        return {each["$ref"].rpartition("/")[2] for each in given}

    assert keys("/export/places.csv") == {"taal", "streek"}
    assert {"plaats", "laag", "periode"} < keys("/export/kaart.gpkg")
    assert keys("/export/kaart.png") - keys("/export/kaart.gpkg") == {
        *("onderwerp", "formaat", "kop", "inleiding")
    }
