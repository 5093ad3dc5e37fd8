"""What the service says of itself: nothing internal, on a computer of one's own neither."""

import json
from collections.abc import Callable, Iterator

import pytest
from starlette.requests import Request
from starlette.responses import Response

from dashboard.i18n.text import texts
from dashboard.server import api_routes, first_page
from dashboard.session import cache
from tests.dashboard import internal_town
from tests.dashboard.driving import served

pytestmark = pytest.mark.slow
Get = Callable[[str], Response]
CATALOGUE_LINK = '<link rel="describedby" type="application/ld+json" href="./catalog.jsonld"/>'


@pytest.fixture(scope="module")
def get(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Get]:
    """Ask the town with internal sources, served on this computer alone."""
    answers = {route.path: route.endpoint for route in api_routes.routes()}

    def get(path: str) -> Response:
        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"taal=en"}
        scope |= {"headers": [(b"host", b"127.0.0.1:8501")], "scheme": "http"}
        return answers[path](Request(scope))

    with served(internal_town.snapshot(tmp_path_factory.mktemp("town") / "data")):
        yield get


@pytest.fixture(autouse=True)
def publisher(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STADSHART_PUBLIC_URL", raising=False)
    monkeypatch.setenv("STADSHART_PUBLISHER", "Voorbeeldstad, data@voorbeeld.example")


@pytest.mark.parametrize(
    "path", ["/api/status", "/api/openapi.json", "/catalog.jsonld", "/.well-known/api-catalog"]
)
def test_what_any_site_may_read_holds_nothing_internal(get: Get, path: str):
    assert not cache.facts().beyond
    assert internal_town.betrays(get(path).body.decode().casefold()) == []


def test_the_state_counts_the_rows_that_may_leave(get: Get):
    state = json.loads(get("/api/status").body)
    assert state["sources"] == {"voorbeeldkrant": "fresh"}
    assert state["tables"]["premises"] == internal_town.OPEN_PREMISES


def test_addresses_are_those_that_the_reader_used_or_the_public_ones(get: Get, monkeypatch):
    assert json.loads(get("/catalog.jsonld").body)["@id"] == "http://127.0.0.1:8501/catalog.jsonld"
    monkeypatch.setenv("STADSHART_PUBLIC_URL", "https://stadshart.example/stad/")
    body = get("/catalog.jsonld").body.decode()
    assert "https://stadshart.example/stad/export/premises.gpkg" in body and "127.0.0.1" not in body


def test_without_a_publisher_there_is_no_catalogue_and_no_link_to_it(get: Get, monkeypatch):
    facts = cache.facts()
    assert CATALOGUE_LINK in first_page.html("kaart", {}, facts)
    monkeypatch.delenv("STADSHART_PUBLISHER")
    answer = get("/catalog.jsonld")
    assert answer.status_code == 404
    assert json.loads(answer.body)["detail"] == texts("en")("server.no_publisher")
    assert "describedby" not in get("/.well-known/api-catalog").body.decode()
    page = first_page.html("kaart", {}, facts)
    assert CATALOGUE_LINK not in page and 'rel="service-desc"' in page
